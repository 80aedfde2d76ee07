"""All exercises of the course, found in the lab modules."""

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType

import workshop.exercises as package
from workshop.exercises.base import Exercise

SCRIPT = "script"
"""The script track stands beside the labs."""


def exercises_of(lab: str) -> tuple[Exercise, ...]:
    """The exercises of a lab (`01`) or of the script track, in order; empty if it has none."""
    if lab not in parts_with_exercises():
        return ()
    return tuple(item for item in vars(_package(lab)).values() if isinstance(item, Exercise))


def module_files(part: str) -> list[Path]:
    """The modules of a lab or of the script track: exercises, and what helps them."""
    return sorted(path for folder in _package(part).__path__ for path in Path(folder).glob("*.py"))


def parts_with_exercises() -> tuple[str, ...]:
    """The two digits of every lab that has exercises, then `script`."""
    names = {module.name for module in pkgutil.iter_modules(package.__path__)}
    labs = sorted(name[3:] for name in names if name[:3] == "lab" and name[3:].isdigit())
    return (*labs, *([SCRIPT] if SCRIPT in names else []))


def find_exercise(identifier: str) -> Exercise | None:
    """The exercise with this id, such as `01-normalise`; None if there is none."""
    for exercise in exercises_of(identifier.partition("-")[0]):
        if exercise.id == identifier:
            return exercise
    return None


def _package(part: str) -> ModuleType:
    name = SCRIPT if part == SCRIPT else f"lab{part}"
    return importlib.import_module(f"workshop.exercises.{name}")
