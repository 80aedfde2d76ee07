"""What a layer costs, counted before it runs."""

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

PLACES = 26 * 26
"""Where a 3×3 window fits into 28×28 pixels."""
OUTPUTS = PLACES * 8
FIRST = 3 * 3 * 8 + 8
SECOND = 3 * 3 * 8 * 16 + 16
WORK = PLACES * 3 * 3 * 8
DENSE = 28 * 28 * OUTPUTS + OUTPUTS
DENSE_WORK = 28 * 28 * OUTPUTS
WANTED = (FIRST, SECOND, WORK, DENSE, DENSE_WORK)
NAMES = ("first", "second", "multiplications", "dense", "dense_multiplications")


def _answer(**changed: str) -> str:
    right = {name: str(value) for name, value in zip(NAMES, WANTED, strict=True)}
    return "\n".join(f"{name} = {value}" for name, value in (right | changed).items())


class Counts(Exercise):
    id = "05-counts"
    title = "Count before you run"
    points = 2
    hints = (
        "`first`: how many weights has one 3×3 kernel on one channel? Eight of those, and eight "
        "biases. For the work, ask how many places the window has, and what one place costs.",
        "`second`: each of its 16 filters looks at all 8 channels at once, so its kernel is "
        "3×3×8. One bias per filter, wherever the filter stands.",
        "The dense layer has 26 · 26 · 8 = 5,408 units. Each has a weight for every one of the "
        "784 pixels, and a bias. Each weight is used once.",
    )
    wrong_answers = {
        "not-numbers": _answer(first='"80"'),
        "weights-per-place": _answer(first="26 * 26 * (9 * 8 + 8)"),
        "bias-per-place": _answer(first="9 * 8 + 26 * 26 * 8"),
        "one-filter": _answer(first="9 + 1"),
        "channels-forgotten": _answer(second="3 * 3 * 16 + 16"),
        "bias-per-channel": _answer(second="3 * 3 * 8 * 16 + 8 * 16"),
        "no-bias": _answer(first="3 * 3 * 8", second="3 * 3 * 8 * 16"),
        "bias-multiplied": _answer(multiplications="26 * 26 * (9 * 8 + 8)"),
        "dense-without-bias": _answer(dense="784 * (26 * 26 * 8)"),
        "weights-are-not-work": _answer(multiplications="72"),
        "window-sticks-out": _answer(multiplications="28 * 28 * 9 * 8"),
        "work-of-one-filter": _answer(multiplications="26 * 26 * 9"),
        "dense-is-not-shared": _answer(dense="784 * 8 + 8", dense_multiplications="784 * 8"),
        "other-numbers": _answer(dense="1000000"),
    }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        answer = data["answer"]
        items = answer.tolist() if isinstance(answer, np.ndarray) else answer
        fits = isinstance(items, list) and len(items) == len(WANTED)
        if not fits or not all(isinstance(item, int | float) for item in items):
            return not_yet(
                "not-numbers",
                f"I got `{str(items)[:80]}`.",
                "the check compares five numbers with five numbers.",
                "write numbers or sums without quotation marks, such as `9 * 8 + 8`.",
            )
        got = dict(zip(NAMES, items, strict=True))
        if tuple(items) == WANTED:
            return passed(
                f"{FIRST} numbers do the work of {DENSE:,}, and {WORK:,} multiplications that of "
                f"{DENSE_WORK:,}.",
                "sharing saves memory by far more than it saves work: every place is still "
                "computed.",
            )
        return (
            self._first(got["first"])
            or self._second(got["second"])
            or self._work(got["multiplications"])
            or self._rest(got)
        )

    def _first(self, first: float) -> Verdict | None:
        if first in (PLACES * (9 * 8 + 8), PLACES * 9 * 8, PLACES * 9 * 8 + 8):
            return not_yet(
                "weights-per-place",
                f"`first` is {first:,.0f}: a kernel of its own for every place.",
                "the same kernel slides over the whole picture. That is what shared means.",
                "leave out the number of places: count the weights of eight kernels, and biases.",
            )
        if first == 9 * 8 + OUTPUTS:
            return not_yet(
                "bias-per-place",
                f"`first` is {first:,.0f}: a bias of its own for every place.",
                "the bias belongs to the filter and is shared as its weights are.",
                "one bias for each of the 8 filters.",
            )
        if first in (9, 10):
            return not_yet(
                "one-filter",
                f"`first` is {first:g}, which is one filter.",
                "each of the 8 filters has weights of its own; they look for different things.",
                "take it 8 times.",
            )
        if first == 9 * 8:
            return not_yet(
                "no-bias",
                f"`first` is {first:g}: all weights, and no bias.",
                "each filter adds one more number to its sums, and that is learned too.",
                "add one bias per filter.",
            )
        return None

    def _second(self, second: float) -> Verdict | None:
        if second in (3 * 3 * 16 + 16, 3 * 3 * 16):
            return not_yet(
                "channels-forgotten",
                f"`second` is {second:g}: 16 kernels of 3×3.",
                "its input has 8 channels. A filter looks at all of them at once and adds up: its "
                "kernel has a depth, too, 3×3×8.",
                "multiply the weights of each kernel by the 8 channels that come in.",
            )
        if second == 3 * 3 * 8 * 16 + 8 * 16:
            return not_yet(
                "bias-per-channel",
                f"`second` is {second:,.0f}: a bias for each pair of channel and filter.",
                "a filter adds everything into one sum, and that gets one bias.",
                "16 filters, 16 biases.",
            )
        if second == 3 * 3 * 8 * 16:
            return not_yet(
                "no-bias",
                f"`second` is {second:,.0f}: all weights, and no bias.",
                "each filter adds one more number to its sums, and that is learned too.",
                "add one bias for each of the 16 filters.",
            )
        return None

    def _work(self, work: float) -> Verdict | None:
        if work in (9 * 8, FIRST):
            return not_yet(
                "weights-are-not-work",
                f"`multiplications` is {work:g}, the number of weights.",
                "a shared weight is stored once and used at every place.",
                "how many places has the window? Multiply by that.",
            )
        if work == PLACES * FIRST:
            return _bias_multiplied("multiplications", work)
        if work in (28 * 28 * 9 * 8, 28 * 28 * FIRST):
            return not_yet(
                "window-sticks-out",
                f"`multiplications` is {work:,.0f}: a window at each of 784 pixels.",
                "without padding, a window of 3 has 26 places in a row of 28.",
                "count 26 · 26 places.",
            )
        if work == PLACES * 9:
            return not_yet(
                "work-of-one-filter",
                f"`multiplications` is {work:,.0f}: one filter, at all places.",
                "all 8 filters visit every place.",
                "multiply by 8.",
            )
        return None

    def _rest(self, got: dict[str, float]) -> Verdict:
        if got["dense"] in (784 * 8 + 8, 784 * 8):
            return not_yet(
                "dense-is-not-shared",
                f"`dense` is {got['dense']:,.0f}: eight units.",
                "the convolution gives 26 × 26 × 8 numbers. A dense layer that gives as many "
                "needs a unit for each of them.",
                "count 26 · 26 · 8 units with 784 weights and one bias each.",
            )
        if got["dense"] == DENSE_WORK:
            return not_yet(
                "dense-without-bias",
                f"`dense` is {got['dense']:,.0f}: all weights, and no bias.",
                "each unit adds one more number to its sum, and that is learned too.",
                "add one bias for each of the 26 · 26 · 8 units.",
            )
        if got["dense_multiplications"] == DENSE:
            return _bias_multiplied("dense_multiplications", DENSE)
        wrong = [name for name, want in zip(NAMES, WANTED, strict=True) if got[name] != want]
        return not_yet(
            "other-numbers",
            f"`{wrong[0]}` is {got[wrong[0]]:,.0f}, and that is not it; "
            f"{5 - len(wrong)} of 5 are right.",
            "weights: what one unit or filter looks at, times how many there are. Biases: one "
            "each. Multiplications: weights times the places where they are used.",
            "draw the layer as boxes, and write the three factors beside them.",
        )


def _bias_multiplied(name: str, value: float) -> Verdict:
    return not_yet(
        "bias-multiplied",
        f"`{name}` is {value:,.0f}: that counts the biases, too.",
        "each weight is multiplied by a number that comes in. A bias is only added.",
        "leave out the biases here.",
    )
