"""Softplus and sigmoid of logits, by NumPy: the losses of both players, and their slopes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def softplus(logits: Any) -> Floats:
    """log(1 + exp(logits)), without overflow."""
    found: Floats = np.logaddexp(0, np.asarray(logits, "float64"))
    return found


def sigmoid(logits: Any) -> Floats:
    """Logits → probabilities, without overflow."""
    found: Floats = np.exp(-softplus(-np.asarray(logits, "float64")))
    return found


def wants_real(logits: Floats) -> Floats:
    """The slope of softplus(−logit)."""
    return -sigmoid(-logits)


def wants_false(logits: Floats) -> Floats:
    """The slope of softplus(logit)."""
    return sigmoid(logits)
