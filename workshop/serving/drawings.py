"""What people said a drawing is: labelled digits for the next training, in one SQLite file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST: Final = 10_000
"""Drawings that are kept: about ten megabytes."""
PATIENCE: Final = 5.0
SCHEMA: Final = """
    CREATE TABLE IF NOT EXISTS drawings (
        sha256 TEXT PRIMARY KEY,
        image BLOB NOT NULL CHECK (length(image) = 784),
        label INTEGER NOT NULL CHECK (label BETWEEN 0 AND 9),
        model TEXT NOT NULL,
        stored TEXT NOT NULL
    )
"""


class FullError(Exception):
    """There is no room for another drawing. The message says what to do."""


@dataclass(frozen=True)
class Drawings:
    """The file of labelled drawings; several processes may write at a time.

    Attributes:
        path: it is made with the first drawing.
        most: how many are kept.
    """

    path: Path
    most: int = MOST

    def add(self, image: NDArray[np.uint8], label: int, model: str) -> bool:
        """Keep a drawing; who gives the same one another label corrects it.

        Args:
            image: (28, 28) uint8.
            label: the digit it is, 0…9.
            model: the version of the model that was asked, by which its errors are found.

        Returns:
            Whether anything has changed: False for a drawing that is there with this label.

        Raises:
            FullError: if the file is full, or cannot be written.
        """
        pixels = image.tobytes()
        key = hashlib.sha256(pixels).hexdigest()
        try:
            with self._open() as database:
                row = database.execute("SELECT label FROM drawings WHERE sha256 = ?", (key,))
                known = row.fetchone()
                if known == (label,):
                    return False
                if known is None and self._count(database) >= self.most:
                    raise FullError(
                        f"{self.most:,} drawings are kept already, and no more. Use them for a "
                        f"training, then move {self.path.name} away."
                    )
                database.execute(
                    "INSERT OR REPLACE INTO drawings VALUES (?, ?, ?, ?, ?)",
                    (key, pixels, label, model, datetime.now(UTC).isoformat(timespec="seconds")),
                )
        except (sqlite3.Error, OSError) as error:
            raise FullError(f"The drawing cannot be kept: {error}.") from error
        return True

    def count(self) -> int:
        """How many drawings there are."""
        if not self.path.is_file():
            return 0
        with self._open() as database:
            return self._count(database)

    def read(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """All of them: images (n, 28, 28) and labels (n,), both uint8, oldest first."""
        with self._open() as database:
            rows = database.execute("SELECT image, label FROM drawings ORDER BY rowid").fetchall()
        pixels = np.frombuffer(b"".join(image for image, _ in rows), np.uint8)
        return pixels.reshape(-1, 28, 28), np.array([label for _, label in rows], np.uint8)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, which nobody else's comes between."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as base:
            base.execute("BEGIN IMMEDIATE")
            try:
                base.execute(SCHEMA)
                yield base
            except BaseException:
                base.execute("ROLLBACK")
                raise
            base.execute("COMMIT")

    @staticmethod
    def _count(database: sqlite3.Connection) -> int:
        return int(database.execute("SELECT count(*) FROM drawings").fetchone()[0])
