"""A Parquet file, read by DuckDB in a stream. A picture is a cell of one column.

A cell may be 784 bytes or numbers from 0 to 255, or a whole PNG or JPEG file, bare or as the
`{"bytes": …, "path": …}` that many public data sets have.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from workshop.scoring.item import PIXELS, SCALED, SIDE, Item, ScoringError, checked, fingerprint
from workshop.scoring.offline import offline_duckdb
from workshop.scoring.picture import item_of_bytes
from workshop.scoring.source import Rows, chosen, written

ROWS = "read_parquet($path, file_row_number = true)"
PICTURES = re.compile(r"BLOB|U?(TINY|SMALL|BIG)?INT(EGER)?(\[\d*\])+|(FLOAT|DOUBLE)(\[\d*\])+|"
                      r"STRUCT\(.*bytes BLOB.*\)")  # fmt: skip


@dataclass
class ParquetSource(Rows):
    """The rows of one column."""

    _connection: duckdb.DuckDBPyConnection = field(repr=False)
    _next: int = -1

    @classmethod
    def open(cls, path: Path, key: str = "") -> "ParquetSource":
        """Look at a file's columns.

        Args:
            path: the .parquet file.
            key: the column's name; by default the only one that can hold pictures.

        Raises:
            ScoringError: if it is damaged, or if no column can hold pictures.
        """
        if set("*?[") & set(str(path)):
            raise ScoringError(f"{path}: a Parquet file's path must hold none of * ? [; rename it.")
        connection = offline_duckdb()
        given = {"path": str(path)}
        with _readable(path):
            described = connection.execute(f"DESCRIBE FROM {ROWS}", given).fetchall()
            (rows,) = connection.execute(f"SELECT count(*) FROM {ROWS}", given).fetchone() or (0,)
        kinds = {name: kind for name, kind, *_ in described if name != "file_row_number"}
        fitting = [name for name, kind in kinds.items() if PICTURES.fullmatch(kind)]
        key = chosen(key, fitting, kinds, path)
        remark = f"The pictures are its column {key}."
        return cls(path, key, rows, written(path), remark, connection)

    def read(self, start: int, stop: int) -> Sequence[Item]:
        """Some of the rows."""
        with _readable(self.path):
            if self._next != start:
                column = '"' + self.key.replace('"', '""') + '"'
                self._connection.execute(
                    f"SELECT file_row_number, {column} FROM {ROWS} WHERE file_row_number >= $start",
                    {"path": str(self.path), "start": start},
                )
            cells = self._connection.fetchmany(stop - start)
        self._next = stop
        return [_item(str(row), cell) for row, cell in cells]


def _item(key: str, cell: Any) -> Item:
    if isinstance(cell, dict):
        cell = cell.get("bytes")
    if cell is None:
        return Item(key, "", None, "there is no picture")
    if isinstance(cell, (bytes, bytearray)):
        content = bytes(cell)
        if len(content) == PIXELS:
            return checked(key, content, np.frombuffer(content, np.uint8).reshape(SIDE, SIDE))
        return item_of_bytes(key, content)
    return _item_of_numbers(key, cell)


def _item_of_numbers(key: str, cell: Any) -> Item:
    sha256 = fingerprint(repr(cell).encode())
    try:
        numbers = np.asarray(cell, dtype=np.float64)
    except (TypeError, ValueError):
        return Item(key, sha256, None, "it holds something else than numbers, or uneven rows")
    if numbers.size != PIXELS:
        return Item(key, sha256, None, f"it has {numbers.size:,} pixels; {PIXELS} are needed")
    if not (np.isfinite(numbers).all() and numbers.min() >= 0 and numbers.max() <= 255):
        return Item(key, sha256, None, "it holds numbers that are not from 0 to 255")
    if (numbers != numbers.round()).any():
        fault = SCALED if numbers.max() <= 1 else "its pixels are not whole numbers"
        return Item(key, sha256, None, fault)
    digit = numbers.astype(np.uint8).reshape(SIDE, SIDE)
    return checked(key, digit.tobytes(), digit)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        reason = str(error).splitlines()[0][:200]
        raise ScoringError(f"{path} cannot be read as Parquet ({reason}).") from error
