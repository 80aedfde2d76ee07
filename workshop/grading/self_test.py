"""`workshop grade --self-test`: can the grader itself be trusted on this machine?

The course's own solutions have to earn full marks, and its labs, as they are handed out, nothing.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from workshop.grading.journal import Journal
from workshop.grading.notebook import read_notebook, read_script
from workshop.grading.reports.grades import Grade
from workshop.grading.run import Wishes, grade
from workshop.grading.submissions import Submission
from workshop.places import labs_folder, skeleton_folder, solutions_folder
from workshop.source import LabSource, lab_paths, part_of, read_lab
from workshop.verdict import Outcome

SOLVED, EMPTY = "the solution", "the empty lab"
DIGITS = "MNIST_NPZ"


def self_test(wishes: Wishes, quick: bool = False) -> list[str]:
    """Grade the course itself; a sentence for everything that is not as it should be.

    Args:
        wishes: as for other submissions; `only` names labs.
        quick: run the labs with the small parameters of their headers, on the stand-in.

    Raises:
        FileNotFoundError: if there is no such lab.
    """
    known = (*map(part_of, lab_paths()), "script")
    if unknown := sorted(set(wishes.only) - set(known)):
        raise FileNotFoundError(f"lab {unknown[0]}; there are: {', '.join(known)}")
    submissions = [one for lab in wishes.only or known for one in course_itself(lab, quick)]
    with tempfile.TemporaryDirectory() as folder, _stand_in() if quick else nullcontext():
        journal = Journal(Path(folder) / "journal.sqlite")
        try:
            grades = grade(submissions, journal, replace(wishes, only=()), print)
        finally:
            journal.close()
    return [problem for grade in grades for problem in _problems(grade)]


def course_itself(lab: str, quick: bool = False) -> list[Submission]:
    """A lab's solution and its empty notebook, as two learners would hand them in."""
    if lab == "script":
        paths = [solutions_folder() / "mnist.py", skeleton_folder() / "mnist.py"]
        contents = [path.read_bytes() for path in paths]
    else:
        source = next(read_lab(path) for path in lab_paths() if part_of(path) == lab)
        paths = [folder / f"{source.name}.ipynb" for folder in (solutions_folder(), labs_folder())]
        notebooks = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        for notebook in notebooks if quick else ():
            make_small(notebook, source)
        contents = [json.dumps(notebook).encode() for notebook in notebooks]
    return [
        _submission(path, content, lab, who)
        for path, content, who in zip(paths, contents, (SOLVED, EMPTY), strict=True)
    ]


def make_small(notebook: dict[str, Any], lab: LabSource) -> None:
    """Put the small parameters of a lab's header behind those in a notebook, as papermill does."""
    small = "".join(f"\n{name} = {value!r}" for name, value in lab.small.items())
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            cell["source"] = "".join(cell["source"]) + small


@contextmanager
def _stand_in() -> Iterator[None]:
    """What is wanted of a network depends on the digits; the small labs are made for these."""
    before = os.environ.get(DIGITS)
    os.environ[DIGITS] = "stand-in"
    try:
        yield
    finally:
        os.environ.pop(DIGITS)
        if before is not None:
            os.environ[DIGITS] = before


def _submission(path: Path, content: bytes, lab: str, who: str) -> Submission:
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
