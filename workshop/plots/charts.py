"""Counts, distributions, point clouds and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import finite_numbers
from workshop.plots.picture import Picture, picture
from workshop.plots.words import number

DASHES: Final = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (1, 3)))
MOST_SERIES: Final = len(style.COLOURS)


def bars(
    heights: ArrayLike | Mapping[str, ArrayLike],
    *,
    names: Sequence[object] | None = None,
    xlabel: str = "class",
    ylabel: str = "",
    title: str = "",
) -> Picture:
    """Show one bar for each class, or one for each class and series.

    Args:
        heights: (n,), or {"train": (n,), "test": (n,)}: counts, shares or probabilities.
        names: what stands under each bar; 0, 1, 2… if not given.

    Raises:
        ValueError: if the series differ in length, are empty or hold NaN.
    """
    series = _series(heights, "heights")
    lengths = {name: values.shape for name, values in series.items()}
    if len(set(lengths.values())) > 1 or any(len(shape) != 1 for shape in lengths.values()):
        raise ValueError(f"Every series needs one height for each bar, shape (n,), but: {lengths}.")
    count = next(iter(series.values())).size
    labels = [str(name) for name in (range(count) if names is None else names)]
    if len(labels) != count:
        raise ValueError(f"There are {count} bars and {len(labels)} names.")
    with style.figure(8, 3.8) as figure:
        axes = figure.subplots()
        axes.grid(False, axis="x")
        width = 0.8 / len(series)
        for index, (name, values) in enumerate(series.items()):
            drawn = axes.bar(
                np.arange(count) + (index - (len(series) - 1) / 2) * width, values, width,
                label=name, color=style.COLOURS[index], hatch=style.HATCHES[index],
                edgecolor="white",
            )  # fmt: skip
            if len(series) == 1 and count <= 12:
                axes.bar_label(drawn, [number(value) for value in values], padding=2)
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
        axes.set_xticks(range(count), labels)
        axes.yaxis.set_major_formatter(lambda height, _: number(height))
        axes.margins(y=0.12)
        _legend(axes, series)
        return picture(figure, _bars_alt(series, labels, xlabel, ylabel, title))


def histogram(
    values: ArrayLike | Mapping[str, ArrayLike],
    *,
    bins: int = 50,
    xlabel: str = "value",
    title: str = "",
    log: bool = False,
) -> Picture:
    """Show how values spread: the share of them that falls into each of ``bins`` equal ranges.

    Args:
        values: any shape, or {"name": values, …}; all are drawn over the same ranges.
        log: draw the shares on a logarithmic scale.

    Raises:
        ValueError: if a series is empty or holds NaN.
    """
    series = _series(values, "values")
    # Not joined or made floats first: 47 million pixels would then fill a small machine.
    low = min(float(part.min()) for part in series.values())
    high = max(float(part.max()) for part in series.values())
    counted = {key: np.histogram(part, bins, (low, high)) for key, part in series.items()}
    edges = next(iter(counted.values()))[1]
    shares = {key: counts / series[key].size for key, (counts, _) in counted.items()}
    with style.figure(8, 3.8) as figure:
        axes = figure.subplots()
        for index, (name, share) in enumerate(shares.items()):
            colour = style.COLOURS[index]
            if len(series) == 1:
                axes.stairs(share, edges, fill=True, color=colour)
            else:
                axes.stairs(
                    share, edges, label=name, color=colour, linestyle=DASHES[index], linewidth=2
                )
        axes.set(xlabel=xlabel, ylabel="share", title=title)
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
        if log:
            axes.set_yscale("log")
        _legend(axes, series)
        return picture(figure, _histogram_alt(series, shares, edges, xlabel, title))


def scatter(
    x: ArrayLike,
    y: ArrayLike,
    labels: ArrayLike | None = None,
    *,
    xlabel: str = "x",
    ylabel: str = "y",
    title: str = "",
) -> Picture:
    """Show a cloud of points; with labels, each point is drawn as its own digit.

    Args:
        x, y: (n,) each.
        labels: (n,), the classes.

    Raises:
        ValueError: if lengths differ, there is no point, or a value is NaN.
    """
    across, up = (finite_numbers(values, name) for values, name in ((x, "x"), (y, "y")))
    classes = None if labels is None else np.asarray(labels)
    sizes = {array.shape for array in (across, up, classes) if array is not None}
    if len(sizes) > 1 or across.ndim != 1:
        raise ValueError(f"x, y and labels need the same shape (n,), but have {sorted(sizes)}.")
    with style.figure(7, 5.5) as figure:
        axes = figure.subplots()
        if classes is None:
            axes.scatter(across, up, s=18, color=style.COLOURS[0], alpha=0.6, linewidths=0)
        else:
            for index, name in enumerate(np.unique(classes)):
                chosen = classes == name
                axes.scatter(
                    across[chosen], up[chosen], s=60, marker=f"${name}$", linewidths=0,
                    color=style.COLOURS[index % MOST_SERIES],
                )  # fmt: skip
        axes.set(xlabel=xlabel, ylabel=ylabel, title=title)
        return picture(figure, _scatter_alt(across, up, classes, xlabel, ylabel, title))


def _series(values: ArrayLike | Mapping[str, ArrayLike], name: str) -> dict[str, NDArray[Any]]:
    given = values if isinstance(values, Mapping) else {"": values}
    if not given or len(given) > MOST_SERIES:
        raise ValueError(f"{name} holds {len(given)} series; from 1 to {MOST_SERIES} can be drawn.")
    return {key: finite_numbers(part, f"{name} {key}".strip()) for key, part in given.items()}


def _legend(axes: Axes, series: Mapping[str, object]) -> None:
    if len(series) > 1:
        # Above the axes, where it can cover no bar.
        axes.legend(
            loc="lower right", bbox_to_anchor=(1, 1), ncols=min(4, len(series)), handlelength=3
        )


def _start(title: str, kind: str) -> str:
    return f"{title}: {kind}" if title else kind[0].upper() + kind[1:]


def _bars_alt(
    series: dict[str, NDArray[Any]], names: list[str], xlabel: str, ylabel: str, title: str
) -> str:
    parts = []
    for key, values in series.items():
        if len(names) <= 12:
            told = ", ".join(f"{n}: {number(v)}" for n, v in zip(names, values, strict=True))
        else:
            told = f"{len(names)} bars"
        top, least = names[int(values.argmax())], names[int(values.argmin())]
        parts.append(f"{key + ' ' if key else ''}{told}; most: {top}, least: {least}")
    kind = f"bar chart of {ylabel or 'height'} by {xlabel}"
    return f"{_start(title, kind)}. {'. '.join(parts)}."


def _histogram_alt(
    series: dict[str, NDArray[Any]],
    shares: dict[str, NDArray[Any]],
    edges: NDArray[Any],
    xlabel: str,
    title: str,
) -> str:
    parts = []
    for key, values in series.items():
        top = int(shares[key].argmax())
        parts.append(
            f"{key + ': ' if key else ''}{values.size:,} values from {number(values.min())} to "
            f"{number(values.max())}, median {number(float(np.median(values)))}; the fullest "
            f"range, {number(edges[top])} to {number(edges[top + 1])}, holds {shares[key][top]:.0%}"
        )
    return f"{_start(title, f'histogram of {xlabel}')}. {'. '.join(parts)}."


def _scatter_alt(
    x: NDArray[Any],
    y: NDArray[Any],
    classes: NDArray[Any] | None,
    xlabel: str,
    ylabel: str,
    title: str,
) -> str:
    first = (
        f"{_start(title, f'{len(x):,} points')}. {xlabel} from {number(x.min())} to "
        f"{number(x.max())}, {ylabel} from {number(y.min())} to {number(y.max())}"
    )
    if classes is None:
        if len(x) > 2 and x.std() > 0 and y.std() > 0:
            first += f"; correlation {np.corrcoef(x, y)[0, 1]:.2f}"
        return first + "."
    centres = ", ".join(
        f"{name} at ({number(x[classes == name].mean())}, {number(y[classes == name].mean())})"
        for name in np.unique(classes)
    )
    return f"{first}. Mean of each class: {centres}."
