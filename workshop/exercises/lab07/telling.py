"""The discriminator: a picture becomes one number, large for "real"."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab07.players import no_player, not_fresh, observe_player, too_large
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FEW = 40

RIGHT = """\
return keras.Sequential([
    keras.Input((28, 28, channels)),
    layers.Conv2D(8, 4, strides=2, padding="same"),
    layers.LeakyReLU(0.2),
    layers.Conv2D(16, 4, strides=2, padding="same"),
    layers.LeakyReLU(0.2),
    layers.Flatten(),
    layers.Dense(1),
])"""


class Discriminator(Exercise):
    id = "07-discriminator"
    title = "The discriminator"
    points = 2
    hints = (
        "It is a network as in lab 05, with one output. `keras.Input((28, 28, channels))`, then "
        '`layers.Conv2D(16, 4, strides=2, padding="same")` and `layers.LeakyReLU(0.2)`.',
        "The same again with 32 filters. Then `layers.Flatten()`, `layers.Dense(64)` with another "
        "LeakyReLU, and `layers.Dense(1)`, without any activation.",
    )
    wrong_answers = {
        "not-a-model": "return 'real'",
        "returned-nothing": RIGHT.replace("return ", ""),
        "class-not-instance": "return keras.Model",
        "raised": RIGHT.replace("    layers.Dense(1)", "    layers.Conv2D(1, 3)"),
        "other-channels": RIGHT.replace("channels)", "1)"),
        "no-convolutions": "return keras.Sequential([keras.Input((28, 28, channels)), "
        "layers.Flatten(), layers.Dense(64), layers.LeakyReLU(), layers.Dense(1)])",
        "ten-classes": RIGHT.replace("Dense(1)", "Dense(10)"),
        "two-outputs": RIGHT.replace("Dense(1)", "Dense(2)"),
        "no-flatten": RIGHT.replace("    layers.Flatten(),\n", ""),
        "already-a-probability": RIGHT.replace("Dense(1)", 'Dense(1, activation="sigmoid")'),
        "one-sided": RIGHT.replace("Dense(1)", 'Dense(1, activation="relu")'),
        "too-large": RIGHT.replace("Flatten(),", "Flatten(),\n    layers.Dense(500),"),
        "one-model-for-all": "global _kept\ntry:\n    return _kept\nexcept NameError:\n    "
        + RIGHT.replace("return ", "_kept = ").replace("\n", "\n    ").replace("channels", "2")
        + "\n    return _kept",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Dark and light, and below 0 too, so that an output with a limit on one side shows it.
        images = rng.normal(size=(FEW, 28, 28, 2)) + rng.normal(0, 2, (FEW, 1, 1, 2))
        return {"size": 2, "images": images.astype("float32")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"facts": observe_player(answer, inputs["size"], inputs["images"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        if wrong := no_player(facts) or self._shapes(inputs, facts) or self._range(facts):
            return wrong
        if "Conv2D" not in facts["layers"]:
            return not_yet(
                "no-convolutions",
                "I find no `Conv2D`.",
                "what gives a false digit away are small things: a torn stroke, a grey edge, a "
                "spot. They can be anywhere, so look with shared weights.",
                "begin with two convolutions of stride 2.",
            )
        if wrong := too_large(facts) or not_fresh(facts):
            return wrong
        return passed(
            f"one number for each picture, without a limit, from {facts['parameters']:,} numbers "
            "to learn.",
            "it is a classifier with two classes, real and false. What is new: one of its "
            "classes gets better all the time.",
        )

    def _shapes(self, inputs: Data, facts: Data) -> Verdict | None:
        wanted = [28, 28, inputs["size"]]
        if facts["input_shape"] != wanted or facts["error"]:
            takes = f"your network takes `{tuple(facts['input_shape'])}`."
            refuses = f"your network says `{facts['error']}`."
            return not_yet(
                "other-channels",
                f"I asked for {inputs['size']} channels; "
                + (takes if facts["input_shape"] != wanted else refuses),
                "at the end of this lab, pictures will carry more than grey.",
                "start with `keras.Input((28, 28, channels))`.",
            )
        shape = facts["output_shape"]
        if len(shape) > 1:
            return not_yet(
                "no-flatten",
                f"for one picture I got the shape `{tuple(shape)}`.",
                "a dense layer works on the channels alone, and leaves rows and columns as they "
                "are. So you say real or false of each place by itself.",
                "put `layers.Flatten()` in front of the last layer.",
            )
        if shape == [2]:
            return not_yet(
                "two-outputs",
                "for one picture I got 2 numbers.",
                "two classes need one number: large for real, small for false. The second would "
                "only say the same again.",
                "end with `layers.Dense(1)`.",
            )
        if shape not in ([1], []):
            return not_yet(
                "ten-classes",
                f"for one picture I got {shape[0]} numbers.",
                "this player is not asked which digit it is. Only: drawn by a person, or not?",
                "end with `layers.Dense(1)`.",
            )
        return None

    def _range(self, facts: Data) -> Verdict | None:
        values = np.concatenate([facts["outputs"].ravel(), facts["far"].ravel()])
        low, high = float(values.min()), float(values.max())
        # All 0: a ReLU whose fresh weights happen to let nothing through. No sigmoid does that.
        if low >= 0 and 0 < high <= 1:
            return not_yet(
                "already-a-probability",
                f"with very large inputs, the answers stay between {low:.2f} and {high:.2f}.",
                "that is the sigmoid's work. The losses below take the number in front of it, "
                "the logit: only so can they be computed without overflow.",
                "leave the activation of the last layer out.",
            )
        # Fresh weights may happen to lift all pictures above 0, so the layer's name counts as well.
        if (values >= 0).all() and ((values == 0).any() or facts["ends"] == "relu"):
            return not_yet(
                "one-sided",
                "not one of my pictures got a number below 0.",
                "0 means undecided. Without numbers below it, this player can never say false.",
                "leave the activation of the last layer out.",
            )
        return None
