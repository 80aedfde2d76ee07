"""A submission with its result, and which of several counts."""

from dataclasses import dataclass

from workshop.grading.results import Result
from workshop.grading.submissions import Submission


@dataclass(frozen=True)
class Grade:
    """A submission and what came of it."""

    submission: Submission
    result: Result


def best_of_each(grades: list[Grade]) -> list[Grade]:
    """One grade for each learner and lab: the best, where somebody handed in several files."""
    best: dict[tuple[str, str], Grade] = {}
    for grade in grades:
        key = grade.submission.learner, grade.submission.lab
        if key not in best or grade.result.score > best[key].result.score:
            best[key] = grade
    return list(best.values())


def by_learner(grades: list[Grade]) -> dict[str, list[Grade]]:
    """What belongs to each learner, in the order of the list."""
    found: dict[str, list[Grade]] = {}
    for grade in grades:
        found.setdefault(grade.submission.learner, []).append(grade)
    return found
