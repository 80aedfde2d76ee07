"""Lab 11's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

import hashlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.judging import (
    OUTSIDERS,
    SLIPS,
    assert_explained,
    assert_named,
    assert_passes,
    function,
    identity,
    judged,
    on_a_graders_inputs,
)
from workshop.data.drawings import all_drawings
from workshop.drawing import digit_from_strokes
from workshop.exercises import lab11 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.lab11 import fitting, keeping, pages, typing_keys
from workshop.exercises.lab11.agreeing import TOLERANCE
from workshop.exercises.lab11.painting import distance
from workshop.skewed_services import suspicious_services
from workshop.verdict import Outcome

SIGNATURES: dict[Exercise, str] = {
    ex.paint: "strokes, x, y, pen",
    ex.fit: "strokes, side, pen",
    ex.centre: "ink",
    ex.agree: "expected, served, tolerance",
    ex.culprit: "served, replays",
    ex.keep: "store, picture, label, most",
    ex.held_out: "picture",
    ex.by_keys: "keys, size, step",
}


def agrees(expected: Any, served: Any, tolerance: float) -> bool:
    return bool(np.abs(expected - served).max() <= tolerance)


SCOPE = {
    "np": np,
    "hashlib": hashlib,
    "distance": distance,
    "agree": agrees,
    "MOVES": typing_keys.MOVES,
}
"""What the lab's cells have when an answer is checked."""


def painted_in_numbers(strokes: Any, x: Any, y: Any, pen: float) -> Any:
    ink = np.zeros(x.shape)
    for stroke in strokes:
        for start, end in [*pairwise(stroke), (stroke[-1], stroke[-1])]:
            ink[distance(x, y, start, end) < pen / 2] = 1
    return ink


def fitted_as_arrays(strokes: Any, side: float, pen: float) -> Any:
    x = [px for stroke in strokes for px, _ in stroke]
    y = [py for stroke in strokes for _, py in stroke]
    longest = max(max(x) - min(x), max(y) - min(y)) or side - pen
    scale = (side - pen) / longest
    return [(np.array(s) - (min(x), min(y))) * scale + pen / 2 for s in strokes]


def fitted_as_tuples(strokes: Any, side: float, pen: float) -> Any:
    return tuple(tuple(map(tuple, s)) for s in fitted_as_arrays(strokes, side, pen))


def centred_by_profiles(ink: Any) -> Any:
    page = np.zeros((28, 28), "float32")
    if not ink.any():
        return page
    height, width = ink.shape
    row = np.average(np.arange(height), weights=ink.sum(axis=1))
    column = np.average(np.arange(width), weights=ink.sum(axis=0))
    top, left = np.clip([np.rint(14 - row), np.rint(14 - column)], 0, [28 - height, 28 - width])
    page[int(top) : int(top) + height, int(left) : int(left) + width] = ink
    return page


def agree_by_allclose(expected: Any, served: Any, tolerance: float) -> Any:
    return np.allclose(expected, served, rtol=0, atol=tolerance)


def agree_by_all(expected: Any, served: Any, tolerance: float) -> Any:
    return (abs(expected - served) <= tolerance).all()


def culprit_by_list(served: Any, replays: Any) -> Any:
    return [*[name for name in replays if agrees(replays[name], served, 0.01)], "unknown"][0]


def kept_by_counter(store: Any, picture: Any, label: Any, most: int) -> Any:
    if isinstance(label, bool) or label not in range(10):
        return "refused"
    key = hashlib.sha256(bytes(picture)).hexdigest()
    if store.get(key, (None, None))[1] == label:
        return "known"
    if [entry[1] for entry in store.values()].count(label) == most:
        return "full"
    store[key] = [np.array(picture), label]
    return "kept"


def held_out_by_hex(picture: Any) -> Any:
    return int(hashlib.sha256(picture.tobytes()).hexdigest()[:2], 16) < 77


def keys_by_clip(keys: Any, size: float, step: float) -> Any:
    place, down, strokes = np.full(2, size / 2), False, []
    for key in keys:
        if key == "Space":
            down = not down
            strokes += [[place.tolist()]] if down else []
        else:
            place = np.clip(place + step * np.array(typing_keys.MOVES[key]), 0, size)
            if down:
                strokes[-1].append(place.tolist())
    return strokes


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.paint, painted_in_numbers),
    (ex.fit, fitted_as_arrays),
    (ex.fit, fitted_as_tuples),
    (ex.centre, centred_by_profiles),
    (ex.agree, agree_by_allclose),
    (ex.agree, agree_by_all),
    (ex.culprit, culprit_by_list),
    (ex.keep, kept_by_counter),
    (ex.held_out, held_out_by_hex),
    (ex.by_keys, keys_by_clip),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=identity)
