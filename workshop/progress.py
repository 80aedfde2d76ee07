"""What this learner has solved: a file of one line per check, which is only ever added to.

Lines are short and appended in one write, so two notebooks at once do no harm, and a line cut
short by a crash costs only itself. A reset is a line too: nothing is forgotten, it only no longer
counts.
"""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workshop.places import progress_file
from workshop.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Standing:
    """One exercise so far. `passed` stays true once it was; `tries` counts real attempts."""

    passed: bool = False
    tries: int = 0
    last: str = Outcome.NOT_ATTEMPTED.value


def record(verdict: Verdict, path: Path | None = None) -> None:
    """Add one verdict. A file that cannot be written is said, and never stops the lab."""
    _append(
        {
            "exercise": verdict.exercise,
            "outcome": verdict.outcome.value,
            "diagnosis": verdict.diagnosis,
        },
        path,
    )


def reset(exercise: str, path: Path | None = None) -> None:
    """Let an exercise (`01-normalise`) start anew; its history stays in the file."""
    _append({"exercise": exercise, "outcome": "reset"}, path)


def standings(path: Path | None = None) -> dict[str, Standing]:
    """Every exercise that was ever checked, by id. Lines that are not ours are passed over."""
    found: dict[str, Standing] = {}
    for entry in _entries(path or progress_file()):
        exercise, outcome = str(entry["exercise"]), str(entry["outcome"])
        before = found.get(exercise, Standing())
        if outcome == "reset":
            found[exercise] = Standing()
        else:
            found[exercise] = Standing(
                before.passed or outcome == Outcome.PASSED,
                before.tries + (outcome != Outcome.NOT_ATTEMPTED),
                outcome,
            )
    return found


def _append(entry: dict[str, str], path: Path | None) -> None:
    path = path or progress_file()
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **entry})
    try:
        # A crash may have left the last line without its end.
        path.parent.mkdir(parents=True, exist_ok=True)
        cut = path.exists() and not path.read_bytes().endswith(b"\n") and path.stat().st_size > 0
        with path.open("a", encoding="utf-8") as file:
            file.write(("\n" if cut else "") + line + "\n")
    except OSError as error:
        print(
            f"Your progress could not be kept in {path}: {error.strerror}. "
            "Set WORKSHOP_PROGRESS to a file you may write.",
            file=sys.stderr,
        )


def _entries(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    entries = []
    for line in lines:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(entry, dict) and {"exercise", "outcome"} <= entry.keys():
            entries.append(entry)
    return entries
