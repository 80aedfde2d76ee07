"""The judge's own network: two dense layers, so small that a float64 check is exact."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.plain import Data

Floats = NDArray[np.float64]
NAMES = ("`w1`", "`b1`", "`w2`", "`b2`")
"""How the lab and its feedback call the four arrays of a network, in their order."""


def tiny(rng: np.random.Generator, inputs: int, hidden: int, classes: int, count: int) -> Data:
    """Random inputs-hidden-classes network and `count` examples, all biases far from zero.

    Returns `network` (four float64 arrays), `x` (count, inputs) and `labels` (count,), each class
    at least once where there are enough examples.
    """
    shapes = [(inputs, hidden), (hidden,), (hidden, classes), (classes,)]
    return {
        "network": [rng.normal(0, 0.8, shape) for shape in shapes],
        "x": rng.normal(0, 1, (count, inputs)),
        "labels": rng.permutation(np.arange(count) % classes),
    }


def copied(network: list[Any]) -> list[Any]:
    """Fresh arrays, so that learner's code cannot change the judge's."""
    return [array.copy() for array in network]


def hidden_and_logits(network: list[Floats], x: Floats) -> tuple[Floats, Floats]:
    """(n, inputs) → (n, hidden) after ReLU, and (n, classes)."""
    w1, b1, w2, b2 = network
    hidden = np.maximum(x @ w1 + b1, 0)
    return hidden, hidden @ w2 + b2


def softmax(logits: Floats) -> Floats:
    """(n, classes) → (n, classes), each row sums to 1."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def gradients(network: list[Floats], x: Floats, labels: NDArray[Any]) -> list[Floats]:
    """How the mean cross-entropy changes with each of the four arrays."""
    hidden, logits = hidden_and_logits(network, x)
    at_logits = (softmax(logits) - np.eye(logits.shape[1])[labels]) / len(x)
    at_hidden = at_logits @ network[2].T * (hidden > 0)
    return [x.T @ at_hidden, at_hidden.sum(axis=0), hidden.T @ at_logits, at_logits.sum(axis=0)]


def close(one: Any, other: Any, tolerance: float = 1e-6) -> bool:
    """Whether two arrays have one shape, and values that differ by less than the tolerance."""
    return np.shape(one) == np.shape(other) and bool(
        np.allclose(one, other, rtol=tolerance, atol=tolerance)
    )


def differing(got: Any, right: Any) -> str:
    """In words: the number that is furthest from what it should be, and what that is."""
    worst = np.unravel_index(np.abs(got - right).argmax(), np.shape(right))
    place = ", ".join(str(int(index)) for index in worst)
    return f"number [{place}] is {got[worst]:.3f}; it should be {right[worst]:.3f}"


def all_close(some: list[Any], others: list[Any], tolerance: float = 1e-6) -> bool:
    """`close` for lists of arrays."""
    return len(some) == len(others) and all(
        close(one, other, tolerance) for one, other in zip(some, others, strict=True)
    )
