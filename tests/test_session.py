"""Where files are lost when the session ends, the course says so once; elsewhere never."""

import tempfile
from pathlib import Path

import pytest

from workshop.exercises import lab00 as ex
from workshop.session import ON_BINDER, ON_COLAB, forgetful_place

RIGHT, WRONG = 784, 56


@pytest.fixture(autouse=True)
def _a_laptop_and_a_fresh_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*ON_BINDER, ON_COLAB):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def binder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://mybinder.org/")


def test_a_laptop_is_not_reminded(capsys: pytest.CaptureFixture[str]) -> None:
    ex.pixels.check(RIGHT)
    assert forgetful_place() == ""
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("binder")
def test_the_first_passed_exercise_says_how_to_take_the_work_along(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ex.pixels.check(RIGHT)
    told = capsys.readouterr().out
    assert "Binder forgets your files" in told
    assert "take_along()" in told
    assert "workshop bundle" in told


@pytest.mark.usefixtures("binder")
def test_it_is_said_once_in_all_notebooks_of_a_session(capsys: pytest.CaptureFixture[str]) -> None:
    ex.pixels.check(RIGHT)
    capsys.readouterr()
    ex.hidden_state.check([20, 15])
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("binder")
def test_an_answer_that_does_not_pass_reminds_of_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ex.pixels.check(WRONG)
    assert capsys.readouterr().out == ""


def test_what_came_with_a_bundle_is_not_new_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ex.pixels.check(RIGHT)
    monkeypatch.setenv(ON_COLAB, "release-colab")
    ex.pixels.check(RIGHT)
    assert capsys.readouterr().out == ""
    ex.hidden_state.check([20, 15])
    assert "Google Colab forgets" in capsys.readouterr().out


@pytest.mark.usefixtures("binder")
def test_a_session_that_cannot_remember_is_not_nagged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    ex.pixels.check(RIGHT)
    assert capsys.readouterr().out == ""
