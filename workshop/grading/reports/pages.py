"""HTML for people: a page for each learner, one for the class, one about what is alike.

Each page is one file that needs no other and no network, and can be read with a screen reader, in
the dark and on paper. Everything that a learner wrote goes through `safe_text` and is escaped by
Jinja; the pages forbid scripts, should something get through all the same.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workshop.card import Part, inline
from workshop.grading.reports.grades import Grade, by_learner
from workshop.grading.reports.safe_text import file_name, in_line, visible
from workshop.grading.reports.similarity import Similarity
from workshop.grading.reports.statistics import misconceptions_of, statistics_of
from workshop.grading.reports.tasks import Task, lab_title, own_cells, tasks_of
from workshop.grading.results import Ending
from workshop.verdict import GLYPHS, Outcome, Verdict

TEMPLATES = Path(__file__).with_name("templates")
LEARNERS = "learners"
"""The folder of the learners' pages, beside the class's page."""
MOST_ERRORS = 10


@dataclass(frozen=True)
class Answer:
    """One exercise on a learner's page: what was asked, what was made of it, what was written."""

    verdict: Verdict
    parts: tuple[Part, ...]
    task: Task | None
    cells: list[str]


@dataclass(frozen=True)
class LabPart:
    """One lab on a learner's page."""

    anchor: str
    title: str
    grade: Grade
    answers: list[Answer]
    errors: tuple[str, ...]


def learner_page(learner: str, grades: list[Grade]) -> str:
    """Everything that one learner should read, lab by lab."""
    parts = [_lab_part(number, grade) for number, grade in enumerate(grades)]
    return _render("learner.html", title=f"Feedback for {in_line(learner)}", parts=parts)


def class_page(grades: list[Grade]) -> str:
    """What the instructor looks at first."""
    labs = list(dict.fromkeys(grade.submission.lab for grade in grades))
    return _render(
        "class.html",
        title="The class",
        grades=grades,
        learners=by_learner(grades),
        labs=sorted(labs),
        statistics=statistics_of(grades),
        misconceptions=misconceptions_of(grades),
        stopped=[grade for grade in grades if grade.result.ending is not Ending.GRADED],
        unchecked=[
            (grade, verdict)
            for grade in grades
            if grade.result.ending is Ending.GRADED
            for verdict in grade.result.verdicts
            if verdict.outcome is Outcome.COULD_NOT_CHECK
        ],
    )


def similarity_page(similarity: Similarity) -> str:
    """Passages side by side, for the instructor alone."""
    return _render("similarity.html", title="Passages in common", similarity=similarity)


def page_of(learner: str) -> str:
    """The address of a learner's page, from that of the class."""
    return f"{LEARNERS}/{file_name(learner)}.html"


def _lab_part(number: int, grade: Grade) -> LabPart:
    lab = grade.submission.lab
    tasks = tasks_of(lab) if grade.result.verdicts else {}
    cells = own_cells(grade.submission) if grade.result.verdicts else {}
    answers = [
        Answer(
            verdict,
            verdict.card().parts,
            tasks.get(verdict.exercise),
            cells.get(verdict.exercise, []),
        )
        for verdict in grade.result.verdicts
    ]
    errors = grade.result.errors[:MOST_ERRORS]
    return LabPart(f"lab-{number + 1}", _title(lab), grade, answers, errors)


def _title(lab: str) -> str:
    return f"Lab {lab_title(lab)}" if lab else "A file of no known lab"


def _words(text: str) -> Markup:
    """Escaped, with `code` between backticks, as in a notebook."""
    return Markup(inline(visible(text)))


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": visible, "line": in_line, "words": _words, "page": page_of, "title_of": _title
    }  # fmt: skip
    environment.globals |= {"GLYPHS": GLYPHS, "Outcome": Outcome}
    return environment
