"""What a class has done, in numbers: how scores spread, what was passed, what is misunderstood."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from workshop.grading.reports.grades import Grade
from workshop.grading.results import Ending
from workshop.verdict import Outcome, Verdict

TENTHS = 10
MOST_MISCONCEPTIONS = 15


@dataclass(frozen=True)
class Pass:
    """One exercise: how many have which outcome."""

    exercise: str
    title: str
    counts: dict[Outcome, int]

    @property
    def total(self) -> int:
        """How many notebooks were asked."""
        return sum(self.counts.values())

    @property
    def rate(self) -> float:
        """The share that passed, 0 to 1."""
        return self.counts[Outcome.PASSED] / self.total


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that has a name, how many gave it, and why it is wrong."""

    exercise: str
    title: str
    diagnosis: str
    why: str
    count: int


@dataclass(frozen=True)
class LabStatistics:
    """One lab of a class.

    Attributes:
        lab: its two digits, or `script`.
        scores: points of every notebook that ran.
        most: points of a faultless one.
        tenths: how many reached 0 to 10 % of the points, 10 to 20 %, … 90 to 100 %.
        passes: by exercise.
        seconds: how long each notebook ran.
    """

    lab: str
    scores: tuple[float, ...]
    most: float
    tenths: tuple[int, ...]
    passes: tuple[Pass, ...]
    seconds: tuple[float, ...]

    @property
    def middle_score(self) -> float:
        """The median."""
        return median(self.scores)

    @property
    def middle_seconds(self) -> float:
        """The median."""
        return median(self.seconds)


def statistics_of(grades: list[Grade]) -> list[LabStatistics]:
    """For each lab, from one grade for each learner; what was refused did not run."""
    ran = [grade for grade in grades if grade.result.ending is not Ending.REFUSED]
    labs = sorted({grade.submission.lab for grade in ran})
    return [_lab(lab, [one for one in ran if one.submission.lab == lab]) for lab in labs]


def misconceptions_of(grades: list[Grade]) -> list[Misconception]:
    """The commonest first."""
    wrong = [v for v in _verdicts(grades) if v.outcome is Outcome.NOT_YET]
    counts = Counter((verdict.exercise, verdict.diagnosis) for verdict in wrong)
    example = {(verdict.exercise, verdict.diagnosis): verdict for verdict in wrong}
    return [
        Misconception(exercise, example[key].title, diagnosis, example[key].why, count)
        for key, count in counts.most_common(MOST_MISCONCEPTIONS)
        for exercise, diagnosis in [key]
    ]


def _lab(lab: str, grades: list[Grade]) -> LabStatistics:
    scores = tuple(grade.result.score for grade in grades)
    most = max(grade.result.most for grade in grades)
    tenths = Counter(_tenth(score, most) for score in scores)
    outcomes: dict[str, list[Verdict]] = {}
    for verdict in _verdicts(grades):
        outcomes.setdefault(verdict.exercise, []).append(verdict)
    passes = (
        Pass(exercise, listed[0].title, dict(_counts(listed)))
        for exercise, listed in outcomes.items()
    )
    seconds = tuple(grade.result.seconds for grade in grades)
    counts = tuple(tenths[tenth] for tenth in range(TENTHS))
    return LabStatistics(lab, scores, most, counts, tuple(passes), seconds)


def _tenth(score: float, most: float) -> int:
    """0 to 9; full marks belong to the last tenth."""
    return min(TENTHS - 1, math.floor(TENTHS * score / most)) if most else 0


def _counts(verdicts: list[Verdict]) -> Iterator[tuple[Outcome, int]]:
    for outcome in Outcome:
        yield outcome, sum(verdict.outcome is outcome for verdict in verdicts)


def _verdicts(grades: list[Grade]) -> Iterator[Verdict]:
    for grade in grades:
        yield from grade.result.verdicts
