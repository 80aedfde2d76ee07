"""Micro-batching: take the first question, wait a little for more, and run them together."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.lab10.arrivals import MOST, WAIT, Arrivals, expected
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

RIGHT = """\
batch = [questions.get()]
deadline = clock() + wait
while len(batch) < most:
    left = deadline - clock()
    if left <= 0:
        break
    try:
        batch.append(questions.get(timeout=left))
    except queue.Empty:
        break
return batch"""
CASES = ("busy", "quiet", "trickle", "late")


class Collect(Exercise):
    id = "10-collect"
    title = "Wait a little for more"
    points = 3
    hints = (
        "The first question: `batch = [questions.get()]`; that waits as long as it takes. From now "
        "on the clock runs: `deadline = clock() + wait`.",
        "While there is room: `left = deadline - clock()`. If nothing is left, stop. Otherwise "
        "`questions.get(timeout=left)`, which raises `queue.Empty` when the time is over.",
        "`try: batch.append(questions.get(timeout=left))`, `except queue.Empty: break`, and "
        "`return batch` at the end.",
    )
    wrong_answers = {
        "never-waits": RIGHT.replace("get(timeout=left)", "get_nowait()"),
        "waits-anew": RIGHT.replace("timeout=left", "timeout=wait").replace(
            "    left = deadline - clock()\n    if left <= 0:\n        break\n", ""
        ),
        "waits-for-ever": RIGHT.replace("timeout=left", ""),
        "clock-before-the-first": "deadline = clock() + wait\n"
        + RIGHT.replace("deadline = clock() + wait\n", ""),
        "too-many": RIGHT.replace("len(batch) < most", "len(batch) <= most"),
        "waits-though-full": RIGHT.replace("while len(batch) < most", "while True").replace(
            "batch.append(questions.get(timeout=left))",
            "item = questions.get(timeout=left)\n        if len(batch) < most: batch.append(item)",
        ),
        "empty-not-caught": RIGHT.replace(
            "    try:\n        batch.append(questions.get(timeout=left))\n"
            "    except queue.Empty:\n        break\n",
            "    batch.append(questions.get(timeout=left))\n",
        ),
        "batch-lost": RIGHT.replace(
            "except queue.Empty:\n        break", "except queue.Empty:\n        return []"
        ),
        "first-lost": RIGHT.replace("batch = [questions.get()]", "questions.get()\nbatch = []"),
        "other-order": RIGHT.replace("return batch", "return batch[::-1]"),
        "one-by-one": "return [questions.get()]",
        "own-clock": RIGHT.replace("clock()", "time.perf_counter()"),
        "not-a-list": RIGHT.replace("return batch", "return len(batch)"),
        "returned-nothing": RIGHT.replace("return batch", "batch"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        """When questions arrive, in seconds; the first one after the service began to wait."""
        gap = float(rng.uniform(0.0035, 0.0042))
        return {
            "quiet": [0.03],
            "busy": [0.02] * 6,
            "trickle": [0.02, 0.02 + gap, 0.02 + 2 * gap, 0.02 + 3 * gap],
            "late": [0.04, 0.04 + float(rng.uniform(0.001, 0.004)), 0.5],
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        told: Data = {}
        for name, arrivals in inputs.items():
            questions = Arrivals(arrivals)
            seen = call(answer, questions, MOST, WAIT, questions.clock)
            told[name] = {
                "seen": seen,
                "ended": questions.now,
                "asked": questions.asked,
                "polled": questions.polled,
                "for_ever": questions.for_ever,
                "gone": len(arrivals) - len(questions.coming),
            }
        return {"told": told}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name in CASES:
            told, arrivals = data["told"][name], inputs[name]
            wanted, end = expected(arrivals)
            if wrong := _stopped(name, told):
                return wrong
            got = told["seen"]["value"]
            if not isinstance(got, list):
                return not_yet(
                    "not-a-list",
                    f"I got a `{told['seen']['type']}`.",
                    "the network is going to be asked about all of them at once.",
                    "return the list of questions.",
                )
            if got != list(range(wanted)) or abs(told["ended"] - end) > 1e-6:
                return _which(name, got, told, wanted, end, arrivals)
        return passed(
            f"a lone question waits {1000 * WAIT:g} ms and no longer, a crowd leaves as soon as "
            f"it is {MOST}, and a trickle does not hold anybody up.",
            "the deadline counts from the first one, so nobody waits longer than `wait`, however "
            "many come after.",
        )


WORDS = {
    "quiet": "one question and then none",
    "busy": "six questions at once",
    "trickle": "a question every few milliseconds",
    "late": "two questions close together and a late one",
}


def _stopped(name: str, told: Data) -> Verdict | None:
    seen = told["seen"]
    if told["for_ever"]:
        return not_yet(
            "waits-for-ever",
            f"with {WORDS[name]}, your function waits for ever.",
            "`get()` without a timeout comes back only with a question. The first one may be "
            "waited for like that; those after it may never come.",
            "`questions.get(timeout=left)`.",
        )
    if seen["observed"] == "raised" and seen["type"] == "Empty":
        return not_yet(
            "empty-not-caught",
            f"with {WORDS[name]}, your function stopped with `queue.Empty`.",
            "that is how a queue says: the time is over, and nobody came. It is no fault.",
            "`try:` around the `get`, and `except queue.Empty:` `break`.",
        )
    return trouble(seen)


def _which(
    name: str, got: list[Any], told: Data, wanted: int, end: float, arrivals: list[float]
) -> Verdict:
    late = 1000 * (told["ended"] - arrivals[0])
    seen = (
        f"with {WORDS[name]}, the batch is {str(got)[:40]}, {late:.1f} ms after the first came; it "
        f"should be {list(range(wanted))} after {1000 * (end - arrivals[0]):.1f} ms."
    )
    if told["asked"] == 0 and got:
        return _no_clock(got, told, arrivals, seen)
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


def _no_clock(got: list[Any], told: Data, arrivals: list[float], seen: str) -> Verdict:
    if len(got) == 1 and told["ended"] <= arrivals[0]:
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
    if late > 1000 * WAIT * 1.01:
        return not_yet(
            "waits-anew",
            seen,
            "each newcomer makes the first one wait longer. In a trickle, that adds up to "
            "`most` times `wait`.",
            "one deadline, from the first question on; the timeout is what is left of it.",
        )
    if told["polled"] and late <= 1e-6:
        return not_yet(
            "never-waits",
            seen,
            "you take what is there already. In the next few milliseconds, others would have come.",
            "`questions.get(timeout=left)`.",
        )
    return not_yet(
        "clock-before-the-first",
        seen,
        "the waiting is too short. If the deadline is set before the first question is there, or "
        "nothing is waited for, a lone question that comes late finds the time over.",
        "take the first question; then `deadline = clock() + wait`; then "
        "`questions.get(timeout=left)`.",
    )
