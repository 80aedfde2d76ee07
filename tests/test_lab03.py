"""Lab 03's judges: any honest way passes, slips get their name, and nothing crashes."""

import ast
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.conftest import REPOSITORY
from workshop.exercises import lab03 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of
from workshop.regions import fill_region
from workshop.source import read_lab
from workshop.verdict import Outcome

EXERCISES = exercises_of("03")
OUTSIDERS = [0, 1, 12345]
"""Seeds of a grader that draws its own inputs."""
LAB = read_lab(REPOSITORY / "solutions" / "03_from_scratch.py")
HELPERS = {"dense", "forward", "softmax", "backward", "batches"}


def lab_names() -> dict[str, Any]:
    """The lab's own functions, which the answers to later exercises lean on."""
    names: dict[str, Any] = {"np": np}
    code = "\n".join(cell.text for cell in LAB.cells if cell.kind == "code")
    for part in ast.parse(code).body:
        if isinstance(part, ast.FunctionDef) and part.name in HELPERS:
            exec(ast.unparse(part), names)
    return names


def answer_with(exercise: Exercise, region: str | None = None) -> Any:
    """The lab's answer, or one with this text in the place of its region."""
    names = lab_names()
    task = next(task for task in LAB.tasks() if task.exercise == exercise.id)
    text = LAB.cells[task.cell].text
    exec(text if region is None else fill_region(text, region), names)
    return eval(task.answer, names)


def settle(exercise: Exercise, answer: Any, seed: int) -> Any:
    inputs = exercise.inputs(np.random.default_rng(seed))
    return exercise.settle(inputs, exercise.probe(inputs, answer))


def by_recursion(slope: Any, start: float, rate: float, steps: int) -> Any:
    if steps == 0:
        return np.array([start])
    rest = by_recursion(slope, start - rate * slope(start), rate, steps - 1)
    return np.concatenate([[start], rest])


def by_einsum(network: Any, x: Any) -> Any:
    hidden = np.einsum("ni,iu->nu", x, network[0]) + network[1]
    hidden *= hidden > 0
    return (hidden, np.einsum("nu,uk->nk", hidden, network[2]) + network[3])


def by_scipy(logits: Any, labels: Any) -> Any:
    from scipy.special import log_softmax

    return float(-np.mean([log_softmax(row)[k] for row, k in zip(logits, labels, strict=True)]))


def in_place_and_back(loss: Any, weights: Any, step: float = 1e-5) -> Any:
    gradient = np.zeros(weights.shape)
    for place in np.ndindex(weights.shape):
        before = weights[place]
        weights[place] = before + step
        up = loss(weights)
        weights[place] = before - step
        gradient[place] = (up - loss(weights)) / (2 * step)
        weights[place] = before
    return gradient


def by_one_hot(network: Any, x: Any, labels: Any) -> Any:
    w1, b1, w2, b2 = network
    sums = x @ w1 + b1
    powers = np.exp(np.maximum(sums, 0) @ w2 + b2)
    d_logits = (powers / powers.sum(1, keepdims=True) - np.eye(len(b2))[labels]) / len(x)
    d_hidden = np.where(sums > 0, d_logits @ w2.T, 0)
    return x.T @ d_hidden, d_hidden.sum(0), np.maximum(sums, 0).T @ d_logits, d_logits.sum(0)


def by_array_split(count: int, size: int, rng: Any) -> Any:
    order = np.arange(count)
    rng.shuffle(order)
    return tuple(np.split(order, range(size, count, size)))


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.descend, by_recursion),
    (ex.forward, by_einsum),
    (ex.cross_entropy, by_scipy),
    (ex.numerical_gradient, in_place_and_back),
    (ex.backward, by_one_hot),
    (ex.batches, by_array_split),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda item: getattr(item, "id", ""))
@pytest.mark.parametrize("seed", OUTSIDERS)
def test_another_way_to_the_right_answer_passes(
    exercise: Exercise, answer: Callable[..., Any], seed: int
) -> None:
    verdict = settle(exercise, answer, seed)
    assert verdict.passed, str(verdict)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("seed", OUTSIDERS)
def test_the_labs_answer_passes_on_a_graders_own_inputs(exercise: Exercise, seed: int) -> None:
    verdict = settle(exercise, answer_with(exercise), seed)
    assert verdict.passed, str(verdict)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("seed", OUTSIDERS)
