"""Learning curves, of one run or of several side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import as_numbers
from workshop.plots.picture import Picture, picture
from workshop.plots.words import describe

VALIDATION: Final = "val_"
MOST_RUNS: Final = len(style.COLOURS)

Which = Literal["training", "validation"]


@dataclass(frozen=True)
class Line:
    """One curve: ``y`` (n,) against ``x`` (n,) in epochs, of one measure of one run."""

    measure: str
    run: str
    place: int
    validation: bool
    x: NDArray[Any]
    y: NDArray[Any]


def curves(history: Any, *, only: Which | None = None, title: str = "") -> Picture:
    """Show how loss, accuracy and other measures change from epoch to epoch.

    Args:
        history: what ``fit`` returns, its ``.history``, or several runs by name:
            ``{"batch 32": history, "batch 256": another}``. A record is a dict of lists, one value
            for each epoch; ``val_loss`` is drawn into the panel of ``loss``.
        only: "training" or "validation": leave the other out, for when many runs are compared.

    Raises:
        ValueError: if nothing was recorded, or there are more than seven runs.
    """
    if only not in {None, "training", "validation"}:
        raise ValueError(f'only is {only!r}; it may be "training", "validation" or None.')
    lines = [
        line for line in read_lines(history) if only in {None, "validation"} or not line.validation
    ]
    if only == "validation":
        lines = [line for line in lines if line.validation]
    if not lines:
        raise ValueError(f"There is nothing to draw: no {only} values were recorded.")
    return draw(lines, title=title)


def read_lines(history: Any) -> list[Line]:
    """Return the lines of a history or of several runs, as they were recorded."""
    record = _record(history)
    if not isinstance(record, Mapping):
        raise ValueError(
            f"curves cannot read a {type(history).__name__}: "
            "give what fit returned, or its .history."
        )
    nested = [isinstance(_record(part), Mapping) for part in record.values()]
    runs = record if nested and all(nested) else {"": record}
    if len(runs) > MOST_RUNS:
        raise ValueError(f"There are {len(runs)} runs; up to {MOST_RUNS} can be told apart.")
    lines = [
        line
        for place, (run, part) in enumerate(runs.items())
        for line in _lines_of_run(str(run), place, _record(part))
    ]
    if not lines:
        raise ValueError("This history is empty: nothing was recorded. Did fit finish an epoch?")
    return lines


def draw(lines: list[Line], *, epochs: float | None = None, title: str = "") -> Picture:
    """Draw one panel for each measure; ``epochs`` fixes the right end of the axis."""
    measures = sorted(
        {line.measure: None for line in lines}, key=lambda m: {"loss": 0, "accuracy": 1}.get(m, 2)
    )
    with style.figure(8.6 if len(measures) > 1 else 6.4, 3.4) as figure:
        panels = figure.subplots(1, len(measures), squeeze=False)[0]
        for axes, measure in zip(panels, measures, strict=True):
            _panel(axes, measure, [line for line in lines if line.measure == measure], epochs)
        if title:
            figure.suptitle(title, fontsize=13)
        return picture(figure, _alt(lines, measures, title))


def _record(history: Any) -> Any:
    """Return the dict of lists that a Keras History carries, or what was given."""
    return getattr(history, "history", history)


def _lines_of_run(run: str, place: int, record: Mapping[str, ArrayLike]) -> list[Line]:
    values = {key: as_numbers(part, key).astype(float) for key, part in record.items()}
    longest = max((part.size for part in values.values()), default=0)
    lines = []
    for key, y in values.items():
        if y.ndim != 1:
            raise ValueError(f"{key} has shape {y.shape}; one value for each epoch is needed.")
        if not y.size:
            continue
        # With fit(validation_freq=2) there is a validation value at every second epoch only.
        x = np.arange(1, y.size + 1) * (longest // y.size)
        measure = key.removeprefix(VALIDATION)
        lines.append(Line(measure, run, place, key.startswith(VALIDATION), x, y))
    return lines


def _panel(axes: Axes, measure: str, lines: list[Line], epochs: float | None) -> None:
    for line in lines:
        look = line.place if line.run else int(line.validation)
        axes.plot(
            line.x,
            np.where(np.isfinite(line.y), line.y, np.nan),
            color=style.COLOURS[look],
            marker=style.MARKERS[look],
            linestyle="--" if line.validation else "-",
            markerfacecolor="white" if line.validation else style.COLOURS[look],
            markevery=max(1, len(line.x) // 12),
        )
    last = max(float(line.x[-1]) for line in lines)
    axes.set(title=measure.replace("_", " "), xlabel="epoch")
    axes.set_xlim(min(1.0, last) - 0.04 * last, (epochs or last) * 1.03 + 0.01)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    _label_ends(axes, lines)


def _label_ends(axes: Axes, lines: list[Line]) -> None:
    """Write each line's name at its right end, moved apart where they would overlap."""
    low, high = axes.get_ylim()
    ends = []
    for line in lines:
        finite = np.flatnonzero(np.isfinite(line.y))
        if len(finite) and (name := _label(line, lines)):
            at = finite[-1]
            ends.append(((line.y[at] - low) / (high - low), line.x[at], line.y[at], name, line))
    ends.sort(key=lambda end: end[0])
    gap = 0.09
    places = [end[0] for end in ends]
    for index in range(1, len(places)):
        places[index] = max(places[index], places[index - 1] + gap)
    overshoot = max(0.0, places[-1] - 1.0) if places else 0.0
    for place, (_, x, y, name, line) in zip(places, ends, strict=True):
        look = line.place if line.run else int(line.validation)
        axes.annotate(
            name, (x, y), xytext=(1.04, place - overshoot), textcoords="axes fraction",
            va="center", color="black",
            arrowprops={"arrowstyle": "-", "color": style.COLOURS[look], "linewidth": 0.8},
        )  # fmt: skip


def _label(line: Line, lines: list[Line]) -> str:
    both = len({other.validation for other in lines}) == 2
    kind = "validation" if line.validation else "training"
    if not line.run:
        return kind if both else ""
    return f"{line.run}, {kind}" if both else line.run


def _alt(lines: list[Line], measures: list[str], title: str) -> str:
    sentences = []
    for measure in measures:
        clauses = [
            describe(
                _subject(line, lines), line.x, line.y,
                lower_is_better=not any(word in measure for word in ("acc", "auc", "precision")),
            )
            for line in lines
            if line.measure == measure
        ]  # fmt: skip
        text = "; ".join(clauses)
        sentences.append(text[0].upper() + text[1:] + ".")
    last = max(float(line.x[-1]) for line in lines)
    start = f"{title}. " if title else ""
    return f"{start}Learning curves over {last:g} epoch{'s' * (last != 1)}. {' '.join(sentences)}"


def _subject(line: Line, lines: list[Line]) -> str:
    measure = line.measure.replace("_", " ")
    paired = any(other.validation for other in lines if other.measure == line.measure)
    kind = "validation " if line.validation else "training " * paired
    return f"{line.run}: {kind}{measure}" if line.run else f"{kind}{measure}"
