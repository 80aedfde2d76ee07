"""A small table as pictures: time beside accuracy, for a handful of choices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from workshop.plots import style
from workshop.plots.arrays import finite_numbers
from workshop.plots.picture import Picture, picture
from workshop.plots.words import number


def compare(rows: Sequence[Mapping[str, Any]], *, title: str = "") -> Picture:
    """Show a small table as pictures: a panel for each measure, a bar for each row.

    Args:
        rows: e.g. ``[{"batch size": 32, "seconds": 4.1, "accuracy": 0.97}, …]``. The first column
            names the row, the others are numbers. Bars start at zero; where all values of a
            measure lie close together, points on a cut axis take their place.

    Raises:
        ValueError: if there is no row, or a row lacks a column or holds no number.
    """
    if not rows or len(rows[0]) < 2:
        raise ValueError("compare needs at least one row of a name and a number.")
    key, *measures = rows[0]
    if any(list(row) != [key, *measures] for row in rows):
        raise ValueError(f"Every row needs the same columns, in the same order: {list(rows[0])}.")
    names = [str(row[key]) for row in rows]
    table = {
        measure: finite_numbers([row[measure] for row in rows], measure) for measure in measures
    }
    with style.figure(8, 1.1 + 0.42 * len(rows) + (0.3 if title else 0)) as figure:
        panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
        for index, (axes, (measure, values)) in enumerate(zip(panels, table.items(), strict=True)):
            _measure(axes, names, values, style.COLOURS[index % len(style.COLOURS)])
            axes.set(xlabel=measure)
        panels[0].set_ylabel(key)
        panels[0].invert_yaxis()
        if title:
            figure.suptitle(title, fontsize=13)
        return picture(figure, _compare_alt(key, names, table, title))


def _measure(axes: Axes, names: list[str], values: NDArray[Any], colour: str) -> None:
    places = np.arange(len(names))
    low, high = float(values.min()), float(values.max())
    if _are_close(values):
        axes.plot(values, places, "o", markersize=9, color=colour)
        axes.set_xlim(low - 0.2 * (high - low), high + 0.45 * (high - low))
    else:
        axes.barh(places, values, 0.6, color=colour)
        axes.margins(x=0.3)
    for place, (value, text) in enumerate(zip(values, _told(values), strict=True)):
        axes.annotate(text, (value, place), xytext=(8, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, names)
    axes.grid(False, axis="y")
    axes.locator_params(axis="x", nbins=4)


def _are_close(values: NDArray[Any]) -> bool:
    """Whether bars from zero would all look alike."""
    low, high = float(values.min()), float(values.max())
    return len(values) > 1 and high > low > 0.5 * high


def _told(values: NDArray[Any]) -> list[str]:
    """The values in words; where they lie close together, with digits enough to tell them apart."""
    told = [number(value) for value in values]
    if not _are_close(values) or (values == values.round()).all() or any("e" in t for t in told):
        return told
    needed = 1 - math.floor(math.log10(values.max() - values.min()))
    digits = max(needed, *(len(text.partition(".")[2]) for text in told))
    return [f"{value:,.{digits}f}" for value in values]


def _compare_alt(key: str, names: list[str], table: Mapping[str, NDArray[Any]], title: str) -> str:
    told = {measure: _told(values) for measure, values in table.items()}
    rows = [
        f"{key} {name}: " + ", ".join(f"{measure} {texts[i]}" for measure, texts in told.items())
        for i, name in enumerate(names)
    ]
    return f"{title + '. ' if title else ''}{'; '.join(rows)}."
