"""The job's trial runs: a quiet night, one that is broken off, and the two nights after it."""

import sqlite3
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.lab09.databases import empty_database
from workshop.exercises.plain import Data

SIZE, SIDE = 5, 28
LAST_WHOLE = 10
"""The database fails in the third chunk, so two chunks of five are safe."""
FAILS_AT = 13
MODEL = "v1"
FAILURE = "the lights went out"
STORED = """
SELECT scan, digit, typeof(digit), confidence, typeof(confidence) FROM predictions ORDER BY scan
"""


def network(weights: NDArray[Any], pictures: Any) -> NDArray[np.float32]:
    """Something that answers as a network does: (n, 28, 28) → (n, 10) float32 probabilities."""
    if np.shape(pictures)[1:] != (SIDE, SIDE):
        raise ValueError(f"pictures have the shape (n, 28, 28), and not {np.shape(pictures)}")
    scores = np.asarray(pictures).reshape(-1, SIDE * SIDE).astype(float) @ weights
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype("float32")
    return shares


def _run(answer: Any, database: sqlite3.Connection, inputs: Data) -> tuple[Any, list[int]]:
    """One run of the job: what it returned, and about how many pictures it asked, call by call."""
    calls: list[int] = []

    def ask(pictures: Any) -> NDArray[np.float32]:
        calls.append(len(pictures))
        return network(inputs["weights"], pictures)

    return answer(database, inputs["pictures"].copy(), ask, MODEL, SIZE), calls


def quiet_night(answer: Any, inputs: Data) -> Any:
    """A night without trouble: what the job returned, asked, and left in the database."""
    with empty_database() as database:
        returned, calls = _run(answer, database, inputs)
        if returned is None:
            return None
        (uncommitted,) = database.execute("SELECT count(*) FROM predictions").fetchone()
        database.rollback()
        return {
            "returned": returned,
            "calls": calls or [0],
            "uncommitted": uncommitted,
            "rows": [_plain(row) for row in database.execute(STORED)],
            "rejected": [row[0] for row in database.execute("SELECT scan FROM rejected")],
        }


def broken_off(answer: Any, inputs: Data) -> Data:
    """A night on which the database fails in the third chunk, and the two nights after it."""
    with empty_database() as database:
        database.execute(
            "CREATE TRIGGER failure BEFORE INSERT ON predictions "
            f"WHEN NEW.scan = {FAILS_AT} BEGIN SELECT RAISE(ABORT, '{FAILURE}'); END"
        )
        told: Data = {"raised": False, "stopped": "", "second": 0, "third": 0}
        try:
            _run(answer, database, inputs)
        except Exception:
            told["raised"] = True
        database.rollback()  # as it is when a process is gone
        told["stored"] = _scans(database)
        database.execute("DROP TRIGGER failure")
        for night in ("second", "third"):
            try:
                told[night] = sum(_run(answer, database, inputs)[1])
            except Exception as error:
                told["stopped"] = f"{type(error).__name__}: {error}"
                break
            database.rollback()
        told["finally"] = _scans(database)
        return told


def _scans(database: sqlite3.Connection) -> list[int]:
    return [row[0] for row in database.execute("SELECT scan FROM predictions ORDER BY scan")]


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [value.hex() if isinstance(value, bytes) else value for value in row]
