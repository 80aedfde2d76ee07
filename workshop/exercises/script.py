"""The script track: three steps that turn skeleton/mnist.py into a program that learns."""

import contextlib
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed


class Step(Exercise):
    """An exercise of a script: the script waits for it."""

    def call_for(self, verb: str, stage: int | None = None) -> str:
        """In a terminal, help is a command."""
        number = f" {stage}" if stage else ""
        return f"workshop hint {self.id}{' --solution' if verb == 'solution' else number}"

    def require(self, answer: Any) -> None:
        """Say how the step stands; end the script, without an error, unless it has passed.

        Raises:
            SystemExit: with status 0, because waiting for the learner is no failure.
        """
        verdict = self.check(answer)
        print(verdict)
        if not verdict.passed:
            raise SystemExit(0)


class Prepare(Step):
    id = "script-prepare"
    title = "Pixels become what the network reads"
    hints = (
        "Two things: each picture becomes one row of 784 numbers, and each number lies "
        "between 0 and 1.",
        '`images.reshape(len(images), 784)` makes the rows; `.astype("float32") / 255` scales.',
    )
    wrong_answers = {
        "not-scaled": 'return images.reshape(len(images), 784).astype("float32")',
        "whole-numbers": "return images.reshape(len(images), 784) // 255",
        "wrong-shape": 'return images.astype("float32") / 255',
        "wrong-dtype": "return images.reshape(len(images), 784) / 255",
        "mixed-up": 'return images.reshape(784, len(images)).T.astype("float32") / 255',
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images = rng.integers(0, 256, (5, 28, 28)).astype("uint8")
        images[0, 0, 0] = 255
        return {"images": images}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"rows": call(answer, inputs["images"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        images, rows = inputs["images"], data["rows"]
        if wrong := expect_array(rows, (len(images), 784)):
            return wrong
        if rows.dtype.kind in "iu":
            return not_yet(
                "whole-numbers",
                f"the numbers are whole (`{rows.dtype}`), from {rows.min()} to {rows.max()}.",
                "`//` throws away everything behind the point, so every grey pixel becomes 0.",
                "divide with `/`.",
            )
        if rows.max() > 1:
            return not_yet(
                "not-scaled",
                f"the largest number is {rows.max():g}; it should be 1.",
                "weights start small, for inputs near 1. With inputs up to 255 the first steps "
                "of training are far too large.",
                "divide by 255.",
            )
        if wrong := expect_array(rows, dtype="float32"):
            return wrong
        if not np.allclose(rows, images.reshape(len(images), 784) / 255, atol=1e-6):
            return not_yet(
                "mixed-up",
                "the shape is right, but the first row is not the first picture.",
                "`reshape` keeps the order of the numbers. It must cut them into pictures, "
                "so the number of pictures comes first.",
                "use `reshape(len(images), 784)`, without a transpose.",
            )
        return passed(
            "one row of 784 numbers for each picture, all between 0 and 1.",
            "whatever you do to the training digits, do it to every digit that comes later.",
        )


class Model(Step):
    id = "script-model"
    title = "A network with one layer"
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


class Training(Step):
    id = "script-training"
    title = "A loss and an optimizer"
    hints = (
        "The labels are whole numbers, 0 to 9. Which cross-entropy takes them as they are? "
        "It has *sparse* in its name.",
        'Loss: `"sparse_categorical_crossentropy"`. Optimizer: `"adam"` is a good first choice.',
    )
    wrong_answers = {
        "one-hot-loss": 'loss = "categorical_crossentropy"\noptimizer = "adam"',
        "regression-loss": 'loss = "mse"\noptimizer = "sgd"',
        "other-loss": 'loss = "hinge"\noptimizer = "adam"',
        "unknown-name": 'loss = "sparse_categorical_crossentropy"\noptimizer = "adm"',
        "asleep": 'loss = "sparse_categorical_crossentropy"\noptimizer = "adadelta"',
    }

    def probe(self, inputs: Data, answer: Any) -> Data:
        loss, optimizer = answer
        return {
            "loss": observe(lambda: _loss_name(loss)),
            "steps": observe(lambda: _optimizer_facts(optimizer)),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        loss, steps = data["loss"], data["steps"]
        if loss in ("categorical_crossentropy", "binary_crossentropy"):
            return not_yet(
                "one-hot-loss",
                f"`{loss}` wants ten numbers for each label, such as 0 0 0 1 0 0 0 0 0 0.",
                "`load_mnist` gives whole numbers. Both forms say the same; "
                "the loss has to fit the form.",
                'put `sparse_` in front: `"sparse_categorical_crossentropy"`.',
            )
        if "squared" in loss or "absolute" in loss:
            return not_yet(
                "regression-loss",
                f"`{loss}` measures a distance between numbers.",
                "an 8 is not closer to a 9 than to a 3: classes have no distance. And its "
                "gradient fades just where the network is most wrong.",
                "use a cross-entropy.",
            )
        if loss != "sparse_categorical_crossentropy":
            return not_yet(
                "other-loss",
                f"the loss is `{loss}`.",
                "for classes given as whole numbers, cross-entropy is what probabilities are "
                "trained with.",
                'use `"sparse_categorical_crossentropy"`.',
            )
        if "learning_rate" not in steps:
            return not_yet(
                "unknown-name",
                f"Keras knows no optimizer `{steps['given']}`.",
                "Keras looks the name up in its own list.",
                '`"sgd"`, `"adam"` and `"rmsprop"` are in it.',
            )
        if steps["name"] in ("adadelta", "adagrad") and steps["learning_rate"] <= 0.01:
            return not_yet(
                "asleep",
                f"{steps['name']} with a learning rate of {steps['learning_rate']:g} hardly moves.",
                "a default is not a recommendation. This one was lowered a thousandfold years "
                "ago, and code copied from older courses stopped learning.",
                'take `"adam"`, or set the learning rate yourself.',
            )
        return passed(f"{loss} with {steps['name']}: the network can learn now.")


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


def _loss_name(loss: Any) -> str | None:
    import keras

    found = keras.losses.get(loss)
    return str(getattr(found, "name", None) or found.__name__) if found else None


def _optimizer_facts(optimizer: Any) -> Data:
    import keras

    with contextlib.suppress(AttributeError, TypeError, ValueError):
        found = keras.optimizers.get(optimizer)
        return {"name": found.name.lower(), "learning_rate": float(found.learning_rate)}
    return {"given": str(optimizer)}


prepare = Prepare()
model = Model()
training = Training()
