"""Which loss fits which labels and which outputs: measured on ten digits, not guessed by name."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab02.models import gist, softmax
from workshop.exercises.observe import observe, observe_value
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

COUNT = 10
TOLERANCE = 1e-4
FULL = "categoricalcrossentropy"
SPARSE = "sparsecategoricalcrossentropy"


@dataclass(frozen=True)
class Case:
    """One of the three situations: what the network puts out, and how the labels are written."""

    name: str
    outputs: str
    labels: str


CASES = (
    Case("probabilities_integers", "probabilities", "integers"),
    Case("probabilities_one_hot", "probabilities", "one-hot"),
    Case("logits_integers", "logits", "integers"),
)


def _answer(first: str, second: str, third: str) -> str:
    return "\n".join(
        f"{case.name} = {loss}" for case, loss in zip(CASES, (first, second, third), strict=True)
    )


RIGHT = (
    '"sparse_categorical_crossentropy"',
    '"categorical_crossentropy"',
    "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
)


class Losses(Exercise):
    id = "02-losses"
    title = "A loss that fits"
    points = 2
    hints = (
        "Ask two questions for each case. Are the labels whole numbers or one-hot? And are the "
        "outputs probabilities, or raw scores?",
        "Whole numbers want `sparse_categorical_crossentropy`, one-hot rows want "
        "`categorical_crossentropy`. The name alone stands for probabilities. For logits, make "
        "the loss yourself and tell it.",
        "`keras.losses.SparseCategoricalCrossentropy(from_logits=True)` is the third one.",
    )
    wrong_answers = {
        "class-not-instance": _answer(
            RIGHT[0], RIGHT[1], "keras.losses.SparseCategoricalCrossentropy"
        ),
        "unknown-name": _answer('"crossentropy"', *RIGHT[1:]),
        "mean-squared-error": _answer(RIGHT[0], '"mse"', RIGHT[2]),
        "one-hot-loss-for-integers": _answer('"categorical_crossentropy"', *RIGHT[1:]),
        "sparse-loss-for-one-hot": _answer(RIGHT[0], RIGHT[0], RIGHT[2]),
        "logits-taken-for-probabilities": _answer(RIGHT[0], RIGHT[1], RIGHT[0]),
        "probabilities-taken-for-logits": _answer(RIGHT[2], RIGHT[1], RIGHT[2]),
        "other-loss": _answer(RIGHT[0], '"binary_crossentropy"', RIGHT[2]),
    }
    wrong_checks = {"not-three-losses": "probabilities_integers"}

    def inputs(self, rng: np.random.Generator) -> Data:
        labels = rng.integers(0, 10, COUNT)
        logits = rng.normal(0, 1, (COUNT, 10))
        # Nearly certain and right, which is where a wrong loss shows most.
        logits[np.arange(COUNT), labels] += 9
        return {"labels": labels, "logits": logits.astype("float32")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, list | tuple) or len(answer) != len(CASES):
            return {"other": observe_value(answer)}
        return {
            case.name: _measure(given, case, inputs)
            for case, given in zip(CASES, answer, strict=True)
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "other" in data:
            return not_three(data["other"])
        wanted = _true_loss(inputs)
        for case in CASES:
            facts = data[case.name]
            value = facts["value"]
            if value is None or abs(value - wanted) > TOLERANCE:
                return self._wrong(case, facts, wanted)
        return passed(
            f"all three give {wanted:.4f} on ten digits: one loss in three costumes.",
            "with logits, softmax and logarithm are computed together, which is safer with very "
            "large scores. With probabilities, the network's answer is easier to read. "
            "Both are right, as long as the loss knows which it gets.",
        )

    def _wrong(self, case: Case, facts: Data, wanted: float) -> Verdict:
        name, value = facts["name"], facts["value"]
        where = f"`{case.name}`: `{facts['shown']}`"
        measured = f"{where} gives {value:.4f} on ten digits" if value is not None else where
        if facts["unknown"]:
            return not_yet(
                "unknown-name",
                f"{where} is no loss that Keras knows.",
                "a loss named by a text must be spelled exactly as in Keras. There are several "
                "cross-entropies, so the name says which.",
                "lab 01's card has two names. Copy the one that fits.",
            )
        if name in {"meansquarederror", "mse"}:
            return not_yet(
                "mean-squared-error",
                f"{measured}.",
                "mean squared error measures distances. It runs, and it learns slowly: a network "
                "that is certain and wrong is hardly corrected. You will measure that soon.",
                "take the cross-entropy that fits the labels.",
            )
        if name == FULL and case.labels == "integers":
            return not_yet(
                "one-hot-loss-for-integers",
                f"{where} stops with `{facts['error']}`",
                "it wants a row of ten numbers for each digit, and gets one whole number.",
                "for whole numbers, take `sparse_categorical_crossentropy`.",
            )
        if name == SPARSE and case.labels == "one-hot":
            return not_yet(
                "sparse-loss-for-one-hot",
                f"{where} stops with `{facts['error']}`",
                "the word sparse stands for labels written as one whole number. A one-hot row is "
                "the long form, with ten numbers.",
                "for one-hot rows, take `categorical_crossentropy`.",
            )
        if name in {FULL, SPARSE} and case.outputs == "logits":
            return not_yet(
                "logits-taken-for-probabilities",
                f"{measured}; with softmax it would be {wanted:.4f}.",
                "logits may be negative or above 1. Read as probabilities they are cut off at 0 "
                "and 1, and there is little left to learn from.",
                "make the loss yourself and tell it: `…(from_logits=True)`.",
            )
        if name in {FULL, SPARSE} and facts["from_logits"]:
            return not_yet(
                "probabilities-taken-for-logits",
                f"{measured}; the true cross-entropy is {wanted:.4f}.",
                "the outputs have been through softmax already, and this loss does it again. "
                "Twice flattens: even a perfect answer cannot get below 1.46.",
                "leave `from_logits` out where the network ends in softmax.",
            )
        return not_yet(
            "other-loss",
            f"{measured}; cross-entropy is {wanted:.4f}." if value is not None else f"{where}.",
            "a digit is one of ten. The loss for one of many is categorical cross-entropy, in "
            "the form that fits the labels.",
            "ask for each case: whole numbers or one-hot? Probabilities or logits?",
        )


def not_three(given: Any) -> Verdict:
    """The verdict on anything but a list of three losses."""
    return not_yet(
        "not-three-losses",
        f"I got `{str(given)[:60]}`.",
        "the check needs the three losses in a list, in the order of the table.",
        "check `[probabilities_integers, probabilities_one_hot, logits_integers]`.",
    )


def _measure(given: Any, case: Case, inputs: Data) -> Data:
    """What Keras makes of the learner's loss, and its mean on the ten digits."""
    if isinstance(given, type):
        return observe_value(given)
    return observe(lambda: _facts(given, case, inputs))


