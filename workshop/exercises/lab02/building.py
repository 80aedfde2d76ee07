"""The first network: the shapes must fit before anything can be learned."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import observe_model, softmax
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SMALLEST = 784 * 10 + 10
SUM_TOLERANCE = 1e-4


def _network(*inside: str) -> str:
    return f"return keras.Sequential([{', '.join(inside)}])"


class Network(Exercise):
    id = "02-network"
    title = "A network that takes a picture"
    points = 2
    network = "call"
    hints = (
        "Three lines in a list, in the order in which the data meets them: what comes in "
        "(`keras.Input`), the picture made flat (`layers.Flatten`), ten outputs "
        "(`layers.Dense`).",
        "`keras.Input((28, 28))` is the shape of one picture. The last layer has 10 units, and "
        'its activation makes probabilities: `activation="softmax"`.',
        "`keras.Sequential([keras.Input((28, 28)), layers.Flatten(), …])`, with "
        '`layers.Dense(10, activation="softmax")` at the end; and do not forget `return`.',
    )
    wrong_answers = {
        "not-a-model": 'return [layers.Flatten(), layers.Dense(10, activation="softmax")]',
        "class-not-instance": "return keras.Sequential",
        "returned-nothing": 'keras.Sequential([layers.Dense(10, activation="softmax")])',
        "no-input-shape": _network("layers.Flatten()", 'layers.Dense(10, activation="softmax")'),
        "batch-in-the-shape": _network(
            "keras.Input((32, 28, 28))",
            "layers.Flatten()",
            'layers.Dense(10, activation="softmax")',
        ),
        "rows-not-pictures": _network(
            "keras.Input((784,))", 'layers.Dense(10, activation="softmax")'
        ),
        "no-flatten": _network("keras.Input((28, 28))", 'layers.Dense(10, activation="softmax")'),
        "not-ten-outputs": _network(
            "keras.Input((28, 28))", "layers.Flatten()", 'layers.Dense(1, activation="softmax")'
        ),
        "sigmoid": _network(
            "keras.Input((28, 28))", "layers.Flatten()", 'layers.Dense(10, activation="sigmoid")'
        ),
        "not-probabilities": _network(
            "keras.Input((28, 28))", "layers.Flatten()", 'layers.Dense(10, activation="relu")'
        ),
        "other-size": _network(
            "keras.Input((28, 28))",
            "layers.Flatten()",
            "layers.Dense(32)",
            'layers.Dense(10, activation="softmax")',
        ),
        "other-function": _network(
            "keras.Input((28, 28))",
            "layers.Rescaling(1 / 255)",
            "layers.Flatten()",
            'layers.Dense(10, activation="softmax")',
        ),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"images": rng.random((4, 28, 28)).astype("float32")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        import keras

        if isinstance(answer, keras.Model):
            # A model can be called, too, but not without a picture.
            return {"network": {"observed": "not-callable", "type": type(answer).__name__}}
        if not callable(answer) or isinstance(answer, type):
            return {"network": call(answer)}
        return {"network": observe_model(answer, inputs["images"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["network"]
        if not facts["is_model"]:
            return not_yet(
                "not-a-model",
                f"your function returned a `{facts['kind']}`.",
                "layers in a list do not know each other yet. A model connects them, "
                "and gives them their weights.",
                "put the list into `keras.Sequential([…])`.",
            )
        if wrong := self._input(facts) or self._output(facts):
            return wrong
        if facts["parameters"] != SMALLEST:
            return not_yet(
                "other-size",
                f"it has {facts['parameters']:,} numbers to learn; I expected {SMALLEST:,}.",
                "it works, but the first network is to be the smallest one: the flat picture, "
                "and ten outputs right after it. Hidden layers come later.",
                "leave only `Input`, `Flatten` and one `Dense(10, …)`.",
            )
        weights, biases = facts["weights"]
        expected = softmax(inputs["images"].reshape(-1, 784) @ weights + biases)
        if not np.allclose(facts["outputs"], expected, atol=1e-4):
            return not_yet(
                "other-function",
                f"for my first picture the largest output is {facts['outputs'][0].max():.3f}; "
                f"its pixels and your weights give {expected[0].max():.3f}.",
                "something between the input and the last layer changes the numbers. "
                "The digits here are scaled already, so nothing else is needed.",
                "leave only `Input`, `Flatten` and `Dense`.",
            )
        return passed(
            "a picture of 28 × 28 goes in, ten probabilities that add up to 1 come out.",
            "most first errors are errors of shape. To find them, ask each layer what goes in "
            "and what comes out.",
        )

    def _input(self, facts: Data) -> Verdict | None:
        shape = facts["input_shape"][1:]
        if not facts["built"]:
            return not_yet(
                "no-input-shape",
                "the model does not know what shape will come in.",
                "until it does, it has no weights: there is nothing to count or to draw, and "
                "mistakes show up only later, during training.",
                "make `keras.Input((28, 28))` the first item of the list.",
            )
        if len(shape) > 2 and shape != [28, 28, 1]:
            return not_yet(
                "batch-in-the-shape",
                f"your input shape is `{tuple(shape)}`, which has {len(shape)} axes.",
                "the shape is that of one picture. Keras adds the axis for their number "
                "itself, so that one network takes 32 digits as well as 60,000.",
                "write `keras.Input((28, 28))`.",
            )
        if facts["outputs"] is None:
            return not_yet(
                "rows-not-pictures",
                f"your network expects the shape `{tuple(shape)}`. Pictures of `(28, 28)` give "
                f"`{facts['error']}`",
                "our digits come as pictures. If the network flattens them itself, nobody who "
                "uses it can forget to.",
                "start with `keras.Input((28, 28))`, then `layers.Flatten()`.",
            )
        return None

    def _output(self, facts: Data) -> Verdict | None:
        outputs = facts["outputs"]
        if outputs.ndim > 2:
            return not_yet(
                "no-flatten",
                f"for 4 pictures I got outputs of shape `{outputs.shape}`, not `(4, 10)`.",
                "a dense layer works on the last axis. It took each of the 28 rows of pixels "
                "for an example of its own, and gave ten numbers for each row.",
                "put `layers.Flatten()` before it, so that one picture is one row of 784.",
            )
        if outputs.shape != (4, 10):
            return not_yet(
                "not-ten-outputs",
                f"for 4 pictures I got outputs of shape `{outputs.shape}`, not `(4, 10)`.",
                "a digit is one of ten names, so the network needs ten outputs: one probability "
                "for each. (Softmax over a single output is always 1.)",
                "give the last `Dense` 10 units.",
            )
        total, lowest = float(outputs[0].sum()), float(outputs.min())
        if abs(total - 1) < SUM_TOLERANCE and lowest >= 0:
            return None
        if facts["layers"][-1]["activation"] == "sigmoid":
            return not_yet(
                "sigmoid",
                f"each output lies between 0 and 1, but together they make {total:.2f}.",
                "sigmoid answers ten separate yes-or-no questions. A digit is exactly one of "
                "ten, so the outputs have to share one whole.",
                'use `activation="softmax"`.',
            )
        return not_yet(
            "not-probabilities",
            f"the ten outputs of one picture add up to {total:.2f}, the lowest is {lowest:.2f}.",
            "these are scores. Probabilities are never negative and add up to 1; softmax turns "
            "scores into them.",
            'give the last layer `activation="softmax"`.',
        )
