"""Does 90 % sure mean right nine times of ten? Bins, and the calibration error."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab06.several import Floats, as_floats, near
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = """\
number = np.minimum((confidence * bins).astype(int), bins - 1)
rows = []
for k in range(bins):
    inside = number == k
    if inside.any():
        rows.append([inside.sum(), confidence[inside].mean(), right[inside].mean()])
rows = np.array(rows)
"""
ERROR = "error = (rows[:, 0] * np.abs(rows[:, 1] - rows[:, 2])).sum() / rows[:, 0].sum()\n"
ANSWER = START + ERROR + "return rows, error"
BINS = 5
SIZES = (0, 9, 6, 20, 38)
"""Digits in each bin: the first is empty, the last is by far the fullest."""
HITS = (0, 6, 2, 17, 33)
"""More right than sure in some bins, less in others: signed gaps cancel."""
CERTAIN = 4
"""Of the last bin, so many have a confidence of exactly 1."""


class Calibration(Exercise):
    id = "06-calibration"
    title = "Bins and the calibration error"
    points = 2
    hints = (
        "Which bin does a confidence belong to? `(confidence * bins).astype(int)` gives 0, 1, 2, "
        "… and, for a confidence of exactly 1, one too many. `np.minimum(…, bins - 1)` mends it.",
        "For each bin: `inside = number == k`. If it is not empty, note `inside.sum()`, "
        "`confidence[inside].mean()` and `right[inside].mean()`.",
        "The error: the gap of each bin, `abs(mean confidence - share right)`, times its count; "
        "all added up, and divided by the number of digits.",
    )
    wrong_answers = {
        "unweighted": START + "return rows, np.abs(rows[:, 1] - rows[:, 2]).mean()",
        "gaps-cancel": START + ERROR.replace("np.abs", "") + "return rows, error",
        "one-gap-for-all": START + "return rows, abs(confidence.mean() - right.mean())",
        "error-in-percent": ANSWER.replace("rows, error", "rows, 100 * error"),
        "certain-ones-fall-out": ANSWER.replace(
            "np.minimum((confidence * bins).astype(int), bins - 1)",
            "(confidence * bins).astype(int)",
        ),
        "empty-bin": ANSWER.replace("    if inside.any():\n    ", ""),
        "middle-of-the-bin": ANSWER.replace("confidence[inside].mean()", "(k + 0.5) / bins"),
        "columns-exchanged": ANSWER.replace(
            "confidence[inside].mean(), right[inside].mean()",
            "right[inside].mean(), confidence[inside].mean()",
        ),
        "bins-of-equal-size": "number = np.empty(len(right), int)\n"
        "number[np.argsort(confidence)] = np.arange(len(right)) * bins // len(right)\n"
        + ANSWER.partition("\n")[2],
        "not-a-table": START + ERROR + "return error",
        "other-rows": ANSWER.replace("right[inside].mean()", "right[inside].sum()"),
        "other-error": START + ERROR.replace("np.abs(", "np.square(") + "return rows, error",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        confidence, right = [], []
        for k, (size, hits) in enumerate(zip(SIZES, HITS, strict=True)):
            # Never on an edge, where two honest ways of binning differ.
            drawn = (k + rng.uniform(0.1, 0.6, size)) / BINS
            if k == BINS - 1:
                drawn[:CERTAIN] = 1.0
            confidence.append(drawn)
            right.append(rng.permutation(size) < hits)
        order = rng.permutation(sum(SIZES))
        return {
            "confidence": np.concatenate(confidence)[order],
            "right": np.concatenate(right)[order],
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"both": call(answer, inputs["confidence"], inputs["right"], BINS)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        value = data["both"]
        found = [as_floats(part) for part in value] if isinstance(value, list) else []
        if len(found) != 2 or found[0] is None or found[1] is None or found[1].size != 1:
            return self._no_table()
        rows, error = found[0], float(found[1].ravel()[0])
        if rows.ndim != 2 or rows.shape[1] != 3:
            return self._no_table()
        right = _rows(inputs["confidence"], inputs["right"])
        if wrong := self._rows(right, rows) or self._error(right, error, inputs):
            return wrong
        return passed(
            f"{len(right)} bins of {BINS} have digits in them; the error is {error:.3f}.",
            "sure and right differ by that much, on average. Which way they differ, only the rows "
            "can tell.",
        )

    def _no_table(self) -> Verdict:
        return not_yet(
            "not-a-table",
            "I need a table with three numbers for each bin, and one more number, the error.",
            "the table is drawn, the error compared.",
            "`return rows, error`, with `[count, mean confidence, share right]` in each row.",
        )

    def _rows(self, right: Floats, rows: Floats) -> Verdict | None:
        if near(rows, right, 1e-4):
            return None
        if not np.isfinite(rows).all() or (rows[:, 0] == 0).any():
            return not_yet(
                "empty-bin",
                "one of your rows belongs to a bin without digits.",
                "the mean of nothing is not a number, and one NaN makes the whole error NaN.",
                "add a row only `if inside.any()`.",
            )
        if near(rows[:, 0], [*right[:-1, 0], right[-1, 0] - CERTAIN]) or (
            len(rows) == len(right) + 1 and near(rows[-1, 1], 1)
        ):
            return not_yet(
                "certain-ones-fall-out",
                f"your counts are {rows[:, 0].astype(int).tolist()}, and not "
                f"{right[:, 0].astype(int).tolist()}.",
                f"{CERTAIN} confidences are exactly 1. They are the upper end of the last bin, and "
                "for a good network they are many.",
                "`np.minimum(number, bins - 1)` puts them into the last bin.",
            )
        if near(rows[:, [0, 2, 1]], right, 1e-4):
            return not_yet(
                "columns-exchanged",
                f"your last row is {_told(rows[-1])}; the mean confidence there is "
                f"{right[-1, 1]:.3f}.",
                "exchanged, a network that is too sure looks too modest.",
                "first the count, then the mean confidence, then the share right.",
            )
        if near(rows[:, [0, 2]], right[:, [0, 2]], 1e-4):
            return not_yet(
                "middle-of-the-bin",
                f"your last row says {rows[-1, 1]:.3f}; the mean confidence there is "
                f"{right[-1, 1]:.3f}.",
                "the middle of a bin is not where its digits are. In the last one, most lie close "
                "to 1, and the middle would make every good network look too modest.",
                "`confidence[inside].mean()`.",
            )
        if len(rows) == BINS and np.ptp(rows[:, 0]) <= 1:
            return not_yet(
                "bins-of-equal-size",
                f"your bins hold {rows[:, 0].astype(int).tolist()} digits.",
                "equal numbers in each bin are a good idea, and another one. The task asks for "
                "bins of equal width: 0 to 1/bins, and so on.",
                "`(confidence * bins).astype(int)`.",
            )
        return not_yet(
            "other-rows",
            f"your last row is {_told(rows[-1])}; it should be {_told(right[-1])}.",
            "count, mean confidence, share right, for each bin that is not empty.",
            "take one bin, and compute its three numbers by hand.",
        )

    def _error(self, right: Floats, error: float, inputs: Data) -> Verdict | None:
        counts, gaps = right[:, 0], right[:, 1] - right[:, 2]
        want = float((counts * np.abs(gaps)).sum() / counts.sum())
        if near(error, want, 1e-4):
            return None
        seen = f"the rows are right, your error is {error:.4g}; it should be {want:.4f}."
        if near(error, 100 * want, 1e-4):
            return not_yet(
                "error-in-percent", seen, "that is in %.", "leave it as a share, from 0 to 1."
            )
        if near(error, np.abs(gaps).mean(), 1e-4):
            return not_yet(
                "unweighted",
                seen,
                f"your mean counts a bin of {counts.min():.0f} digits as much as one of "
                f"{counts.max():.0f}. Good networks have nearly everything in the last bin, and a "
                "handful in the others.",
                "weigh each gap by the count of its bin.",
            )
        if near(abs(error), abs((counts * gaps).sum() / counts.sum()), 1e-4):
            overall = abs(inputs["confidence"].mean() - inputs["right"].mean())
            if error < 0 or not near(overall, error, 1e-6):
                return _cancel(seen)
            return not_yet(
                "one-gap-for-all",
                seen,
                "you compare the mean confidence of all with the share right of all. Too sure here "
                "and too modest there then cancel.",
                "take the absolute gap of each bin first, then the weighted mean.",
            )
        return not_yet(
            "other-error",
            seen,
            "the error is the weighted mean of the absolute gaps between confidence and share.",
            "`(counts * gaps).sum() / counts.sum()`, with `gaps` all positive.",
        )


def _cancel(seen: str) -> Verdict:
    return not_yet(
        "gaps-cancel",
        seen,
        "gaps with different signs cancel: too sure here, too modest there, and it looks perfect.",
        "take the absolute value of each gap.",
    )


def _rows(confidence: Floats, right: Any) -> Floats:
    number = np.minimum((confidence * BINS).astype(int), BINS - 1)
    groups = [number == k for k in range(BINS)]
    return np.array(
        [[g.sum(), confidence[g].mean(), right[g].mean()] for g in groups if g.any()], "float64"
    )


def _told(row: Floats) -> str:
    return f"({row[0]:g}, {row[1]:.3f}, {row[2]:.3f})"
