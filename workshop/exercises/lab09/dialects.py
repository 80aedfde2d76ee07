"""Insert, or change what is there: in SQLAlchemy, for every database that has it."""

from typing import Any

import numpy as np
from sqlalchemy import REAL, Column, Integer, MetaData, String, Table, create_engine, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from workshop.exercises.base import Exercise
from workshop.exercises.lab09.databases import COLUMNS
from workshop.exercises.lab09.keeping import CORRECT, READ_BACK, again, misuse_of, rows_of
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

NAMES = '("scan", "digit", "confidence")'
ANSWER = f"""\
new = {{name: insert.excluded[name] for name in {NAMES}}}
return insert.on_conflict_do_update(index_elements=["picture", "model"], set_=new)"""
EXAMPLE = (
    '`insert.on_conflict_do_update(index_elements=["picture", "model"], '
    'set_={"digit": insert.excluded["digit"], …})`'
)


class Statement(Exercise):
    id = "09-statement"
    title = "One upsert for two databases"
    hints = (
        '`insert.excluded["digit"]` is what you called `excluded.digit` in SQL. You need it for '
        "three columns: a dictionary.",
        "`index_elements` are the columns of the key, `set_` is the dictionary: "
        '`insert.on_conflict_do_update(index_elements=["picture", "model"], set_=…)`.',
        "The method gives a new statement and leaves the old one as it was. Return the new one.",
    )
    wrong_answers = {
        "stops-at-the-second": ANSWER.replace("return insert.", "insert.") + "\nreturn insert",
        "keeps-the-old": "return insert.on_conflict_do_nothing()",
        "correction-lost": ANSWER.replace(NAMES, NAMES.replace("(", '("corrected", ')),
        "set-to-itself": ANSWER.replace("excluded", "table.c"),
        "half-updated": ANSWER.replace(', "confidence"', ""),
        "old-scan": ANSWER.replace('"scan", ', ""),
        "only-for-sqlite": "return insert.prefix_with('OR REPLACE')",
        "not-a-statement": ANSWER.replace('["picture", "model"]', '["picture"]'),
        "text-not-statement": 'return "INSERT … ON CONFLICT …"',
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        digits = rng.permutation(9)
        return {"digits": digits[:3].tolist(), "second": int(digits[3])}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"told": call(answer)}
        return {"told": observe(lambda: _told(answer, inputs))}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        told = data["told"]
        if not told["statement"]:
            return not_yet(
                "text-not-statement",
                f"I got a `{told['kind']}`, which is no statement of SQLAlchemy's.",
                "a statement knows its table and its columns, and is put into words only when the "
                "database is known.",
                EXAMPLE,
            )
        if "OR REPLACE" in told["postgresql"]:
            return not_yet(
                "only-for-sqlite",
                f"for PostgreSQL this becomes `{told['postgresql'][:60]}…`",
                "PostgreSQL has no `INSERT OR REPLACE`, and would stop.",
                EXAMPLE,
            )
        if wrong := misuse_of(inputs, told, told["postgresql"], EXAMPLE):
            return wrong
        return passed(
            "the same upsert, in two databases' words; in SQLite it did what it should.",
            "tested here was SQLite alone. A database is never quite like another: whoever uses "
            "PostgreSQL tests with PostgreSQL.",
        )


def _table() -> Table:
    kinds = (String, String, Integer, Integer, REAL, Integer)
    return Table(
        "predictions",
        MetaData(),
        *(
            Column(name, kind, primary_key=name in ("picture", "model"))
            for name, kind in zip(COLUMNS, kinds, strict=True)
        ),
    )


def _told(answer: Any, inputs: Data) -> Any:
    table = _table()
    statement = answer(sqlite.insert(table))
    if statement is None:
        return None
    told = {"statement": isinstance(statement, sqlite.Insert), "kind": type(statement).__name__}
    if not told["statement"]:
        return told
    other = answer(postgresql.insert(table))
    # SQLAlchemy's types say nothing about what a dialect's class takes.
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    told["postgresql"] = str(other.compile(dialect=dialect))
    engine = create_engine("sqlite://")
    table.create(engine)
    names = COLUMNS[:5]
    first = [dict(zip(names, row, strict=True)) for row in rows_of(inputs)]
    told["first"] = _stopped(engine, statement, first)
    told["again"] = ""
    with engine.begin() as connection:
        connection.execute(text(CORRECT))
    if not told["first"]:
        row = dict(zip(names, again(inputs), strict=True))
        told["again"] = _stopped(engine, statement, [row])
    with engine.connect() as connection:
        told["rows"] = [list(row) for row in connection.execute(text(READ_BACK))]
    engine.dispose()
    return told


def _stopped(engine: Any, statement: Any, rows: list[dict[str, object]]) -> str:
    try:
        with engine.begin() as connection:
            connection.execute(statement, rows)
    except SQLAlchemyError as error:
        return str(getattr(error, "orig", None) or error)
    return ""
