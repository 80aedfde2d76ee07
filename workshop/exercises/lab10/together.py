"""Micro-batching: take the first question, wait a little for more, and run them together."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.lab10.arrivals import MOST, PATIENCE, WAIT, Arrivals, expected
from workshop.exercises.lab10.waiting import WORDS, wrong_batch
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
        "busy-waits": RIGHT.replace("get(timeout=left)", "get_nowait()").replace(
            "except queue.Empty:\n        break", "except queue.Empty:\n        pass"
        ),
        "never-waits": RIGHT.replace("get(timeout=left)", "get_nowait()"),
        "waits-anew": RIGHT.replace("timeout=left", "timeout=wait").replace(
            "    left = deadline - clock()\n    if left <= 0:\n        break\n", ""
        ),
        "waits-for-ever": RIGHT.replace("timeout=left", ""),
        "clock-before-the-first": "deadline = clock() + wait\n"
        + RIGHT.replace("deadline = clock() + wait\n", ""),
        "first-not-waited-for": RIGHT.replace("[questions.get()]", "[questions.get(timeout=wait)]"),
        "waits-too-long": RIGHT.replace("timeout=left", "timeout=deadline"),
        "left-in-the-loop": RIGHT.replace("return batch", "    return batch"),
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
                "timeouts": questions.timeouts,
                "for_ever": questions.for_ever,
                "busy_waits": questions.busy_waits,
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
                return wrong_batch(name, got, told, wanted, end, arrivals)
        return passed(
            f"a lone question waits {1000 * WAIT:g} ms and no longer, a crowd leaves as soon as "
            f"it is {MOST}, and a trickle does not hold anybody up.",
            "the deadline counts from the first one, so nobody waits longer than `wait`, however "
            "many come after.",
        )


def _stopped(name: str, told: Data) -> Verdict | None:
    seen = told["seen"]
    if told["busy_waits"]:
        return not_yet(
            "busy-waits",
            f"with {WORDS[name]}, your loop asked {PATIENCE:,} times, and no time has passed.",
            "a loop that only asks keeps a processor core busy and gives it to nobody. (This clock "
            "moves on only while you wait.)",
            "`questions.get(timeout=left)` sleeps until somebody comes.",
        )
    if told["for_ever"]:
        return not_yet(
            "waits-for-ever",
            f"with {WORDS[name]}, your function waits for ever.",
            "`get()` without a timeout comes back only with a question. The first one may be "
            "waited for like that; those after it may never come.",
            "`questions.get(timeout=left)`.",
        )
    if seen["observed"] == "raised" and seen["type"] == "Empty" and not told["gone"]:
        return not_yet(
            "first-not-waited-for",
            f"with {WORDS[name]}, your function stopped with `queue.Empty` before anybody came.",
            "at night, nobody comes for hours. `wait` is for those who come after the first one.",
            "`batch = [questions.get()]`, without a timeout.",
        )
    if seen["observed"] == "raised" and seen["type"] == "Empty":
        return not_yet(
            "empty-not-caught",
            f"with {WORDS[name]}, your function stopped with `queue.Empty`.",
            "that is how a queue says: the time is over, and nobody came. It is no fault.",
            "`try:` around the `get`, and `except queue.Empty:` `break`.",
        )
    return trouble(seen)
