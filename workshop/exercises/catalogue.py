"""All exercises of the course, found in the lab modules."""

import importlib
import pkgutil

import workshop.exercises as package
from workshop.exercises.base import Exercise


def exercises_of(lab: str) -> tuple[Exercise, ...]:
    """The exercises of one lab (`01`), in the order of its module; empty if it has none."""
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    if f"lab{lab}" not in modules:
        return ()
    module = importlib.import_module(f"workshop.exercises.lab{lab}")
    return tuple(item for item in vars(module).values() if isinstance(item, Exercise))


def labs_with_exercises() -> tuple[str, ...]:
    """The two digits of every lab that has exercises."""
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return tuple(sorted(name[3:] for name in names if name.startswith("lab")))
