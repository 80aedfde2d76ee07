"""Bring an exercise or a whole lab back to its start, and lose nothing else."""

from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from workshop import progress
from workshop.authoring.notebooks import lab_notebook, to_text
from workshop.exercises.catalogue import exercises_of
from workshop.files import write_whole
from workshop.places import backup_folder, labs_folder
from workshop.source import LabSource, lab_paths, read_lab


class ResetError(ValueError):
    """Nothing was reset; the message says why and what to do."""


def reset(target: str) -> list[str]:
    """Reset a lab (`01`), one of its exercises (`01-normalise`) or its first cell (`01-setup`).

    The notebook as it was is kept under labs/backup/. Returns what was done, a sentence each.

    Raises:
        ResetError: if there is no such lab or exercise, or the notebook cannot be read.
    """
    lab = _find_lab(target)
    fresh = lab_notebook(lab)
    path = labs_folder() / f"{lab.name}.ipynb"
    done = [f"kept your notebook as {_back_up(path)}"] if path.exists() else []
    names = [exercise.id for exercise in exercises_of(lab.number)]
    if target == lab.number:
        write_whole(path, to_text(fresh))
    else:
        known = [cell.metadata.nbgrader.grade_id for cell in fresh.cells if _grade_id(cell)]
        if target not in known:
            raise ResetError(
                f"there is no {target} in lab {lab.number}; there are: "
                + ", ".join([*names, f"{lab.number}-setup"])
            )
        write_whole(path, to_text(_with_fresh_cells(_read(path, fresh), fresh, target)))
        names = [name for name in names if name == target]
    for name in names:
        progress.reset(name)
    return [
        *done,
        f"{target} is as it was at the start.",
        "If the notebook is open, choose File ▸ Reload Notebook from Disk.",
    ]


def _find_lab(target: str) -> LabSource:
    for path in lab_paths():
        if path.stem[:2] == target[:2] and target[2:3] in ("", "-"):
            return read_lab(path)
    labs = ", ".join(path.stem[:2] for path in lab_paths())
    raise ResetError(f"there is no lab {target[:2]}; there are: {labs}")


def _read(path: Path, fresh: NotebookNode) -> NotebookNode:
    """The learner's notebook, also one saved by an old Jupyter or with Windows line ends."""
    if not path.exists():
        return fresh
    try:
        notebook: NotebookNode = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
    except Exception as error:
        raise ResetError(
            f"{path} is not a notebook that can be read ({type(error).__name__}). "
            f"`workshop reset {path.name[:2]}` makes it anew; yours is kept under backup/."
        ) from error
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        notebook = nbformat.v4.upgrade(notebook, notebook.nbformat, notebook.nbformat_minor)
    return notebook


def _with_fresh_cells(mine: NotebookNode, fresh: NotebookNode, target: str) -> NotebookNode:
    """`mine` with the cells of `target` (the one to fill, its check) as in `fresh`."""
    wanted = (target, f"{target}-check")
    for index, cell in enumerate(fresh.cells):
        if _grade_id(cell) not in wanted:
            continue
        at = [i for i, other in enumerate(mine.cells) if _grade_id(other) == _grade_id(cell)]
        if at:
            mine.cells[at[0]] = cell
        else:
            mine.cells.insert(_place_after(mine, fresh.cells[:index]), cell)
    return mine


def _place_after(mine: NotebookNode, before: list[NotebookNode]) -> int:
    """Where a deleted cell goes: after the nearest cell before it that is still there."""
    texts = [cell.source for cell in mine.cells]
    ids = [_grade_id(cell) for cell in mine.cells]
    for cell in reversed(before):
        if _grade_id(cell) and _grade_id(cell) in ids:
            return ids.index(_grade_id(cell)) + 1
        if cell.source in texts:
            return texts.index(cell.source) + 1
    return 0


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _back_up(path: Path) -> Path:
    now = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    kept = backup_folder() / f"{path.stem}-{now}.ipynb"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(path.read_bytes())
    return kept
