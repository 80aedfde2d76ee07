"""The most wrong: mistakes, ordered by how sure the network was."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab06.several import as_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)\n"
SURE = "sure = probabilities.max(axis=1)\n"
COUNT, CLASSES, WRONG = 30, 4, 9


class MostWrong(Exercise):
    id = "06-most-wrong"
    title = "The most wrong first"
    hints = (
        "Two steps. Where is the answer not the label? `np.flatnonzero(…)` gives the places. Then "
        "sort these places by the confidence there, the largest first.",
        "`wrong[np.argsort(-confidence[wrong])]`: `argsort` sorts upwards, so the minus puts the "
        "largest first; and its result must be looked up in `wrong` again.",
    )
    wrong_answers = {
        "least-sure-first": START + SURE + "return wrong[np.argsort(sure[wrong])]",
        "right-ones-too": SURE + "return np.argsort(-sure)",
        "right-ones-only": START.replace("!=", "==")
        + SURE
        + "return wrong[np.argsort(-sure[wrong])]",
        "by-the-label": START
        + "truth = probabilities[np.arange(len(labels)), labels]\n"
        + "return wrong[np.argsort(truth[wrong])]",
        "places-among-the-wrong": START + SURE + "return np.argsort(-sure[wrong])",
        "not-sorted": START + "return wrong",
        "confidences-not-places": START + SURE + "return -np.sort(-sure[wrong])",
        "true-and-false": "return probabilities.argmax(axis=1) != labels",
        "some-are-missing": START + SURE + "return wrong[np.argsort(-sure[wrong])][:5]",
        "other-places": START + SURE + "return wrong[np.argsort(-sure[wrong])] + 1",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        while True:
            powers = np.exp(rng.normal(0, 1.5, (COUNT, CLASSES)))
            probabilities = powers / powers.sum(axis=1, keepdims=True)
            answers = probabilities.argmax(axis=1)
            labels = answers.copy()
            places = np.sort(rng.permutation(COUNT - 1)[:WRONG])
            labels[places] = (answers[places] + rng.integers(1, CLASSES, WRONG)) % CLASSES
            sure = probabilities.max(axis=1)
            truth = probabilities[np.arange(COUNT), labels]
            by_sure, by_truth = np.argsort(-sure[places]), np.argsort(truth[places])
            in_order = np.array_equal(by_sure, np.arange(WRONG))
            if not in_order and not np.array_equal(by_sure, by_truth):
                return {"probabilities": probabilities, "labels": labels.astype("uint8")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"places": call(answer, inputs["probabilities"], inputs["labels"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        probabilities, labels = inputs["probabilities"], inputs["labels"].astype(int)
        sure, answers = probabilities.max(axis=1), probabilities.argmax(axis=1)
        wrong = np.flatnonzero(answers != labels)
        right = wrong[np.argsort(-sure[wrong])]
        got = as_array(data["places"])
        if bad := expect_array(got) or self._form(got, sure, len(right)):
            return bad
        if np.array_equal(got, right):
            return passed(
                f"{len(right)} mistakes of {COUNT}; the first with a confidence of "
                f"{sure[right[0]]:.0%}.",
                "a network that is wrong and unsure asks for more training. One that is wrong and "
                "sure tells you something about your data, or your labels.",
            )
        truth = probabilities[np.arange(COUNT), labels]
        return self._order(got, right, sure, truth, answers != labels)

    def _form(self, got: NDArray[Any], sure: NDArray[Any], count: int) -> Verdict | None:
        if got.dtype.kind == "b":
            return not_yet(
                "true-and-false",
                f"I got {got.size} times True or False.",
                "that says where the mistakes are. It has no order yet.",
                "`np.flatnonzero(…)` turns it into places, which can be sorted.",
            )
        if got.dtype.kind == "f":
            return not_yet(
                "confidences-not-places",
                f"your first value is {got.flat[0] if got.size else 0:g}.",
                "a confidence does not say which digit it belongs to. The lab wants to show the "
                "digits.",
                "return places: `wrong[np.argsort(…)]`.",
            )
        return expect_array(got, got.shape if got.ndim == 1 else (count,))

    def _order(
        self,
        got: NDArray[Any],
        right: NDArray[Any],
        sure: NDArray[Any],
        truth: NDArray[Any],
        mistaken: NDArray[np.bool_],
    ) -> Verdict:
        inside = got[(got >= 0) & (got < COUNT)]
        hits = int((~mistaken[inside]).sum())
        if np.array_equal(got, right[::-1]):
            return not_yet(
                "least-sure-first",
                f"your first mistake has a confidence of {sure[got[0]]:.0%}, the last "
                f"{sure[got[-1]]:.0%}.",
                "those at your front were close calls. The surprising ones are at the end.",
                "sort by minus the confidence, or turn the result round with `[::-1]`.",
            )
        if np.array_equal(got, np.argsort(-sure[right[np.argsort(right)]])):
            return not_yet(
                "places-among-the-wrong",
                f"your places go up to {got.max()}, and {hits} of them are right answers.",
                "you sorted the mistakes among themselves. Place 3 there means the fourth "
                "mistake, not digit 3.",
                "look the order up in the mistakes: `wrong[np.argsort(…)]`.",
            )
        if np.array_equal(np.sort(got), np.flatnonzero(~mistaken)):
            return not_yet(
                "right-ones-only",
                f"all {len(got)} are right answers.",
                "we look for the others.",
                "`!=`, not `==`.",
            )
        if hits and len(inside) == len(got) and len(got) == COUNT:
            return not_yet(
                "right-ones-too",
                f"{hits} of your {len(got)} are right answers.",
                "a network is most sure where it is right, so these crowd out the mistakes.",
                "first keep only the places where the answer is not the label.",
            )
        if np.array_equal(np.sort(got), np.sort(right)):
            if np.array_equal(got, np.sort(got)):
                return not_yet(
                    "not-sorted",
                    "all mistakes are there, in the order of the data.",
                    "the first ones are then no worse than any other.",
                    "sort by `-probabilities.max(axis=1)` at these places.",
                )
            if np.array_equal(got, right[np.argsort(truth[right])]):
                return not_yet(
                    "by-the-label",
                    "you sorted by how little the network gave to the label.",
                    "that is another good question: it is the order of the loss. Here we ask how "
                    "sure it was of its own, wrong answer.",
                    "the confidence is the largest of the ten: `probabilities.max(axis=1)`.",
                )
        if len(got) < len(right) and set(got) <= set(right.tolist()):
            return not_yet(
                "some-are-missing",
                f"I got {len(got)} places; there are {len(right)} mistakes.",
                "the lab chooses itself how many it shows.",
                "return them all.",
            )
        return not_yet(
            "other-places",
            f"I got the places {got[:6].tolist()} …; it should begin with {right[:6].tolist()}.",
            "each place is one mistake, and they are ordered by confidence.",
            "print `labels`, the answers and the confidences at your first three places.",
        )
