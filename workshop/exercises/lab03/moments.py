"""Adam: two memories for each weight, and a correction for their empty start."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import not_a_number, trouble
from workshop.exercises.lab03.network import Floats, close
from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

STEPS = 5
MEAN = "mean *= 0.9\nmean += 0.1 * gradient\n"
SQUARE = "square *= 0.999\nsquare += 0.001 * gradient**2\n"
UNBIASED = "m = mean / (1 - 0.9**t)\ns = square / (1 - 0.999**t)\n"
MOVE = "weights -= rate * m / (np.sqrt(s) + 1e-7)"
RIGHT = MEAN + SQUARE + UNBIASED + MOVE


class AdamStep(Exercise):
    id = "03-adam-step"
    title = "Adam, by hand"
    points = 2
    hints = (
        "Five lines, in the order of the list. The first two change the memories in place: "
        "`mean *= 0.9`, then `mean += 0.1 * gradient`; `square` in the same way.",
        "The corrected values get names of their own, so that the memories stay as they are: "
        "`m = mean / (1 - 0.9**t)`.",
        "`weights -= rate * m / (np.sqrt(s) + 1e-7)`.",
    )
    wrong_answers = {
        "no-correction": MEAN + SQUARE + "weights -= rate * mean / (np.sqrt(square) + 1e-7)",
        "no-root": RIGHT.replace("np.sqrt(s)", "s"),
        "uphill": RIGHT.replace("weights -=", "weights +="),
        "nothing-moved": RIGHT.replace("weights -= rate", "weights = weights - rate"),
        "memory-lost": "mean = 0.9 * mean + 0.1 * gradient\n"
        "square = 0.999 * square + 0.001 * gradient**2\n" + UNBIASED + MOVE,
        "memory-corrected": MEAN + SQUARE + "mean /= 1 - 0.9**t\nsquare /= 1 - 0.999**t\n"
        "weights -= rate * mean / (np.sqrt(square) + 1e-7)",
        "not-squared": RIGHT.replace("gradient**2", "abs(gradient)"),
        "shares-exchanged": RIGHT.replace("0.9 *", "0.x *")
        .replace("mean *= 0.9", "mean *= 0.999")
        .replace("0.1 * gradient", "0.001 * gradient")
        .replace("square *= 0.999", "square *= 0.9")
        .replace("0.001 * gradient**2", "0.1 * gradient**2"),
        "raised": RIGHT.replace("rate * m", "learning_rate * m"),
        "other-steps": "weights -= rate * gradient",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "weights": rng.normal(0, 1, 4),
            "gradients": rng.uniform(0.1, 2, (STEPS, 4)) * rng.choice([-1, 1], (STEPS, 4)),
            "rate": round(float(rng.uniform(0.01, 0.05)), 3),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        def path() -> list[Any]:
            weights = inputs["weights"].copy()
            mean, square = np.zeros_like(weights), np.zeros_like(weights)
            places = []
            for t, gradient in enumerate(inputs["gradients"], start=1):
                answer(weights, gradient.copy(), mean, square, t, inputs["rate"])
                places.append(weights.copy())
            return places

        return {"run": {"seen": observe(path)}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        seen = data["run"]["seen"]
        if wrong := trouble(seen):
            return wrong
        got = np.array(seen["value"])
        if wrong := not_a_number(got):
            return wrong
        start, right = inputs["weights"], _path(inputs)
        if close(got, right):
            return passed(
                f"{STEPS} steps, each within a millionth of the formula.",
                "the first step of every weight is as long as the rate, whether its gradient is "
                "large or small. That is Adam's idea: each weight gets a step size of its own.",
            )
        told = f"a weight of {start[0]:.3f} with gradient {inputs['gradients'][0][0]:.3f} became "
        told += f"{got[0][0]:.3f}, then {got[1][0]:.3f}; it should be {right[0][0]:.3f}, then "
        told += f"{right[1][0]:.3f}."
        if close(got, np.broadcast_to(start, got.shape)):
            return not_yet(
                "nothing-moved",
                f"a weight of {start[0]:.3f} stayed where it was.",
                "`weights = …` gives the name to a new array inside your function; the one that "
                "came in is not touched.",
                "`weights -= …`.",
            )
        if close(got, _path(inputs, corrected=False)):
            return not_yet(
                "no-correction",
                told,
                "both memories start at 0, and need time to fill: the mean about 10 steps, the "
                "square about 1,000. Until then, your steps are too long.",
                "divide the memories by `1 - 0.9**t` and `1 - 0.999**t` before you use them.",
            )
        if close(got - start, start - right):
            return not_yet(
                "uphill",
                told,
                "the step is right, in the wrong direction.",
                "subtract it from the weights.",
            )
        if close(got, _path(inputs, remembers=False)):
            return not_yet(
                "memory-lost",
                told,
                "the first step is right. Then the memories have forgotten it: `mean = …` gave "
                "the name to a new array, which was gone after the call.",
                "write into the arrays that came in: `mean *= 0.9`, `mean += …`.",
            )
        if close(got, _path(inputs, power=1)):
            return not_yet(
                "not-squared",
                told,
                "the second memory holds the sizes of the gradients, not their squares; and then "
                "you took the root.",
                "`0.001 * gradient**2`.",
            )
        if close(got, _path(inputs, root=False)):
            return not_yet(
                "no-root",
                told,
                "you divide by the mean square, which is large for large gradients: the step "
                "becomes short just where the slope is clear.",
                "divide by `np.sqrt(…)` of it.",
            )
        if close(got, _path(inputs, keep=(0.999, 0.9), correct=(0.9, 0.999))):
            return not_yet(
                "shares-exchanged",
                told,
                "the mean forgets quickly (0.9) and the square slowly (0.999). You have it the "
                "other way round.",
                "`mean *= 0.9`, and `square *= 0.999`.",
            )
        if close(got[0], right[0]) and not close(got[1], right[1]):
            return not_yet(
                "memory-corrected",
                f"the first step is right, the second is not: {got[1][0]:.4f} instead of "
                f"{right[1][0]:.4f}.",
                "the memories must stay uncorrected; the correction is for this step only.",
                "give the corrected values names of their own.",
            )
        return not_yet(
            "other-steps",
            told,
            "mean and square first, then their corrections, then the step.",
            "follow the list, line by line, for one weight.",
        )


def _path(
    inputs: Data,
    corrected: bool = True,
    remembers: bool = True,
    power: int = 2,
    root: bool = True,
    keep: tuple[float, float] = (0.9, 0.999),
    correct: tuple[float, float] = (0.9, 0.999),
) -> Floats:
    """Where Adam leads, (steps, weights); each argument puts in one misconception."""
    weights = inputs["weights"].copy()
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    places = []
    for t, gradient in enumerate(inputs["gradients"], start=1):
        mean = keep[0] * mean * remembers + (1 - keep[0]) * gradient
        square = keep[1] * square * remembers + (1 - keep[1]) * abs(gradient) ** power
        m = mean / (1 - correct[0] ** t) if corrected else mean
        s = square / (1 - correct[1] ** t) if corrected else square
        weights = weights - inputs["rate"] * m / ((np.sqrt(s) if root else s) + 1e-7)
        places.append(weights)
    return np.array(places)
