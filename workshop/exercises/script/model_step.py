"""Step 2: a network with one layer."""

from typing import Any

import numpy as np

from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.exercises.script.step import Step
from workshop.verdict import Verdict, not_yet, passed


class Model(Step):
    id = "script-model"
    title = "A network with one layer"
    network = "call"
    hints = (
        "The network reads 784 numbers and answers with ten probabilities, one for each digit.",
        '`keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])`',
    )
    wrong_answers = {
        "no-input": 'return keras.Sequential([keras.layers.Dense(10, activation="softmax")])',
        "other-input": "return keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), "
        'keras.layers.Dense(10, activation="softmax")])',
        "other-outputs": "return keras.Sequential([keras.Input((784,)), "
        'keras.layers.Dense(1, activation="softmax")])',
        "no-probabilities": "return keras.Sequential([keras.Input((784,)), "
        "keras.layers.Dense(10)])",
        "not-a-model": "return [keras.layers.Dense(10)]",
    }

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"model": observe(lambda: _facts(answer()))}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        model = data["model"]
        if model["kind"] != "model":
            return not_yet(
                "not-a-model",
                f"your function returned a `{model['kind']}`.",
                "a list of layers is not wired together yet; a model is.",
                "wrap the list: `keras.Sequential([…])`.",
            )
        if not model["inputs"]:
            return not_yet(
                "no-input",
                "the model does not know the size of its input.",
                "until it does, it has no weights, and nothing can be counted or checked.",
                "put `keras.Input((784,))` first in the list.",
            )
        if model["inputs"] != [784]:
            return not_yet(
                "other-input",
                f"the model reads inputs of shape `{tuple(model['inputs'])}`.",
                "your `prepare` turns each picture into a row of 784 numbers, "
                "and the model has to read just that.",
                "write `keras.Input((784,))`.",
            )
        if model["outputs"] != [10]:
            return not_yet(
                "other-outputs",
                f"the model answers with shape `{tuple(model['outputs'])}`.",
                "there are ten digits, and the network gives each its own number.",
                "the last layer is a `Dense` with 10 units.",
            )
        if abs(model["total"] - 1) > 1e-3:
            return not_yet(
                "no-probabilities",
                f"for one picture, the ten outputs add up to {model['total']:.2f}.",
                "probabilities add up to 1. Softmax turns any ten numbers into such ten.",
                'give the last layer `activation="softmax"`.',
            )
        return passed(
            f"784 numbers in, ten probabilities out, {model['parameters']:,} parameters.",
            "each output weighs every pixel: 784 × 10 weights, and one bias for each digit.",
        )


def _facts(model: Any) -> Data:
    import keras

    if not isinstance(model, keras.Model):
        return {"kind": type(model).__name__}
    if not model.built:
        return {"kind": "model", "inputs": []}
    size = [side or 1 for side in model.input_shape]
    output = np.asarray(model(np.full(size, 0.5, "float32")))
    return {
        "kind": "model",
        "inputs": list(model.input_shape[1:]),
        "outputs": list(model.output_shape[1:]),
        "total": float(output.sum()),
        "parameters": model.count_params(),
    }
