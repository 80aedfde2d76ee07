"""An upsert, judged by what it leaves in the table: the same for SQL and for SQLAlchemy."""

from typing import Any

from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

KEYS = (("aa", "v1"), ("aa", "v2"), ("bb", "v1"))
CORRECTION = 9
DIGIT, CONFIDENCE, CORRECTED, SCAN = 0, 1, 2, 3
NEXT_SCAN = 8
"""The first picture's place in the second night's file."""
READ_BACK = "SELECT digit, confidence, corrected, scan FROM predictions ORDER BY picture, model"
CORRECT = f"UPDATE predictions SET corrected = {CORRECTION} WHERE picture = 'aa' AND model = 'v1'"


def rows_of(inputs: Data) -> list[tuple[object, ...]]:
    """The first night's three rows: two models' answers to one picture, and another picture."""
    pairs = zip(KEYS, inputs["digits"], strict=True)
    return [(*key, number, digit, 0.5) for number, (key, digit) in enumerate(pairs)]


def again(inputs: Data) -> tuple[object, ...]:
    """The second night: the first picture, read otherwise."""
    return (*KEYS[0], NEXT_SCAN, inputs["second"], 0.75)


def misuse_of(inputs: Data, told: Any, text: str, example: str) -> Verdict | None:
    """The verdict on an upsert that does something else than it should; else None.

    Args:
        inputs: the digits of both nights.
        told: "first", "again": why it stopped, or ""; "rows": what it has left.
        text: the statement.
        example: how it is written, for the last line of the feedback.
    """
    if told["first"]:
        return not_yet(
            "not-a-statement",
            f"the database stopped: `{told['first'][:140]}`",
            "the first three rows are new to an empty table; even they were not stored.",
            example,
        )
    if told["again"]:
        return not_yet(
            "stops-at-the-second",
            f"the second night stopped with `{told['again'][:80]}`",
            "the table keeps its promise, and the whole job falls. It is safe, but it cannot go "
            "on where it was broken off.",
            example,
        )
    if len(told["rows"]) != len(KEYS):
        return not_yet(
            "other-number-of-rows",
            f"three different predictions were handed over, and {len(told['rows'])} rows are in "
            "the table.",
            "each of them has to be there, once.",
            example,
        )
    row, others = told["rows"][0], told["rows"][1:]
    wanted = [[digit, 0.5, None, number] for number, digit in enumerate(inputs["digits"])]
    if others != wanted[1:]:
        return not_yet(
            "columns-mixed",
            f"the first night brought the digit {wanted[1][DIGIT]} with 0.5; in the table stand "
            f"{others[0][DIGIT]} and {others[0][CONFIDENCE]}.",
            "values come in the order picture, model, scan, digit, confidence. SQL fills the "
            "columns in the order in which you name them.",
            example,
        )
    if row[:SCAN] == [*wanted[0][:2], CORRECTION]:
        return _kept(inputs, text, example)
    if row[CORRECTED] != CORRECTION:
        return not_yet(
            "correction-lost",
            f"a person had written {CORRECTION} into `corrected`. After the second night it is "
            f"`{row[CORRECTED]}`.",
            "`INSERT OR REPLACE` deletes the old row and writes a new one; `SET corrected = …` "
            "does the same to this column. People stop correcting when it is lost by the morning.",
            "set `scan`, `digit` and `confidence`, and nothing else.",
        )
    if row[:2] != [inputs["second"], 0.75]:
        return not_yet(
            "half-updated",
            f"the second answer was {inputs['second']} with 0.75. In the table stand {row[DIGIT]} "
            f"and {row[CONFIDENCE]}.",
            "now the row holds half of one answer and half of another.",
            "both `digit` and `confidence` come from `excluded`.",
        )
    if row[SCAN] != NEXT_SCAN:
        return not_yet(
            "old-scan",
            f"in the second night's file the picture was scan {NEXT_SCAN}. In the table stands "
            f"{row[SCAN]}.",
            "`scan` says where to look in last night's file. With the old number, a person who "
            "wants to see the picture opens another one.",
            "`scan` comes from `excluded` as well.",
        )
    return None


def _kept(inputs: Data, text: str, example: str) -> Verdict:
    if "NOTHING" in text.upper() or "IGNORE" in text.upper():
        return not_yet(
            "keeps-the-old",
            f"the second answer was {inputs['second']}; in the table stands "
            f"{inputs['digits'][0]}, as before.",
            "that is idempotent, too. But an answer that was wrong for a passing reason can then "
            "never be mended by another run.",
            f"let it update, and not do nothing: {example}",
        )
    return not_yet(
        "set-to-itself",
        f"the second answer was {inputs['second']}; in the table stands {inputs['digits'][0]}, "
        "as before.",
        "in `SET digit = digit`, both are the old row's. The row that was turned away has a name "
        "of its own, `excluded`.",
        example,
    )
