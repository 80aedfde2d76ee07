"""What is said about a batch that is not the right one, or that was complete at another time."""

from typing import Any

from workshop.exercises.lab10.arrivals import MOST, WAIT
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

LATEST = 1000 * WAIT * 1.01
"""Milliseconds: whoever keeps to one deadline has left by then."""
WORDS = {
    "quiet": "one question and then none",
    "busy": "six questions at once",
    "trickle": "a question every few milliseconds",
    "late": "two questions close together and a late one",
}


def wrong_batch(
    name: str, got: list[Any], told: Data, wanted: int, end: float, arrivals: list[float]
) -> Verdict:
    """The verdict on a batch that was collected with this clock.

    Args:
        name: which of the cases, a key of `WORDS`.
        got: the learner's batch.
        told: what the probe saw.
        wanted, end: how many questions make the batch, and when it is complete.
        arrivals: when questions came, in seconds.
    """
    late = 1000 * (told["ended"] - arrivals[0])
    seen = (
        f"with {WORDS[name]}, the batch is {str(got)[:40]}, {late:.1f} ms after the first came; it "
        f"should be {list(range(wanted))} after {1000 * (end - arrivals[0]):.1f} ms."
    )
    if told["asked"] == 0 and 0 < len(got) <= MOST:
        return _no_clock(name, got, told, late, seen)
    if len(got) < told["gone"] and got != list(range(len(got))):
        return not_yet(
            "first-lost",
            seen,
            "a question that was taken from the queue is in no batch. Somebody waits for its "
            "answer for ever.",
            "`batch = [questions.get()]`.",
        )
    if not got:
        return not_yet(
            "batch-lost",
            seen,
            "the time was over, and those who had come by then were dropped.",
            "after `queue.Empty`, leave the loop with `break`, and return what there is.",
        )
    if len(got) > MOST:
        return not_yet(
            "too-many",
            seen,
            "`most` is what the memory, or the patience of the first one, allows.",
            "`while len(batch) < most:`",
        )
    if sorted(got, key=str) == list(range(wanted)) and got != list(range(wanted)):
        return not_yet(
            "other-order",
            seen,
            "the answers are handed out in the order of the batch. First come, first served.",
            "append each at the end.",
        )
    return _waiting(name, got, told, late, seen)


def _no_clock(name: str, got: list[Any], told: Data, late: float, seen: str) -> Verdict:
    if late > LATEST and {*told["timeouts"]} == {WAIT}:  # By another clock, a little less is left.
        return _waits_anew(seen)
    if late <= 0 and name != "busy":
        return _never_waits(seen)
    if late <= 0 and len(got) == 1:
        return not_yet(
            "one-by-one",
            seen,
            "you take the first question and leave. Then every batch is a batch of one.",
            "after the first, go on asking the queue until the time is over or the batch is full.",
        )
    return not_yet(
        "own-clock",
        f"{seen} The clock that you were given was never asked.",
        "the check has a clock of its own, so that it need not wait, and its milliseconds are "
        "always the same. A function that can be handed its clock can be tested.",
        "`deadline = clock() + wait`, and `left = deadline - clock()`.",
    )


def _waiting(name: str, got: list[Any], told: Data, late: float, seen: str) -> Verdict:
    if len(got) == MOST and name == "busy":
        return not_yet(
            "waits-though-full",
            seen,
            "the batch is full, and nobody else may come in. What is it waiting for?",
            "`while len(batch) < most:`, and the function ends by itself.",
        )
    if name == "busy" and 2 <= len(got) < MOST and late <= 0:
        return not_yet(
            "left-in-the-loop",
            seen,
            "more questions lay in the queue, the time was not over, and you left. A `return` "
            "inside of the loop ends it in its first turn.",
            "`return batch` stands as far left as `while`.",
        )
    if name == "quiet" and late > LATEST:
        return not_yet(
            "waits-too-long",
            seen,
            "nobody else came, and the only one waited for longer than `wait`. A timeout says how "
            "long from now, in seconds; a deadline is a time on the clock.",
            "`left = deadline - clock()`, and `questions.get(timeout=left)`.",
        )
    if late > LATEST:
        return _waits_anew(seen)
    if told["polled"] and late <= 1e-6:
        return _never_waits(seen)
    return not_yet(
        "clock-before-the-first",
        seen,
        "the waiting is too short. If the deadline is set before the first question is there, or "
        "nothing is waited for, a lone question that comes late finds the time over.",
        "take the first question; then `deadline = clock() + wait`; then "
        "`questions.get(timeout=left)`.",
    )


def _waits_anew(seen: str) -> Verdict:
    return not_yet(
        "waits-anew",
        seen,
        "each newcomer makes the first one wait longer. In a trickle, that adds up to `most` times "
        "`wait`.",
        "one deadline, `deadline = clock() + wait`, from the first question on; the timeout is "
        "what is left of it.",
    )


def _never_waits(seen: str) -> Verdict:
    return not_yet(
        "never-waits",
        seen,
        "you take what is there already, and nobody is waited for. In the next few milliseconds, "
        "others would have come.",
        "`questions.get(timeout=left)`.",
    )
