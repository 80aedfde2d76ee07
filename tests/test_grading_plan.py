"""Which cells answer which exercise, however a notebook has been changed."""

import pytest

from workshop.grading.course import MOST_ATTEMPTS, Lab, answers, lab_of, plan
from workshop.grading.notebook import Cell, Notebook


@pytest.fixture
def lab() -> Lab:
    found = lab_of("00")
    assert found
    return found


def asked(lab: Lab, *sources: str) -> list[list[str]]:
    """The exercises asked about after each cell; the course's own first cell is left out."""
    steps = plan(Notebook(tuple(Cell("code", source) for source in sources)), lab).steps
    return [[question.id for question in step.ask] for step in steps[1:]]


@pytest.mark.parametrize(
    "source",
    [
        "pixels = 784",
        "pixels, rows = 784, 28",
        "for pixels in [784]:\n    pass",
        "if True:\n    pixels = 784",
        "pixels: int = 784",
        "(pixels := 784)",
        "ex.pixels.check(other)",
        "%time\npixels = 784",
        "pixels = = 784",
    ],
)
def test_a_cell_that_binds_or_checks_the_answer_is_asked_about(lab: Lab, source: str) -> None:
    assert asked(lab, source) == [["00-pixels"]]


@pytest.mark.parametrize(
    "source",
    ["print(pixels)", "pixel = 784", "# pixels = 784", "invert = ex.invert.or_reference(invert)"],
)
def test_other_cells_are_not(lab: Lab, source: str) -> None:
    assert asked(lab, source) == [[]]


def test_a_check_does_not_say_what_the_answer_is(lab: Lab) -> None:
    question = lab.questions[0]
    assert answers("ex.pixels.check(28 * 28)", question)
    assert question.answer == "pixels"


def test_guesses_are_limited_to_the_last(lab: Lab) -> None:
    asks = asked(lab, *(f"pixels = {number}" for number in range(20)))
    assert asks == [[]] * (20 - MOST_ATTEMPTS) + [["00-pixels"]] * MOST_ATTEMPTS


def test_the_courses_first_cell_runs_first(lab: Lab) -> None:
    steps = plan(Notebook((Cell("code", "pixels = 1"),)), lab).steps
    assert "import lab00 as ex" in steps[0].source


def test_text_is_not_run_unless_it_was_code(lab: Lab) -> None:
    cells = (Cell("markdown", "pixels = 1"), Cell("raw", "pixels = 2", frozenset({"00-pixels"})))
    assert [step.source for step in plan(Notebook(cells), lab).steps[1:]] == ["pixels = 2"]


def test_there_is_no_plan_for_an_unknown_lab() -> None:
    assert lab_of("99") is None
