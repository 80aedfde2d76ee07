"""The one source of a lab: `solutions/NN_name.py`, read into cells.

The format is Jupytext's py:percent: prose cells are triple-quoted Markdown, code cells are code.
The header carries the lab's facts under `jupyter: workshop:`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jupytext

from workshop.places import solutions_folder
from workshop.regions import has_region, region_text


class SourceError(ValueError):
    """A lab's source that cannot be used; the message says which, what and how to mend it."""


@dataclass(frozen=True)
class Cell:
    """One cell: `kind` is `markdown` or `code`, `tags` are Jupyter's cell tags."""

    kind: str
    text: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """Where an exercise stands: its id, the cell to fill, the cell that checks, the answer.

    `answer` is the expression that the check is given, such as `normalise`.
    """

    exercise: str
    cell: int
    check: int
    answer: str


@dataclass(frozen=True)
class LabSource:
    """A lab: its facts and its cells.

    `minutes` is for a learner; `needs` names the labs before it; `outcome` is what the learner
    will have at the end; `small` replaces values of the cell tagged `parameters` when the lab is
    only tested.
    """

    path: Path
    title: str
    minutes: int
    needs: tuple[str, ...]
    outcome: str
    small: dict[str, Any]
    cells: tuple[Cell, ...]

    @property
    def number(self) -> str:
        """The two digits of the lab, or `script`."""
        return part_of(self.path)

    @property
    def name(self) -> str:
        """The file name without its ending, such as `01_data`."""
        return self.path.stem

    def tasks(self) -> tuple[Task, ...]:
        """The exercises in the order of the lab; the first region belongs to the first check.

        Raises:
            SourceError: if a check has no cell with a region before it, or a region no check.
        """
        tasks: list[Task] = []
        open_regions: list[int] = []
        for index, cell in enumerate(self.cells):
            if cell.kind != "code":
                continue
            if has_region(cell.text):
                open_regions.append(index)
            for name, answer in _checks(cell.text):
                exercise = f"{self.number}-{name.replace('_', '-')}"
                if not open_regions:
                    raise SourceError(
                        f"{self.path.name}: no cell with a solution region stands before the "
                        f"check of {exercise}; put one there."
                    )
                tasks.append(Task(exercise, open_regions.pop(0), index, answer))
        if open_regions:
            first = self.cells[open_regions[0]].text.splitlines()[0]
            raise SourceError(
                f"{self.path.name}: the cell that starts `{first}` has a solution region, "
                "but no check of its own; add `ex.….check(…)` in a cell after it."
            )
        return tuple(tasks)


def lab_paths() -> list[Path]:
    """The sources of all labs, in order."""
    return sorted(solutions_folder().glob("[0-9][0-9]_*.py"))


def script_path() -> Path:
    """The source of the script track, which is a script itself."""
    return solutions_folder() / "mnist.py"


def part_of(path: Path) -> str:
    """The part of the course that a source belongs to: `01`, or `script`."""
    return path.stem[:2] if path.stem[:2].isdigit() else "script"


def read_script() -> LabSource:
    """The script track, cell by cell (`# %%`); a script needs no header."""
    return LabSource(script_path(), "The script", 0, (), "", {}, _cells(_notebook(script_path())))


def read_lab(path: Path) -> LabSource:
    """Read one source.

    Raises:
        SourceError: if the header lacks a fact or a cell does not parse.
    """
    notebook = _notebook(path)
    facts: dict[str, Any] = notebook.metadata.get("workshop") or {}
    missing = [fact for fact in ("title", "minutes", "needs", "outcome") if fact not in facts]
    if missing:
        raise SourceError(
            f"{path.name}: the header lacks {', '.join(missing)}. "
            "Add it under `jupyter: workshop:`."
        )
    return LabSource(
        path,
        str(facts["title"]),
        int(facts["minutes"]),
        tuple(str(lab) for lab in facts["needs"]),
        str(facts["outcome"]).strip(),
        dict(facts.get("small") or {}),
        _cells(notebook),
    )


def solution_text(exercise: str) -> str:
    """The code of an exercise's answer, without markers."""
    lab, task = _find(exercise)
    return region_text(lab.cells[task.cell].text)


def reference(exercise: str, namespace: dict[str, Any]) -> Any:
    """The course's own answer, computed with the names of `namespace`, which stays as it is.

    Raises:
        SourceError: if the lab's names that the answer leans on are missing.
    """
    lab, task = _find(exercise)
    scratch = dict(namespace)
    try:
        exec(compile(lab.cells[task.cell].text, lab.path.name, "exec"), scratch)
        return eval(task.answer, scratch)
    except NameError as error:
        raise SourceError(
            f"{exercise} leans on `{error.name}`, which is not there. "
            "Run the cells above first (Run ▸ Run All Above Selected Cell)."
        ) from error


def _notebook(path: Path) -> Any:
    return jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")


def _cells(notebook: Any) -> tuple[Cell, ...]:
    return tuple(
        Cell(cell.cell_type, cell.source, tuple(cell.metadata.get("tags", ())))
        for cell in notebook.cells
    )


@lru_cache
def _read_cached(path: Path, modified: float) -> LabSource:
    return read_lab(path) if part_of(path) != "script" else read_script()


def _find(exercise: str) -> tuple[LabSource, Task]:
    for path in (*lab_paths(), script_path()):
        if part_of(path) == exercise.partition("-")[0]:
            lab = _read_cached(path, path.stat().st_mtime)
            for task in lab.tasks():
                if task.exercise == exercise:
                    return lab, task
    raise SourceError(f"there is no exercise {exercise} in {solutions_folder()}.")


def _checks(code: str) -> Iterator[tuple[str, str]]:
    """(name, answer) of each `ex.name.check(answer)` in a cell; `require` is the script's word."""
    if "ex." not in code:  # most cells; to parse them all takes longer than all the rest
        return
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="check" | "require", value=owner), args=[answer]):
                match owner:
                    case ast.Attribute(attr=name, value=ast.Name(id="ex")):
                        yield name, ast.unparse(answer)
