"""An .npz file, read row by row: it may be larger than the memory, and nothing in it is unpickled.

An .npz file is a zip archive of .npy files. Each is a short header (type, shape, order) and the
bare numbers. So the header can be judged first, and the numbers taken as they come.
"""

import math
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np

from workshop.scoring.item import PIXELS, SIDE, Item, ScoringError, checked
from workshop.scoring.source import Rows, chosen, written

BLOCK = 1_000_000


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype[Any]
    length: int

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape}"


@dataclass
class NpzSource(Rows):
    """The rows of one array."""

    _stream: IO[bytes] | None = field(default=None, repr=False)
    _next: int = 0

    @classmethod
    def open(cls, path: Path, key: str = "") -> "NpzSource":
        """Look at an archive's headers, and verify the numbers that will be read.

        Args:
            path: the .npz file.
            key: the array's name; by default the only one of shape (n, 28, 28).

        Raises:
            ScoringError: if it is damaged, or its pictures are not uint8 (n, 28, 28), (n, 28, 28,
                1) or (n, 784).
        """
        with _readable(path), zipfile.ZipFile(path) as archive:
            headers = dict(_headers(archive))
            pictures = [name for name, header in headers.items() if _is_pictures(header)]
            key = chosen(key, pictures, headers, path)
            header = headers[key]
            _judge(header, f"{key} in {path}", archive, key)
            with archive.open(f"{key}.npy") as numbers:
                while numbers.read(BLOCK):  # at its end, zipfile compares the check sum
                    pass
            if archive.getinfo(f"{key}.npy").file_size != header.length + math.prod(header.shape):
                raise ScoringError(f"{key} in {path} is cut off. Save it again.")
        remark = f"The pictures are its array {key}, {header}."
        return cls(path, key, header.shape[0], written(path), remark)

    def read(self, start: int, stop: int) -> Sequence[Item]:
        """Some of the rows."""
        with _readable(self.path):
            stream = self._at(start)
            content = stream.read((stop - start) * PIXELS)
        self._next = stop
        rows = [content[place : place + PIXELS] for place in range(0, len(content), PIXELS)]
        return [
            checked(str(start + index), row, np.frombuffer(row, np.uint8).reshape(SIDE, SIDE))
            for index, row in enumerate(rows)
        ]

    def _at(self, start: int) -> IO[bytes]:
        if self._stream is None or self._next != start:
            with zipfile.ZipFile(self.path) as archive:  # what it has opened stays open
                self._stream = archive.open(f"{self.key}.npy")
            self._stream.seek(_header(self._stream).length + start * PIXELS)
        return self._stream


def _headers(archive: zipfile.ZipFile) -> Iterator[tuple[str, _Header]]:
    for name in archive.namelist():
        if name.endswith(".npy"):
            with archive.open(name) as file:
                yield name.removesuffix(".npy"), _header(file)


def _header(file: IO[bytes]) -> _Header:
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }.get(version)
    if read is None:
        raise ValueError(f"version {version} of the .npy format")
    shape, fortran_order, dtype = read(file)
    return _Header(shape, fortran_order, dtype, file.tell())


def _is_pictures(header: _Header) -> bool:
    return len(header.shape) > 1 and math.prod(header.shape[1:]) == PIXELS


def _judge(header: _Header, where: str, archive: zipfile.ZipFile, key: str) -> None:
    if header.dtype.hasobject:
        raise ScoringError(
            f"{where} holds Python objects. Reading them can run code, so they are never read; "
            "save numbers: np.savez(…, images=images)."
        )
    if not _is_pictures(header):
        raise ScoringError(f"{where} is {header}; uint8 (n, 28, 28) is needed.")
    if header.dtype.kind == "f":
        with archive.open(f"{key}.npy") as file:
            file.seek(header.length)
            some = np.frombuffer(file.read(1000 * PIXELS * header.dtype.itemsize), header.dtype)
        raise ScoringError(
            f"{where} is {header.dtype}, from {some.min():g} to {some.max():g}; pixels are needed "
            "as uint8 from 0 to 255"
            + (": (images * 255).round().astype('uint8')." if some.max() <= 1 else ".")
        )
    if header.dtype != np.uint8:
        raise ScoringError(f"{where} is {header.dtype}; uint8 from 0 to 255 is needed.")
    if header.fortran_order:
        raise ScoringError(f"{where} is stored column by column; save np.ascontiguousarray(images)")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except ScoringError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise ScoringError(
            f"{path} is damaged or no .npz file ({error}). Save it again."
        ) from error
