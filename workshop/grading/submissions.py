"""What was handed in, by whom, for which lab: the one list that grading starts from."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from workshop.grading.files import Item, items_of
from workshop.grading.naming import (
    GRADESCOPE_METADATA,
    Learner,
    lab_of_file,
    learner_of,
    submitters_in,
)
from workshop.grading.notebook import (
    Notebook,
    UnreadableError,
    read_notebook,
    read_script,
    text_of,
)

GRADED = (".ipynb", ".py")


@dataclass(frozen=True)
class Submission:
    """One file of one learner.

    Attributes:
        learner: the name, made unique where two people share one.
        lab: its two digits, or `script`; empty if nobody can tell.
        path: where it was found, for people.
        digest: SHA-256 of its content.
        notebook: its cells; None if it was refused.
        refused: why it cannot be graded; empty if it can.
    """

    learner: str
    lab: str
    path: str
    digest: str
    notebook: Notebook | None = field(default=None, repr=False)
    refused: str = ""


def find_submissions(place: Path, report: Path | None = None) -> list[Submission]:
    """Everything below a folder or in an archive, by learner and lab; nobody is left out.

    A report that is kept in the same folder is no submission.

    Raises:
        FileNotFoundError: if there is no such place.
    """
    if not place.exists():
        raise FileNotFoundError(place)
    items = [item for item in items_of(place) if not _within(place, item, report)]
    submitters: dict[str, str] = {}
    for item in items:
        if item.parts[-1] == GRADESCOPE_METADATA and not item.problem:
            submitters |= _submitters(item)
    by_learner: dict[Learner, list[Submission]] = defaultdict(list)
    for item in items:
        if item.suffix == ".yml":
            continue
        learner = learner_of(item.parts if item.parts != ("",) else (place.name,), submitters)
        by_learner[learner].append(_submission(item, learner.name))
    found = [one for listed in by_learner.values() for one in _worth_grading(listed)]
    found = _renamed(found, by_learner)
    return sorted(found, key=lambda one: (one.learner, one.lab, one.path))


def _submission(item: Item, learner: str) -> Submission:
    digest = hashlib.sha256(item.content).hexdigest()
    submission = Submission(_writable(learner), "", _writable(item.path), digest)
    if item.problem or item.suffix not in GRADED:
        problem = item.problem or f"a {item.suffix} is not graded"
        return replace(submission, lab=lab_of_file(item.parts, None), refused=problem)
    try:
        read = read_script if item.suffix == ".py" else read_notebook
        notebook = read(item.content)
    except UnreadableError as error:
        return replace(submission, lab=lab_of_file(item.parts, None), refused=str(error))
    lab = lab_of_file(item.parts, notebook)
    refused = "" if lab else "neither its name nor its cells tell which lab it is"
    return replace(submission, lab=lab, notebook=notebook, refused=refused)


def _worth_grading(listed: list[Submission]) -> Iterable[Submission]:
    """Leave out pictures and the like beside a notebook, but never a learner's only file."""
    graded = [one for one in listed if one.path.lower().endswith(GRADED) or one.lab]
    return graded or listed[:1]


def _renamed(
    found: list[Submission], by_learner: dict[Learner, list[Submission]]
) -> list[Submission]:
    """The same list, with a number behind each name that several people share."""
    numbers: dict[str, set[str]] = defaultdict(set)
    for learner in by_learner:
        numbers[_writable(learner.name)].add(learner.number)
    owner = {id(one): learner for learner, listed in by_learner.items() for one in listed}
    return [
        replace(one, learner=f"{one.learner} ({owner[id(one)].number})")
        if len(numbers[one.learner]) > 1 and owner[id(one)].number
        else one
        for one in found
    ]


def _within(place: Path, item: Item, report: Path | None) -> bool:
    if report is None or not report.resolve().is_relative_to(place.resolve()):
        return False
    parts = report.resolve().relative_to(place.resolve()).parts
    return bool(parts) and item.parts[: len(parts)] == parts


def _writable(text: str) -> str:
    """A name that any file can hold: bytes that are no text are written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _submitters(item: Item) -> dict[str, str]:
    try:
        return submitters_in(text_of(item.content))
    except UnreadableError:
        return {}
