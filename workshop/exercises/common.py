"""Diagnoses that any exercise may need: what came back is not even of the right kind."""

from typing import Any

import numpy as np

from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet


def trouble(observation: Data) -> Verdict | None:
    """The verdict on an observation that holds no usable value; None when it holds one."""
    kind = observation["type"]
    match observation["observed"]:
        case "raised":
            return _raised(observation)
        case "printed":
            return not_yet(
                "printed-not-returned",
                f"your function printed `{observation['printed'].strip()[:60]}` "
                "and returned nothing.",
                "`print` shows a value to a person. Only `return` hands it to the code "
                "that called the function.",
                "replace `print(…)` with `return …`.",
            )
        case "nothing":
            return not_yet(
                "returned-nothing",
                "the answer is `None`.",
                "a function without `return` gives back `None`, whatever it computed before; "
                "so do methods that change an object in place.",
                "end your function with `return` and the value.",
            )
        case "not-callable":
            return not_yet(
                "not-a-function",
                f"I was given a `{kind}`, not a function.",
                "the check calls your function itself, with its own input. With parentheses, "
                "Python calls it first and hands me the result.",
                "pass the function's name alone, without parentheses.",
            )
        case "is-a-class":
            return not_yet(
                "class-not-instance",
                f"I was given the class `{kind}` itself.",
                "a class is the plan; an instance is the thing built from it.",
                f"add parentheses: `{kind}(…)`.",
            )
        case "not-plain":
            return not_yet(
                "wrong-kind",
                f"I got a `{kind}`, which I cannot read as numbers.",
                "the next step works on arrays and numbers, so the answer has to be one.",
                "read the task's last line again: which type does it ask for?",
            )
    return not_a_number(observation["value"])


def not_a_number(value: Any) -> Verdict | None:
    """The verdict on NaN or infinity in a floating array or number."""
    array = np.asarray(value) if isinstance(value, float | np.ndarray) else np.zeros(0)
    if array.dtype.kind != "f" or np.isfinite(array).all():
        return None
    count = int(array.size - np.isfinite(array).sum())
    return not_yet(
        "not-finite",
        f"{count} of {array.size} values are NaN or infinite.",
        "one NaN spreads through every sum it touches, and training never recovers from it.",
        "look for a division by zero, the log of zero, or an overflow, and print the values "
        "just before it.",
    )


def expect_array(
    value: Any, shape: tuple[int, ...] | None = None, dtype: str | None = None
) -> Verdict | None:
    """The verdict on anything but an array of numbers, of this shape and dtype; else None."""
    if not isinstance(value, np.ndarray):
        return not_yet(
            "not-an-array",
            f"I got a `{type(value).__name__}`, not a NumPy array.",
            "a list has no shape and no dtype, and arithmetic on it does something else: "
            "`[1] * 2` is `[1, 1]`.",
            "keep working on the array you were given, or wrap the result in `np.array(…)`.",
        )
    if value.dtype.kind == "U":
        return not_yet(
            "text-not-numbers",
            f"I got an array of text, dtype `{value.dtype}`.",
            'nothing can be computed with text: even "7" is only a sign, not a number.',
            "look for quotation marks or `str(…)` in your code.",
        )
    if shape is not None and value.shape != shape:
        return not_yet(
            "wrong-shape",
            f"the shape is `{value.shape}`; it should be `{shape}`.",
            "each axis has a meaning (which digit, which row, which column). A wrong shape "
            "means that two of them got mixed up, or one was lost.",
            "print `.shape` after each step, and find the step where it goes wrong.",
        )
    if dtype is not None and value.dtype != dtype:
        return not_yet(
            "wrong-dtype",
            f"the dtype is `{value.dtype}`; it should be `{dtype}`.",
            "the dtype decides how much memory each number takes and what arithmetic does "
            "at its limits.",
            f'convert with `.astype("{dtype}")`.',
        )
    return None


def _raised(observation: Data) -> Verdict:
    place = f" at `{observation['code']}`" if observation["code"] else ""
    return not_yet(
        "raised",
        f"your code stopped{place} with `{observation['type']}: {observation['message']}`",
        "Python says what it could not do in the last line, and the line of code says where.",
        "run that line in a cell of its own, and print the shape and the dtype of what goes in.",
    )
