"""A term's worth of submissions, graded by a `workshop grade` that is killed on the way.

    PYTHONPATH=. python benchmarks/term.py
    PYTHONPATH=. python benchmarks/term.py --submissions 6 --kill 1 --labs 00        # does it run?

Honest, partly right and hostile ones (tests/term.py), whose grades are known before. The moments of
the SIGKILLs come from the seed, too. Labs are handed in with the small parameters of their headers
and graded on the stand-in, as the tests run them; `--full` takes the labs as they are, and the
digits that are here, and hours.

Ends with status 1 if a grade is wrong, if something was graded twice, or if something is left.
"""

import argparse
import os
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.graders import Grader, Run
from tests.term import Homework, other_diagnoses, term, write_term, wrong_grades
from workshop.grading.run import JOURNAL

Rows = dict[str, list[object]]

LONGEST_PAUSE = 5.0
"""Seconds from a result to a kill, at most: so that it hits a notebook anywhere."""


def graded_in_parts(
    grader: Grader, count: int, kills: int, rng: random.Random
) -> tuple[list[Run], list[str]]:
    """Start, kill and start again until all are graded; and what was graded twice."""
    runs, twice = list[Run](), list[str]()
    before: Rows = {}
    for moment in sorted(rng.sample(range(1, count), kills)):
        wait = max(1, moment - len(before))
        runs.append(grader.run(kill_after=wait, pause=rng.uniform(0, LONGEST_PAUSE)))
        before = rows_of(grader.report / JOURNAL)
    runs.append(grader.run())
    after = rows_of(grader.report / JOURNAL)
    twice += [f"result {key[:12]}" for key, row in before.items() if after.get(key) != row]
    told = Counter(who for run in runs for who in run.graded)
    return runs, twice + [who for who, times in told.items() if times > 1]


def rows_of(journal: Path) -> Rows:
    """What a journal holds, by key. A result that is written again is another row."""
    with closing(sqlite3.connect(journal)) as base:
        return {key: row for key, *row in base.execute("SELECT key, rowid, result FROM result")}


def summary(homework: list[Homework], runs: list[Run]) -> str:
    """What it took."""
    seconds = sum(run.seconds for run in runs)
    kinds = Counter(one.kind for one in homework)
    labs = Counter(one.lab for one in homework)
    listed = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    rows = {
        "submissions": f"{len(homework)}: {listed}",
        "labs": ", ".join(f"{lab}: {count}" for lab, count in sorted(labs.items())),
        "killed": f"{sum(run.status == -9 for run in runs)} times, after "
        + (" and ".join(str(len(run.graded)) for run in runs[:-1]) or "no")
        + " results",
        "minutes": f"{seconds / 60:.1f}",
        "submissions per minute": f"{60 * len(homework) / seconds:.1f}",
        "peak memory": f"{max(run.memory for run in runs) / 1e6:,.0f} MB, all processes together",
    }
    return "\n".join(f"{name:24}{value}" for name, value in rows.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--kill", type=int, default=2, metavar="TIMES")
    parser.add_argument("--labs", nargs="+", default=["00", "01", "02"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cell-seconds", type=float, default=60)
    parser.add_argument("--full", action="store_true", help="no small parameters, no stand-in")
    options = parser.parse_args()
    if not options.full:
        os.environ["MNIST_NPZ"] = "stand-in"
    homework = term(options.submissions, tuple(options.labs), options.seed, small=not options.full)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_term(homework, folder / "submissions")
        limits = ("--cell-seconds", str(options.cell_seconds))
        grader = Grader(folder / "submissions", folder / "report", folder / "temporary", limits)
        rng = random.Random(options.seed)
        runs, twice = graded_in_parts(grader, len(homework), options.kill, rng)
        results = grader.results()
        found = {
            "wrong grades": wrong_grades(homework, results),
            "graded twice": twice,
            "processes left": [line for run in runs for line in run.left],
            "folders left": grader.folders_left(),
        }
    print(summary(homework, runs))
    found_besides = {"another misconception": other_diagnoses(homework, results)}
    for what, listed in (found | found_besides).items():
        print(f"{what:24}{len(listed)}")
        for line in listed:
            print(f"    {line}")
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main())
