"""A term's worth of submissions, made from the course itself, so that each grade is known before.

Honest and complete work, work that is partly right, and the torture corpus; handed in as folders
for each learner, as flat files with the names of Moodle and Canvas, renamed, and zipped. The same
seed gives the same files.
"""

import io
import itertools
import json
import random
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.torture.accidents import ACCIDENTS
from tests.torture.cheats import CHEATS
from tests.torture.notebooks import Case, Notebook, answered, code, empty
from workshop.exercises.catalogue import exercises_of
from workshop.grading.self_test import make_small
from workshop.regions import fill_region, region_text
from workshop.source import LabSource, lab_paths, part_of, read_lab
from workshop.verdict import Outcome

FIRST = (
    "Ana", "Björn", "Chloé", "Dana", "Eva", "Femi", "Gül", "Hana", "Ivo", "Jun", "Kofi", "Lin",
    "Łukasz", "Mira", "Ngozi", "Oona", "Priya", "Quang", "Rosa", "Sára", "Tariq", "Uma", "Víctor",
    "Wen", "Xenia", "Zoë",
)  # fmt: skip
LAST = (
    "Abe", "Berg", "de la Cruz", "Díaz", "Eze", "Fischer", "García", "Haddad", "Ito", "Jansen",
    "Kaya", "Lopez", "Müller", "Nowak", "O'Neil", "Park", "Quist", "Rossi", "Sato", "Tran",
    "Ueda", "Vega", "Weiß", "Yılmaz",
)  # fmt: skip
HOSTILE = (*CHEATS, *ACCIDENTS)
KINDS = {"complete": 45, "partly right": 40, "hostile": 15}
"""In per cent."""
ANSWERS = {"right": 60, "wrong": 20, "empty": 20}
"""How a learner whose work is partly right answers an exercise, in per cent."""

WAYS = ("folder", "renamed", "zipped", "Moodle", "Canvas")


@dataclass(frozen=True)
class Homework:
    """A file that somebody hands in, and what it deserves.

    Attributes:
        kind: one of `KINDS`.
        path: below the folder of all submissions.
        score: the points that it has earned.
        ending: how its run ends, as the report says it.
        outcomes: for each exercise, its outcome and the misconception; empty for hostile ones.
    """

    learner: str
    lab: str
    kind: str
    path: str
    content: bytes = field(repr=False)
    score: float
    ending: str = "graded"
    outcomes: dict[str, tuple[Outcome, str]] = field(default_factory=dict)


def term(count: int, labs: tuple[str, ...], seed: int, small: bool = True) -> list[Homework]:
    """So many submissions, the labs in turn.

    Args:
        small: hand in labs with the small parameters of their header, as quick as in the tests.
    """
    rng = random.Random(seed)
    people = [f"{first} {last}" for first, last in itertools.product(FIRST, LAST)]
    rng.shuffle(people)
    sources = {part_of(path): read_lab(path) for path in lab_paths()}
    made = []
    for number, lab in zip(range(count), itertools.cycle(labs)):
        learner = people[number // len(labs) % len(people)]
        kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
        if kind == "hostile":
            made.append(_hostile(rng.choice(HOSTILE), f"Mallory {number}"))
        else:
            # The same for all of a learner's labs, as a learning platform would have it.
            way = random.Random(f"{seed} {learner}").choice(WAYS)
            made.append(honest(sources[lab], learner, kind, rng, small=small, way=way))
    return made


def write_term(homework: list[Homework], folder: Path) -> None:
    """Put every file where its path says."""
    for one in homework:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)


def wrong_grades(homework: list[Homework], results: list[dict[str, Any]]) -> list[str]:
    """A sentence for every grade in a report that is not the one that was deserved."""
    found = {(result["learner"], result["lab"]): result for result in results}
    strangers = found.keys() - {(one.learner, one.lab) for one in homework}
    wrong = [f"{who} · {lab}: graded, but nobody handed it in" for who, lab in strangers]
    for one in homework:
        who = f"{one.learner} · {one.lab} ({one.kind})"
        result = found.get((one.learner, one.lab))
        if result is None:
            wrong.append(f"{who}: no grade")
        elif (result["score"], result["ending"]) != (one.score, one.ending):
            got = f"{result['score']:g} points, {result['ending']} {result['reason']}"
            wrong.append(f"{who}: {got}; deserved {one.score:g}, {one.ending}")
        wrong += [
            f"{who}: {verdict['exercise']} is {verdict['outcome']} ({verdict['seen']}), "
            f"not {wanted.value}"
            for verdict, wanted, _ in _compared(one, result)
            if verdict["outcome"] != wanted.value
        ]
    return wrong


