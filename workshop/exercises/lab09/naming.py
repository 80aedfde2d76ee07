"""A fingerprint: the same for the same pixels, tonight and tomorrow, here and elsewhere."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SIDE = 28
SHORTEST, LONGEST = 16, 200
UNFINISHED = ("HASH", "sha", "md5", "blake", "bytes")
"""How the names of the types begin that `hashlib` and `.digest()` give."""
WAYS_TO_WRITE: tuple[Callable[[int], str], ...] = (
    str,
    hex,
    "{:x}".format,
    lambda number: str(abs(number)),
)
"""How a learner may turn the number that `hash` gives into text."""


class Fingerprint(Exercise):
    id = "09-fingerprint"
    title = "The same pixels, the same name"
    hints = (
        "`picture.tobytes()` are the 784 bytes of the pixels. `hashlib.sha256(…)` takes bytes.",
        "`.hexdigest()` gives the fingerprint as text: "
        "`hashlib.sha256(picture.tobytes()).hexdigest()`.",
    )
    wrong_answers = {
        "salted": "return hex(hash(picture.tobytes()))",
        "changes-by-itself": "import uuid\nreturn uuid.uuid4().hex",
        "collides": "return hashlib.sha256(str(picture.sum()).encode()).hexdigest()",
        "nearly-blind": "return hashlib.sha256((picture > 127).tobytes()).hexdigest()",
        "too-short": "import zlib\nreturn zlib.crc32(picture.tobytes())",
        "whole-picture": "return picture.tobytes().hex()",
        "not-text": "return [hashlib.sha256(picture.tobytes()).hexdigest()]",
        "no-hexdigest": "return hashlib.sha256(picture.tobytes())",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        picture = np.zeros((SIDE, SIDE), np.uint8)
        picture[6:22, 8:20] = rng.integers(1, 256, (16, 12))
        place = tuple(rng.integers(8, 18, 2))
        brighter = picture.copy()
        brighter[place] = 200
        fainter = brighter.copy()
        fainter[place] = 199
        return {
            "picture": brighter,
            "copy": brighter.copy(),
            "moved": np.roll(brighter, 1, axis=1),
            "fainter": fainter,
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        data: Data = {name: call(answer, picture) for name, picture in inputs.items()}
        for name in inputs:
            unread = data[name]["observed"] == "not-plain"
            if unread and data[name]["type"].startswith(UNFINISHED):
                data[name] = {"kind": data[name]["type"]}
        picture = inputs["picture"]
        # Only here, beside the learner's code, do the salted hashes have these values.
        hashes = [hash(form) for form in (picture.tobytes(), str(picture))]
        data["salted"] = [write(number) for number in hashes for write in WAYS_TO_WRITE]
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        names = {name: data[name] for name in inputs}
        if wrong := self._salt(names["picture"], data["salted"]) or self._kind(names["picture"]):
            return wrong
        if names["copy"] != names["picture"]:
            return not_yet(
                "changes-by-itself",
                "a picture and its copy, equal pixel by pixel, got two names.",
                "tomorrow the same scan would be a new one, and be scored and counted again.",
                "compute the name from the pixels alone: no `id`, no time, no chance.",
            )
        if names["moved"] == names["picture"]:
            return not_yet(
                "collides",
                "a picture, and the same moved by one pixel, got the same name.",
                "sums, means and counts do not see where a pixel is. The second picture would be "
                "taken for the first, and never be scored.",
                "use every pixel in its place: `picture.tobytes()`.",
            )
        if names["fainter"] == names["picture"]:
            return not_yet(
                "nearly-blind",
                "two pictures that differ in one pixel, 200 and 199, got the same name.",
                "the network may answer differently, so these are two pictures.",
                "use the bytes as they are, without rounding or a threshold.",
            )
        exact = names["picture"] == hashlib.sha256(inputs["picture"].tobytes()).hexdigest()
        told = "as SHA-256 has it" if exact else "as far as four pictures can tell"
        return passed(
            f"the same pixels get the same name, others another one, {told}: "
            f"`{names['picture'][:12]}…`",
            "nobody has ever found two contents with the same SHA-256. Git and container "
            "registries name their contents in this way, too.",
        )

    def _salt(self, name: Any, salted: list[str]) -> Verdict | None:
        if str(name) not in salted:
            return None
        return not_yet(
            "salted",
            f"you returned `{str(name)[:24]}`, which is Python's own `hash`.",
            "Python salts `hash` with a new random number each time it starts. Tomorrow's process "
            "would give the same scan another name.",
            "`hashlib.sha256(…)` gives the same everywhere and always.",
        )

    def _kind(self, name: Any) -> Verdict | None:
        if isinstance(name, dict) and "kind" in name:
            return not_yet(
                "no-hexdigest",
                f"I got `{name['kind']}`, not text.",
                "`hashlib.sha256(…)` gives an object that you can still feed more bytes, and "
                "`.digest()` gives bytes. The name goes into a column of text.",
                "put `.hexdigest()` behind it.",
            )
        short = isinstance(name, int) or (isinstance(name, str) and len(name) < SHORTEST)
        if short:
            return not_yet(
                "too-short",
                f"your name for a picture is `{str(name)[:40]}`.",
                "with 32 bits, as `crc32` has, it is an even bet that among 77,000 pictures two "
                "have the same name. SHA-256 has 256 bits.",
                "`hashlib.sha256(picture.tobytes()).hexdigest()`.",
            )
        if not isinstance(name, str):
            return not_yet(
                "not-text",
                f"I got a `{type(name).__name__}`, not text.",
                "the name goes into a column of a database, where it is compared and looked up.",
                "`.hexdigest()` gives text.",
            )
        if len(name) > LONGEST:
            return not_yet(
                "whole-picture",
                f"your name for one picture has {len(name):,} characters.",
                "that is the picture itself, in other clothes. The key of a table is stored, "
                "compared and sorted all the time.",
                "put the bytes through `hashlib.sha256`: always 64 characters.",
            )
        return None
