"""What lab 01 asks of an answer before it looks at the values."""

from typing import Any

import numpy as np

from workshop.exercises.common import expect_array
from workshop.verdict import Verdict, not_yet


def expect_numbers(value: Any, shape: tuple[int, ...] | None = None) -> Verdict | None:
    """The verdict on anything but an array of numbers of this shape; None when it is one."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "U":
        return not_yet(
            "text-not-numbers",
            f"I got an array of text, dtype `{value.dtype}`.",
            'nothing can be computed with text: even "7" is only a sign, not a number.',
            "look for quotation marks or `str(…)` in your code.",
        )
    return expect_array(value, shape)
