"""A scale for each unit: one large column no longer spoils the others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab06.several import near, parts_of
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LARGEST = "largest = np.abs(weights).max(axis=0)\n"
SCALES = "scales = np.where(largest > 0, largest, 1) / 127\n"
END = "return np.round(weights / scales).astype('int8'), scales"
ANSWER = LARGEST + SCALES + END
DEAD = 2
"""A column of zeros: a unit that has died."""
NEGATIVE = 1
"""The column whose largest weight is below 0."""


class QuantizeColumns(Exercise):
    id = "08-quantize-columns"
    title = "A scale for each unit"
    hints = (
        "`np.abs(weights).max(axis=0)` is the largest weight of each column. Divided by 127, that "
        "is the scale of the column; NumPy spreads it over the rows by itself.",
        "A column of zeros has the scale 0, and 0 / 0 is NaN. Give it the scale 1: "
        "`np.where(largest > 0, largest, 127) / 127`. Then `np.round(…).astype('int8')`.",
    )
    wrong_answers = {
        "not-two": ANSWER.replace(", scales", ""),
        "largest-with-sign": "largest = weights.max(axis=0)\n" + SCALES + END,
        "one-scale": ANSWER.replace("(axis=0)", "()"),
        "scale-of-rows": ANSWER.replace("(axis=0)", "(axis=1, keepdims=True)"),
        "dead-column": "with np.errstate(all='ignore'):\n    "
        + (LARGEST + "scales = largest / 127\n" + END).replace("\n", "\n    "),
        "wrapped": ANSWER.replace("/ 127", "/ 128").replace(
            "np.round(weights / scales)", "(np.round(weights / scales).astype(int) & 255)"
        ).replace("astype('int8')", "astype('uint8').view('int8')"),
        "cut-off": ANSWER.replace("np.round", "np.trunc"),
        "signs-lost": ANSWER.replace("weights / scales", "np.abs(weights) / scales"),
        "other-numbers": ANSWER.replace(", largest, 1)", ", 4 * largest, 1)"),
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        weights = rng.normal(0, 0.1, (12, 5))
        # The largest of a column is positive: divided by 128, it no longer fits.
        largest = np.take_along_axis(weights, np.abs(weights).argmax(axis=0)[None], axis=0)
        weights *= np.sign(largest) * [1.0, 30.0, 0.0, 0.05, 2.0]
        # In one it is negative: whoever forgets the absolute value takes another one.
        most = np.abs(weights[:, NEGATIVE]).max()
        weights[3, NEGATIVE], weights[7, NEGATIVE] = -1.5 * most, most
        return {"weights": weights.astype("float32")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"both": call(answer, inputs["weights"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        weights, got = inputs["weights"].astype("float64"), data["both"]
        both = parts_of(got, 2)
        if not isinstance(got, list) or both is None or both[1].ndim > 2:
            return not_yet(
                "not-two",
                "I need two things: whole numbers, and the scales.",
                "without the scales nobody can read the whole numbers.",
                "`return whole, scales`.",
            )
        if wrong := expect_array(got[0], weights.shape, "int8"):
            return wrong
        return self._scales(weights, both[0], both[1])

    def _scales(self, weights: NDArray[Any], whole: NDArray[Any], scales: NDArray[Any]) -> Verdict:
        rows, columns = weights.shape
        if scales.size == 1:
            return not_yet(
                "one-scale",
                f"I got one scale, {float(scales.ravel()[0]):.4f}, for all {columns} columns.",
                "the column with the largest weights sets the step for all: the small ones become "
                "0.",
                "`.max(axis=0)`: one number for each column.",
            )
        if scales.size == rows:
            return not_yet(
                "scale-of-rows",
                f"I got {rows} scales, one for each row; there are {columns} columns.",
                "a row holds the weights of one input. The sum of a unit runs down its column, so "
                "only a scale of the column can be taken out of the sum.",
                "`axis=0`.",
            )
        if scales.size != columns:
            return not_yet(
                "other-numbers",
                f"I got {scales.size} scales for {columns} columns.",
                "each column needs one.",
                "print `scales.shape`.",
            )
        scales = scales.ravel()
        if not np.isfinite(scales).all() or scales[DEAD] == 0:
            return not_yet(
                "dead-column",
                f"column {DEAD} holds zeros only, and its scale is {scales[DEAD]:g}.",
                "0 / 0 is NaN, and what NaN becomes as a byte is up to the processor.",
                "give it any scale above 0: `np.where(largest > 0, largest, 127) / 127`.",
            )
        return self._errors(weights, whole, scales)

    def _errors(self, weights: NDArray[Any], whole: NDArray[Any], scales: NDArray[Any]) -> Verdict:
        with_sign = weights.max(axis=0) / 127
        with_sign[DEAD] = scales[DEAD]
        if near(scales, with_sign):
            column = weights[:, NEGATIVE]
            return not_yet(
                "largest-with-sign",
                f"column {NEGATIVE} goes from {column.min():.2f} to {column.max():.2f}; your scale "
                f"makes 127 of {column.max():.2f}.",
                "the weight that is furthest from 0 decides, plus or minus. Here it is negative, "
                "and as a byte it no longer fits.",
                "`np.abs(weights).max(axis=0)`.",
            )
        off = (whole * scales - weights) / scales
        worst = np.unravel_index(np.abs(off).argmax(), off.shape)
        told = (
            f"in column {worst[1]}, the weight {weights[worst]:.4f} became {whole[worst]:g}, that "
            f"is {whole[worst] * scales[worst[1]]:.4f}."
        )
        if np.abs(off).max() > 100 and (np.abs(off) > 1).sum() <= weights.shape[1]:
            return not_yet(
                "wrapped",
                told,
                "`int8` goes from −128 to 127. The largest weight became 128, and so −128.",
                "divide by 127, not by 128.",
            )
        if (
            near(np.abs(whole * scales), np.abs(weights), 0.6 * float(scales.max()))
            and (whole >= 0).all()
        ):
            return not_yet(
                "signs-lost",
                told,
                "`np.abs` is for the scale only.",
                "round `weights / scales`, with their signs.",
            )
        shorter = ((np.abs(weights) - np.abs(whole * scales)) / scales).mean()
        if 0.51 < np.abs(off).max() <= 1.01 and shorter > 0.2:
            return not_yet(
                "cut-off",
                told,
                "conversion cuts off what stands behind the point.",
                "`np.round` first.",
            )
        right = np.abs(weights).max(axis=0) / 127
        loose = scales > 1.1 * right
        loose[DEAD] = False
        if np.abs(off).max() > 0.51 or loose.any():
            return not_yet(
                "other-numbers",
                f"{told} Your scales: {', '.join(f'{scale:.5f}' for scale in scales)}.",
                "in each column the largest weight becomes 127 or −127, and no weight is off by "
                "more than half a step.",
                "`np.abs(weights).max(axis=0) / 127`.",
            )
        living = np.delete(scales, DEAD)
        return passed(
            f"one scale for the column of zeros, and {len(living)} from {living.min():.5f} to "
            f"{living.max():.4f}: each column uses all of its byte.",
            "that is what `per_channel=True` does in ONNX Runtime.",
        )
