"""From what a learner's process said to a verdict. Judged here, in the grader."""

from dataclasses import replace

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.grading.inside.wire import Message
from workshop.verdict import Verdict, could_not_check, not_attempted, not_yet

LONGEST_TEXT = 1_000


def verdict_on(exercise: Exercise, inputs: Data, said: Message) -> Verdict:
    """What the grader makes of one answer from a learner's process."""
    match said:
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
