"""How large is what comes out? Kernel, stride and padding in one formula."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

DISCRIMINATING = ((28, 3, 1, 0), (28, 5, 2, 2), (14, 2, 2, 0), (11, 4, 3, 1), (10, 4, 4, 0))
"""Length, kernel, stride, padding: between them they tell every slip from the others."""


def right(length: int, kernel: int, stride: int, padding: int) -> int:
    """The number of places of a window."""
    return (length + 2 * padding - kernel) // stride + 1


@dataclass(frozen=True)
class Slip:
    """A formula (of length, kernel, stride, padding) that holds a misconception."""

    name: str
    formula: Callable[[int, int, int, int], float]
    why: str
    try_this: str


SLIPS = (
    Slip(
        "padded-once",
        lambda n, k, s, p: (n + p - k) // s + 1,
        "padding 2 puts two zeros on the left and two on the right.",
        "the row gets longer by `2 * padding`.",
    ),
    Slip(
        "padding-ignored",
        lambda n, k, s, p: (n - k) // s + 1,
        "padding puts zeros around the picture, so that the window finds more places.",
        "use `padding`: the row gets longer by twice as much.",
    ),
    Slip(
        "first-place-forgotten",
        lambda n, k, s, p: (n + 2 * p - k) // s,
        "you count the steps from place to place. There is one place more than steps, as a fence "
        "has one post more than gaps.",
        "add 1, after the division.",
    ),
    Slip(
        "stride-ignored",
        lambda n, k, s, p: n + 2 * p - k + 1,
        "with stride 2, the window moves by two pixels at a time and finds half as many places.",
        "divide the way that the window has to go by `stride`.",
    ),
    Slip(
        "rounded-up",
        lambda n, k, s, p: -(-(n + 2 * p - k) // s) + 1,
        "the last step would carry the window beyond the edge, so it is not taken.",
        "round down: `//`.",
    ),
    Slip(
        "half-a-place",
        lambda n, k, s, p: (n + 2 * p - k) / s + 1,
        "a step that does not fit as a whole is not taken, so nothing is ever half.",
        "divide with `//`, which drops the fraction.",
    ),
    Slip(
        "one-too-soon",
        lambda n, k, s, p: (n + 2 * p - k + 1) // s,
        "the 1 counts the window's first place. Inside the bracket, the division makes it smaller.",
        "divide first; then add 1.",
    ),
)


class OutputLength(Exercise):
    id = "05-output-length"
    title = "The size of what comes out"
    points = 1
    hints = (
        "Start simple: stride 1, no padding. 28 pixels, a window of 3: places 0 to 25. In the "
        "formula: length − kernel + 1. Padding makes the row longer, at both ends.",
        "With a stride, the window takes every stride-th place, starting with the first. So "
        "count the steps that fit behind the first place, and add 1 for that place: "
        "`(…) // stride + 1`.",
    )
    wrong_answers = {
        "first-place-forgotten": "return (length + 2 * padding - kernel) // stride",
        "padded-once": "return (length + padding - kernel) // stride + 1",
        "padding-ignored": "return (length - kernel) // stride + 1",
        "stride-ignored": "return length + 2 * padding - kernel + 1",
        "rounded-up": "return -(-(length + 2 * padding - kernel) // stride) + 1",
        "half-a-place": "return (length + 2 * padding - kernel) / stride + 1",
        "one-too-soon": "return (length + 2 * padding - kernel + 1) // stride",
        "other-lengths": "return length // stride",
        "not-a-number": "return [length]",
        "printed-not-returned": "print((length + 2 * padding - kernel) // stride + 1)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        drawn = np.column_stack(
            [rng.integers(low, high, 4) for low, high in ((12, 40), (2, 6), (1, 4), (0, 3))]
        )
        return {"cases": [*map(list, DISCRIMINATING), *drawn.tolist()]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {str(case): call(answer, *case) for case in inputs["cases"]}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        cases = inputs["cases"]
        got = [data[str(case)] for case in cases]
        if not all(isinstance(value, int | float) for value in got):
            return not_yet(
                "not-a-number",
                f"for {_told(cases[0])} I got `{got[0]!r}`.",
                "a length is one number.",
                "return the number itself.",
            )
        wrong = [i for i, case in enumerate(cases) if got[i] != right(*case)]
        if not wrong:
            return passed(
                f"{len(cases)} combinations, all right; 28 pixels, kernel 5, stride 2 and padding "
                "2 give 14.",
                'Keras\'s `padding="valid"` means no padding, `"same"` as much as it takes to get '
                "length / stride, rounded up.",
            )

        case, value = cases[wrong[0]], got[wrong[0]]
        seen = f"for {_told(case)} you say {value:g}; it is {right(*case)}."
        for slip in SLIPS:
            if np.allclose(got, [slip.formula(*each) for each in cases]):
                return not_yet(slip.name, seen, slip.why, slip.try_this)
        return not_yet(
            "other-lengths",
            seen,
            "the window starts at the left end of the padded row and moves on by `stride` as long "
            "as it fits.",
            "draw that row as boxes and count. Then find the formula for it.",
        )


def _told(case: list[int]) -> str:
    length, kernel, stride, padding = case
    return f"length {length}, kernel {kernel}, stride {stride}, padding {padding}"
