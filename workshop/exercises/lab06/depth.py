"""A model that stops half-way: what does the network know at this layer?"""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import gist
from workshop.exercises.lab06.several import near
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LAYERS = {"relu": 1, "flatten": 2}
TOLERANCE = 1e-4


class StopAt(Exercise):
    id = "06-stop-at"
    title = "Stop at a layer"
    hints = (
        "`keras.Model(…, …)` takes two things: where it begins, and where it ends. Both are "
        "places in a network that is already there, so nothing is trained and nothing is copied.",
        "It begins where the whole model begins. `model.inputs` is a list, so that is "
        "`model.inputs[0]`. And `layer.output` is the place right behind `layer`.",
    )
    wrong_answers = {
        "place-not-model": "return layer.output",
        "layer-not-model": "return layer",
        "not-a-model": "return model.summary",
        "one-too-early": "return keras.Model(model.inputs[0], layer.input)",
        "whole-model": "return keras.Model(model.inputs[0], model.outputs[0])",
        "begins-at-the-layer": "return keras.Model(layer.input, layer.output)",
        "fresh-weights": "copy = keras.models.clone_model(model)\n"
        "return keras.Model(copy.inputs[0], copy.layers[model.layers.index(layer)].output)",
        "other-numbers": "return keras.Model(model.inputs[0], 2 * layer.output)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        weights = [(1, 1, 1, 2), (2,), (32, 3), (3,)]
        return {
            "images": rng.random((3, 4, 4, 1)).astype("float32"),
            "weights": [rng.normal(0, 1, shape).astype("float32") for shape in weights],
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        model = _network(inputs["weights"])
        data: Data = {}
        for name, place in LAYERS.items():
            data[name] = _try(answer, model, model.layers[place], inputs["images"])
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        at_layer = _by_hand(inputs)
        for name in LAYERS:
            if wrong := self._kind(data[name]) or self._values(name, at_layer, data[name]):
                return wrong
        return passed(
            "it gives what the layer gives, with the weights of the network itself.",
            "no copy was made: two models now share their layers. Train one, and the other "
            "changes, too.",
        )

    def _kind(self, got: Any) -> Verdict | None:
        kind = got.get("kind") if isinstance(got, dict) else type(got).__name__
        if kind == "KerasTensor":
            return not_yet(
                "place-not-model",
                "I got a `KerasTensor`.",
                "that is a place in the network, not a number yet. A model leads from one place "
                "to another, and can be called on digits.",
                "`keras.Model(where it begins, where it ends)`.",
            )
        if isinstance(got, dict) and got.get("is_layer"):
            return not_yet(
                "layer-not-model",
                f"I got the layer itself, a `{kind}`.",
                "called on a digit, it would take it for the output of the layer before.",
                "make a model that begins at `model.inputs[0]` and ends at `layer.output`.",
            )
        if not isinstance(got, dict) or not got.get("is_model"):
            return not_yet(
                "not-a-model",
                f"I got a `{kind}`.",
                "the lab will hand digits to what you return, so it must be a model.",
                "return `keras.Model(…, …)`.",
            )
        if got["takes"] != [4, 4, 1] or got["outputs"] is None:
            return not_yet(
                "begins-at-the-layer",
                f"your model does not take pictures of `(4, 4, 1)`, but `{tuple(got['takes'])}`. "
                f"{got['error']}",
                "it begins behind the first layers, so it would need what those make of a picture.",
                "begin at `model.inputs[0]`.",
            )
        return None

    def _values(self, name: str, at: dict[str, NDArray[Any]], got: Data) -> Verdict | None:
        outputs, want = got["outputs"], at[name]
        before = {"relu": "conv", "flatten": "relu"}[name]
        if near(outputs, want, TOLERANCE):
            return None
        if near(outputs, at[before], TOLERANCE):
            return not_yet(
                "one-too-early",
                f"asked for the layer `{name}`, your model ends right in front of it.",
                "`layer.input` is what comes in; the layer has not worked on it yet.",
                "end at `layer.output`.",
            )
        if near(outputs, at["dense"], TOLERANCE):
            return not_yet(
                "whole-model",
                f"asked for the layer `{name}`, your model goes on to the probabilities.",
                "`model.outputs[0]` is the end of the whole network.",
                "end at `layer.output`.",
            )
        if np.shape(outputs) == want.shape and not got["shared"]:
            return not_yet(
                "fresh-weights",
                "the shape is right, the numbers are others, and so are the weights.",
                "a cloned or rebuilt layer begins with weights of its own, drawn by chance. It "
                "shows what a network thinks that never learned anything.",
                "use the layers that are there: `model.inputs[0]` and `layer.output`.",
            )
        return not_yet(
            "other-numbers",
            f"for the layer `{name}` I got the shape `{np.shape(outputs)}`, first number "
            f"{np.ravel(outputs)[0] if np.size(outputs) else 0:.3f}; it should be `{want.shape}` "
            f"and {want.ravel()[0]:.3f}.",
            "what comes out must be exactly what this layer hands to the next one.",
            "from `model.inputs[0]` to `layer.output`, with nothing added.",
        )


def _network(weights: list[NDArray[Any]]) -> Any:
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            layers.Conv2D(2, 1),
            layers.ReLU(),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.set_weights(weights)
    return model


def _try(answer: Any, model: Any, layer: Any, images: NDArray[Any]) -> Data:
    if not callable(answer) or isinstance(answer, type):
        return call(answer)
    return observe(lambda: _facts(answer(model, layer), model, images))


def _facts(result: Any, model: Any, images: NDArray[Any]) -> Any:
    """What came back: a model's answer to the images, or what else it is."""
    import keras

    if result is None or isinstance(result, type):
        return result
    kind = type(result).__name__
    facts: Data = {"kind": kind, "is_model": isinstance(result, keras.Model)}
    facts["is_layer"] = isinstance(result, keras.Layer) and not facts["is_model"]
    if not facts["is_model"]:
        return facts
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a list around one input is no mistake
            outputs = result(images)
        facts |= {"outputs": np.asarray(outputs), "error": ""}
        # By identity: layers that only have the same weights would not follow later training.
        own = {id(layer) for layer in model.layers}
        facts["shared"] = any(id(layer) in own for layer in result.layers)
    except Exception as error:  # the model is the learner's
        facts |= {"outputs": None, "error": gist(error)}
    facts["takes"] = list(result.inputs[0].shape[1:]) if result.inputs else []
    return facts


def _by_hand(inputs: Data) -> dict[str, NDArray[Any]]:
    """What each layer gives, in NumPy: a kernel of 1×1 only scales."""
    kernel, bias, dense, last = inputs["weights"]
    conv = inputs["images"] * kernel[0, 0] + bias
    relu = np.maximum(conv, 0)
    flat = relu.reshape(len(relu), -1)
    powers = np.exp(flat @ dense + last)
    return {
        "conv": conv,
        "relu": relu,
        "flatten": flat,
        "dense": powers / powers.sum(axis=1, keepdims=True),
    }
