"""From floats to bytes: scale, zero point, round, clip."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab06.several import Floats, as_floats
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

RANGE = "low, high = min(weights.min(), 0), max(weights.max(), 0)\n"
SCALE = "scale = (high - low) / steps\n"
ZERO = "zero = int(np.round(-low / scale))\n"
WHOLE = "whole = np.clip(np.round(weights / scale) + zero, 0, steps)\n"
END = "return whole.astype('uint8'), scale, zero"
ANSWER = RANGE + SCALE + ZERO + WHOLE + END
CASES = ("mixed", "symmetric", "positive", "coarse")
STEPS = {"mixed": 255, "symmetric": 255, "positive": 255, "coarse": 15}
HALF = 0.51
"""Half a step and what floats add to it."""


class Quantize(Exercise):
    id = "08-quantize"
    title = "Weights in one byte each"
    points = 2
    hints = (
        "Four lines: the range, the scale, the zero point, the whole numbers. The range: "
        "`low = min(weights.min(), 0)`, `high = max(weights.max(), 0)`.",
        "`scale = (high - low) / steps` and `zero = round(-low / scale)`. A weight becomes "
        "`weight / scale + zero`, rounded.",
        "`np.clip(np.round(weights / scale) + zero, 0, steps).astype('uint8')`: first clip, then "
        "convert. Return `whole, scale, zero`.",
    )
    wrong_answers = {
        "not-three": ANSWER.replace(", scale, zero", ""),
        "swapped": ANSWER.replace(", scale, zero", ", zero, scale"),
        "still-floats": ANSWER.replace(".astype('uint8')", ""),
        "signed": RANGE
        + "scale = max(high, -low) / (steps // 2)\n"
        + "return np.round(weights / scale).astype('int8'), scale, 0",
        "zero-is-lost": "low, high = weights.min(), weights.max()\n" + SCALE + ZERO + WHOLE + END,
        "wrapped": ANSWER.replace("np.clip(", "(").replace(", 0, steps)", ") % 256"),
        "cut-off": ANSWER.replace("np.round(weights / scale)", "np.floor(weights / scale)"),
        "cut-towards-zero": ANSWER.replace("np.round(weights", "np.trunc(weights"),
        "zero-not-whole": ANSWER.replace("int(np.round(-low / scale))", "-low / scale").replace(
            "np.round(weights / scale) + zero", "np.round(weights / scale + zero)"
        ),
        "steps-ignored": ANSWER.replace("/ steps", "/ 255").replace("0, steps", "0, 255"),
        "one-step-too-many": ANSWER.replace("/ steps", "/ (steps + 1)"),
        "other-numbers": ANSWER.replace("weights / scale) + zero", "weights / scale)"),
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        mixed = rng.normal(0.03, 0.1, (30, 8)).astype("float32")
        # From −127.5 to 127.5 steps of 1/64: both ends lie half-way between two whole numbers.
        symmetric = rng.integers(-100, 100, (20, 6)) / 64
        symmetric[3, 2], symmetric[7, 1] = 127.5 / 64, -127.5 / 64
        return {
            "mixed": mixed,
            "symmetric": symmetric.astype("float32"),
            "positive": rng.uniform(0.5, 0.9, (12, 5)).astype("float32"),
            "coarse": rng.normal(0, 0.2, (16, 4)).astype("float32"),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {name: call(answer, inputs[name], STEPS[name]) for name in CASES}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name in CASES:
            if wrong := self._form(name, inputs[name], data[name]):
                return wrong
        for name in CASES:
            whole, scale, zero = _parts(data[name])
            if wrong := self._values(name, inputs[name], whole, scale, zero):
                return wrong
        whole, scale, zero = _parts(data["mixed"])
        error = np.abs(_restored(whole, scale, zero) - inputs["mixed"]).max()
        return passed(
            f"a quarter of the bytes, and no weight is further off than {error / scale:.2f} steps.",
            f"zero is exactly {zero:g}: in a network, 0 is the most frequent number of all, and "
            "costs no error.",
        )

    def _form(self, name: str, weights: NDArray[Any], got: Any) -> Verdict | None:
        numbers = isinstance(got, list) and len(got) == 3
        if not numbers or any(_number(part) is None for part in got[1:]):
            return not_yet(
                "not-three",
                f"I need three things: an array, the scale and the zero point. I got a "
                f"`{type(got).__name__}`{f' of {len(got)}' if isinstance(got, list) else ''}.",
                "bytes alone mean nothing: whoever reads them must know how large a step is, and "
                "which number stands for 0.",
                "`return whole, scale, zero`.",
            )
        if isinstance(got[0], np.ndarray) and got[0].dtype.kind == "f":
            return not_yet(
                "still-floats",
                f"the dtype is `{got[0].dtype}`: whole numbers, in {got[0].itemsize} bytes each.",
                "nothing has become smaller.",
                '`.astype("uint8")` at the very end.',
            )
        if isinstance(got[0], np.ndarray) and got[0].dtype.kind == "i" and (got[0] < 0).any():
            return not_yet(
                "signed",
                f"your numbers go from {got[0].min()} to {got[0].max()}.",
                "that is another honest way, without a zero point. Here the whole numbers go from "
                "0 to `steps`: a range that lies mostly on one side of 0 then wastes nothing.",
                "add the zero point, clip to 0…`steps`, and convert to `uint8`.",
            )
        return expect_array(got[0], weights.shape, "uint8")

    def _values(
        self, name: str, weights: NDArray[Any], whole: Floats, scale: float, zero: float
    ) -> Verdict | None:
        steps = STEPS[name]
        low, high = min(float(weights.min()), 0.0), max(float(weights.max()), 0.0)
        right = (high - low) / steps
        if abs(zero - right) < 1e-3 * right and scale >= 1:
            return not_yet(
                "swapped",
                f"your scale is {scale:g}, and your zero point is {zero:.5f}.",
                "they have changed places. Whoever restores the weights multiplies by the zero "
                "point.",
                "`return whole, scale, zero`, in this order.",
            )
        if steps != 255 and abs(scale - (high - low) / 255) < 1e-3 * right:
            return not_yet(
                "steps-ignored",
                f"with steps={steps} your numbers go up to {whole.max():g}.",
                "fewer steps, fewer bits: 15 steps fit into half a byte.",
                "use `steps` in the scale and in `clip`, not 255.",
            )
        if name == "positive" and abs(scale - float(np.ptp(weights)) / steps) < 1e-3 * right:
            return not_yet(
                "zero-is-lost",
                f"weights from {weights.min():.2f} to {weights.max():.2f}: your zero point is "
                f"{zero:g}, so no whole number from 0 to {steps} stands for 0.",
                "0 must be a whole number itself: networks are full of zeros (padding, ReLU), and "
                "each would become a small error.",
                "stretch the range to 0: `min(weights.min(), 0)`, and `max(…, 0)`.",
            )
        if abs(scale - (high - low) / (steps + 1)) < 1e-3 * (right / steps):
            return not_yet(
                "one-step-too-many",
                f"your scale is {scale:.6f}; it should be {right:.6f}.",
                f"0…{steps} are {steps + 1} numbers, but only {steps} steps lie between them. "
                "Fence posts and fence.",
                "divide by `steps`.",
            )
        return self._errors(name, weights, whole, scale, zero)

    def _errors(
        self, name: str, weights: NDArray[Any], whole: Floats, scale: float, zero: float
    ) -> Verdict | None:
        if abs(zero - round(zero)) > 1e-3:
            return not_yet(
                "zero-not-whole",
                f"your zero point is {zero:.3f}.",
                "it is the whole number that stands for 0. With this one, no byte means exactly 0.",
                "round it: `zero = int(np.round(-low / scale))`.",
            )
        off = (_restored(whole, scale, zero) - weights) / (scale or 1)
        worst = np.unravel_index(np.abs(off).argmax(), off.shape)
        told = (
            f"the weight {weights[worst]:.4f} became {whole[worst]:g}; with your scale {scale:.5f} "
            f"and zero point {zero:g} that is {(whole[worst] - zero) * scale:.4f}."
        )
        if np.abs(off).max() <= HALF and zero == round(zero) and 0 <= zero <= STEPS[name]:
            return None
        if name == "symmetric" and (np.abs(off) > HALF).sum() <= 2 and abs(off[worst]) > 200:
            return not_yet(
                "wrapped",
                told,
                "rounding gave 256, which does not fit into a byte: it became 0, and the largest "
                "weight the smallest. (Lab 01: 200 + 100 = 44.)",
                "`np.clip(…, 0, steps)` before `.astype('uint8')`.",
            )
        if HALF < np.abs(off).max() <= 1 + HALF and off.mean() < -0.3:
            return not_yet(
                "cut-off",
                f"{told} All errors go the same way, {-off.mean():.2f} steps on average.",
                "cutting off always makes smaller; in a sum of 1,600 products, that adds up. "
                "Rounding errs to both sides.",
                "`np.round` before converting.",
            )
        if HALF < np.abs(off).max() <= 1 + HALF and (off * np.sign(weights)).mean() < -0.3:
            return not_yet(
                "cut-towards-zero",
                f"{told} All your errors go towards 0.",
                "what stands behind the point was cut off: 23.7 became 23, and −23.7 became −23. "
                "The error can be nearly a whole step.",
                "`np.round(weights / scale)` before converting.",
            )
        return not_yet(
            "other-numbers",
            told,
            "no weight may be off by more than half a step.",
            "work it out by hand for three weights, −1, 0 and 1.55, and `steps` 255: scale 0.01, "
            "zero point 100, whole numbers 0, 100 and 255.",
        )


def _number(value: Any) -> float | None:
    numbers = as_floats(value)
    return None if numbers is None or numbers.size != 1 else float(numbers.ravel()[0])


def _parts(got: Any) -> tuple[Floats, float, float]:
    return got[0].astype("float64"), _number(got[1]) or 0.0, _number(got[2]) or 0.0


def _restored(whole: Floats, scale: float, zero: float) -> Floats:
    return (whole - zero) * scale
