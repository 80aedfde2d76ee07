"""Lab 05's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import ndimage, signal

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
from workshop.exercises import lab05 as ex
from workshop.exercises.base import Exercise
from workshop.verdict import Outcome

import keras  # isort: skip  (after workshop, which keeps TensorFlow quiet)
from keras import layers  # isort: skip

BENCHMARK = "cnn"

FUNCTIONS = [ex.convolve, ex.output_length, ex.max_pool, ex.network, ex.shift, ex.residual]


def by_scipy(image: Any, kernel: Any, bias: float) -> Any:
    return signal.correlate2d(image, kernel, mode="valid") + bias


def by_keras(image: Any, kernel: Any, bias: float) -> Any:
    return keras.ops.conv(image[None, :, :, None], kernel[:, :, None, None])[0, :, :, 0] + bias


def by_counting(length: int, kernel: int, stride: int, padding: int) -> int:
    return len(range(0, length + 2 * padding - kernel + 1, stride))


def by_neighbours(maps: Any) -> Any:
    even = maps[: maps.shape[0] // 2 * 2, : maps.shape[1] // 2 * 2]
    rows = np.maximum(even[::2], even[1::2])
    return np.maximum(rows[:, ::2], rows[:, 1::2])


def by_ndimage(images: Any, rows: int, columns: int) -> Any:
    return ndimage.shift(images, (0, rows, columns), order=0)


def functional() -> Any:
    start = keras.Input((28, 28, 1))
    maps = layers.Conv2D(8, 3, 2)(start)
    maps = layers.LeakyReLU()(layers.Conv2D(8, 3, 2)(maps))
    return keras.Model(start, layers.Dense(10, "softmax")(layers.GlobalMaxPooling2D()(maps)))


def normalised_block(maps: Any) -> Any:
    change = maps
    for _ in range(2):
        change = layers.Conv2D(maps.shape[-1], 3, padding="same", use_bias=False)(change)
        change = layers.ReLU()(layers.BatchNormalization()(change))
    return layers.ReLU()(change + maps)


def preactivated_block(maps: Any) -> Any:
    change = maps
    for _ in range(2):
        change = layers.ReLU()(layers.BatchNormalization()(change))
        change = layers.Conv2D(maps.shape[-1], 3, padding="same")(change)
    return maps + change


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.convolve, by_scipy),
    (ex.convolve, by_keras),
    (ex.output_length, by_counting),
    (ex.max_pool, by_neighbours),
    (ex.network, functional),
    (ex.shift, by_ndimage),
    (ex.residual, normalised_block),
    (ex.residual, preactivated_block),
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
@pytest.mark.parametrize(
    "exercise", [ex.convolve, ex.output_length, ex.max_pool, ex.shift], ids=identity
)
def test_a_wrong_answer_keeps_its_name_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    signature = {
        ex.convolve: "image, kernel, bias",
        ex.output_length: "length, kernel, stride, padding",
        ex.max_pool: "maps",
        ex.shift: "images, rows, columns",
    }[exercise]
    for name, code in exercise.wrong_answers.items():
        answer = function(signature, code, {"np": np})
        assert_named(judged(exercise, answer, seed), name)


@pytest.mark.parametrize(
    "numbers",
    [
        (80, 1168, 48672, 4245280, 4239872),
        np.array([80, 1168, 48672, 4245280, 4239872]),
        [80.0, 1168, np.int64(48672), 4245280, 4239872],
    ],
)
def test_a_prediction_may_come_in_any_container(numbers: Any) -> None:
    assert ex.counts.verdict(numbers).passed


@pytest.mark.parametrize(
    ("numbers", "diagnosis"),
    [
        ([1, 2, 3, 4], "not-numbers"),
        (7, "not-numbers"),
        ([None, 1, 2, 3, 4], "not-numbers"),
        ([[1, 2], [3]], "not-numbers"),
        ("80", "not-numbers"),
        ([float("nan")] * 5, "other-numbers"),
        ([79, 1168, 48672, 4245280, 4239872], "other-numbers"),
        (None, "returned-nothing"),
    ],
)
def test_a_wrong_prediction_is_named(numbers: Any, diagnosis: str) -> None:
    verdict = ex.counts.verdict(numbers)
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_YET, diagnosis)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(answer), diagnosis)


ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, 0, 1.5, True, "text", ["a", "b"], [[1, 2], [3]], np.array(1),
    np.array([]), np.array(["a"]), np.zeros((26, 26)), np.zeros((4, 7), bool), np.zeros((3, 4)),
    np.full((4, 7), "a"), np.full((4, 7), np.nan), np.full((3, 9, 11), "a"), np.zeros((3, 9, 11)),
    layers.ReLU(), keras.Input((3,)), range(3), np.zeros,
]  # fmt: skip


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: repr(oddity)[:40])
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(lambda *_: oddity))


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Forty sealed digits whose label can be read from their first pixel."""
    labels = np.arange(40, dtype="uint8") % 10
    images = np.zeros((40, 28, 28), "uint8")
    images[:, 0, 0] = 10 * labels
    digits = ((images, labels), (images, labels))
    monkeypatch.setattr("workshop.exercises.lab05.sealed.load_mnist", lambda **_: digits)
    return digits


