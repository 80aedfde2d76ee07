"""The whole job: in chunks, each stored whole or not at all, and nothing asked twice."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab09.broken_nights import after_the_crash, nights_after
from workshop.exercises.lab09.trial_runs import SIDE, SIZE, broken_off, network, quiet_night
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

COUNT = 23
BLANK, DARK = 6, 17
BROKEN = (BLANK, DARK)
ANSWER = """\
asked = 0
for first, part in chunks(pictures, size):
    places, keys, broken = sort_out(db, first, part, model)
    answers = ask(part[places])
    rows = []
    for place, answer in zip(places, answers):
        row = keys[place], model, first + place, int(answer.argmax()), float(answer.max())
        rows.append(row)
    with db:
        db.executemany(UPSERT, rows)
        db.executemany(REJECT, broken)
    asked += len(rows)
return asked
"""
STORE = """\
    with db:
        db.executemany(UPSERT, rows)
        db.executemany(REJECT, broken)
"""
BY_ROW = """\
    for row in rows:
        with db:
            db.execute(UPSERT, row)
    with db:
        db.executemany(REJECT, broken)
"""
SWALLOWED = """\
    try:
        with db:
            db.executemany(UPSERT, rows)
            db.executemany(REJECT, broken)
    except Exception:
        pass
