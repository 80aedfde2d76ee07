"""Lab 04's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import optuna
import pytest
from scipy import ndimage, stats

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
from workshop.exercises import lab04 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.lab04 import history
from workshop.source import read_lab
from workshop.verdict import Outcome

import keras  # isort: skip  (after workshop, which keeps TensorFlow quiet)
from keras import layers  # isort: skip

BENCHMARK = "improve"

SIGNATURES: dict[Exercise, str] = {
    ex.one_factor: "baseline, changes",
    ex.learning_rates: "low, high, count",
    ex.confidence_interval: "accuracies",
    ex.stop_epoch: "losses, patience",
    ex.augment: "images, rng",
    ex.objective: "trial, train",
    ex.pareto_front: "parameters, accuracies",
}
FUNCTIONS = list(SIGNATURES)
NAMES = {"np": np, "stats": stats, "sealed": (np.zeros(2), np.zeros(2))}


def by_copies(baseline: Any, changes: Any) -> Any:
    settings = []
    for name in reversed(changes):
        for value in changes[name]:
            new = dict(baseline)
            new[name] = value
            settings.append(new)
    return tuple(settings)


def by_factor(low: float, high: float, count: int) -> Any:
    factor = (high / low) ** (1 / (count - 1))
    return [low * factor**i for i in range(count)]


def by_exponents(low: float, high: float, count: int) -> Any:
    return 10 ** np.linspace(np.log10(low), np.log10(high), count)


def by_scipy(accuracies: Any) -> Any:
    return stats.t.interval(0.95, len(accuracies) - 1, np.mean(accuracies), stats.sem(accuracies))


def by_slices(losses: Any, patience: int) -> Any:
    for epoch in range(1, len(losses) + 1):
        best = int(np.argmin(losses[:epoch])) + 1
        if epoch - best >= patience:
            return np.array([epoch, best])
    return len(losses), int(np.argmin(losses)) + 1


def by_ndimage(images: Any, rng: Any) -> Any:
    moves = rng.integers(-2, 3, (2, len(images)))
    return np.stack(
        [ndimage.shift(one, move, order=0) for one, move in zip(images, moves.T, strict=True)]
    )


def by_windows(images: Any, rng: Any) -> Any:
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (28, 28), axis=(1, 2))
    return windows[np.arange(len(images)), *rng.integers(0, 5, (2, len(images)))]


def by_exponent_and_shares(trial: Any, train: Any) -> Any:
    settings = {"learning_rate": 10 ** trial.suggest_float("exponent", -4, 1)}
    settings["units"] = 8 * 2 ** trial.suggest_int("doublings", 0, 3)
    settings["momentum"] = 1 - trial.suggest_float("rest", 0.01, 1, log=True)
    return np.float64(train(settings)["val_accuracy"])


def by_sorting(parameters: Any, accuracies: Any) -> Any:
    order = sorted(range(len(parameters)), key=lambda i: (parameters[i], -accuracies[i]))
    front: list[int] = []
    for i in order:
        twin = front and (parameters[i], accuracies[i]) == (
            parameters[front[-1]],
            accuracies[front[-1]],
        )
        if not front or accuracies[i] > accuracies[front[-1]] or twin:
            front.append(i)
    return front


def by_mask(parameters: Any, accuracies: Any) -> Any:
    as_good = (parameters[:, None] <= parameters) & (accuracies[:, None] >= accuracies)
    better = (parameters[:, None] < parameters) | (accuracies[:, None] > accuracies)
    return ~(as_good & better).any(axis=0)


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.one_factor, by_copies),
    (ex.learning_rates, by_factor),
    (ex.learning_rates, by_exponents),
    (ex.confidence_interval, by_scipy),
    (ex.stop_epoch, by_slices),
    (ex.augment, by_ndimage),
    (ex.augment, by_windows),
    (ex.objective, by_exponent_and_shares),
    (ex.pareto_front, by_sorting),
    (ex.pareto_front, by_mask),
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
@pytest.mark.parametrize("exercise", FUNCTIONS, ids=identity)
def test_a_wrong_answer_keeps_its_name_on_a_graders_own_inputs(
    exercise: Exercise, seed: int
) -> None:
    for name, code in exercise.wrong_answers.items():
        answer = function(SIGNATURES[exercise], code, NAMES)
        assert_named(judged(exercise, answer, seed), name)


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=identity)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    assert_named(exercise.verdict(answer), diagnosis)


PICTURES = np.zeros((160, 28, 28), "float32")
ODDITIES: list[Any] = [
    [], [1, 2], {}, {"a": 1}, [{}], [{"a": [1]}, {}], 0, 1.5, True, "text", ["a", "b"],
    [[1, 2], [3]], np.array(1), np.array([]), np.array(["a"]), PICTURES, PICTURES * np.nan,
    PICTURES.astype(float), (None, None), np.zeros(9, bool), np.full(7, np.nan), np.zeros((2, 1)),
    (float("inf"), 1.0), (1, 2, 3), layers.ReLU(), range(3), np.zeros, [-1], [99], [0.5, 1.5],
]  # fmt: skip


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=identity)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: repr(oddity)[:40])
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    assert_explained(exercise.verdict(lambda *_: oddity))


def test_a_baseline_that_was_changed_and_put_back_is_whole() -> None:
    def borrowing(baseline: Any, changes: Any) -> Any:
        settings = []
        for name, values in changes.items():
            before = baseline[name]
            for value in values:
                baseline[name] = value
                settings.append(dict(baseline))
            baseline[name] = before
        return settings

    assert ex.one_factor.verdict(borrowing).passed


@pytest.mark.parametrize(
    ("lowest", "highest", "seen"),
    [
        ((0, -2), (3, 3), "digits move down, and never up."),
        ((-2, -2), (1, 3), "digits move up, and never down."),
        ((-2, 0), (3, 3), "digits move right, and never left."),
        ((-2, -2), (3, 1), "digits move left, and never right."),
    ],
)
def test_each_direction_of_a_move_is_looked_at_by_itself(
    lowest: Any, highest: Any, seen: str
) -> None:
    def one_sided(images: Any, rng: Any) -> Any:
        padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
        starts = 2 - rng.integers(lowest, highest, (len(images), 2))
        cuts = zip(padded, starts, strict=True)
        return np.stack([one[row : row + 28, column : column + 28] for one, (row, column) in cuts])

    verdict = ex.augment.verdict(one_sided)
    assert_named(verdict, "one-sided")
    assert verdict.seen == seen


def test_one_wiped_direction_is_enough_to_be_named() -> None:
    def wiping_rows_only(images: Any, rng: Any) -> Any:
        moved = np.zeros_like(images)
        for index, (down, right) in enumerate(rng.integers((-2, 0), (3, 3), (len(images), 2))):
            rolled = np.roll(images[index], (down, right), axis=(0, 1))
            rolled[:down] = 0
            moved[index, :, right:] = rolled[:, right:]
        return moved

    assert_named(ex.augment.verdict(wiping_rows_only), "negative-slice")


def test_padding_the_first_axis_too_gives_each_label_another_digit() -> None:
    def padded_everywhere(images: Any, rng: Any) -> Any:
        return np.pad(images, 2)[: len(images), 1:29, 1:29]

    assert_named(ex.augment.verdict(padded_everywhere), "order-changed")


def test_two_slips_at_once_are_both_told() -> None:
    def root_and_t_forgotten(accuracies: Any) -> Any:
        reach = 1.96 * np.std(accuracies, ddof=1)
        return np.mean(accuracies) - reach, np.mean(accuracies) + reach

    verdict = ex.confidence_interval.verdict(root_and_t_forgotten)
    assert_named(verdict, "other-parts")
    assert "no division by √n; 1.96 in the place of t" in verdict.why


def test_the_t_of_three_results_is_no_t_for_six() -> None:
    def with_430(accuracies: Any) -> Any:
        reach = 4.30 * stats.sem(accuracies)
        return np.mean(accuracies) - reach, np.mean(accuracies) + reach

    verdict = ex.confidence_interval.verdict(with_430)
    assert_named(verdict, "other-parts")
    assert "4.30" in verdict.why


def test_a_keyword_is_no_variable() -> None:
    def by_keyword(baseline: Any, changes: Any) -> Any:
        return [dict(baseline, name=value) for name in changes for value in changes[name]]

    assert_named(ex.one_factor.verdict(by_keyword), "name-as-word")


def test_whoever_compares_with_the_epoch_before_is_told_even_with_the_right_best_epoch() -> None:
    def up_and_down(losses: Any, patience: int) -> Any:
        waited = 0
        for epoch in range(1, len(losses)):
            waited = 0 if losses[epoch] < losses[epoch - 1] else waited + 1
            if waited == patience:
                return epoch + 1, int(np.argmin(losses[: epoch + 1])) + 1
        return len(losses), int(np.argmin(losses)) + 1

    assert_named(ex.stop_epoch.verdict(up_and_down), "better-than-the-last-one")


def three_settings(trial: Any) -> dict[str, Any]:
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-4, 10, log=True),
        "units": trial.suggest_int("units", 8, 64),
        "momentum": trial.suggest_float("momentum", 0, 0.99),
    }


def test_units_in_the_form_of_a_fraction_are_named_although_they_are_whole() -> None:
    def in_steps(trial: Any, train: Any) -> Any:
        settings = three_settings(trial)
        return train(settings | {"units": float(settings["units"])})["val_accuracy"]

    assert_named(ex.objective.verdict(in_steps), "units-not-whole")


@pytest.mark.parametrize("ends", [(0.0, 1.0), (0.0, 0.95), (0.01, 0.99)])
def test_a_range_that_is_a_little_other_is_seen_at_its_ends(ends: Any) -> None:
    def nearly(trial: Any, train: Any) -> Any:
        settings = three_settings(trial) | {"momentum": trial.suggest_float("share", *ends)}
        return train(settings)["val_accuracy"]

    assert_named(ex.objective.verdict(nearly), "other-range")


def test_a_trial_handed_to_train_is_told_by_its_kind() -> None:
    verdict = ex.objective.verdict(lambda trial, train: train(trial)["val_accuracy"])
    assert_named(verdict, "settings-missing")
    assert "`a Trial`" in verdict.seen


def test_early_stopping_agrees_with_keras() -> None:
    losses = [0.9, 0.5, 0.6, 0.7, 0.4, 0.5, 0.45, 0.41, 0.2]
    callback = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if callback.stopped_epoch:
            break
    assert by_slices(losses, 3).tolist() == [callback.stopped_epoch + 1, callback.best_epoch + 1]


def test_the_check_of_an_objective_leaves_optunas_messages_as_they_were() -> None:
    before = optuna.logging.get_verbosity()
    ex.objective.verdict(by_exponent_and_shares)
    assert optuna.logging.get_verbosity() == before


def written_history(repository: Path) -> list[str]:
    """The lines of the invented history, as the lab shows them."""
    lab = read_lab(repository / "solutions" / "04_improve.py")
    (cell,) = [cell for cell in lab.cells if cell.text.startswith("history =")]
    scope: dict[str, Any] = {"print": lambda *_: None}
    exec(cell.text, scope)
    return ["", *scope["history"].splitlines()]


def test_the_judge_knows_the_lines_that_the_lab_shows(repository: Path) -> None:
    lines = written_history(repository)
    holding = {n for n, line in enumerate(lines) if "x7Qm2RkT9vLs" in line or "tulip" in line}
    assert holding == history.SECRETS
    assert {n for n, line in enumerate(lines) if line.startswith("commit")} == history.COMMITS
    assert all(lines[n].startswith("-") for n in history.REMOVED_LINES)
    spoken = {n for n, line in enumerate(lines) if "token" in line.lower()}
    assert spoken - history.SECRETS - history.COMMITS == history.PLACEHOLDERS


@pytest.mark.parametrize(
    "lines",
    [history.SECRETS, (7, 16, 23, 32, 39), np.array([39, 32, 23, 16, 7]), [7.0, 16, 23, 32, 39]],
)
def test_line_numbers_may_come_in_any_container(lines: Any) -> None:
    answer = sorted(lines) if isinstance(lines, set) else lines
    assert ex.leak.verdict([answer, "revoke the tokens"]).passed


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        ([[], "revoke the tokens"], "other-lines"),
        ([7, "revoke the tokens"], "first-commit-only"),
        ([["7"], "x"], "first-commit-only"),
        ([["seven"], "x"], "not-line-numbers"),
        ([[7.5], "x"], "not-line-numbers"),
        ([7, 16, 23], "not-line-numbers"),
        ("all", "not-line-numbers"),
        ([sorted(history.SECRETS), None], "not-a-choice"),
        ([sorted(history.SECRETS), 3], "not-a-choice"),
        (None, "returned-nothing"),
    ],
)
def test_a_leak_that_was_not_found_is_named(answer: Any, diagnosis: str) -> None:
    verdict = ex.leak.verdict(answer)
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_YET, diagnosis), str(verdict)


@pytest.fixture
def few_digits(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Forty sealed digits."""
    labels = np.arange(40, dtype="uint8") % 10
    digits = ((np.zeros((40, 28, 28), "uint8"), labels),) * 2
    monkeypatch.setattr("workshop.exercises.lab04.sealed.load_mnist", lambda **_: digits)
    return digits


