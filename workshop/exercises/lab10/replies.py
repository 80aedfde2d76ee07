"""What is said about a reply to a picture: did it come, and does it say what the network said?"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.common import trouble
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

LEAST = 0.6
PAUSE = 0.02
"""Seconds that the network of the check takes, so that a clock has something to see."""
FIELDS = ("digit", "probabilities", "version", "milliseconds")


def fault_with_reply(
    inputs: Data, picture: NDArray[Any], row: NDArray[Any], reply: Data
) -> Verdict | None:
    """The verdict on a reply that is not what the contract says; else None.

    Args:
        inputs: what the check has drawn.
        picture: what was sent.
        row: the ten probabilities that the network gave.
        reply: "seen", the observation of the reply; "given", what the network was asked;
            "elapsed", in milliseconds.
    """
    if wrong := _came_through(reply):
        return wrong
    answer = _json(reply["seen"]["value"]["text"])
    if wrong := _form(answer) or _asked(picture, reply["given"]):
        return wrong
    return _values(row, answer) or _about(inputs, reply, answer)


def _came_through(reply: Data) -> Verdict | None:
    """Did an answer come at all?"""
    seen = reply["seen"]
    if seen["observed"] != "value":
        return _fault(seen)
    status = seen["value"]["status"]
    if status == 404:
        return not_yet(
            "no-door",
            "`POST /predict` was answered with 404, not found.",
            "a client knocks at the address that the contract names, and at no other.",
            'write `@app.post("/predict")` directly above the function.',
        )
    if status == 405:
        return not_yet(
            "get-not-post",
            "`POST /predict` was answered with 405: the address is there, the method is not.",
            "GET asks for something that is there already, and carries no body. A picture is sent "
            "with POST.",
            '`@app.post("/predict")`.',
        )
    if status != 200:
        return not_yet(
            "refused",
            f"a good picture was answered with the status {status}.",
            "200 says: here is your answer.",
            "return the dictionary alone; Flask adds the 200.",
        )
    return None


def _fault(seen: Data) -> Verdict | None:
    said = str(seen.get("message", ""))
    if "not JSON serializable" in said:
        return not_yet(
            "numpy-in-json",
            f"Python says `{said}`.",
            "JSON knows numbers, text, lists, objects, true, false and null. A NumPy array is "
            "none of these, and neither is a NumPy number.",
            "`int(…)` for the digit, `.tolist()` for the probabilities.",
        )
    if "required positional argument" in said and not seen.get("code"):  # no line of theirs
        return not_yet(
            "argument-of-a-route",
            f"Python says `{said}`.",
            "Flask calls your function when somebody knocks, and hands it nothing. What was sent "
            "waits in `request`.",
            "no name between the parentheses: `def predict():`.",
        )
    if "expected: float32" in said:
        return not_yet(
            "not-float32",
            f"the network says `{said}`.",
            "a frozen network takes one dtype and converts nothing. `np.array` of whole numbers "
            "gives int64, and of fractions float64.",
            '`np.array(…, dtype="float32")`.',
        )
    if "invalid dimensions" in said:
        return not_yet(
            "no-batch-axis",
            f"the network says `{said}`.",
            "a network reads a batch, even if it is a batch of one.",
            "`image[None]` puts an axis in front; `[0]` behind `ask(…)` takes it off again.",
        )
    return trouble(seen)


def _form(answer: Any) -> Verdict | None:
    if not isinstance(answer, dict):
        return not_yet(
            "not-json",
            "the answer's body is no JSON object.",
            "Flask turns a dictionary into JSON. `str(…)` of a dictionary only looks like it: its "
            "quotes are single ones, and its `None` is not `null`.",
            "return the dictionary itself.",
        )
    missing = [name for name in FIELDS if name not in answer]
    if missing:
        return not_yet(
            "missing-field",
            f"the answer has {', '.join(answer) or 'no field'}; missing: {', '.join(missing)}.",
            "a client that was promised a field reads it without asking whether it is there.",
            "compare the names with the table, letter by letter.",
        )
    rows = answer["probabilities"]
    if isinstance(rows, list) and len(rows) == 1 and isinstance(rows[0], list):
        return not_yet(
            "ten-in-a-list",
            "the probabilities are a list of one list.",
            "the network answers a batch with a row for each picture; one was asked.",
            "take the first row: `ask(…)[0]`.",
        )
    return None


def _asked(picture: NDArray[Any], given: list[NDArray[Any]]) -> Verdict | None:
    if len(given) > 1:
        return not_yet(
            "asked-twice",
            f"one request asked the network {len(given)} times.",
            "the network is the expensive part. If you ask twice, you serve half as many.",
            "keep what `ask` gave in a name, and use the name.",
        )
    if given and given[0].max() <= 1.01:
        return not_yet(
            "scaled-twice",
            f"the picture went up to {picture.max()}; what the network was given goes up to "
            f"{given[0].max():g}.",
            "this file divides by 255 itself, as its first step. Divided twice, all ink is gone.",
            "give it the numbers as they came.",
        )
    if not given or given[0].shape != (1, 28, 28) or not np.array_equal(given[0][0], picture):
        return not_yet(
            "other-answer",
            "the network was not asked about the picture that was sent.",
            "row by row, as it came: nothing turned, cut or counted anew.",
            '`np.array(request.get_json()["image"], dtype="float32")[None]`.',
        )
    return None


def _values(row: NDArray[Any], answer: Any) -> Verdict | None:
    digit, best = answer["digit"], int(row.argmax())
    sure = bool(row[best] >= LEAST)
    if isinstance(digit, str) and digit.strip().lower() in ("null", "none"):
        return not_yet(
            "null-is-text",
            f'the digit is "{digit}", a text of four letters.',
            "a text is something, and not nothing. A client that asks whether there is a digit is "
            "told yes.",
            "`None`, without quotation marks; Flask writes it as `null`.",
        )
    if isinstance(digit, str):
        return not_yet(
            "digit-is-text",
            f'the digit is "{digit}", text.',
            "a client that counts with it, or compares it with 7, goes wrong without a word.",
            "`int(…)`, without quotation marks.",
        )
    if not sure and digit == best:
        return not_yet(
            "never-rejects",
            f"the largest probability was {row[best]:.2f}, with `least` at {LEAST}, and the "
            f"digit {digit} was given all the same.",
            "a guess that looks like any other answer is the worst one: nobody can tell.",
            "`None` where the winner's probability is below `least`; JSON calls it `null`.",
        )
    if sure and digit is None:
        return not_yet(
            "rejects-the-sure",
            f"the largest probability was {row[best]:.2f}, with `least` at {LEAST}, and no digit "
            "was given.",
            "`None` stands for what is too doubtful to be read.",
            "turn the comparison round.",
        )
    right = digit is None if not sure else type(digit) is int and digit == best
    if not right or not _close(answer["probabilities"], row):
        return not_yet(
            "other-answer",
            f"the digit is {str(digit)[:30]}, and the probabilities begin with "
            f"{str(answer['probabilities'])[:40]}; the network's largest was at {best}.",
            "the answer has to be what the network said.",
            "print `probabilities` before you return.",
        )
    return None


def _about(inputs: Data, reply: Data, answer: Any) -> Verdict | None:
    if answer["version"] != inputs["version"]:
        return not_yet(
            "version-fixed",
            f"the version is {str(answer['version'])[:30]!r}; `make_app` was given "
            f"{inputs['version']!r}.",
            "when answers change overnight, the version tells whether the model did.",
            "use the argument `version`.",
        )
    value = answer["milliseconds"]
    most = reply["elapsed"]
    if type(value) not in (int, float) or not 1000 * PAUSE * 0.7 <= value <= most * 1.01 + 1:
        return not_yet(
            "not-milliseconds",
            f"you say {str(value)[:20]} ms; seen from outside, it took {most:.1f} ms, of which the "
            f"network alone took {1000 * PAUSE:g}.",
            "a clock counts seconds, and it has to run while the network works.",
            "`start` first; at the end `1000 * (time.perf_counter() - start)`.",
        )
    return None


def _close(value: Any, row: NDArray[Any]) -> bool:
    if not isinstance(value, list) or not all(type(item) in (int, float) for item in value):
        return False
    return len(value) == 10 and bool(np.allclose(value, row, atol=1e-3))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
