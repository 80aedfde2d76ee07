"""Lab 00, filled in, as it is handed out, or changed in one way: 6 points in 4 exercises."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]
REPOSITORY = Path(__file__).resolve().parents[2]
FULL = 6.0
HALF = 3.0
"""The points of the first two exercises of lab 00."""


@dataclass(frozen=True)
class Case:
    """A submission and its fate.

    Attributes:
        name: what is done to the grader.
        make: the notebook, or the bytes of the file.
        score: the points that it deserves.
        ending: `graded`, `stopped early` or `refused`.
        reason: a part of the reason that the report gives.
        file: its path below the folder of all submissions; `name/00_start_here.ipynb` if empty.
    """

    name: str
    make: Callable[[], Notebook | bytes]
    score: float
    ending: str = "graded"
    reason: str = ""
    file: str = ""

    @property
    def path(self) -> str:
        return self.file or f"{self.name}/00_start_here.ipynb"

    def content(self) -> bytes:
        made = self.make()
        return made if isinstance(made, bytes) else json.dumps(made).encode()


def solved(name: str = "00_start_here") -> Notebook:
    return _read(REPOSITORY / "solutions" / f"{name}.ipynb")


def empty(name: str = "00_start_here") -> Notebook:
    return _read(REPOSITORY / "labs" / f"{name}.ipynb")


def code(source: str) -> Notebook:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [],
            "execution_count": None}  # fmt: skip


def only(*sources: str, lab: str = "02") -> Notebook:
    """A notebook of a few cells that says which lab it is."""
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {"workshop": {"lab": lab}},
            "cells": [code(source) for source in sources]}  # fmt: skip


def place_of(notebook: Notebook, name: str) -> int:
    """Where the cell with this id stands."""
    return [cell.get("id") for cell in notebook["cells"]].index(name)


def cell_of(notebook: Notebook, name: str) -> Notebook:
    found: Notebook = notebook["cells"][place_of(notebook, name)]
    return found


def answered(notebook: Notebook, exercise: str, source: str) -> Notebook:
    """The notebook with another answer to one exercise."""
    cell_of(notebook, exercise)["source"] = source
    return notebook


def halfway(source: str) -> Notebook:
    """The solution, with a cell of one's own after the first two exercises."""
    notebook = solved()
    notebook["cells"].insert(place_of(notebook, "00-invert-check") + 1, code(source))
    return notebook


def at_the_top(source: str, notebook: Notebook) -> Notebook:
    """A notebook with one more cell behind its first code cell."""
    notebook["cells"].insert(place_of(notebook, "00-setup") + 1, code(source))
    return notebook


def wrong(source: str) -> Notebook:
    """Every answer of lab 00 wrong, and a cell that tries to make them count."""
    notebook = empty()
    answered(notebook, "00-pixels", "pixels = 1")
    answered(notebook, "00-invert", "def invert(image):\n    return image")
    answered(notebook, "00-hidden-state", "before_restart = 1\nafter_restart = 1")
    answered(notebook, "00-same-numbers", "def draw(seed):\n    return np.zeros(5)")
    return at_the_top(source, notebook)


def _read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook
