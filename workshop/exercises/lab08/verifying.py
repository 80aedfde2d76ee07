"""First verify, then load, and from the very bytes that were verified."""

import hashlib
import io
import json
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

STARTED = "a running model"
READ = "content = path.read_bytes()\n"
CARD = 'card = json.loads(path.with_suffix(".json").read_text())\n'
WRONG = 'hashlib.sha256(content).hexdigest() != card["sha256"]'
RAISE = '    raise ValueError(f"{path} is not what its card says")\n'
ANSWER = READ + CARD + f"if {WRONG}:\n{RAISE}return start(content)"
CASES = ("whole", "flipped", "short", "other card", "no card")


class OpenVerified(Exercise):
    id = "08-open-verified"
    title = "Verify, then load"
    points = 2
    hints = (
        "Read the bytes once: `content = path.read_bytes()`. The card lies beside it: "
        '`json.loads(path.with_suffix(".json").read_text())`.',
        'Compare `hashlib.sha256(content).hexdigest()` with `card["sha256"]`. If they differ, '
        "`raise ValueError(…)`.",
        "Only after that: `return start(content)`, with the bytes that you have verified.",
    )
    wrong_answers = {
        "no-check": READ + "return start(content)",
        "only-warned": READ + CARD + f'if {WRONG}:\n    print("beware!")\nreturn start(content)',
        "started-first": READ + CARD + f"model = start(content)\nif {WRONG}:\n{RAISE}return model",
        "refused-silently": READ + CARD + f"if {WRONG}:\n    return None\nreturn start(content)",
        "another-error": ANSWER.replace("ValueError", "RuntimeError"),
        "size-alone": READ
        + CARD
        + f'if len(content) < card["bytes"]:\n{RAISE}'
        + "return start(content)",
        "no-card-no-check": READ
        + 'card = path.with_suffix(".json")\n'
        + "if card.exists():\n    card = json.loads(card.read_text())\n"
        + f"    if {WRONG}:\n    {RAISE}return start(content)",
        "refuses-the-right-one": (
            READ + CARD + f"if {WRONG}:\n{RAISE}return start(content)"
        ).replace("hexdigest", "digest"),
        "read-twice": ANSWER.replace("start(content)", "start(path.read_bytes())"),
        "path-not-bytes": ANSWER.replace("start(content)", "start(path)"),
        "not-started": ANSWER.replace("return start(content)", "return True"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "content": rng.integers(0, 256, 3000).astype("uint8"),
            "bit": int(rng.integers(3000 * 8)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"whole": call(answer)}
        with tempfile.TemporaryDirectory() as folder:
            paths = _files(Path(folder), inputs)
            whole = call(answer, paths["whole"], _Start())
            if whole["observed"] == "raised" and whole["type"] == "ValueError":
                return {"refused": whole["message"]}
            cases = {name: _outcome(answer, path) for name, path in paths.items()}
            cases["exchanged"] = _outcome(answer, _Exchanged(paths["whole"]))
        if whole["observed"] == "not-plain":
            whole = whole["type"]
        return {"whole": whole, "cases": cases}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "refused" in data:
            return not_yet(
                "refuses-the-right-one",
                f"an untouched file beside its own card was refused: `{data['refused'][:120]}`.",
                "two fingerprints of the same bytes are equal, if both are made in the same way: "
                "as text, from all bytes of the file.",
                "print both, side by side. If they are the same, look at what you ask: `!=`.",
            )
        cases = data["cases"]
        started = cases["whole"]["started"]
        if not isinstance(data["whole"], str) or data["whole"] != STARTED or not started:
            return not_yet(
                "not-started",
                "the file was right, and I did not get back what `start` gives.",
                "whoever calls you wants a model that runs.",
                "`return start(content)`.",
            )
        if started != [hashlib.sha256(inputs["content"].tobytes()).hexdigest()]:
            return not_yet(
                "path-not-bytes",
                "`start` did not get the bytes of the file.",
                "given a path, it would read the file a second time. In between, somebody can put "
                "another one there: verified was one file, loaded is another.",
                "`start(content)`, with the bytes that you have verified.",
            )
        if cases["exchanged"]["started"] != started:
            return not_yet(
                "read-twice",
                "as soon as you had read the file, I put another one in its place. You have read "
                "that one, too.",
                "verified was one file, loaded is another: between two looks, anything can happen.",
                "`content = path.read_bytes()`, once. Verify `content`, then `start(content)`.",
            )
        return self._hostile(cases) or passed(
            "the right file starts. One flipped bit, a file cut short, a strange card or none: "
            "all are refused before anything starts.",
            "you read the file once, so nobody can exchange it between the check and the start.",
        )

    def _hostile(self, cases: dict[str, Data]) -> Verdict | None:
        flipped = cases["flipped"]
        if flipped["started"] and flipped["raised"]:
            return not_yet(
                "started-first",
                "you raised an error for a changed file, but it had been started already.",
                "a file that harms does so when it is started.",
                "put the comparison above `start`.",
            )
        if flipped["started"] and not cases["short"]["started"]:
            return not_yet(
                "size-alone",
                "one bit was flipped, and the model was started all the same.",
                "a changed file can have the right size and the right name.",
                'compare `hashlib.sha256(content).hexdigest()` with `card["sha256"]`.',
            )
        if flipped["started"] and flipped["printed"]:
            return not_yet(
                "only-warned",
                "for a changed file you printed something, and started it.",
                "at three in the morning nobody reads what a server prints.",
                "`raise ValueError(…)`: then nothing goes on.",
            )
        if flipped["started"]:
            return not_yet(
                "no-check",
                "one bit was flipped, and the model was started all the same.",
                "most of such files run, and answer wrongly.",
                "compare the fingerprint of `content` with the card's, and raise `ValueError`.",
            )
        if cases["no card"]["started"]:
            return not_yet(
                "no-card-no-check",
                "the card was missing, and the model was started.",
                "whoever wants to smuggle in a file only has to delete the card.",
                "without a card, nothing starts: let `read_text` raise its error.",
            )
        for name in CASES[1:]:
            if not cases[name]["raised"]:
                return not_yet(
                    "refused-silently",
                    f"the file ({name}) was not started, but I got no error.",
                    "whoever called you goes on, with `None` for a model.",
                    "`raise ValueError(…)`, with a sentence that names the file.",
                )
            if name != "no card" and cases[name]["other_error"]:
                return not_yet(
                    "another-error",
                    f"the file ({name}) stopped your function with `{cases[name]['other_error']}`.",
                    "whoever opens a model catches `ValueError`, as the next cell does. Any other "
                    "error stops them, too.",
                    "`raise ValueError(…)`, with a sentence that names the file.",
                )
        return None


class _Start:
    """Stands for what starts a model; remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def __call__(self, content: Any) -> str:
        kind = type(content).__name__
        is_bytes = isinstance(content, bytes | bytearray | memoryview)
        self.given.append(hashlib.sha256(content).hexdigest() if is_bytes else kind)
        return STARTED


class _Exchanged(type(Path())):  # type: ignore[misc]  # which class it is, the system decides
    """A path to a file that is another one as soon as somebody has read it."""

    def read_bytes(self) -> bytes:
        content = super().read_bytes()
        self.write_bytes(content[::-1])
        return bytes(content)


def _files(folder: Path, inputs: Data) -> dict[str, Path]:
    """One model file that is right, and four that must not be started."""
    content = inputs["content"].tobytes()
    flipped = bytearray(content)
    flipped[inputs["bit"] // 8] ^= 1 << inputs["bit"] % 8
    contents = {"flipped": bytes(flipped), "short": content[:-100]}
    paths = {name: folder / f"{name}.onnx" for name in CASES}
    for name, path in paths.items():
        path.write_bytes(contents.get(name, content))
        sha256 = hashlib.sha256(content if name != "other card" else b"another").hexdigest()
        card = {"name": "reader", "version": sha256[:12], "sha256": sha256, "bytes": len(content)}
        if name != "no card":
            path.with_suffix(".json").write_text(json.dumps(card), encoding="utf-8")
    return paths


def _outcome(answer: Any, path: Path) -> Data:
    start = _Start()
    printed = io.StringIO()
    as_asked = False

    def listened(*arguments: Any) -> Any:
        nonlocal as_asked
        try:
            with redirect_stdout(printed):
                return answer(*arguments)
        except ValueError:
            as_asked = True
            raise

    seen = call(listened, path, start)
    raised = seen["observed"] == "raised"
    other = raised and not as_asked
    return {
        "started": start.given,
        "raised": raised,
        "other_error": f"{seen['type']}: {seen['message'][:80]}" if other else "",
        "printed": bool(printed.getvalue()),
    }
