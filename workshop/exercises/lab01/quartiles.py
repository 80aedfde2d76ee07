"""Which values stand apart from the rest?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

QUARTILES = "low, high = np.quantile(values, [0.25, 0.75])\nreach = 1.5 * (high - low)\n"


class Outliers(Exercise):
    id = "01-outliers"
    title = "Outliers by quartiles"
    points = 2
    hints = (
        "`np.quantile(values, [0.25, 0.75])` gives both quartiles. Their distance is the IQR. "
        "The fences lie 1.5 times that distance further out, on both sides.",
        "`values < low - reach` and `values > high + reach` are two masks. `|` joins them: "
        "True where either is. Put each comparison in parentheses.",
    )
    wrong_answers = {
        "two-sigma": "return values > values.mean() + 2 * values.std()",
        "one-sided": QUARTILES + "return values > high + reach",
        "outside-the-quartiles": "low, high = np.quantile(values, [0.25, 0.75])\n"
        "return (values < low) | (values > high)",
        "inverted": QUARTILES + "return (values >= low - reach) & (values <= high + reach)",
        "and-not-or": QUARTILES + "return (values < low - reach) & (values > high + reach)",
        "values-not-mask": QUARTILES
        + "return values[(values < low - reach) | (values > high + reach)]",
        "indices-not-mask": QUARTILES
        + "return np.flatnonzero((values < low - reach) | (values > high + reach))",
        "other-rule": "middle = np.median(values)\n"
        "return abs(values - middle) > 20 * np.median(abs(values - middle))",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # The fences lie half a width outside the core, far from every value, so that any
        # definition of a quartile finds the same outliers. A few are so far out that they
        # stretch the standard deviation until it hides the others.
        start, width = rng.uniform(2, 5), rng.uniform(0.5, 1)
        core = start + width * rng.random(200)
        above = start + width * np.array([2, 2.2, 2.4, 9, 40, 60])
        below = start - width * np.array([1.2, 1.4])
        return {"values": rng.permutation(np.concatenate([core, above, below]))}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"mask": call(answer, inputs["values"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        values, got = inputs["values"], data["mask"]
        if wrong := expect_array(got):
            return wrong
        low, high = np.quantile(values, [0.25, 0.75])
        reach = 1.5 * (high - low)
        outside = (values < low - reach) | (values > high + reach)
        if got.dtype != bool:
            return self._not_a_mask(values, outside, got)
        if wrong := expect_array(got, values.shape):
            return wrong
        if np.array_equal(got, outside):
            return passed(
                f"{outside.sum()} of {len(values)} values stand apart, on both sides.",
                "quartiles ask where values stand in the queue, not how large they are. So a wild "
                "value cannot move its own fence.",
            )
        return self._other_mask(values, outside, got)

    def _not_a_mask(
        self, values: NDArray[Any], outside: NDArray[Any], got: NDArray[Any]
    ) -> Verdict:
        if np.array_equal(got, np.flatnonzero(outside)):
            return not_yet(
                "indices-not-mask",
                f"I got {len(got)} indices: {got[:3].tolist()} and so on.",
                "they are the right ones. But a mask fits everywhere that the data fits: "
                "it has one True or False for each value, so it can be counted, inverted, joined.",
                "return the comparison itself, without looking up where it is True.",
            )
        return not_yet(
            "values-not-mask",
            f"I got {got.size} values of dtype `{got.dtype}`.",
            f"the task asks for a mask: {len(values)} times True or False, one for each value. "
            "With it you can find the pictures that belong to the values.",
            "return the comparison itself, such as `values > limit`.",
        )

    def _other_mask(
        self, values: NDArray[Any], outside: NDArray[Any], got: NDArray[Any]
    ) -> Verdict:
        low, high = np.quantile(values, [0.25, 0.75])
        missed, extra = int((outside & ~got).sum()), int((got & ~outside).sum())
        said = f"{got.sum()} of {len(values)} are marked; {outside.sum()} stand apart."
        mean, sigma = values.mean(), values.std()
        sigmas = [values > mean + k * sigma for k in (2, 3)]
        sigmas += [abs(values - mean) > k * sigma for k in (2, 3)]
        if np.array_equal(got, ~outside):
            return not_yet(
                "inverted",
                said,
                "your mask is True for the ordinary values.",
                "turn the comparisons round, or put `~` before the mask.",
            )
        if not got.any():
            return not_yet(
                "and-not-or",
                "nothing is marked at all.",
                "`&` asks for both at once, and no value is below the lower fence and above "
                "the upper one.",
                "join the two comparisons with `|`, which means or.",
            )
        if any(np.array_equal(got, mask) for mask in sigmas):
            return not_yet(
                "two-sigma",
                f"{said} Your limit seems to come from the mean, {mean:.2f}, and the standard "
                f"deviation, {sigma:.2f}.",
                f"the largest value, {values.max():.1f}, stretches both, so the others hide "
                f"behind it. Half of all values lie between {low:.2f} and {high:.2f}.",
                "use the quartiles: `np.quantile(values, [0.25, 0.75])`.",
            )
        if np.array_equal(got, outside & (values > high)) or np.array_equal(
            got, outside & (values < low)
        ):
            return not_yet(
                "one-sided",
                f"{said} All that you marked lie on one side.",
                "a value can be too small as well as too large. A nearly empty picture is as "
                "strange as a nearly full one.",
                "make a second comparison for the other side, and join both with `|`.",
            )
        if np.array_equal(got, (values < low) | (values > high)):
            return not_yet(
                "outside-the-quartiles",
                said,
                "by definition, half of all values lie outside the two quartiles. They cannot "
                "all be strange.",
                "move each fence outwards by 1.5 times the distance of the quartiles.",
            )
        return not_yet(
            "other-rule",
            f"{said} You missed {missed} and marked {extra} too many.",
            f"the quartiles are {low:.2f} and {high:.2f}, so the fences are "
            f"{low - 1.5 * (high - low):.2f} and {high + 1.5 * (high - low):.2f}.",
            "print your two fences for a small array, and compare with the rule.",
        )
