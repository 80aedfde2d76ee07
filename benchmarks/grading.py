"""Submissions per minute: `workshop grade` against `nbgrader autograde`, on the same notebooks.

    PYTHONPATH=. python benchmarks/grading.py
    PYTHONPATH=. python benchmarks/grading.py --submissions 2 --rounds 1        # does it run?

Lab 01, some of it right and some partly right, each learner's a little different. nbgrader gets a
course that it has released itself from the solution. The graders take turns, each from an empty
start; one after the other, so that each has both cores. Memory is that of all processes of a
grader together, what they share counted once.
"""

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from tests.graders import Grader, nbgrader, nbgrader_course
from tests.term import Homework, honest
from workshop.places import solutions_folder
from workshop.source import read_lab

NAME, ASSIGNMENT = "01_data", "lab01"
GOAL = 5
WORKSHOP, ALONE, NBGRADER = "workshop grade", "… --jobs 1", "nbgrader autograde"

# On a busy machine it would drop whole submissions: it gives the first message of a cell 4 seconds.
PATIENT = ("--Execute.iopub_timeout=600", "--Execute.timeout=600")

Scores = dict[str, float]


@dataclass(frozen=True)
class Turn:
    """One grader's turn with all submissions."""

    seconds: float
    memory: int
    scores: Scores


def workshop_turn(homework: list[Homework], *options: str) -> Turn:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for one in homework:
            path = folder / "submissions" / one.learner / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(one.content)
        grader = Grader(folder / "submissions", folder / "report", folder / "temporary", options)
        run = grader.run()
        scores = {result["learner"]: result["score"] for result in grader.results()}
    return Turn(run.seconds, run.memory, scores)


def nbgrader_turn(homework: list[Homework]) -> Turn:
    with nbgrader_course(ASSIGNMENT, solutions_folder() / f"{NAME}.ipynb") as course:
        for one in homework:
            path = course / "submitted" / one.learner / ASSIGNMENT / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(one.content)
        begun = time.monotonic()
        memory = nbgrader(course, "autograde", ASSIGNMENT, *PATIENT)
        seconds = time.monotonic() - begun
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
            graded = gradebook.assignment_submissions(ASSIGNMENT)
            scores = {each.student.id: each.score for each in graded}
    return Turn(seconds, memory, scores)


def class_of(count: int) -> list[Homework]:
    """So many learners' notebooks; every third is only partly right."""
    lab, rng = read_lab(solutions_folder() / f"{NAME}.py"), random.Random(0)
    kinds = ("complete", "complete", "partly right")
    return [honest(lab, f"learner{n:02}", kinds[n % 3], rng) for n in range(count)]


def print_table(homework: list[Homework], turns: dict[str, list[Turn]]) -> None:
    deserved = {one.learner: one.score for one in homework}
    print(f"{len(homework)} submissions of lab 01; medians of {len(turns[WORKSHOP])}")
    print(f"{'':20} {'seconds':>8} {'per minute':>11} {'times nbgrader':>15} "
          f"{'peak memory':>12} {'scores right':>13}")  # fmt: skip
    for name, taken in turns.items():
        seconds = statistics.median(turn.seconds for turn in taken)
        pairs = zip(turns[NBGRADER], taken, strict=True)
        ratio = statistics.median(theirs.seconds / ours.seconds for theirs, ours in pairs)
        memory = max(turn.memory for turn in taken)
        right = min(sum(turn.scores.get(n) == s for n, s in deserved.items()) for turn in taken)
        print(f"{name:20} {seconds:8.1f} {60 * len(homework) / seconds:11.1f} {ratio:15.2f} "
              f"{memory / 1e6:9,.0f} MB {right:6} of {len(deserved)}")  # fmt: skip
    print(f"(goal: {GOAL} times nbgrader)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: 3)")
    options = parser.parse_args()
    homework = class_of(options.submissions)
    turns: dict[str, list[Turn]] = {NBGRADER: [], WORKSHOP: [], ALONE: []}
    for _ in range(options.rounds):
        turns[NBGRADER].append(nbgrader_turn(homework))
        turns[WORKSHOP].append(workshop_turn(homework))
        turns[ALONE].append(workshop_turn(homework, "--jobs", "1"))
    print_table(homework, turns)


if __name__ == "__main__":
    main()
