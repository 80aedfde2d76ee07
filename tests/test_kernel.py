"""A NameError is explained, even where a lab's first cell is gone."""

import pytest

from workshop.kernel import advice


def test_before_the_first_cell_it_names_that_cell_and_how_to_get_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/me/labs/01_data.ipynb")
    told = advice("normalise", {})
    assert "first code cell has not been run" in told
    assert "`workshop reset 01-setup`" in told


def test_later_it_points_to_the_cell_above(monkeypatch: pytest.MonkeyPatch) -> None:
    told = advice("scaled", {"ex": object()})
    assert "run the cell above that makes it" in told


def test_outside_a_lab_the_number_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert "NN-setup" in advice("x", {})
