"""An instructor who lives in nbgrader can use the notebooks as they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests.graders import nbgrader, nbgrader_course

LAB, NOTEBOOK = "lab00", "00_start_here"


@pytest.fixture
def course_of_nbgrader(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A course folder whose source is the solution, released by nbgrader itself."""
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    with nbgrader_course(LAB, repository / "solutions" / f"{NOTEBOOK}.ipynb") as course:
        yield course


def submit(course: Path, learner: str, notebook: Path) -> None:
    folder = course / "submitted" / learner / LAB
    folder.mkdir(parents=True)
    shutil.copy(notebook, folder / f"{NOTEBOOK}.ipynb")


def scores(course: Path) -> dict[str, tuple[float, float]]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submissions = gradebook.assignment_submissions(LAB)
        return {each.student.id: (each.score, each.max_score) for each in submissions}


@pytest.mark.slow
def test_nbgrader_gives_the_solution_full_marks_and_the_empty_labs_none(
    course_of_nbgrader: Path, repository: Path
) -> None:
    released = course_of_nbgrader / "release" / LAB / f"{NOTEBOOK}.ipynb"
    submit(course_of_nbgrader, "solved", repository / "solutions" / f"{NOTEBOOK}.ipynb")
    submit(course_of_nbgrader, "empty", repository / "labs" / f"{NOTEBOOK}.ipynb")
    submit(course_of_nbgrader, "empty_release", released)
    nbgrader(course_of_nbgrader, "autograde", LAB)
    assert scores(course_of_nbgrader) == {
        "solved": (6, 6),
        "empty": (0, 6),
        "empty_release": (0, 6),
    }
