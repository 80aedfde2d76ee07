"""From what a learner's process said to a verdict. Judged here, in the grader."""

from dataclasses import replace

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.inside.wire import Message
from workshop.verdict import Verdict, could_not_check, not_attempted, not_yet

LONGEST_TEXT = 1_000
MOST_NUMBERS = 2_000_000
"""In one answer. Honest ones have as many as their inputs, which is less than a tenth of it; a
judge compares them, and must not be kept busy or filled up by what a stranger's process sends."""


def verdict_on(exercise: Exercise, inputs: Data, said: Message) -> Verdict:
    """What the grader makes of one answer from a learner's process."""
    match said:
        case {"data": dict(data)} if size_of(data) > MOST_NUMBERS:
            return signed(
                not_yet(
                    "too-large",
                    f"the answer holds {size_of(data):,} numbers; {MOST_NUMBERS:,} are looked at.",
                    "an answer is about as large as what the task hands to it.",
                    "print the shape of what you give back.",
                ),
                exercise,
            )
        case {"data": dict(data)}:
            return _clipped(exercise.settle(inputs, data))
        case {"placeholder": True}:
            return signed(not_attempted("the `...` is still there."), exercise)
        case {"missing": str(name)}:
            return signed(not_attempted(f"`{name}` does not exist."), exercise)
        case {"failed": str(reason)}:
            return signed(
                could_not_check(
                    f"the answer could not be looked at: `{reason[:200]}`.",
                    "it has a form that the check did not expect, or it did not come to an end.",
                    "compare its type with what the task asks for.",
                ),
                exercise,
            )
    return signed(
        not_yet(
            "no-answer",
            "the notebook's process did not answer the question that the grader asked.",
            "the grader believes only data that fits the question.",
            "remove code that changes the course's package.",
        ),
        exercise,
    )


def size_of(value: object) -> int:
    """How many values there are in an answer: in its arrays, its lists and its texts."""
    if isinstance(value, np.ndarray):
        return max(value.size, value.nbytes // 8)
    if isinstance(value, dict):
        return sum(map(size_of, value.values()))
    if isinstance(value, list):
        return sum(map(size_of, value))
    return len(value) // 8 if isinstance(value, str) else 1


def _clipped(verdict: Verdict) -> Verdict:
    """The verdict with what it quotes of the learner's answer cut to a readable length."""
    return replace(
        verdict,
        seen=verdict.seen[:LONGEST_TEXT],
        why=verdict.why[:LONGEST_TEXT],
        try_this=verdict.try_this[:LONGEST_TEXT],
    )


def signed(verdict: Verdict, exercise: Exercise) -> Verdict:
    return verdict.of(exercise.id, exercise.title, exercise.points)
