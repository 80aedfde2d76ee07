"""Where a data set comes from: a file that the user names, Keras's cache, or the network."""

import os
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workshop.data import cache
from workshop.data.dataset import Dataset, Split, read
from workshop.data.download import NoNetwork, Progress, download

KERAS_ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

STAND_IN = "stand-in"
"""What an environment variable says to do without the real pictures."""

NO_RETRY = 15 * 60
"""Seconds for which a download that failed slowly is not tried again."""


class BrokenData(Exception):  # noqa: N818 (a name that learners read)
    """A file is there, but it is not what it should be. The message says what to do."""


class NoData(Exception):  # noqa: N818 (a name that learners read)
    """The pictures are not on this computer and could not be fetched.

    Attributes:
        reason: why, in a few words.
    """

    def __init__(self, dataset: Dataset, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"{dataset.name} is not on this computer and cannot be fetched ({reason}). "
            f"The lab goes on without it. To have it: connect to the network and run this again, "
            f"or let the environment variable {dataset.variable} name an .npz file of it."
        )


@dataclass(frozen=True)
class Source:
    """Where the pictures come from.

    Attributes:
        kind: which of the four sources.
        path: the file, if there is one or will be one.
        sentence: the same for people, in one line.
        real: whether the published pictures are at hand and verified; a download that is yet to
            come may fail.
    """

    kind: Literal["file", "cache", "download", "stand-in"]
    path: Path | None
    sentence: str
    real: bool


def obtain(dataset: Dataset, origin: str, patience: float, quiet: bool) -> tuple[Split, Source]:
    """What the disk holds, or else what the network gives.

    Args:
        dataset: what to look for.
        origin: the address of the folder to download from.
        patience: seconds to wait for a network that is silent.
        quiet: show no progress.

    Raises:
        NoData: if neither has it.
        BrokenData: if the disk holds something else under its name.
    """
    found = stored(dataset)
    if found:
        return found
    not_too_soon(dataset)
    begun = time.monotonic()
    progress = None if quiet else _progress_of(dataset)
    try:
        contents = {
            file: download(origin + Path(file).name, patience, progress) for file in dataset.files
        }
        pictures = read(dataset, contents)
    except NoNetwork as failure:
        if time.monotonic() - begun > 1:
            cache.keep(_failure_marker(dataset), b"")
        raise NoData(dataset, str(failure)) from failure
    except ValueError as problem:
        raise NoData(dataset, f"the network sent something else: {problem}") from problem
    kept = [cache.keep(file, content) for file, content in contents.items()]
    where = "kept beside Keras's" if all(kept) else "kept nowhere: no folder can be written to"
    sentence = (
        f"{dataset.name}: the real 70,000 {dataset.pictures}, downloaded (verified) and {where}."
    )
    return pictures, Source("download", kept[0], sentence, True)


def stored(dataset: Dataset) -> tuple[Split, Source] | None:
    """What the environment variable names, or else what Keras's cache holds, or None.

    Raises:
        NoData: if the environment variable says to do without.
        BrokenData: if what is there is not what it should be.
    """
    variable = dataset.variable
    named = os.environ.get(variable)
    if named == STAND_IN:
        raise NoData(dataset, f"{variable}={STAND_IN}")
    if named:
        path = Path(os.path.expanduser(named))
        remedy = (
            f"Let {variable} name a good .npz file, or remove it: `unset {variable}` in a "
            f'terminal, `del os.environ["{variable}"]` in a notebook.'
        )
        return _read(dataset, path, {path.name: path}, "file", remedy)
    for folder in cache.folders():
        paths = {file: folder / file for file in dataset.files}
        if all(os.path.isfile(path) for path in paths.values()):
            place = folder / Path(dataset.files[0]).parts[0]
            remedy = f"Delete it, and it is fetched anew: rm -r {shlex.quote(str(place))}"
            return _read(dataset, place, paths, "cache", remedy)
    return None


def _read(
    dataset: Dataset,
    place: Path,
    paths: dict[str, Path],
    kind: Literal["file", "cache"],
    remedy: str,
) -> tuple[Split, Source]:
    try:
        pictures = read(dataset, {file: cache.content_of(path) for file, path in paths.items()})
    except ValueError as problem:
        raise BrokenData(
            f"{place} cannot serve as {dataset.name}: {problem}. Nothing was loaded. {remedy}"
        ) from problem
    if dataset.archives if len(paths) > 1 else dataset.arrays:
        sentence = f"the real 70,000 {dataset.pictures}, from {place.name} (verified)."
        return pictures, Source(kind, place, f"{dataset.name}: {sentence}", True)
    sentence = f"70,000 {dataset.pictures}, from {place.name} (only shapes and labels checked)."
    return pictures, Source(kind, place, f"{dataset.name}: {sentence}", False)


def not_too_soon(dataset: Dataset) -> None:
    """Raise NoData while a slow failure is still fresh."""
    for marker in cache.found(_failure_marker(dataset)):
        age = time.time() - marker.stat().st_mtime
        if 0 <= age < NO_RETRY:
            minutes = 1 + int(NO_RETRY - age) // 60
            raise NoData(dataset, f"no network; the next try is in {minutes} minutes")


def _failure_marker(dataset: Dataset) -> str:
    return f"{dataset.name.lower()}-no-network"


def _progress_of(dataset: Dataset) -> Progress:
    """Shows how far a download is, once it has taken a second."""
    begun = time.monotonic()

    def show(received: int, expected: int) -> None:
        if time.monotonic() - begun > 1:
            size = f" of {expected / 1e6:.0f}" if expected else ""
            # The next line, longer than this one, is printed over it.
            print(f"{dataset.name}: {received / 1e6:.0f}{size} MB", end="\r", flush=True)

    return show
