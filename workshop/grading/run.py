"""`workshop grade`: from a folder of submissions to a folder of reports, whatever happens."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from workshop.grading.grader import Grader, refused
from workshop.grading.journal import Journal, key_of
from workshop.grading.local import grade_here
from workshop.grading.reports import write_reports
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.roster import EMPTY, Roster
from workshop.grading.results import Ending, Result
from workshop.grading.room import Limits
from workshop.grading.submissions import Submission, find_submissions

JOURNAL = "journal.sqlite"
BAR = 20

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wishes:
    """How to grade.

    Attributes:
        jobs: notebooks at the same time; 0 for as many as there are cores.
        only: learners to grade; empty for all. Of others, what is known already is reported.
        regrade: grade again what the journal knows already.
        limits: what a notebook may take.
        cluster: the address of the Ray cluster that runs them; empty for this machine.
        roster: who is who in the learning platform.
    """

    jobs: int = 0
    only: tuple[str, ...] = ()
    regrade: bool = False
    limits: Limits = field(default_factory=Limits)
    cluster: str = ""
    roster: Roster = EMPTY


def grade_folder(
    place: Path, report: Path, wishes: Wishes, tell: Tell | None = None
) -> list[Grade]:
    """Grade what is in a folder or an archive, and write the reports.

    Returns:
        A grade for every submission; none raises an error here.

    Raises:
        FileNotFoundError: if there is no such place.
        NoRoomError: if this machine cannot run notebooks at all.
        NoClusterError: if the cluster cannot.
    """
    submissions = find_submissions(place, report)
    journal = Journal(report / JOURNAL)
    try:
        grades = grade(submissions, journal, wishes, tell or _to_stderr)
    finally:
        journal.close()
    for remark in write_reports(grades, report, wishes.roster):
        (tell or _to_stderr)(remark)
    return grades


def grade(
    submissions: list[Submission], journal: Journal, wishes: Wishes, tell: Tell
) -> list[Grade]:
    """Grade a list; what is in the journal is taken from there."""
    keys = [key_of(one.digest, one.lab, wishes.limits) for one in submissions]
    meant = [not wishes.only or one.learner in wishes.only for one in submissions]
    if wishes.regrade:
        journal.forget(key for key, means in zip(keys, meant, strict=True) if means)
    waiting: dict[str, Submission] = {}
    results: dict[str, Result] = {}
    for one, key, means in zip(submissions, keys, meant, strict=True):
        if one.refused:
            continue
        known = journal.find(key)
        if known:
            results[key] = known
        elif means:
            waiting.setdefault(key, one)
    if results:
        tell(f"{len(results)} graded before; {len(waiting)} to go.")
    progress = Progress(len(waiting), tell)
    if waiting:
        for key, result in _grader(wishes, tell)(waiting, journal.seed):
            if result.ending is not Ending.REFUSED:
                journal.keep(key, result)
            results[key] = result
            progress.tell(waiting[key], result)
    return [
        Grade(one, refused(one, one.refused) if one.refused else results[key])
        for one, key in zip(submissions, keys, strict=True)
        if one.refused or key in results
    ]


@dataclass
class Progress:
    """Learner by learner: who is done, and how long the others will take."""

    total: int
    out: Tell
    done: int = 0
    begun: float = field(default_factory=time.monotonic)

    def tell(self, submission: Submission, result: Result) -> None:
        """One more is graded."""
        self.done += 1
        filled = BAR * self.done // self.total
        left = (time.monotonic() - self.begun) / self.done * (self.total - self.done)
        self.out(
            f"[{'#' * filled}{'.' * (BAR - filled)}] {self.done} of {self.total}  "
            f"{submission.learner} · {submission.lab}  "
            f"{result.score:g} of {result.most:g} points  {result.seconds:.1f} s  "
            f"about {left / 60:.0f} min left"
        )


def _grader(wishes: Wishes, tell: Tell) -> Grader:
    if not wishes.cluster:
        return partial(grade_here, limits=wishes.limits, jobs=wishes.jobs)
    from workshop.grading.cluster import grade_on_cluster  # Ray is an optional extra, and slow

    return partial(
        grade_on_cluster,
        address=wishes.cluster,
        limits=wishes.limits,
        jobs=wishes.jobs,
        tell=tell,
    )


def _to_stderr(line: str) -> None:
    print(line.encode("utf-8", "replace").decode(), file=sys.stderr, flush=True)
