"""Where things are: the repository's folders, and the learner's own files in them."""

import os
from pathlib import Path


def home() -> Path:
    """The folder that holds labs/, solutions/ and skeleton/.

    The environment variable `WORKSHOP_HOME` names it where the package is installed away from
    them; otherwise it is the checkout that this package belongs to.
    """
    named = os.environ.get("WORKSHOP_HOME")
    return Path(named).expanduser() if named else Path(__file__).resolve().parent.parent


def labs_folder() -> Path:
    """The notebooks that learners open."""
    return home() / "labs"


def solutions_folder() -> Path:
    """The sources of the labs, and the solutions built from them."""
    return home() / "solutions"


def skeleton_folder() -> Path:
    """The script track, ready to be filled in."""
    return home() / "skeleton"


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