"""


class Nightly(Exercise):
    id = "09-nightly"
    title = "A job that may run twice"
    points = 3
    hints = (
        "For each `first, part` of `chunks(pictures, size)`: `sort_out`, then `ask(part[places])`, "
        "then store. The answers come in the order of `places`.",
        "A row is `(keys[place], model, first + place, digit, confidence)`, with "
        "`int(answer.argmax())` and `float(answer.max())`.",
        "Within the loop `with db:`, and in it two lines: `db.executemany(UPSERT, rows)` and "
        "`db.executemany(REJECT, broken)`.",
    )
    wrong_answers = {
        "never-committed": ANSWER.replace("    with db:\n", "    if True:\n"),
        "one-transaction": ANSWER.replace("    with db:\n", "    if True:\n").replace(
            "return asked", "db.commit()\nreturn asked"
        ),
        "half-a-chunk": ANSWER.replace(STORE, BY_ROW),
        "goes-on-regardless": ANSWER.replace(STORE, SWALLOWED),
        "numpy-in-the-table": ANSWER.replace("int(", "(").replace("float(", "("),
        "not-by-chunks": ANSWER.replace(
            "ask(part[places])", "[ask(part[place : place + 1])[0] for place in places]"
        ),
        "stops-with-nothing-to-do": ANSWER.replace(
            "part[places]", "np.array([part[place] for place in places])"
        ),
        "asks-again": ANSWER.replace(
            "    answers", "    places = [p for p in range(len(part)) if fault_of(part[p]) == '']\n"
            "    answers", 1,
        ),
        "broken-asked": ANSWER.replace(
            "    answers", "    have = known(db, keys, model)\n"
            "    places = [p for p in range(len(part)) if keys[p] not in have]\n    answers", 1,
        ),
        "broken-forgotten": ANSWER.replace("        db.executemany(REJECT, broken)\n", ""),
        "nothing-stored": ANSWER.replace("        db.executemany(UPSERT, rows)\n", ""),
        "only-one-chunk": ANSWER.replace("return asked", "    return asked"),
        "other-scans": ANSWER.replace("first + place", "place"),
        "some-are-missing": ANSWER.replace("part[places]", "part[places[:2]]"),
        "other-answers": ANSWER.replace("part[places]", "part[places[::-1]]"),
        "other-number": ANSWER.replace("asked += len(rows)", "asked += len(part)"),
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        pictures = np.zeros((COUNT, SIDE, SIDE), np.uint8)
        pictures[:, 4:24, 8:20] = rng.integers(30, 256, (COUNT, 20, 12))
        pictures[BLANK] = 0
        pictures[DARK] = 255 - pictures[DARK]
        return {"pictures": pictures, "weights": rng.normal(0, 1, (SIDE * SIDE, 10)) / 500}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"quiet": call(answer)}
        return {
            "quiet": observe(lambda: quiet_night(answer, inputs)),
            "broken off": broken_off(answer, inputs),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        quiet, off = data["quiet"], data["broken off"]
        good = [scan for scan in range(COUNT) if scan not in BROKEN]
        wrong = (
            self._stored(quiet)
            or self._answers(inputs, good, quiet)
            or self._rejected(quiet)
            or self._asked(good, quiet)
            or after_the_crash(off)
            or nights_after(good, quiet, off)
        )
        if wrong:
            return wrong
        return passed(
            f"{len(good)} pictures scored and {len(BROKEN)} rejected. When the database failed in "
            f"chunk 3, chunks 1 and 2 were safe, and nothing of chunk 3 was there. The second run "
            f"asked for the other {off['second']}, and a third for none.",
            "nothing lost, nothing twice: that is all that one can ask of a job that may be killed "
            "at any time.",
        )

    def _stored(self, quiet: Any) -> Verdict | None:
        if not quiet["rows"] and quiet["uncommitted"]:
            return not_yet(
                "never-committed",
                f"while your job ran, {quiet['uncommitted']} rows were in the table. When the "
                "connection was closed, they were gone.",
                "what is not committed, the database takes back at the end.",
                "store inside `with db:`, which commits when its block ends.",
            )
        if not quiet["rows"]:
            return not_yet(
                "nothing-stored",
                "your job came to its end, and the table `predictions` is empty.",
                "answers that stay in Python are gone when the process ends.",
                "`db.executemany(UPSERT, rows)` inside `with db:`.",
            )
        if any("blob" in (row[2], row[4]) for row in quiet["rows"]):
            digit, confidence = quiet["rows"][0][2], quiet["rows"][0][4]
            return not_yet(
                "numpy-in-the-table",
                f"in the table, `digit` is of the type `{digit}` and `confidence` of the type "
                f"`{confidence}`.",
                "`sqlite3` does not know NumPy's numbers. It stores their bytes, without a word. "
                "No `WHERE digit = 7` will ever find them.",
                "`int(answer.argmax())` and `float(answer.max())`.",
            )
        return None

    def _answers(self, inputs: Data, good: list[int], quiet: Any) -> Verdict | None:
        right = network(inputs["weights"], inputs["pictures"][good])
        wanted = {
            scan: (int(row.argmax()), float(row.max()))
            for scan, row in zip(good, right, strict=True)
        }
        got = {row[0]: (row[1], row[3]) for row in quiet["rows"]}
        if any(scan in got for scan in BROKEN) and len(got) > len(good):
            scan = next(scan for scan in BROKEN if scan in got)
            return not_yet(
                "broken-asked",
                f"scan {scan} is broken, and the table holds a {got[scan][0]} for it.",
                "a network answers whatever it is shown. `sort_out` has taken out what it must "
                "not see.",
                "ask for `part[places]` only.",
            )
        if len({scan // SIZE for scan in got}) == 1 and len(got) == len(quiet["rows"]):
            return not_yet(
                "only-one-chunk",
                f"there are {-(-COUNT // SIZE)} chunks, and the table holds only the scans "
                f"{sorted(got)} of one.",
                "what is indented under the `for` is done for each chunk. A `return` there ends "
                "the job with the first; storing that stands behind the loop meets only the last.",
                "`with db:` inside the loop; `return asked` behind it, in line with the `for`.",
            )
        if got.keys() != wanted.keys() and len(quiet["rows"]) == len(good):
            return not_yet(
                "other-scans",
                f"the scans in the table are {sorted(got)[:8]} …; they should be {good[:8]} …",
                "`place` counts from the beginning of the chunk, `scan` from the beginning of the "
                "file.",
                "`first + place`.",
            )
        if got.keys() != wanted.keys():
            return not_yet(
                "some-are-missing",
                f"{len(got)} predictions are in the table; {len(good)} pictures were good.",
                "`zip` stops at the shorter of its two, without a word.",
                "ask for all of `places`, and make a row for each.",
            )
        if all(_close(got[scan], wanted[scan]) for scan in good):
            return None
        scan = next(scan for scan in good if not _close(got[scan], wanted[scan]))
        return not_yet(
            "other-answers",
            f"for scan {scan} the network said {wanted[scan][0]} with {wanted[scan][1]:.3f}; in "
            f"the table stand {got[scan][0]} and {got[scan][1]}.",
            "`answers[0]` belongs to `places[0]`, and so on. If the two get out of step, every "
            "number is right and stands in the wrong row.",
            "`for place, answer in zip(places, answers):`, then the largest of the ten and its "
            "place.",
        )

    def _rejected(self, quiet: Any) -> Verdict | None:
        if sorted(quiet["rejected"]) == sorted(BROKEN):
            return None
        return not_yet(
            "broken-forgotten",
            f"scans {BLANK} and {DARK} are broken; the table `rejected` names "
            f"{sorted(quiet['rejected']) or 'none'}.",
            "a scan without a prediction and without a reason is lost, and nobody knows.",
            "`db.executemany(REJECT, broken)`, in the same transaction.",
        )

    def _asked(self, good: list[int], quiet: Any) -> Verdict | None:
        calls = quiet["calls"]
        if max(calls) > SIZE or len(calls) > 3 * -(-COUNT // SIZE):
            return not_yet(
                "not-by-chunks",
                f"the network was asked {len(calls)} times, for up to {max(calls)} pictures at "
                f"once; the chunk is {SIZE}.",
                "each question has a price of its own, however small it is; you will measure it. "
                "And a question about everything needs everything in memory.",
                "one `ask(part[places])` for each chunk.",
            )
        if quiet["returned"] != len(good):
            return not_yet(
                "other-number",
                f"you returned {quiet['returned']}; the network was asked about {len(good)} "
                "pictures.",
                "by this number you will see that a second run has nothing left to do.",
                "count the rows: `asked += len(rows)`, and `return asked`.",
            )
        return None


def _close(one: Any, other: tuple[int, float]) -> bool:
    digit, confidence = one
    near = isinstance(confidence, int | float) and abs(confidence - other[1]) < 1e-4
    return bool(digit == other[0] and near)
