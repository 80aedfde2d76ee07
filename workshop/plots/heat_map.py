"""A matrix of numbers: each in its cell, and the larger, the darker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import finite_numbers
from workshop.plots.picture import Picture, picture
from workshop.plots.words import number

LARGEST: Final = 20  # rows or columns; more, and the numbers could not be read
MOST_TOLD: Final = 6


def heat_map(
    matrix: ArrayLike,
    *,
    rows: str = "row",
    columns: str = "column",
    names: Sequence[object] | None = None,
    title: str = "",
    diagonal: bool = True,
) -> Picture:
    """Show a matrix as shaded cells with their numbers; 0 is left white and empty.

    Args:
        matrix: (n, m), no number below 0.
        rows, columns: what the rows and the columns stand for.
        names: of the rows and columns of a square matrix; 0, 1, 2… if not given.
        diagonal: False leaves the diagonal unshaded, in frames: few mistakes then show beside
            many hits.

    Raises:
        ValueError: if it is not a matrix, is too large, or holds NaN or a negative number.
    """
    array = finite_numbers(matrix, "matrix")
    if array.ndim != 2 or max(array.shape) > LARGEST or array.min() < 0:
        raise ValueError(
            f"A heat map shows up to {LARGEST} rows and columns of numbers from 0 on; this array "
            f"has the shape {array.shape} and the least number {number(float(array.min()))}."
        )
    square = array.shape[0] == array.shape[1]
    if (names is not None or not diagonal) and not square:
        raise ValueError(f"names and diagonal are for square matrices, not for {array.shape}.")
    if names is not None and len(names) != len(array):
        raise ValueError(f"There are {len(array)} rows and {len(names)} names.")
    labels = [str(name) for name in (names if names is not None else range(max(array.shape)))]
    shaded = array if diagonal else np.where(np.eye(len(array), dtype=bool), 0, array)
    with style.figure(1.6 + 0.62 * array.shape[1], 1.2 + 0.46 * len(array)) as figure:
        axes = figure.subplots()
        top = float(shaded.max()) or 1.0
        axes.imshow(np.ma.masked_equal(shaded, 0), cmap="Blues", vmin=0, vmax=top, aspect="auto")
        for (row, column), value in np.ndenumerate(array):
            if value:
                dark = shaded[row, column] > 0.55 * top
                axes.text(
                    column, row, number(float(value)), ha="center", va="center",
                    color="white" if dark else "black",
                )  # fmt: skip
            if not diagonal and row == column:
                axes.add_patch(
                    Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, fill=False, ec=style.QUIET)
                )
        axes.grid(False)
        axes.set(title=title, xlabel=columns, ylabel=rows)
        axes.set_xticks(range(array.shape[1]), labels[: array.shape[1]])
        axes.set_yticks(range(len(array)), labels[: len(array)])
        return picture(figure, _alt(array, rows, columns, labels, title, diagonal))


def _alt(
    array: NDArray[Any], rows: str, columns: str, labels: list[str], title: str, diagonal: bool
) -> str:
    kind = f"heat map of {len(array)} rows ({rows}) and {array.shape[1]} columns ({columns})"
    told = f"{title}: {kind}" if title else kind[0].upper() + kind[1:]
    told += f". All cells together: {number(float(array.sum()))}"
    cells = array.astype(float)
    if not diagonal:
        told += f", on the diagonal: {number(float(np.trace(cells)))}. Largest off the diagonal"
        np.fill_diagonal(cells, 0)
    else:
        told += ". Largest"
    order = np.argsort(-cells, axis=None, kind="stable")[:MOST_TOLD]
    largest = [np.unravel_index(place, cells.shape) for place in order if cells.flat[place] > 0]
    listed = ", ".join(
        f"{number(float(cells[row, column]))} at {rows} {labels[row]}, {columns} {labels[column]}"
        for row, column in largest
    )
    return f"{told}: {listed or 'none'}."
