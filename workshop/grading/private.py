"""Private inputs confirm what public inputs have shown, and nothing is ever said about them.

Every answer is tried on the inputs of the lab's own check, which everybody may see. That verdict
gives the words. If it says *passed*, the answer is tried once more, on inputs that nobody knew;
points are earned only if it passes there, too. So a report holds no private input and no value
that was expected for one, and an answer that fails never meets them.

What is left open: a process that has answered right may remember the private inputs, and stop a
later cell with an error that shows them. They are questions, not answers: nobody gains by them.
And some facts only that process can tell: which loss it has chosen and what it gives for private
numbers (02-losses), which loss and optimizer are named (script-training), which run of its own
overfits (02-curves). It may invent them; but only the right ones earn points, and whoever can
invent those has the answer. Where something has to be *made*, a network, the thing itself is
fetched and tried elsewhere (`networks`).
"""

import zlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from workshop.data import load_mnist
from workshop.data.changed import Change, changed
from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.inside.wire import Message
from workshop.grading.said import signed, verdict_on
from workshop.verdict import Outcome, Verdict, could_not_check, not_yet

Ask = Callable[[Data], Message]
"""Sends inputs to where the answer is; what came back."""

SEALED = "rows"
"""The input that says which test digit is which. It never leaves the grader."""
GENTLE = Change(turn=0.025, slant=0.025, stretch=0.015, shift=0.15, bend=0.18)
"""Half of what the leaderboard does: enough that no file holds these pictures."""
ALLOWANCE = 0.5
"""Percentage points by which the mark is lower on them, so that no honest network falls short. A
dense one of 512 and 256 units read 97.67 % as they are, and 97.40 and 97.47 % with two seeds."""


def judged(exercise: Exercise, ask: Ask, seed: int) -> Verdict:
    """The verdict on an answer: its words from public inputs, its points from private ones."""
    public = exercise.public_inputs()
    verdict = verdict_on(exercise, public, ask(public))
    if not verdict.passed or not public:
        return verdict
    private = private_inputs(exercise, seed)
    again = verdict_on(exercise, private, ask(private))
    return verdict if again.passed else signed(_without_values(again), exercise)


@lru_cache(maxsize=128)
def private_inputs(exercise: Exercise, seed: int) -> Data:
    """The same for every learner of a run, so that equal answers get equal verdicts.

    A network that is handed in meets test digits in a new order, each changed a little, so that
    none of them can be matched to a label by looking it up.
    """
    rng = np.random.default_rng([seed, zlib.crc32(exercise.id.encode())])
    inputs = exercise.inputs(rng)
    if not exercise.network or SEALED not in inputs:
        return inputs
    images = load_mnist(quiet=True)[1][0][inputs[SEALED]]
    pictures = (changed(images, rng, GENTLE) * 255).round().astype("uint8")
    return inputs | {"images": pictures, "allowance": ALLOWANCE}


def _without_values(verdict: Verdict) -> Verdict:
    """What was found with private inputs, told without them."""
    if verdict.outcome is Outcome.COULD_NOT_CHECK:
        return could_not_check(
            "your answer passes with the input that you have seen. With other input of the same "
            "kind, it could not be looked at.",
            "it took too long there, or it had a form that the check did not expect.",
            "try your code on input that you make yourself: larger, smaller, other numbers.",
        )
    return not_yet(
        verdict.diagnosis if verdict.outcome is Outcome.NOT_YET else "no-answer",
        "your answer passes with the input that you have seen, and not with other input of the "
        "same kind.",
        "an answer has to be right for every input that the task describes.",
        "look for a number in your code that fits only the input you have seen, and compute it "
        "from what comes in.",
    )
