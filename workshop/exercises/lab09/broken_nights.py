"""What is said about a job that was broken off, and about its next runs."""

from typing import Any

from workshop.exercises.lab09.trial_runs import FAILS_AT, FAILURE, LAST_WHOLE
from workshop.verdict import Verdict, not_yet


def after_the_crash(off: Any) -> Verdict | None:
    """The verdict on a job that a failing database did not stop, or stopped untidily; else None."""
    if not off["raised"]:
        return not_yet(
            "goes-on-regardless",
            f"the database failed in chunk 3 (`{FAILURE}`), and your job ended as if all were "
            "well.",
            "whoever looks after the job in the morning sees no error, and a chunk is missing.",
            "leave `try` and `except` out. `with db:` takes back the chunk, and the error goes "
            "on to the caller.",
        )
    stored = off["stored"]
    if not stored:
        return not_yet(
            "one-transaction",
            f"the database failed in chunk 3. Of the {LAST_WHOLE} pictures before it, none is "
            "in the table.",
            "everything hung on one commit at the end. A job of eight hours that dies in the "
            "last minute would begin anew.",
            "commit after each chunk: `with db:` inside of the loop.",
        )
    if max(stored) >= LAST_WHOLE:
        extra = [scan for scan in stored if scan >= LAST_WHOLE]
        return not_yet(
            "half-a-chunk",
            f"the database failed at scan {FAILS_AT}, and the scans {extra} of the same chunk "
            "are in the table.",
            "half a chunk is neither done nor to be done. And each commit waits for the disk: "
            "one for each row is slow.",
            "one `with db:` around both `executemany`.",
        )
    return None


def nights_after(good: list[int], quiet: Any, off: Any) -> Verdict | None:
    """The verdict on a second or third run that does not just do the rest; else None."""
    if off["stopped"]:
        return not_yet(
            "stops-with-nothing-to-do",
            f"the second run met a chunk that is known already, and stopped with "
            f"`{off['stopped'][:100]}`",
            "then `places` is empty. A list of no pictures has no shape; a slice of no "
            "pictures still has (0, 28, 28), and the network answers with no rows.",
            "`ask(part[places])`, or skip the question when `places` is empty.",
        )
    whole = [row[0] for row in quiet["rows"]]
    missing = len(good) - len(off["stored"])
    if off["second"] != missing or off["third"] or sorted(off["finally"]) != sorted(whole):
        return not_yet(
            "asks-again",
            f"{len(off['stored'])} pictures were stored when the job was broken off. The "
            f"second run asked about {off['second']}, a third about {off['third']}; {missing} "
            "and 0 would do.",
            "the table stays right, since it cannot hold a prediction twice. But the second "
            "run takes as long as the first.",
            "ask only for the `places` that `sort_out` gives: it leaves out what is known.",
        )
    return None
