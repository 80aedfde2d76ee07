"""Insert, or change what is there: in SQL."""

import sqlite3
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab09.databases import empty_database
from workshop.exercises.lab09.keeping import CORRECT, READ_BACK, again, misuse_of, rows_of
from workshop.exercises.observe import observe_value
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

INSERT = """INSERT INTO predictions (picture, model, scan, digit, confidence)
VALUES (?, ?, ?, ?, ?)"""
CONFLICT = """
ON CONFLICT (picture, model) DO UPDATE
SET scan = excluded.scan, digit = excluded.digit, confidence = excluded.confidence"""
UPDATE = """UPDATE predictions
SET picture = ?, model = ?, scan = ?, digit = ?, confidence = ?"""
EXAMPLE = "`… ON CONFLICT (picture, model) DO UPDATE SET digit = excluded.digit, …`"


def _answer(sql: str) -> str:
    return f'UPSERT = """\n{sql}\n"""'


class Upsert(Exercise):
    id = "09-upsert"
    title = "Insert, or change what is there"
    hints = (
        "It begins as any insert, with the names of the five columns that the job knows, and five "
        "question marks.",
        "Behind it: `ON CONFLICT (…)` with the columns of the key, then `DO UPDATE SET`.",
        "`SET scan = excluded.scan, digit = excluded.digit, confidence = excluded.confidence`.",
    )
    wrong_answers = {
        "stops-at-the-second": _answer(INSERT),
        "keeps-the-old": _answer(INSERT + "\nON CONFLICT DO NOTHING"),
        "correction-lost": _answer(INSERT.replace("INSERT", "INSERT OR REPLACE")),
        "set-to-itself": _answer(INSERT + CONFLICT.replace("excluded.", "")),
        "half-updated": _answer(
            INSERT + CONFLICT.replace(", confidence = excluded.confidence", "")
        ),
        "old-scan": _answer(INSERT + CONFLICT.replace("scan = excluded.scan, ", "")),
        "columns-mixed": _answer(INSERT.replace("scan, digit", "digit, scan") + CONFLICT),
        "not-a-statement": _answer(INSERT + CONFLICT.replace("(picture, model)", "(picture)")),
        "other-number-of-rows": _answer(UPDATE),
        "five-places": _answer(INSERT.replace("?, ?, ?, ?, ?", "?, ?, ?, ?") + CONFLICT),
        "not-text": "UPSERT = None or 5",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        digits = rng.permutation(9)
        return {"digits": digits[:3].tolist(), "second": int(digits[3])}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, str):
            return {"answer": observe_value(answer)}
        with empty_database() as database:
            told = {
                "first": _stopped(database, answer, rows_of(inputs)),
                "again": "",
            }
            if not told["first"]:
                database.execute(CORRECT)
                told["again"] = _stopped(database, answer, [again(inputs)])
            rows = [list(row) for row in database.execute(READ_BACK)]
        return {"text": answer, "told": told | {"rows": rows}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "told" not in data:
            return not_yet(
                "not-text",
                f"`UPSERT` is of the type `{type(data.get('answer')).__name__}`, and not text.",
                "SQL is handed over as text, with a `?` for each value that comes later.",
                '`UPSERT = """INSERT INTO …"""`.',
            )
        first = data["told"]["first"]
        if "bindings" in first or "values for" in first:
            return not_yet(
                "five-places",
                f"SQLite says: `{first[:120]}`",
                "each row that the job hands over has five values: picture, model, scan, digit, "
                "confidence. Each needs a column and a `?`.",
                "name five columns, and write five question marks.",
            )
        if wrong := misuse_of(inputs, data["told"], data["text"], EXAMPLE):
            return wrong
        return passed(
            "new rows came in, the known one took the new answer, and the correction is still "
            "there.",
            "values go through `?` and never into the text. So no value can become part of the "
            "sentence (SQL injection).",
        )


def _stopped(database: sqlite3.Connection, sql: str, rows: list[tuple[object, ...]]) -> str:
    """Why the rows were not stored; "" if they were."""
    try:
        with database:
            database.executemany(sql, rows)
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        return str(error) or type(error).__name__
    return ""
