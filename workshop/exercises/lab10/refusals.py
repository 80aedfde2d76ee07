"""What is said about a bad body that was let in, or refused in the wrong way."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.common import trouble
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

UNREADABLE = ("ValueError", "JSONDecodeError", "UnicodeDecodeError")
"""What reading a body raises that is no JSON, or no text."""


def fault_with_bad(name: str, status: int, told: Data) -> Verdict | None:
    """The verdict on a bad body that was let in, or refused in another way; else None.

    Args:
        name: which of the bodies.
        status: what it should be refused with.
        told: what the learner's function made of each body.
    """
    one = told[name]
    if "status" not in one:
        if name == "NaN" and _is_array(told["256"]):
            name = "256"  # Whoever lets 256 in, too, has no range yet: NaN can wait.
        return _not_refused(name, status, told[name])
    if one["status"] != status:
        return _other_status(name, status, one)
    if len(one["sentence"].strip()) < 8:
        return not_yet(
            "no-sentence",
            f"for {name}, your sentence is {one['sentence']!r}.",
            "whoever reads it cannot see your code. Three words save them an afternoon.",
            "say what was wrong, where, and what would be right.",
        )
    return None


def _other_status(name: str, status: int, told: Data) -> Verdict:
    got, seen = told["status"], f"{name} was refused with {told['status']}; it should be {status}."
    if got == 400 and status == 422:
        return not_yet(
            "all-400",
            seen,
            "400 says, I cannot even read this; 422 says, I have read it and it makes no sense. "
            "One is a bug in how the request was written, the other in what was asked.",
            "what `json.loads` cannot read is a 400. All that comes after it is a 422.",
        )
    if got == 422 and status == 400:
        return not_yet(
            "all-422",
            seen,
            "422 is for a body that could be read. This one could not.",
            "`raise RefusedError(400, …)` in the `except` of `json.loads`.",
        )
    if not isinstance(got, int):
        return not_yet(
            "status-no-number",
            f"{name} was refused with the status {str(got)!r:.60}; it should be the number "
            f"{status}.",
            "a status is a number, and `RefusedError` takes it first.",
            f"`raise RefusedError({status}, …)`: the number, then the sentence.",
        )
    return not_yet(
        "other-status",
        seen,
        "programs look at the number alone: 4xx tells them to change the request, 5xx to try again "
        "later.",
        "compare your numbers with the table.",
    )


def _not_refused(name: str, status: int, told: Data) -> Verdict | None:
    seen = told["seen"]
    if seen["observed"] == "raised":
        return _crashed(name, status, seen)
    value = seen.get("value")
    if (isinstance(value, list) and status in value) or seen["type"] == "RefusedError":
        gave = "a `RefusedError`" if value is None else str(value)[:60]
        return not_yet(
            "returned-not-raised",
            f"for {name}, your function gave back {gave}.",
            "the caller takes what comes back for a picture. An exception cannot be overlooked.",
            f"`raise RefusedError({status}, …)`.",
        )
    if isinstance(value, np.ndarray):
        return _came_in(name, status, value)
    return _trouble(told)


def _crashed(name: str, status: int, seen: Data) -> Verdict:
    place = f" at `{seen['code']}`" if seen["code"] else ""
    fault = f"for {name}, your code stopped{place} with `{seen['type']}: {seen['message'][:80]}`"
    if status == 400 and seen["type"] in UNREADABLE:
        return not_yet(
            "error-not-caught",
            fault,
            "the body cannot be read, and nobody caught the `ValueError` that says so. "
            "(`JSONDecodeError` is one kind of `ValueError`; `UnicodeDecodeError` is another.)",
            "`try: asked = json.loads(body)`, `except ValueError:`, `raise RefusedError(400, …)`.",
        )
    if name == "a number of 400 digits":
        return not_yet(
            "too-large-for-a-float",
            fault,
            "Python's whole numbers, and those of JSON, have no largest one. `float`, `math` and "
            "NumPy cannot take one as large as this.",
            "compare first: `not 0 <= number <= 255` refuses it, and NaN alike.",
        )
    return not_yet(
        "crashes",
        fault,
        "Flask would answer 500, our fault, and write a page into the log. Whoever wants to fill "
        "your disk has found out how.",
        "ask what it is, with `isinstance` and `len`, before you use it; and refuse with "
        "`RefusedError`, with no other error.",
    )


def _came_in(name: str, status: int, value: NDArray[Any]) -> Verdict:
    seen = f"{name} was let in, as {description(value)}; {status} was wanted."
    if name == "another media type":
        return not_yet(
            "media-type-ignored",
            seen,
            "a browser sends `text/plain` from any page to any address without asking first; for "
            "`application/json` it asks. The type is part of the contract.",
            "look at `media_type` before anything else.",
        )
    if name == "a flat list of 784":
        return not_yet(
            "reshaped",
            seen,
            "784 numbers have many shapes. Whoever sends another one than the contract says has "
            "misread it, and should hear so while it is cheap.",
            "28 rows, `len(row) == 28` in each; no `reshape`.",
        )
    if name == "text instead of a number":
        return not_yet(
            "text-becomes-a-number",
            seen,
            'NumPy is obliging: `"7"` becomes 7, and `" 1e2 "` becomes 100.',
            "look at each number's type before NumPy does.",
        )
    if name == "true instead of a number":
        return not_yet(
            "true-is-a-number",
            seen,
            "in Python, `bool` is a kind of `int`: `isinstance(True, int)` is True.",
            "`type(number) in (int, float)`.",
        )
    if name == "NaN":
        return not_yet(
            "nan-let-in",
            seen,
            "NaN is not smaller than 0 and not larger than 255: every comparison with it is False. "
            "So it slips through, and turns all ten probabilities into NaN.",
            "ask the other way round: `not 0 <= number <= 255`.",
        )
    if name in ("256", "-1", "a number of 400 digits"):
        return not_yet(
            "range-unchecked",
            seen,
            "the network was trained on 0…255. It answers 10,000 just as calmly, with nonsense.",
            "refuse what is below 0 or above 255.",
        )
    return not_yet(
        "let-in",
        seen,
        "the network will answer anything of the right shape, and it will sound sure.",
        "from the outside inwards: an object, the field, a list of 28, each a list of 28.",
    )


def _trouble(told: Data) -> Verdict | None:
    if wrong := trouble(told["seen"]):
        return wrong
    return not_yet(
        "wrong-array",
        f"I got {description(told['seen'].get('value'))}.",
        "either a picture comes out, or `RefusedError` is raised.",
        '`return np.array(rows, dtype="float32")` at the end.',
    )


def _is_array(told: Data) -> bool:
    return "seen" in told and isinstance(told["seen"].get("value"), np.ndarray)


def description(value: Any) -> str:
    """A few words for what the learner's function gave back."""
    if isinstance(value, np.ndarray):
        most = f", up to {value.max():g}" if value.size and value.dtype.kind in "iuf" else ""
        return f"an array of shape `{value.shape}` and dtype `{value.dtype}`{most}"
    return f"a `{type(value).__name__}`"
