"""The generator: a few random numbers become a picture."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab07.players import no_player, not_fresh, observe_player, too_large
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FEW = 6
GROWING = {"Conv2DTranspose", "UpSampling2D"}
"""Layers that make a map larger."""

RIGHT = """\
return keras.Sequential([
    keras.Input((inputs,)),
    layers.Dense(7 * 7 * 8),
    layers.BatchNormalization(),
    layers.ReLU(),
    layers.Reshape((7, 7, 8)),
    layers.Conv2DTranspose(4, 4, strides=2, padding="same", activation="relu"),
    layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
])"""
DENSE = """\
return keras.Sequential([
    keras.Input((inputs,)),
    layers.Dense(64, activation="relu"),
    layers.Dense(784, activation="sigmoid"),
    layers.Reshape((28, 28, 1)),
])"""


class Generator(Exercise):
    id = "07-generator"
    title = "The generator"
    points = 2
    hints = (
        "Line by line: `keras.Input((inputs,))`, then `layers.Dense(7 * 7 * 32, use_bias=False)`, "
        "`layers.BatchNormalization(momentum=0.9)`, `layers.ReLU()`, `layers.Reshape((7, 7, 32))`.",
        'Growing: `layers.Conv2DTranspose(16, 4, strides=2, padding="same", use_bias=False)`, and '
        "again batch normalisation and ReLU.",
        'The end: `layers.Conv2DTranspose(1, 4, strides=2, padding="same", '
        'activation="sigmoid")`. One filter, because a grey picture has one channel.',
    )
    wrong_answers = {
        "not-a-model": "return [keras.Input((inputs,)), layers.Dense(784)]",
        "returned-nothing": RIGHT.replace("return ", ""),
        "class-not-instance": "return keras.Sequential",
        "raised": RIGHT.replace("(7, 7, 8)", "(14, 14, 8)"),
        "other-inputs": RIGHT.replace("(inputs,)", "(784,)"),
        "wrong-size": RIGHT.replace(', padding="same"', ""),
        "one-channel-missing": DENSE.replace("(28, 28, 1)", "(28, 28)"),
        "not-growing": DENSE,
        "between-minus-one-and-one": RIGHT.replace("sigmoid", "tanh"),
        "no-limit": RIGHT.replace(', activation="sigmoid"', ""),
        "too-large": RIGHT.replace("layers.Dense(", "layers.Dense(2000),\n    layers.Dense("),
        "one-model-for-all": "global _kept\ntry:\n    return _kept\nexcept NameError:\n    "
        + RIGHT.replace("return ", "_kept = ").replace("\n", "\n    ")
        + "\n    return _kept",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        size = int(rng.integers(5, 20))
        return {"size": size, "noise": rng.normal(size=(FEW, size)).astype("float32")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"facts": observe_player(answer, inputs["size"], inputs["noise"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        if wrong := no_player(facts) or self._shapes(inputs, facts):
            return wrong
        if not GROWING & set(facts["layers"]):
            return not_yet(
                "not-growing",
                "I find no layer that makes a map larger.",
                "a dense layer that draws 784 pixels must learn each of them by itself. That two "
                "pixels are neighbours, it has never been told. You know the trouble from lab 05.",
                "draw few pixels first, and let `Conv2DTranspose` with stride 2 double them twice.",
            )
        if wrong := self._range(facts) or too_large(facts) or not_fresh(facts):
            return wrong
        return passed(
            f"{inputs['size']} numbers in, a picture of 28×28 out, all pixels in 0…1, with "
            f"{facts['parameters']:,} numbers to learn.",
            "so far it draws mud. It has never seen a digit, and it never will: all it gets to "
            "know is what the other player thinks of its pictures.",
        )

    def _shapes(self, inputs: Data, facts: Data) -> Verdict | None:
        size = inputs["size"]
        if facts["input_shape"] != [size]:
            return not_yet(
                "other-inputs",
                f"I asked for {size} inputs; the network takes `{tuple(facts['input_shape'])}`.",
                "how many random numbers a picture is made of is a choice. Later you will hand in "
                "ten more, to ask for a digit.",
                "start with `keras.Input((inputs,))`, where `inputs` is the function's argument.",
            )
        if facts["error"] or facts["output_shape"][:2] != [28, 28]:
            seen = facts["error"] or f"the picture has the shape `{tuple(facts['output_shape'])}`"
            return not_yet(
                "wrong-size",
                f"{seen}; it should be `(28, 28, 1)`.",
                'with `padding="same"` a transposed convolution of stride 2 doubles the size '
                "exactly: 7, 14, 28. Without the stride, the size stays. Without the padding, the "
                "edges of the stamps stick out.",
                "print `.summary()`, and find the line where the size is not what you expected.",
            )
        if facts["output_shape"] != [28, 28, 1]:
            return not_yet(
                "one-channel-missing",
                f"the picture has the shape `{tuple(facts['output_shape'])}`; it should be "
                "`(28, 28, 1)`.",
                "the discriminator gets real digits and yours, and both must look alike. Real "
                "ones have one channel.",
                "the last layer has one filter, and nothing takes its axis away.",
            )
        return None

    def _range(self, facts: Data) -> Verdict | None:
        low = float(min(facts["outputs"].min(), facts["far"].min()))
        high = float(max(facts["outputs"].max(), facts["far"].max()))
        if low >= 0 and high <= 1:
            return None
        if low >= -1 and high <= 1:
            return not_yet(
                "between-minus-one-and-one",
                f"pixels go down to {low:.2f}.",
                "many GANs scale their pictures to −1…1 and end with tanh. Our digits are in "
                "0…1: the discriminator would know yours by their negative paper.",
                'end with `activation="sigmoid"`.',
            )
        return not_yet(
            "no-limit",
            f"with large inputs, pixels reach {low:,.2f} and {high:,.2f}.",
            "real pixels are in 0…1. A picture that leaves this range is known as false at "
            "once, whatever it shows.",
            'let the last layer have `activation="sigmoid"`.',
        )
