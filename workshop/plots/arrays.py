"""What the figures accept, and what they say when it does not fit."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

SIDE: Final = 28
SHAPES: Final = {(SIDE, SIDE), (SIDE, SIDE, 1), (SIDE * SIDE,)}


def as_images(images: ArrayLike) -> NDArray[Any]:
    """Return one image or many as (n, 28, 28): a trailing channel is dropped, flat rows fold.

    Raises:
        ValueError: for any other shape, for values that are not numbers, NaN and infinity.
    """
    array = as_numbers(images, "images")
    if array.size == 0:
        return np.zeros((0, SIDE, SIDE), np.uint8)
    if array.shape in SHAPES:
        array = array[None]
    if array.shape[1:] not in SHAPES:
        raise ValueError(
            f"These images have shape {array.shape}. "
            f"Give (n, {SIDE}, {SIDE}), (n, {SIDE}, {SIDE}, 1) or (n, {SIDE * SIDE})."
        )
    if not np.isfinite(array).all():
        raise ValueError("These images hold NaN (not a number) or infinity: they cannot be drawn.")
    return array.reshape(-1, SIDE, SIDE)


def as_numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return ``values`` as a numeric array, or raise a ValueError that names ``name``."""
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.asarray(None)
    if array.dtype.kind not in "buif":
        raise ValueError(
            f"{name} is not an array of numbers. Give a NumPy array, or lists of equal length."
        )
    return array


def finite_numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """Return ``values`` as numbers, truth as 0 and 1; raise a ValueError if empty or NaN."""
    array = as_numbers(values, name)
    if not array.size:
        raise ValueError(f"{name} is empty: there is nothing to draw.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity, which cannot be drawn.")
    return array.astype(np.uint8) if array.dtype == np.bool_ else array


def value_range(images: NDArray[Any]) -> tuple[float, float]:
    """Return the values drawn as white and as black: 0…255, 0…1 or, with negatives, −1…1.

    The range comes from the dtype and the data, so scaled and unscaled images look alike.
    """
    if images.dtype == np.bool_:
        return 0.0, 1.0
    if images.dtype.kind in "ui":
        return min(0.0, float(images.min(initial=0))), max(255.0, float(images.max(initial=0)))
    low, high = float(images.min(initial=0)), float(images.max(initial=0))
    top = next((limit for limit in (1.0, 255.0) if high <= limit), high)
    return (-top if -top <= low < 0 else low), top


def check_length(values: NDArray[Any], count: int, name: str) -> None:
    """Raise a ValueError unless there is one value for each of ``count`` images."""
    if values.shape != (count,):
        raise ValueError(
            f"{name} has shape {values.shape}, but there are {count} images: "
            f"give one for each, shape ({count},)."
        )
