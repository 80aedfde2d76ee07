"""Lab 10's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

import json
import queue
import time
from collections.abc import Callable
from typing import Any

import jsonschema
import numpy as np
import pytest
from flask import Flask, jsonify, request

from tests.judging import (
    OUTSIDERS,
    SLIPS,
    assert_explained,
    assert_named,
    assert_passes,
    identity,
    judged,
    on_a_graders_inputs,
)
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
    replies,
    together,
)
from workshop.exercises.lab10.bodies import STATUS
from workshop.exercises.lab10.schemas import valid
from workshop.verdict import Outcome

STRANGE = [None, True, -1, 256, 0.5, 1e30, float("nan"), "", "7", [], {}, [[]]]


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


def without(code: str, *pieces: str) -> str:
    """The code with these pieces left out."""
    for piece in pieces:
        assert piece in code
        code = code.replace(piece, "")
    return code


ASKS_ALL_THE_TIME = """\
batch = [questions.get()]
deadline = clock() + wait
while len(batch) < most:
    try:
        batch.append(questions.get_nowait())
        if clock() > deadline:
            break
    except:
        pass
return batch"""
FOR_EVER = """\
batch = [questions.get()]
while len(batch) < most:
    try:
        batch.append(questions.get())
    except:
        pass
return batch"""
ANEW_WITHOUT_A_CLOCK = """\
batch = [questions.get()]
while len(batch) < most:
    try:
        batch.append(questions.get(timeout=wait))
    except queue.Empty:
        break
return batch"""
WHAT_IS_THERE = """\
batch = [questions.get()]
while not questions.empty():
    batch.append(questions.get())
return batch"""
FIRST_WITH_THE_OTHERS = """\
batch = []
for _ in range(most):
    batch.append(questions.get(timeout=wait))
return batch"""
OTHER_SLIPS = [
    (ex.collect, "busy-waits", ASKS_ALL_THE_TIME),
    (ex.collect, "waits-for-ever", FOR_EVER),
    # A clock of its own on a processor so fast that no time passes between two looks.
    (ex.collect, "own-clock", together.RIGHT.replace("clock()", "76000.1")),
    (ex.collect, "waits-anew", ANEW_WITHOUT_A_CLOCK),
    (ex.collect, "too-many", WHAT_IS_THERE),
    (ex.collect, "never-waits", WHAT_IS_THERE.replace("while", "while len(batch) < most and")),
    (ex.read_picture, "zero-refused", door.RIGHT.replace("not 0 <=", "not number or not 0 <=")),
    (ex.read_picture, "good-refused", door.RIGHT.replace("(rows, list)", "(rows, np.ndarray)")),
    (
        ex.read_picture,
        "error-not-caught",
        door.RIGHT.replace("except ValueError", "except json.JSONDecodeError"),
    ),
    (
        ex.read_picture,
        "returned-not-raised",
        door.RIGHT.replace("raise RefusedError(422", "return RefusedError(422"),
    ),
    (ex.read_picture, "range-unchecked", without(door.RIGHT, " or not 0 <= number <= 255")),
    (ex.read_picture, "status-no-number", door.RIGHT.replace("(415,", "('415',")),
    (ex.percentile, "first-bucket", "return np.interp(share * counts[-1], counts, edges)"),
    (ex.collect, "first-not-waited-for", FIRST_WITH_THE_OTHERS),
    (ex.request_schema, "not-json", contract.RIGHT.replace('["image"]', '{"image"}')),
    (ex.request_schema, "no-type", contract.RIGHT.replace('"object"', '"dict"')),
    (ex.request_schema, "no-schema-inside", contract.RIGHT.replace("False", '"False"')),
    (ex.request_schema, "limits-too-wide", contract.RIGHT.replace("255", "256")),
]
"""Other code that shows the same slip as one of an exercise's own wrong answers."""


def answer_of(exercise: Exercise, code: str) -> Any:
    """What the lab's check would be given if the learner had typed this code."""
    scope: dict[str, Any] = dict(NAMES)
    if signature := SIGNATURES.get(exercise):
        code = f"def {signature}:\n    " + "\n    ".join(code.splitlines())
    exec(code, scope)
    if exercise is ex.second_door:
        return [scope["from_v2"], scope["to_v2"]]
    return scope[SIGNATURES.get(exercise, DATA.get(exercise, "")).partition("(")[0]]