def test_a_network_of_another_kind_passes_by_what_it_answers(few_digits: Any) -> None:
    model = functional()
    inputs = ex.final.inputs(np.random.default_rng(0))
    data = ex.final.probe(inputs, model)
    labels = few_digits[1][1][inputs["rows"]]
    data["probabilities"]["value"] = np.eye(10)[labels]
    assert ex.final.settle(inputs, data).passed


@pytest.mark.parametrize(("right", "passes"), [(36, False), (40, True)])
def test_the_mark_is_a_share_of_right_answers(few_digits: Any, right: int, passes: bool) -> None:
    inputs = ex.final.inputs(np.random.default_rng(0))
    data = ex.final.probe(inputs, functional())
    answers = few_digits[1][1][inputs["rows"]].astype(int)
    answers[right:] = (answers[right:] + 1) % 10
    data["probabilities"]["value"] = np.eye(10)[answers]
    data["on_raw_pixels"]["value"] = np.eye(10)[answers]
    verdict = ex.final.settle(inputs, data)
    assert verdict.passed == passes
    assert passes or verdict.diagnosis == "below-the-mark"


@pytest.mark.parametrize(
    "oddity", [[], {}, 0, "99.2 %", np.zeros((3, 3)), range(3), keras.losses.Loss, layers.ReLU()]
)
def test_whatever_is_handed_in_as_the_trained_network_gets_a_verdict(
    few_digits: Any, oddity: Any
) -> None:
    verdict = ex.final.verdict(oddity)
    assert verdict.outcome is Outcome.NOT_YET, str(verdict)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("lean", 39_850), ("club", 77_050), ("mnist_convnet", 34_826), ("old_workshop", 1_199_882)],
)
def test_the_benchmark_races_the_networks_it_names(
    benchmark: ModuleType, name: str, parameters: int
) -> None:
    assert getattr(benchmark, name)().count_params() == parameters


def test_the_benchmark_counts_a_run_that_never_got_there(benchmark: ModuleType) -> None:
    quick = benchmark.Run([5.0, 10.0], [98.0, 99.1])
    never = benchmark.Run([5.0, 10.0], [98.0, 98.9])
    assert quick.seconds_to(99.0) == 10.0
    assert benchmark.told([quick, never], 99.0) == "10.0 (10.0–10.0), 1 of 2 never"


def test_bent_digits_keep_their_ink_and_their_labels(benchmark: ModuleType) -> None:
    images = np.zeros((40, 28, 28, 1), "float32")
    images[:, 10:18, 10:18] = 1
    bent, labels = benchmark.Bent(images, np.arange(40), 20, seed=0, epochs=2)[0]
    assert bent.shape == (20, 28, 28, 1)
    assert len(labels) == 20
    assert 0.5 < bent.sum() / images[:20].sum() < 2
    assert len(np.unique(bent.reshape(20, -1), axis=0)) == 2  # sixteen digits share a bend


def test_the_last_epochs_bend_less(benchmark: ModuleType) -> None:
    images = np.zeros((400, 28, 28, 1), "float32")
    images[:, 13:15, 13:15] = 1
    bends = benchmark.Bent(images, np.arange(400), 400, seed=0, epochs=2)
    early = np.abs(bends[0][0] - images).mean()
    bends.on_epoch_end()
    assert np.abs(bends[0][0] - images).mean() < 0.8 * early
