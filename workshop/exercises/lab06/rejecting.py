"""The reject option: read what is safe, hand the rest to a person."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab06.several import Floats, as_floats, near
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
for threshold in np.unique(confidence):
    if {}:
        return threshold"""
KEPT = "right[confidence >= threshold].mean() >= wanted"
RANKED = """\
order = np.argsort(-confidence, kind="stable")
shares = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
"""
WANTED = 0.95
COUNT = 60
MISTAKES = (7, 46, 49, 52, 54, 57)
"""Ranks of the wrong answers, the most confident digit first."""
TIED = (48, 49, 50)
BEST = 48
"""How many can be kept: one more, and the tied digits come along, and with them a mistake."""


class Threshold(Exercise):
    id = "06-threshold"
    title = "The lowest safe threshold"
    points = 2
    hints = (
        "Try every confidence that occurs as the threshold, from the lowest upwards "
        "(`np.unique(confidence)` is sorted). The first that is safe is the answer.",
        "Those that stay: `kept = confidence >= threshold`. Safe means: of these, the share that "
        "is right, `right[kept].mean()`, reaches `wanted`.",
    )
    wrong_answers = {
        "rejected-count-as-right": ANSWER.format(
            "(right | (confidence < threshold)).mean() >= wanted"
        ),
        "share-of-all": ANSWER.format(
            "(right & (confidence >= threshold)).mean() >= wanted"
        ).replace("return threshold", "return threshold")
        + "\nreturn 0.0",
        "ties-forgotten": RANKED + "return confidence[order][shares >= wanted][-1]",
        "stopped-at-the-first-dip": RANKED
        + "return confidence[order][np.argmax(shares < wanted) - 1]",
        "too-careful": ANSWER.replace(
            "np.unique(confidence)", "np.unique(confidence)[::-1]"
        ).format(KEPT),
        "fixed-steps": ANSWER.replace("np.unique(confidence)", "np.arange(0, 1, 0.05)").format(
            KEPT
        ),
        "coverage-not-threshold": ANSWER.format(KEPT).replace(
            "return threshold", "return (confidence >= threshold).mean()"
        ),
        "place-not-threshold": RANKED + "return np.flatnonzero(shares >= wanted)[-1]",
        "not-a-number": ANSWER.format(KEPT).replace(
            "return threshold", "return confidence >= threshold"
        ),
        "unsafe": ANSWER.format("confidence.mean() >= wanted") + "\nreturn wanted",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Between 0.3 and 0.94: whoever takes the wanted share for the threshold keeps nothing.
        steps = rng.uniform(0.5, 1.5, COUNT)
        confidence = 0.94 - 0.64 * np.cumsum(steps) / steps.sum()
        confidence[list(TIED)] = confidence[TIED[0]]
        right = ~np.isin(np.arange(COUNT), MISTAKES)
        order = rng.permutation(COUNT)
        # Who sorts, and forgets that the three are equal, meets the mistake last.
        order[np.sort(np.flatnonzero(np.isin(order, TIED)))] = (48, 50, 49)
        return {"confidence": confidence[order], "right": right[order]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"threshold": call(answer, inputs["confidence"], inputs["right"], WANTED)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        confidence, right = inputs["confidence"], inputs["right"]
        got = as_floats(data["threshold"])
        if got is None or got.size != 1 or isinstance(data["threshold"], bool):
            return not_yet(
                "not-a-number",
                "I need one number, the threshold.",
                "the lab will compare the confidence of each new digit with it.",
                "return one of the confidences.",
            )
        threshold = float(got.ravel()[0])
        kept = confidence >= threshold
        count = int(kept.sum())
        if count == BEST:
            return passed(
                f"threshold {threshold:.3f}: {count} of {COUNT} stay, "
                f"{right[kept].mean():.1%} of them right; {COUNT - count} go to a person.",
                "one digit more, and it would not be safe. On other digits it may be a little "
                "more or less: a threshold is chosen on some digits, and must be confirmed on "
                "others.",
            )
        seen = f"with your threshold {threshold:.4g}, {count} of {COUNT} stay"
        if near(threshold, BEST / COUNT):
            return not_yet(
                "coverage-not-threshold",
                f"you return {threshold:g}, the share that stays.",
                "that share is the coverage. To decide about a new digit, we need the confidence "
                "that it must reach.",
                "return the threshold.",
            )
        if threshold >= 1:
            return not_yet(
                "place-not-threshold",
                f"{seen}.",
                "you return a place in the order, not the confidence that is found there.",
                "look the confidence up at that place.",
            )
        return self._wrong(confidence, right, threshold, seen)

    def _wrong(self, confidence: Floats, right: Any, threshold: float, seen: str) -> Verdict:
        kept = confidence >= threshold
        count, share = int(kept.sum()), float(right[kept].mean()) if kept.any() else 0.0
        if count > BEST:
            seen = f"{seen}, and {share:.1%} of them are right; {WANTED:.0%} is wanted."
            if count == TIED[-1] + 1:
                return not_yet(
                    "ties-forgotten",
                    seen,
                    f"{len(TIED)} digits have just this confidence. A threshold keeps them all or "
                    "none: you counted only some.",
                    "ask `confidence >= threshold` for everybody, then the share.",
                )
            if (right | ~kept).mean() >= WANTED and count < COUNT:
                return not_yet(
                    "rejected-count-as-right",
                    seen,
                    "you count those handed to a person as right. Then the worst network looks "
                    "perfect, as soon as it reads nothing.",
                    "leave them out of the count: `right[kept].mean()`.",
                )
            if count == COUNT:
                return not_yet(
                    "share-of-all",
                    seen,
                    "nobody is handed on. If you divide by all digits, the share can only fall "
                    "when some are rejected, so no threshold seems to help.",
                    "divide by those that stay: `right[kept].mean()`.",
                )
            return not_yet(
                "unsafe",
                seen,
                "too many of them are wrong.",
                "test `right[kept].mean() >= wanted`.",
            )
        seen = f"{seen}; {BEST} could, and {WANTED:.0%} would still be right."
        if count == MISTAKES[0]:
            return not_yet(
                "stopped-at-the-first-dip",
                seen,
                "from the top, the share falls below the mark at the first mistake, among so few. "
                "With more digits it recovers. It is no steady line.",
                "do not stop at the first failure: look at all thresholds.",
            )
        if threshold in confidence:
            return not_yet(
                "too-careful",
                seen,
                "each digit handed on costs a person's time.",
                "of all safe thresholds, return the lowest.",
            )
        if count == 0:
            return not_yet(
                "unsafe",
                f"{seen} With yours, none does.",
                "the wanted share of right answers is no confidence.",
                "go through the confidences that occur, one after the other.",
            )
        return not_yet(
            "fixed-steps",
            seen,
            "your threshold is none of the confidences. Between two steps of a fixed size, many "
            "digits may lie: most confidences of a good network are above 0.99.",
            "start from the confidences that occur: `np.unique(confidence)`.",
        )
