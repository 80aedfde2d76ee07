"""A small fuzzer: requests that nobody would think of, until one of them gets a 500."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab10.fragile import INSIDE, OUTSIDE, Fragile
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
        "no-text": RIGHT.replace("    body = json.dumps(body)\n", ""),
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
            service = Fragile(inputs["tries"])
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
            "no_text": max(service.no_text, key=service.no_text.count, default=""),
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
        return self._posts(data, found, tries) or self._bodies(data, found, tries)

    def _posts(self, data: Data, found: list[str], tries: int) -> Verdict | None:
        posts = data["posts"]
        if data["no_text"]:
            return not_yet(
                "no-text",
                f"you posted a `{data['no_text']}`, not a text.",
                "over a network, only text or bytes travel.",
                "`body = json.dumps(body)`, then `post(body)`.",
            )
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
        return None

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


def _about(found: Any) -> str:
    if isinstance(found, list):
        kinds = {type(item).__name__ for item in found}
        return f"a list of {', '.join(sorted(kinds))}"
    return f"a `{type(found).__name__}`"
