"""The tables of the lab, empty and in memory, for the checks."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

TABLE = """
CREATE TABLE predictions (
    picture TEXT, model TEXT, scan INTEGER, digit INTEGER, confidence REAL, corrected INTEGER,
    PRIMARY KEY (picture, model)
);
CREATE TABLE rejected (scan INTEGER PRIMARY KEY, reason TEXT);
"""
COLUMNS = ("picture", "model", "scan", "digit", "confidence", "corrected")


@contextmanager
def empty_database() -> Iterator[sqlite3.Connection]:
    """Both tables, without a row; gone at the end."""
    database = sqlite3.connect(":memory:")
    try:
        database.executescript(TABLE)
        yield database
    finally:
        database.close()
