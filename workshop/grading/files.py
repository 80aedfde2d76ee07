"""Every file that was handed in, from a folder or a zip archive. Nothing is unpacked to the disk.

A file that cannot be read safely is still an item, with the reason: nobody is dropped silently.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from workshop.grading.notebook import LARGEST

MOST_ENTRIES = 5_000
LARGEST_ARCHIVE = 2_000_000_000
"""Bytes that all files of one archive may have together, unpacked."""
DEEPEST = 2
"""Archives within archives: a class, and in it what a learner has packed."""
IGNORED = ("__MACOSX", ".ipynb_checkpoints", "__pycache__", "Thumbs.db", "desktop.ini")
ENCRYPTED = 0x1
READABLE = (".ipynb", ".py", ".zip", ".yml")


@dataclass(frozen=True)
class Item:
    """One file. `parts` is its path; `problem` is why it has no `content`."""

    parts: tuple[str, ...]
    content: bytes = field(default=b"", repr=False)
    problem: str = ""

    @property
    def path(self) -> str:
        """The path as text, for a report."""
        return "/".join(self.parts)

    @property
    def suffix(self) -> str:
        """The ending in lower case, such as `.ipynb`."""
        return PurePosixPath(self.parts[-1]).suffix.lower()


def items_of(place: Path) -> Iterator[Item]:
    """The files below a folder, or in an archive, in the order of their names."""
    if place.is_dir():
        yield from _in_folder(place, ())
    elif place.suffix.lower() == ".zip":
        yield from _in_archive(place.read_bytes(), (), 0)
    else:
        yield _file(place, ())


def _in_folder(folder: Path, parents: tuple[str, ...]) -> Iterator[Item]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        yield Item((*parents, ""), problem=f"the folder cannot be read: {error.strerror}")
        return
    found = [path for path in found if not _ignored(path.name)]
    if not found and parents:
        yield Item((*parents, ""), problem="the folder is empty")
    for path in found:
        if path.is_symlink():
            yield Item((*parents, path.name), problem="it is a symbolic link; hand in the file")
        elif path.is_dir():
            yield from _in_folder(path, (*parents, path.name))
        elif path.suffix.lower() == ".zip":
            item = _file(path, parents)
            yield from [item] if item.problem else _in_archive(item.content, item.parts, 1)
        else:
            yield _file(path, parents)


def _file(path: Path, parents: tuple[str, ...]) -> Item:
    parts = (*parents, path.name)
    if path.suffix.lower() not in READABLE:
        return Item(parts, problem=f"a {path.suffix or 'file without ending'} is not graded")
    try:
        # Neither a link nor a device nor a pipe, even if it has just become one.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                return Item(parts, problem="it is no ordinary file")
            most = LARGEST_ARCHIVE if path.suffix.lower() == ".zip" else LARGEST
            if status.st_size > most:
                return Item(parts, problem=_too_large(status.st_size, most))
            return Item(parts, file.read())
    except OSError as error:
        return Item(parts, problem=f"it cannot be read: {error.strerror}")


def _in_archive(content: bytes, parents: tuple[str, ...], depth: int) -> Iterator[Item]:
    def refused(why: str) -> Item:
        return Item(parents or ("",), problem=f"the archive is refused: {why}")

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES:
                yield refused(f"it holds {len(entries):,} files; {MOST_ENTRIES:,} are read")
                return
            total = sum(entry.file_size for entry in entries)
            if total > LARGEST_ARCHIVE:
                yield refused(_too_large(total, LARGEST_ARCHIVE))
                return
            if not entries:
                yield refused("it is empty")
            for entry in sorted(entries, key=lambda one: one.filename):
                yield from _entry(archive, entry, parents, depth)
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        yield refused(f"it is damaged ({str(error)[:80]})")


def _entry(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, parents: tuple[str, ...], depth: int
) -> Iterator[Item]:
    parts = tuple(part for part in entry.filename.replace("\\", "/").split("/") if part != ".")
    if entry.is_dir() or any(_ignored(part) for part in parts):
        return
    item = _unpacked(archive, entry, (*parents, *(part for part in parts if part)))
    if item.suffix != ".zip" or item.problem:
        yield item
    elif depth >= DEEPEST:
        yield Item(item.parts, problem="an archive within an archive within an archive")
    else:
        yield from _in_archive(item.content, item.parts, depth + 1)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, parts: tuple[str, ...]) -> Item:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        return Item(parts, problem="its path leads out of the archive")
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Item(parts, problem="it is a symbolic link; hand in the file")
    if entry.flag_bits & ENCRYPTED:
        return Item(parts, problem="it is encrypted")
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in READABLE:
        return Item(parts, problem=f"a {suffix or 'file without ending'} is not graded")
    if entry.file_size > LARGEST:
        return Item(parts, problem=_too_large(entry.file_size, LARGEST))
    try:
        with archive.open(entry) as file:
            content = file.read(LARGEST + 1)  # what a header declares need not be true
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        return Item(parts, problem=f"it cannot be unpacked ({str(error)[:80]})")
    if len(content) > LARGEST:
        return Item(parts, problem=_too_large(len(content), LARGEST))
    return Item(parts, content)


_NONBLOCK = getattr(os, "O_NONBLOCK", 0)


def _ignored(name: str) -> bool:
    return name in IGNORED or (name.startswith(".") and name != "..")


def _too_large(size: int, most: int) -> str:
    return f"it has {size / 1e6:,.0f} MB; {most / 1e6:,.0f} MB are read"