def test_a_grader_with_its_own_inputs_names_every_misconception(
    exercise: Exercise, seed: int
) -> None:
    for diagnosis, region in exercise.wrong_answers.items():
        verdict = settle(exercise, answer_with(exercise, region), seed)
        assert verdict.diagnosis == diagnosis, str(verdict)


def prints(*anything: Any) -> None:
    print(len(anything))


SLIPS = [
    (lambda *_: 1 / 0, "raised"),
    (lambda: 1, "raised"),
    (lambda *_: iter(()), "wrong-kind"),
    (dict, "class-not-instance"),
    (np.zeros(3), "not-a-function"),
    ("text", "not-a-function"),
    (prints, "printed-not-returned"),
    (lambda *_: [].sort(), "returned-nothing"),
]
IN_PLACE = (ex.train_epoch, ex.adam_step)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name(exercise: Exercise, answer: Any, diagnosis: str) -> None:
    verdict = exercise.verdict(answer)
    assert verdict.outcome is Outcome.NOT_YET, str(verdict)
    if exercise not in IN_PLACE:
        assert verdict.diagnosis == diagnosis


@pytest.mark.parametrize("exercise", IN_PLACE, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("answer", [prints, lambda *_: [np.zeros(3)]])
def test_a_function_that_changes_nothing_in_place_is_told_so(
    exercise: Exercise, answer: Any
) -> None:
    assert exercise.verdict(answer).diagnosis == "nothing-moved"


ODDITIES: list[Any] = [
    [], [1, 2], [[1.0]], {}, {"a": 1}, 0, 1.5, True, "text", [None, None], ["a", "b"],
    [[1, 2], [3]], np.array(1), np.array([]), np.array(["a", "b"]), np.zeros(5),
    np.zeros((2, 2), "int8"), [np.zeros(0), np.zeros(0)], [np.array(1), np.array(2)],
    [np.zeros(3), "text"], [np.array(["a"]), np.array(["b"])], [np.zeros(3)] * 4,
    [np.array([1.5]), np.array([np.nan])], [np.array([-1]), np.array([10**9])], float("nan"),
    [1, 2, 3, 4], [[], [], []], [np.zeros((3, 3), bool)] * 2, np.full((3, 2), np.inf),
]  # fmt: skip


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: repr(oddity)[:40])
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    verdict = exercise.verdict(lambda *_: oddity)
    assert verdict.outcome is Outcome.NOT_YET, str(verdict)
    assert all((verdict.seen, verdict.why, verdict.try_this))


def test_a_velocity_that_is_lost_after_its_turn_counts_as_no_momentum() -> None:
    region = ex.train_epoch.wrong_answers["no-momentum"].replace(
        "weights -= rate * gradient",
        "velocity = momentum * velocity - rate * gradient\n        weights += velocity",
    )
    verdict = ex.train_epoch.verdict(answer_with(ex.train_epoch, region))
    assert verdict.diagnosis == "no-momentum"


def test_a_smaller_batch_may_stand_anywhere() -> None:
    def smaller_first(count: int, size: int, rng: Any) -> Any:
        return by_array_split(count, size, rng)[::-1]

    assert ex.batches.verdict(smaller_first).passed


def test_a_walk_that_overflows_is_not_yet() -> None:
    verdict = ex.descend.verdict(lambda slope, start, rate, steps: [start, *[np.inf] * steps])
    assert verdict.diagnosis == "not-finite"


def test_a_network_of_nan_is_not_yet() -> None:
    def spoils(network: Any, *_: Any) -> None:
        network[0][:] = np.nan

    assert ex.train_epoch.verdict(spoils).diagnosis == "not-finite"


def test_the_check_of_one_epoch_does_not_depend_on_the_learners_helper_names() -> None:
    helpers = SimpleNamespace(**lab_names())

    def all_in_one(network: Any, velocities: Any, x: Any, y: Any, rng: Any, *rest: Any) -> None:
        rate, momentum, size = rest
        order = rng.permutation(len(x))
        for start in range(0, len(x), size):
            rows = order[start : start + size]
            found = helpers.backward(network, x[rows], y[rows])
            for k in range(4):
                velocities[k][:] = momentum * velocities[k] - rate * found[k]
                network[k] += velocities[k]

    assert ex.train_epoch.verdict(all_in_one).passed
