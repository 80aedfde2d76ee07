"""Precision, recall and their relatives: four numbers of the matrix, divided."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab06.several import Floats, near, not_finite, parts_of
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

NAMES = ("precision", "recall", "specificity", "false-positive rate")
CATS = [[14, 3], [6, 27]]
PARTS = """\
tp = matrix[digit, digit]
fn = matrix[digit].sum() - tp
fp = matrix[:, digit].sum() - tp
tn = matrix.sum() - tp - fn - fp
"""
ANSWER = PARTS + "return tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), fp / (fp + tn)"
ROUNDED = 2e-3
"""Who rounds to three digits is right, too."""


class Rates(Exercise):
    id = "06-rates"
    title = "Rates from counts"
    points = 2
    hints = (
        "Four counts first. `tp = matrix[digit, digit]`. The rest of its row has this label and "
        "another answer: is that `fn` or `fp`?",
        "`fn = matrix[digit].sum() - tp` and `fp = matrix[:, digit].sum() - tp`. Everything that "
        "is left is `tn`, whatever happened there.",
        "`tp / (tp + fp)`, `tp / (tp + fn)`, `tn / (tn + fp)`, `fp / (fp + tn)`.",
    )
    wrong_answers = {
        "fp-fn-exchanged": ANSWER.replace("matrix[digit].sum()", "matrix.T[digit].sum()").replace(
            "matrix[:, digit].sum()", "matrix.T[:, digit].sum()"
        ),
        "precision-recall-exchanged": ANSWER.replace(
            "tp / (tp + fp), tp / (tp + fn)", "tp / (tp + fn), tp / (tp + fp)"
        ),
        "true-negatives-on-the-diagonal": ANSWER.replace(
            "matrix.sum() - tp - fn - fp", "np.trace(matrix) - tp"
        ),
        "false-discoveries": ANSWER.replace("fp / (fp + tn)", "fp / (fp + tp)"),
        "shares-of-all": PARTS + "count = matrix.sum()\n"
        "return tp / count, tp / count, tn / count, fp / count",
        "percent": PARTS
        + "return [100 * r for r in (tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), "
        "fp / (fp + tn))]",
        "not-four-numbers": PARTS + "return tp, tn",
        "other-rates": ANSWER.replace("tn / (tn + fp)", "(tp + tn) / matrix.sum()"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        matrix = rng.integers(1, 20, (4, 4))
        matrix[2] += rng.integers(10, 20)  # so that no two of the rates come close
        return {"cats": np.array(CATS), "digits": matrix + np.diag(rng.integers(40, 90, 4))}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {
            "cats": call(answer, inputs["cats"], 1),
            "digits": call(answer, inputs["digits"], 2),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name, digit in (("cats", 1), ("digits", 2)):
            if wrong := self._wrong(name, inputs[name], digit, data[name]):
                return wrong
        return passed(
            "cats: precision 0.900, recall 0.818, specificity 0.824, false-positive rate 0.176.",
            "two of the four are one number: specificity and the false-positive rate add up to 1.",
        )

    def _wrong(self, name: str, matrix: NDArray[Any], digit: int, value: Any) -> Verdict | None:
        if isinstance(value, dict):
            value = list(value.values())
        parts = parts_of(value, 4)
        if parts is None or any(part.ndim for part in parts):
            return not_yet(
                "not-four-numbers",
                "I need four numbers, in the order precision, recall, specificity, "
                "false-positive rate.",
                "each says something the others do not.",
                "`return precision, recall, specificity, false_positive_rate`.",
            )
        if wrong := not_finite(parts):
            return wrong
        got, right = np.array(parts), _rates(matrix, digit)
        if near(got, right, ROUNDED):
            return None
        return self._named(name, matrix, digit, got, right)

    def _named(
        self, name: str, matrix: NDArray[Any], digit: int, got: Floats, right: Floats
    ) -> Verdict:
        seen = f"for the {name}: {_told(got)}; it should be {_told(right)}."
        if near(got, 100 * right, ROUNDED):
            return not_yet(
                "percent",
                seen,
                "a rate is a share, from 0 to 1. In % it looks the same on paper, and spoils "
                "every formula that takes it for a share.",
                "leave out the 100; multiply when you print.",
            )
        if near(got, _rates(matrix.T, digit), ROUNDED):
            return not_yet(
                "fp-fn-exchanged",
                seen,
                "you took false positives for false negatives. In a row stand all digits with "
                "one label; those in another column were missed: false negatives.",
                "`fn` from the row, `fp` from the column.",
            )
        if near(got, right[[1, 0, 2, 3]], ROUNDED):
            return not_yet(
                "precision-recall-exchanged",
                seen,
                "precision asks those that were answered so: how many are it? Recall asks those "
                "that are it: how many were found?",
                "divide by `tp + fp` for precision, by `tp + fn` for recall.",
            )
        tp, fn, fp, tn = _counts(matrix, digit)
        diagonal = np.trace(matrix) - tp
        if near(got[2], diagonal / (diagonal + fp), ROUNDED) and not near(got[2], right[2]):
            return not_yet(
                "true-negatives-on-the-diagonal",
                seen,
                f"you counted {diagonal} true negatives; there are {tn}. Asked only whether it is "
                f"a {digit}, a digit outside its row and column was rightly answered with no, "
                "even if its own name was wrong.",
                "`tn = matrix.sum() - tp - fn - fp`.",
            )
        if near(got[3], fp / (fp + tp), ROUNDED):
            return not_yet(
                "false-discoveries",
                seen,
                "you divided by those that were answered so. That is 1 − precision. The "
                "false-positive rate asks: of those that are not it, how many were taken for it?",
                "`fp / (fp + tn)`.",
            )
        count = matrix.sum()
        if near(got[:2], [tp / count, tp / count], ROUNDED):
            return not_yet(
                "shares-of-all",
                seen,
                "you divided by everything. Each rate looks at a part only: one row, one column, "
                "or what is outside the row.",
                "`tp / (tp + fp)`, `tp / (tp + fn)`, `tn / (tn + fp)`, `fp / (fp + tn)`.",
            )
        worst = int(np.abs(got - right).argmax())
        return not_yet(
            "other-rates",
            f"{seen} The {NAMES[worst]} is furthest off.",
            f"the four counts are tp {tp}, fn {fn}, fp {fp}, tn {tn}.",
            "print your own four counts, and compare.",
        )


def _counts(matrix: NDArray[Any], digit: int) -> tuple[int, int, int, int]:
    tp = int(matrix[digit, digit])
    fn, fp = int(matrix[digit].sum()) - tp, int(matrix[:, digit].sum()) - tp
    return tp, fn, fp, int(matrix.sum()) - tp - fn - fp


def _rates(matrix: NDArray[Any], digit: int) -> Floats:
    tp, fn, fp, tn = _counts(matrix, digit)
    return np.array([tp / (tp + fp), tp / (tp + fn), tn / (tn + fp), fp / (fp + tn)])


def _told(rates: Floats) -> str:
    return ", ".join(f"{rate:.3f}" for rate in rates)
