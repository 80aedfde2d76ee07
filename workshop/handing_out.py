"""Give a learner copies of the labs, where their folder is not the course's own."""

import os
from pathlib import Path

from workshop.files import write_whole
from workshop.places import home, labs_folder


class CannotHandOut(OSError):  # noqa: N818 (a name that reads as a sentence)
    """The learner's folder cannot be written to; the message says whose it is and what to do."""


def hand_out() -> list[Path]:
    """Copy each lab into the learner's folder, unless a file of its name is there already.

    Returns:
        What was copied. Nothing where the learner works in the course's own folder.

    Raises:
        CannotHandOut: if nothing can be written there, not even what the learner saves later.
    """
    folder, course = labs_folder(), home() / "labs"
    if folder.resolve() == course.resolve():
        return []
    if folder.exists() and not os.access(folder, os.W_OK):
        raise CannotHandOut(f"Nothing can be saved in {folder}. {_owner(folder)}")
    copied = []
    for lab in sorted(course.glob("*.ipynb")):
        if not (folder / lab.name).exists():
            _copy(lab, folder)
            copied.append(folder / lab.name)
    return copied


def _copy(lab: Path, folder: Path) -> None:
    try:
        write_whole(folder / lab.name, lab.read_bytes())
    except OSError as error:
        raise CannotHandOut(
            f"The labs cannot be copied into {folder}: {error.strerror}. {_owner(folder)}"
        ) from error


def _owner(folder: Path) -> str:
    try:
        owner = folder.stat().st_uid
    except OSError:
        return "Let WORKSHOP_LABS name a folder that can be written to."
    return (
        f"It belongs to the user with the number {owner}. In a container, start it as that user: "
        f"add `--user {owner}` before the image's name."
    )
