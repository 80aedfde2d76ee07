"""Heat maps, lines and rows of maps say in words what they show, and refuse what they cannot."""

from typing import Any

import numpy as np
import pytest

from workshop import plots

NAN = float("nan")


def test_a_heat_map_tells_its_largest_cells() -> None:
    alt = plots.heat_map([[14, 3], [6, 27]], rows="label", columns="answer").alt
    assert alt == (
        "Heat map of 2 rows (label) and 2 columns (answer). All cells together: 50. Largest: "
        "27 at label 1, answer 1, 14 at label 0, answer 0, 6 at label 1, answer 0, "
        "3 at label 0, answer 1."
    )


def test_without_its_diagonal_a_heat_map_tells_the_mistakes() -> None:
    alt = plots.heat_map([[14, 3], [6, 27]], names=["no", "cat"], diagonal=False, title="Cats").alt
    assert alt.startswith("Cats: heat map of 2 rows (row) and 2 columns (column).")
    assert alt.endswith(
        "on the diagonal: 41. Largest off the diagonal: 6 at row cat, column no, "
        "3 at row no, column cat."
    )


def test_a_heat_map_of_zeros_is_drawn() -> None:
    assert plots.heat_map(np.zeros((2, 3))).alt.endswith("Largest: none.")


def test_lines_of_few_points_tell_them_all() -> None:
    alt = plots.lines({"a": ([0, 1], [2, 3]), "b": ([1], [0.5])}, xlabel="size", ylabel="cost").alt
    assert alt == "Cost against size. a: 2 at 0, 3 at 1; b: 0.5 at 1."


def test_lines_of_many_points_tell_ends_and_quarters_of_what_is_shown() -> None:
    x = np.arange(101)
    alt = plots.lines({"square": (x, x**2)}, xlim=(0, 20), title="Growth").alt
    assert alt == (
        "Growth: y against x, shown from 0 to 20. "
        "square: 0 at 0, 25 at 5, 100 at 10, 225 at 15, 400 at 20."
    )


def test_a_line_outside_the_part_shown_is_told() -> None:
    assert (
        "far: outside" in plots.lines({"far": (np.arange(50, 70), np.arange(20))}, xlim=(0, 1)).alt
    )


def test_rows_of_maps_tell_their_sizes_and_what_is_empty() -> None:
    rows = {"digit": [np.ones((28, 28))], "maps": [np.ones((5, 5)), -np.ones((5, 5))]}
    assert plots.maps(rows, title="Depth", words="They shrink.").alt == (
        "Depth. Rows of pictures. digit: 1 of 28×28; maps: 2 of 5×5, 1 of them empty. They shrink."
    )


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: plots.heat_map([1, 2]), r"shape \(2,\)"),
        (lambda: plots.heat_map(np.zeros((21, 2))), "up to 20 rows"),
        (lambda: plots.heat_map([[-1, 0]]), "least number -1"),
        (lambda: plots.heat_map([[NAN, 0]]), "NaN"),
        (lambda: plots.heat_map([[1, 2]], names=["a"]), "square"),
        (lambda: plots.heat_map([[1]], names=["a", "b"]), "1 rows and 2 names"),
        (lambda: plots.lines({}), "0 lines"),
        (lambda: plots.lines({"a": ([1, 2], [1])}), "x and y of a"),
        (lambda: plots.lines({"a": ([], [])}), "x of a is empty"),
        (lambda: plots.maps({}), "0 arrays"),
        (lambda: plots.maps({"a": [np.zeros((2, 2, 1))]}), "Array 0 of a"),
        (lambda: plots.maps({"a": [np.zeros((2, 2))] * 13}), "13 arrays"),
        (lambda: plots.maps({"a": [np.full((2, 2), NAN)]}), "array 0 of a holds NaN"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_the_reason(call: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        call()
