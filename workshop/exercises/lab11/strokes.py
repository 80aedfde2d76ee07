"""Drawings that exercises make up, and answers that hold strokes, in any honest form."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Strokes = list[list[list[float]]]


def drawn_at_random(
    rng: np.random.Generator, points: tuple[int, ...], width: float, height: float
) -> Strokes:
    """One stroke for each entry of `points`, of so many points, on a canvas of this size."""
    return [
        (rng.uniform(0.15, 0.85, (count, 2)) * (width, height)).round(1).tolist()
        for count in points
    ]


def as_strokes(value: Any) -> list[Floats] | None:
    """Each stroke as (n, 2) float64; None if something else came back."""
    if isinstance(value, np.ndarray) and value.ndim:
        value = list(value)
    if not isinstance(value, list):
        return None
    try:
        strokes = [np.asarray(stroke, np.float64) for stroke in value]
    except (TypeError, ValueError):
        return None
    fine = all(stroke.ndim == 2 and stroke.shape[1] == 2 for stroke in strokes)
    return strokes if fine else None


def alike(some: list[Floats], others: list[Floats], tolerance: float = 1e-6) -> bool:
    """Whether these are the same strokes, point by point."""
    return len(some) == len(others) and all(
        one.shape == other.shape and np.allclose(one, other, rtol=0, atol=tolerance)
        for one, other in zip(some, others, strict=True)
    )
