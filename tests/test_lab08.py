"""Lab 08's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

import hashlib
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.judging import (
    SLIPS,
    assert_explained,
    assert_named,
    assert_passes,
    function,
    identity,
    judged,
    on_a_graders_inputs,
)
from workshop.exercises import lab08 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.lab08 import pickles, verifying
from workshop.exercises.lab08.specimens import specimens
from workshop.serving.model import Card
from workshop.verdict import Outcome

import keras  # isort: skip  (after workshop, which keeps TensorFlow quiet)

layers = keras.layers
SIGNATURES: dict[Exercise, str] = {
    ex.load_numbers: "content",
    ex.with_scaling: "network",
    ex.parity: "trusted, frozen, images, sizes",
    ex.quantize: "weights, steps=255",
    ex.make_card: "name, content, arrays, code",
    ex.open_verified: "path, start",
    ex.quantize_columns: "weights",
}
NAMES = {
    "np": np,
    "keras": keras,
    "layers": layers,
    "pickle": pickle,
    "io": io,
    "hashlib": hashlib,
    "json": json,
}


def by_a_dictionary_of_names(content: bytes) -> Any:
    from numpy._core import multiarray

    known = {
        "numpy.ndarray": np.ndarray,
        "numpy.dtype": np.dtype,
        "numpy._core.multiarray._reconstruct": multiarray._reconstruct,  # type: ignore[attr-defined]
    }

    class Gate(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            try:
                return known[f"{module}.{name}"]
            except KeyError:
                raise pickle.UnpicklingError(name) from None

    return Gate(io.BytesIO(content)).load()


def by_sequential(network: Any) -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Rescaling(1.0 / 255.0),
            network,
        ]
    )


def by_dividing_a_tensor(network: Any) -> Any:
    pixels = keras.Input((28, 28), name="images")
    return keras.Model([pixels], network(keras.ops.expand_dims(pixels, -1) / 255.0))


def by_all_of_the_trusted(trusted: Any, frozen: Any, images: Any, sizes: Any) -> Any:
    expected = trusted(images)
    return [
        np.abs(
            np.concatenate([frozen(images[k : k + size]) for k in range(0, len(images), size)])
            - expected
        ).max()
        for size in sizes
    ]


def by_splitting(trusted: Any, frozen: Any, images: Any, sizes: Any) -> Any:
    def apart(size: int) -> float:
        parts = np.split(images, range(size, len(images), size))
        return max(float(abs(frozen(part) - trusted(part)).max()) for part in parts)

    return {np.int64(size): apart(size) for size in sizes}


def by_adding_a_half(weights: Any, steps: int = 255) -> Any:
    low, high = np.minimum(weights.min(), 0), np.maximum(weights.max(), 0)
    scale = float(high - low) / steps
    zero = np.uint8(-low / scale + 0.5)
    whole = np.floor(weights.astype("float64") / scale + 0.5) + zero
    return np.minimum(np.maximum(whole, 0), steps).astype(np.uint8), np.array([scale]), zero


def by_lists(weights: Any, steps: int = 255) -> Any:
    low, high = min(0.0, float(weights.min())), max(0.0, float(weights.max()))
    scale = (high - low) / steps
    zero = round(-low / scale)
    rows = [[min(max(round(w / scale) + zero, 0), steps) for w in row] for row in weights.tolist()]
    return np.array(rows, dtype="uint8"), scale, zero


def by_updating(name: str, content: bytes, arrays: Any, code: str) -> Any:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(array)
    fingerprint = hashlib.new("sha256", content).hexdigest()
    return {
        "sha256": fingerprint,
        "version": fingerprint[:16],
        "name": name,
        "data_sha256": digest.hexdigest(),
        "code_sha256": hashlib.sha256(bytes(code, "utf-8")).hexdigest(),
        "more": 1,
    }


class NotTheSameError(ValueError):
    """One kind of the error that was asked for."""


def by_digest_of_a_file(path: Path, start: Any) -> Any:
    with path.open("rb") as file:
        content = file.read()
    with open(str(path).replace(".onnx", ".json")) as file:
        wanted = json.load(file)["sha256"]
    if hashlib.sha256(content).digest() != bytes.fromhex(wanted):
        raise NotTheSameError(path)
    return start(content)


def by_loop_over_columns(weights: Any) -> Any:
    whole, scales = np.zeros(weights.shape, "int8"), []
    for number, column in enumerate(weights.T):
        scales.append(max(abs(column)) / 127 or 1.0)
        whole[:, number] = np.rint(column / scales[-1])
    return whole, scales


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.load_numbers, by_a_dictionary_of_names),
    (ex.with_scaling, by_sequential),
    (ex.with_scaling, by_dividing_a_tensor),
    (ex.parity, by_all_of_the_trusted),
    (ex.parity, by_splitting),
    (ex.quantize, by_adding_a_half),
    (ex.quantize, by_lists),
    (ex.make_card, by_updating),
    (ex.open_verified, by_digest_of_a_file),
    (ex.quantize_columns, by_loop_over_columns),
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


@on_a_graders_inputs
@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
def test_a_wrong_answer_keeps_its_name_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    for name, code in exercise.wrong_answers.items():
        answer = function(SIGNATURES[exercise], code, NAMES)
        assert_named(judged(exercise, answer, seed), name)


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(answer), diagnosis)


ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, 0, 1.5, True, "text", ["a", "b"], [[1, 2], [3]], np.array(1),
    np.array([]), np.array(["a"]), np.zeros((4, 4)), np.zeros((4, 4), bool), np.zeros((3, 4)),
    [np.zeros((12, 5), "int8"), np.zeros(5)], [np.zeros((12, 5), "int8"), [np.nan] * 5],
    [np.zeros((30, 8), "uint8"), 0, 0], [np.zeros((30, 8), "uint8"), [1, 2], None],
    [np.zeros((0, 8), "int8"), 1, 1], [np.nan] * 3, [None, None, None], {1: 0, 7: None, 16: 0},
    {1: "a", 7: "b", 16: "c"}, {"kernel": 1, "more": [1, 2]},
    dict.fromkeys(("name", "version", "sha256", "data_sha256", "code_sha256")),
    {name: [1] for name in ("name", "version", "sha256", "data_sha256", "code_sha256")},
    keras.layers.ReLU(), keras.Input((3,)), range(3), np.zeros, b"bytes",
]  # fmt: skip


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: type(oddity).__name__)
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(lambda *_: oddity))


TABLES: list[Any] = [
    {".keras": "weights, layers, optimizer, code", ".npz": ("weights",),
     ".h5": {"weights", "layers", "optimizer", "code"}, ".onnx": ["Layers", " weights "]},
]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_the_table_may_hold_words_in_any_form(table: Any) -> None:
    assert ex.keeps.verdict(table).passed


@pytest.mark.parametrize("table", [None, 3, [], "weights", {}, {".keras": 3}, {".npz": [None]}])
def test_an_odd_table_is_never_a_crash(table: Any) -> None:
    assert ex.keeps.verdict(table).outcome is Outcome.NOT_YET


FROZEN_ALONE = "return {size: np.abs(frozen(images)).max() for size in sizes}"
OBJECT_ON_A_CARD = ex.make_card.wrong_answers["not-called"].replace(".hexdigest,", ",")
OTHER_SLIPS = [
    (ex.load_numbers, "another-error", pickles.ANSWER.replace("raise pickle.", "raise ")),
    (ex.load_numbers, "another-error", pickles.ANSWER.replace("raise pickle", "return pickle")),
    (ex.parity, "with-itself", FROZEN_ALONE),
    (ex.make_card, "not-called", OBJECT_ON_A_CARD),
    (ex.open_verified, "another-error", verifying.ANSWER.replace("raise V", "raise v")),
    (ex.open_verified, "not-started", verifying.ANSWER.replace("start(content)", "start")),
]
"""Other code that shows the same slip as one of an exercise's own wrong answers."""


@pytest.mark.parametrize(("exercise", "diagnosis", "code"), OTHER_SLIPS)
def test_the_same_slip_in_other_words_has_the_same_name(
    exercise: Exercise, diagnosis: str, code: str
) -> None:
    assert_named(exercise.verdict(function(SIGNATURES[exercise], code, NAMES)), diagnosis)


def test_the_specimens_run_when_they_are_loaded_and_do_no_more_than_make_a_file(
    tmp_path: Path,
) -> None:
    for content, place in specimens(tmp_path).values():
        pickle.loads(content)
        assert place.exists()


def test_a_card_that_passes_is_one_that_the_service_reads(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(by_updating("reader", b"model", [np.zeros(3)], "code")))
    assert Card.read(path).sha256 == hashlib.sha256(b"model").hexdigest()
