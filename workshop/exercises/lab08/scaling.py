"""The scaling goes into the model: whoever asks it gives pixels as they are."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import gist, softmax
from workshop.exercises.lab06.several import near
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SIDE = 28
TOLERANCE = 1e-4
START = "pixels = keras.Input((28, 28))\n"
SHAPED = "layers.Reshape((28, 28, 1))"
END = "return keras.Model(pixels, network(scaled))"
ANSWER = START + f"scaled = layers.Rescaling(1 / 255)({SHAPED}(pixels))\n" + END


class WithScaling(Exercise):
    id = "08-with-scaling"
    title = "The scaling goes into the file"
    points = 2
    hints = (
        "A model leads from one place to another. It begins at `pixels = keras.Input((28, 28))`. "
        "Then call layers on it, one after the other, as in lab 05's residual block.",
        "`layers.Rescaling(1 / 255)(pixels)` multiplies; `layers.Reshape((28, 28, 1))(…)` adds the "
        "channel. A whole network can be called like a layer: `network(…)`.",
        "`return keras.Model(pixels, network(scaled))`, where `scaled` is what `Reshape` gave.",
    )
    wrong_answers = {
        "place-not-model": ANSWER.replace("keras.Model(pixels, network(scaled))", "scaled"),
        "not-a-model": ANSWER.replace(END, "return network(scaled).shape"),
        "other-door": START.replace("28, 28", "28, 28, 1")
        + "scaled = layers.Rescaling(1 / 255)(pixels)\n"
        + END,
        "no-door": f"return keras.Sequential([layers.Rescaling(1 / 255), {SHAPED}, network])",
        "no-scaling": ANSWER.replace("1 / 255", "1"),
        "multiplied": ANSWER.replace("1 / 255", "255"),
        "scaled-twice": ANSWER.replace("network(scaled)", "network(scaled / 255)"),
        "by-256": ANSWER.replace("1 / 255", "1 / 256"),
        "other-range": ANSWER.replace("1 / 255", "1 / 127.5, offset=-1"),
        "other-answers": ANSWER.replace("network(scaled)", "network(1 - scaled)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        pixels = rng.integers(0, 256, (6, SIDE, SIDE)) * (rng.random((6, SIDE, SIDE)) < 0.3)
        # Hardly any ink: here even a network that is fed far too large numbers is not yet sure.
        pixels[0] = 0
        pixels[0, 10, 10:14] = 1
        return {
            "images": pixels.astype("float32"),
            "kernel": rng.normal(0, 0.15, (SIDE * SIDE, 10)).astype("float32"),
            "bias": rng.normal(0, 0.5, 10).astype("float32"),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"facts": call(answer)}
        network = _network(inputs["kernel"], inputs["bias"])
        return {"facts": observe(lambda: _facts(answer(network), inputs["images"]))}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        kind = facts.get("kind") if isinstance(facts, dict) else type(facts).__name__
        if kind == "KerasTensor":
            return not_yet(
                "place-not-model",
                "I got a `KerasTensor`.",
                "that is a place in the network. A model leads from one place to another.",
                "`return keras.Model(pixels, …)`.",
            )
        if not isinstance(facts, dict) or not facts.get("is_model"):
            return not_yet(
                "not-a-model",
                f"I got a `{kind}`.",
                "only a model can be exported.",
                "return `keras.Model(where it begins, where it ends)`.",
            )
        if facts["takes"] is None and facts["outputs"] is not None:
            return not_yet(
                "no-door",
                "your model does not say which shape it takes.",
                "it would find out with the first picture. An export has to know it before.",
                "begin with `keras.Input((28, 28))`.",
            )
        if facts["takes"] != [SIDE, SIDE] or facts["outputs"] is None:
            return not_yet(
                "other-door",
                f"your model takes `{tuple(facts['takes'] or ())}`; I tried pictures of `(28, 28)`."
                f" {facts['error']}".strip(),
                "whoever asks has 28 rows of 28 numbers. Channels are the network's business.",
                "begin with `keras.Input((28, 28))`; `layers.Reshape((28, 28, 1))` comes after.",
            )
        return self._values(inputs, facts["outputs"])

    def _values(self, inputs: Data, got: NDArray[Any]) -> Verdict:
        images = inputs["images"].astype("float64")

        def gives(scaled: NDArray[Any]) -> bool:
            flat = scaled.reshape(len(scaled), -1)
            return near(got, softmax(flat @ inputs["kernel"] + inputs["bias"]), TOLERANCE)

        if gives(images / 255):
            return passed(
                "it takes pixels 0…255, and answers as the network does on 0…1.",
                "the scaling and the weights can no longer be separated: nobody can forget it.",
            )
        if gives(images):
            return not_yet(
                "no-scaling",
                "your model hands pixels to the network as they are, up to 255.",
                "the network was trained on 0…1.",
                "put `layers.Rescaling(1 / 255)` in between.",
            )
        if gives(images * 255):
            return not_yet(
                "multiplied",
                "your model makes pixels 255 times larger.",
                "`Rescaling(scale)` multiplies; it does not divide.",
                "`layers.Rescaling(1 / 255)`.",
            )
        if gives(images / 255**2):
            return not_yet(
                "scaled-twice",
                f"white arrives at the network as {1 / 255:.4f}, not as 1.",
                "the pixels are divided by 255 twice: to the network, every picture is black.",
                "scale once.",
            )
        if gives(images / 256):
            return not_yet(
                "by-256",
                f"white arrives at the network as {255 / 256:.4f}, not as 1.",
                "pixels take 256 values, but the largest is 255.",
                "divide by 255, as the training did.",
            )
        if gives(images / 127.5 - 1):
            return not_yet(
                "other-range",
                "your model scales to −1…1.",
                "some networks are trained so. This one saw 0…1, where paper is 0.",
                "`layers.Rescaling(1 / 255)`, without an offset.",
            )
        return not_yet(
            "other-answers",
            f"I got the shape `{np.shape(got)}` and other probabilities than the network gives for "
            "the scaled pictures.",
            "the frozen model must answer as the trained one does.",
            "three steps, in any sensible order: `Reshape`, `Rescaling`, `network`.",
        )


def _network(kernel: NDArray[Any], bias: NDArray[Any]) -> Any:
    import keras
    from keras import layers

    network = keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )
    network.set_weights([kernel, bias])
    return network


def _facts(result: Any, images: NDArray[Any]) -> Any:
    """What came back: a model's answers to the images, or what else it is."""
    import keras

    if result is None or isinstance(result, type):
        return result
    facts: Data = {"kind": type(result).__name__, "is_model": isinstance(result, keras.Model)}
    if not facts["is_model"]:
        return facts
    shape = getattr(result, "input_shape", None) if result.built else None
    facts["takes"] = list(shape[1:]) if isinstance(shape, tuple) else None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a list around one input is no mistake
            return facts | {"outputs": np.asarray(result(images)), "error": ""}
    except Exception as error:  # the model is the learner's
        return facts | {"outputs": None, "error": gist(error)}
