"""The key of the table decides what is the same prediction."""

import sqlite3
from typing import Any

from workshop.exercises.base import Exercise
from workshop.exercises.lab09.databases import COLUMNS
from workshop.exercises.observe import observe_value
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FIRST = ("aa", "v1", 3, 7, 0.9)
OTHERS = {
    "the same": FIRST,
    "another answer": ("aa", "v1", 3, 1, 0.8),
    "another number": ("aa", "v1", 4, 7, 0.9),
    "another model": ("aa", "v2", 3, 7, 0.9),
    "another picture": ("bb", "v1", 3, 7, 0.9),
}
MUST_BE_REFUSED = ("the same", "another answer", "another number")
ANSWER = '''TABLE = """
CREATE TABLE IF NOT EXISTS predictions (
    picture TEXT,
    model TEXT,
    scan INTEGER,
    digit INTEGER,
    confidence REAL,
    corrected INTEGER,
    PRIMARY KEY (picture, model)
)
"""'''
KEY = ",\n    PRIMARY KEY (picture, model)"


class TableKey(Exercise):
    id = "09-table"
    title = "A table that cannot hold it twice"
    hints = (
        "Some columns say which prediction it is, others how it turned out. Only the first kind "
        "belongs to the key.",
        "The same picture under another number is the same picture. The same picture, read by "
        "another model, is another prediction.",
        "As the last line, behind a comma: `PRIMARY KEY (picture, model)`.",
    )
    wrong_answers = {
        "no-key": ANSWER.replace(KEY, ""),
        "answer-in-the-key": ANSWER.replace("(picture, model)", "(picture, model, digit)"),
        "scan-in-the-key": ANSWER.replace("(picture, model)", "(picture, model, scan)"),
        "model-forgotten": ANSWER.replace("(picture, model)", "(picture)"),
        "picture-forgotten": ANSWER.replace("(picture, model)", "(scan, model)"),
        "only-the-first-night": ANSWER.replace("IF NOT EXISTS ", ""),
        "column-missing": ANSWER.replace("    corrected INTEGER,\n", ""),
        "other-table": ANSWER.replace("predictions", "results"),
        "not-sql": ANSWER.replace("PRIMARY KEY (", "PRIMARY KEY "),
        "two-keys": ANSWER.replace(KEY, "").replace(" TEXT", " TEXT PRIMARY KEY"),
        "two-sentences": ANSWER.replace("CREATE", "DROP TABLE IF EXISTS predictions;\nCREATE"),
        "takes-nothing": ANSWER.replace("corrected INTEGER", "corrected INTEGER NOT NULL"),
        "not-text": "TABLE = ['picture', 'model']",
    }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, str):
            return {"answer": observe_value(answer)}
        return {"tried": _tried(answer)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "tried" not in data:
            return not_yet(
                "not-text",
                f"`TABLE` is of the type `{type(data.get('answer')).__name__}`, and not text.",
                "SQL is a language of its own; Python hands its sentences over as text.",
                '`TABLE = """CREATE TABLE …"""`.',
            )
        tried = data["tried"]
        if wrong := self._form(tried):
            return wrong
        stored = tried["stored"]
        twice = [name for name in MUST_BE_REFUSED if stored[name]]
        if twice or not stored["another model"] or not stored["another picture"]:
            return self._key(stored, twice)
        return passed(
            "the same picture and the same model: refused. Another picture or another model: "
            "taken.",
            "no program has to be careful any more. A job may forget where it was; the table "
            "cannot hold a prediction twice.",
        )

    def _form(self, tried: Any) -> Verdict | None:
        if "more than one primary key" in tried["error"]:
            return not_yet(
                "two-keys",
                f"SQLite stopped at your text: `{tried['error'][:120]}`",
                "behind a column, `PRIMARY KEY` makes this column alone the key. A table has only "
                "one key, but a key may have several columns.",
                "write it once, as the last line: `PRIMARY KEY (…, …)`.",
            )
        if "one statement" in tried["error"]:
            return not_yet(
                "two-sentences",
                "there is more than one sentence in your text.",
                "the job hands over one at a time. And a `DROP TABLE` in front would throw away "
                "every night what was stored the night before.",
                "leave only `CREATE TABLE IF NOT EXISTS predictions (…)`.",
            )
        if tried["error"]:
            return not_yet(
                "not-sql",
                f"SQLite stopped at your text: `{tried['error'][:120]}`",
                "the word that it names is where it lost the thread; the mistake is there or just "
                "before.",
                "commas stand between the lines, none behind the last. The columns of a key stand "
                "in parentheses.",
            )
        if not tried["columns"]:
            return not_yet(
                "other-table",
                "there is no table `predictions` afterwards.",
                "whoever reads or writes it has to know its name.",
                "`CREATE TABLE IF NOT EXISTS predictions (…)`.",
            )
        missing = [name for name in COLUMNS if name not in tried["columns"]]
        if missing:
            return not_yet(
                "column-missing",
                f"the table has no column `{missing[0]}`.",
                "the job and the people in the morning write and read all six.",
                f"add a line for it: {', '.join(COLUMNS)}.",
            )
        if tried["refused"]:
            return not_yet(
                "takes-nothing",
                f"not even one row can be stored: `{tried['refused'][:80]}`",
                "when a picture is scored, nobody has corrected it yet: that column stays empty "
                "(`NULL`).",
                "leave `NOT NULL` and `CHECK` out, at least for `corrected`.",
            )
        if tried["second"]:
            return not_yet(
                "only-the-first-night",
                f"run a second time, your text stops with `{tried['second'][:80]}`",
                "the job makes its table at its start, every night.",
                "`CREATE TABLE IF NOT EXISTS predictions (…)`.",
            )
        return None

    def _key(self, stored: dict[str, bool], twice: list[str]) -> Verdict:
        if "the same" in twice:
            return not_yet(
                "no-key",
                "the very same row was stored a second time.",
                "nothing tells the table which columns make a prediction the same. A number that "
                "counts up, such as `id`, is new each time, so it forbids nothing.",
                "add a last line: `PRIMARY KEY (…)`, with the columns that say which prediction "
                "it is.",
            )
        if not stored["another model"]:
            return not_yet(
                "model-forgotten",
                "the same picture, read by another model, was refused.",
                "then a new model's answers replace the old one's. Nobody could compare the two, "
                "or say which of them had read a form of last month.",
                "put `model` into the key, too.",
            )
        if not stored["another picture"]:
            return not_yet(
                "picture-forgotten",
                "another picture with the number 3 was refused.",
                "numbers begin again with every file: tomorrow's scan 3 is another picture.",
                "the fingerprint says which picture it is: `picture`, not `scan`.",
            )
        if "another answer" in twice:
            return not_yet(
                "answer-in-the-key",
                "the same picture and model, with another answer, was stored beside the first.",
                "now one picture is a 7 and a 1 at once, and counts twice.",
                "what came out of the network is no part of the key.",
            )
        return not_yet(
            "scan-in-the-key",
            "the same picture and model were stored again, under another number.",
            "if the scanner sends a form twice, or a file is sorted anew, the number changes and "
            "the picture does not.",
            "leave `scan` out of the key.",
        )


def _tried(sql: str) -> Data:
    """What the table does with rows that are like the first, in one way or another."""
    told: Data = {"error": "", "second": "", "refused": "", "columns": [], "stored": {}}
    for name, row in OTHERS.items():
        database = sqlite3.connect(":memory:")
        try:
            database.execute(sql)  # as the lab does: one sentence
            told["columns"] = [
                column[1] for column in database.execute("PRAGMA table_info(predictions)")
            ]
            if not all(column in told["columns"] for column in COLUMNS):
                return told
            told["refused"] = _refused(database, FIRST)
            told["stored"][name] = not _refused(database, row)
            try:
                database.execute(sql)
            except sqlite3.Error as error:
                told["second"] = str(error)
        except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
            return told | {"error": str(error)}
        finally:
            database.close()
    return told


def _refused(database: sqlite3.Connection, row: tuple[object, ...]) -> str:
    """Why a row was not stored; "" if it was."""
    names = ", ".join(COLUMNS[: len(row)])
    try:
        with database:
            database.execute(f"INSERT INTO predictions ({names}) VALUES (?, ?, ?, ?, ?)", row)
    except sqlite3.IntegrityError as error:
        return str(error)
    return ""
