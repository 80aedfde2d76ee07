"""One quantity against another: a line for each name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import finite_numbers
from workshop.plots.charts import DASHES
from workshop.plots.picture import Picture, picture
from workshop.plots.words import number

MARKS: Final = 12
"""Up to so many points, each gets a marker."""

Range = tuple[float, float]
Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def lines(
    series: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    xlabel: str = "x",
    ylabel: str = "y",
    xlim: Range | None = None,
    ylim: Range | None = None,
    diagonal: str = "",
    title: str = "",
) -> Picture:
    """Show a line for each name; they differ in colour, dashes and, with few points, markers.

    Args:
        series: {"name": (x, y)}, x and y of shape (n,).
        xlim, ylim: the part to be shown; everything if not given.
        diagonal: draw x = y as a thin line, under this name.

    Raises:
        ValueError: if there is none or more than seven, lengths differ, or a value is NaN.
    """
    if not 1 <= len(series) <= len(style.COLOURS):
        raise ValueError(f"{len(series)} lines; from 1 to {len(style.COLOURS)} can be drawn.")
    read = {name: _points(name, *pair) for name, pair in series.items()}
    with style.figure(7, 4.2) as figure:
        axes = figure.subplots()
        for index, (name, (x, y)) in enumerate(read.items()):
            axes.plot(
                x, y, label=name, color=style.COLOURS[index], linestyle=DASHES[index],
                marker=style.MARKERS[index] if len(x) <= MARKS else "",
            )  # fmt: skip
        if diagonal:
            axes.axline((0, 0), slope=1, color=style.QUIET, linewidth=1, label=diagonal, zorder=1)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title, xlim=xlim, ylim=ylim)
        if len(read) > 1 or diagonal:
            axes.legend(loc="best", handlelength=3)
        return picture(figure, _alt(read, xlabel, ylabel, title, xlim))


def _points(name: str, x: ArrayLike, y: ArrayLike) -> Points:
    across, up = finite_numbers(x, f"x of {name}"), finite_numbers(y, f"y of {name}")
    if across.ndim != 1 or across.shape != up.shape:
        raise ValueError(f"x and y of {name} have the shapes {across.shape} and {up.shape}.")
    return across.astype(float), up.astype(float)


def _alt(
    read: Mapping[str, Points], xlabel: str, ylabel: str, title: str, xlim: Range | None
) -> str:
    part = f", shown from {number(xlim[0])} to {number(xlim[1])}" if xlim else ""
    kind = f"{ylabel} against {xlabel}{part}"
    told = f"{title}: {kind}" if title else kind[0].upper() + kind[1:]
    return f"{told}. " + "; ".join(_line(name, *pair, xlim) for name, pair in read.items()) + "."


def _line(name: str, x: NDArray[np.float64], y: NDArray[np.float64], xlim: Range | None) -> str:
    if len(x) <= MARKS:
        pairs = zip(x, y, strict=True)
        return f"{name}: " + ", ".join(f"{number(up)} at {number(at)}" for at, up in pairs)
    low, high = xlim or (float(x.min()), float(x.max()))
    inside = np.flatnonzero((x >= low) & (x <= high))
    if not len(inside):
        return f"{name}: outside"
    ordered = inside[np.argsort(x[inside], kind="stable")]
    # The first and last point, and those next to a quarter, a half and three quarters of the way.
    ways = [low + share * (high - low) for share in (0.25, 0.5, 0.75)]
    middle = [ordered[np.abs(x[ordered] - way).argmin()] for way in ways]
    places = dict.fromkeys([ordered[0], *middle, ordered[-1]])
    return f"{name}: " + ", ".join(f"{number(y[at])} at {number(x[at])}" for at in places)
