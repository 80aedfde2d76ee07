"""A model that is trusted, and three frozen ones; each differs from it in a way of its own."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.plain import Data

Model = Callable[[NDArray[Any]], NDArray[Any]]

COUNT = 24
SIZES = [1, 7, 16]
ODD_ONE = 7
"""The batch size that one of the models cannot stand."""
SHIFT = 0.3
"""From the digit that wins to another one: in such batches the other one wins."""


class Asked:
    """A model that remembers whether anybody has asked it."""

    def __init__(self, model: Model) -> None:
        self.model, self.ever = model, False

    def __call__(self, part: NDArray[Any]) -> NDArray[Any]:
        self.ever = True
        return self.model(part)


def trusted_model(inputs: Data) -> Model:
    """(n, 28, 28) → (n, 10): near to equal probabilities, with a clear winner."""

    def ask(part: NDArray[Any]) -> NDArray[Any]:
        flat = np.asarray(part, "float64").reshape(-1, 784)
        noise = 0.01 * np.tanh(flat @ inputs["kernel"])
        return np.asarray(np.eye(10)[np.full(len(flat), 3)] * 0.5 + 0.05 + noise)

    return ask


def frozen_models(inputs: Data) -> dict[str, Model]:
    """Two that are wrong about one picture, the first or the last; and one in some batches."""
    images, trusted = inputs["images"], trusted_model(inputs)

    def with_one(place: int, up: int, down: int) -> Model:
        def ask(part: NDArray[Any]) -> NDArray[Any]:
            answers = trusted(part)
            here = (np.asarray(part) == images[place]).reshape(len(answers), -1).all(axis=1)
            answers[here, 3] += up * inputs["most"]
            answers[here, 5] += down * inputs["least"]
            return answers

        return ask

    def in_batches(part: NDArray[Any]) -> NDArray[Any]:
        answers = trusted(part)
        answers[:, [3, 5]] += np.array([-SHIFT, SHIFT]) * (len(answers) == ODD_ONE)
        return answers

    return {
        "early": with_one(0, 1, -1),
        "late": with_one(COUNT - 1, -1, 1),
        "batched": in_batches,
    }


def largest_differences(inputs: Data, name: str) -> NDArray[Any]:
    """What there is to find in one of them, for each size."""
    if name == "batched":
        return np.array([SHIFT * (size == ODD_ONE) for size in SIZES])
    return np.full(len(SIZES), inputs["most"])
