"""CSV files that spreadsheets and learning platforms read, and that nothing computes."""

import csv
import io
from collections.abc import Iterable

from workshop.grading.reports.grades import Grade

COLUMNS = ("learner", "lab", "score", "max", "outcome")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, if it stands first in a cell."""


def grades_csv(grades: list[Grade]) -> str:
    """A row for each learner and lab."""
    return csv_text(
        COLUMNS,
        (
            (
                grade.submission.learner,
                grade.submission.lab,
                f"{grade.result.score:g}",
                f"{grade.result.most:g}",
                grade.result.ending.value,
            )
            for grade in grades
        ),
    )


def csv_text(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """RFC 4180: lines end with CR LF; no cell begins a formula.

    Every cell of a row is quoted: a spreadsheet that splits at semicolons must not find the
    beginning of a formula in the middle of a name.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(columns)
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell
