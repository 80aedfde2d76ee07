"""Lab 06's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.spatial import distance
from sklearn import metrics

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
from workshop.exercises import lab06 as ex
from workshop.exercises.base import Exercise

import keras  # isort: skip  (after workshop, which keeps TensorFlow quiet)
import tensorflow as tf  # isort: skip

SIGNATURES: dict[Exercise, str] = {
    ex.stop_at: "model, layer",
    ex.confusion: "labels, answers, classes",
    ex.rates: "matrix, digit",
    ex.most_wrong: "probabilities, labels",
    ex.roc: "scores, positive",
    ex.threshold: "confidence, right, wanted",
    ex.calibration: "confidence, right, bins",
    ex.saliency: "model, images",
    ex.kmeans_step: "points, centres",
}


def by_list_of_inputs(model: Any, layer: Any) -> Any:
    return keras.Model(model.inputs, layer.output)


def by_sequential(model: Any, layer: Any) -> Any:
    return keras.Sequential(model.layers[: model.layers.index(layer) + 1])


def by_scikit_learn(labels: Any, answers: Any, classes: int) -> Any:
    return metrics.confusion_matrix(labels, answers, labels=range(classes))


def by_bincount(labels: Any, answers: Any, classes: int) -> Any:
    joined = np.bincount(labels.astype(int) * classes + answers, minlength=classes**2)
    return joined.reshape(classes, classes)


def by_lists(labels: Any, answers: Any, classes: int) -> Any:
    pairs = list(zip(labels.tolist(), answers.tolist(), strict=True))
    return [[pairs.count((row, column)) for column in range(classes)] for row in range(classes)]


def named_rates(matrix: Any, digit: int) -> Any:
    yes, no = matrix[digit], np.delete(matrix, digit, axis=0)
    tp, fp = yes[digit], no[:, digit].sum()
    missed = fp / no.sum()
    rates = {"precision": tp / (tp + fp), "recall": tp / yes.sum(), "specificity": 1 - missed}
    return rates | {"false-positive rate": missed}


def rounded_rates(matrix: Any, digit: int) -> Any:
    return [round(float(rate), 3) for rate in named_rates(matrix, digit).values()]


def by_sorting_pairs(probabilities: Any, labels: Any) -> Any:
    answers = probabilities.argmax(axis=1)
    wrong = [place for place in range(len(labels)) if answers[place] != labels[place]]
    return sorted(wrong, key=lambda place: -probabilities[place].max())


def by_roc_curve(scores: Any, positive: Any) -> Any:
    return metrics.roc_curve(positive, scores)[:2]


def by_one_array(scores: Any, positive: Any) -> Any:
    rates = metrics.roc_curve(positive, scores, drop_intermediate=False)
    return np.array(rates[:2])


def by_ranks(confidence: Any, right: Any, wanted: float) -> Any:
    order = np.argsort(-confidence)
    shares = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    last_of_its_kind = np.append(np.diff(confidence[order]) != 0, True)
    return float(confidence[order][last_of_its_kind & (shares >= wanted)].min()) - 1e-9


def by_edges(confidence: Any, right: Any, bins: int) -> Any:
    edges = np.linspace(0, 1, bins + 1)
    rows, error = [], 0.0
    for low, high in pairwise(edges):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            rows.append((int(inside.sum()), confidence[inside].mean(), right[inside].mean()))
            error += inside.mean() * abs(rows[-1][1] - rows[-1][2])
    return rows, error


def one_by_one(model: Any, images: Any) -> Any:
    maps = []
    for image in images:
        pixels = tf.Variable(image[None])
        with tf.GradientTape() as tape:
            winner = keras.ops.max(model(pixels))
        maps.append(abs(tape.gradient(winner, pixels)[0, :, :, 0]))
    return tf.stack(maps)


def by_scipy(points: Any, centres: Any) -> Any:
    assigned = distance.cdist(points, centres).argmin(axis=1)
    moved = [
        points[assigned == k].mean(axis=0) if k in assigned else centre
        for k, centre in enumerate(centres)
    ]
    return [assigned, moved]


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.stop_at, by_list_of_inputs),
    (ex.stop_at, by_sequential),
    (ex.confusion, by_scikit_learn),
    (ex.confusion, by_bincount),
    (ex.confusion, by_lists),
    (ex.rates, named_rates),
    (ex.rates, rounded_rates),
    (ex.most_wrong, by_sorting_pairs),
    (ex.roc, by_roc_curve),
    (ex.roc, by_one_array),
    (ex.threshold, by_ranks),
    (ex.calibration, by_edges),
    (ex.saliency, one_by_one),
    (ex.kmeans_step, by_scipy),
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
        answer = function(SIGNATURES[exercise], code, {"np": np, "keras": keras, "tf": tf})
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
    np.full((4, 5, 5), "a"), np.full((4, 5, 5), np.nan), np.zeros((4, 5, 5)), np.zeros((2, 0)),
    [np.zeros(30), np.zeros((4, 2))], [np.zeros((4, 3)), 0.1], [np.nan] * 4, [None, None],
    [[np.nan, 0], [0, 1]], [[0, 1], [0, np.inf]], np.arange(9), [-1, 99], [0.0] * 4,
    keras.layers.ReLU(), keras.Input((3,)), range(3), np.zeros,
]  # fmt: skip


@pytest.mark.parametrize("exercise", SIGNATURES, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: repr(oddity)[:40])
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(lambda *_: oddity))


def test_nan_in_a_list_of_rates_is_named_as_such() -> None:
    assert ex.rates.verdict(lambda *_: [0.9, float("nan"), 0.8, 0.2]).diagnosis == "not-finite"


def test_a_model_of_the_same_weights_in_layers_of_its_own_still_gives_the_right_numbers() -> None:
    def copied(model: Any, layer: Any) -> Any:
        copy = keras.models.clone_model(model)
        copy.set_weights(model.get_weights())
        return keras.Model(copy.inputs[0], copy.layers[model.layers.index(layer)].output)

    assert ex.stop_at.verdict(copied).passed


def test_the_cats_are_the_ones_that_the_feedback_tells_of() -> None:
    told = ex.rates.verdict(named_rates).seen
    assert all(f"{rate:.3f}" in told for rate in rounded_rates(np.array([[14, 3], [6, 27]]), 1))
