"""Results for people and programs: `grades.csv`, a row per learner and lab, and `results.json`."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path

from workshop.files import write_whole
from workshop.grading.results import Result
from workshop.grading.submissions import Submission

COLUMNS = ("learner", "lab", "score", "max", "outcome")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, if it stands first in a cell."""
SCHEMA = 1


@dataclass(frozen=True)
class Grade:
    """A submission and what came of it."""

    submission: Submission
    result: Result


def best_of_each(grades: list[Grade]) -> list[Grade]:
    """One grade for each learner and lab: the best, where somebody handed in several files."""
    best: dict[tuple[str, str], Grade] = {}
    for grade in grades:
        key = grade.submission.learner, grade.submission.lab
        if key not in best or grade.result.score > best[key].result.score:
            best[key] = grade
    return list(best.values())


def write_reports(grades: list[Grade], folder: Path) -> None:
    """Write every report into a folder; each file is replaced whole."""
    write_whole(folder / "grades.csv", grades_csv(best_of_each(grades)).encode("utf-8"))
    write_whole(folder / "results.json", results_json(grades))


def grades_csv(grades: list[Grade]) -> str:
    """RFC 4180: quoted where needed, lines end with CR LF; no cell begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for grade in grades:
        one, result = grade.submission, grade.result
        row = (one.learner, one.lab, f"{result.score:g}", f"{result.most:g}", result.ending.value)
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def results_json(grades: list[Grade]) -> str:
    """Everything that is known of each submission, without private inputs and seeds."""
    listed = [
        {
            "learner": grade.submission.learner,
            "lab": grade.submission.lab,
            "path": grade.submission.path,
            "sha256": grade.submission.digest,
            **grade.result.to_json(),
        }
        for grade in grades
    ]
    return json.dumps({"schema": SCHEMA, "results": listed}, indent=1) + "\n"