def tiny(units: int = 10, pool: int = 4) -> Any:
    start = keras.Input((28, 28, 1))
    shrunk = layers.Flatten()(layers.MaxPooling2D(pool)(start))
    return keras.Model(start, layers.Dense(units, activation="softmax")(shrunk))


@pytest.mark.parametrize(("right", "passes"), [(24, False), (40, True)])
def test_the_mark_is_a_share_of_right_answers(few_digits: Any, right: int, passes: bool) -> None:
    inputs = ex.small.inputs(np.random.default_rng(0))
    data = ex.small.probe(inputs, tiny())
    answers = few_digits[1][1][inputs["rows"]].astype(int)
    answers[right:] = (answers[right:] + 1) % 10
    data["probabilities"]["value"] = np.eye(10)[answers]
    verdict = ex.small.settle(inputs, data)
    assert verdict.passed == passes
    assert passes or verdict.diagnosis == "below-the-mark"


def test_the_limit_is_on_all_numbers_and_counts_before_accuracy(few_digits: Any) -> None:
    verdict = ex.small.verdict(tiny(pool=1))
    assert verdict.diagnosis == "too-many-parameters"
    assert "7,850" in verdict.seen


@pytest.mark.parametrize(
    "oddity", [[], {}, 0, "99.2 %", np.zeros((3, 3)), range(3), keras.losses.Loss, layers.ReLU()]
)
def test_whatever_is_handed_in_as_the_small_network_gets_a_verdict(
    few_digits: Any, oddity: Any
) -> None:
    verdict = ex.small.verdict(oddity)
    assert verdict.outcome is Outcome.NOT_YET, str(verdict)


