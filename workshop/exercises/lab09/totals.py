"""A report in SQL: how many of each digit, and how sure, for one model."""

from typing import Any

import duckdb
import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import observe_value
from workshop.exercises.plain import Data
from workshop.scoring.offline import offline_duckdb
from workshop.verdict import Verdict, not_yet, passed

CLASSES = 4
OURS, OTHER = "new", "old"
COLUMNS = ("picture", "model", "scan", "digit", "confidence", "corrected")
QUERY = """\
SELECT digit, count(*), avg(confidence)
FROM predictions
WHERE model = ?
GROUP BY digit
ORDER BY digit"""
EXAMPLE = "in this order: `SELECT …`, `FROM …`, `WHERE …`, `GROUP BY …`, `ORDER BY …`."


def _answer(query: str) -> str:
    return f'PER_DIGIT = """\n{query}\n"""'


class PerDigit(Exercise):
    id = "09-per-digit"
    title = "How many of each, and how sure"
    hints = (
        "Three columns after `SELECT`: `digit`, `count(*)` and `avg(confidence)`. `GROUP BY digit` "
        "makes one row for each digit.",
        "Two models have read every picture. `WHERE model = ?` keeps one of them; it stands before "
        "`GROUP BY`.",
        "At the end `ORDER BY digit`. Without it, a database may give the rows in any order.",
    )
    wrong_answers = {
        "both-models": _answer(QUERY.replace("WHERE model = ?\n", "")),
        "model-written-in": _answer(QUERY.replace("= ?", "= 'v1'")),
        "not-in-order": _answer(QUERY.replace("BY digit\nORDER BY digit", "BY digit ORDER BY 2")),
        "sum-not-mean": _answer(QUERY.replace("avg", "sum")),
        "largest-not-mean": _answer(QUERY.replace("avg", "max")),
        "columns-exchanged": _answer(
            QUERY.replace("count(*), avg(confidence)", "avg(confidence), count(*)")
        ),
        "one-for-all": _answer(
            "SELECT 0, count(*), avg(confidence) FROM predictions WHERE model = ?"
        ),
        "not-sql": _answer(QUERY.replace("GROUP BY digit\n", "")),
        "other-totals": _answer(QUERY.replace("count(*)", "count(*) + 1")),
        "not-text": "PER_DIGIT = ['digit', 'count', 'confidence']",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # So many of each that neither their counts nor the rows come in the order of the digits.
        counts = np.array([9, 5, 8, 6]) + rng.integers(0, 2)
        digits = rng.permutation(np.repeat(np.arange(CLASSES), counts))
        return {
            "digits": digits.tolist(),
            "others": rng.integers(0, CLASSES, len(digits)).tolist(),
            "confidences": rng.uniform(0.3, 0.99, (2, len(digits))).round(3),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not isinstance(answer, str):
            return {"answer": observe_value(answer)}
        return {"told": _told(answer, inputs)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "told" not in data:
            return not_yet(
                "not-text",
                f"`PER_DIGIT` is of the type `{type(data.get('answer')).__name__}`, and not text.",
                "DuckDB takes SQL as text, as SQLite does.",
                '`PER_DIGIT = """SELECT …"""`.',
            )
        told = data["told"]
        if told["error"]:
            return not_yet(
                "not-sql",
                f"DuckDB stopped: `{told['error'][:140]}`",
                "it names what it did not understand. If it speaks of `GROUP BY`: each column that "
                "is neither counted nor averaged has to be in it.",
                EXAMPLE,
            )
        rows, wanted = told["rows"], _totals(inputs, (OURS,))
        if _same(rows, wanted):
            return passed(
                f"{sum(row[1] for row in rows)} predictions of one model, in {CLASSES} groups.",
                "a database adds up where the rows are. Only four numbers came back to Python, "
                "not every row.",
            )
        return self._named(inputs, rows, wanted) or not_yet(
            "other-totals",
            f"your first row is {_shown(rows[:1])}; it should be {_shown(wanted[:1])}.",
            "one row for each digit: the digit, how many, the mean confidence.",
            EXAMPLE,
        )

    def _named(self, inputs: Data, rows: list[Any], wanted: list[Any]) -> Verdict | None:
        both = _totals(inputs, (OURS, OTHER))
        if not rows:
            return not_yet(
                "model-written-in",
                "with the model that I asked about, your query finds nothing.",
                "a version that stands in the query is wrong after the next training. A `?` is "
                "filled in when the query runs.",
                "`WHERE model = ?`, without quotation marks.",
            )
        if _same(rows, both) or sum(_count(row) for row in rows) == 2 * len(inputs["digits"]):
            return not_yet(
                "both-models",
                f"your counts add up to {2 * len(inputs['digits'])}; there are "
                f"{len(inputs['digits'])} pictures.",
                "two models have read each picture, and each answer is a row. So the double "
                "counting is back, though the table is right.",
                "`WHERE model = ?`.",
            )
        if len(rows) == 1:
            return not_yet(
                "one-for-all",
                f"I got one row, {_shown(rows)}.",
                "without groups, everything is added up into one.",
                "`GROUP BY digit`.",
            )
        for name, change in (("sum-not-mean", sum), ("largest-not-mean", max)):
            if _same(rows, _totals(inputs, (OURS,), change)):
                return self._third(name, rows)
        if _same([[row[0], *row[:0:-1]] for row in rows], wanted):
            return not_yet(
                "columns-exchanged",
                f"your first row is {_shown(rows[:1])}.",
                "the lab reads the columns by their places: digit, count, mean confidence.",
                "put `count(*)` before `avg(confidence)`.",
            )
        if _same(sorted(rows), wanted):
            return not_yet(
                "not-in-order",
                f"the digits come in the order {[row[0] for row in rows]}.",
                "two reports can be compared line by line only if their lines come in one order.",
                "end with `ORDER BY digit`.",
            )
        return None

    def _third(self, name: str, rows: list[Any]) -> Verdict:
        seen = f"your third column begins with {rows[0][2]:.3f}."
        if name == "sum-not-mean":
            return not_yet(
                "sum-not-mean",
                seen,
                "that is the sum of the confidences. No probability is above 1.",
                "`avg(confidence)`.",
            )
        return not_yet(
            "largest-not-mean",
            seen,
            "that is the surest one of each digit. Nearly every digit has one near 1.",
            "`avg(confidence)`.",
        )


def _told(query: str, inputs: Data) -> Data:
    """What DuckDB answers, with the model as the only parameter if the query has a place for it."""
    connection = offline_duckdb()
    try:
        connection.execute(
            "CREATE TABLE predictions (picture VARCHAR, model VARCHAR, scan INTEGER, "
            "digit INTEGER, confidence DOUBLE, corrected INTEGER)"
        )
        for model, digits, confidences in zip(
            (OURS, OTHER), (inputs["digits"], inputs["others"]), inputs["confidences"], strict=True
        ):
            rows = [
                (f"{scan:04}", model, scan, digit, float(confidence), None)
                for scan, (digit, confidence) in enumerate(zip(digits, confidences, strict=True))
            ]
            connection.executemany("INSERT INTO predictions VALUES (?, ?, ?, ?, ?, ?)", rows)
        # In quotation marks, a question mark is text and no place for a value.
        places = query.replace("'?'", "")
        found = connection.execute(query, [OURS] if "?" in places or "$" in places else [])
        if found is None:
            return {"error": "there is no query in it", "rows": []}
        return {"error": "", "rows": [list(row) for row in found.fetchall()]}
    except duckdb.Error as error:
        return {"error": (str(error).splitlines() or ["?"])[0], "rows": []}
    finally:
        connection.close()


def _totals(inputs: Data, models: tuple[str, ...], third: Any = None) -> list[list[Any]]:
    pairs = list(zip(inputs["digits"], inputs["confidences"][0], strict=True))
    if OTHER in models:
        pairs += zip(inputs["others"], inputs["confidences"][1], strict=True)
    rows = []
    for digit in range(CLASSES):
        group = [confidence for name, confidence in pairs if name == digit]
        if group:
            rows.append([digit, len(group), (third or np.mean)(group)])
    return rows


def _same(rows: list[Any], wanted: list[Any]) -> bool:
    """Whether the tables agree; means may be rounded to two digits."""
    if [len(row) for row in rows] != [3] * len(wanted):
        return False
    try:
        return bool(np.allclose(np.array(rows, float), np.array(wanted, float), atol=0.006))
    except (TypeError, ValueError):
        return False


def _count(row: Any) -> int:
    return row[1] if len(row) > 1 and type(row[1]) is int else 0


def _shown(rows: list[Any]) -> str:
    told = [
        ", ".join(f"{value:.4g}" if isinstance(value, float) else str(value) for value in row)
        for row in rows
    ]
    return "; ".join(f"({row})" for row in told) or "nothing"
