"""Learning rates to try: evenly spread where factors count, not differences."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, not_a_number
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

CLOSE = 1e-6
NUMPYS_OWN = 50
"""What `geomspace` and its sisters make without a count."""


class LearningRates(Exercise):
    id = "04-learning-rates"
    title = "Rates to try"
    hints = (
        "From each rate to the next, the factor is the same. With `count` rates there are "
        "`count - 1` steps from `low` to `high`.",
        "The factor is `(high / low) ** (1 / (count - 1))`. Rate number `i` is `low * factor**i`.",
        "NumPy has it: `np.geomspace`. (Its sister `np.logspace` wants exponents.)",
    )
    wrong_answers = {
        "linear": "return np.linspace(low, high, count)",
        "exponents-taken-for-rates": "return np.logspace(low, high, count)",
        "exponents": "return np.linspace(np.log10(low), np.log10(high), count)",
        "backwards": "return np.geomspace(high, low, count)",
        "end-missing": "return np.geomspace(low, high, count, endpoint=False)",
        "other-factor": "return low * 10.0 ** np.arange(count)",
        "count-not-told": "return np.geomspace(low, high)",
        "ends-not-used": "return np.logspace(-4, 1, count)",
        "wrong-count": "return np.geomspace(low, high, count + 1)",
        "whole-numbers": "return np.geomspace(low, high, count).astype(int)",
        "by-lot": (
            "rng = np.random.default_rng(1)\n"
            "return np.sort(np.exp(rng.uniform(np.log(low), np.log(high), count)))"
        ),
        "not-a-row-of-numbers": "return low",
        "other-rates": "return np.geomspace(low, high, count) / 2",
        "printed-not-returned": "print(np.geomspace(low, high, count))",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "low": round(float(rng.uniform(2, 9)) * 1e-4, 5),
            "high": round(float(rng.uniform(2, 9)), 1),
            "count": int(rng.integers(6, 9)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"rates": call(answer, inputs["low"], inputs["high"], inputs["count"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        low, high, count = inputs["low"], inputs["high"], inputs["count"]
        got = _row(data["rates"])
        if got is None:
            return not_yet(
                "not-a-row-of-numbers",
                f"I got `{str(data['rates'])[:60]}`.",
                "a sweep needs several rates, one after the other.",
                f"return an array or a list of `count` numbers, here {count}.",
            )
        if wrong := expect_array(got) or not_a_number(got):
            return wrong
        asked = f"asked for {count} rates from {low:g} to {high:g}, "
        if len(got) == NUMPYS_OWN:
            return not_yet(
                "count-not-told",
                asked + f"you gave {len(got)}.",
                f"NumPy makes {NUMPYS_OWN} numbers where nobody says how many.",
                "hand it `count`, as the third argument.",
            )
        if len(got) != count:
            return not_yet(
                "wrong-count",
                asked + f"you gave {len(got)}.",
                "`low` and `high` are among them, so there is one step less than rates.",
                "count the rates for `low = 1`, `high = 100`, `count = 3`: 1, 10, 100.",
            )
        right = np.geomspace(low, high, count)
        if np.allclose(got, right, rtol=CLOSE):
            return passed(
                f"{count} rates, each {right[1] / right[0]:.2f} times the one before.",
                "a learning rate multiplies the step. What matters is whether it is ten times "
                "too large, not whether it is 0.3 too large.",
            )
        return _slip(got, right, asked + f"you gave {_told(got)}.", inputs)


def _row(value: Any) -> NDArray[Any] | None:
    """(n,) array of a list or array with two or more items; None for anything else."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    usable = array.ndim == 1 and len(array) > 1 and array.dtype.kind in "iufU"
    return array if usable else None


def _told(rates: NDArray[Any]) -> str:
    return ", ".join(f"{rate:.3g}" for rate in rates)


def _slip(got: NDArray[Any], right: NDArray[Any], said: str, inputs: Data) -> Verdict:
    low, high, count = inputs["low"], inputs["high"], inputs["count"]
    if np.allclose(got, np.logspace(-4, 1, count), rtol=CLOSE):
        return not_yet(
            "ends-not-used",
            said,
            "these are the rates of this lab, whatever `low` and `high` are. The next sweep may "
            "begin and end elsewhere.",
            "use the names `low` and `high` instead of numbers.",
        )
    linear = np.linspace(low, high, count)
    if np.allclose(got, linear):
        return not_yet(
            "linear",
            said,
            f"the differences are equal. All but the first are {linear[1]:.3g} or more: of "
            f"the {np.log10(high / low):.0f} powers of ten in between, you try only the last.",
            "let the factor from one to the next be the same: `np.geomspace`.",
        )
    if np.allclose(got, np.logspace(low, high, count), rtol=1e-3):
        return not_yet(
            "exponents-taken-for-rates",
            said,
            "`np.logspace` wants exponents of ten, and took your rates for them.",
            "`np.geomspace` takes the rates themselves.",
        )
    if np.allclose(got, np.log10(right)) or np.allclose(got, np.log(right)):
        return not_yet(
            "exponents",
            said,
            "these are logarithms of rates. A negative rate would go uphill.",
            "turn them back: `10.0 ** exponents`.",
        )
    if np.allclose(got, right[::-1]):
        return not_yet(
            "backwards",
            said,
            "the rates are right, and their order is not: `low` comes first.",
            "exchange the two ends, or reverse with `[::-1]`.",
        )
    if (got == right.astype(int)).all() or (got == right.round()).all():
        return not_yet(
            "whole-numbers",
            said,
            "as whole numbers, most rates become 0, and a rate of 0 learns nothing.",
            "leave out `int`; an array made of whole numbers keeps only those.",
        )
    factors = got[1:] / got[:-1] if got.all() else np.zeros(1)
    if np.allclose(got[0], low) and np.allclose(factors, (high / low) ** (1 / count)):
        return not_yet(
            "end-missing",
            said,
            f"the factor is the same everywhere, but the last is {got[-1]:.3g} instead of "
            f"{high:g}.",
            "from the first to the last there are `count - 1` steps, not `count`.",
        )
    if np.allclose(got[0], low) and np.allclose(factors, factors[0]) and factors[0] > 1:
        return not_yet(
            "other-factor",
            f"{said} Each is {factors[0]:.3g} times the one before.",
            f"the factor is the same everywhere, but with this one the last is {got[-1]:.3g}, and "
            f"{high:g} is wanted.",
            "choose it so that `low * factor ** (count - 1)` is `high`.",
        )
    if low <= got.min() and got.max() <= high and (np.diff(got) > 0).all():
        return not_yet(
            "by-lot",
            said,
            "the factors differ from step to step, so some regions are looked at twice and "
            "others not at all. (With several settings at once, drawing by lot is a good plan. "
            "Wait for the search.)",
            "take the same factor each time.",
        )
    return not_yet(
        "other-rates",
        said,
        f"they should be {_told(right)}.",
        "start with `low`, and multiply by the same factor until `high`.",
    )
