"""Files kept beside Keras's own, so that Keras finds them too: whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path

from workshop.files import write_whole

LARGEST_FILE = 200 * 1024 * 1024


def folders() -> list[Path]:
    """Keras's folder of data sets, and the one Keras takes where a home cannot be written to.

    `WORKSHOP_DATA` names a third: what came with the installation, such as in a container.
    """
    places = [os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")]
    with contextlib.suppress(FileNotFoundError):  # a machine on which nothing can be written to
        places.append(os.path.join(tempfile.gettempdir(), ".keras"))
    places += filter(None, [os.environ.get("WORKSHOP_DATA")])
    return [Path(place) / "datasets" for place in places if not place.startswith("~")]


def found(file: str) -> list[Path]:
    """The places where this file is kept."""
    return [folder / file for folder in folders() if os.path.isfile(folder / file)]


def content_of(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        ValueError: if there is none, it cannot be read, or it is far larger than any data set here.
    """
    if not os.path.isfile(path):
        raise ValueError("there is no such file")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ValueError("it is far too large")
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"it cannot be read ({error.strerror})") from error


def keep(file: str, content: bytes) -> Path | None:
    """Write a file into the first folder that allows it, whole or not at all.

    Returns:
        Its path, or None where no folder can be written to.
    """
    for folder in folders():
        path = folder / file
        with contextlib.suppress(OSError):
            write_whole(path, content)
            return path
    return None
