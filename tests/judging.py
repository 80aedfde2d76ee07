"""What every judge is asked, whichever lab its exercise belongs to."""

from typing import Any

import numpy as np
import pytest

from workshop.exercises.base import Exercise
from workshop.verdict import Outcome, Verdict

OUTSIDERS = [0, 1, 12345]
"""Seeds of a grader that draws its own inputs."""

on_a_graders_inputs = pytest.mark.parametrize("seed", OUTSIDERS)


def identity(item: Any) -> str:
    """A name for a test: that of the exercise, or of the answer."""
    return str(getattr(item, "id", "") or getattr(item, "__name__", ""))


def _prints(*anything: Any) -> None:
    print(anything)


SLIPS: list[tuple[Any, str]] = [
    (lambda *_: [].sort(), "returned-nothing"),
    (lambda *_: 1 / 0, "raised"),
    (_prints, "printed-not-returned"),
    (dict, "class-not-instance"),
    (np.zeros(3), "not-a-function"),
    ("text", "not-a-function"),
    (None, "not-a-function"),
]
"""What is handed in where a function is asked for, and what it is called."""


def function(parameters: str, code: str, names: dict[str, Any]) -> Any:
    """The function that a learner has typed: `code` under a head, in a notebook with `names`."""
    scope = dict(names)
    body = "\n    ".join(code.splitlines())
    exec(f"def answer({parameters}):\n    {body}", scope)
    return scope["answer"]


def judged(exercise: Exercise, answer: Any, seed: int | None) -> Verdict:
    """The verdict on a grader's own inputs; without a seed, on those that a learner sees."""
    own = seed is not None
    inputs = exercise.inputs(np.random.default_rng(seed)) if own else exercise.public_inputs()
    return exercise.settle(inputs, exercise.probe(inputs, answer))


def assert_passes(verdict: Verdict) -> None:
    """It was judged right."""
    assert verdict.passed, str(verdict)


def assert_named(verdict: Verdict, diagnosis: str) -> None:
    """It was judged wrong, by the name of what is wrong."""
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_YET, diagnosis), str(verdict)


def assert_explained(verdict: Verdict) -> None:
    """It was judged wrong, and all three parts of the feedback are there."""
    assert verdict.outcome is Outcome.NOT_YET, str(verdict)
    assert all((verdict.seen, verdict.why, verdict.try_this)), str(verdict)
