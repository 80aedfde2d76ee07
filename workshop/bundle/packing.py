"""`workshop bundle`: notebooks, progress and models into one file to download."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

from workshop.bundle.contents import (
    MANIFEST,
    VERSION,
    BundleError,
    fingerprint,
    own_files,
)
from workshop.files import write_whole
from workshop.places import labs_folder


def pack(target: Path | None = None) -> Path:
    """Write a bundle of everything that this learner has made; its path.

    Without `target` it goes into the labs folder, where JupyterLab's file list offers to download
    it, under a name with the date and the time.

    Raises:
        BundleError: if there is nothing to pack, or it cannot be written there.
    """
    files = own_files()
    if not files:
        raise BundleError(f"there is nothing to pack in {labs_folder()}.")
    now = datetime.now()
    path = target or labs_folder() / f"my-work-{now:%Y-%m-%d-%H%M%S}.zip"
    try:
        write_whole(path, _archive(files, now))
    except OSError as error:
        raise BundleError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def _archive(files: dict[str, Path], now: datetime) -> bytes:
    listed, buffer = [], io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in files.items():
            content = path.read_bytes()
            archive.writestr(name, content)
            listed.append(
                {
                    "name": name,
                    "sha256": fingerprint(content),
                    "changed": path.stat().st_mtime,
                }
            )
        about = {"version": VERSION, "made": now.isoformat(timespec="seconds"), "files": listed}
        archive.writestr(MANIFEST, json.dumps(about, indent=1))
    return buffer.getvalue()
