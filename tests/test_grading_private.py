"""Private inputs decide, and nothing of them is told: no number of theirs is in any text."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workshop.data import load_mnist
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of, find_exercise
from workshop.exercises.lab02.sealed import wanted
from workshop.exercises.observe import call
from workshop.exercises.plain import Data, to_plain
from workshop.grading.inside.wire import Message
from workshop.grading.private import ALLOWANCE, judged, private_inputs
from workshop.grading.robustness import row_of, variants
from workshop.regions import fill_region
from workshop.source import lab_paths, part_of, read_lab, read_script
from workshop.verdict import Outcome, Verdict, not_yet, passed

SECRET = 987_654_321
TRAINED = ("02-one-batch", "02-final")
"""Their wrong answers take a training each; they are tried below and in tests/torture."""
EXERCISES = [one for lab in ("00", "01", "02", "script") for one in exercises_of(lab)]
DRAWN = [one for one in EXERCISES if one.public_inputs() and one.id not in TRAINED]


class Doubling(Exercise):
    """Twice a number; its judge and its probe tell all that they know."""

    id = "99-double"
    title = "Twice a number"

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"n": int(rng.integers(10**9))}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"twice": call(answer, inputs["n"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        n, got = inputs["n"], data["twice"]
        if got == 2 * n:
            return passed(f"{got} is twice {n}.", f"{n} and {n}")
        return not_yet("not-double", f"{got}, not {2 * n}", f"of {n}", f"try {2 * n}")


def asked(exercise: Exercise, answer: Any) -> Callable[[Data], Message]:
    return lambda inputs: {"data": to_plain(exercise.probe(inputs, answer))}


def numbers_of(verdict: Verdict) -> set[str]:
    return set(re.findall(r"\d{3,}", f"{verdict.seen} {verdict.why} {verdict.try_this}"))


def verdict_on(answer: Any, seed: int = 1) -> Verdict:
    exercise = Doubling()
    return judged(exercise, asked(exercise, answer), seed)


PUBLIC = Doubling().public_inputs()["n"]


def test_a_right_answer_earns_its_points() -> None:
    verdict = verdict_on(lambda n: 2 * n)
    assert (verdict.points, numbers_of(verdict)) == (1, {str(PUBLIC), str(2 * PUBLIC)})


def test_a_wrong_answer_is_told_in_words_of_the_public_input() -> None:
    assert numbers_of(verdict_on(lambda n: n + 1)) == {
        str(PUBLIC),
        str(PUBLIC + 1),
        str(2 * PUBLIC),
    }


def test_a_wrong_answer_never_meets_the_private_input() -> None:
    met = []
    verdict_on(lambda n: met.append(n) or n)
    assert met == [PUBLIC]


def test_an_answer_that_fits_the_public_input_alone_earns_nothing() -> None:
    verdict = verdict_on(lambda n: 2 * PUBLIC)
    assert (verdict.points, verdict.diagnosis) == (0, "not-double")
    assert not numbers_of(verdict)


def raises_what_it_gets(n: int) -> int:
    if n != PUBLIC:
        raise ValueError(f"{n}")
    return 2 * n


def test_an_error_that_shows_the_private_input_is_not_quoted() -> None:
    verdict = verdict_on(raises_what_it_gets)
    assert (verdict.outcome, numbers_of(verdict)) == (Outcome.NOT_YET, set())


@pytest.mark.parametrize(
    "said",
    [{"failed": f"{SECRET}"}, {"missing": f"{SECRET}"}, {"placeholder": True}, {"data": SECRET},
     {"data": {"twice": {"observed": "value", "type": "int", "value": SECRET}}}, {}],
    ids=lambda said: next(iter(said), "nothing"),
)  # fmt: skip
def test_whatever_a_process_says_about_private_input_is_not_repeated(said: Message) -> None:
    exercise = Doubling()
    right = {"observed": "value", "type": "int", "value": 2 * PUBLIC}
    first = iter([{"data": {"twice": right}}, said])
    verdict = judged(exercise, lambda inputs: next(first), seed=1)
    assert (verdict.points, numbers_of(verdict)) == (0, set())


def answers_to(exercise: Exercise) -> tuple[Any, dict[str, Any]]:
    """The course's own answer, and every wrong one that the exercise knows."""
    lab = read_script() if exercise.lab == "script" else read_lab(source_of(exercise.lab))
    task = next(task for task in lab.tasks() if task.exercise == exercise.id)
    cell = lab.cells[task.cell].text

    def answer(code: str) -> Any:
        import keras

        names: dict[str, Any] = {"np": np, "keras": keras}
        names |= {"layers": keras.layers, "ops": keras.ops}
        exec(code, names)
        return eval(task.answer, names)

    wrong = exercise.wrong_answers.items()
    return answer(cell), {name: answer(fill_region(cell, code)) for name, code in wrong}


