"""Gradient descent in one dimension: follow the slope down."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import not_a_number
from workshop.exercises.lab03.network import close
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LOOP = "path = [start]\nfor _ in range(steps):\n    path.append({})\nreturn path"
RIGHT = "path[-1] - rate * slope(path[-1])"


class Descend(Exercise):
    id = "03-descend"
    title = "Downhill, one step at a time"
    hints = (
        "Each step starts where the last one ended. Ask for the slope there, then go "
        "`rate * slope` in the other direction.",
        "`path = [start]`, then a loop over `range(steps)`. The place where you are is "
        "`path[-1]`; append the next one.",
        "`path.append(path[-1] - rate * slope(path[-1]))`, and `return path` after the loop.",
    )
    wrong_answers = {
        "uphill": LOOP.format("path[-1] + rate * slope(path[-1])"),
        "no-rate": LOOP.format("path[-1] - slope(path[-1])"),
        "slope-of-the-start": LOOP.format("path[-1] - rate * slope(start)"),
        "always-from-the-start": LOOP.format("start - rate * slope(path[-1])"),
        "sign-only": LOOP.format("path[-1] - rate * np.sign(slope(path[-1]))"),
        "value-not-step": LOOP.format("rate * slope(path[-1])"),
        "start-missing": LOOP.format(RIGHT).replace("return path", "return path[1:]"),
        "last-only": LOOP.format(RIGHT).replace("return path", "return path[-1]"),
        "wrong-count": LOOP.format(RIGHT).replace("(steps)", "(steps - 1)"),
        "returned-early": LOOP.format(RIGHT).replace("return path", "    return path"),
        "other-path": LOOP.format("path[-1] - rate * slope(path[-1]) / 2"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "steepness": round(float(rng.uniform(1.2, 1.8)), 2),
            "bottom": round(float(rng.uniform(1, 3)), 2),
            "start": round(float(rng.uniform(5, 9)), 2),
            "rate": round(float(rng.uniform(0.05, 0.15)), 3),
            "steps": int(rng.integers(5, 9)),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        def slope(x: Any) -> Any:
            return inputs["steepness"] * (x - inputs["bottom"])

        return {"path": call(answer, slope, inputs["start"], inputs["rate"], inputs["steps"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        start, steps = inputs["start"], inputs["steps"]
        right = _path(inputs)
        if isinstance(data["path"], int | float) and close(data["path"], right[-1]):
            return not_yet(
                "last-only",
                f"I got one number, {data['path']:.3f}.",
                "that is where the walk ends. The way there shows whether it was smooth, slow or "
                "wild, so the task asks for every place.",
                "return the whole list.",
            )
        try:
            got = np.asarray(data["path"], dtype="float64").reshape(-1)
        except (TypeError, ValueError):
            got = np.zeros(0)
        if wrong := not_a_number(got):
            return wrong
        if close(got, right):
            return passed(
                f"from {start} to {got[-1]:.3f} in {steps} steps, each smaller than the one "
                "before.",
                "nobody made the steps smaller: the slope does it, because it fades towards the "
                "bottom. Training a network is this, with 100,000 numbers instead of one.",
            )
        if close(got, right[1:]):
            return not_yet(
                "start-missing",
                f"your list begins with {got[0]:.3f}; the walk begins at {start}.",
                "a path that lacks its start cannot show the first step, which is the largest.",
                "begin with `path = [start]`.",
            )
        if len(got) == 2 and close(got, right[:2]):
            return not_yet(
                "returned-early",
                f"the first step is right, and then the list ends: {len(got)} places.",
                "`return` leaves the function at once, so the loop ends after its first turn.",
                "move `return` to the left, in line with `for`.",
            )
        if len(got) != steps + 1:
            return not_yet(
                "wrong-count",
                f"I asked for {steps} steps and got a list of {len(got)}.",
                f"{steps} steps lead past {steps + 1} places, the start included.",
                "`for _ in range(steps)`, one `append` in each turn.",
            )
        return self._values(inputs, got, right)

    def _values(self, inputs: Data, got: Any, right: Any) -> Verdict:
        start, rate = inputs["start"], inputs["rate"]
        slope = inputs["steepness"] * (start - inputs["bottom"])
        said = f"at {start} the slope is {slope:.3f}, the rate is {rate}, and you went to "
        said += f"{got[1]:.3f}; after that, to {got[2]:.3f}."
        if close(got[1], start + rate * slope):
            return not_yet(
                "uphill",
                said,
                "a positive slope means: the function grows to the right. You went right.",
                "subtract: `… - rate * slope(…)`.",
            )
        if close(got[1], start - slope):
            return not_yet(
                "no-rate",
                said,
                "you went as far as the slope is steep. A steep place is no reason for a giant "
                "step: it may lead across the valley and up the other side.",
                "multiply the slope by `rate`.",
            )
        if close(got, start - rate * slope * np.arange(len(got))):
            return not_yet(
                "slope-of-the-start",
                said,
                "every step is as long as the first. You asked for the slope once, at the start, "
                "and did not look again.",
                "ask for the slope where you are: `slope(path[-1])`.",
            )
        if close(got[1], right[1]) and close(got[2], start - rate * slope * got[1] / start, 0.5):
            return not_yet(
                "always-from-the-start",
                said,
                "the first step is right. The next one has to begin where it ended, not at the "
                "start again.",
                "subtract from `path[-1]`.",
            )
        if close(abs(np.diff(got)), np.full(len(got) - 1, rate)):
            return not_yet(
                "sign-only",
                said,
                "every step is as long as the rate. You use only the direction of the slope. "
                "Its size says how far it may still be.",
                "use the slope itself: `rate * slope(…)`.",
            )
        if close(got[1], rate * slope):
            return not_yet(
                "value-not-step",
                said,
                "rate times slope is how far to go, not where to be.",
                "subtract it from the place where you are.",
            )
        return not_yet(
            "other-path",
            said,
            f"it should be {right[1]:.3f}, then {right[2]:.3f}: the place, minus rate times the "
            "slope at that place.",
            "do the first two steps on paper, with the numbers above.",
        )


def _path(inputs: Data) -> Any:
    path = [inputs["start"]]
    for _ in range(inputs["steps"]):
        slope = inputs["steepness"] * (path[-1] - inputs["bottom"])
        path.append(path[-1] - inputs["rate"] * slope)
    return np.array(path)
