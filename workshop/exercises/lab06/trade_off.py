"""The ROC curve: every threshold at once."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab06.several import Floats, near, not_finite, parts_of
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "thresholds = np.append(np.inf, np.unique(scores)[::-1])\n"
ANSWER = (
    START + "false_rates = [(scores[~positive] >= t).mean() for t in thresholds]\n"
    "true_rates = [(scores[positive] >= t).mean() for t in thresholds]\n"
    "return np.array(false_rates), np.array(true_rates)"
)
SORTED = (
    "order = np.argsort(-scores)\nhits = positive[order]\n"
    "return np.append(0, np.cumsum(~hits) / (~hits).sum()), "
    "np.append(0, np.cumsum(hits) / hits.sum())"
)
POSITIVE, NEGATIVE = 9, 15
PLACES = 6
"""Digits after which two rates count as equal."""

Points = set[tuple[float, float]]


class Roc(Exercise):
    id = "06-roc"
    title = "The ROC curve"
    points = 2
    hints = (
        "Which thresholds are there? Nothing changes between two neighbouring scores, so the "
        "scores themselves will do: `np.unique(scores)[::-1]`, the largest first. And one above "
        "all of them, such as `np.inf`, where nobody passes.",
        "For one threshold `t`: `(scores[positive] >= t).mean()` is the share of the positives "
        "that pass. The same with `~positive` gives the false-positive rate.",
        "Collect both for all thresholds in two lists, and return two arrays: the "
        "false-positive rates first.",
    )
    wrong_answers = {
        "rising-thresholds": ANSWER.replace(
            "np.append(np.inf, np.unique(scores)[::-1])", "np.append(np.unique(scores), np.inf)"
        ),
        "axes-exchanged": ANSWER.replace(
            "np.array(false_rates), np.array(true_rates)",
            "np.array(true_rates), np.array(false_rates)",
        ),
        "counts-not-rates": ANSWER.replace(".mean()", ".sum()"),
        "shares-of-all": ANSWER.replace(".mean()", ".sum() / len(scores)"),
        "ties-split": SORTED,
        "strict": ANSWER.replace(">=", ">"),
        "no-start": ANSWER.replace(
            "np.append(np.inf, np.unique(scores)[::-1])", "np.unique(scores)[::-1]"
        ),
        "wrong-side": ANSWER.replace(">=", "<="),
        "thresholds-missing": ANSWER.replace(
            START, "thresholds = np.append(np.inf, np.linspace(1, 0, 101))\n"
        ).replace("return", "false_rates += [1]\ntrue_rates += [1]\nreturn"),
        "not-two-curves": ANSWER.replace("np.array(false_rates), ", ""),
        "other-curve": ANSWER.replace("scores[~positive] >= t", "scores >= t"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Logits, not probabilities, and few different ones: positives and negatives share some.
        drawn = np.concatenate([rng.normal(1.5, 1.5, POSITIVE), rng.normal(-1, 1.5, NEGATIVE)])
        scores = np.round(np.clip(drawn, -3, 4))
        scores[[0, 1, 2, POSITIVE, POSITIVE + 1, POSITIVE + 2]] = [2, 2, -1, 2, -1, 1]
        positive = np.arange(POSITIVE + NEGATIVE) < POSITIVE
        order = rng.permutation(len(scores))
        return {"scores": scores[order], "positive": positive[order]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"rates": call(answer, inputs["scores"], inputs["positive"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        scores, positive = inputs["scores"], inputs["positive"]
        parts = parts_of(data["rates"], 2)
        if parts is None or any(part.ndim != 1 for part in parts) or len({*map(len, parts)}) > 1:
            return not_yet(
                "not-two-curves",
                "I need two arrays of one length.",
                "a ROC curve has two numbers for each threshold: the false-positive rate and the "
                "true-positive rate.",
                "`return false_positive_rates, true_positive_rates`.",
            )
        if wrong := not_finite(parts):
            return wrong
        false_rates, true_rates = parts
        right = _curve(scores, positive)
        if wrong := self._scale(right, false_rates, true_rates, len(scores)):
            return wrong
        if wrong := self._points(right, false_rates, true_rates):
            return wrong
        if (np.diff(false_rates) < 0).any() or (np.diff(true_rates) < 0).any():
            return not_yet(
                "rising-thresholds",
                f"your curve begins at ({false_rates[0]:g}, {true_rates[0]:g}).",
                "the points are right, but in the order of rising thresholds. The area below would "
                "come out negative.",
                "begin with the highest threshold, where nobody passes: (0, 0).",
            )
        return passed(
            f"{len(right)} points from (0, 0) to (1, 1), digits with equal scores together.",
            "the curve does not depend on how the scores are scaled, only on their order. Logits "
            "and probabilities of one class against the rest need not give the same order, though.",
        )

    def _scale(self, right: Points, x: Floats, y: Floats, count: int) -> Verdict | None:
        top = max(float(x.max(initial=0)), float(y.max(initial=0)))
        if top > 1 + 1e-6:
            return not_yet(
                "counts-not-rates",
                f"your largest number is {top:g}.",
                "counts depend on how many positives and negatives there happen to be. Rates go "
                "from 0 to 1.",
                "divide by the number of positives, and of negatives: `.mean()` does it.",
            )
        scaled = _points(x * count / NEGATIVE, y * count / POSITIVE)
        if scaled == right:
            return not_yet(
                "shares-of-all",
                f"your curve ends at ({x.max():.2f}, {y.max():.2f}).",
                "you divided by all digits. The true-positive rate is a share of the positives, "
                "the other one of the negatives; with the lowest threshold both are 1.",
                "select first: `scores[positive]`, `scores[~positive]`.",
            )
        return None

    def _points(self, right: Points, x: Floats, y: Floats) -> Verdict | None:
        got, corners = _points(x, y), _corners(right)
        if corners <= got <= right:
            return None
        if corners <= _points(y, x) <= right:
            return not_yet(
                "axes-exchanged",
                "your first array holds the true-positive rates.",
                "by convention false positives are to the right, true positives upwards. Turned "
                "round, a good network looks bad.",
                "exchange the two in `return`.",
            )
        start, end = (0.0, 0.0), (1.0, 1.0)
        if got <= right and got | {end} >= corners:
            return not_yet(
                "strict",
                f"your curve ends at ({x.max():.2f}, {y.max():.2f}), not at (1, 1).",
                "a digit whose score is the threshold passes, too. With `>` the lowest score "
                "never does.",
                "compare with `>=`.",
            )
        if got <= right and got | {start} >= corners:
            return not_yet(
                "no-start",
                f"your curve begins at ({x.min():.2f}, {y.min():.2f}), not at (0, 0).",
                "there is a threshold above all scores, where nobody passes. Without it, a piece "
                "of the area is missing.",
                "put `np.inf` in front of the thresholds.",
            )
        if got <= right:
            return not_yet(
                "thresholds-missing",
                f"{len(got)} of {len(right)} points are there.",
                "your thresholds skip some scores. Scores need not lie between 0 and 1, and may "
                "crowd together anywhere.",
                "take the scores themselves as thresholds: `np.unique(scores)`.",
            )
        if corners <= got and len(x) >= POSITIVE + NEGATIVE:
            return not_yet(
                "ties-split",
                f"{len(got)} different points; there are only {len(right)} different thresholds.",
                "you take one digit after another. Digits with equal scores pass together; in "
                "between, your curve depends on how the sorting happens to order them.",
                "one point for each different score: `np.unique(scores)`.",
            )
        mirrored = {(round(1 - a, PLACES), round(1 - b, PLACES)) for a, b in right}
        if len(got & mirrored) > len(got & right):
            return not_yet(
                "wrong-side",
                "you count those below the threshold.",
                "a high score says yes. Who reaches the threshold is called positive.",
                "`scores >= threshold`.",
            )
        strange = min(got - right)
        return not_yet(
            "other-curve",
            f"the point ({strange[0]:.3f}, {strange[1]:.3f}) belongs to no threshold.",
            "to the right: of the negatives, the share that passes. Upwards: of the positives.",
            "work one threshold out by hand, and compare.",
        )


def _curve(scores: Floats, positive: Any) -> Points:
    rates = [
        [float((group >= t).mean()) for t in (np.inf, *np.unique(scores))]
        for group in (scores[~positive], scores[positive])
    ]
    return _points(np.array(rates[0]), np.array(rates[1]))


def _points(x: Floats, y: Floats) -> Points:
    return {(round(float(a), PLACES), round(float(b), PLACES)) for a, b in zip(x, y, strict=True)}


def _corners(points: Points) -> Points:
    """The points without those on a straight line between neighbours, which may be left out."""
    ordered = sorted(points)
    kept = {ordered[0], ordered[-1]}
    for before, here, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
        cross = (here[0] - before[0]) * (after[1] - before[1])
        if not near(cross, (here[1] - before[1]) * (after[0] - before[0]), 1e-5):
            kept.add(here)
    return kept
