"""A loss of one's own, equal to Keras's cross-entropy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab02.classes import class_trouble, observe_class
from workshop.exercises.lab02.models import softmax
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

COUNT = 12
TOLERANCE = 1e-6
CUT = 1e-7
"""Keras cuts probabilities off here (`keras.config.epsilon()`), because log 0 is infinite."""


class OwnLoss(Exercise):
    id = "02-own-loss"
    title = "Your own cross-entropy"
    points = 2
    hints = (
        "For each digit, take the probability that the network gave to the right class. The "
        "loss is minus its logarithm.",
        'Labels come in as floats: `ops.cast(y_true, "int32")`. With '
        "`ops.one_hot(labels, 10) * y_pred`, summed over the last axis, all but the right "
        "probability vanish.",
        "Before the logarithm, `ops.clip(chosen, 1e-7, 1.0)`. Return one loss per digit, without "
        "averaging: Keras does that.",
    )
    wrong_answers = {
        "not-finite": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return -ops.log(ops.sum(labels * y_pred, axis=-1))"
        ),
        "no-minus": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return ops.log(ops.clip(ops.sum(labels * y_pred, axis=-1), 1e-7, 1.0))"
        ),
        "averaged-too-early": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return ops.mean(-ops.log(ops.clip(ops.sum(labels * y_pred, axis=-1), 1e-7, 1.0)))"
        ),
        "one-loss-per-class": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return -labels * ops.log(ops.clip(y_pred, 1e-7, 1.0))"
        ),
        "mean-over-classes": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return ops.mean(-labels * ops.log(ops.clip(y_pred, 1e-7, 1.0)), axis=-1)"
        ),
        "no-logarithm": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return 1.0 - ops.sum(labels * y_pred, axis=-1)"
        ),
        "other-loss": (
            'labels = ops.one_hot(ops.cast(y_true, "int32"), 10)\n'
            "return ops.sum((labels - y_pred) ** 2, axis=-1)"
        ),
        "raised": "return -ops.log(y_pred[y_true])",
        "returned-nothing": "ops.cast(y_true, 'int32')",
    }
    wrong_checks = {"instance-not-class": "OwnCrossEntropy()", "not-a-class": '"OwnCrossEntropy"'}

    def inputs(self, rng: np.random.Generator) -> Data:
        labels = rng.integers(0, 10, COUNT)
        probabilities = softmax(rng.normal(0, 2, (COUNT, 10))).astype("float32")
        # One answer that is certain and wrong: the right class has probability 0.
        probabilities[0] = np.eye(10)[(labels[0] + 3) % 10]
        return {"labels": labels, "probabilities": probabilities}

    def probe(self, inputs: Data, answer: Any) -> Data:
        import keras

        def losses(made: Any) -> object:
            # As `fit` does it: labels arrive as floats.
            labels = keras.ops.convert_to_tensor(inputs["labels"], dtype="float32")
            probabilities = keras.ops.convert_to_tensor(inputs["probabilities"])
            return made.call(labels, probabilities)

        return {"losses": observe_class(answer, keras.losses.Loss, losses)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if wrong := class_trouble(data["losses"]):
            return wrong
        losses = np.asarray(data["losses"], dtype="float64")
        labels, probabilities = inputs["labels"], inputs["probabilities"].astype("float64")
        chosen = probabilities[np.arange(COUNT), labels]
        right = -np.log(np.maximum(chosen, CUT))
        if losses.shape == (COUNT, 10):
            return not_yet(
                "one-loss-per-class",
                f"for {COUNT} digits I got the shape `{losses.shape}`.",
                "each digit has one loss. Nine of your ten numbers are 0, so the average would "
                "come out ten times too small.",
                "sum over the last axis: `ops.sum(…, axis=-1)`.",
            )
        if losses.shape != (COUNT,):
            return not_yet(
                "averaged-too-early",
                f"for {COUNT} digits I got the shape `{losses.shape}`, not `({COUNT},)`.",
                "Keras averages by itself, and needs the single losses for that: with sample "
                "weights, some digits count more than others.",
                "return one loss per digit.",
            )
        if _close(losses, right):
            return passed(
                f"{COUNT} losses, each equal to Keras's own within a millionth; the answer that "
                f"was certain and wrong costs {right[0]:.2f}.",
                "a loss is an ordinary function of labels and outputs. Whatever you can write "
                "with `keras.ops`, a network can be trained on.",
            )
        return self._wrong(losses, right, chosen)

    def _wrong(self, losses: NDArray[Any], right: NDArray[Any], chosen: NDArray[Any]) -> Verdict:
        said = f"at a probability of {chosen[1]:.3f} your loss is {losses[1]:.4f}"
        if _close(losses, -right):
            return not_yet(
                "no-minus",
                f"{said}; it should be {right[1]:.4f}.",
                "the logarithm of a number below 1 is negative. Training makes the loss small, "
                "and this one is smallest where the network is most wrong.",
                "put a minus in front.",
            )
        if _close(losses, right / 10):
            return not_yet(
                "mean-over-classes",
                f"{said}, a tenth of {right[1]:.4f}.",
                "nine of the ten terms are 0, because only the right class counts. A mean "
                "divides by all ten.",
                "use `ops.sum` over the classes.",
            )
        if _close(losses, 1 - chosen):
            return not_yet(
                "no-logarithm",
                f"{said}; it should be {right[1]:.4f}.",
                "1 − p never exceeds 1, so a network that is certain and wrong is hardly "
                "punished. Minus the logarithm has no such limit.",
                "use `-ops.log(…)` of the right probability.",
            )
        return not_yet(
            "other-loss",
            f"{said}; it should be {right[1]:.4f}.",
            "cross-entropy looks at the probability of the right class, and at nothing else.",
            f"by hand: −log {chosen[1]:.3f} is {right[1]:.4f}. Which of your steps gives another "
            "number?",
        )


def _close(one: NDArray[Any], other: NDArray[Any]) -> bool:
    return bool(np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE))
