"""Lab 02's judges on answers that its list of wrong answers cannot hold, and on bad input."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from workshop.exercises import lab02 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of
from workshop.exercises.lab02.models import gist
from workshop.exercises.lab02.sealed import WANTED_REAL, WANTED_STAND_IN
from workshop.places import models_folder, solutions_folder
from workshop.verdict import Outcome

RUNS = {name: {"val_loss": [0.9, 0.5, 0.4, 0.6, 0.7]} for name in "ABC"}
LOSSES = [
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
]


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")


def network(*inside: Any) -> keras.Model:
    """A model with `inside` between the picture and ten probabilities."""
    return keras.Sequential(
        [keras.Input((28, 28)), *inside, layers.Flatten(), layers.Dense(10, activation="softmax")]
    )


class Momentum(keras.optimizers.Optimizer):
    """Keras's own rule, by way of Keras's own class."""

    def __init__(self, learning_rate: float = 0.1, momentum: float = 0.9) -> None:
        super().__init__(learning_rate=learning_rate)
        self.inner = keras.optimizers.SGD(learning_rate, momentum=momentum)

    def apply(self, gradients: Any, variables: Any) -> None:
        self.inner.apply(gradients, variables)


class KerasLoss(keras.losses.Loss):
    """Keras's own cross-entropy."""

    def call(self, y_true: Any, y_pred: Any) -> Any:
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred)


@pytest.mark.parametrize("exercise", exercises_of("02"), ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("bad", [None, 7, "seven", [], {}, [1, 2, 3], np.zeros(3), int, object()])
def test_an_answer_of_the_wrong_kind_gets_a_verdict_on_it(exercise: Exercise, bad: object) -> None:
    assert exercise.verdict(bad).outcome is Outcome.NOT_YET


@pytest.mark.parametrize(
    ("exercise", "answer", "diagnosis"),
    [
        (ex.network, network(), "not-a-function"),
        (ex.network, lambda: {}.get("network"), "returned-nothing"),
        (ex.network, lambda: 1 / 0, "raised"),
        (ex.parameters, [float("nan"), 50890], "other-number"),
        (ex.parameters, [None, None], "not-numbers"),
        (ex.losses, ["mse"], "not-three-losses"),
        (ex.losses, [None, *LOSSES[1:]], "other-loss"),
        (ex.losses, ["MSE", *LOSSES[1:]], "mean-squared-error"),
        (ex.one_batch, lambda model, images: [1.0], "raised"),
        (ex.one_batch, lambda model, images, labels: print("by heart"), "printed-not-returned"),
        (ex.curves, ["A", "B", 3, None], "runs-changed"),
        (ex.curves, ["A", "B", "three", RUNS], "other-epoch"),
        (ex.curves, [["A"], "B", 3, RUNS], "not-a-run"),
        (ex.final, keras.Sequential, "class-not-instance"),
        (ex.final, None, "returned-nothing"),
        (ex.own_loss, KerasLoss(), "instance-not-class"),
        (ex.own_loss, Momentum, "other-class"),
        (ex.own_loss, "KerasLoss", "not-a-class"),
        (ex.own_optimizer, Momentum(), "instance-not-class"),
        (ex.own_optimizer, KerasLoss, "other-class"),
        (ex.own_optimizer, 0.9, "not-a-class"),
    ],
)
def test_each_gets_its_own_diagnosis(exercise: Exercise, answer: object, diagnosis: str) -> None:
    assert exercise.verdict(answer).diagnosis == diagnosis


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (ex.network, network),
        (ex.network, lambda: keras.Model(*wired())),
        (ex.parameters, np.array([7850, 50890])),
        (ex.parameters, (7850.0, 50890.0)),
        (ex.losses, LOSSES),
        (ex.losses, [keras.losses.get(loss) for loss in LOSSES]),
        (ex.curves, ["A", "B", 3, RUNS]),
        (ex.own_loss, KerasLoss),
        (ex.own_optimizer, Momentum),
    ],
)
def test_other_ways_of_being_right_pass(exercise: Exercise, answer: object) -> None:
    assert exercise.verdict(answer).passed


def wired() -> tuple[Any, Any]:
    """The ends of the same network in Keras's functional style."""
    pictures = keras.Input((28, 28))
    return pictures, layers.Dense(10, activation="softmax")(layers.Flatten()(pictures))


def test_one_batch_may_be_learned_by_single_updates_too() -> None:
    def overfit(model: Any, images: Any, labels: Any) -> list[float]:
        return [model.train_on_batch(images, labels, return_dict=True)["loss"] for _ in range(40)]

    assert ex.one_batch.verdict(overfit).passed


@pytest.mark.parametrize("seed", range(5))
def test_the_solution_of_one_batch_passes_whatever_a_grader_draws(seed: int) -> None:
    inputs = ex.one_batch.inputs(np.random.default_rng(seed))

    def overfit(model: Any, images: Any, labels: Any) -> Any:
        return model.fit(images, labels, epochs=20, verbose=0).history["loss"]

    assert ex.one_batch.settle(inputs, ex.one_batch.probe(inputs, overfit)).passed


def test_the_final_judge_counts_for_itself_and_believes_no_number() -> None:
    inputs = ex.final.inputs(np.random.default_rng(1))
    data = ex.final.probe(inputs, network())
    data["accuracy"] = 99.9
    assert ex.final.settle(inputs, data).diagnosis == "untrained"


def test_probabilities_that_match_the_sealed_labels_pass(right_answers: Callable[..., Any]) -> None:
    inputs = ex.final.inputs(np.random.default_rng(1))
    data = ex.final.probe(inputs, network(layers.Dense(28)))
    data["probabilities"] = right_answers(inputs["rows"])
    assert ex.final.settle(inputs, data).passed


@pytest.fixture
def right_answers() -> Callable[..., Any]:
    from workshop.data import load_mnist

    labels = load_mnist(quiet=True)[1][1]
    return lambda rows: np.eye(10)[labels[rows]]


def test_the_labels_of_the_sealed_digits_stay_with_the_judge() -> None:
    assert set(ex.final.inputs(np.random.default_rng(1))) == {"rows", "images"}


def test_a_long_message_of_keras_is_cut_to_the_line_that_matters() -> None:
    error = ValueError("Exception encountered when calling it.\n\n\x1b[1mBad `x`: Expected shape 2")
    assert gist(error) == "Expected shape 2"
    assert gist(ValueError("Exception encountered when calling it.\n\nBad `x`")) == "Bad 'x'"
    assert gist(ValueError()) == "ValueError"


def test_networks_are_kept_beside_the_progress_or_where_the_learner_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WORKSHOP_MODELS", raising=False)
    assert models_folder() == tmp_path / "models"
    monkeypatch.setenv("WORKSHOP_MODELS", str(tmp_path / "mine"))
    assert models_folder() == tmp_path / "mine"


def test_the_lab_names_the_accuracy_that_its_check_wants() -> None:
    text = (solutions_folder() / "02_dense.py").read_text("utf-8")
    assert f"**{WANTED_REAL:g} %**" in text
    assert f"with {WANTED_STAND_IN:g} %" in text
