"""Whose is it, and which lab? Read from the names that learning platforms give to downloads."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from workshop.exercises.catalogue import parts_with_exercises
from workshop.grading.notebook import Notebook
from workshop.source import lab_paths

MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_\w+?_(?P<file>.*)$", re.S)
CANVAS = re.compile(r"^(?P<name>[^_]+)(_LATE)?_(?P<id>\d+)_(?P<submission>\d+)_(?P<file>.+)$", re.S)
GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
GRADESCOPE_EXPORT = re.compile(r"^assignment_\d+_export$")
GRADESCOPE_METADATA = "submission_metadata.yml"
SUBMITTER = re.compile(
    r"^(?P<folder>submission_\d+):\s*$|^\s+-?\s*:?name:\s*(?P<name>.+?)\s*$", re.M
)
CELL_NAME = re.compile(r"^(?P<lab>\d\d)-")
IMPORT = re.compile(r"from\s+workshop\.exercises\s+import\s+(lab(?P<lab>\d\d)|(?P<script>script))")
FILE_NUMBER = re.compile(r"(?<!\d)(?P<lab>\d\d)(?=[_\-. ])")


@dataclass(frozen=True)
class Learner:
    """A name, and what tells two people of one name apart."""

    name: str
    number: str = ""


def learner_of(parts: tuple[str, ...], submitters: dict[str, str]) -> Learner:
    """Who handed in the file at this path: the first part that tells, else the first part.

    Args:
        parts: the path below what was given to the grader.
        submitters: Gradescope's folders and the names that belong to them.
    """
    if len(parts) > 1 and GRADESCOPE_EXPORT.match(parts[0]):
        parts = parts[1:]
    first = parts[0]
    if match := GRADESCOPE.match(first):
        return Learner(submitters.get(first, first), match["id"])
    if match := MOODLE.match(first) or CANVAS.match(first):
        return Learner(match["name"].strip(), match["id"])
    if len(parts) > 1 and not first.lower().endswith(".zip"):
        return Learner(first)
    return Learner(_without_lab(first))


def lab_of_file(parts: tuple[str, ...], notebook: Notebook | None) -> str:
    """The two digits of the lab, `script`, or nothing where nobody can tell."""
    known = parts_with_exercises()
    if notebook is not None:
        if notebook.lab in known:
            return notebook.lab
        names = [CELL_NAME.match(name) for cell in notebook.cells for name in cell.names]
        for lab, _ in Counter(match["lab"] for match in names if match).most_common():
            if lab in known:
                return lab
        for cell in notebook.cells:
            match = IMPORT.search(cell.source)
            if match and (lab := match["lab"] or "script") in known:
                return lab
    name = parts[-1]
    platform = MOODLE.match(name) or CANVAS.match(name)
    name = platform["file"] if platform else name
    if PurePosixPath(name).stem.startswith("mnist"):
        return "script"
    found = [match["lab"] for match in FILE_NUMBER.finditer(name)]
    return next((lab for lab in found if lab in known), "")


def submitters_in(metadata: str) -> dict[str, str]:
    """Gradescope's `submission_metadata.yml`: folder → the names of its submitters."""
    names: dict[str, list[str]] = {}
    folder = ""
    for match in SUBMITTER.finditer(metadata):
        if match["folder"]:
            folder = match["folder"]
        elif folder:
            names.setdefault(folder, []).append(match["name"].strip("\"'"))
    return {folder: ", ".join(found) for folder, found in names.items()}


def _without_lab(file: str) -> str:
    """`ana_01_data.ipynb` → `ana`; a name that is all lab stays as it is."""
    stem = PurePosixPath(file).stem
    for lab in [path.stem for path in lab_paths()] + ["mnist"]:
        left = stem.replace(lab, "").strip(" _-.()")
        if lab in stem and left:
            return left
    return stem
