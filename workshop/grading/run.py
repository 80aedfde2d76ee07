"""`workshop grade`: from a folder of submissions to a folder of reports, whatever happens."""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from workshop.grading.course import lab_of, plan
from workshop.grading.house import House, NoRoomError, open_house
from workshop.grading.interview import Interview
from workshop.grading.journal import Journal, key_of
from workshop.grading.reports import write_reports
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.roster import EMPTY, Roster
from workshop.grading.results import Ending, Result
from workshop.grading.room import Limits
from workshop.grading.submissions import Submission, find_submissions

JOURNAL = "journal.sqlite"
BAR = 20
HOUSES = 2
"""How often the process that opens rooms is started before its notebooks are given up."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Wishes:
    """How to grade.

    Attributes:
        jobs: notebooks at the same time; 0 for as many as there are cores.
        only: learners to grade; empty for all.
        regrade: grade again what the journal knows already.
        limits: what a notebook may take.
        roster: who is who in the learning platform.
    """

    jobs: int = 0
    only: tuple[str, ...] = ()
    regrade: bool = False
    limits: Limits = field(default_factory=Limits)
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
    """
    submissions = find_submissions(place, report)
    if wishes.only:
        submissions = [one for one in submissions if one.learner in wishes.only]
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
    if wishes.regrade:
        journal.forget(keys)
    waiting: dict[str, list[Submission]] = defaultdict(list)
    results: dict[str, Result] = {}
    for one, key in zip(submissions, keys, strict=True):
        if one.refused:
            continue
        known = journal.find(key)
        if known:
            results[key] = known
        else:
            waiting[key].append(one)
    if results:
        tell(f"{len(results)} graded before; {len(waiting)} to go.")
    progress = Progress(len(waiting), tell)
    for _ in range(HOUSES):
        if not waiting:
            break
        with open_house(wishes.limits) as house:
            for key, result in _graded(house, waiting, journal, wishes.jobs):
                results[key] = result
                progress.tell(waiting.pop(key)[0], result)
    return [
        Grade(one, _result_of(one, results.get(key)))
        for one, key in zip(submissions, keys, strict=True)
    ]


def grade_one(house: House, submission: Submission, seed: int) -> Result:
    """Run one submission and judge it.

    Raises:
        NoRoomError: if no room can be opened for it.
    """
    lab = lab_of(submission.lab)
    assert lab is not None
    assert submission.notebook is not None
    begun = time.monotonic()
    interview = Interview(house, lab, plan(submission.notebook, lab), seed)
    ended = ""
    try:
        interview.hold()
    except NoRoomError:
        raise
    except Exception as error:  # the points so far are kept, and the others are graded
        ended = f"the grader itself stopped with `{type(error).__name__}: {str(error)[:200]}`"
    ended = ended or interview.ended
    return Result(
        Ending.STOPPED if ended else Ending.GRADED,
        ended,
        tuple(interview.verdicts.values()),
        lab.points,
        interview.rungs,
        tuple(f"cell {number}: {error}" for number, error in interview.errors.items()),
        round(time.monotonic() - begun, 1),
    )


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


def _graded(
    house: House, waiting: dict[str, list[Submission]], journal: Journal, jobs: int
) -> Iterable[tuple[str, Result]]:
    """Results as they come, each in the journal already; what found no room is left out."""
    seed = journal.seed

    def grade_and_keep(key: str, submission: Submission) -> Result:
        result = grade_one(house, submission, seed)
        journal.keep(key, result)
        return result

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        running = {
            pool.submit(grade_and_keep, key, listed[0]): key for key, listed in waiting.items()
        }
        for done in as_completed(running):
            try:
                yield running[done], done.result()
            except NoRoomError:
                continue


def _result_of(submission: Submission, result: Result | None) -> Result:
    if result is not None and not submission.refused:
        return result
    lab = lab_of(submission.lab)
    reason = submission.refused or "no room could be opened for it; grade it again"
    return Result(Ending.REFUSED, reason, most=lab.points if lab else 0)


def _to_stderr(line: str) -> None:
    print(line.encode("utf-8", "replace").decode(), file=sys.stderr, flush=True)
