"""Grades for Canvas's and Moodle's gradebooks: a row for each learner, a column for each lab.

What was refused leaves its cell empty, as if nothing had been handed in: both platforms keep what
stands there already. A zero that nobody has earned would be worse than a gap that somebody sees.
"""

import re

from workshop.grading.naming import CANVAS, MOODLE
from workshop.grading.reports.grades import Grade, by_learner
from workshop.grading.reports.roster import EMPTY, Roster, Row
from workshop.grading.reports.tables import csv_text
from workshop.grading.reports.tasks import lab_title
from workshop.grading.results import Ending

CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
MOODLE_COLUMNS = ("Full name", "Identifier", "Username", "ID number", "Email address")


def canvas_csv(grades: list[Grade], roster: Roster = EMPTY) -> str:
    """Canvas ▸ Grades ▸ Import. The second row holds the points of a faultless lab."""
    labs = _labs(grades)
    rows = [["Points Possible", "", "", "", "", *(f"{most:g}" for most in labs.values())]]
    for learner, listed in by_learner(grades).items():
        number = _number(listed, CANVAS)
        row = roster.find(learner, number) or {}
        who = [
            row.get("student") or learner,
            row.get("id") or number,
            *(row.get(column.lower(), "") for column in CANVAS_COLUMNS[2:]),
        ]
        rows.append([*who, *_scores(listed, list(labs))])
    return csv_text((*CANVAS_COLUMNS, *map(lab_title, labs)), rows)


def moodle_csv(grades: list[Grade], roster: Roster = EMPTY) -> str:
    """Moodle ▸ Grades ▸ Import ▸ CSV file. Which column tells the person is chosen there."""
    labs = list(_labs(grades))
    rows: list[list[str]] = []
    for learner, listed in by_learner(grades).items():
        number = _number(listed, MOODLE)
        row: Row = roster.find(learner) or {}
        who = [
            learner,
            f"Participant {number}" if number else "",
            *(row.get(column.lower(), "") for column in MOODLE_COLUMNS[2:]),
        ]
        rows.append([*who, *_scores(listed, labs)])
    return csv_text((*MOODLE_COLUMNS, *map(lab_title, labs)), rows)


def unknown_to(roster: Roster, grades: list[Grade]) -> list[str]:
    """The learners that a roster does not tell for certain."""
    return [
        learner
        for learner, listed in by_learner(grades).items()
        if roster.find(learner, _number(listed, CANVAS)) is None
    ]


def _labs(grades: list[Grade]) -> dict[str, float]:
    """The labs of a class and the points of each; what no lab is known of has no column."""
    found = {one.submission.lab: one.result.most for one in grades if one.submission.lab}
    return dict(sorted(found.items()))


def _scores(grades: list[Grade], labs: list[str]) -> list[str]:
    earned = {
        grade.submission.lab: f"{grade.result.score:g}"
        for grade in grades
        if grade.result.ending is not Ending.REFUSED
    }
    return [earned.get(lab, "") for lab in labs]


def _number(grades: list[Grade], platform: re.Pattern[str]) -> str:
    """The number that a platform has written into the name of a downloaded file."""
    found = [platform.match(grade.submission.path.split("/")[0]) for grade in grades]
    return next((match["id"] for match in found if match), "")
