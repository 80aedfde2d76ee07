"""Step 3: a loss and an optimizer."""

import contextlib
from typing import Any

from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.exercises.script.step import Step
from workshop.verdict import Verdict, not_yet, passed


class Training(Step):
    id = "script-training"
    title = "A loss and an optimizer"
    hints = (
        "The labels are whole numbers, 0 to 9. Which cross-entropy takes them as they are? "
        "It has `sparse` in its name.",
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
