"""Lab 10's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

import json
import queue
import time
from typing import Any

import numpy as np
import pytest
from flask import Flask, request

from workshop.exercises import lab10 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.lab10 import (
    buckets,
    contract,
    door,
    fuzzing,
    old_services,
    predicting,
    protocol,
    together,
)

OUTSIDERS = [0, 1, 12345]
"""Seeds of a grader that draws its own inputs."""

STRANGE = [None, True, -1, 256, 0.5, 1e300, float("nan"), "", "7", [], {}, [[]]]


class RefusedError(Exception):
    """As on the lab's page."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def strange(rng: Any) -> Any:
    """As on the lab's page."""
    return STRANGE[rng.integers(len(STRANGE))]


NAMES = {
    "np": np,
    "json": json,
    "queue": queue,
    "time": time,
    "Flask": Flask,
    "request": request,
    "RefusedError": RefusedError,
    "strange": strange,
}
SIGNATURES = {
    ex.predict: "make_app(ask, version, least)",
    ex.read_picture: "read_picture(body, media_type)",
    ex.fuzz: "fuzz(post, good, rng, tries)",
    ex.percentile: "percentile(edges, counts, share)",
    ex.collect: "collect(questions, most, wait, clock)",
}
DATA = {ex.specimens: "faults", ex.request_schema: "request_schema"}
RIGHT_CODE = {
    ex.predict: predicting.RIGHT,
    ex.read_picture: door.RIGHT,
    ex.specimens: old_services.RIGHT,
    ex.request_schema: contract.RIGHT,
    ex.fuzz: fuzzing.RIGHT,
    ex.percentile: buckets.RIGHT,
    ex.collect: together.RIGHT,
    ex.second_door: protocol.RIGHT,
}
EXERCISES = list(RIGHT_CODE)
CALLED = [*SIGNATURES, ex.second_door]


def answer_of(exercise: Exercise, code: str) -> Any:
    """What the lab's check would be given if the learner had typed this code."""
    scope: dict[str, Any] = dict(NAMES)
    if signature := SIGNATURES.get(exercise):
        code = f"def {signature}:\n    " + "\n    ".join(code.splitlines())
    exec(code, scope)
    if exercise is ex.second_door:
        return [scope["from_v2"], scope["to_v2"]]
    return scope[SIGNATURES.get(exercise, DATA.get(exercise, "")).partition("(")[0]]


def judged(exercise: Exercise, answer: Any, seed: int) -> Any:
    inputs = exercise.inputs(np.random.default_rng(seed))
    return exercise.settle(inputs, exercise.probe(inputs, answer))


@pytest.mark.parametrize("seed", OUTSIDERS)
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_right_and_wrong_answers_are_known_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    right = judged(exercise, answer_of(exercise, RIGHT_CODE[exercise]), seed)
    assert right.passed, str(right)
    for name, code in exercise.wrong_answers.items():
        verdict = judged(exercise, answer_of(exercise, code), seed)
        assert verdict.diagnosis == name, str(verdict)
