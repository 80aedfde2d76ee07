"""Play a lab through as learners would: nothing typed, every known wrong answer, the solution.

Runs in a process of its own (`python -m workshop.authoring.rehearsal SOURCE`), on the stand-in
and with the header's small parameters, and prints its problems as JSON lines.
"""

import contextlib
import dataclasses
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workshop.authoring.problem import Problem
from workshop.exercises.base import Exercise
from workshop.exercises.catalogue import SCRIPT, exercises_of
from workshop.places import solutions_folder
from workshop.regions import fill_region, strip_solution
from workshop.source import Cell, LabSource, Task, part_of, read_lab, read_script
from workshop.verdict import Outcome, Verdict

Names = dict[str, Any]


def rehearse(path: Path, run_all: bool = True) -> list[Problem]:
    """Rehearse one lab in a fresh process; its problems.

    Without `run_all`, the empty lab is not run from top to bottom: only its exercises are judged.
    """
    command = [sys.executable, "-m", "workshop.authoring.rehearsal", str(path)]
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            command if run_all else [*command, "--no-run-all"],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ
            | {
                "MNIST_NPZ": "stand-in",
                "WORKSHOP_PROGRESS": f"{folder}/progress.jsonl",
                "MPLBACKEND": "agg",
            },
        )
    if run.returncode:
        last = run.stderr.strip().splitlines()[-1:] or ["no message"]
        return [Problem(f"the rehearsal stopped: {last[0]}", path.name, f"run {path.name} by hand")]
    return [Problem(**json.loads(line)) for line in run.stdout.splitlines()]


def problems_of(lab: LabSource, run_all: bool = True) -> Iterator[Problem]:
    """Both passes over one lab, in this process."""
    yield from _with_solutions(lab)
    if run_all:
        yield from _run_all_empty(lab)


def _with_solutions(lab: LabSource) -> Iterator[Problem]:
    names: Names = {"__name__": "__main__"}
    exercises = {exercise.id: exercise for exercise in exercises_of(lab.number)}
    tasks = {task.cell: task for task in lab.tasks()}
    checks = {task.check for task in lab.tasks()}
    for index, cell in enumerate(lab.cells):
        if cell.kind != "code" or index in checks:
            continue
        if task := tasks.get(index):
            yield from _try_answers(lab, cell, task, exercises[task.exercise], names)
        try:
            _run(lab, index, cell.text, names)
        except Exception as error:
            yield _crash(lab, index, error, "the solution")
            return
        if task:
            verdict = exercises[task.exercise].verdict(eval(task.answer, names))
            if not verdict.passed:
                yield _surprise(lab, task, "its own solution", "passed", verdict)


def _try_answers(
    lab: LabSource, cell: Cell, task: Task, exercise: Exercise, names: Names
) -> Iterator[Problem]:
    """Nothing typed, then each wrong answer, each on a copy of the names so far."""
    empty = _verdict_on(lab, task, exercise, strip_solution(cell.text), names)
    if isinstance(empty, Problem):
        yield empty
    elif empty.outcome is not Outcome.NOT_ATTEMPTED:
        yield _surprise(lab, task, "the empty exercise", "not attempted", empty)
    for diagnosis, asked, code in _slips(cell, task, exercise):
        verdict = _verdict_on(lab, asked, exercise, code, names)
        if isinstance(verdict, Problem):
            yield verdict
        elif verdict.outcome is not Outcome.NOT_YET or verdict.diagnosis != diagnosis:
            yield _surprise(lab, task, f"the wrong answer {diagnosis}", diagnosis, verdict)


def _slips(cell: Cell, task: Task, exercise: Exercise) -> Iterator[tuple[str, Task, str]]:
    """For each misconception its name, what the check is given, and the code of the cell."""
    for diagnosis, answer in exercise.wrong_answers.items():
        yield diagnosis, task, fill_region(cell.text, answer)
    for diagnosis, given in exercise.wrong_checks.items():
        yield diagnosis, dataclasses.replace(task, answer=given), cell.text


def _verdict_on(
    lab: LabSource, task: Task, exercise: Exercise, code: str, names: Names
) -> Verdict | Problem:
    scratch = dict(names)
    try:
        _run(lab, task.cell, code, scratch)
        return exercise.verdict(eval(task.answer, scratch))
    except Exception as error:
        return _crash(lab, task.cell, error, f"an answer to {task.exercise}")


def _run_all_empty(lab: LabSource) -> Iterator[Problem]:
    """Run All in the lab as it is handed out: no cell may stop."""
    names: Names = {"__name__": "__main__"}
    for index, cell in enumerate(lab.cells):
        if cell.kind == "code":
            try:
                _run(lab, index, strip_solution(cell.text), names)
            except SystemExit:
                return  # The script's way of waiting for its learner.
            except Exception as error:
                yield _crash(lab, index, error, "Run All in the empty lab")
                return


def _run(lab: LabSource, index: int, code: str, names: Names) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, f"{lab.name}, cell {index + 2}", "exec"), names)
        if "parameters" in lab.cells[index].tags:
            names.update(lab.small)


def _crash(lab: LabSource, index: int, error: Exception, who: str) -> Problem:
    # The generated opening is cell 1, so the source's first cell is the notebook's second.
    return Problem(
        f"{who} stops with {type(error).__name__}: {error}",
        f"solutions/{lab.path.name}, cell {index + 2}",
        f"mend that cell, then `workshop build`; it starts: {lab.cells[index].text[:60]!r}",
    )


def _surprise(lab: LabSource, task: Task, who: str, wanted: str, verdict: Verdict) -> Problem:
    got = f"{verdict.outcome.value} ({verdict.diagnosis or 'no diagnosis'}: {verdict.seen})"
    return Problem(
        f"{who} should be judged `{wanted}`, and is {got}",
        f"{task.exercise} in workshop/exercises/",
        "mend its judge, its wrong_answers or the solution, then `workshop verify`",
    )


def main() -> None:
    """Print the problems of the source named on the command line."""
    named = Path(sys.argv[1])
    path = named if named.exists() else solutions_folder() / named
    lab = read_script() if part_of(path) == SCRIPT else read_lab(path)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        # What is only played must not replace a network that somebody trained.
        os.environ["WORKSHOP_MODELS"] = folder
        found = list(problems_of(lab, run_all="--no-run-all" not in sys.argv))
    for problem in found:
        print(json.dumps(dataclasses.asdict(problem)))


if __name__ == "__main__":
    main()
