"""What a model said about a source, added up by DuckDB: as tables to read, and as Parquet.

DuckDB could read SQLite and PostgreSQL itself, but fetches an extension from the network for it.
So the rows come through SQLAlchemy, and DuckDB takes them as NumPy arrays.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import duckdb
import numpy as np

from workshop.scoring.item import ScoringError
from workshop.scoring.offline import offline_duckdb
from workshop.scoring.tables import PROBABILITIES

BINS = 10
LEAST_CERTAIN = 8
BAR = 30


@dataclass(frozen=True)
class Report:
    """Predictions, added up. A prediction's confidence is its largest probability.

    Attributes:
        digits: (digit, how many, mean confidence), for each digit that occurs.
        least_certain: (item, digit, confidence), the least certain first.
        histogram: how many have a confidence in 0…0.1, 0.1…0.2, …, 0.9…1.
    """

    digits: list[tuple[int, int, float]]
    least_certain: list[tuple[str, int, float]]
    histogram: list[int]

    def __str__(self) -> str:
        counts = [f"{'digit':>6} {'count':>9} {'mean confidence':>16}"]
        counts += [f"{d:>6} {n:>9,} {confidence:>16.4f}" for d, n, confidence in self.digits]
        most = max(self.histogram, default=0) or 1
        bars = ["confidence     count"] + [
            f"{index / BINS:.1f}…{(index + 1) / BINS:.1f} {n:>11,} {'█' * round(BAR * n / most)}"
            for index, n in enumerate(self.histogram)
        ]
        doubts = ["least certain"] + [
            f"{confidence:>9.4f}  {digit}  {printable(item)}"
            for item, digit, confidence in self.least_certain
        ]
        return "\n".join(line.rstrip() for line in (*counts, "", *bars, "", *doubts))


class Analysis:
    """Predictions in DuckDB's memory. Use it in a `with` statement."""

    def __init__(
        self, rows: Iterable[Sequence[Any]], present: Iterable[str], rejected: Iterable[str]
    ) -> None:
        """Take rows over.

        Args:
            rows: lists of `(item, digit, p0 … p9)`.
            present: the items that the source has now; others are left out.
            rejected: items that could not be scored this time; an older prediction for the picture
                that was there before is left out.
        """
        self._connection = offline_duckdb()
        self._connection.execute("SET threads = 1")  # these tables are small
        probabilities = ", ".join(f"{name} REAL" for name in PROBABILITIES)
        self._run(f"CREATE TABLE stored (item VARCHAR, digit UTINYINT, {probabilities})")
        for part in rows:
            names = ("item", "digit", *PROBABILITIES)
            columns = dict(zip(names, map(_array, zip(*part, strict=True)), strict=True))
            self._run("INSERT INTO stored SELECT * FROM columns", columns=columns)
        for name, items in (("present", present), ("gone", rejected)):
            self._run(
                f"CREATE TABLE {name} AS SELECT item FROM items", items={"item": _array(items)}
            )
        self._run(
            f"CREATE VIEW predictions AS SELECT *, greatest({', '.join(PROBABILITIES)}) "
            "AS confidence FROM stored SEMI JOIN present USING (item) ANTI JOIN gone USING (item)"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def report(self) -> Report:
        """Add everything up."""
        digits = self._run(
            "SELECT digit, count(*), avg(confidence) FROM predictions GROUP BY digit ORDER BY digit"
        )
        doubts = self._run(
            "SELECT item, digit, confidence FROM predictions ORDER BY confidence, item "
            f"LIMIT {LEAST_CERTAIN}"
        )
        bins = dict(
            self._run(
                f"SELECT least(floor(confidence * {BINS}), {BINS - 1})::INT AS bin, count(*) "
                "FROM predictions GROUP BY bin"
            )
        )
        return Report(digits, doubts, [bins.get(index, 0) for index in range(BINS)])

    def write_parquet(self, path: Path) -> None:
        """Write all predictions to a Parquet file, whole or not at all.

        Raises:
            ScoringError: if it cannot be written.
        """
        part = path.with_name(f".{path.name}.part")
        try:
            self._connection.table("predictions").order("item").write_parquet(str(part))
            os.replace(part, path)
        except (duckdb.Error, OSError) as error:
            raise ScoringError(
                f"{path} cannot be written ({str(error).splitlines()[0]})"
            ) from error
        finally:
            part.unlink(missing_ok=True)

    def _run(self, query: str, **arrays: dict[str, Any]) -> list[Any]:
        for name, columns in arrays.items():
            self._connection.register(name, columns)
        return self._connection.execute(query).fetchall()


def printable(text: str) -> str:
    """A file's name for a terminal: what would move the cursor is spelled out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _array(values: Iterable[Any]) -> Any:
    listed = list(values)
    return np.array(listed, dtype=object if not listed or isinstance(listed[0], str) else None)
