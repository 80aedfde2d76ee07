"""The notebooks run on this machine: threads that share the process which opens rooms."""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from workshop.grading.grader import grade_one, no_room
from workshop.grading.house import open_house
from workshop.grading.results import Result
from workshop.grading.room import Limits, NoRoomError
from workshop.grading.submissions import Submission

HOUSES = 2
"""How often the process that opens rooms is started before its notebooks are given up."""


def grade_here(
    waiting: Mapping[str, Submission], seed: int, limits: Limits, jobs: int
) -> Iterator[tuple[str, Result]]:
    """A `Grader`, with so many notebooks at the same time; 0 for as many as there are cores.

    Raises:
        NoRoomError: if this machine cannot run notebooks at all.
    """
    left = dict(waiting)
    why = ""
    for _ in range(HOUSES):
        if not left:
            return
        with open_house(limits) as house, ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
            running = {pool.submit(grade_one, house, one, seed): key for key, one in left.items()}
            for done in as_completed(running):
                key = running[done]
                try:
                    result = done.result()
                except NoRoomError as error:
                    why = str(error)
                    continue
                del left[key]
                yield key, result
    for key, submission in left.items():
        yield key, no_room(submission, why)
