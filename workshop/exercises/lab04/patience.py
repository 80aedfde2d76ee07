"""Early stopping: when to give up, and which epoch to go back to."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LOOP = """\
best, lowest, waited = 0, float("inf"), 0
for epoch, loss in enumerate(losses, start=1):
    if loss < lowest:
        best, lowest, waited = epoch, loss, 0
    else:
        waited += 1
    if waited == patience:
        return epoch, best
return len(losses), best"""


class StopEpoch(Exercise):
    id = "04-stop-epoch"
    title = "Patience"
    points = 2
    hints = (
        "Go through the epochs as the training does: without a look at what is still to come. "
        "Remember three things: the lowest loss so far, its epoch, and how long ago that was.",
        "`for epoch, loss in enumerate(losses, start=1):`. A lower loss: keep it and its epoch, "
        "and set the waiting to 0. Otherwise the waiting grows by 1.",
        "At the end of each turn: `if waited == patience: return epoch, best`. After the loop: "
        "`return len(losses), best`.",
    )
    wrong_answers = {
        "knows-the-future": "return len(losses), int(np.argmin(losses)) + 1",
        "counted-from-zero": LOOP.replace("start=1", "start=0"),
        "last-not-best": LOOP.replace("return epoch, best", "return epoch, epoch"),
        "equal-is-better": LOOP.replace("loss < lowest", "loss <= lowest"),
        "never-resets": LOOP.replace("best, lowest, waited = epoch, loss, 0", "best, lowest = epoch"
        ", loss"),
        "better-than-the-last-one": LOOP.replace(
            "        waited += 1", "        waited += 1\n        lowest = loss"
        ),
        "one-too-many": LOOP.replace("waited == patience", "waited > patience"),
        "one-too-few": LOOP.replace("waited == patience", "waited + 1 == patience"),
        "counts-all-epochs": LOOP.replace("return epoch, best", "break"),
        "exchanged": LOOP.replace("epoch, best\n", "best, epoch\n").replace(
            "len(losses), best", "best, len(losses)"
        ),
        "return-missing": LOOP.removesuffix("\nreturn len(losses), best"),
        "not-two-numbers": LOOP.replace("return epoch, best", "return best"),
        "other-epochs": LOOP.replace("return epoch, best", "return epoch + 7, best"),
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        def curve(*steps: float) -> list[float]:
            start = round(float(rng.uniform(1.0, 1.4)), 2)
            return [round(start + step, 2) for step in steps]

        return {
            # It turns, and much later, after the stop, there is a lower loss.
            "turns": [curve(0.9, 0.4, 0.1, 0.2, 0.3, 0.4, 0.5, 0.4, 0.3, -0.2, -0.3), 3],
            # Up and down: each time it gets lower before the patience is at its end.
            "jumps": [curve(0.9, 0.5, 0.6, 0.7, 0.4, 0.5, 0.45, 0.3, 0.35, 0.4, 0.5, 0.6), 3],
            "flat": [curve(0.8, 0.3, 0.3, 0.3, 0.3, 0.3), 2],
            # Down a little after each step up, but never below what it was.
            "saws": [curve(0.9, 0.2, 0.6, 0.5, 0.6, 0.4, 0.5), 2],
            "falls": [curve(0.8, 0.6, 0.5, 0.4, 0.3), 2],
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        data = {name: call(answer, *case) for name, case in inputs.items()}
        silent = [name for name, one in data.items() if one["observed"] == "nothing"]
        # With nothing at all, the common diagnosis fits; here some curves do get an answer.
        return {"silent": silent[0]} if 0 < len(silent) < len(data) else data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "silent" in data:
            losses, patience = inputs[data["silent"]]
            return not_yet(
                "return-missing",
                f"for the losses {', '.join(map(str, losses))} and a patience of {patience}, your "
                "function returns nothing; for others it does.",
                "it can reach its end without meeting a `return`, such as when the loop is over "
                "and the patience is not.",
                "after the loop, all epochs were trained: `return len(losses), best`.",
            )
        got = [_pair(data[name]) for name in inputs]
        if None in got:
            name = next(name for name, pair in zip(inputs, got, strict=True) if pair is None)
            return not_yet(
                "not-two-numbers",
                f"for the losses {inputs[name][0]} I got `{str(data[name])[:60]}`.",
                "two things are asked: how many epochs are trained, and which of them was best.",
                "return two whole numbers: `return epoch, best`.",
            )
        cases = list(inputs.values())
        wanted = [_stopped(*case) for case in cases]
        if got == wanted:
            last, best = wanted[0]
            return passed(
                f"the first curve stops after epoch {last} and goes back to epoch {best}.",
                "that is `keras.callbacks.EarlyStopping(patience=…, restore_best_weights=True)`. "
                "The lower loss that would have come later, nobody can know.",
            )
        place = next(i for i, pair in enumerate(got) if pair != wanted[i])
        losses, patience = cases[place]
        said = (
            f"losses {', '.join(map(str, losses))}, patience {patience}: you say "
            f"{got[place]}, right is {wanted[place]}."
        )
        return _slip(cases, got, said)


def _stopped(
    losses: Sequence[float],
    patience: float,
    *,
    equal: bool = False,
    reset: bool = True,
    rival: str = "lowest",
) -> tuple[int, int]:
    """(epochs trained, best epoch), or what comes out with one part of it done otherwise."""
    best, lowest, waited = 0, float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < lowest or (equal and loss == lowest):
            best, lowest, waited = epoch, loss, 0 if reset else waited
        else:
            waited += 1
            lowest = loss if rival == "last" else lowest
        if waited >= patience:
            return epoch, best
    return len(losses), best


def _pair(got: Any) -> tuple[int, int] | None:
    try:
        last, best = np.asarray(got, dtype="float64").reshape(-1)
    except (TypeError, ValueError):
        return None
    whole = float(last).is_integer() and float(best).is_integer()
    return (int(last), int(best)) if whole else None


def _slip(cases: list[Any], got: list[Any], said: str) -> Verdict:
    right = [_stopped(*case) for case in cases]
    if got == [(len(losses), int(np.argmin(losses)) + 1) for losses, _ in cases]:
        return not_yet(
            "knows-the-future",
            said,
            "your loop goes to the end of the list, whatever the losses do. But when the patience "
            "is at its end, the training ends, and later epochs never happen.",
            "go through the list from the start, and stop inside the loop.",
        )
    if got == [(best, last) for last, best in right]:
        return not_yet(
            "exchanged",
            said,
            "both numbers are right, and exchanged.",
            "first how many epochs are trained, then the best one.",
        )
    if all(pair[1] == one[1] - 1 for pair, one in zip(got, right, strict=True)):
        return not_yet(
            "counted-from-zero",
            said,
            "Python counts from 0. The first epoch is number 1.",
            "`enumerate(losses, start=1)`, or add 1 where you keep the best epoch.",
        )
    if all(pair[0] == one[0] for pair, one in zip(got, right, strict=True)) and any(
        pair[1] == pair[0] for pair in got[:2]
    ):
        return not_yet(
            "last-not-best",
            said,
            "it stops at the right moment, but keeps the last epoch. By then the network has "
            "become worse for as long as you waited.",
            "remember the epoch of the lowest loss, and return that one.",
        )
    if got == [_stopped(*case, equal=True) for case in cases]:
        return not_yet(
            "equal-is-better",
            said,
            "the same loss once more is no progress, but you let it set the waiting back to 0.",
            "`<` instead of `<=`.",
        )
    if got == [_stopped(*case, reset=False) for case in cases]:
        return not_yet(
            "never-resets",
            said,
            "patience counts the epochs without progress since the last progress. You count all "
            "that there ever were.",
            "at each lower loss, set the waiting back to 0.",
        )
    if [pair[0] for pair in got] == [_stopped(*case, rival="last")[0] for case in cases]:
        return not_yet(
            "better-than-the-last-one",
            said,
            "you compare with the epoch before. A loss that climbs and then falls a little counts "
            "as progress, although it has been lower long ago.",
            "compare with the lowest loss so far.",
        )
    if got == [(len(losses), best) for (losses, _), (_, best) in zip(cases, right, strict=True)]:
        return not_yet(
            "counts-all-epochs",
            said,
            "the best epoch is right, so your rule stops at the right moment. But the first number "
            "is the length of the whole list.",
            "where the patience is at its end, `return epoch, best`. `len(losses)` is only for "
            "losses that never come to that.",
        )
    return _count(cases, got, said)


def _count(cases: list[Any], got: list[Any], said: str) -> Verdict:
    if got == [_stopped(losses, patience + 1) for losses, patience in cases]:
        return not_yet(
            "one-too-many",
            said,
            "with a patience of 3, the third epoch without progress is the last. You train a "
            "fourth.",
            "`waited == patience` (or `>=`), after the waiting was counted up.",
        )
    if got == [_stopped(losses, patience - 1) for losses, patience in cases]:
        return not_yet(
            "one-too-few",
            said,
            "you give up one epoch before the patience is at its end.",
            "count up first, then compare: `waited == patience`.",
        )
    return not_yet(
        "other-epochs",
        said,
        "the training ends when `patience` epochs in a row brought no lower loss; the best epoch "
        "is the one with the lowest loss until then.",
        "play the list through on paper, with three numbers: lowest, its epoch, waited.",
    )
