"""Lines against epochs, one panel for each measure, every line named at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from workshop.plots import style
from workshop.plots.picture import Picture, picture
from workshop.plots.words import describe, summarise

WIDTH: Final = 9.0  # inches
HEIGHT: Final = 3.3  # of one panel
FIRST: Final = {"loss": 0, "accuracy": 1}


@dataclass(frozen=True)
class Line:
    """One curve: ``y`` (n,) against ``x`` (n,) in epochs, of one measure of one run."""

    measure: str
    run: str
    place: int
    validation: bool
    x: NDArray[Any]
    y: NDArray[Any]

    @property
    def look(self) -> int:
        """Its place in the palette: by run or, within one run, training and validation."""
        return self.place if self.run else int(self.validation)


def draw(lines: list[Line], *, epochs: float | None = None, title: str = "") -> Picture:
    """Draw one panel for each measure; ``epochs`` fixes the right end of the axis."""
    measures = sorted({line.measure: 0 for line in lines}, key=lambda m: FIRST.get(m, 2))
    # Names of runs are long: then each panel gets the whole width.
    columns = 1 if lines[0].run or len(measures) == 1 else 2
    rows = -(-len(measures) // columns)
    names = max(len(_name(line, lines)) for line in lines)
    top = 0.35 if title else 0.0
    with style.figure(
        WIDTH if columns == 2 or lines[0].run else 6.4, HEIGHT * rows + top
    ) as figure:
        # Placed by hand: a layout engine would double the time that a live redraw takes.
        figure.set_layout_engine("none")
        for index, measure in enumerate(measures):
            row, column = divmod(index, columns)
            axes = _axes(figure, column / columns, 1 / columns, top + row * HEIGHT, names)
            _panel(axes, measure, [line for line in lines if line.measure == measure], epochs)
        if title:
            figure.suptitle(title, fontsize=13, x=0.02, ha="left")
        return picture(figure, _alt(lines, measures, title))


def _axes(figure: Figure, left: float, share: float, top: float, letters: int) -> Axes:
    """Add axes from ``left``, over a ``share`` of the width, ``top`` inches below the upper edge.

    Room is kept for the numbers on the left and for names of so many ``letters`` on the right.
    """
    width, height = figure.get_size_inches()
    names = 0.2 + 0.1 * letters + 0.04 * share * width
    return figure.add_axes(
        (
            left + 0.75 / width,
            (height - top - HEIGHT + 0.6) / height,
            share - (0.75 + names) / width,
            (HEIGHT - 0.95) / height,
        )
    )


def _panel(axes: Axes, measure: str, lines: list[Line], epochs: float | None) -> None:
    for line in lines:
        colour = style.COLOURS[line.look]
        axes.plot(
            line.x,
            np.where(np.isfinite(line.y), line.y, np.nan),
            color=colour,
            marker=style.MARKERS[line.look],
            linestyle="--" if line.validation else "-",
            markerfacecolor="white" if line.validation else colour,
            markevery=max(1, len(line.x) // 12),
        )
    first, last = min(line.x[0] for line in lines), max(line.x[-1] for line in lines)
    right = max(epochs or 0, last, 1)
    pad = 0.04 * (right - min(first, 1)) or 0.5
    axes.set(title=measure.replace("_", " "), xlabel="epoch")
    axes.set_xlim(min(first, 1) - pad, right + pad)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
    _name_ends(axes, lines)


def _name_ends(axes: Axes, lines: list[Line]) -> None:
    """Write each line's name at its right end, moved apart where names would overlap."""
    low, high = axes.get_ylim()
    ends = []
    for line in lines:
        finite = np.flatnonzero(np.isfinite(line.y))
        if len(finite) and (name := _name(line, lines)):
            at = finite[-1]
            ends.append(((line.y[at] - low) / (high - low), line.x[at], line.y[at], name))
    ends.sort(key=lambda end: end[0])
    places = spread(np.array([end[0] for end in ends]), gap=0.088)
    for place, (_, x, y, name) in zip(places, ends, strict=True):
        axes.annotate(
            name, (x, y), xytext=(1.05, place), textcoords="axes fraction", va="center",
            arrowprops={
                "arrowstyle": "-", "color": "#8C8C8C", "linewidth": 0.8, "relpos": (0, 0.5),
                "shrinkA": 2, "shrinkB": 5,
            },
        )  # fmt: skip


def spread(places: NDArray[Any], gap: float) -> NDArray[Any]:
    """Move rising ``places`` as little as it takes to keep them ``gap`` apart, within 0…1.

    Runs of places that are too close become blocks around their mean (pool adjacent violators).
    """
    steps = gap * np.arange(len(places))
    blocks: list[list[float]] = []
    for target in places - steps:
        blocks.append([target])
        while len(blocks) > 1 and np.mean(blocks[-2]) > np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    level = np.array([np.mean(block) for block in blocks for _ in block])
    top = max(0.0, 1 - gap * (len(places) - 1))
    moved: NDArray[np.float64] = np.clip(level, 0, top) + steps
    return moved


def _name(line: Line, lines: list[Line]) -> str:
    both = len({other.validation for other in lines}) == 2
    kind = "validation" if line.validation else "training"
    if not line.run:
        return kind if both else ""
    return f"{line.run}, {kind}" if both else line.run


def _alt(lines: list[Line], measures: list[str], title: str) -> str:
    last = max(float(line.x[-1]) for line in lines)
    start = f"{title}. " if title else ""
    sentences = [f"{start}Learning curves over {last:g} epoch{'s' * (last != 1)}."]
    for measure in measures:
        lower = not any(word in measure for word in ("acc", "auc", "precision", "recall"))
        chosen = [line for line in lines if line.measure == measure]
        paired = any(line.validation for line in chosen)
        words = []
        for validation in (False, True):
            part = [line for line in chosen if line.validation == validation]
            kind = "validation " if validation else "training " * paired
            name = f"{kind}{measure.replace('_', ' ')}"
            if part and part[0].run:
                words.append(summarise(name, [(li.run, li.x, li.y) for li in part], lower=lower))
            elif part:
                words.append(describe(name, part[0].x, part[0].y, lower=lower))
        text = "; ".join(words)
        sentences.append(text[0].upper() + text[1:] + ".")
    return " ".join(sentences)
