"""Reading learning curves: which run overfits, which underfits, when to stop."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

RUNS = ("A", "B", "C")
UNDERFITS, OVERFITS, FITS = "B", "A", "C"


def _answer(overfits: str, underfits: str, stop: str) -> str:
    return f'overfits = "{overfits}"\nunderfits = "{underfits}"\nstop_after = {stop}'


LOWEST = 'int(np.argmin(runs["A"]["val_loss"]))'


class Curves(Exercise):
    id = "02-curves"
    title = "Read the curves"
    points = 2
    hints = (
        "Look at the loss. Overfitting: the training loss keeps falling while the validation "
        "loss has turned and rises. Underfitting: both are high, and both still fall.",
        "For the best epoch, look for the lowest point of the validation loss of the run that "
        'overfits. `print(runs["…"]["val_loss"])` shows its numbers.',
        "`np.argmin(values)` gives the place of the smallest value, counted from 0. Epochs are "
        "counted from 1.",
    )
    wrong_answers = {
        "lowest-training-loss": _answer("C", "B", f"{LOWEST} + 1"),
        "high-loss-is-not-overfitting": _answer("B", "A", f"{LOWEST} + 1"),
        "still-learning": _answer("A", "C", f"{LOWEST} + 1"),
        "counted-from-zero": _answer("A", "B", LOWEST),
        "last-epoch": _answer("A", "B", 'len(runs["A"]["loss"])'),
        "runs-changed": f"runs = {{}}\n{_answer('A', 'B', '3')}",
        "not-a-run": _answer("512 units", "B", "3"),
        "other-epoch": _answer("A", "B", "99"),
    }
    wrong_checks = {"not-four-answers": "[overfits, underfits, stop_after]"}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        answer = data["answer"]
        if not isinstance(answer, list) or len(answer) != 4:
            return not_four(answer)
        overfits, underfits, stop, runs = answer
        if not all(isinstance(run, str) and run in RUNS for run in (overfits, underfits)):
            return not_yet(
                "not-a-run",
                f"you say `{overfits}` overfits and `{underfits}` underfits.",
                "the runs are called A, B and C.",
                'answer with a letter in quotation marks, such as `"C"`.',
            )
        losses = _validation_loss(runs)
        if losses is None:
            return not_yet(
                "runs-changed",
                f"I cannot find the validation loss of run {OVERFITS} in `runs`.",
                "the check compares your epoch with the curve that you saw.",
                "run the cell that trains A, B and C again, then this one.",
            )
        if wrong := self._which(overfits, underfits):
            return wrong
        return self._when(stop, losses)

    def _which(self, overfits: str, underfits: str) -> Verdict | None:
        if (overfits, underfits) == (OVERFITS, UNDERFITS):
            return None
        if overfits == UNDERFITS:
            return not_yet(
                "high-loss-is-not-overfitting",
                f"you say that {overfits} overfits. Its training loss is as high as its "
                "validation loss.",
                "a network that overfits knows its training digits too well. This one does not "
                "know them yet: that is underfitting.",
                "look for a training loss near 0 beside a validation loss that rises.",
            )
        if overfits == FITS:
            return not_yet(
                "lowest-training-loss",
                f"you say that {overfits} overfits. Its two losses stay close together, and the "
                "validation loss does not climb.",
                "validation is nearly always a little worse than training. A small gap is "
                "normal. Overfitting shows where the validation loss turns.",
                "in which picture does the dashed line rise while the other falls to 0?",
            )
        return not_yet(
            "still-learning",
            f"you say that {underfits} underfits. It has the lowest validation loss of all.",
            "underfitting means that even the training digits are not learned: both losses are "
            "high, and they are still on their way down at the end.",
            "compare the scales of the three pictures: whose loss ends highest?",
        )

    def _when(self, stop: Any, losses: NDArray[Any]) -> Verdict:
        best, last = int(losses.argmin()) + 1, len(losses)
        stop = stop.tolist() if isinstance(stop, np.ndarray) else stop
        if stop == best:
            return passed(
                f"A overfits, B underfits, and A was best after epoch {best} of {last}: its "
                f"validation loss was {losses[best - 1]:.2f} then, and {losses[-1]:.2f} at the "
                "end.",
                "`keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)` watches "
                "for this and goes back to the best epoch. Lab 04 uses it.",
            )
        if stop == best - 1:
            return not_yet(
                "counted-from-zero",
                f"you say {stop}; the lowest validation loss is one epoch later.",
                "`np.argmin` counts places, and places start at 0. Epochs start at 1.",
                "add 1.",
            )
        if stop == last:
            return not_yet(
                "last-epoch",
                f"you say {stop}, the last epoch. There the training loss is lowest; the "
                f"validation loss is {losses[-1]:.3f} and has been lower.",
                "training longer always lowers the training loss. What counts is how the network "
                "does on digits that it did not learn from.",
                "look for the lowest point of the dashed line.",
            )
        return not_yet(
            "other-epoch",
            f"you say `{stop}`; I expected a whole number from 1 to {last}, where the validation "
            "loss of A is lowest.",
            "before that point the network still learns something that helps with new digits; "
            "after it, it learns its own by heart.",
            'print `runs["A"]["val_loss"]`, and count.',
        )


def not_four(given: Any) -> Verdict:
    """The verdict on anything but the two runs, the epoch and the curves."""
    return not_yet(
        "not-four-answers",
        f"I got `{str(given)[:60]}`.",
        "the check needs four things in a list: two runs, an epoch, and the curves themselves.",
        "check `[overfits, underfits, stop_after, runs]`.",
    )


def _validation_loss(runs: Any) -> NDArray[Any] | None:
    """(epochs,) validation loss of the run that overfits; None if it is not there."""
    try:
        losses = np.asarray(runs[OVERFITS]["val_loss"], dtype="float64")
    except (KeyError, TypeError, ValueError):
        return None
    return losses if losses.ndim == 1 and losses.size and np.isfinite(losses).all() else None
