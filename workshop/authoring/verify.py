"""`workshop verify`: does the whole curriculum still hold?"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from workshop.authoring.build import (
    Generated,
    generated_files,
    same_cells,
    solution_path,
    stored_solution,
)
from workshop.authoring.diagnoses import unshown_diagnoses
from workshop.authoring.notebooks import lab_notebook, read_all_labs, solution_notebook
from workshop.authoring.problem import Problem
from workshop.authoring.reading import (
    dead_links,
    disordered_headings,
    pictures_without_words,
    unparsable_cells,
)
from workshop.authoring.rehearsal import rehearse
from workshop.authoring.table import ROUND_TO, counted_minutes
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import exercises_of, parts_with_exercises
from workshop.places import (
    backup_folder,
    home,
    labs_folder,
    models_folder,
    progress_file,
    skeleton_folder,
    solutions_folder,
)
from workshop.regions import RegionError
from workshop.source import LabSource, SourceError, read_script, script_path

LEAST_HINTS = 2
LEAST_WRONG_ANSWERS = 3
BUILD = "`workshop build`"


def verify(rehearsals: bool = True) -> list[Problem]:
    """Everything that is wrong, in the order in which it is best mended.

    Without rehearsals nothing is run, which takes a second instead of a minute.
    """
    try:
        labs = read_all_labs()
        files = generated_files(labs)
        problems = [
            *_files(labs, files),
            *_stray_files(labs, files),
            *_exercises(labs),
            *_notebooks(labs),
        ]
    except (SourceError, RegionError) as error:
        return [Problem(str(error), "solutions/", "mend the source, then `workshop verify`")]
    if not rehearsals:
        return problems
    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(rehearse, [*(lab.path for lab in labs), script_path()]):
            problems += found
    return problems


def report(problems: list[Problem]) -> str:
    """What the maintainer reads."""
    labs = read_all_labs() if not problems else []
    if problems:
        return "\n".join([*map(str, problems), f"{len(problems)} to mend."])
    count = sum(len(lab.tasks()) for lab in labs)
    return f"✔ {len(labs)} labs and {count} exercises hold."


def _files(labs: list[LabSource], files: list[Generated]) -> Iterator[Problem]:
    for file in files:
        if not file.in_sync():
            place = str(file.path.relative_to(home()))
            yield Problem("differs from what its source gives", place, BUILD)
    for lab in labs:
        stored, place = stored_solution(lab), f"solutions/{lab.name}.ipynb"
        if stored is None:
            yield Problem("is missing", place, BUILD)
        elif not same_cells(stored, solution_notebook(lab)):
            yield Problem("its cells differ from what the source gives", place, BUILD)
        if abs(counted_minutes(lab) - lab.minutes) > ROUND_TO:
            yield Problem(
                f"says {lab.minutes} minutes; counted are {counted_minutes(lab)}",
                f"solutions/{lab.path.name}",
                f"write `minutes: {counted_minutes(lab)}` in its header, then {BUILD}",
            )


def _stray_files(labs: list[LabSource], files: list[Generated]) -> Iterator[Problem]:
    expected = {file.path for file in files}
    expected |= {lab.path for lab in labs} | {solution_path(lab) for lab in labs}
    expected |= {script_path(), progress_file()}
    for folder in (labs_folder(), solutions_folder(), skeleton_folder()):
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith((".", "__")) for part in path.relative_to(home()).parts)
            kept = {backup_folder(), models_folder()} & set(path.parents)
            if path.is_file() and path not in expected and not hidden and not kept:
                place = str(path.relative_to(home()))
                yield Problem("nothing makes or needs this file", place, f"`git rm -f {place}`")


def _exercises(labs: list[LabSource]) -> Iterator[Problem]:
    defined = {number: exercises_of(number) for number in parts_with_exercises()}
    asked = Counter(task.exercise for lab in [*labs, read_script()] for task in lab.tasks())
    for number, exercises in defined.items():
        place = f"exercises of {number}"
        for exercise in exercises:
            yield from _exercise(exercise, f"{exercise.id} in {place}")
            if asked[exercise.id] != 1:
                yield Problem(
                    f"is checked {asked[exercise.id]} times in the labs",
                    f"{exercise.id} in {place}",
                    f"check it once in the source: `ex.{exercise.name}.check(…)`",
                )
    yield from unshown_diagnoses(defined)
    ids = Counter(exercise.id for exercises in defined.values() for exercise in exercises)
    for identifier, count in ids.items():
        if count > 1:
            yield Problem(f"the id {identifier} is used {count} times", identifier, "rename one")


def _exercise(exercise: Exercise, place: str) -> Iterator[Problem]:
    hints = [hint for hint in exercise.hints if hint.strip()]
    if len(hints) < LEAST_HINTS:
        yield Problem(f"has {len(hints)} hints", place, f"write at least {LEAST_HINTS}")
    wrong = exercise.wrong_answers
    if len(wrong) < LEAST_WRONG_ANSWERS:
        yield Problem(
            f"knows {len(wrong)} wrong answers", place, f"write at least {LEAST_WRONG_ANSWERS}"
        )


def _notebooks(labs: list[LabSource]) -> Iterator[Problem]:
    names = {f"{lab.name}.ipynb" for lab in labs}
    for lab in labs:
        fresh, stored = lab_notebook(lab), stored_solution(lab)
        source = f"solutions/{lab.path.name}"
        yield from unparsable_cells(fresh, source)
        yield from disordered_headings(fresh, source)
        yield from dead_links(fresh, source, names)
        yield from pictures_without_words(fresh, source)
        if stored:
            yield from pictures_without_words(stored, f"solutions/{lab.name}.ipynb")
