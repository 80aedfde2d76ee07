"""What belongs into a bundle, and how a bundle that somebody hands in is read with care."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from workshop.places import (
    labs_folder,
    models_folder,
    progress_file,
    skeleton_folder,
)

MANIFEST = "bundle.json"
VERSION = 1
LARGEST_FILE = 200 * 1024 * 1024
LARGEST_BUNDLE = 1024 * 1024 * 1024
PROGRESS = "progress.jsonl"
STYLE = "figures.mplstyle"
# One folder, one name; nothing that starts with a dot, and nothing that leads out of its folder.
NAME = re.compile(
    r"labs/[^/\\.][^/\\]*\.(ipynb|py)|skeleton/[^/\\.][^/\\]*\.py"
    r"|models/[^/\\.][^/\\]*\.(keras|npz|json)|progress\.jsonl|figures\.mplstyle"
)


class BundleError(ValueError):
    """Nothing was packed or unpacked; the message says what, where, and what to do."""


@dataclass(frozen=True)
class Packed:
    """One file in a bundle: its name there, its SHA-256, and its time of change (seconds, UTC)."""

    name: str
    sha256: str
    changed: float


def place_of(name: str) -> Path:
    """Where a file of a bundle belongs on this computer."""
    folder, _, file = name.rpartition("/")
    folders = {"labs": labs_folder(), "skeleton": skeleton_folder(), "models": models_folder()}
    if folder:
        return folders[folder] / file
    return progress_file() if name == PROGRESS else progress_file().parent / STYLE


def own_files() -> dict[str, Path]:
    """Everything on this computer that is a learner's work, by its name in a bundle."""
    candidates = {PROGRESS: place_of(PROGRESS), STYLE: place_of(STYLE)}
    for folder in ("labs", "skeleton", "models"):
        here = place_of(f"{folder}/x").parent
        for path in sorted(here.iterdir()) if here.is_dir() else ():
            candidates[f"{folder}/{path.name}"] = path
    return {
        name: path
        for name, path in candidates.items()
        if NAME.fullmatch(name) and path.is_file() and not path.is_symlink()
    }


def fingerprint(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def read_bundle(path: Path) -> list[tuple[Packed, bytes]]:
    """Every file of a bundle with its content, each checked against the bundle's own list.

    Raises:
        BundleError: if it is no bundle, is damaged, holds a name that does not belong there, or
            would unpack to more than a gigabyte.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path)
    except FileNotFoundError as error:
        raise BundleError(f"there is no file {path}.") from error
    except OSError as error:
        raise BundleError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BundleError(
            f"{path} is not a bundle, or it was damaged on its way ({error}). Download it again "
            "from where `workshop bundle` made it."
        ) from error


def _read(archive: zipfile.ZipFile, path: Path) -> list[tuple[Packed, bytes]]:
    listed = _manifest(archive, path)
    sizes = {info.filename: info.file_size for info in archive.infolist()}
    extra = sorted(set(sizes) - {one.name for one in listed} - {MANIFEST})
    missing = [one.name for one in listed if one.name not in sizes]
    strange = [one.name for one in listed if not NAME.fullmatch(one.name)]
    if wrong := [*extra, *missing, *strange]:
        raise BundleError(
            f"{path} holds or lacks what a bundle of this course does not: {wrong[0][:80]!r}. "
            "Nothing was unpacked."
        )
    largest = max(sizes.values(), default=0)
    if largest > LARGEST_FILE or sum(sizes.values()) > LARGEST_BUNDLE:
        raise BundleError(f"{path} would unpack to {sum(sizes.values()):,} bytes; refused.")
    return [(one, _content(archive, one, path)) for one in listed]


def _manifest(archive: zipfile.ZipFile, path: Path) -> list[Packed]:
    try:
        info = archive.getinfo(MANIFEST)
        if info.file_size > LARGEST_FILE // 100:
            raise ValueError("its list is far too long")
        data = json.loads(archive.read(info))
        if data["version"] != VERSION:
            raise ValueError(f"it has version {data['version']}, and this course reads {VERSION}")
        return [
            Packed(str(f["name"]), str(f["sha256"]), float(f["changed"])) for f in data["files"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"{path} is not a bundle of this course: {error}.") from error


def _content(archive: zipfile.ZipFile, one: Packed, path: Path) -> bytes:
    content = archive.read(one.name)
    if fingerprint(content) != one.sha256:
        raise BundleError(f"{path}: {one.name} is damaged. Nothing was unpacked.")
    return content
