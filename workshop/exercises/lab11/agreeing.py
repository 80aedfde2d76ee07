"""The probability test: do two roads to one network end with the same answers?"""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = "return bool(np.abs(expected - served).max() <= tolerance)"
COUNT, CLASSES = 40, 10
TOLERANCE = 0.001


class Agree(Exercise):
    id = "11-agree"
    title = "The probability test"
    hints = (
        "How far apart are the two, number by number? `np.abs(expected - served)`. And which of "
        "those 10 · n distances decides?",
        "The largest one has to be within the tolerance: `np.abs(expected - served).max() <= "
        "tolerance`. Which way does a comparison with NaN go?",
    )
    wrong_answers = {
        "digits-only": "return bool((expected.argmax(axis=1) == served.argmax(axis=1)).all())",
        "mean-hides-one": ANSWER.replace("max()", "mean()"),
        "too-high-passes": "return bool((expected - served).max() <= tolerance)",
        "one-direction": "return bool((served - expected).max() <= tolerance)",
        "winner-only": "return bool(np.abs(expected.max(axis=1) - served.max(axis=1)).max() "
        "<= tolerance)",
        "nan-passes": "return not (np.abs(expected - served) > tolerance).any()",
        "to-the-last-bit": "return bool((expected == served).all())",
        "the-other-way-round": ANSWER.replace("<=", ">"),
        "one-for-each-number": "return np.abs(expected - served) <= tolerance",
        "not-true-or-false": "return np.abs(expected - served).max()",
        "always-yes": "return True",
        "other-verdict": "return bool(np.abs(expected - served).max() <= 10 * tolerance)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        powers = np.exp(rng.normal(0, 2.5, (COUNT, CLASSES)))
        expected = powers / powers.sum(axis=1, keepdims=True)
        top = np.argsort(-expected, axis=1)
        # NumPy's largest of ten NaN is the first; it must not happen to be this one's digit.
        which = int(rng.choice(np.flatnonzero(top[:, 0])))
        cases = {"rounding": expected + rng.uniform(-2e-7, 2e-7, expected.shape)}
        # Surer of the same digits, all of them: what a scale of 0…255 does.
        sharp = expected**3
        cases["surer"] = sharp / sharp.sum(axis=1, keepdims=True)
        # One number of 400 is off by 40 tolerances.
        cases["one"] = expected.copy()
        cases["one"][which, top[which, -1]] += 40 * TOLERANCE
        cases["less"] = expected.copy()
        cases["less"][which, top[which, -1]] += 3 * TOLERANCE
        # All that the winner loses is spread over the others: up by less than the tolerance.
        cases["down"] = expected + 4 * TOLERANCE / (CLASSES - 1)
        np.put_along_axis(cases["down"], top[:, :1], 0, axis=1)
        rest = 1 - cases["down"].sum(axis=1, keepdims=True)
        np.put_along_axis(cases["down"], top[:, :1], rest, axis=1)
        # The winner stays; two of the others change their places.
        cases["others"] = expected.copy()
        cases["others"][np.arange(COUNT), top[:, 1]] = expected[np.arange(COUNT), top[:, 5]]
        cases["others"][np.arange(COUNT), top[:, 5]] = expected[np.arange(COUNT), top[:, 1]]
        cases["broken"] = expected.copy()
        cases["broken"][which] = np.nan
        return {"expected": expected, "cases": cases}

    def probe(self, inputs: Data, answer: Any) -> Data:
        with np.errstate(all="ignore"):
            seen = {
                name: call(answer, inputs["expected"], served, TOLERANCE)
                for name, served in inputs["cases"].items()
            }
        # Wrapped: what comes of NaN is for the judge, and not a number that went wrong.
        return seen | {"broken": {"seen": seen["broken"]}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        broken = data["broken"]["seen"].get("value")
        said = {name: as_truth(value) for name, value in (data | {"broken": broken}).items()}
        first = data["rounding"]
        if isinstance(first, np.ndarray) and first.dtype == bool and first.size > 1:
            return not_yet(
                "one-for-each-number",
                f"I got {first.size} times True or False, in the shape {first.shape}. I need one "
                "for all.",
                "a comparison of arrays compares number by number. They agree only if every "
                "one does.",
                "put parentheses around the comparison, and `.all()` behind them; or compare only "
                "the largest distance, `.max()`.",
            )
        if None in said.values():
            return not_yet(
                "not-true-or-false",
                f"I got {_first_odd(data, said)}, and not True or False.",
                "a test says yes or no. Then a machine can stop a release.",
                "compare with the tolerance, and return True or False.",
            )
        wanted = {name: name == "rounding" for name in said}
        if said == wanted:
            return passed(
                "it lets the last bits differ, and finds one wrong number among 400, a service "
                "that is too sure, and NaN.",
                "it needs no labels: you can run it on what people drew this morning.",
            )
        if all(said[name] != wanted[name] for name in said if name != "broken"):
            return not_yet(
                "the-other-way-round",
                "you say True where they differ, and False where they agree.",
                "`agree` should mean what its name says.",
                "within the tolerance is `<=`.",
            )
        if all(said.values()):
            return not_yet(
                "always-yes",
                f"all {len(said)} services pass, even one that answers NaN.",
                "a test that cannot fail is worse than none: it calms.",
                "compare the two arrays.",
            )
        return self._named(inputs, said)

    def _named(self, inputs: Data, said: dict[str, Any]) -> Verdict:
        expected, cases = inputs["expected"], inputs["cases"]
        if said["surer"]:
            return not_yet(
                "digits-only",
                "one service passes though its mean confidence is "
                f"{cases['surer'].max(axis=1).mean():.2f} and not "
                f"{expected.max(axis=1).mean():.2f}.",
                "it names the same digits, and that is all you look at. So does an accuracy test; "
                "it is just what we want to get away from.",
                "compare the probabilities, not their `argmax`.",
            )
        if said["others"]:
            return not_yet(
                "winner-only",
                "one service passes though it exchanges the second and the sixth probability of "
                "each picture.",
                "whoever rejects, or weighs costs, needs all ten.",
                "compare all ten numbers of each picture.",
            )
        # A mean lets `down` pass as well: there, the numbers are 0.8 tolerances off on average.
        if said["one"] and not said["down"]:
            return not_yet(
                "too-high-passes",
                f"one number is too high by {40 * TOLERANCE:g}, and the test passes. Too low, it "
                "would have failed.",
                "`expected - served` is negative where the service says too much, and a negative "
                "number is never the largest.",
                "take the absolute value: `np.abs(expected - served)`.",
            )
        if said["one"]:
            return not_yet(
                "mean-hides-one",
                f"one number of {expected.size} is off by {40 * TOLERANCE:g}, and the test passes.",
                "a mean over many hides the one that is wrong. That one is somebody's digit.",
                "the largest distance decides: `.max()`.",
            )
        if said["down"] and not said["less"]:
            return not_yet(
                "one-direction",
                f"each winner lost {np.abs(cases['down'] - expected).max():.4f}; nothing rose by "
                f"more than {(cases['down'] - expected).max():.4f}, and the test passes.",
                "too low is as wrong as too high.",
                "take the absolute value: `np.abs(expected - served)`.",
            )
        if said["broken"]:
            return not_yet(
                "nan-passes",
                "a service that answers NaN passes.",
                "every comparison with NaN is False. So `not (… > tolerance).any()` is True, and "
                "the alarm stays silent.",
                "ask the other way: are all distances `<= tolerance`? With NaN, that is False.",
            )
        if not said["rounding"]:
            return not_yet(
                "to-the-last-bit",
                "two services that differ by 0.0000002 do not agree for you.",
                "the same sum in another order ends in other last bits: other library, other "
                "processor, other batch size. Such a test rings every day until nobody listens.",
                "let them differ a little: the largest distance `<= tolerance`.",
            )
        wrong = [name for name, value in said.items() if value != (name == "rounding")]
        return not_yet(
            "other-verdict",
            f"{len(wrong)} of {len(said)} services are judged wrong.",
            f"the tolerance was {TOLERANCE:g}; distances beyond it must not pass.",
            "`np.abs(expected - served).max() <= tolerance`.",
        )


def _first_odd(data: Data, said: dict[str, Any]) -> str:
    name = next(name for name, value in said.items() if value is None)
    return str(data[name] if name != "broken" else "something else for NaN")[:60]


def as_truth(value: Any) -> bool | None:
    """True or False, also as 1 or 0; None if it is neither."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    if isinstance(value, bool):
        return value
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None
