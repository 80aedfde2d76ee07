"""Where pictures come from: what a folder, an .npz file and a Parquet file have in common."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workshop.scoring.item import Item, ScoringError, fingerprint


class Source(Protocol):
    """Items in a fixed order.

    Attributes:
        name: tells it from every other source in a database: its whole path.
        fingerprint: changes when it was written to, so that an old checkpoint no longer counts.
        remark: what a person should know about it; mostly "".
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def remark(self) -> str: ...
    def __len__(self) -> int: ...

    def keys(self) -> Iterable[str]:
        """The keys of all items, in order."""
        ...

    def read(self, start: int, stop: int) -> Sequence[Item]:
        """The items from `start` up to, not including, `stop`.

        Raises:
            ScoringError: if the source as a whole cannot be read any further.
        """
        ...


@dataclass
class Rows:
    """What one array or column of a file is, as a source: its rows, numbered from 0."""

    path: Path
    key: str
    rows: int
    fingerprint: str
    remark: str

    @property
    def name(self) -> str:
        return f"{as_text(self.path.resolve())}#{self.key}"

    def __len__(self) -> int:
        return self.rows

    def keys(self) -> Iterable[str]:
        """The rows' numbers."""
        return map(str, range(self.rows))


def written(path: Path) -> str:
    """A fingerprint of when a file was written last, and of its size."""
    status = path.stat()
    return fingerprint(f"{status.st_size} {status.st_mtime_ns}".encode())


def as_text(path: str | Path) -> str:
    """A path as text that every database takes, whatever bytes its name is made of."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def chosen(key: str, fitting: Sequence[str], held: Mapping[str, object], path: Path) -> str:
    """Which array or column to read.

    Args:
        key: what the person said, or "".
        fitting: which ones could hold pictures.
        held: everything the file holds: name → what it is.
        path: the file, for the message.

    Raises:
        ScoringError: if there is none, or several and nobody said which.
    """
    if key in held:
        return key
    if not key and len(fitting) == 1:
        return fitting[0]
    if not key and fitting:
        raise ScoringError(
            f"{path} holds pictures in {' and '.join(fitting)}; say which: --key {fitting[0]}"
        )
    everything = ", ".join(f"{name} ({kind})" for name, kind in held.items()) or "nothing"
    wanted = repr(key) if key else "pictures of 28 × 28 pixels"
    raise ScoringError(f"{path} holds no {wanted}; it holds {everything}.")
