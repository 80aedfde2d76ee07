"""What was asked: the exercises of a lab, and where in a learner's notebook their answers stand.

Which expression is the answer is said by the course's own lab, never by the learner's copy of it.
"""

import ast
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of, parts_with_exercises
from workshop.grading.notebook import Cell, Notebook
from workshop.source import LabSource, lab_paths, part_of, read_lab, read_script

MOST_ATTEMPTS = 6
"""The last so many places where an exercise is answered count, so that nobody passes by guessing.
One answer with its check makes two."""
MAGIC = re.compile(r"^\s*[%!?].*$", re.M)


@dataclass(frozen=True)
class Question:
    """An exercise as a lab asks it.

    `answer` is the expression that the lab's check is given; `names` are its names; `reference` is
    the cell with the course's own answer.
    """

    exercise: Exercise
    answer: str
    names: frozenset[str]
    reference: str

    @property
    def id(self) -> str:
        """Such as `01-normalise`."""
        return self.exercise.id


@dataclass(frozen=True)
class Lab:
    """A lab as its grader knows it.

    `setup` is its first code cell; `code_cells` are the names of the cells that hold code there.
    """

    number: str
    questions: tuple[Question, ...]
    setup: str
    code_cells: frozenset[str]

    @property
    def points(self) -> float:
        """What a faultless notebook earns."""
        return sum(question.exercise.points for question in self.questions)


@dataclass(frozen=True)
class Step:
    """A cell to run, and the exercises to ask about when it has run."""

    source: str
    ask: tuple[Question, ...] = ()


@dataclass
class Plan:
    """The steps of one notebook. `left` counts, for each exercise, the steps that still ask."""

    steps: tuple[Step, ...]
    left: dict[str, int] = field(default_factory=dict)


@cache
def lab_of(number: str) -> Lab | None:
    """The lab with this number, or the script track; None if there is none."""
    if number not in parts_with_exercises():
        return None
    source = source_of(number)
    exercises = {exercise.id: exercise for exercise in exercises_of(number)}
    questions = tuple(
        Question(
            exercises[task.exercise],
            task.answer,
            frozenset(n.id for n in ast.walk(ast.parse(task.answer)) if isinstance(n, ast.Name)),
            source.cells[task.cell].text,
        )
        for task in source.tasks()
    )
    code = [index for index, cell in enumerate(source.cells) if cell.kind == "code"]
    names = {f"{number}-setup", *(f"{number}-cell-{index + 1:02}" for index in code)}
    names |= {name for question in questions for name in (question.id, f"{question.id}-check")}
    setup = source.cells[code[0]].text if number != "script" else ""
    return Lab(number, questions, setup, frozenset(names))


def plan(notebook: Notebook, lab: Lab) -> Plan:
    """Decide what is run, and after which cells which exercise is asked about.

    The course's own first cell runs first: notebooks often work only because of what their kernel
    still remembers. A code cell that has become text is run all the same.
    """
    sources = [cell.source for cell in notebook.cells if _holds_code(cell, lab)]
    asked = [[q for q in lab.questions if answers(source, q)] for source in sources]
    left = dict.fromkeys((question.id for question in lab.questions), 0)
    for questions in reversed(asked):
        for question in list(questions):
            if left[question.id] == MOST_ATTEMPTS:
                questions.remove(question)
            else:
                left[question.id] += 1
    steps = [Step(s, tuple(questions)) for s, questions in zip(sources, asked, strict=True)]
    return Plan((Step(lab.setup), *steps) if lab.setup else tuple(steps), left)


def answers(source: str, question: Question) -> bool:
    """Whether a cell answers an exercise: it checks it, or it binds a name of the answer."""
    name = re.escape(question.exercise.name)
    if re.search(rf"\.\s*{name}\s*\.\s*(check|require)\b", source):
        return True
    if re.search(rf"\.\s*{name}\s*\.\s*or_reference\b", source):
        return False
    return bool(_bound_names(source) & question.names)


def _holds_code(cell: Cell, lab: Lab) -> bool:
    return cell.kind == "code" or bool(cell.names & lab.code_cells)


@lru_cache(maxsize=16)  # each cell is asked about once for every exercise of its lab
def _bound_names(source: str) -> frozenset[str]:
    """The names that a cell binds; where it does not parse, all of its words."""
    try:
        tree = ast.parse(MAGIC.sub("", source))
        nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset(re.findall(r"\w+", source))
    names = frozenset(node.id for node in nodes if isinstance(node, ast.Name) and _stores(node))
    return names | {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }


def _stores(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


@cache
def source_of(number: str) -> LabSource:
    """The source of a lab, or of the script track."""
    if number == "script":
        return read_script()
    return next(read_lab(path) for path in lab_paths() if part_of(path) == number)
