"""Numbers and curves in words, for the sentences that go with the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Curve = tuple[str, NDArray[Any], NDArray[Any]]


def number(value: float) -> str:
    """Write a number as a person would: 5,421 · 0.09 · 0.9914 · 1.2e-05.

    Between 0.9 and 1, where accuracies differ in the fourth place, four digits are kept.
    """
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if 0.9 <= abs(value) < 1 else f"{value:.3g}"


def describe(name: str, x: NDArray[Any], y: NDArray[Any], *, lower: bool) -> str:
    """Return e.g. "validation loss is lowest, 0.09, at epoch 3, and then rises to 0.12".

    Args:
        name: what the curve shows.
        x: (n,) epochs, rising.
        y: (n,) values; NaN and infinity are reported, and otherwise left out.
        lower: whether lower values are the better ones.
    """
    finite = np.isfinite(y)
    if not finite.any():
        return f"{name} is never a number (NaN)"
    broken = _broken(x, finite)
    x, y = x[finite], y[finite]
    first, last = number(y[0]), number(y[-1])
    if len(y) == 1:
        return f"{name} is {last} at epoch {number(x[0])}{broken}"
    if len({number(value) for value in y}) == 1:
        return f"{name} stays at {last}{broken}"
    best = int(y.argmin() if lower else y.argmax())
    if number(y[best]) == last:
        return f"{name} {'falls' if y[-1] < y[0] else 'rises'} from {first} to {last}{broken}"
    word, then = ("lowest", "rises") if lower else ("highest", "falls")
    return (
        f"{name} is {word}, {number(y[best])}, at epoch {number(x[best])}, "
        f"and then {then} to {last}{broken}"
    )


def summarise(name: str, curves: list[Curve], *, lower: bool) -> str:
    """Return where several runs end and which was best, e.g. "loss ends at 0.3 (a), 0.2 (b)…"."""
    ends, best = [], []
    for run, x, y in curves:
        finite = np.isfinite(y)
        ends.append(f"{number(y[-1]) if finite[-1] else 'not a number'} ({run})")
        if finite.any():
            at = int(np.where(finite, y if lower else -y, np.inf).argmin())
            best.append((float(y[at]), run, float(x[at])))
    told = f"{name} ends at {', '.join(ends)}"
    if not best:
        return told
    value, run, epoch = min(best) if lower else max(best)
    return f"{told}; {'lowest' if lower else 'highest'}: {number(value)}, {run}, epoch {epoch:g}"


def _broken(x: NDArray[Any], finite: NDArray[np.bool_]) -> str:
    if finite.all():
        return ""
    first = int(np.flatnonzero(~finite)[0])
    lasting = " on" if not finite[first:].any() else ""
    word = "from" if lasting else "at"
    return f" (not a number {word} epoch {number(x[first])}{lasting})"
