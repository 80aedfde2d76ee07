"""Who is who in the learning platform: a table that the instructor exports there.

Downloads tell names; gradebooks want numbers. Canvas's exported gradebook and Moodle's exported
grades or participants can be given as they are; a table of one's own needs a column `learner`.
"""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

Row = dict[str, str]
"""A person: the columns' names in lower case → what stands there."""

NAME_COLUMNS = ("learner", "student", "full name", "name")
FIRST, LAST = ("first name",), ("last name", "surname")
NO_PERSON = ("points possible", "student, test")
"""Rows that Canvas adds."""


class RosterError(ValueError):
    """The table cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Roster:
    """People by the exact name, by the name's letters, and by the platform's number."""

    exact: dict[str, Row]
    letters: dict[str, Row]
    numbers: dict[str, Row]

    def find(self, learner: str, number: str = "") -> Row | None:
        """The one person that this is; None if there is none, or more than one."""
        return (
            self.exact.get(learner)
            or self.numbers.get(number)
            or self.letters.get(letters_of(learner))
        )


EMPTY = Roster({}, {}, {})


def read_roster(path: Path) -> Roster:
    """Read a CSV file (commas, semicolons or tabs).

    Raises:
        RosterError: if it cannot be read or has no column with names.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RosterError(f"{path} cannot be read: {error}") from error
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [_row(row) for row in csv.DictReader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise RosterError(f"{path} is no CSV file: {error}") from error
    if not any(map(_name, rows)):
        raise RosterError(
            f"{path} names nobody. It needs a column `learner` with the names as in grades.csv; "
            "or give the gradebook that Canvas or Moodle exports."
        )
    return _roster([row for row in rows if _name(row) and _name(row).lower() not in NO_PERSON])


def letters_of(name: str) -> str:
    """`Lovelace, Ada` → `lovelaceada`, as Canvas names files."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _roster(rows: list[Row]) -> Roster:
    exact: dict[str, list[Row]] = defaultdict(list)
    letters: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        exact[_name(row)].append(row)
        for spelling in _spellings(_name(row)):
            letters[spelling].append(row)
    numbers = {row["id"]: row for row in rows if row.get("id")}
    return Roster(_single(exact), _single(letters), numbers)


def _single(found: dict[str, list[Row]]) -> dict[str, Row]:
    """Only whom a name tells for certain."""
    return {name: rows[0] for name, rows in found.items() if name and len(rows) == 1}


def _spellings(name: str) -> set[str]:
    """First name first, and last name first."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.strip().rpartition(" ")
    return {letters_of(name), letters_of(first + last), letters_of(last + first)}


def _row(row: dict[str | None, str | list[str] | None]) -> Row:
    return {
        re.sub(r"\s+", " ", column.strip().lower()): cell.strip()
        for column, cell in row.items()
        if isinstance(column, str) and isinstance(cell, str)
    }


def _name(row: Row) -> str:
    for column in NAME_COLUMNS:
        if row.get(column):
            return row[column]
    first, last = (next((row[c] for c in some if c in row), "") for some in (FIRST, LAST))
    return f"{first} {last}".strip()
