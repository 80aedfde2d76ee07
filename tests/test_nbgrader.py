"""An instructor who lives in nbgrader can use the notebooks as they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

LAB, NOTEBOOK = "lab00", "00_start_here"


@pytest.fixture
def nbgrader_course(tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course folder whose source is the solution, released by nbgrader itself."""
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    # nbgrader calls alembic by name, so the environment has to be as if it were activated.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    source = tmp_path / "source" / LAB
    source.mkdir(parents=True)
    shutil.copy(repository / "solutions" / f"{NOTEBOOK}.ipynb", source)
    run_nbgrader(tmp_path, "generate_assignment", LAB)
    return tmp_path


def run_nbgrader(course: Path, *words: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *words, "--course-dir", str(course)]
    run = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr[-4000:]


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
    nbgrader_course: Path, repository: Path
) -> None:
    released = nbgrader_course / "release" / LAB / f"{NOTEBOOK}.ipynb"
    submit(nbgrader_course, "solved", repository / "solutions" / f"{NOTEBOOK}.ipynb")
    submit(nbgrader_course, "empty", repository / "labs" / f"{NOTEBOOK}.ipynb")
    submit(nbgrader_course, "empty_release", released)
    run_nbgrader(nbgrader_course, "autograde", LAB)
    assert scores(nbgrader_course) == {
        "solved": (6, 6),
        "empty": (0, 6),
        "empty_release": (0, 6),
    }
