"""Each picture changed a little and in its own way: the same digit, and another picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from workshop.data.strokes import interpolation_matrix

SIDE = 28
MIDDLE = 13.5
KNOTS = 4


@dataclass(frozen=True)
class Change:
    """How much a picture is changed: standard deviations. Angles in radians, lengths in pixels."""

    turn: float = 0.05
    slant: float = 0.05
    stretch: float = 0.03
    shift: float = 0.3
    bend: float = 0.35


def changed(
    images: NDArray[np.uint8], rng: np.random.Generator, change: Change | None = None
) -> NDArray[np.float32]:
    """Change each picture a little and in its own way.

    Args:
        images: (n, 28, 28) uint8.
        rng: decides how.
        change: how much.

    Returns:
        (n, 28, 28) float32 from 0 to 1, rounded to the 256 steps that pictures have.
    """
    places = _places(len(images), rng, change or Change())
    new = np.empty(images.shape, dtype=np.float32)
    for index, image in enumerate(images):
        # Cubic: straight interpolation would blur every stroke.
        map_coordinates(image.astype(np.float32), places[index], output=new[index], order=3)
    whole: NDArray[np.float32] = np.clip(new, 0, 255).round() / np.float32(255)
    return whole


def _places(n: int, rng: np.random.Generator, change: Change) -> NDArray[np.float32]:
    """(n, 2, 28, 28): from which row and column of the old picture each pixel is taken."""
    turn, slant = rng.normal(0, change.turn, n), rng.normal(0, change.slant, n)
    high, wide = np.exp(rng.normal(0, change.stretch, (2, n)))
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.array([[cos, -sin], [sin, cos]]).transpose(2, 0, 1)
    stretched = np.array([[high, np.zeros(n)], [slant, wide]]).transpose(2, 0, 1)
    pixels = np.indices((SIDE, SIDE)).reshape(2, -1) - MIDDLE
    moved = (turned @ stretched @ pixels).reshape(n, 2, SIDE, SIDE) + MIDDLE
    spread = interpolation_matrix(KNOTS, SIDE)
    bend = spread @ rng.normal(0, change.bend, (n, 2, KNOTS, KNOTS)) @ spread.T
    shift = rng.normal(0, change.shift, (n, 2, 1, 1))
    places: NDArray[np.float32] = (moved + bend + shift).astype(np.float32)
    return places