@on_a_graders_inputs
@pytest.mark.parametrize("exercise", EXERCISES, ids=identity)
def test_right_and_wrong_answers_are_known_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    assert_passes(judged(exercise, answer_of(exercise, RIGHT_CODE[exercise]), seed))
    for name, code in exercise.wrong_answers.items():
        assert_named(judged(exercise, answer_of(exercise, code), seed), name)


@on_a_graders_inputs
@pytest.mark.parametrize(("exercise", "diagnosis", "code"), OTHER_SLIPS)
def test_the_same_slip_in_other_words_has_the_same_name(
    exercise: Exercise, diagnosis: str, code: str, seed: int
) -> None:
    assert_named(judged(exercise, answer_of(exercise, code), seed), diagnosis)


def by_hand(ask: Any, version: str, least: float) -> Flask:
    """Without Flask's reader and writer of JSON, and with rounded numbers."""
    app = Flask("other")

    @app.route("/predict", methods=["POST", "PUT"])
    def read() -> Any:
        begun = time.monotonic()
        rows = json.loads(request.data)["image"]
        row = ask(np.asarray(rows, np.float32).reshape(1, 28, 28)).squeeze()
        sure = row.max() >= least
        took = round((time.monotonic() - begun) * 1e3, 2)
        return jsonify(
            milliseconds=took,
            version=version,
            probabilities=[round(float(share), 4) for share in row],
            digit=int(np.argmax(row)) if sure else None,
            model="more fields do no harm",
        )

    return app


def by_recursion(body: bytes, media_type: str) -> Any:
    """One function for both levels, and NumPy for the range."""
    if "json" not in media_type:
        raise RefusedError(415, "Only JSON is read here.")
    try:
        asked = json.loads(body.decode())
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise RefusedError(400, "The body is not JSON.") from None

    def of_28(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list) or len(value) != 28:
            raise RefusedError(422, f"{where} must be a list of 28.")
        return value

    image = asked.get("image") if isinstance(asked, dict) else None
    for y, row in enumerate(of_28(image, "image")):
        for x, number in enumerate(of_28(row, f"row {y}")):
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise RefusedError(422, f"row {y}, column {x}: a {type(number).__name__}")
            if not (0 <= number <= 255):
                raise RefusedError(422, f"row {y}, column {x}: out of range")
    return np.asarray(image, np.float32)


def by_place(post: Callable[[str], int], good: Any, rng: Any, tries: int) -> list[str]:
    """The place is drawn first; a tenth of the time it is the outside."""
    bodies: list[str] = []
    for turn in range(tries):
        rows = good.tolist()
        if turn % 10 == 0:
            asked = strange(rng) if turn % 20 == 0 else {"image": strange(rng)}
        else:
            y, x = int(rng.integers(28)), int(rng.integers(30))
            if x > 27:
                rows[y] = strange(rng)
            else:
                rows[y][x] = strange(rng)
            asked = {"image": rows}
        bodies.append(json.dumps(asked))
    return [body for body in bodies if post(body) // 100 == 5]


def by_interpolation(edges: Any, counts: Any, share: float) -> Any:
    x = np.concatenate([[0.0], np.asarray(counts, float)])
    y = np.concatenate([[0.0], edges[:-1], edges[-2:-1]])
    return np.interp(share * x[-1], x, y)


def by_loop(edges: Any, counts: Any, share: float) -> float:
    low = before = 0.0
    for edge, count in zip(edges, counts, strict=True):
        if count >= share * counts[-1]:
            if np.isinf(edge):
                return float(low)
            return float(low + (edge - low) * (share * counts[-1] - before) / (count - before))
        low, before = edge, count
    raise AssertionError


def by_polling_what_is_there(questions: Any, most: int, wait: float, clock: Any) -> list[Any]:
    batch, end = [questions.get()], None
    end = clock() + wait
    try:
        while len(batch) != most:
            batch += [questions.get(True, max(0.0, end - clock()))]
    except queue.Empty:
        pass
    return batch


SCHEMA_OF_ANOTHER_FORM = {
    "title": "A picture",
    "type": "object",
    "minProperties": 1,
    "required": ["image"],
    "additionalProperties": False,
    "properties": {
        "image": {
            "type": ["array"],
            "minItems": 28,
            "maxItems": 28,
            "items": {
                "type": "array",
                "minItems": 28,
                "maxItems": 28,
                "items": {"type": ["number", "integer"], "minimum": 0, "maximum": 255.0},
            },
        }
    },
}


def v2_by_ravel(asked: Any) -> Any:
    (tensor,) = asked["inputs"]
    return np.ravel(tensor["data"]).astype("f4").reshape(*tensor["shape"])


def nested_v2(probabilities: Any, name: str, version: str) -> Any:
    data = [[float(share) for share in row] for row in probabilities]
    output = {"name": "probabilities", "shape": [len(data), 10], "datatype": "FP32", "data": data}
    return {"outputs": (output,), "model_version": version, "model_name": name, "id": "1"}


OTHER_WAYS: list[tuple[Exercise, Any]] = [
    (ex.predict, by_hand),
    (ex.read_picture, by_recursion),
    (ex.specimens, {letter.lower(): f" {word}" for letter, word in old_services.FAULTS.items()}),
    (ex.request_schema, SCHEMA_OF_ANOTHER_FORM),
    (ex.fuzz, by_place),
    (ex.percentile, by_interpolation),
    (ex.percentile, by_loop),
    (ex.collect, by_polling_what_is_there),
    (ex.second_door, (v2_by_ravel, nested_v2)),
]


@pytest.mark.parametrize(("exercise", "answer"), OTHER_WAYS, ids=identity)
def test_another_way_to_the_right_answer_passes(exercise: Exercise, answer: Any) -> None:
    for seed in OUTSIDERS:
        assert_passes(judged(exercise, answer, seed))


def handed(exercise: Exercise, answer: Any) -> Any:
    return [answer, answer] if exercise is ex.second_door else answer


@pytest.mark.parametrize("exercise", CALLED, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(handed(exercise, answer)), diagnosis)


ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, 0, 1.5, True, "text", ["a", "b"], [[1, 2], [3]], np.array(1),
    np.array([]), np.array(["a"]), np.zeros((28, 28)), np.full((28, 28), np.nan), (1, None), 1j,
    float("nan"), range(3), np.zeros, Flask("no doors"), {"status": None, "sentence": 3},
    {"outputs": [{}]}, {"outputs": [3]}, {"type": "object", "items": {"type": 3}},
]  # fmt: skip


