"""Answers that hold several numbers or arrays: as a list of float arrays, in any honest form."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.common import not_a_number
from workshop.verdict import Verdict

Floats = NDArray[np.float64]


def as_floats(value: Any) -> Floats | None:
    """A number, a list or an array as float64; None for text and for uneven lists."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array.astype("float64") if array.dtype.kind in "biuf" else None


def as_array(value: Any) -> Any:
    """A list of numbers as an array; anything else as it is."""
    floats = as_floats(value) if isinstance(value, list) else None
    return value if floats is None or not value else np.array(value)


def parts_of(value: Any, count: int) -> list[Floats] | None:
    """The `count` parts of a tuple, a list or an array; None if it is anything else."""
    if isinstance(value, np.ndarray) and value.ndim > 0:
        value = list(value)
    if not isinstance(value, list) or len(value) != count:
        return None
    parts = [as_floats(part) for part in value]
    return None if any(part is None for part in parts) else [p for p in parts if p is not None]


def not_finite(parts: list[Floats]) -> Verdict | None:
    """The common verdict on NaN, which in several parts stays unseen."""
    return next((wrong for part in parts if (wrong := not_a_number(part))), None)


def near(one: Any, other: Any, tolerance: float = 1e-6) -> bool:
    """Whether shapes agree, and values to within the tolerance."""
    return np.shape(one) == np.shape(other) and bool(
        np.allclose(one, other, rtol=tolerance, atol=tolerance)
    )
