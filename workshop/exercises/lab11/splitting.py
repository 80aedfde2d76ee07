"""Hold drawings out by their content: the same drawing is always on the same side."""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab11.agreeing import as_truth
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = "return hashlib.sha256(picture.tobytes()).digest()[0] < 77"
COUNT = 60
BELOW = 77


class HeldOut(Exercise):
    id = "11-held-out"
    title = "Hold out by content"
    hints = (
        "`hashlib.sha256(picture.tobytes()).digest()` gives 32 bytes, each a number 0 to 255.",
        "Its first one is `….digest()[0]`. Is it below 77?",
    )
    wrong_answers = {
        "by-chance": "return np.random.default_rng().random() < 0.3",
        "salted-hash": "return hash(picture.tobytes()) % 256 < 77",
        "other-side": ANSWER.replace("< 77", ">= 77"),
        "first-pixels": "return picture.tobytes()[0] < 77",
        "all-on-one-side": "return False",
        "a-number": ANSWER.replace(" < 77", ""),
        "other-rule": ANSWER.replace("[0]", "[1]"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        pictures = rng.integers(0, 256, (COUNT, 28, 28)).astype("uint8")
        # Paper at the edge, as on every digit.
        pictures[:, :4] = pictures[:, -4:] = 0
        return {"pictures": pictures}

    def probe(self, inputs: Data, answer: Any) -> Data:
        pictures = inputs["pictures"]
        first = call(answer, pictures[0])
        if first["observed"] != "value":
            return {"first": first}

        def all_of_them() -> list[Any]:
            return [answer(picture.copy()) for picture in pictures]

        return {
            "once": observe(all_of_them),
            "again": observe(all_of_them),
            "salted": [hash(picture.tobytes()) % 256 < BELOW for picture in pictures],
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        once, again = _truths(data.get("once")), _truths(data.get("again"))
        if once is None or again is None:
            return not_yet(
                "a-number",
                f"I got {str(data.get('once'))[:40]}, and not True or False for each picture.",
                "a drawing is held out, or it is not.",
                "compare the first byte with 77.",
            )
        rule = np.array([first_byte(picture) < BELOW for picture in inputs["pictures"]])
        if (once == rule).all() and (again == rule).all():
            return passed(
                f"{rule.sum()} of {COUNT} are held out, and the same ones each time.",
                "a drawing that comes again next week lands on the same side again. The exam never "
                "leaks into the training.",
            )
        if (once != again).any():
            return not_yet(
                "by-chance",
                f"asked twice, you gave {(once != again).sum()} of {COUNT} pictures another side.",
                "what was held out today would be trained on tomorrow. After some weeks, the "
                "network has seen the whole exam.",
                "let the content decide: the first byte of its SHA-256.",
            )
        if (once == ~rule).all():
            return not_yet(
                "other-side",
                f"you hold out {once.sum()} of {COUNT}.",
                "most are for training.",
                "held out is: the first byte below 77.",
            )
        if (once == np.array(data["salted"])).all():
            return not_yet(
                "salted-hash",
                "you use Python's own `hash`.",
                "it adds a secret number, another one at each start of Python. Tomorrow the exam "
                "would be another one.",
                "`hashlib.sha256(picture.tobytes()).digest()[0]`.",
            )
        if once.all() or not once.any():
            if (once == [picture.tobytes()[0] < BELOW for picture in inputs["pictures"]]).all():
                return not_yet(
                    "first-pixels",
                    "you look at the picture's first byte. That is a corner: 0 on every digit.",
                    "then every drawing is held out. A hash mixes all 784 pixels.",
                    "hash first: `hashlib.sha256(picture.tobytes()).digest()[0]`.",
                )
            return not_yet(
                "all-on-one-side",
                f"you hold out {once.sum()} of {COUNT}.",
                "without both sides there is no exam, or nothing to learn.",
                "about three of ten: the first byte below 77 of 256.",
            )
        return not_yet(
            "other-rule",
            f"{(once != rule).sum()} of {COUNT} pictures are on another side than with the rule.",
            "any rule by content would do, but everybody who trains on this store has to use the "
            "same one.",
            "the first byte, `….digest()[0]`, below 77, of `picture.tobytes()`.",
        )


def first_byte(picture: NDArray[Any]) -> int:
    """Of the SHA-256 of its pixels."""
    return hashlib.sha256(picture.tobytes()).digest()[0]


def _truths(value: Any) -> NDArray[np.bool_] | None:
    if not isinstance(value, list) or len(value) != COUNT:
        return None
    found = [as_truth(item) for item in value]
    return None if None in found else np.array(found, bool)
