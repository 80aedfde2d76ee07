"""Which kind of source a path is."""

from pathlib import Path

from workshop.scoring.folder import FolderSource
from workshop.scoring.item import ScoringError
from workshop.scoring.npz import NpzSource
from workshop.scoring.parquet import ParquetSource
from workshop.scoring.source import Source


def open_source(path: Path, key: str = "") -> Source:
    """Find out what a path is, and look into it as far as needed.

    Args:
        path: a folder of pictures, an .npz or a .parquet file.
        key: which array or column holds the pictures; only needed if there are several.

    Raises:
        ScoringError: if it is none of these or holds no pictures.
    """
    try:
        if path.is_dir():
            return FolderSource.open(path)
        if path.suffix == ".npz" and path.is_file():
            return NpzSource.open(path, key)
        if path.suffix == ".parquet" and path.is_file():
            return ParquetSource.open(path, key)
    except OSError as error:
        raise ScoringError(f"{path} cannot be read ({error.strerror}).") from error
    if path.exists():
        raise ScoringError(f"{path} is no folder, .npz or .parquet file; give one of these.")
    raise ScoringError(f"There is no {path}.")
