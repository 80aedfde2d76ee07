"""A folder of PNG and JPEG files, with its sub-folders."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workshop.scoring.item import Item, ScoringError
from workshop.scoring.picture import item_of_file
from workshop.scoring.source import as_text

SUFFIXES = (".png", ".jpg", ".jpeg")


@dataclass(frozen=True)
class FolderSource:
    """The picture files of a folder, in the order of their paths.

    Attributes:
        root: the folder, resolved.
        paths: where the items are, relative to it.
        unlisted: folders that could not be looked into; each is an item, and a broken one.
        others: how many files are no pictures by their names.
    """

    root: Path
    paths: tuple[str, ...]
    unlisted: dict[str, str]
    others: int
    fingerprint: str

    @classmethod
    def open(cls, folder: Path) -> "FolderSource":
        """List a folder.

        Raises:
            ScoringError: if it cannot be listed or holds no picture files.
        """
        root = folder.resolve()
        unlisted: dict[str, str] = {}
        paths: list[str] = []
        others = 0

        def refused(error: OSError) -> None:
            unlisted[os.path.relpath(error.filename, root)] = error.strerror or "unknown"

        for place, folders, files in os.walk(root, onerror=refused):
            links = [name for name in folders if os.path.islink(os.path.join(place, name))]
            pictures = [name for name in files if name.lower().endswith(SUFFIXES)]
            others += len(files) - len(pictures)
            paths += [os.path.relpath(os.path.join(place, name), root) for name in pictures + links]
        if "." in unlisted:
            raise ScoringError(f"{folder} cannot be listed ({unlisted['.']}).")
        paths = sorted([*paths, *unlisted])
        if not paths:
            raise ScoringError(f"{folder} holds no file that ends in {', '.join(SUFFIXES)}.")
        return cls(root, tuple(paths), unlisted, others, _state(root, paths))

    @property
    def name(self) -> str:
        return as_text(self.root)

    @property
    def remark(self) -> str:
        return (
            f"Left alone, since they are neither PNG nor JPEG by name: {self.others:,}."
            if self.others
            else ""
        )

    def __len__(self) -> int:
        return len(self.paths)

    def keys(self) -> Iterable[str]:
        """Paths relative to the folder, with / between their parts."""
        return (_key(path) for path in self.paths)

    def read(self, start: int, stop: int) -> Sequence[Item]:
        """Decode some of the files."""
        return [self._item(path) for path in self.paths[start:stop]]

    def _item(self, path: str) -> Item:
        if path in self.unlisted:
            return Item(_key(path), "", None, f"it cannot be listed ({self.unlisted[path]})")
        return item_of_file(_key(path), self.root / path, self.root)


def _key(path: str) -> str:
    return as_text(path.replace(os.sep, "/"))


def _state(root: Path, paths: Sequence[str]) -> str:
    """Changes when a file comes, goes or is written to."""
    state = hashlib.sha256()
    for path in paths:
        status = os.lstat(root / path)
        state.update(f"{_key(path)}\n{status.st_size} {status.st_mtime_ns}\n".encode())
    return state.hexdigest()
