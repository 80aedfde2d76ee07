"""Two tiny players whose single steps can be computed by hand, and what a step did to them.

The generator is noise → dense → batch normalisation → dense → sigmoid → picture; the discriminator
is one weight for each pixel and a bias. So its gradients, and those of the generator's last layer,
are a line of NumPy each.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.lab07.logits import Floats, sigmoid, wants_false, wants_real
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data

Slope = Callable[[Floats], Floats]
LATENT, HIDDEN, SIDE = 3, 5, 28
PIXELS = SIDE * SIDE
COUNT = 8
RATE = 0.5
EPSILON = 1e-3
"""Keras's own, in batch normalisation."""


def duel(rng: np.random.Generator) -> Data:
    """Weights of both players, real pictures and noise: plain data, float32."""
    arrays = {
        "first": rng.normal(0, 1, (LATENT, HIDDEN)),
        # Far from 0 and 1, so that pictures differ when batch normalisation takes these instead.
        "running_mean": rng.normal(2, 0.5, HIDDEN),
        "running_variance": rng.uniform(3, 6, HIDDEN),
        "last": rng.normal(0, 1, (HIDDEN, PIXELS)),
        "last_bias": rng.normal(0, 1, PIXELS),
        "look": rng.normal(0, 0.1, (PIXELS, 1)),
        "look_bias": rng.normal(0, 0.1, 1),
        "real": rng.uniform(0, 1, (COUNT, SIDE, SIDE, 1)),
        "noise": rng.normal(0, 1, (COUNT, LATENT)),
    }
    return {name: array.astype("float32") for name, array in arrays.items()}


def observe_step(answer: object, inputs: Data, real: bool) -> Data:
    """Give the learner's step both players; `real`: does it get real pictures, too?

    Returns `run`, an observation of the loss that came back, and what became of the weights:
    `look` (the discriminator's weights), `last` (the generator's last kernel), `generator_moved`,
    `discriminator_moved`, `updates`, the steps that the optimizer took, `asked`, the pictures
    (n, pixels) of each call of the discriminator, and `frozen`, the players that the step leaves
    with nothing to train.
    """
    import keras

    if not callable(answer) or isinstance(answer, type):
        return {"run": call(answer)}
    asked: list[NDArray[Any]] = []
    generator, discriminator = _players(inputs, asked)
    optimizer = keras.optimizers.SGD(RATE)
    step = getattr(answer, "python_function", answer)  # of a tf.function
    noise = keras.ops.convert_to_tensor(inputs["noise"])
    pictures = [keras.ops.convert_to_tensor(inputs["real"])] if real else []
    players = {"generator": generator, "discriminator": discriminator}
    # Listed now: a step may freeze a player, and then its own list is empty.
    variables = [player.trainable_variables for player in players.values()]
    before = [_values(listed) for listed in variables]
    run = observe(lambda: step(generator, discriminator, optimizer, *pictures, noise))
    after = [_values(listed) for listed in variables]
    moved = [
        any(not np.array_equal(a, b) for a, b in zip(one, other, strict=True))
        for one, other in zip(before, after, strict=True)
    ]
    return {
        "run": run,
        "look": after[1][0],
        "last": after[0][-2],
        "generator_moved": moved[0],
        "discriminator_moved": moved[1],
        "updates": int(optimizer.iterations.numpy()),
        "asked": asked,
        "frozen": [name for name, player in players.items() if not player.trainable_variables],
    }


def _players(inputs: Data, asked: list[NDArray[Any]]) -> tuple[Any, Any]:
    """Generator and discriminator; the latter adds to `asked` what it is asked about."""
    import keras
    from keras import layers

    class Witness(layers.Layer):  # type: ignore[misc]
        def call(self, pictures: Any) -> Any:
            if hasattr(pictures, "numpy"):  # not while Keras builds the network
                asked.append(pictures.numpy().reshape(len(pictures), -1))
            return pictures

    generator = keras.Sequential(
        [
            keras.Input((LATENT,)),
            layers.Dense(HIDDEN, use_bias=False),
            layers.BatchNormalization(scale=False, center=False),
            layers.Dense(PIXELS, activation="sigmoid"),
            layers.Reshape((SIDE, SIDE, 1)),
        ]
    )
    names = ("first", "running_mean", "running_variance", "last", "last_bias")
    generator.set_weights([inputs[name] for name in names])
    discriminator = keras.Sequential(
        [keras.Input((SIDE, SIDE, 1)), Witness(), layers.Flatten(), layers.Dense(1)]
    )
    discriminator.set_weights([inputs["look"], inputs["look_bias"]])
    return generator, discriminator


def _values(variables: list[Any]) -> list[NDArray[Any]]:
    return [variable.numpy().copy() for variable in variables]


def drawn(inputs: Data, training: bool) -> tuple[Floats, Floats]:
    """What reaches the generator's last layer (n, hidden), and its pictures (n, pixels)."""
    values = inputs["noise"].astype("float64") @ inputs["first"]
    mean, variance = inputs["running_mean"], inputs["running_variance"]
    if training:
        mean, variance = values.mean(axis=0), values.var(axis=0)
    hidden = (values - mean) / np.sqrt(variance + EPSILON)
    return hidden, sigmoid(hidden @ inputs["last"] + inputs["last_bias"])


def logits(inputs: Data, pictures: Any) -> Floats:
    """(n, …) pictures → (n, 1), what the discriminator says."""
    rows = np.asarray(pictures, "float64").reshape(len(pictures), -1)
    found: Floats = rows @ inputs["look"] + inputs["look_bias"]
    return found


def discriminator_gradient(
    inputs: Data,
    training: bool = True,
    real: Slope | None = wants_real,
    fake: Slope | None = wants_false,
) -> Floats:
    """How its loss changes with its weights, (pixels, 1).

    `real` and `fake` give the slope of the loss at each logit; None leaves these pictures out.
    """
    found = np.zeros((PIXELS, 1))
    pictures = inputs["real"].reshape(COUNT, -1).astype("float64"), drawn(inputs, training)[1]
    for rows, slope in zip(pictures, (real, fake), strict=True):
        if slope:
            found += rows.T @ slope(logits(inputs, rows)) / COUNT
    return found


def generator_gradient(inputs: Data, slope: Slope = wants_real, training: bool = True) -> Floats:
    """How a loss with this slope at each logit changes with the last kernel, (hidden, pixels)."""
    hidden, pictures = drawn(inputs, training)
    at_logits = slope(logits(inputs, pictures)) / COUNT
    at_pixels = at_logits @ inputs["look"].astype("float64").T * pictures * (1 - pictures)
    found: Floats = hidden.T @ at_pixels
    return found


def same(change: Any, gradient: Any, factors: tuple[float, ...] = (1.0,)) -> bool:
    """Whether the weights changed by −rate × gradient, times one of the factors."""
    size = RATE * float(np.abs(gradient).max())
    return any(
        np.allclose(change, -RATE * factor * np.asarray(gradient), atol=2e-3 * factor * size + 1e-7)
        for factor in factors
    )
