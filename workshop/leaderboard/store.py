"""The board's file: a SQLite database, safe when several people send at the same moment."""

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from workshop.leaderboard.entry import DatasetName, Entry, Kind, RefusedEntry, ranked

APPLICATION: Final = 0x44696769
"""SQLite's own mark for whose file it is ("Digi")."""
VERSION: Final = 1
PATIENCE: Final = 30.0
MOST_PER_NAME: Final = 20

SCHEMA: Final = """
CREATE TABLE board (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    seed BLOB NOT NULL CHECK (length(seed) = 32)
);
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 24),
    dataset TEXT NOT NULL CHECK (dataset IN ('mnist', 'fashion')),
    digits TEXT NOT NULL CHECK (digits IN ('real', 'stand-in')),
    parameters INTEGER NOT NULL CHECK (parameters >= 0),
    seen INTEGER NOT NULL CHECK (seen > 0),
    right_answers INTEGER NOT NULL CHECK (right_answers BETWEEN 0 AND seen),
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    scored_at TEXT NOT NULL,
    UNIQUE (dataset, digits, sha256)
);
"""
COLUMNS: Final = "name, dataset, digits, parameters, right_answers, seen, sha256, scored_at"


class NotABoard(Exception):  # noqa: N818 (a name that learners read)
    """The file that should hold the board is something else. It is left as it is."""


@dataclass(frozen=True)
class Store:
    """The entries of a board in one file. Every call opens it anew, so threads may share a store.

    Attributes:
        path: the file. It is made at the first use, readable for its owner alone.
    """

    path: Path

    def seed(self) -> bytes:
        """The board's secret: 32 bytes, drawn when its file was made. Never show it.

        Raises:
            NotABoard: if the file is something else. So do all other methods.
        """
        with self._open() as database:
            (seed,) = database.execute("SELECT seed FROM board").fetchone()
            return bytes(seed)

    def entries(self, dataset: DatasetName, digits: Kind | None = None) -> list[Entry]:
        """The entries of one board, best first.

        Without `digits` it is the board on which the latest entry of this dataset stands.
        """
        if not self.path.exists():
            return []
        with self._open() as database:
            if digits is None:
                last = "SELECT digits FROM entries WHERE dataset = ? ORDER BY number DESC LIMIT 1"
                row = database.execute(last, (dataset,)).fetchone()
                digits = row[0] if row else "real"
            every = f"SELECT {COLUMNS} FROM entries WHERE dataset = ? AND digits = ?"
            return ranked([_entry(row) for row in database.execute(every, (dataset, digits))])

    def find(self, dataset: DatasetName, digits: Kind, sha256: str) -> Entry | None:
        """The entry of this network, if it is on the board; `on_front` is set."""
        entries = self.entries(dataset, digits)
        return next((entry for entry in entries if entry.sha256 == sha256), None)

    def count(self, name: str) -> int:
        """How many entries somebody has."""
        with self._open() as database:
            return _count(database, name)

    def add(self, entry: Entry) -> Entry:
        """Keep an entry; the one that stands on the board, which may be an earlier one.

        Raises:
            RefusedEntry: if its name has too many entries already.
        """
        values = (
            entry.name, entry.dataset, entry.digits, entry.parameters, entry.right, entry.seen,
            entry.sha256, entry.when.isoformat(),
        )  # fmt: skip
        with self._open() as database:
            # Locked before it is counted: two at once could both find room for one.
            database.execute("BEGIN IMMEDIATE")
            with database:
                key = (entry.dataset, entry.digits, entry.sha256)
                same = "SELECT 1 FROM entries WHERE dataset = ? AND digits = ? AND sha256 = ?"
                if database.execute(same, key).fetchone() is None:
                    refuse_too_many(entry.name, _count(database, entry.name))
                    marks = ", ".join("?" * len(values))
                    database.execute(f"INSERT INTO entries ({COLUMNS}) VALUES ({marks})", values)
        return self.find(*key) or entry

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        if not self.path.exists():
            _make(self.path)
        try:
            # Read and write, but never make: a missing file must not become an empty one.
            address = self.path.resolve().as_uri() + "?mode=rw"
            with contextlib.closing(
                sqlite3.connect(address, uri=True, timeout=PATIENCE, isolation_level=None)
            ) as database:
                _check(database, self.path)
                yield database
        except sqlite3.IntegrityError:
            raise  # the file is a board, and keeps out what cannot be
        except sqlite3.DatabaseError as error:
            raise NotABoard(
                f"{self.path} cannot be used as a leaderboard: {error}. It was left as it is. Move "
                "it away, or let WORKSHOP_LEADERBOARD name another file."
            ) from error


def refuse_too_many(name: str, count: int) -> None:
    """Raise RefusedEntry if somebody with so many entries may have no more."""
    if count >= MOST_PER_NAME:
        raise RefusedEntry(
            f"{name} has {count} entries already, and {MOST_PER_NAME} are the most. "
            "Let others play, or start a new board.",
            429,
        )


def _make(path: Path) -> None:
    """Make an empty board beside its place and move it there whole; the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with contextlib.closing(sqlite3.connect(fresh)) as database:
            database.executescript(SCHEMA)
            database.execute("INSERT INTO board VALUES (1, ?)", (secrets.token_bytes(32),))
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {VERSION}")
            database.commit()
            database.execute("PRAGMA journal_mode = WAL")
        _put(fresh, path)
    finally:
        for leftover in path.parent.glob(f"{fresh.name}*"):
            leftover.unlink(missing_ok=True)


def _put(fresh: Path, path: Path) -> None:
    """Give a whole file its name, unless the name is taken: then nothing happens."""
    try:
        os.link(fresh, path)  # unlike a rename, it replaces nothing
    except FileExistsError:
        return
    except OSError:  # a disk without links, such as a memory stick
        if not path.exists():
            os.replace(fresh, path)


def _check(database: sqlite3.Connection, path: Path) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise NotABoard(
            f"{path} is a database, but no leaderboard. It was left as it is. Let "
            "WORKSHOP_LEADERBOARD name another file."
        )
    if version != VERSION:
        raise NotABoard(
            f"{path} is a leaderboard of version {version}, and this course reads version "
            f"{VERSION}. It was left as it is. Move it away to start a new one."
        )


def _count(database: sqlite3.Connection, name: str) -> int:
    same = "SELECT count(*) FROM entries WHERE name = ? COLLATE NOCASE"
    return int(database.execute(same, (name,)).fetchone()[0])


def _entry(row: tuple[str, DatasetName, Kind, int, int, int, str, str]) -> Entry:
    name, dataset, digits, parameters, right, seen, sha256, when = row
    time = datetime.fromisoformat(when).astimezone(UTC)
    return Entry(name, dataset, digits, parameters, right, seen, sha256, time)
