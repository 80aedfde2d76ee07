"""The stretch: a generator that is told which digit to draw, and tells it on."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab07.players import no_player, not_fresh, observe_player
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FEW = 4

START = "asked = keras.Input((latent + 10,))\n"
DRAW = "picture = make_generator(latent + 10)(asked)\n"
PLANES = "planes = layers.UpSampling2D(28)(layers.Reshape((1, 1, 10))(asked[:, latent:]))\n"
END = "return keras.Model(asked, layers.Concatenate()([picture, planes]))"
RIGHT = START + DRAW + PLANES + END


class ConditionalGenerator(Exercise):
    id = "07-conditional-generator"
    title = "Draw what I ask for"
    points = 3
    hints = (
        "Start with `asked = keras.Input((latent + 10,))`: the noise, then the order. "
        "`make_generator(latent + 10)` draws from all of it: "
        "`picture = make_generator(latent + 10)(asked)`.",
        "The order is `asked[:, latent:]`. `layers.Reshape((1, 1, 10))` makes a picture of one "
        "pixel and ten channels of it, `layers.UpSampling2D(28)` spreads that to 28×28.",
        "`return keras.Model(asked, layers.Concatenate()([picture, planes]))`.",
    )
    wrong_answers = {
        "not-a-model": START + DRAW + "return picture",
        "returned-nothing": RIGHT.replace("return ", ""),
        "class-not-instance": "return keras.Model",
        "other-inputs": START.replace(" + 10", "")
        + DRAW.replace(" + 10", "")
        + "return keras.Model(asked, picture)",
        "no-planes": START + DRAW + "return keras.Model(asked, picture)",
        "noise-on-the-planes": RIGHT.replace("asked[:, latent:]", "asked[:, :10]"),
        "planes-first": RIGHT.replace("[picture, planes]", "[planes, picture]"),
        "label-not-drawn": RIGHT.replace(
            DRAW, "picture = make_generator(latent)(asked[:, :latent])\n"
        ),
        "noise-not-used": RIGHT.replace(DRAW, "picture = make_generator(10)(asked[:, latent:])\n"),
        "one-model-for-all": "global _kept\ntry:\n    return _kept\nexcept NameError:\n    "
        + RIGHT.replace("return ", "_kept = ").replace("\n", "\n    ")
        + "\n    return _kept",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        latent = int(rng.integers(11, 20))
        noise = rng.normal(size=(FEW, latent))
        labels = np.eye(10)[rng.choice(10, FEW, replace=False)]
        asked = np.concatenate([noise, labels], axis=1)
        # The second half has the first half's noise with other labels, the third the reverse.
        others = np.concatenate([noise, labels[::-1]], axis=1)
        again = np.concatenate([noise[::-1], labels], axis=1)
        rows = np.concatenate([asked, others, again]).astype("float32")
        return {"latent": latent, "asked": rows}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"facts": observe_player(answer, inputs["latent"], inputs["asked"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts, latent = data["facts"], inputs["latent"]
        if wrong := no_player(facts):
            return wrong
        if facts["input_shape"] != [latent + 10]:
            return not_yet(
                "other-inputs",
                f"with {latent} random numbers and ten for the order, {latent + 10} go in; yours "
                f"takes `{tuple(facts['input_shape'])}`.",
                "who is not told which digit is wanted cannot draw it.",
                "`keras.Input((latent + 10,))`.",
            )
        if facts["error"] or facts["output_shape"] != [28, 28, 11]:
            seen = facts["error"] or f"the shape is `{tuple(facts['output_shape'])}`"
            return not_yet(
                "no-planes",
                f"{seen}; it should be `(28, 28, 11)`: one channel of grey, ten for the order.",
                "if the discriminator does not see what was asked for, it cannot object to a fine "
                "3 that should have been a 7.",
                "join the picture and the ten planes with `layers.Concatenate()`.",
            )
        if wrong := self._planes(inputs, facts["outputs"]) or self._drawn(facts["outputs"]):
            return wrong
        if wrong := not_fresh(facts):
            return wrong
        return passed(
            "the picture depends on the noise and on the order, and carries its order on ten "
            "planes.",
            "what both players see, the game makes fit. A discriminator that knows the order asks "
            "for more than a good digit: for the right one.",
        )

    def _planes(self, inputs: Data, outputs: Any) -> Verdict | None:
        latent, asked = inputs["latent"], inputs["asked"]
        labels = asked[:, None, None, latent:]
        if np.allclose(outputs[..., 1:], labels, atol=1e-5):
            return None
        if np.allclose(outputs[..., :10], labels, atol=1e-5):
            return not_yet(
                "planes-first",
                "the ten planes come first, the picture last.",
                "channel 0 is the grey in real digits, too: `with_label` has put it there.",
                "`layers.Concatenate()([picture, planes])`.",
            )
        return not_yet(
            "noise-on-the-planes",
            "channels 1 to 10 do not hold the order that I gave.",
            f"of the numbers that go in, the first {latent} are noise, and the last ten are the "
            "order: 1 for the digit, 0 for the others.",
            "take `asked[:, latent:]`.",
        )

    def _drawn(self, outputs: Any) -> Verdict | None:
        asked, others, again = np.split(outputs[..., 0], 3)
        if np.allclose(asked, others, atol=1e-6):
            return not_yet(
                "label-not-drawn",
                "the same noise with another order gives the same picture.",
                "the order is written beside the picture, but nobody told it to whoever draws.",
                "let `make_generator(latent + 10)` have all of `asked`.",
            )
        if np.allclose(asked, again, atol=1e-6):
            return not_yet(
                "noise-not-used",
                "the same order with other noise gives the same picture.",
                "then there is one 7, for ever.",
                "let `make_generator(latent + 10)` have all of `asked`.",
            )
        return None