def source_of(lab: str) -> Path:
    return next(path for path in lab_paths() if part_of(path) == lab)


@pytest.mark.slow
@pytest.mark.parametrize("exercise", DRAWN, ids=lambda exercise: exercise.id)
def test_what_fails_on_private_input_alone_is_told_without_a_number(exercise: Exercise) -> None:
    public = exercise.public_inputs()
    right, wrong = answers_to(exercise)
    for diagnosis, answer in wrong.items():

        def ask(inputs: Data, answer: Any = answer) -> Message:
            chosen = right if same(inputs, public) else answer
            return {"data": to_plain(exercise.probe(inputs, chosen))}

        told = [judged(exercise, ask, seed) for seed in (1, 2)]
        assert told[0] == told[1], diagnosis
        assert (told[0].points, numbers_of(told[0])) == (0, set()), diagnosis


@pytest.mark.parametrize(
    "twice", [{"observed": "value"}, {"observed": "raised"}, {"observed": "printed", "type": 1}]
)
def test_half_an_observation_stops_no_grader(twice: Message) -> None:
    verdict = Doubling().settle({"n": 1}, {"twice": twice})
    assert verdict.outcome is Outcome.COULD_NOT_CHECK


def same(one: Data, other: Data) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


def test_private_inputs_are_others_for_each_run_and_the_same_within_it() -> None:
    for exercise in DRAWN:
        public, one, other = (
            exercise.public_inputs(),
            private_inputs(exercise, 1),
            private_inputs(exercise, 2),
        )
        assert private_inputs(exercise, 1) is one
        assert not same(public, one)
        assert not same(public, other)
        assert not same(one, other)


def test_no_private_digit_can_be_looked_up() -> None:
    final = find_exercise("02-final")
    assert final
    known = {image.tobytes() for image in load_mnist(quiet=True)[1][0]}
    inputs = private_inputs(final, 1)
    assert not [image for image in inputs["images"] if image.tobytes() in known]
    assert inputs["images"].dtype == np.uint8
    assert sorted(inputs["rows"]) == list(range(len(known)))


def reading(share_of_private: float) -> Verdict:
    """The verdict on a network that reads all public digits, and so many of the private ones."""
    final = find_exercise("02-final")
    assert final
    labels = load_mnist(quiet=True)[1][1]

    def ask(inputs: Data) -> Message:
        answers = np.eye(10)[labels[inputs["rows"]]]
        missed = 0 if "allowance" not in inputs else round((1 - share_of_private) * len(labels))
        answers[:missed] = np.roll(answers[:missed], 1, axis=1)
        facts = {"kind": "Sequential", "is_model": True, "parameters": 7850, "layers": []}
        return {"data": {"facts": facts, "probabilities": answers, "on_raw_pixels": answers[:1000]}}

    return judged(final, ask, seed=1)


def test_a_network_has_to_read_private_digits_nearly_as_well() -> None:
    mark = wanted() - ALLOWANCE
    assert reading(mark / 100 + 0.001).points == 3
    assert (reading(mark / 100 - 0.001).points, numbers_of(reading(0.1))) == (0, set())


def test_the_row_of_a_perfect_reader_is_perfect() -> None:
    spoilt, labels = variants(seed=1)
    assert row_of(np.tile(labels, 4), 1) == {"clean": 100, "noise": 100, "shift": 100, "thick": 100}
    assert all(images.shape == spoilt["clean"].shape for images in spoilt.values())


def test_digits_are_spoilt_but_not_beyond_recognition() -> None:
    spoilt, _ = variants(seed=1)
    clean = spoilt["clean"].astype(int)
    assert 0 < np.abs(spoilt["noise"] - clean).mean() < 60
    assert (spoilt["shift"].sum((1, 2)) == clean.sum((1, 2))).mean() > 0.99
    assert (spoilt["thick"] >= clean).all()