def test_the_reference_entries_span_2_000_to_80_000_parameters(benchmark: ModuleType) -> None:
    sizes = {recipe.name: recipe.network().count_params() for recipe in benchmark.RECIPES}
    assert list(sizes) == ["2k", "4k", "8k", "20k", "40k", "80k"]
    assert all(abs(size / 1000 / float(name[:-1]) - 1) < 0.05 for name, size in sizes.items())
    assert sizes["4k"] <= 4000


def test_the_table_of_the_benchmark_has_median_and_range(benchmark: ModuleType) -> None:
    results = benchmark.Results([99.0, 99.2, 99.1], [30.0, 50.0, 40.0], 98.5)
    row = benchmark.table({benchmark.RECIPES[1]: results}).splitlines()[-1]
    assert row == "| 4k | 3,938 | 99.10 (99.00–99.20) | 98.50 | 25 | 40 (30–50) |"


def test_warped_digits_keep_their_ink_and_their_labels(benchmark: ModuleType) -> None:
    images = np.zeros((8, 28, 28, 1), "float32")
    images[:, 10:18, 10:18] = 1
    warped, labels = benchmark.Warped(images, np.arange(8), 4, seed=0)[0]
    assert warped.shape == (4, 28, 28, 1)
    assert len(labels) == 4
    assert 0.5 < warped.sum() / images[:4].sum() < 2
