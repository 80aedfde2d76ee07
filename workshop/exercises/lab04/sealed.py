"""A network of at most 4,000 parameters, judged on the sealed test digits."""

from typing import Any

import numpy as np

from workshop.data import load_mnist, mnist_source
from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import answers, observe_model
from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

MOST = 4_000
WANTED_REAL = 93.0
WANTED_STAND_IN = 70.0
"""The stand-in's digits are warped, which makes them harder."""
CHANCE = 20.0
FEW = 4
SUM_TOLERANCE = 1e-2

NETWORK = """\
small = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.AveragePooling2D({pool}),
    layers.Flatten(),
    layers.Dense({units}, activation="{activation}"),
])"""
PLAIN = NETWORK.format(pool=4, units=10, activation="softmax")
FIT = """
small.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
small.fit({images}, y_train[:2000], batch_size=128, epochs=6, verbose=0)"""


def wanted() -> float:
    """The accuracy in % that passes, on the digits that are in use here."""
    return WANTED_REAL if mnist_source().real else WANTED_STAND_IN


class Small(Exercise):
    id = "04-small"
    title = "At most 4,000 parameters"
    points = 3
    network = "answer"
    hints = (
        "784 pixels times 5 units are 3,920 already. So let fewer numbers reach the first layer: "
        "`layers.AveragePooling2D(2)` in front of `Flatten` leaves 14 · 14 of them.",
        "196 · 18 + 18 + 18 · 10 + 10 is below 4,000: one hidden layer of 18 units.",
        "Take batches of 128. They make `updates = final_epochs * -(-len(x_train) // 128)`, where "
        "`-(-a // b)` is a / b, rounded up. Let the rate fall, as at the end of lab 02: "
        "`keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.01, updates))`. The loss "
        "is `cross_entropy`.",
    )
    wrong_answers = {
        "not-a-model": "small = 3736",
        "history-not-model": PLAIN
        + FIT.format(images="x_train[:2000, :, :, None]").replace(
            "\nsmall.fit", "\nsmall = small.fit"
        ),
        "class-not-instance": "small = keras.Sequential",
        "refuses-digits": PLAIN.replace("28, 28, 1", "14, 14, 1"),
        "not-ten-outputs": NETWORK.format(pool=4, units=9, activation="softmax"),
        "not-probabilities": NETWORK.format(pool=4, units=10, activation="linear"),
        "too-many-parameters": NETWORK.format(pool=1, units=10, activation="softmax"),
        "untrained": PLAIN,
        "below-the-mark": NETWORK.format(pool=2, units=10, activation="softmax")
        + FIT.format(images="x_train[:2000, :, :, None]"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images, labels = load_mnist(quiet=True)[1]
        rows = rng.permutation(len(labels))
        return {"rows": rows, "images": images[rows]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        scaled = inputs["images"][..., None].astype("float32") / 255
        facts = observe_model(lambda: answer, scaled[:FEW])
        data = {"facts": facts}
        value = facts.get("value")
        if isinstance(value, dict):
            value.pop("weights", None)  # no judge here needs them
            if value.get("outputs") is not None:
                data["probabilities"] = observe(lambda: answers(answer, scaled))
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        facts = data["facts"]
        if wrong := _kind(facts) or _form(facts, data.get("probabilities")):
            return wrong
        labels = load_mnist(quiet=True)[1][1][inputs["rows"]]
        right = data["probabilities"].argmax(axis=1) == labels
        accuracy, count = float(100 * right.mean()), len(labels)
        mark = wanted() - inputs.get("allowance", 0)
        parameters = facts["parameters"]
        if accuracy >= mark:
            return passed(
                f"{accuracy:.2f} % of {count:,} digits that it had never seen, with "
                f"{parameters:,} parameters.",
                "the last points of accuracy are expensive: the network at the end of lab 02 had "
                "more than half a million parameters.",
            )
        if accuracy < CHANCE:
            return not_yet(
                "untrained",
                f"{accuracy:.1f} % of {count:,} digits. Guessing gives about 10 %.",
                "a new network guesses. If yours was trained, its learning rate may have been far "
                "off, or its pixels were not in 0…1.",
                "call `compile` and `fit` on it, and look at the curves.",
            )
        return not_yet(
            "below-the-mark",
            f"{accuracy:.1f} % of {count:,} digits with {parameters:,} parameters; {mark:g} % is "
            "wanted.",
            f"you may use {MOST - parameters:,} parameters more. And a learning rate that is large "
            "at first and ends near 0 uses the same epochs better.",
            "one factor at a time, on the validation digits. Come back when they say yes.",
        )


def _kind(facts: Data) -> Verdict | None:
    if facts["kind"] == "History":
        return not_yet(
            "history-not-model",
            "I got a `History`.",
            "`fit` returns the record of the training. The network stays under the name on which "
            "you called `fit`.",
            "do not write `small = small.fit(…)`; leave out the first part.",
        )
    if not facts["is_model"]:
        return not_yet(
            "not-a-model",
            f"I got a `{facts['kind']}`.",
            "I believe no number that somebody tells me. I try the network myself.",
            "let `small` be the trained Keras model.",
        )
    return None


def _form(facts: Data, probabilities: Any) -> Verdict | None:
    if probabilities is None:
        return not_yet(
            "refuses-digits",
            f"digits of `(28, 28, 1)` give `{facts['error']}`",
            "the check hands every network digits of the same shape, and so will the leaderboard.",
            "start with `keras.Input((28, 28, 1))`, and shrink them inside the network.",
        )
    if probabilities.ndim != 2 or probabilities.shape[1] != 10:
        return not_yet(
            "not-ten-outputs",
            f"for {len(probabilities):,} digits I got the shape `{probabilities.shape}`.",
            "there are ten classes, so ten probabilities are wanted for each digit.",
            'end with `layers.Dense(10, activation="softmax")`, after a `layers.Flatten()`.',
        )
    total = float(probabilities[0].sum())
    if probabilities.min() < 0 or abs(total - 1) > SUM_TOLERANCE:
        return not_yet(
            "not-probabilities",
            f"the ten outputs of one digit add up to {total:.2f}.",
            "the winner would be the same, but whoever uses the network wants to know how sure it "
            "is.",
            'end with `activation="softmax"`, and a loss without `from_logits`.',
        )
    if facts["parameters"] > MOST:
        return not_yet(
            "too-many-parameters",
            f"{facts['parameters']:,} parameters; {MOST:,} are allowed.",
            "almost all of them sit where the picture comes in: pixels times units.",
            "make the picture smaller before `Flatten`, or take fewer units.",
        )
    return None
