"""Learning curves, of one run or of several side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import as_numbers
from workshop.plots.panels import Line, draw
from workshop.plots.picture import Picture

VALIDATION: Final = "val_"
MOST_RUNS: Final = len(style.COLOURS)


def curves(
    history: Any, *, only: Literal["training", "validation"] | None = None, title: str = ""
) -> Picture:
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
    lines = read_lines(history)
    if only is not None:
        lines = [line for line in lines if line.validation == (only == "validation")]
    if not lines:
        raise ValueError(f"There is nothing to draw: no {only} values were recorded.")
    return draw(lines, title=title)


def read_lines(history: Any) -> list[Line]:
    """Return the lines of a history, or of several by name, as they were recorded."""
    record = _record(history)
    if not isinstance(record, Mapping):
        raise ValueError(
            f"curves cannot read a {type(history).__name__}: "
            "give what fit returned, or its .history."
        )
    several = bool(record) and all(isinstance(_record(run), Mapping) for run in record.values())
    runs = record if several else {"": record}
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


def line_of(key: str, x: NDArray[Any], y: NDArray[Any], run: str = "", place: int = 0) -> Line:
    """Return the line of one of Keras's keys, such as ``val_loss``."""
    return Line(key.removeprefix(VALIDATION), run, place, key.startswith(VALIDATION), x, y)


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
        if y.size:
            # With fit(validation_freq=2) there is a validation value at every second epoch only.
            x = np.arange(1, y.size + 1) * (longest // y.size)
            lines.append(line_of(key, x, y, run, place))
    return lines
