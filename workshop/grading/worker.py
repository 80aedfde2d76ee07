"""What runs on a node of a cluster: a house of its own, and one notebook at a time.

Only text crosses between the grader and a worker: the cells of a notebook and the seed of the
private inputs go in, a result comes out. Names of learners and the journal stay with the grader.
"""

import json
import platform
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from workshop.grading.grader import grade_one
from workshop.grading.house import open_house
from workshop.grading.journal import environment, exercises
from workshop.grading.notebook import Cell, Notebook
from workshop.grading.results import Result
from workshop.grading.room import Limits, NoRoomError
from workshop.grading.submissions import Submission

NO_NETWORK = "no network"
"""The rung without which a notebook could reach the cluster itself, which does what it is told."""


class Worker:
    """Grades for a grader elsewhere. `begin` comes first, `close` last."""

    def __init__(self) -> None:
        self._kept = ExitStack()

    def begin(self, facts: dict[str, str], limits: dict[str, Any]) -> str:
        """Get ready; why this worker cannot be used, or nothing if it can.

        With other versions it would give other grades, and without walls it would be a danger.
        """
        why = self._not_ready(facts, limits)
        return f"on {platform.node()} {why}" if why else ""

    def grade(self, submission: str, seed: int) -> str:
        """Run what `packed` made, and judge it.

        Raises:
            NoRoomError: if no room can be opened for it.
        """
        return json.dumps(grade_one(self._house, unpacked(submission), seed).to_json())

    def close(self) -> None:
        """Leave nothing behind."""
        self._kept.close()

    def _not_ready(self, facts: dict[str, str], limits: dict[str, Any]) -> str:
        differing = differences(facts, facts_of(lab for lab in facts if _is_lab(lab)))
        if differing:
            return f"{differing}; install the same course on every node"
        try:
            self._house = self._kept.enter_context(open_house(Limits(**limits)))
            with self._house.room() as room:
                if NO_NETWORK in room.rungs:
                    return ""
        except NoRoomError as error:
            return f"notebooks cannot be run: {error}"
        self.close()
        return "rooms have no walls, so that a notebook could reach the cluster itself"


def packed(submission: Submission) -> str:
    """What a worker has to know of a submission: not whose it is."""
    assert submission.notebook is not None
    cells = [[cell.kind, cell.source, sorted(cell.names)] for cell in submission.notebook.cells]
    return json.dumps({"lab": submission.lab, "digest": submission.digest, "cells": cells})


def unpacked(text: str) -> Submission:
    """What `packed` made, for `grade_one`."""
    said = json.loads(text)
    cells = tuple(Cell(kind, source, frozenset(names)) for kind, source, names in said["cells"])
    return Submission("", said["lab"], "", said["digest"], Notebook(cells))


def result_of(text: str) -> Result:
    """What `Worker.grade` returned."""
    return Result.from_json(json.loads(text))


def facts_of(labs: Iterable[str]) -> dict[str, str]:
    """What a grade depends on besides the notebook, by name: a lab's number, or a part of the
    environment."""
    return {lab: exercises(lab) for lab in labs} | environment()


def differences(here: dict[str, str], there: dict[str, str]) -> str:
    """In words: what another machine has that this one has not; empty if all is the same."""
    names = [name for name in here | there if here.get(name) != there.get(name)]
    courses = [name for name in names if _is_lab(name)]
    said = [f"the course is another one (lab {', '.join(courses)})"] if courses else []
    for name in names:
        if name not in courses:
            theirs, ours = there.get(name, "missing"), here.get(name, "missing")
            said.append(f"{name} is {theirs}, and {ours} where the grader runs")
    return "; ".join(said)


def _is_lab(name: str) -> bool:
    return name.isdigit() or name == "script"
