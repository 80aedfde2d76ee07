"""A lean network: little to learn, little to compute."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab05.networks import (
    kinds,
    no_cnn,
    no_network,
    no_probabilities,
    observe_network,
    too_large,
)
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FEW = 4
BENT = {"ReLU", "Activation", "LeakyReLU", "PReLU", "ELU"}
"""Layers that are activations by themselves."""


def network(*inside: str) -> str:
    """The code of a wrong answer with these layers."""
    return f"return keras.Sequential([{', '.join(inside)}])"


INPUT = "keras.Input((28, 28, 1))"
FIRST = 'layers.Conv2D(16, 5, 2, "same", activation="relu")'
SECOND = 'layers.Conv2D(32, 3, 2, "same", activation="relu")'
LAST = 'layers.Dense(10, activation="softmax")'


class Network(Exercise):
    id = "05-network"
    title = "A lean network"
    points = 2
    hints = (
        "Translate the table line by line. Filters, kernel, stride and padding are the first four "
        'arguments: `layers.Conv2D(16, 5, 2, "same", activation="relu")`.',
        "Between convolution and ReLU stands batch normalisation, so there the ReLU is a layer of "
        'its own: `layers.Conv2D(32, 3, padding="same", use_bias=False)`, '
        "`layers.BatchNormalization(momentum=0.9)`, `layers.ReLU()`.",
        "After the second block `layers.MaxPooling2D()`; after the third `layers.Flatten()` and "
        '`layers.Dense(10, activation="softmax")`. Before the first: '
        "`keras.Input((28, 28, 1))`.",
    )
    wrong_answers = {
        "not-a-model": f"return [{INPUT}, {FIRST}, layers.Flatten(), {LAST}]",
        "returned-nothing": f"keras.Sequential([{INPUT}, {FIRST}, layers.Flatten(), {LAST}])",
        "class-not-instance": "return keras.Sequential",
        "raised": network("keras.Input((28, 28))", FIRST, SECOND, "layers.Flatten()", LAST),
        "no-channel": network("keras.Input((28, 28, 3))", FIRST, SECOND, "layers.Flatten()", LAST),
        "no-convolutions": network(INPUT, FIRST, "layers.Flatten()", LAST),
        "no-flatten": network(INPUT, FIRST, SECOND, LAST),
        "not-ten-outputs": network(INPUT, FIRST, SECOND, "layers.Flatten()", "layers.Dense(1)"),
        "not-probabilities": network(INPUT, FIRST, SECOND, "layers.Flatten()", "layers.Dense(10)"),
        "not-lean": network(
            INPUT, FIRST, SECOND, "layers.Flatten()", 'layers.Dense(128, activation="relu")', LAST
        ),
        "all-straight": network(
            INPUT, "layers.Conv2D(8, 5, 2)", "layers.Conv2D(16, 3, 2)", "layers.Flatten()", LAST
        ),
        "one-model-for-all": "global _kept\ntry:\n    return _kept\nexcept NameError:\n    "
        f"_kept = keras.Sequential([{INPUT}, {FIRST}, {SECOND}, layers.Flatten(), {LAST}])\n"
        "    return _kept",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"images": rng.random((FEW, 28, 28, 1)).astype("float32")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"facts": call(answer)}
        built: list[object] = []

        def build() -> object:
            built.append(answer())
            return built[-1]

        facts = observe_network(build, inputs["images"])
        again = observe_network(build, inputs["images"])
        return {"facts": facts, "again": again, "fresh": built[:1] != built[1:]}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        if wrong := no_network(facts) or no_cnn(facts) or no_probabilities(facts["outputs"]):
            return wrong
        if wrong := too_large(facts):
            return wrong
        active = [layer["activation"] for layer in facts["layers"][:-1]]
        if not BENT & set(kinds(facts)[:-1]) and set(active) <= {None, "linear"}:
            return not_yet(
                "all-straight",
                "between your convolutions I find no ReLU, nor any other activation.",
                "a weighted sum of weighted sums is again a weighted sum: without an activation "
                "between them, many layers can do no more than one.",
                'give each convolution `activation="relu"`, or put `layers.ReLU()` after it.',
            )
        if not data["fresh"]:
            return not_yet(
                "one-model-for-all",
                "two calls gave the same network.",
                "below, several networks are trained and compared. They must not share their "
                "weights.",
                "make the network inside the function.",
            )
        return passed(
            f"{kinds(facts).count('Conv2D')} convolutions and {facts['parameters']:,} numbers to "
            f"learn; the old network has {1_199_882 / facts['parameters']:.0f} times as many.",
            "few numbers are soon trained and leave little room to learn digits by heart. Whether "
            "yours reads well, only the digits can say.",
        )