def other_diagnoses(homework: list[Homework], results: list[dict[str, Any]]) -> list[str]:
    """A sentence for every wrong answer that was taken for another misconception."""
    found = {(result["learner"], result["lab"]): result for result in results}
    return [
        f"{one.learner} · {one.lab}: {verdict['exercise']} is {verdict['diagnosis']}, not {wanted}"
        for one in homework
        for verdict, _, wanted in _compared(one, found.get((one.learner, one.lab)))
        if wanted and verdict["diagnosis"] != wanted
    ]


def _compared(
    one: Homework, result: dict[str, Any] | None
) -> list[tuple[dict[str, Any], Outcome, str]]:
    """Each verdict of an honest learner's result, with the outcome and misconception it is of."""
    verdicts = result["verdicts"] if result and one.outcomes else []
    return [(verdict, *one.outcomes[verdict["exercise"]]) for verdict in verdicts]


def honest(
    lab: LabSource,
    learner: str,
    kind: str,
    rng: random.Random,
    *,
    small: bool = False,
    way: str = "folder",
) -> Homework:
    """A lab with right answers or, if it is partly right, with some wrong and some missing ones."""
    notebook = empty(lab.name)
    outcomes: dict[str, tuple[Outcome, str]] = {}
    score = 0.0
    exercises = {exercise.id: exercise for exercise in exercises_of(lab.number)}
    for task in lab.tasks():
        exercise, source = exercises[task.exercise], lab.cells[task.cell].text
        how = "right" if kind == "complete" else rng.choices(*zip(*ANSWERS.items(), strict=True))[0]
        if how == "right":
            answered(notebook, exercise.id, region_text(source))
            outcomes[exercise.id] = Outcome.PASSED, ""
            score += exercise.points
        elif how == "wrong":
            diagnosis, answer = rng.choice(list(exercise.wrong_answers.items()))
            answered(notebook, exercise.id, fill_region(source, answer))
            outcomes[exercise.id] = Outcome.NOT_YET, diagnosis
        else:
            outcomes[exercise.id] = Outcome.NOT_ATTEMPTED, ""
    if small:
        make_small(notebook, lab)
    notebook["cells"].append(code(f"# {learner}"))
    path, content = _handed_in(notebook, lab, learner, way)
    return Homework(learner, lab.number, kind, path, content, score, outcomes=outcomes)


def _hostile(case: Case, learner: str) -> Homework:
    """A submission of the torture corpus under another name."""
    notebook = case.make()
    assert isinstance(notebook, dict)
    notebook["cells"].append(code(f"# {learner}"))
    file = Path(case.path).name
    path, content = f"{learner}/{file}", json.dumps(notebook).encode()
    return Homework(learner, file[:2], "hostile", path, content, case.score, case.ending)


def _handed_in(notebook: Notebook, lab: LabSource, learner: str, way: str) -> tuple[str, bytes]:
    """Where and as what the file arrives."""
    content, file = json.dumps(notebook).encode(), f"{lab.name}.ipynb"
    number = zlib.crc32(learner.encode()) % 10_000
    match way:
        case "folder":
            return f"{learner}/{file}", content
        case "renamed":
            return f"{learner}/my homework ({int(lab.number) + 1}).ipynb", content
        case "zipped":
            return f"{learner}/work {lab.number}.zip", _zipped(f"work/{file}", content)
        case "Moodle":
            return f"{learner}_{number}_assignsubmission_file_{file}", content
    return f"{learner}_{number}_{number + 1}_{file}", content


def _zipped(name: str, content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        # A date of its own would make each file another.
        file.writestr(zipfile.ZipInfo(name), content)
    return archive.getvalue()