def test_another_way_to_the_right_answer_passes(
    exercise: Exercise, answer: Callable[..., Any]
) -> None:
    assert_passes(exercise.verdict(answer))


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=identity)
@on_a_graders_inputs
def test_a_right_answer_passes_on_a_graders_own_inputs(
    exercise: Exercise, answer: Callable[..., Any], seed: int
) -> None:
    assert_passes(judged(exercise, answer, seed))


@pytest.mark.parametrize("seed", [None, *OUTSIDERS])
@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
def test_a_wrong_answer_keeps_its_name_on_a_graders_own_inputs(
    exercise: Exercise, seed: int | None
) -> None:
    for name, code in exercise.wrong_answers.items():
        answer = function(SIGNATURES[exercise], code, SCOPE)
        assert_named(judged(exercise, answer, seed), name)


@pytest.mark.parametrize(
    ("left_out", "diagnosis"),
    [
        (keeping.CHECK + '\n    return "refused"\n', "any-number"),
        ("type(label) is not int or ", "raised"),
        (keeping.FULL, "one-too-many"),
    ],
)
def test_a_rule_that_was_left_out_is_the_one_that_is_named(left_out: str, diagnosis: str) -> None:
    code = keeping.ANSWER.replace(left_out, "")
    assert code != keeping.ANSWER
    assert_named(ex.keep.verdict(function(SIGNATURES[ex.keep], code, SCOPE)), diagnosis)


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(answer), diagnosis)


ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, 0, 1.5, True, "text", ["a", "b"], [[1, 2], [3]], np.array(1),
    np.array([]), np.array(["a"]), np.zeros((28, 28)), np.zeros((28, 28), bool),
    np.full((28, 28), np.nan), np.full((70, 90), "a"), np.zeros((70, 90)), np.ones((70, 90)),
    np.full((70, 90), 7), [[[1, 2]]], [[[1, 2]], [[3, 4, 5]]], [[["a", "b"]]], [[]], [None, None],
    [[[np.nan, 0.0]]], "kept", "unknown", range(3), np.zeros, np.zeros((3, 2)), -1, 10**30,
]  # fmt: skip


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: type(oddity).__name__)
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(lambda *_: oddity))


@pytest.mark.parametrize("entry", [3, None, (1,), "text", (np.zeros(3), 7), ("text", "seven")])
def test_whatever_lies_in_the_store_is_never_a_crash(entry: Any) -> None:
    def keeps(store: Any, picture: Any, label: Any, most: int) -> Any:
        word = kept_by_counter(dict(store), picture, label, most)
        store[len(store)] = entry
        return word

    assert ex.keep.verdict(keeps).outcome is Outcome.NOT_YET


def test_a_learner_who_changes_the_strokes_in_place_spoils_nothing() -> None:
    def in_place(strokes: Any, side: float, pen: float) -> Any:
        new = fitted_as_arrays(strokes, side, pen)
        for stroke, points in zip(strokes, new, strict=True):
            stroke[:] = points.tolist()
        return strokes

    assert ex.fit.verdict(in_place).passed
    assert ex.fit.verdict(fitted_as_arrays).passed


def test_the_way_of_the_exercises_makes_the_pictures_of_the_course() -> None:
    """As closely as 4×4 places in a pixel can: paint, fit and centre, as the lab joins them."""
    apart = []
    for drawing in all_drawings()[::10]:
        strokes = fitting.fitted(drawing.strokes, 2.4)
        width, height = np.ceil(np.concatenate(strokes).max(axis=0) + 1.2 - 1e-6).astype(int)
        y, x = (np.indices((4 * height, 4 * width)) + 0.5) / 4
        ink = painted_in_numbers([s.tolist() for s in strokes], x, y, 2.4)
        page = pages.centred(ink.reshape(height, 4, width, 4).mean(axis=(1, 3)))
        course = digit_from_strokes(drawing.strokes, drawing.size) / 255
        shifts = [
            np.roll(page, (down, right), (0, 1)) for down in (-1, 0, 1) for right in (-1, 0, 1)
        ]
        apart.append(min(np.abs(shift - course).mean() for shift in shifts))
    assert np.mean(apart) < 0.03


def test_the_hunt_has_one_innocent_and_six_that_differ() -> None:
    weights = np.random.default_rng(0).normal(size=(784, 10)) / 20

    def network(pictures: Any) -> Any:
        powers = np.exp(np.clip(pictures.reshape(-1, 784) @ weights, -50, 50))
        return powers / powers.sum(axis=1, keepdims=True)

    pictures = np.random.default_rng(1).integers(0, 256, (20, 28, 28)).astype("uint8")
    expected = network(pictures / 255)
    agreeing = [
        agrees(expected, service(pictures), TOLERANCE)
        for service in suspicious_services(network).values()
    ]
    assert agreeing == [False, False, True, False, False, False, False]
