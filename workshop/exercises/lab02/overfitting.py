"""Overfit one batch on purpose: the cheapest test that a network can learn at all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

BATCH = 16
HIDDEN = 32
INK = 0.15
LEARNING_RATE = 0.002
SURPRISING = 0.7
"""Losses are noted before each update, so an honest one lies above the loss at the end."""


class OneBatch(Exercise):
    id = "02-one-batch"
    title = "Overfit one batch on purpose"
    points = 2
    network = "trained"
    hints = (
        "`model.fit(images, labels, epochs=…)` trains on just these digits. There are so few that "
        "an epoch is a single update. How many updates will it need? Try, and be generous.",
        "`fit` returns a History. Its `.history` is a dict of lists, one value for each epoch. "
        'The task wants the list under `"loss"`.',
        "`history = model.fit(images, labels, epochs=20, verbose=0)`, then "
        '`return history.history["loss"]`.',
    )
    wrong_answers = {
        "too-few-epochs": 'return model.fit(images, labels, verbose=0).history["loss"]',
        "another-model": (
            "other = first_network()\n"
            'other.compile(loss="sparse_categorical_crossentropy", optimizer="adam")\n'
            'return other.fit(images, labels, epochs=2, verbose=0).history["loss"]'
        ),
        "other-digits": (
            "history = model.fit(x_train[:16], y_train[:16], epochs=20, verbose=0)\n"
            'return history.history["loss"]'
        ),
        "whole-history": "return model.fit(images, labels, epochs=2, verbose=0).history",
        "one-number": ('return model.fit(images, labels, epochs=2, verbose=0).history["loss"][-1]'),
        "not-the-loss": (
            "history = model.fit(images, labels, epochs=20, verbose=0)\n"
            'return history.history["accuracy"]'
        ),
        "wrong-kind": "return model.fit(images, labels, epochs=2, verbose=0)",
        "returned-nothing": "model.fit(images, labels, epochs=2, verbose=0)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Speckles with labels drawn by lot: nothing to understand, only to learn by heart.
        return {
            "images": (rng.random((BATCH, 28, 28)) < INK).astype("float32"),
            "labels": rng.integers(0, 10, BATCH),
            "seed": int(rng.integers(1000)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        model, told = self.train(inputs, answer)
        return told | self.look(inputs, model)

    def train(self, inputs: Data, answer: Any) -> tuple[Any, Data]:
        """Hand the learner's function a fresh model; the model, and what the function returned."""
        model = _fresh_model(inputs["seed"])
        return model, {"losses": call(answer, model, inputs["images"], inputs["labels"])}

    def look(self, inputs: Data, network: Any) -> Data:
        """Whether the model has changed since it was handed out, and what it answers now."""
        pairs = zip(_fresh_model(inputs["seed"]).get_weights(), network.get_weights(), strict=False)
        moved = any(not np.array_equal(before, now) for before, now in pairs)
        return {"moved": moved, "outputs": np.asarray(network(inputs["images"]))}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        losses = data["losses"]
        right = int((data["outputs"].argmax(axis=1) == inputs["labels"]).sum())
        if not data["moved"]:
            return not_yet(
                "another-model",
                "the weights of the model I gave you are exactly what they were.",
                "the test is meant for this model: whether it can learn.",
                "call `fit` on the `model` that comes in.",
            )
        if isinstance(losses, dict):
            return not_yet(
                "whole-history",
                f"I got a dict with {', '.join(f'`{name}`' for name in losses)}.",
                "that is everything `fit` has noted. The task wants one curve, to draw it.",
                'take one entry: `history.history["loss"]`.',
            )
        curve = _curve(losses)
        if curve is None:
            return not_yet(
                "one-number",
                f"I got `{str(losses)[:60]}`; I need a list of numbers, one for each epoch.",
                "one number does not show whether the loss is still falling, or stuck.",
                "return the whole list.",
            )
        if right < BATCH:
            return self._not_by_heart(curve, right, _loss(data["outputs"], inputs["labels"]))
        if curve[-1] >= curve[0]:
            return not_yet(
                "not-the-loss",
                f"the model knows all {BATCH}, but your list goes from {curve[0]:.2f} to "
                f"{curve[-1]:.2f}.",
                "a loss falls when a network learns. What you returned does not.",
                'return the list under `"loss"`, from the fit that trained the model.',
            )
        return passed(
            f"all {BATCH} digits by heart after {len(curve)} epochs; the loss fell from "
            f"{curve[0]:.2f} to {curve[-1]:.2f}.",
            "the labels were drawn by lot, so there was nothing to understand. That is the point: "
            "a network that cannot even do this has a fault in its wiring.",
        )

    def _not_by_heart(self, curve: NDArray[Any], right: int, loss: float) -> Verdict:
        if curve[-1] < SURPRISING * loss:
            return not_yet(
                "other-digits",
                f"your loss falls to {curve[-1]:.2f}; on my {BATCH} digits it is {loss:.2f}, and "
                f"the model knows {right} of them.",
                "so it learned other digits, not those that came in as arguments.",
                "use `images` and `labels` inside the function, not `x_train` and `y_train`.",
            )
        count = len(curve)
        return not_yet(
            "too-few-epochs",
            f"after {count} epoch{'s' * (count > 1)} the model knows {right} of {BATCH} digits; "
            f"the loss is {curve[-1]:.2f}.",
            "one batch is one update per epoch. By heart means: all of them right.",
            f"give `fit` more epochs, say {max(20, 2 * count)}.",
        )


def _fresh_model(seed: int) -> Any:
    """784-32-10, compiled. Its own seed leaves the learner's random numbers alone."""
    import keras

    def start(number: int) -> Any:
        return keras.initializers.GlorotUniform(seed=seed + number)

    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(HIDDEN, activation="relu", kernel_initializer=start(0)),
            keras.layers.Dense(10, activation="softmax", kernel_initializer=start(1)),
        ]
    )
    model.compile(
        loss="sparse_categorical_crossentropy",
        optimizer=keras.optimizers.Adam(LEARNING_RATE),
        metrics=["accuracy"],
    )
    return model


def _curve(losses: Any) -> NDArray[Any] | None:
    """A list of numbers, one for each epoch; None for anything else."""
    try:
        curve = np.asarray(losses, dtype="float64")
    except (TypeError, ValueError):
        return None
    return curve if curve.ndim == 1 and curve.size and np.isfinite(curve).all() else None


def _loss(outputs: NDArray[Any], labels: NDArray[Any]) -> float:
    """Mean cross-entropy of probabilities (n, 10)."""
    chosen = outputs[np.arange(len(labels)), labels].astype("float64")
    return float(-np.log(np.maximum(chosen, 1e-7)).mean())
