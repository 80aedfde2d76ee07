"""Count who is taken for whom: the confusion matrix."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab06.several import as_array, as_floats, near
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "matrix = np.zeros((classes, classes), int)\n"
ANSWER = START + "np.add.at(matrix, (labels, answers), 1)\nreturn matrix"
CLASSES = 4
COUNT = 60


class Confusion(Exercise):
    id = "06-confusion"
    title = "The confusion matrix"
    hints = (
        "Start with zeros: `np.zeros((classes, classes), int)`. Then walk through both arrays at "
        "once, `for label, answer in zip(labels, answers):`, and add 1 somewhere. Where?",
        "The row is the label, the column is the answer: `matrix[label, answer] += 1`. (In NumPy "
        "alone: `np.add.at(matrix, (labels, answers), 1)`.)",
    )
    wrong_answers = {
        "transposed": ANSWER.replace("(labels, answers)", "(answers, labels)"),
        "counted-once": START + "matrix[labels, answers] += 1\nreturn matrix",
        "counts-as-floats": ANSWER.replace(", int)", ")"),
        "shares-of-rows": ANSWER + " / matrix.sum(axis=1, keepdims=True)",
        "shares-of-columns": ANSWER + " / matrix.sum(axis=0)",
        "shares-of-all": ANSWER + " / len(labels)",
        "only-mistakes": ANSWER.replace("return", "np.fill_diagonal(matrix, 0)\nreturn"),
        "only-hits": ANSWER.replace("return matrix", "return np.diag(np.diag(matrix))"),
        "only-classes-seen": "classes = labels.max() + 1\n" + ANSWER,
        "other-counts": ANSWER.replace("return matrix", "return matrix + 1"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        labels = rng.permutation(np.arange(COUNT) % CLASSES)
        # Mistakes go one way, so that rows and columns have different sums.
        answers = np.where(rng.random(COUNT) < 0.6, labels, rng.integers(0, labels + 1))
        fixed = [(2, 0), (2, 0), (0, 1), (3, 2), (3, 2), (3, 2), (3, 3), (3, 3)]
        labels, answers = (
            np.concatenate([drawn, [pair[side] for pair in fixed]])
            for side, drawn in enumerate((labels, answers))
        )
        return {
            "labels": labels.astype("uint8"),  # as MNIST's are
            "answers": answers.astype("int64"),
            "few": int(rng.integers(CLASSES + 2, 2 * CLASSES)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        arrays = inputs["labels"], inputs["answers"]
        data = {"all": call(answer, *arrays, CLASSES)}
        value = as_floats(data["all"].get("value"))
        # Shares would divide by the zeros of a class that does not occur.
        if value is not None and value.max(initial=0) > 1:
            data["more"] = call(answer, *arrays, inputs["few"])
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        labels, answers = inputs["labels"].astype(int), inputs["answers"]
        right = np.zeros((CLASSES, CLASSES), int)
        np.add.at(right, (labels, answers), 1)
        got = as_array(data["all"])
        if wrong := expect_array(got, (CLASSES, CLASSES)) or self._counts(right, got):
            return wrong
        if wrong := self._size(inputs["few"], data.get("more")):
            return wrong
        if got.dtype.kind != "i" and got.dtype.kind != "u":
            return not_yet(
                "counts-as-floats",
                f"the numbers are right, but their dtype is `{got.dtype}`.",
                "counts are whole numbers. As floats they print with dots, and cannot be used as "
                "an index.",
                "`np.zeros((classes, classes), int)`.",
            )
        return passed(
            f"{right.sum()} answers counted, {np.trace(right)} of them on the diagonal: right.",
            "row is the label, column the answer. scikit-learn has it this way, too; others turn "
            "it round. Always write at the edges what is what.",
        )

    def _counts(self, right: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        if near(got, right):
            return None
        row, column = 2, 0
        if near(got, right.T):
            return not_yet(
                "transposed",
                f"label {row}, answer {column} occurs {right[row, column]} times. I find this "
                f"number in row {column}, column {row}.",
                "turned round, the matrix tells of each mistake the opposite: who is taken for "
                "whom.",
                "the label chooses the row: `matrix[label, answer]`.",
            )
        if near(got, right > 0):
            return not_yet(
                "counted-once",
                f"no count is above 1, but label {row}, answer {column} occurs "
                f"{right[row, column]} times.",
                "`matrix[labels, answers] += 1` reads all old values first, adds 1, and writes "
                "them back. A place that is named twice gets the same new value twice.",
                "use a loop, or `np.add.at(matrix, (labels, answers), 1)`, which adds each time.",
            )
        for name, sums, whole in (
            ("rows", right.sum(axis=1, keepdims=True), "all digits with one label"),
            ("columns", right.sum(axis=0), "all digits with one answer"),
        ):
            if near(got, right / sums) or near(got, 100 * right / sums):
                return self._shares(name, whole, got)
        if near(got, right / right.sum()):
            return not_yet(
                "shares-of-all",
                f"your numbers add up to {got.sum():.0f}, not to {right.sum()}.",
                "a share hides how many there were. Ask for shares later, when you know of what.",
                "leave the counts as they are.",
            )
        if near(got, right - np.diag(np.diag(right))):
            return not_yet(
                "only-mistakes",
                "your diagonal is 0.",
                "without the right answers nobody can tell whether 5 mistakes are many.",
                "count every answer, right or wrong.",
            )
        if near(got, np.diag(np.diag(right))):
            return not_yet(
                "only-hits",
                "off the diagonal, all your numbers are 0.",
                "the mistakes are what the matrix is for.",
                "count every answer, in the row of its label and the column of the answer.",
            )
        worst = np.unravel_index(np.abs(got - right).argmax(), right.shape)
        return not_yet(
            "other-counts",
            f"in row {worst[0]}, column {worst[1]} I find {got[worst]:g}; label {worst[0]} was "
            f"answered with {worst[1]} {right[worst]} times.",
            "each digit adds 1 to exactly one cell.",
            "count by hand: labels [0, 0, 1], answers [0, 1, 1].",
        )

    def _shares(self, name: str, whole: str, got: NDArray[Any]) -> Verdict:
        seen = f"your {name} add up to {got.sum(axis=int(name == 'rows')).max():g} each."
        why = (
            f"you divided by the number of {whole}. That answers another question, and later we "
            "need to divide by both."
        )
        if name == "rows":
            return not_yet("shares-of-rows", seen, why, "leave the counts as they are.")
        return not_yet("shares-of-columns", seen, why, "leave the counts as they are.")

    def _size(self, classes: int, got: Any) -> Verdict | None:
        shape = np.shape(got) if isinstance(got, list | np.ndarray) else ()
        if got is None or shape == (classes, classes):
            return None
        return not_yet(
            "only-classes-seen",
            f"with classes={classes} I got the shape `{shape}`.",
            "a class that does not occur in these digits still has a row and a column, of zeros. "
            "Otherwise two matrices cannot be compared.",
            "take the size from `classes`, not from the arrays.",
        )
