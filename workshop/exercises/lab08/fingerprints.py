"""A card with the fingerprints of model, data and code."""

import hashlib
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab08.cards import cases_of, legible
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

FIELDS = ("name", "version", "sha256", "data_sha256", "code_sha256")
SHORTEST = 8
HEX_LENGTH = 64
CARD = """\
fingerprint = {model}
return {{
    "name": name,
    "version": {version},
    "sha256": fingerprint,
    "data_sha256": {data},
    "code_sha256": {code},
}}"""
PARTS = {
    "model": "hashlib.sha256(content).hexdigest()",
    "version": "fingerprint[:12]",
    "data": 'hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()',
    "code": "hashlib.sha256(code.encode()).hexdigest()",
}


def _card(**parts: str) -> str:
    return CARD.format(**PARTS | parts)


class MakeCard(Exercise):
    id = "08-make-card"
    title = "A card with three fingerprints"
    points = 2
    hints = (
        "Three times `hashlib.sha256(…).hexdigest()`. It takes bytes: `content` is bytes already, "
        "an array has `.tobytes()`, a text has `.encode()`.",
        'Several arrays: `b"".join(array.tobytes() for array in arrays)`, in the order in which '
        "they come. The version: the first 12 characters of the model's fingerprint.",
        'Return a dict: `{"name": name, "version": …, "sha256": …, "data_sha256": …, '
        '"code_sha256": …}`.',
    )
    wrong_answers = {
        "not-a-dict": 'return f"{name} {hashlib.sha256(content).hexdigest()}"',
        "field-missing": 'return {"name": name, "sha256": hashlib.sha256(content).hexdigest()}',
        "python-hash": _card(model="hash(content)", version="str(fingerprint)[:12]"),
        "not-hex": _card(model="hashlib.sha256(content).digest()", version="str(fingerprint)[:12]"),
        "not-called": _card(code="hashlib.sha256(code.encode()).hexdigest"),
        "weak-hash": _card(model="hashlib.md5(content).hexdigest()"),
        "hash-of-the-name": _card(model="hashlib.sha256(name.encode()).hexdigest()"),
        "printed-numbers": _card(data="hashlib.sha256(str(arrays).encode()).hexdigest()"),
        "labels-left-out": _card(data="hashlib.sha256(arrays[0].tobytes()).hexdigest()"),
        "last-array-only": "for array in arrays:\n"
        "    data = hashlib.sha256(array.tobytes()).hexdigest()\n" + _card(data="data"),
        "data-left-out": _card(data="hashlib.sha256(name.encode()).hexdigest()"),
        "version-by-hand": _card(version='"1.0"'),
        "code-left-out": _card(code="fingerprint"),
        "other-fingerprint": _card(model="hashlib.sha256(content + b' ').hexdigest()"),
        "other-data": _card(
            data='hashlib.sha256(b"".join(a.tobytes() for a in arrays[::-1])).hexdigest()'
        ),
        "other-name": _card().replace('"name": name', '"name": "model"'),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "name": f"reader-{rng.integers(10, 99)}",
            "content": rng.integers(0, 256, 5000).astype("uint8"),
            "images": rng.integers(0, 256, (30, 28, 28)).astype("uint8"),
            "labels": rng.integers(0, 10, 30).astype("uint8"),
            "code": f"Dense({rng.integers(10, 99)}) → softmax",
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {
            case: call(legible(answer), *said.values()) for case, said in cases_of(inputs).items()
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for card in data.values():
            if wrong := self._form(card):
                return wrong
        if wrong := self._changes(inputs, data) or self._exact(inputs, data["plain"]):
            return wrong
        return passed(
            "one bit of the model, one pixel, one label or one letter of the code, and the card "
            "is another.",
            "a version made of the content can never be given to two different files.",
        )

    def _form(self, card: Any) -> Verdict | None:
        if not isinstance(card, dict):
            return not_yet(
                "not-a-dict",
                f"I got a `{type(card).__name__}`.",
                "the card is written as JSON, with a name for each fact.",
                'return a dict: `{"name": name, …}`.',
            )
        if missing := [name for name in FIELDS if name not in card]:
            return not_yet(
                "field-missing",
                f"`{missing[0]}` is not on the card.",
                "whoever verifies later looks for these five names.",
                f"the keys are {', '.join(f'`{name}`' for name in FIELDS)}.",
            )
        for name in FIELDS[2:]:
            value = card[name]
            if isinstance(value, int):
                return not_yet(
                    "python-hash",
                    f"`{name}` is the number {value}.",
                    "Python's `hash` is for dictionaries: 64 bits, and another number in each "
                    "process. Nobody else can check it.",
                    "`hashlib.sha256(…).hexdigest()`.",
                )
            if str(value).startswith("bytes:"):
                return not_yet(
                    "not-hex",
                    f"`{name}` is bytes.",
                    "JSON has no bytes. A fingerprint is written as 64 characters, 0…9 and a…f.",
                    "`.hexdigest()` in place of `.digest()`.",
                )
            if str(value).startswith("object:"):
                return not_yet(
                    "not-called",
                    f"`{name}` is a `{str(value)[7:]}`, and no text.",
                    "it could give the fingerprint, and nobody has asked it. JSON has no place for "
                    "such a thing.",
                    "`.hexdigest()` at the end, with both parentheses.",
                )
            if len(str(value)) in (32, 40, 56):
                return not_yet(
                    "weak-hash",
                    f"`{name}` has {len(str(value))} characters; SHA-256 has 64.",
                    "for MD5 and SHA-1, people have made two different files with one fingerprint.",
                    "`hashlib.sha256`.",
                )
        return None

    def _changes(self, inputs: Data, data: Data) -> Verdict | None:
        plain = data["plain"]
        if data["content"]["sha256"] == plain["sha256"]:
            return not_yet(
                "hash-of-the-name",
                "I changed one bit of the model, and `sha256` stayed the same.",
                "then it is no fingerprint of the content.",
                "`hashlib.sha256(content)`.",
            )
        if wrong := self._arrays(inputs, data):
            return wrong
        if data["code"]["code_sha256"] == plain["code_sha256"]:
            return not_yet(
                "code-left-out",
                "I changed one letter of the code, and `code_sha256` stayed the same.",
                "the same data and other code give another model.",
                "`hashlib.sha256(code.encode())`.",
            )
        version = str(plain["version"])
        if len(version) < SHORTEST or not str(plain["sha256"]).startswith(version):
            return not_yet(
                "version-by-hand",
                f"the version is `{version[:40]}`; the fingerprint begins with "
                f"`{str(plain['sha256'])[:12]}`.",
                "made from the content, it changes when the content does. A number that people "
                "choose is forgotten, or given twice.",
                "the first 12 characters of the model's fingerprint.",
            )
        return None

    def _arrays(self, inputs: Data, data: Data) -> Verdict | None:
        was = data["plain"]["data_sha256"]
        unseen = {name for name in ("images", "labels") if data[name]["data_sha256"] == was}
        if unseen == {"labels"}:
            return not_yet(
                "labels-left-out",
                "I changed one label, and `data_sha256` stayed the same.",
                "other labels, other training: they belong to the data.",
                "take the bytes of every array.",
            )
        if len(unseen) == 2:
            return not_yet(
                "data-left-out",
                "I changed one pixel, then one label, and `data_sha256` stayed the same.",
                "other data, other training: the card has to show it.",
                "take the bytes of every array.",
            )
        if unseen and was == hashlib.sha256(inputs["labels"].tobytes()).hexdigest():
            return not_yet(
                "last-array-only",
                "I changed one pixel, and `data_sha256` stayed the same. It is the fingerprint of "
                "the last array alone.",
                "each turn of a loop has replaced the fingerprint of the array before.",
                'first join the bytes, `b"".join(…)`, then make one fingerprint of them.',
            )
        if unseen:
            return not_yet(
                "printed-numbers",
                "I changed one pixel in the middle, and `data_sha256` stayed the same.",
                "`str(array)` shows the first and the last numbers, and `...` between them. A "
                "changed pixel hides in the dots.",
                "`array.tobytes()` has them all.",
            )
        return None

    def _exact(self, inputs: Data, card: Data) -> Verdict | None:
        said = cases_of(inputs)["plain"]
        if card["sha256"] != hashlib.sha256(said["content"]).hexdigest():
            return not_yet(
                "other-fingerprint",
                f"`sha256` begins with `{str(card['sha256'])[:12]}`; of the same bytes, I get "
                f"`{hashlib.sha256(said['content']).hexdigest()[:12]}`.",
                "whoever verifies takes the bytes of the file, all of them and nothing else.",
                "`hashlib.sha256(content).hexdigest()`.",
            )
        joined = b"".join(array.tobytes() for array in said["arrays"])
        if card["data_sha256"] != hashlib.sha256(joined).hexdigest():
            return not_yet(
                "other-data",
                "`data_sha256` follows the data, but it is not that of the arrays' bytes, one "
                "array after the other.",
                "two people must get the same fingerprint from the same data.",
                '`b"".join(array.tobytes() for array in arrays)`.',
            )
        if card["name"] != said["name"]:
            return not_yet(
                "other-name",
                f"the name is `{str(card['name'])[:40]}`; I gave `{said['name']}`.",
                "the service addresses the model by it.",
                '`"name": name`.',
            )
        return None
