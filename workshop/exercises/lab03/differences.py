"""A gradient by finite differences: slow, simple, and therefore a judge of others."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab03.network import close
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "gradient = np.zeros_like(weights)\nfor place in np.ndindex(weights.shape):\n"
NUDGE = "    nudge = np.zeros_like(weights)\n    nudge[place] = step\n"
BOTH = "loss(weights + nudge) - loss(weights - nudge)"
TOLERANCE = 1e-6
SLANT = 40.0
"""So large that one slope is negative and one positive, whatever the place."""


def _answer(difference: str) -> str:
    return START + NUDGE + f"    gradient[place] = {difference}\nreturn gradient"


class NumericalGradient(Exercise):
    id = "03-numerical-gradient"
    title = "A gradient without calculus"
    points = 2
    hints = (
        "One weight at a time. Make it larger by `step` and ask for the loss; make it smaller by "
        "`step` and ask again. How far apart are these two places?",
        "`np.ndindex(weights.shape)` gives every place, in any shape. For each, make an array of "
        "zeros with `step` at that place, so that `weights` itself is never changed.",
        "`gradient[place] = (loss(weights + nudge) - loss(weights - nudge)) / (2 * step)`.",
    )
    wrong_answers = {
        "one-sided": _answer("(loss(weights + nudge) - loss(weights)) / step"),
        "not-halved": _answer(f"({BOTH}) / step"),
        "not-divided": _answer(f"({BOTH}) / 2"),
        "precedence": _answer(f"({BOTH}) / 2 * step"),
        "turned-round": _answer("(loss(weights - nudge) - loss(weights + nudge)) / (2 * step)"),
        "all-at-once": START
        + "    gradient[place] = (loss(weights + step) - loss(weights - step)) / (2 * step)\n"
        "return gradient",
        "not-restored": START + "    weights[place] += step\n    up = loss(weights)\n"
        "    weights[place] -= 2 * step\n    down = loss(weights)\n"
        "    gradient[place] = (up - down) / (2 * step)\nreturn gradient",
        "step-too-small": "step = 1e-13\n" + _answer(f"({BOTH}) / (2 * step)"),
        "step-too-large": "step = 0.1\n" + _answer(f"({BOTH}) / (2 * step)"),
        "rows-only": "gradient = np.zeros_like(weights)\nfor place in range(len(weights)):\n"
        + NUDGE
        + f"    gradient[place] = ({BOTH}) / (2 * step)\nreturn gradient",
        "never-asked": "return np.zeros_like(weights)",
        "other-gradient": _answer(f"abs({BOTH}) / (2 * step)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "vector": rng.uniform(0.5, 1.5, 4) * rng.choice([-1, 1], 4),
            "matrix": rng.uniform(0.5, 1.5, (3, 2)) * rng.choice([-1, 1], (3, 2)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        data: Data = {}
        for name, point in inputs.items():
            asked: list[Any] = []

            def loss(weights: Any, asked: list[Any] = asked) -> Any:
                asked.append(np.array(weights, dtype="float64"))
                return _loss(weights)

            data[name] = call(answer, loss, point)
            data[f"{name}-asked"] = [place - point for place in asked if place.shape == point.shape]
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name, point in inputs.items():
            got = data[name]
            if wrong := expect_array(got, point.shape):
                return wrong
            if not close(got, _gradient(point), TOLERANCE):
                return self._wrong(name, point, got, data[f"{name}-asked"])
        return passed(
            "every number agrees with calculus within a millionth, for a vector and a matrix.",
            "it needs two runs for every weight, so nobody trains with it. But it knows nothing "
            "of the chain rule, and so it cannot share your mistakes there.",
        )

    def _wrong(self, name: str, point: Any, got: Any, asked: list[Any]) -> Verdict:
        right = _gradient(point)
        worst = np.unravel_index(np.abs(got - right).argmax(), right.shape)
        seen = f"in the {name}, you found {got[worst]:.6g} where calculus says {right[worst]:.6g}."
        if not asked:
            return not_yet(
                "never-asked",
                f"{seen} You never called `loss` at a place of the shape {point.shape}.",
                "the only way to learn how the loss changes is to ask for it at two places.",
                "call `loss(weights + nudge)` and `loss(weights - nudge)`.",
            )
        moves = np.array(asked)
        moved = (np.abs(moves) > 1e-15).reshape(len(moves), -1).sum(axis=1)
        reach = np.abs(moves).max()
        if point.ndim > 1 and close(moved.max(), point.shape[1]) and len(asked) <= 2 * len(point):
            return not_yet(
                "rows-only",
                f"{seen} You nudged whole rows, {len(point)} of them.",
                "`range(len(weights))` counts rows. `nudge[0] = step` then fills a whole row.",
                "`for place in np.ndindex(weights.shape)` visits every number of any array.",
            )
        if moved.min() == point.size:
            return not_yet(
                "all-at-once",
                f"{seen} You nudged all {point.size} weights together.",
                "then you measure what they all do together, and each gets the same number.",
                "nudge one place at a time: zeros everywhere else.",
            )
        if moved.max() > 1:
            return not_yet(
                "not-restored",
                f"{seen} By the end, {moved.max()} weights had moved.",
                "a nudge that stays shifts the place for all the later ones.",
                "add a fresh `nudge` to `weights`, and leave `weights` itself alone.",
            )
        if reach > 1e-3:
            return not_yet(
                "step-too-large",
                f"{seen} Your step is {reach:.2g}.",
                "over such a distance a curve is not straight any more.",
                "leave `step` at 1e-5.",
            )
        if reach < 1e-9:
            return not_yet(
                "step-too-small",
                f"{seen} Your step is {reach:.2g}.",
                "a float64 keeps 16 digits. The two losses agree in nearly all of them, and what "
                "is left of their difference is rounding.",
                "leave `step` at 1e-5.",
            )
        return self._formula(seen, right, got, moved, reach)

    def _formula(self, seen: str, right: Any, got: Any, moved: Any, reach: float) -> Verdict:
        if close(got, 2 * right, 1e-5):
            return not_yet(
                "not-halved",
                f"{seen} That is twice as much.",
                "from −step to +step is a distance of two steps.",
                "divide by `(2 * step)`.",
            )
        if close(got, -right, 1e-5):
            return not_yet(
                "turned-round",
                f"{seen} The sign is turned round.",
                "a gradient is positive where the loss grows with the weight.",
                "the loss after adding the nudge comes first, then minus the other.",
            )
        if close(got / reach, right, 1e-5):
            return not_yet(
                "not-divided",
                f"{seen} You found the change, not the slope.",
                "a slope is a change divided by the distance it took.",
                "divide by `(2 * step)`.",
            )
        if close(got / reach**2, right, 1e-5):
            return not_yet(
                "precedence",
                seen,
                "`a / 2 * step` means: divide by 2, then multiply by the step.",
                "put parentheses round the distance: `/ (2 * step)`.",
            )
        if moved.min() == 0:
            return not_yet(
                "one-sided",
                f"{seen} Close, but not to a millionth.",
                "you compare with the loss at `weights` itself. The curve bends between the two "
                "places, and that shows. To both sides, the bends cancel.",
                "`loss(weights + nudge) - loss(weights - nudge)`, over two steps.",
            )
        return not_yet(
            "other-gradient",
            seen,
            "the slope in one direction is the change of the loss over the distance, with its "
            "sign.",
            "call your function on `lambda w: (w**2).sum()`, whose gradient is `2 * w`.",
        )


def _loss(weights: Any) -> Any:
    return float(
        (weights**3).sum() + weights.sum() ** 2 + SLANT * (weights.flat[-1] - weights.flat[0])
    )


def _gradient(point: Any) -> Any:
    gradient = 3 * point**2 + 2 * point.sum()
    gradient.flat[0] -= SLANT
    gradient.flat[-1] += SLANT
    return gradient