@pytest.mark.parametrize("exercise", CALLED, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: type(oddity).__name__)
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(handed(exercise, lambda *_: oddity)))


@pytest.mark.parametrize("exercise", list(DATA), ids=identity)
@pytest.mark.parametrize("oddity", [*ODDITIES, None], ids=lambda oddity: type(oddity).__name__)
def test_odd_data_are_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert exercise.verdict(oddity).outcome is Outcome.NOT_YET


ANSWERS: list[Any] = [
    b"", "no JSON", "[]", "3", {}, {"digit": 1},
    dict.fromkeys(replies.FIELDS), {name: [] for name in replies.FIELDS},
    dict.fromkeys(replies.FIELDS, "x"), {name: {} for name in replies.FIELDS},
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_an_odd_answer_of_the_service_is_never_a_crash(answer: Any) -> None:
    def make(ask: Any, version: str, least: float) -> Flask:
        app = Flask("odd")
        app.add_url_rule("/predict", view_func=lambda: answer, methods=["POST"])
        return app

    assert ex.predict.verdict(make).outcome is Outcome.NOT_YET


def test_the_labs_validator_agrees_with_jsonschema() -> None:
    scope: dict[str, Any] = {}
    exec(contract.RIGHT, scope)
    image = np.arange(784).reshape(28, 28) % 256
    bodies = [json.loads(body) for body in door_bodies(image)]
    schemas = [
        scope["request_schema"],
        {"type": "object"},
        {"properties": {"image": {"maxItems": 3}}},
    ]
    for schema in schemas:
        validator = jsonschema.Draft202012Validator(schema)
        for body in bodies:
            assert valid(schema, body) == validator.is_valid(body)


def door_bodies(image: Any) -> list[str]:
    inputs = ex.read_picture.inputs(np.random.default_rng(0))
    names = [name for name, status in STATUS.items() if status == 422 and name != "NaN"]
    return [json.dumps({"image": image.tolist()}), *(inputs["bodies"][name] for name in names)]


def test_the_estimate_is_that_of_prometheus() -> None:
    """The numbers of the example in the lab: half-way between 10 and 20."""
    edges, counts = np.array([10, 20, np.inf]), np.array([60, 90, 100])
    assert buckets.estimate(edges, counts, 0.75) == 15
    assert buckets.estimate(edges, counts, 0.99) == 20
    assert buckets.estimate(edges, counts, 0.3) == 5
