"""`workshop grade diff OLD NEW`: whose grade is another, in which exercise, from what to what."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.grading.reports.grades import Grade, best_of_each
from workshop.grading.reports.results_json import SCHEMA
from workshop.grading.reports.safe_text import in_line
from workshop.grading.results import Ending, Result
from workshop.grading.submissions import Submission
from workshop.verdict import GLYPHS, Verdict

Key = tuple[str, str]
"""Learner and lab."""


class NotAReportError(ValueError):
    """A folder holds no results that can be read; the message says which and why."""


@dataclass(frozen=True)
class Difference:
    """Lines for each learner and lab whose grade differs, and how many are the same."""

    lines: tuple[str, ...]
    changed: int
    appeared: int
    disappeared: int
    same: int

    def __str__(self) -> str:
        counts = (
            f"{self.changed} changed, {self.appeared} appeared, "
            f"{self.disappeared} disappeared, {self.same} the same."
        )
        return "\n".join([*self.lines, counts])


def difference(old: Path, new: Path) -> Difference:
    """Compare two folders that `workshop grade` has written.

    Seconds and sentences may differ; points, outcomes and diagnoses count.

    Raises:
        NotAReportError: if one of them is none.
    """
    before, after = _results_in(old), _results_in(new)
    lines: list[str] = []
    changed = 0
    for key in sorted(before.keys() | after.keys()):
        found = list(_between(before.get(key), after.get(key)))
        changed += bool(found and key in before and key in after)
        lines += [f"{in_line(key[0])} · lab {key[1] or 'unknown'}: {found[0]}"] if found else []
        lines += [f"  {line}" for line in found[1:]]
    appeared, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    same = len(before.keys() & after.keys()) - changed
    return Difference(tuple(lines), changed, appeared, gone, same)


def _between(old: Result | None, new: Result | None) -> Iterator[str]:
    """What is different: one line about the whole, then one for each exercise; else nothing."""
    if old is None and new is not None:
        yield f"appeared, {_points(new)}{_ending(new)}"
    elif new is None and old is not None:
        yield f"disappeared, had {_points(old)}{_ending(old)}"
    elif old is not None and new is not None:
        exercises = list(_exercises(old, new))
        if exercises or _whole(old) != _whole(new):
            yield f"{_points(old)}{_ending(old)} → {_points(new)}{_ending(new)}"
            yield from exercises


def _exercises(old: Result, new: Result) -> Iterator[str]:
    before = {verdict.exercise: verdict for verdict in old.verdicts}
    after = {verdict.exercise: verdict for verdict in new.verdicts}
    for name in dict.fromkeys((*before, *after)):
        was, is_now = before.get(name), after.get(name)
        if was is None or is_now is None or _facts(was) != _facts(is_now):
            yield f"{in_line(name)}  {_said(was)} → {_said(is_now)}"


def _facts(verdict: Verdict) -> tuple[object, ...]:
    return verdict.outcome, verdict.points, verdict.max_points, verdict.diagnosis


def _whole(result: Result) -> tuple[object, ...]:
    return result.ending, result.score, result.most


def _said(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not asked"
    name = f" ({in_line(verdict.diagnosis)})" if verdict.diagnosis else ""
    points = f"{verdict.points:g} of {verdict.max_points:g}"
    return f"{GLYPHS[verdict.outcome]} {verdict.outcome.value}{name}, {points}"


def _points(result: Result) -> str:
    return f"{result.score:g} of {result.most:g} points"


def _ending(result: Result) -> str:
    return "" if result.ending is Ending.GRADED else f" ({result.ending.value})"


def _results_in(folder: Path) -> dict[Key, Result]:
    """The result that counts for each learner and lab, as in grades.csv."""
    path = folder / "results.json" if folder.is_dir() else folder
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        if report["schema"] != SCHEMA:
            raise NotAReportError(f"{path} has schema {report['schema']}; {SCHEMA} is read here")
        grades = [_grade(result) for result in report["results"]]
    except OSError as error:
        raise NotAReportError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        if isinstance(error, NotAReportError):
            raise
        raise NotAReportError(f"{path} is no results.json of this grader") from error
    return {(g.submission.learner, g.submission.lab): g.result for g in best_of_each(grades)}


def _grade(data: dict[str, Any]) -> Grade:
    result = Result.from_json(data)
    numbers = [result.most, *(n for v in result.verdicts for n in (v.points, v.max_points))]
    if not all(isinstance(number, int | float) for number in numbers):
        raise TypeError("points are numbers")
    return Grade(Submission(str(data["learner"]), str(data["lab"]), "", ""), result)
