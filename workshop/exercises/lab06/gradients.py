"""Saliency: how much does each pixel matter to the score that wins?"""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab06.several import Floats, near
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = """\
images = tf.convert_to_tensor(images)
with tf.GradientTape() as tape:
    tape.watch(images)
    scores = model(images)
"""
WINNER = "    winner = tf.reduce_max(scores, axis=1)\n"
END = "return np.abs(tape.gradient(winner, images))[..., 0]"
ANSWER = START + WINNER + END
COUNT, SIDE, HIDDEN, CLASSES = 4, 5, 6, 3
TOLERANCE = 1e-3


class Saliency(Exercise):
    id = "06-saliency"
    title = "Saliency"
    points = 2
    hints = (
        "Inside `with tf.GradientTape() as tape:` stands everything that is to be recorded. First "
        "`tape.watch(images)`, because pixels are no weights, then the scores, and of each digit "
        "the largest: `tf.reduce_max(scores, axis=1)`.",
        "After the block, `tape.gradient(winner, images)` gives (n, height, width, 1). Absolute "
        "values, without the channel: `np.abs(…)[..., 0]`.",
    )
    wrong_answers = {
        "signs-kept": START + WINNER + END.replace("np.abs(", "np.array("),
        "all-scores": START + "    winner = tf.reduce_sum(scores, axis=1)\n" + END,
        "one-class-for-all": START + "    winner = scores[:, 0]\n" + END,
        "of-the-probability": START.replace("model(images)", "tf.nn.softmax(model(images))")
        + WINNER
        + END,
        "of-the-loss": START + "    winner = -tf.math.log(tf.reduce_max(tf.nn.softmax(scores), "
        "axis=1))\n" + END,
        "channel-kept": ANSWER.replace("[..., 0]", ""),
        "mean-of-all": ANSWER.replace("[..., 0]", "[..., 0].mean(axis=0)"),
        "squared": ANSWER.replace("np.abs(", "np.square("),
        "scaled": ANSWER.replace("return ", "map = ")
        + "\nreturn map / map.max(axis=(1, 2), keepdims=True)",
        "times-the-ink": ANSWER + " * np.asarray(images)[..., 0]",
        "other-gradient": ANSWER.replace("return np", "return 2 * np"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        shapes = [(SIDE * SIDE, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,)]
        while True:
            data = {
                "images": rng.random((COUNT, SIDE, SIDE, 1)).astype("float32"),
                "weights": [rng.normal(0, 0.7, shape).astype("float32") for shape in shapes],
            }
            # Each class but the first wins somewhere: who always takes the first is found out.
            winners = _scores(data)[1].argmax(axis=1)
            if len({*winners.tolist()} - {0}) == CLASSES - 1:
                return data

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"maps": call(answer, _network(inputs["weights"]), inputs["images"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        got, slopes = data["maps"], _slopes(inputs)
        winners = _scores(inputs)[1].argmax(axis=1)
        signed = slopes[np.arange(COUNT), winners]
        if wrong := self._form(got):
            return wrong
        if near(got, np.abs(signed), TOLERANCE):
            return passed(
                f"for {COUNT} pictures and a network of the check's own, every pixel agrees.",
                "one run forwards, one backwards, as in training; only that this time the weights "
                "stand still, and the pixels are asked.",
            )
        return self._named(got, signed, slopes, winners, inputs)

    def _form(self, got: Any) -> Verdict | None:
        if wrong := expect_array(got):
            return wrong
        if got.shape == (COUNT, SIDE, SIDE, 1):
            return not_yet(
                "channel-kept",
                f"the shape is `{got.shape}`.",
                "a map has rows and columns; the channel of the grey picture is left over.",
                "`[..., 0]` takes it off.",
            )
        if got.shape == (SIDE, SIDE):
            return not_yet(
                "mean-of-all",
                f"I got one map, for {COUNT} pictures.",
                "where a 1 is looked at and where an 8 is, are two different things.",
                "give a map for each picture: (n, height, width).",
            )
        return expect_array(got, (COUNT, SIDE, SIDE))

    def _named(
        self, got: Floats, signed: Floats, slopes: Floats, winners: Any, inputs: Data
    ) -> Verdict:
        right = np.abs(signed)
        worst = np.unravel_index(np.abs(got - right).argmax(), right.shape)
        seen = (
            f"at picture {worst[0]}, row {worst[1]}, column {worst[2]} I find {got[worst]:.4f}; "
            f"it should be {right[worst]:.4f}."
        )
        if near(got, signed, TOLERANCE):
            return not_yet(
                "signs-kept",
                seen,
                "a pixel that would lower the score matters as much as one that would raise it.",
                "take the absolute value.",
            )
        if near(got, np.abs(slopes.sum(axis=1)), TOLERANCE):
            return not_yet(
                "all-scores",
                f"{seen} You asked for all scores together.",
                "given several numbers, a tape takes the gradient of their sum. That is no "
                "question about the answer any more.",
                "choose the winner first: `tf.reduce_max(scores, axis=1)`.",
            )
        if near(got, np.abs(slopes[:, 0]), TOLERANCE):
            return not_yet(
                "one-class-for-all",
                f"{seen} You always asked for class 0.",
                "for a picture that is taken for something else, this is not the answer's score.",
                "the largest score of each picture: `tf.reduce_max(scores, axis=1)`.",
            )
        shares = np.exp(_scores(inputs)[1])
        shares /= shares.sum(axis=1, keepdims=True)
        mean = (shares[:, :, None, None] * slopes).sum(axis=1)
        top = shares[np.arange(COUNT), winners][:, None, None]
        for name, scale in (("of-the-probability", top), ("of-the-loss", 1.0)):
            if near(got, scale * np.abs(signed - mean), TOLERANCE):
                return self._softmax(name, seen)
        if near(got, signed**2, TOLERANCE):
            return not_yet(
                "squared",
                seen,
                "squares make the large larger, and the small vanish.",
                "take the absolute value instead.",
            )
        if near(got, right * inputs["images"][..., 0], TOLERANCE):
            return not_yet(
                "times-the-ink",
                f"{seen} You multiplied by the picture.",
                "then the map shows the picture, whatever the network does. The lab comes to that.",
                "leave the picture out.",
            )
        if near(got, right / right.max(axis=(1, 2), keepdims=True), TOLERANCE):
            return not_yet(
                "scaled",
                f"{seen} You scaled each map to a largest value of 1.",
                "how strongly an answer hangs on its pixels is lost then.",
                "leave the scaling to the drawing.",
            )
        return not_yet(
            "other-gradient",
            seen,
            "asked for is the gradient of the winning score, with respect to the pixels.",
            "nothing between `model(images)` and the largest score; nothing after the gradient "
            "but the absolute value.",
        )

    def _softmax(self, name: str, seen: str) -> Verdict:
        if name == "of-the-probability":
            return not_yet(
                "of-the-probability",
                f"{seen} You asked for a probability.",
                "a probability of 0.9999 can hardly rise. Softmax is flat there, and the gradient "
                "nearly 0, for just the clearest digits.",
                "take the score in front of softmax.",
            )
        return not_yet(
            "of-the-loss",
            f"{seen} You asked for the loss.",
            "the loss of a clear digit is nearly 0 and flat. And it needs labels, which a new "
            "picture does not have.",
            "take the winning score itself.",
        )


def _network(weights: list[Any]) -> Any:
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Flatten(),
            layers.Dense(HIDDEN, activation="tanh"),
            layers.Dense(CLASSES),
        ]
    )
    model.set_weights(weights)
    return model


def _scores(inputs: Data) -> tuple[Floats, Floats]:
    """Hidden outputs (n, hidden) and scores (n, classes), in NumPy."""
    w1, b1, w2, b2 = (array.astype("float64") for array in inputs["weights"])
    hidden = np.tanh(inputs["images"].reshape(COUNT, -1) @ w1 + b1)
    return hidden, hidden @ w2 + b2


def _slopes(inputs: Data) -> Floats:
    """How each score changes with each pixel, by the chain rule: (n, classes, height, width)."""
    w1, _, w2, _ = (array.astype("float64") for array in inputs["weights"])
    bend = 1 - _scores(inputs)[0] ** 2
    slopes: Floats = np.einsum("ph,nh,hc->ncp", w1, bend, w2).reshape(COUNT, CLASSES, SIDE, SIDE)
    return slopes
