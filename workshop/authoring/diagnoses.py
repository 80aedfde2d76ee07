"""A judge may name a misconception only if some wrong answer shows it."""

import ast
import inspect
from collections.abc import Iterable, Iterator

from workshop.authoring.problem import Problem
from workshop.exercises import common
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import module_files


def unshown_diagnoses(defined: dict[str, tuple[Exercise, ...]]) -> Iterator[Problem]:
    """A problem for each name that no wrong answer shows.

    What an exercise's own class names, that exercise has to show. What helpers name, any exercise
    of their lab may show; and what all labs share, any exercise of the course.
    """
    for part, exercises in defined.items():
        own: set[str] = set()
        for exercise in exercises:
            named = _named_in(inspect.getsource(type(exercise)))
            yield from _problems(named, [exercise], f"{exercise.id} in exercises of {part}")
            own |= named
        for path in module_files(part):
            named = _named_in(path.read_text(encoding="utf-8")) - own
            yield from _problems(named, exercises, f"{path.name} in exercises of {part}")
    everybody = [exercise for exercises in defined.values() for exercise in exercises]
    yield from _problems(_named_in(inspect.getsource(common)), everybody, "common.py in exercises")


def _problems(named: set[str], exercises: Iterable[Exercise], place: str) -> Iterator[Problem]:
    shown: set[str] = set()
    for exercise in exercises:
        shown |= exercise.wrong_answers.keys() | exercise.wrong_checks.keys()
    for name in sorted(named - shown):
        yield Problem(
            f"no wrong answer shows the diagnosis `{name}`",
            place,
            "add one to wrong_answers (or to wrong_checks), or drop the diagnosis",
        )


def _named_in(code: str) -> set[str]:
    """The first arguments of `not_yet("name", …)`, where they are written out."""
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "not_yet"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
