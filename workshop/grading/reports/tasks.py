"""What a lab asked, and what a learner wrote: the two sides of each exercise on a page."""

import re
from dataclasses import dataclass
from functools import cache

import mistune

from workshop.authoring.package_cell import package_cell
from workshop.grading.course import lab_of, plan, source_of
from workshop.grading.submissions import Submission
from workshop.regions import strip_solution
from workshop.source import LabSource


@dataclass(frozen=True)
class Task:
    """What was asked.

    Attributes:
        prose: the lab's words before the exercise, as HTML. The course wrote them, no learner.
        given: the code of the cell as it was handed out.
    """

    prose: str
    given: str


class _Prose(mistune.HTMLRenderer):
    """Markdown inside of a page that has headings of its own, and that loads nothing."""

    def heading(self, text: str, level: int, **attrs: object) -> str:
        return f"<p><strong>{text}</strong></p>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>{text}</em>"


@cache
def lab_title(number: str) -> str:
    """Such as `01 Data`."""
    return f"{number} {source_of(number).title}" if number != "script" else "The script"


@cache
def tasks_of(number: str) -> dict[str, Task]:
    """Exercise → what was asked, in the order of the lab."""
    source = source_of(number)
    markdown = mistune.create_markdown(renderer=_Prose(escape=True), plugins=["table"])
    return {
        task.exercise: Task(
            str(markdown(_prose_before(source, task.cell))),
            strip_solution(source.cells[task.cell].text),
        )
        for task in source.tasks()
    }


@cache
def given_cells(number: str) -> frozenset[str]:
    """The code cells that every learner gets, without blanks at their ends."""
    cells = [cell.text for cell in source_of(number).cells if cell.kind == "code"]
    return frozenset(text.strip() for text in (package_cell(number), *map(strip_solution, cells)))


def own_cells(submission: Submission) -> dict[str, list[str]]:
    """Exercise → the cells with a learner's answers to it; under no name, all other cells.

    Cells that are as they were handed out are nobody's own.
    """
    lab = lab_of(submission.lab)
    if lab is None or submission.notebook is None:
        return {}
    found: dict[str, list[str]] = {}
    for step in plan(submission.notebook, lab).steps:
        if step.source.strip() and step.source.strip() not in given_cells(lab.number):
            for exercise in [question.id for question in step.ask] or [""]:
                found.setdefault(exercise, []).append(step.source)
    return found


def _prose_before(source: LabSource, cell: int) -> str:
    """The last prose before a cell."""
    prose = [one.text for one in source.cells[:cell] if one.kind == "markdown"]
    return re.sub(r"<!--.*?-->", "", prose[-1], flags=re.S) if prose else ""
