"""Numbers and curves in words, for the sentences that go with the figures."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def number(value: float) -> str:
    """Write a number as a person would: 5,421 · 0.971 · 1.2e-05."""
    if float(value).is_integer() and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def describe(name: str, x: NDArray[Any], y: NDArray[Any], *, lower_is_better: bool) -> str:
    """Return e.g. "validation loss is lowest, 0.09, at epoch 3 and ends at 0.12".

    Args:
        name: what the curve shows.
        x: (n,) epochs, rising.
        y: (n,) values; NaN and infinity are reported, and otherwise left out.
    """
    finite = np.isfinite(y)
    if not finite.any():
        return f"{name} is never a number (NaN)"
    broken = "" if finite.all() else f" (not a number at epoch {number(x[~finite][0])})"
    x, y = x[finite], y[finite]
    first, last = number(y[0]), number(y[-1])
    if len(y) == 1:
        return f"{name} is {last} at epoch {number(x[0])}{broken}"
    if len({number(value) for value in y}) == 1:
        return f"{name} stays at {last}{broken}"
    best = int(y.argmin() if lower_is_better else y.argmax())
    if number(y[best]) == last:
        moves = "falls" if y[-1] < y[0] else "rises"
        return f"{name} {moves} from {first} to {last}{broken}"
    word = "lowest" if lower_is_better else "highest"
    then = "rises" if lower_is_better else "falls"
    return (
        f"{name} is {word}, {number(y[best])}, at epoch {number(x[best])}, "
        f"and then {then} to {last}{broken}"
    )
