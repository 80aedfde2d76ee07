"""`workshop grade --self-test`: can the grader itself be trusted on this machine?

The course's own solutions have to earn full marks, and its labs, as they are handed out, nothing.
"""

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from workshop.grading.journal import Journal
from workshop.grading.notebook import read_notebook, read_script
from workshop.grading.report import Grade
from workshop.grading.run import Wishes, grade
from workshop.grading.submissions import Submission
from workshop.places import labs_folder, skeleton_folder, solutions_folder
from workshop.source import LabSource, lab_paths, part_of
from workshop.verdict import Outcome

SOLVED, EMPTY = "the solution", "the empty lab"


def self_test(wishes: Wishes) -> list[str]:
    """Grade the course itself; a sentence for everything that is not as it should be."""
    labs = wishes.only or (*map(part_of, lab_paths()), "script")
    submissions = [one for lab in labs for one in course_itself(lab)]
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "journal.sqlite")
        try:
            grades = grade(submissions, journal, wishes, print)
        finally:
            journal.close()
    return [problem for grade in grades for problem in _problems(grade)]


def course_itself(lab: str) -> list[Submission]:
    """A lab's solution and its empty notebook, as two learners would hand them in."""
    if lab == "script":
        paths = solutions_folder() / "mnist.py", skeleton_folder() / "mnist.py"
    else:
        name = next(path.stem for path in lab_paths() if part_of(path) == lab)
        paths = solutions_folder() / f"{name}.ipynb", labs_folder() / f"{name}.ipynb"
    return [_submission(path, lab, who) for path, who in zip(paths, (SOLVED, EMPTY), strict=True)]


def make_small(notebook: dict[str, Any], lab: LabSource) -> None:
    """Put the small parameters of a lab's header behind those in a notebook, as papermill does."""
    small = "".join(f"\n{name} = {value!r}" for name, value in lab.small.items())
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = "".join(cell["source"]) + small


def _submission(path: Path, lab: str, who: str) -> Submission:
    content = path.read_bytes()
    read = read_script if path.suffix == ".py" else read_notebook
    digest = hashlib.sha256(content).hexdigest()
    return Submission(who, lab, str(path), digest, read(content))


def _problems(grade: Grade) -> list[str]:
    one, result = grade.submission, grade.result
    wanted = Outcome.PASSED if one.learner == SOLVED else Outcome.NOT_ATTEMPTED
    wrong = [
        f"{one.lab}, {one.learner}: {verdict.exercise} should be `{wanted.value}`, and is "
        f"`{verdict.outcome.value}`: {verdict.seen}"
        for verdict in result.verdicts
        if verdict.outcome is not wanted
    ]
    if result.reason:
        wrong.append(f"{one.lab}, {one.learner}: {result.reason}")
    return wrong
