"""How a network fares on digits that are noisy, shifted or thick: measured, and not graded."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import grey_dilation

from workshop.data import load_mnist

Row = dict[str, float]
"""Right answers in %, by what was done to the digits."""

COUNT = 2_000
NOISE = 50.0
"""Standard deviation of what is added to each pixel of 0 to 255."""
SHIFT = 2
"""Pixels to one of the eight sides. Around an MNIST digit, four are empty."""
PEN = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], dtype=bool)

Pictures = NDArray[np.uint8]


@lru_cache(maxsize=4)
def variants(seed: int) -> tuple[dict[str, Pictures], NDArray[np.uint8]]:
    """Some test digits as they are, and spoilt in three ways; and their labels.

    Returns:
        name → (COUNT, 28, 28) uint8, and (COUNT,) uint8.
    """
    images, labels = load_mnist(quiet=True)[1]
    rng = np.random.default_rng([seed, COUNT])
    rows = rng.permutation(len(labels))[:COUNT]
    clean = images[rows]
    return {
        "clean": clean,
        "noise": np.clip(clean + rng.normal(0, NOISE, clean.shape), 0, 255).astype("uint8"),
        "shift": _shifted(clean, rng),
        "thick": grey_dilation(clean, footprint=PEN[None]),
    }, labels[rows]


def row_of(classes: NDArray[np.integer], seed: int) -> Row:
    """What share is right, from the answers to all variants, one after the other."""
    spoilt, labels = variants(seed)
    parts = np.split(classes, len(spoilt))
    return {
        name: round(100 * float((part == labels).mean()), 1)
        for name, part in zip(spoilt, parts, strict=True)
    }


def _shifted(images: Pictures, rng: np.random.Generator) -> Pictures:
    sides = np.array([side for side in np.ndindex(3, 3) if side != (1, 1)]) - 1
    ways = SHIFT * rng.choice(sides, len(images))
    return np.stack([np.roll(one, way, (0, 1)) for one, way in zip(images, ways, strict=True)])
