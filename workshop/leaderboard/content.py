"""What is sent to a board: the bytes of a `.keras` file."""

import os
import tempfile
from pathlib import Path
from typing import Any

from workshop.leaderboard.entry import RefusedEntry
from workshop.untrusted.model_file import LARGEST_FILE


def file_content(model: Any) -> bytes:
    """The bytes of a `.keras` file, from its path or from a Keras model.

    Raises:
        RefusedEntry: if there is no such file, or it is too large.
    """
    if hasattr(model, "save") and hasattr(model, "count_params"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.keras"
            model.save(path)
            return path.read_bytes()
    if not isinstance(model, (str, os.PathLike)):
        raise RefusedEntry(
            f"This is a {type(model).__name__}. Give the path of a .keras file, or a Keras model.",
            415,
        )
    path = Path(model).expanduser()
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise RefusedEntry(
            f"{path} cannot be read ({error.strerror}). Save your network there first: "
            f'`model.save("{path.name}")`.',
            415,
        ) from error
