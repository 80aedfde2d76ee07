"""Who runs the notebooks: this machine (`local`), or the nodes of a Ray cluster (`cluster`)."""

import time
from collections.abc import Callable, Iterator, Mapping

from workshop.grading.course import lab_of, plan
from workshop.grading.interview import Interview
from workshop.grading.results import Ending, Result
from workshop.grading.room import NoRoomError, Rooms
from workshop.grading.submissions import Submission

Grader = Callable[[Mapping[str, Submission], int], Iterator[tuple[str, Result]]]
"""Submissions by key, and the seed of the private inputs → a result for each key, as it comes.

What could not be run is refused, with the reason. The journal is none of a grader's business.
"""


class NoClusterError(RuntimeError):
    """A cluster cannot be used. The message says why, and what to do."""


def grade_one(house: Rooms, submission: Submission, seed: int) -> Result:
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
        interview.robustness,
    )


def refused(submission: Submission, reason: str) -> Result:
    """The result of a submission that was not run."""
    lab = lab_of(submission.lab)
    return Result(Ending.REFUSED, reason, most=lab.points if lab else 0)


def no_room(submission: Submission, why: str) -> Result:
    """The result of a submission that nobody could run this time."""
    return refused(submission, f"no room could be opened for it ({why}); grade it again")
