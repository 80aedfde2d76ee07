"""A small fuzzer: requests that nobody would think of, until one of them gets a 500."""

import json
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

TRIES = 200
DEEP = 3
"""How many of the faults deep inside must be found; one of four may be missed by bad luck."""

START = "found = []\nfor _ in range(tries):\n"
PICK = """\
    body = {"image": good.tolist()}
    y, x = rng.integers(28, size=2)
    match rng.integers(4):
        case 0:
            body = strange(rng)
        case 1:
            body["image"] = strange(rng)
        case 2:
            body["image"][y] = strange(rng)
        case 3:
            body["image"][y][x] = strange(rng)
"""
KEEP = """\
    body = json.dumps(body)
    if post(body) >= 500:
        found.append(body)
"""
RIGHT = START + PICK + KEEP + "return found"
SHALLOW = START + "    body = strange(rng)\n" + KEEP + "return found"
GOOD = START + '    body = {"image": good.tolist()}\n' + KEEP + "return found"


class Fuzz(Exercise):
    id = "10-fuzz"
    title = "A small fuzzer"
    points = 3
    hints = (
        "A loop of `tries` turns. In each: make a body, `json.dumps` it, `post` it, and keep the "
        "text in a list if the status is 500 or more.",
        'Start from what is good: `body = {"image": good.tolist()}`. Then break one thing: the '
        "whole body, or the image, or one row, or one number. `rng.integers(4)` chooses.",
        '`y, x = rng.integers(28, size=2)`, and for one number `body["image"][y][x] = '
        'strange(rng)`; for a row `body["image"][y] = strange(rng)`.',
    )
    wrong_answers = {
        "only-strange": SHALLOW,
        "only-good": GOOD,
        "not-enough-turns": RIGHT.replace("range(tries)", "range(min(tries, 5))"),
        "too-many-turns": RIGHT.replace("range(tries)", "range(10 * tries)"),
        "nothing-kept": RIGHT.replace("found.append(body)", "pass"),
        "kept-what-was-refused": RIGHT.replace(">= 500", ">= 400"),
        "not-the-text": RIGHT.replace("found.append(body)", "found.append(post(body))"),
        "not-repeatable": RIGHT.replace(START, "rng = np.random.default_rng()\n" + START),
        "only-the-outside": RIGHT.replace("integers(4)", "integers(2)"),
        "no-outside": RIGHT.replace("integers(4)", "integers(2, 4)"),
        "too-few-inside": RIGHT.replace("[y][x] = strange(rng)", "[y][x] = -1"),
        "stopped-at-the-first": RIGHT.replace(
            "        found.append(body)", "        return [body]"
        ),
        "printed-not-returned": RIGHT.replace("return found", "print(len(found))"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "good": rng.integers(0, 256, (28, 28)),
            "seed": int(rng.integers(1_000_000)),
            "tries": TRIES,
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        runs = []
        for _ in range(2):
            service = _Fragile(inputs["tries"])
            rng = np.random.default_rng(inputs["seed"])
            seen = call(answer, service.post, inputs["good"], rng, inputs["tries"])
            runs.append((seen, service))
        (first, service), (again, _) = runs
        if first["observed"] != "value" or not isinstance(first["value"], list):
            return {"found": first}
        return {
            "found": first,
            "same": first.get("value") == again.get("value"),
            "posts": service.posts,
            "good": service.good,
            "faults": {
                name: [body for body in bodies if isinstance(body, str)][:3]
                for name, bodies in service.faults.items()
            },
            "true": sum(isinstance(body, str) and body in service.broke for body in first["value"]),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        found, tries = data["found"], inputs["tries"]
        if not isinstance(found, list) or not all(isinstance(body, str) for body in found):
            return not_yet(
                "not-the-text",
                f"I got {_about(found)}; a list of bodies, each the text that was posted, is "
                "wanted.",
                "a finding is worth something when somebody else can repeat it. For that, they "
                "need the very text.",
                "`body = json.dumps(body)`, post it, and append `body`.",
            )
        posts = data["posts"]
        if posts < tries:
            if found and len(found) == 1:
                return not_yet(
                    "stopped-at-the-first",
                    f"you stopped after {posts} of {tries} requests, at the first finding.",
                    "the most frequent fault hides all the others.",
                    "append it, and go on; `return` stands behind the loop.",
                )
            return not_yet(
                "not-enough-turns",
                f"{posts} requests were posted; `tries` was {tries}.",
                "how long a fuzzer runs is for whoever starts it to say.",
                "`for _ in range(tries):`",
            )
        if posts > tries:
            return not_yet(
                "too-many-turns",
                f"more than {tries} requests were posted.",
                "each turn makes one body and posts it once.",
                "call `post` once in the loop, and keep the status in a name.",
            )
        return self._bodies(data, found, tries)

    def _bodies(self, data: Data, found: list[str], tries: int) -> Verdict:
        faults = data["faults"]
        shallow, deep = (
            [name for name in faults if (name in INSIDE) == inside] for inside in (False, True)
        )
        if data["good"] == tries:
            return not_yet(
                "only-good",
                f"all {tries} requests were good pictures.",
                "that the service reads good pictures, its other tests show. A fuzzer is rude.",
                "put `strange(rng)` somewhere into each body.",
            )
        if data["true"] < len(found):
            return not_yet(
                "kept-what-was-refused",
                f"you kept {len(found)} bodies; only {data['true']} of them got a 500.",
                "a 4xx is the service doing its duty: it has seen what is wrong.",
                "keep what got 500 or more.",
            )
        if not found and faults:
            return not_yet(
                "nothing-kept",
                f"your requests met {len(faults)} faults, and your list is empty.",
                "a fuzzer that tells nobody is a vandal.",
                "`found.append(body)` when the status is 500 or more, and `return found`.",
            )
        met = (
            f"met {len(shallow)} of {len(OUTSIDE)} faults outside, {len(deep)} of {len(INSIDE)} "
            "inside"
        )
        if not deep and len(shallow) < len(OUTSIDE):
            return not_yet(
                "only-strange",
                f"your {tries} requests {met} the picture.",
                "a body of pure chance fails at the first question, is this an object with an "
                "image, and never gets any further. Nobody guesses 28 rows of 28 numbers.",
                "start from a good body, and break one thing in it.",
            )
        if not deep:
            return not_yet(
                "only-the-outside",
                f"your requests {met} the picture.",
                "you break the body or the whole image. Then nothing is left inside of which a "
                "single row or number could be wrong.",
                "leave the image as it is, and put `strange(rng)` in the place of one row, or of "
                "one number.",
            )
        return self._met(data, shallow, deep, met)

    def _met(self, data: Data, shallow: list[str], deep: list[str], met: str) -> Verdict:
        if len(deep) < DEEP:
            return not_yet(
                "too-few-inside",
                f"your requests {met} the picture.",
                "either you put in only a few kinds of wrong values, or you break the same body "
                "again and again: after some turns it is so wrong that only its first fault shows.",
                "`strange(rng)` for a row, `strange(rng)` for a number, and in each turn a fresh "
                "good body: `good.tolist()` is a new list each time.",
            )
        if len(shallow) < len(OUTSIDE):
            return not_yet(
                "no-outside",
                f"your requests {met} the picture.",
                "some services already stumble over a body that is no object.",
                "now and then, let the whole body be `strange(rng)`, and now and then the image.",
            )
        if not data["same"]:
            return not_yet(
                "not-repeatable",
                "two runs with the same seed gave different findings.",
                "a finding that never comes back cannot be mended, and nobody believes it.",
                "draw from the `rng` that you are given, and from nothing else.",
            )
        return passed(
            f"{met} the picture, and each can be repeated.",
            "chance alone stops at the front door. A good request with one thing wrong gets in, "
            "and breaks what lies behind: that is why a fuzzer should know the contract.",
        )


OUTSIDE = ("no object", "no list")
INSIDE = (
    "a row that is no list",
    "a number that is null",
    "a number that is text",
    "a huge number",
)


class _Fragile:
    """A service that stumbles over six things, and tells which."""

    def __init__(self, tries: int) -> None:
        self.most, self.posts, self.good = tries, 0, 0
        self.broke: set[Any] = set()
        self.faults: dict[str, list[Any]] = {}

    def post(self, body: Any) -> int:
        self.posts += 1
        if self.posts > self.most:
            return 429
        fault, status = _fault(body)
        if fault:
            self.broke.add(body)
            self.faults.setdefault(fault, []).append(body)
        self.good += status == 200
        return status


def _fault(body: Any) -> tuple[str, int]:
    """The fault that a body meets, or "", and the status of the answer."""
    try:
        asked = json.loads(body)
    except (ValueError, TypeError, RecursionError):
        return "", 400
    if not isinstance(asked, dict):
        return "no object", 500
    if "image" not in asked:
        return "", 422
    rows = asked["image"]
    if not isinstance(rows, list):
        return "no list", 500
    if len(rows) != 28:
        return "", 422
    return _first([_row_fault(row) for row in rows])


def _row_fault(row: Any) -> tuple[str, int]:
    if not isinstance(row, list):
        return "a row that is no list", 500
    if len(row) != 28:
        return "", 422
    return _first([_number_fault(number) for number in row])


def _number_fault(number: Any) -> tuple[str, int]:
    if number is None:
        return "a number that is null", 500
    if isinstance(number, str):
        return "a number that is text", 500
    if isinstance(number, int | float) and abs(number) > 1e9:
        return "a huge number", 500
    right = isinstance(number, int | float) and 0 <= number <= 255
    return "", 200 if right else 422


def _first(results: list[tuple[str, int]]) -> tuple[str, int]:
    return max(results, key=lambda result: result[1])


def _about(found: Any) -> str:
    if isinstance(found, list):
        kinds = {type(item).__name__ for item in found}
        return f"a list of {', '.join(sorted(kinds))}"
    return f"a `{type(found).__name__}`"
