"""How sure is a mean of three? Student's t interval."""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

CLOSE = 0.01
"""Share of the interval's half width by which an end may be off."""
ANSWER = """\
error = np.std(accuracies, ddof=1) / np.sqrt(len(accuracies))
reach = stats.t.ppf(0.975, len(accuracies) - 1) * error
return np.mean(accuracies) - reach, np.mean(accuracies) + reach"""


class ConfidenceInterval(Exercise):
    id = "04-confidence-interval"
    title = "How sure?"
    points = 2
    hints = (
        "Three steps: the standard deviation of the values (`ddof=1`); divided by the root of "
        "their number, that is the standard error; times t, that is the reach.",
        "`error = np.std(accuracies, ddof=1) / np.sqrt(n)` with `n = len(accuracies)`, and "
        "`t = stats.t.ppf(0.975, n - 1)`.",
        "Return `np.mean(accuracies) - t * error` and the same with a plus.",
    )
    wrong_answers = {
        "spread-not-error": ANSWER.replace(" / np.sqrt(len(accuracies))", ""),
        "divided-by-n": ANSWER.replace("np.sqrt(len(accuracies))", "len(accuracies)"),
        "ddof-zero": ANSWER.replace(", ddof=1", ""),
        "z-for-t": ANSWER.replace("stats.t.ppf(0.975, len(accuracies) - 1)", "1.96"),
        "no-factor": ANSWER.replace("stats.t.ppf(0.975, len(accuracies) - 1) * ", ""),
        "degrees-of-freedom": ANSWER.replace("len(accuracies) - 1", "len(accuracies)"),
        "one-sided": ANSWER.replace("0.975", "0.95"),
        "lowest-and-highest": "return min(accuracies), max(accuracies)",
        "mean-and-reach": ANSWER.replace(
            "np.mean(accuracies) - reach, np.mean(accuracies) + reach", "np.mean(accuracies), reach"
        ),
        "backwards": ANSWER.replace(" - reach", " + reach", 1).replace(
            ", np.mean(accuracies) + reach", ", np.mean(accuracies) - reach"
        ),
        "other-parts": ANSWER.replace(", ddof=1", "").replace(
            "stats.t.ppf(0.975, len(accuracies) - 1)", "1.96"
        ),
        "not-two-numbers": "return np.mean(accuracies)",
        "other-interval": "return 0.0, 100.0",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        def accuracies(count: int) -> NDArray[np.float64]:
            return np.asarray(np.round(rng.normal(92, 0.8, count), 2))

        return {"three": accuracies(3), "six": accuracies(6)}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {name: call(answer, values) for name, values in inputs.items()}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name in ("three", "six"):
            if wrong := _slip(inputs[name], _pair(data[name]), data[name]):
                return wrong
        low, high = _interval(inputs["three"])
        return passed(
            f"three seeds between {min(inputs['three']):g} and {max(inputs['three']):g} say: the "
            f"mean lies between {low:.2f} and {high:.2f}.",
            "made like this, 95 of 100 intervals contain the true mean. Three seeds say little, "
            "and now you can see how little.",
        )


def _interval(values: NDArray[Any], **other: Any) -> tuple[float, float]:
    """The interval, or what comes out with one part of it done otherwise."""
    count = len(values)
    spread = other.get("spread", np.std(values, ddof=other.get("ddof", 1)))
    factor = other.get("factor", stats.t.ppf(other.get("level", 0.975), other.get("df", count - 1)))
    reach = float(factor * spread / other.get("root", np.sqrt(count)))
    mean = float(np.mean(values))
    return mean - reach, mean + reach


def _pair(got: Any) -> tuple[float, float] | None:
    try:
        low, high = np.asarray(got, dtype="float64").reshape(-1)
    except (TypeError, ValueError):
        return None
    return (float(low), float(high)) if np.isfinite([low, high]).all() else None


def _slip(values: NDArray[Any], got: tuple[float, float] | None, raw: Any) -> Verdict | None:
    if got is None:
        return not_yet(
            "not-two-numbers",
            f"I got `{str(raw)[:60]}`.",
            "an interval has two ends.",
            "return both: `return low, high`.",
        )
    count, mean = len(values), float(np.mean(values))
    low, high = _interval(values)
    said = f"of {', '.join(f'{v:g}' for v in values)} you make {got[0]:.2f} to {got[1]:.2f}."

    def is_(pair: tuple[float, float]) -> bool:
        return np.allclose(got, pair, rtol=0, atol=CLOSE * (high - low) / 2)

    if is_((low, high)):
        return None
    if is_((high, low)):
        return not_yet("backwards", said, "the lower end comes first.", "exchange the two.")
    if is_((mean, (high - low) / 2)):
        return not_yet(
            "mean-and-reach",
            f"you return {got[0]:.2f} and {got[1]:.2f}: the middle, and how far it reaches.",
            "both numbers are right; the task asks for the two ends.",
            "return the middle minus the reach, and the middle plus the reach.",
        )
    if is_((float(values.min()), float(values.max()))):
        return not_yet(
            "lowest-and-highest",
            said,
            "that is what you have seen. The question is where the mean of all possible seeds "
            "lies. More seeds tell it better, while lowest and highest only move apart.",
            "use the standard error, and t.",
        )
    if is_(_interval(values, root=1)) or is_(_interval(values, root=1, factor=1)):
        return not_yet(
            "spread-not-error",
            said,
            "the standard deviation says how far single runs lie apart. A mean of several is "
            "surer than one run: their errors cancel in part.",
            "divide by the root of their number: `/ np.sqrt(len(accuracies))`.",
        )
    if is_(_interval(values, root=count)):
        return not_yet(
            "divided-by-n",
            said,
            "errors do not cancel that well: four times as many runs make a mean twice as sure.",
            "divide by the root of the number, `np.sqrt(len(accuracies))`.",
        )
    if is_(_interval(values, ddof=0)):
        return not_yet(
            "ddof-zero",
            said,
            "`np.std` measures distances from the mean of these very values, which lies in their "
            "middle, and so makes them look too close together. With three values it matters.",
            "`np.std(accuracies, ddof=1)` makes up for it.",
        )
    if is_(_interval(values, factor=1.96)) or is_(_interval(values, factor=2)):
        return not_yet(
            "z-for-t",
            said,
            f"1.96 is for when the spread is known. Guessed from {count} values, it may be too "
            f"small by far; t makes up for that: {stats.t.ppf(0.975, count - 1):.2f} here.",
            "`stats.t.ppf(0.975, len(accuracies) - 1)` instead of 1.96.",
        )
    if is_(_interval(values, factor=1)):
        return not_yet(
            "no-factor",
            said,
            "one standard error to each side catches the mean in about two of three cases, with "
            "few values less.",
            "multiply by `stats.t.ppf(0.975, len(accuracies) - 1)`.",
        )
    if is_(_interval(values, df=count)):
        return not_yet(
            "degrees-of-freedom",
            said,
            f"from {count} values the mean has been taken already, which leaves {count - 1} free "
            "ones. t wants that number.",
            "`stats.t.ppf(0.975, len(accuracies) - 1)`.",
        )
    if is_(_interval(values, level=0.95)):
        return not_yet(
            "one-sided",
            said,
            "with 0.95 in `ppf`, 5 % lie above and 5 % below: that is a 90 % interval.",
            "2.5 % on each side: `ppf(0.975, …)`.",
        )
    if parts := _other_parts(values, got):
        return not_yet(
            "other-parts",
            said,
            f"here is what is off: {'; '.join(parts)}.",
            "mend it piece by piece, and check after each: the check then says more.",
        )
    return not_yet(
        "other-interval",
        said,
        f"it should be {low:.2f} to {high:.2f}: the mean, minus and plus t standard errors.",
        "print the standard deviation, the standard error and t, one by one.",
    )


def _other_parts(values: NDArray[Any], got: tuple[float, float]) -> list[str]:
    """Which parts of the formula were done otherwise; none where that explains nothing."""
    count = len(values)
    parts: list[dict[str, dict[str, Any]]] = [
        {
            "": {},
            "`np.std` lacks `ddof=1`": {"ddof": 0},
            "the variance in the place of its root, the standard deviation": {
                "spread": np.var(values, ddof=1)
            },
        },
        {
            "": {},
            "no division by √n": {"root": 1},
            "n in the place of √n": {"root": count},
            "√(n − 1) in the place of √n": {"root": np.sqrt(count - 1)},
        },
        {
            "": {},
            "1.96 in the place of t": {"factor": 1.96},
            "4.30, which is t for three results only": {"factor": 4.30},
            "no t": {"factor": 1},
            "t for n degrees of freedom, not n − 1": {"df": count},
            "t for 0.95, not 0.975": {"level": 0.95},
        },
    ]
    choices = product(*(part.items() for part in parts))
    low, high = _interval(values)
    for choice in sorted(choices, key=lambda choice: sum(bool(name) for name, _ in choice)):
        other = {name: value for _, change in choice for name, value in change.items()}
        near = CLOSE / 4 * (high - low) / 2  # many choices, so they lie close together
        if np.allclose(got, _interval(values, **other), rtol=0, atol=near):
            return [name for name, _ in choice if name]
    return []
