"""Where things are: the repository's folders, and the learner's own files in them."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def home() -> Path:
    """The folder that holds the course's labs/ and solutions/.

    The environment variable `WORKSHOP_HOME` names it where the package is installed away from
    them. Otherwise it is the checkout that this package belongs to, or, without one, the copy
    that the package brings along.
    """
    named = os.environ.get("WORKSHOP_HOME")
    if named:
        return Path(named).expanduser()
    return PACKAGE / "course" if installed_alone() else PACKAGE.parent


def installed_alone() -> bool:
    """Whether there is nothing but the installed package: no checkout, and no WORKSHOP_HOME."""
    return not os.environ.get("WORKSHOP_HOME") and (PACKAGE / "course").is_dir()


def learners_home() -> Path:
    """The folder that holds what a learner writes: never inside of an installed package."""
    return Path.home() / "pixels-to-production" if installed_alone() else home()


def labs_folder() -> Path:
    """The notebooks that a learner opens, and everything that they make.

    `WORKSHOP_LABS` moves it, where the course's own folder cannot be written to or does not last:
    a container, a shared installation.
    """
    named = os.environ.get("WORKSHOP_LABS")
    return Path(named).expanduser() if named else learners_home() / "labs"


def solutions_folder() -> Path:
    """The sources of the labs, and the solutions built from them."""
    return home() / "solutions"


def skeleton_folder() -> Path:
    """The script track, ready to be filled in."""
    return learners_home() / "skeleton"


def progress_file() -> Path:
    """What this learner has solved. `WORKSHOP_PROGRESS` moves it."""
    named = os.environ.get("WORKSHOP_PROGRESS")
    return Path(named).expanduser() if named else labs_folder() / "progress.jsonl"


def backup_folder() -> Path:
    """Notebooks as they were before a reset."""
    return labs_folder() / "backup"


def leaderboard_file() -> Path:
    """The learner's own leaderboard, beside the progress. `WORKSHOP_LEADERBOARD` moves it."""
    named = os.environ.get("WORKSHOP_LEADERBOARD")
    return Path(named).expanduser() if named else progress_file().parent / "leaderboard.sqlite"


def models_folder() -> Path:
    """The networks that this learner has trained: beside the progress, so they move together.

    `WORKSHOP_MODELS` names another place.
    """
    named = os.environ.get("WORKSHOP_MODELS")
    return Path(named).expanduser() if named else progress_file().parent / "models"
