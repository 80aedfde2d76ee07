"""An exercise judges data, explains itself, remembers, and never crashes."""

from typing import Any

import numpy as np
import pytest

from workshop.exercises.base import Exercise, NotPassedError
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.progress import standings
from workshop.verdict import Outcome, Verdict, not_yet, passed


class Double(Exercise):
    id = "99-double"
    title = "Twice <as much>"
    points = 2
    hints = ("Multiply.", "By two.")

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"x": rng.random(4)}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"doubled": call(answer, inputs["x"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if np.array_equal(data["doubled"], inputs["x"] * 2):
            return passed("twice as much.")
        return not_yet("other", "it is `other`.", "reasons.", "try again.")


double = Double()


def right(x):
    return x * 2


def prints(x):
    print(x * 2)


def crashes(x):
    return x["no"]


def gives_nan(x):
    return x * np.nan


def test_the_right_answer_earns_its_points() -> None:
    verdict = double.check(right)
    assert (verdict.outcome, verdict.points) == (Outcome.PASSED, 2)


def test_a_wrong_answer_is_told_in_three_parts() -> None:
    text = str(double.check(lambda x: x))
    assert "What I saw: It is `other`" in text
    assert "Why: Reasons" in text
    assert "Try: Try again" in text


def test_the_placeholder_is_not_attempted_and_points_to_a_hint() -> None:
    verdict = double.check(...)
    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert "ex.double.hint()" in str(verdict)


@pytest.mark.parametrize(
    ("answer", "diagnosis"),
    [
        (prints, "printed-not-returned"),
        (crashes, "raised"),
        (gives_nan, "not-finite"),
        (lambda x: x.sort(), "returned-nothing"),
        (lambda x: iter(x), "wrong-kind"),
        ([2.0, 4.0], "not-a-function"),
        (dict, "class-not-instance"),
        (None, "not-a-function"),
    ],
)
def test_common_slips_have_names(answer: object, diagnosis: str) -> None:
    verdict = double.check(answer)
    assert (verdict.outcome, verdict.diagnosis) == (Outcome.NOT_YET, diagnosis)


def test_a_judge_that_breaks_blames_nobody() -> None:
    class Broken(Double):
        def judge(self, inputs: Data, data: Data) -> Verdict:
            raise KeyError("gone")

    assert Broken().check(right).outcome is Outcome.COULD_NOT_CHECK


def test_html_and_text_come_from_one_object_and_html_is_escaped() -> None:
    verdict = double.check(...)
    assert "Twice <as much>" in str(verdict)
    assert "Twice &lt;as much&gt;" in verdict._repr_html_()
    assert "Not attempted" in verdict._repr_html_()


def test_the_judge_needs_data_only() -> None:
    inputs = {"x": np.ones(2)}
    data = {"doubled": {"observed": "value", "type": "ndarray", "value": np.full(2, 2.0)}}
    assert double.settle(inputs, data).passed


def test_every_check_is_remembered_and_passed_stays_passed() -> None:
    double.check(right)
    double.check(...)
    standing = standings()["99-double"]
    assert (standing.passed, standing.tries, standing.last) == (True, 1, "not attempted")


def test_hints_are_staged_and_end_with_the_solution() -> None:
    assert "Multiply." in str(double.hint())
    assert "hint(2)" in str(double.hint())
    assert "solution()" in str(double.hint(99))


def test_under_nbgrader_a_wrong_answer_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert double.check(right).passed
    with pytest.raises(NotPassedError, match="It is `other`"):
        double.check(lambda x: x)