def _facts(given: Any, case: Case, inputs: Data) -> Data:
    import keras

    facts: Data = {"shown": _shown(given), "name": "", "from_logits": False}
    facts |= {"unknown": False, "value": None, "error": ""}
    try:
        loss = keras.losses.get(given)
    except (ValueError, TypeError):
        return facts | {"unknown": True}
    if loss is None:
        return facts
    if isinstance(loss, keras.losses.Loss):
        facts["name"] = type(loss).__name__.lower()
        facts["from_logits"] = bool(loss.get_config().get("from_logits", False))
    else:
        facts["name"] = getattr(loss, "__name__", "").replace("_", "")
    labels = inputs["labels"]
    truth = labels if case.labels == "integers" else np.eye(10, dtype="float32")[labels]
    logits = inputs["logits"]
    outputs = logits if case.outputs == "logits" else softmax(logits).astype("float32")
    try:
        facts["value"] = float(np.mean(np.asarray(loss(truth, outputs))))
    except Exception as error:
        facts["error"] = gist(error)
    return facts


def _shown(given: Any) -> str:
    if isinstance(given, str):
        return f'"{given}"'
    config: Data = getattr(given, "get_config", dict)()
    ending = "(from_logits=True)" if config.get("from_logits") else "(…)"
    return type(given).__name__ + ending if config else getattr(given, "__name__", str(given))[:60]


def _true_loss(inputs: Data) -> float:
    """Mean cross-entropy of softmax(logits), in float64."""
    labels: NDArray[Any] = inputs["labels"]
    return float(-np.log(softmax(inputs["logits"])[np.arange(len(labels)), labels]).mean())
