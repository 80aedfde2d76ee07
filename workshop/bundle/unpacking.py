"""`workshop restore`: put a bundle's files where they belong, and lose nothing that is there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from workshop.bundle.contents import PROGRESS, Packed, fingerprint, place_of, read_bundle
from workshop.files import write_whole
from workshop.places import backup_folder

SAME_SECOND = 2.0
"""Seconds by which file systems may disagree about one and the same change."""


@dataclass
class Restored:
    """What became of each file of a bundle, by its name there."""

    written: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """A sentence for each kind of thing that happened."""
        told = [
            f"{word}: {', '.join(names)}"
            for word, names in (
                ("brought back", self.written),
                ("joined with what is here", self.merged),
                ("here already", self.same),
                ("left alone, because yours here is newer", self.left),
                ("left out, because that folder cannot be written to here", self.refused),
            )
            if names
        ]
        if self.written:
            told.append("What was replaced is kept in labs/backup/.")
            told.append("In a notebook that is open: File ▸ Reload Notebook from Disk.")
        return told

    def __str__(self) -> str:
        asked = "`workshop restore FILE --overwrite` takes the bundle's instead."
        return "\n".join([*self.lines(), *([asked] if self.left else [])])


def restore(bundle: Path, overwrite: bool = False) -> Restored:
    """Unpack a bundle. What it replaces is kept under labs/backup/.

    A file that is newer here than in the bundle is left alone, unless it is an untouched lab or
    `overwrite` is set. Progress is joined: nothing that was solved in either place is lost.

    Raises:
        BundleError: if the file is no bundle or damaged; then nothing is changed.
    """
    restored = Restored()
    for one, content in read_bundle(bundle):
        try:
            _place(one, content, overwrite, restored)
        except OSError:  # a container's own folders, a full disk: the rest is still wanted
            restored.refused.append(one.name)
    return restored


def _place(one: Packed, content: bytes, overwrite: bool, restored: Restored) -> None:
    """Put one file where it belongs, unless something newer is there; note what became of it."""
    path = place_of(one.name)
    if not path.exists():
        _write(path, content, one)
        restored.written.append(one.name)
    elif fingerprint(path.read_bytes()) == one.sha256:
        restored.same.append(one.name)
    elif one.name == PROGRESS:
        write_whole(path, _joined(path.read_bytes(), content))
        restored.merged.append(one.name)
    elif overwrite or _untouched(path) or path.stat().st_mtime < one.changed + SAME_SECOND:
        _back_up(path)
        _write(path, content, one)
        restored.written.append(one.name)
    else:
        restored.left.append(one.name)


def _write(path: Path, content: bytes, one: Packed) -> None:
    write_whole(path, content)
    os.utime(path, (one.changed, one.changed))


def _joined(here: bytes, there: bytes) -> bytes:
    """Both files' lines, in the order of their times, each once. A line starts with its time."""
    lines = {line for file in (here, there) for line in file.splitlines() if line.strip()}
    return b"\n".join(sorted(lines)) + b"\n"


def _untouched(path: Path) -> bool:
    """Whether this is a lab or the script as the course hands it out."""
    # Imported here: what makes labs from their sources takes longer than all the rest.
    from workshop.authoring.build import generated_files
    from workshop.source import lab_paths, read_lab

    labs = [read_lab(source) for source in lab_paths() if source.stem == path.stem]
    return any(file.path == path and file.in_sync() for file in generated_files(labs))


def _back_up(path: Path) -> None:
    now = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    write_whole(backup_folder() / f"{path.stem}-{now}{path.suffix}", path.read_bytes())
