"""Lab 01's judges: right answers in any honest form pass, slips get their name, nothing crashes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from tests.conftest import REPOSITORY
from workshop.exercises import lab01 as ex
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of
from workshop.regions import fill_region
from workshop.source import read_lab
from workshop.verdict import Outcome

FUNCTIONS = [exercise for exercise in exercises_of("01") if exercise is not ex.wrap_around]
OUTSIDERS = [0, 1, 12345]
"""Seeds of a grader that draws its own inputs."""


def by_slices(data: bytes) -> Any:
    lengths = [int.from_bytes(data[i : i + 4], "big") for i in range(4, 4 + 4 * data[3], 4)]
    values = np.array(list(data[4 + 4 * data[3] :]), dtype="uint8")
    return values.reshape(lengths)


def by_sum(images: Any, labels: Any, digit: int) -> Any:
    return images[labels == digit].sum(axis=0) / (labels == digit).sum()


def by_multiplying(images: Any) -> Any:
    return np.multiply(images, 1 / 255, dtype="float32")


def by_percentiles(values: Any) -> Any:
    low, high = np.percentile(values, [25, 75], method="weibull")
    return ~((low - 1.5 * (high - low) <= values) & (values <= high + 1.5 * (high - low)))


def by_new_axis(images: Any) -> Any:
    return [images.reshape(-1, 28 * 28), np.expand_dims(images, -1)]


def by_scikit_learn(labels: Any, share: float, seed: int) -> Any:
    return train_test_split(
        np.arange(len(labels)), test_size=share, stratify=labels, random_state=seed
    )


RIGHT: list[tuple[Exercise, Callable[..., Any]]] = [
    (ex.parse_idx, by_slices),
    (ex.mean_image, by_sum),
    (ex.normalise, by_multiplying),
    (ex.outliers, by_percentiles),
    (ex.shapes, by_new_axis),
    (ex.split, by_scikit_learn),
]


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda item: getattr(item, "id", ""))
def test_another_way_to_the_right_answer_passes(
    exercise: Exercise, answer: Callable[..., Any]
) -> None:
    assert exercise.verdict(answer).passed


@pytest.mark.parametrize(("exercise", "answer"), RIGHT, ids=lambda item: getattr(item, "id", ""))
@pytest.mark.parametrize("seed", OUTSIDERS)
def test_a_right_answer_passes_on_a_graders_own_inputs(
    exercise: Exercise, answer: Callable[..., Any], seed: int
) -> None:
    inputs = exercise.inputs(np.random.default_rng(seed))
    assert exercise.settle(inputs, exercise.probe(inputs, answer)).passed


@pytest.mark.parametrize("answer", [(44, 206), np.array([44, 206]), [np.uint8(44), 206.0]])
def test_a_prediction_may_come_in_any_container(answer: Any) -> None:
    assert ex.wrap_around.verdict(answer).passed


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        ([300, -50], "no-limit"),
        ([300, 206], "no-limit"),
        ([45, 205], "off-by-one"),
        ([44, -50], "no-limit"),
        ([44, 0], "one-of-two"),
        ([300, 0], "no-limit"),
        (["44", None], "not-numbers"),
        ([44], "not-numbers"),
        (44, "not-numbers"),
        ([44, 206, 1], "not-numbers"),
        ([[1, 2], [3, 4]], "not-numbers"),
        ([float("nan"), 0], "stops-at-the-limit"),
        (list, "class-not-instance"),
        (None, "returned-nothing"),
    ],
)
def test_a_wrong_prediction_is_named(answer: Any, diagnosis: str) -> None:
    verdict = ex.wrap_around.verdict(answer)
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_YET, diagnosis)


def prints(*anything: Any) -> None:
    print(anything[0][:2])


SLIPS = [
    (prints, "printed-not-returned"),
    (lambda *_: [].sort(), "returned-nothing"),
    (lambda *_: 1 / 0, "raised"),
    (lambda: 1, "raised"),
    (lambda *_: iter(()), "wrong-kind"),
    (lambda *_: np.full((3, 3), np.nan), "not-finite"),
    (lambda *_: np.ndarray, "is-a-class"),
    (dict, "class-not-instance"),
    (np.zeros(3), "not-a-function"),
    ("text", "not-a-function"),
    (None, "not-a-function"),
]


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize(("answer", "diagnosis"), SLIPS)
def test_common_slips_have_their_name_everywhere(
    exercise: Exercise, answer: Any, diagnosis: str
) -> None:
    verdict = exercise.verdict(answer)
    known = {diagnosis, "class-not-instance" if diagnosis == "is-a-class" else diagnosis}
    # A function that hands back one thing where two are asked for is told that first.
    pair = {"not-a-pair"} if exercise in (ex.shapes, ex.split) else set()
    assert (verdict.outcome, verdict.diagnosis in known | pair) == (Outcome.NOT_YET, True)


ODDITIES: list[Any] = [
    [], [1, 2], [[1.0]], {}, {"a": 1}, 0, 1.5, True, "text", [None, None], ["a", "b"],
    [[1, 2], [3]], np.array(1), np.array([]), np.zeros((0, 28, 28)), np.array(["a", "b"]),
    np.zeros(5), np.zeros((28, 28)), np.zeros((28, 28), bool), np.zeros((2, 2), "int8"),
    [np.zeros(0), np.zeros(0)], [np.array(1), np.array(2)], [np.zeros(3), "text"],
    [np.array(["a"]), np.array(["b"])], [np.array([1.5]), np.array([np.nan])],
    [np.array([-1]), np.array([10**9])], [np.zeros(3), np.zeros(3), np.zeros(3)],
]  # fmt: skip


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("oddity", ODDITIES, ids=lambda oddity: repr(oddity)[:40])
def test_an_odd_result_is_never_a_crash_and_never_right(exercise: Exercise, oddity: Any) -> None:
    verdict = exercise.verdict(lambda *_: oddity)
    assert verdict.outcome is Outcome.NOT_YET, str(verdict)
    assert all((verdict.seen, verdict.why, verdict.try_this))


SHAPED = {
    "text": lambda images, *_: np.full(images.shape, "a"),
    "bool": lambda images, *_: np.zeros(images.shape, bool),
    "empty": lambda images, *_: images[:0],
    "one more axis": lambda images, *_: images[None],
    "list": lambda images, *_: images.tolist(),
}


@pytest.mark.parametrize("exercise", [ex.mean_image, ex.normalise], ids=lambda e: e.id)
@pytest.mark.parametrize("form", SHAPED)
def test_a_result_of_the_wrong_form_is_not_yet(exercise: Exercise, form: str) -> None:
    assert exercise.verdict(SHAPED[form]).outcome is Outcome.NOT_YET


def test_text_in_the_shape_of_a_picture_is_not_yet() -> None:
    verdict = ex.mean_image.verdict(lambda *_: np.full((28, 28), "a"))
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_YET, "text-not-numbers")


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        (lambda images: (images / 255).tolist(), "not-an-array"),
        (lambda images: (images / 255).reshape(len(images), -1), "wrong-shape"),
        (lambda images: (images / 255).astype("uint8"), "integer"),
        (lambda images: images > 127, "integer"),
        (lambda images: images / 256, "divided-by-256"),
        (lambda images: images / 255 / 255, "scaled-twice"),
        (lambda images: (images - images.mean()) / images.std(), "other-values"),
        (lambda images: np.full(images.shape, np.inf), "not-finite"),
    ],
)
def test_scaling_gone_wrong_is_named(answer: Callable[..., Any], diagnosis: str) -> None:
    assert ex.normalise.verdict(answer).diagnosis == diagnosis


@pytest.mark.parametrize("axis", [1, 2, (0, 1), (1, 2)])
def test_an_average_over_the_wrong_axis_is_named(axis: Any) -> None:
    verdict = ex.mean_image.verdict(lambda x, y, k: x[y == k].mean(axis=axis))
    assert verdict.diagnosis == "wrong-axis"


@pytest.mark.parametrize("dtype", ["uint32", "<u4", "<i4"])
def test_reading_lengths_from_the_wrong_end_is_named(dtype: str) -> None:
    def parse(data: bytes) -> Any:
        shape = np.frombuffer(data[4 : 4 + 4 * data[3]], dtype)
        return np.frombuffer(data[4 + 4 * data[3] :], "uint8").reshape(shape)

    assert ex.parse_idx.verdict(parse).diagnosis == "little-endian"


@pytest.mark.parametrize("order", [(0, 2, 1), (2, 1, 0), (1, 2, 0)])
def test_pixels_in_the_wrong_order_are_named(order: tuple[int, ...]) -> None:
    def parse(data: bytes) -> Any:
        right = by_slices(data)
        return right.transpose(order) if right.ndim == 3 else right

    assert ex.parse_idx.verdict(parse).diagnosis == "wrong-order"


def test_a_split_that_takes_the_first_rows_of_each_class_ignores_its_seed() -> None:
    def first_rows(labels: Any, share: float, seed: int) -> Any:
        chosen = [
            np.flatnonzero(labels == k)[: round(share * (labels == k).sum())] for k in range(10)
        ]
        validation = np.concatenate(chosen)
        return np.setdiff1d(np.arange(len(labels)), validation), validation

    assert ex.split.verdict(first_rows).diagnosis == "seed-ignored"


def test_a_split_in_lists_is_asked_for_arrays() -> None:
    def lists(labels: Any, share: float, seed: int) -> Any:
        return [part.tolist() for part in by_scikit_learn(labels, share, seed)]

    assert ex.split.verdict(lists).diagnosis == "not-an-array"


def answers_of(exercise: Exercise) -> dict[str, Any]:
    """Every wrong answer that the exercise knows, as the lab's cell would hold it."""
    lab = read_lab(REPOSITORY / "solutions" / "01_data.py")
    task = next(task for task in lab.tasks() if task.exercise == exercise.id)
    found = {}
    for diagnosis, text in exercise.wrong_answers.items():
        names: dict[str, Any] = {"np": np}
        exec(fill_region(lab.cells[task.cell].text, text), names)
        found[diagnosis] = eval(task.answer, names)
    return found


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize("seed", OUTSIDERS)
def test_a_grader_with_its_own_inputs_names_every_misconception(
    exercise: Exercise, seed: int
) -> None:
    inputs = exercise.inputs(np.random.default_rng(seed))
    for diagnosis, answer in answers_of(exercise).items():
        verdict = exercise.settle(inputs, exercise.probe(inputs, answer))
        assert verdict.diagnosis == diagnosis, str(verdict)
