"""What a reader says to crowds of digits that are fit, and to some that are not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

COUNT = 2000
SHARES = np.array([6, 7, 8, 9, 10, 10, 11, 12, 13, 14]) / 100
UNEVEN = np.array([5, 5, 5, 6, 8, 9, 12, 14, 17, 19]) / 100
MISSING = np.array([0, 9, 10, 10, 11, 11, 12, 12, 12, 13]) / 100
THREE = np.array([0, 0, 0, 0, 0, 0, 0, 20, 30, 50]) / 100
ONE = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 100]) / 100
SURE, ROUGH, UNSURE = 0.95, 0.8, 0.25
"""Mean of the largest of ten probabilities: on good digits, on a young GAN's, on mud."""
CERTAIN = 0.99
"""The only one without odd ones out."""
ODD = 10
"""Of each other crowd, so many are read the other way: surely among mud, hardly among digits."""

CASES = {
    "certain": (SHARES, CERTAIN, False),
    "healthy": (SHARES, SURE, False),
    "uneven": (UNEVEN, SURE, False),
    "rough": (SHARES, ROUGH, False),
    "one": (ONE, SURE, True),
    "three": (THREE, SURE, True),
    "missing": (MISSING, SURE, True),
    "mud": (SHARES, UNSURE, True),
}
"""Shares of the classes, mean confidence, and whether the alarm should ring."""


def readings(rng: np.random.Generator, shares: NDArray[Any], confidence: float) -> NDArray[Any]:
    """(COUNT, 10) probabilities: classes with these shares, read with this mean confidence."""
    labels = rng.permutation(np.repeat(np.arange(10), np.round(shares * COUNT).astype(int)))
    # Doubt falls unevenly on the other classes, so that means of probabilities differ from shares.
    rest = rng.dirichlet(np.linspace(6, 14, 9), len(labels))
    sure = np.clip(rng.normal(confidence, 0.03, (len(labels), 1)), 0.22, 0.99)
    if confidence != CERTAIN:
        sure[:ODD] = 0.9 if confidence < 0.5 else 0.3
    others = np.minimum(rest * (1 - sure), 0.99 * sure)
    found = np.insert(others, 0, 0, axis=1)
    place = np.argsort(np.argsort(np.arange(10) != labels[:, None], axis=1, kind="stable"), axis=1)
    found[:, :1] = 1 - others.sum(axis=1, keepdims=True)
    told: NDArray[Any] = np.take_along_axis(found, place, axis=1).astype("float32")
    return told
