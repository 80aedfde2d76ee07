"""What is said about a good body that was refused, or that became another picture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.common import trouble
from workshop.exercises.lab10.refusals import description
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet


def fault_with_good(name: str, told: Data, wanted: NDArray[Any]) -> Verdict | None:
    """The verdict on a good body that was refused, or did not become this picture; else None.

    Args:
        name: which of the bodies.
        told: what the learner's function made of each body. Which of the others came in shows why
            this one did not.
        wanted: the picture.
    """
    one = told[name]
    if "status" in one:
        seen = f"a good picture of {name} was refused with {one['status']}: {one['sentence']!r}"
        if name == "fractions":
            return not_yet(
                "only-whole-numbers",
                seen,
                "JSON has one kind of number. A picture that somebody has made smaller has "
                "fractions, and the contract says numbers 0…255.",
                "let `float` in as well as `int`.",
            )
        return _by_range(told, seen) or _by_status(one["status"], seen)
    if wrong := trouble(one["seen"]):
        return wrong
    got = one["seen"]["value"]
    right_form = isinstance(got, np.ndarray) and got.shape == (28, 28) and got.dtype == np.float32
    if right_form and np.allclose(got, wanted):
        return None
    return not_yet(
        "wrong-array",
        f"for a good picture of {name}, I got {description(got)}.",
        "what comes out goes straight to the network: float32, (28, 28), the numbers as they came.",
        '`np.array(rows, dtype="float32")`.',
    )


def _by_range(told: Data, seen: str) -> Verdict | None:
    """Some numbers came in, others did not."""
    if "status" not in told["zeros and ones"]:
        return not_yet(
            "only-0-to-1",
            f"{seen} One of zeros and ones came in.",
            "pixels come as they are, 0…255. The frozen network scales them itself.",
            "print what your function compares, for the first number.",
        )
    if "status" not in told["numbers from 1 to 255"]:
        return not_yet(
            "zero-refused",
            f"{seen} The same one without any 0 came in.",
            "0 is a number like the others: paper without ink. Most pixels of a digit are 0, so "
            "hardly any digit would come in.",
            "`0 <= number`, with `=`. And `if not number:` takes 0 for nothing at all.",
        )
    return None


def _by_status(status: Any, seen: str) -> Verdict:
    if status == 415:
        return not_yet(
            "json-refused",
            f"{seen} Its media type is `application/json`.",
            "that is the one type that this door reads.",
            '`if media_type != "application/json":`',
        )
    if status == 400:
        return not_yet(
            "readable-refused",
            seen,
            "400 says that the body cannot be read. This one is good JSON, as bytes: "
            "`json.loads(body)` reads it.",
            "let `json.loads` find out, and raise the 400 in the `except` behind it.",
        )
    return not_yet(
        "good-refused",
        seen,
        "it holds 28 rows of 28 numbers from 0 to 255, as lists in a list: JSON knows no arrays.",
        "print what you compare in that `if`.",
    )
