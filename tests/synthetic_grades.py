"""Grades that no kernel has earned: for reports, which only read them."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from workshop.grading.course import lab_of
from workshop.grading.notebook import Cell, Notebook, read_notebook
from workshop.grading.reports.grades import Grade
from workshop.grading.results import Ending, Result
from workshop.grading.submissions import Submission
from workshop.verdict import Verdict, could_not_check, not_attempted, not_yet, passed

REPOSITORY = Path(__file__).resolve().parents[1]
FILES = {"00": "00_start_here", "01": "01_data", "02": "02_dense"}
VERDICTS = {
    "p": passed("`normalise` is right."),
    "n": not_yet("half", "`x` is <half>.", "halves are not wholes.", "double `x`."),
    "o": not_attempted("the `...` is still there."),
    "e": could_not_check("`TypeError: no`.", "it has another form.", "look at its type."),
}
"""By letter."""


def verdicts(lab: str, letters: str) -> tuple[Verdict, ...]:
    """One for each exercise of a lab; the letters are repeated."""
    found = lab_of(lab)
    assert found
    return tuple(
        VERDICTS[letters[index % len(letters)]].of(
            question.id, question.exercise.title, question.exercise.points, "ex.any.hint()"
        )
        for index, question in enumerate(found.questions)
    )


def graded(learner: str, letters: str = "p", lab: str = "01", notebook: Notebook | None = None,
           path: str = "", seconds: float = 2.5) -> Grade:  # fmt: skip
    """A grade with these outcomes; the notebook is the lab's solution if none is given."""
    notebook = notebook or solved(lab)
    submission = Submission(learner, lab, path or f"{learner}/x.ipynb", "0" * 64, notebook)
    found = verdicts(lab, letters)
    most = sum(verdict.max_points for verdict in found)
    return Grade(submission, Result(Ending.GRADED, "", found, most, (), (), seconds))


def refused(learner: str, reason: str = "it is empty", lab: str = "01", path: str = "") -> Grade:
    submission = Submission(learner, lab, path or f"{learner}/x.ipynb", "0" * 64, refused=reason)
    return Grade(submission, Result(Ending.REFUSED, reason, most=13))


@cache
def solved(lab: str) -> Notebook:
    return _read("solutions", lab)


@cache
def empty(lab: str) -> Notebook:
    return _read("labs", lab)


def with_cells(notebook: Notebook, *sources: str) -> Notebook:
    """The notebook with more code cells at its end."""
    return replace(notebook, cells=(*notebook.cells, *(Cell("code", text) for text in sources)))


def answering(lab: str, answers: dict[str, str]) -> Notebook:
    """The lab as handed out, with these answers: exercise → the code of its cell."""
    cells = tuple(
        replace(cell, source=next((answers[n] for n in cell.names if n in answers), cell.source))
        for cell in empty(lab).cells
    )
    return Notebook(cells, lab)


def _read(folder: str, lab: str) -> Notebook:
    return read_notebook((REPOSITORY / folder / f"{FILES[lab]}.ipynb").read_bytes())
