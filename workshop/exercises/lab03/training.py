"""One epoch of training: batches, gradients, momentum, and weights that change in place."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import not_a_number, trouble
from workshop.exercises.lab03.network import Floats, all_close, copied, gradients, tiny
from workshop.exercises.observe import observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LOOP = "for rows in batches(len(x), size, rng):\n"
BACK = "    gradients = backward(network, x[rows], y[rows])\n"
EACH = "    for weights, velocity, gradient in zip(network, velocities, gradients):\n"
STEP = (
    "        velocity *= momentum\n        velocity -= rate * gradient\n        weights += velocity"
)
RIGHT = LOOP + BACK + EACH + STEP
SMALL_RATE = 1e-6
PARTS = 3


class TrainEpoch(Exercise):
    id = "03-train-epoch"
    title = "One epoch of training"
    points = 3
    hints = (
        "Two loops. The outer one: `for rows in batches(len(x), size, rng)`, and in it the "
        "gradients of `x[rows], y[rows]`. The inner one goes over the four arrays, each with its "
        "velocity and its gradient: `zip(network, velocities, gradients)`.",
        "For each array: the velocity keeps `momentum` of what it was and loses "
        "`rate * gradient`; then the weights gain the velocity. `*=`, `-=` and `+=` write into "
        "the array that is there.",
        "`velocity *= momentum`, `velocity -= rate * gradient`, `weights += velocity`.",
    )
    wrong_answers = {
        "nothing-moved": RIGHT.replace("weights += velocity", "weights = weights + velocity"),
        "no-momentum": LOOP + BACK + EACH + "        weights -= rate * gradient",
        "uphill": RIGHT.replace("velocity -= rate", "velocity += rate"),
        "no-rate": RIGHT.replace("rate * gradient", "gradient"),
        "old-velocity": LOOP
        + BACK
        + EACH
        + "        weights += velocity\n        velocity *= momentum\n"
        + "        velocity -= rate * gradient",
        "averaged-gradient": RIGHT.replace("rate * gradient", "(1 - momentum) * rate * gradient"),
        "one-step-per-epoch": BACK.replace("    ", "").replace("[rows]", "")
        + EACH.replace("    for", "for")
        + STEP.replace("        ", "    "),
        "same-batch-again": RIGHT.replace("x[rows], y[rows]", "x[:size], y[:size]"),
        "not-shuffled": RIGHT.replace(
            "batches(len(x), size, rng)",
            "[slice(s, s + size) for s in range(0, len(x), size)]",
        ),
        "raised": RIGHT.replace("y[rows]", "labels[rows]"),
        "other-weights": RIGHT.replace("rate * gradient", "rate * gradient**2"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        count = 4 * PARTS
        return tiny(rng, inputs=5, hidden=4, classes=3, count=count) | {
            "rate": round(float(rng.uniform(0.1, 0.3)), 3),
            "momentum": round(float(rng.uniform(0.6, 0.9)), 3),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        def run(epochs: int, size: int, seed: int, rate: float, momentum: float) -> Data:
            network = copied(inputs["network"])
            velocities = [np.zeros_like(array) for array in network]

            def train() -> list[Any]:
                rng = np.random.default_rng(seed)
                x, labels = inputs["x"].copy(), inputs["labels"].copy()
                for _ in range(epochs):
                    answer(network, velocities, x, labels, rng, rate, momentum, size)
                return network

            return {"seen": observe(train)}

        count, rate, momentum = len(inputs["x"]), inputs["rate"], inputs["momentum"]
        return {
            # All examples in one batch: their order does not matter, so the result is exact.
            "whole": run(2, count, 0, rate, momentum),
            # Steps so small that the gradients hardly change: all steps add up.
            "small": run(1, count // PARTS, 0, SMALL_RATE, 0.0),
            "one": run(1, count // PARTS, 1, rate, momentum),
            "two": run(1, count // PARTS, 2, rate, momentum),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        runs = {}
        for name, item in data.items():
            if wrong := trouble(item["seen"]):
                return wrong
            runs[name] = item["seen"]["value"]
            for array in runs[name]:
                if wrong := not_a_number(array):
                    return wrong
        if wrong := self._whole(inputs, runs["whole"]) or self._small(inputs, runs["small"]):
            return wrong
        if all_close(runs["one"], runs["two"], 1e-9):
            return not_yet(
                "not-shuffled",
                "two generators with different seeds led to exactly the same weights.",
                "then every epoch sees the same batches in the same order.",
                "take the rows from `batches(len(x), size, rng)`.",
            )
        return passed(
            "every example once, one step for each batch, and a memory that lasts from step to "
            "step.",
            "this loop is `fit`. What Keras adds is comfort: progress, metrics, callbacks.",
        )

    def _whole(self, inputs: Data, got: list[Any]) -> Verdict | None:
        start, rate = inputs["network"], inputs["rate"]
        momentum = inputs["momentum"]
        right = _whole_batches(inputs, rate)
        if all_close(got, right):
            return None
        before, after, want = (arrays[3][0] for arrays in (start, got, right))
        seen = f"after two epochs of one batch each, a bias that was {before:.4f} is {after:.4f}; "
        seen += f"it should be {want:.4f}."
        first = gradients(start, inputs["x"], inputs["labels"])
        late = [a - rate * g for a, g in zip(start, first, strict=True)]
        if all_close(got, start):
            return not_yet(
                "nothing-moved",
                f"after two epochs, a bias that was {before:.4f} is still {after:.4f}.",
                "`weights = weights + velocity` makes a new array and gives it the name `weights` "
                "inside your function. The network keeps its old one.",
                "change the array in place: `weights += velocity`.",
            )
        if all_close(got, _whole_batches(inputs, rate, momentum=0)):
            return self._no_memory(inputs, seen)
        if all_close(got, _whole_batches(inputs, -rate)):
            return not_yet(
                "uphill",
                seen,
                "the gradient points to where the loss grows, and you follow it.",
                "`velocity -= rate * gradient`.",
            )
        if all_close(got, _whole_batches(inputs, 1.0)):
            return not_yet(
                "no-rate",
                seen,
                "the whole gradient went into the velocity.",
                "multiply the gradient by `rate`.",
            )
        if all_close(got, late):
            return not_yet(
                "old-velocity",
                seen,
                "the weights are one step behind: they move by the velocity of the step before.",
                "first the new velocity, then the weights.",
            )
        if all_close(got, _whole_batches(inputs, rate * (1 - momentum))):
            return not_yet(
                "averaged-gradient",
                seen,
                "you take a share of 1 − momentum of the new gradient. Adam does that. Momentum, "
                "as Keras has it, adds the gradient in full.",
                "leave the factor (1 − momentum) out.",
            )
        return not_yet(
            "other-weights",
            seen,
            "velocity ← momentum · velocity − rate · gradient; then weights ← weights + velocity.",
            "follow one bias through two steps, with numbers printed.",
        )

    def _no_memory(self, inputs: Data, seen: str) -> Verdict:
        return not_yet(
            "no-momentum",
            f"{seen} Without momentum, one gets your number.",
            "the velocity has to last until the next step. Either it is not used, or "
            "`velocity = …` gave its name to a new array that is lost after the turn.",
            "write into the array that is there: `velocity *= momentum`, then "
            "`velocity -= rate * gradient`.",
        )

    def _small(self, inputs: Data, got: list[Any]) -> Verdict | None:
        start = inputs["network"]
        all_of_them = gradients(start, inputs["x"], inputs["labels"])
        moved = [(b - a) / -SMALL_RATE for a, b in zip(start, got, strict=True)]
        if all_close(moved, [PARTS * g for g in all_of_them], 1e-4):
            return None
        count = len(inputs["x"])
        seen = f"{count} examples in batches of {count // PARTS} should make {PARTS} steps. "
        if all_close(moved, all_of_them, 1e-4):
            return not_yet(
                "one-step-per-epoch",
                f"{seen}Yours together are as long as one.",
                "you use all examples at once. That is one step where there could be many.",
                "loop over `batches(len(x), size, rng)`, and make a step in each turn.",
            )
        return not_yet(
            "same-batch-again",
            f"{seen}Yours do not add up to {PARTS} times the mean gradient.",
            "that happens when some examples are used twice, and others never.",
            "each turn uses its own rows: `backward(network, x[rows], y[rows])`.",
        )


def _whole_batches(inputs: Data, rate: float, momentum: float | None = None) -> list[Floats]:
    """Two epochs with all examples in one batch."""
    keep = inputs["momentum"] if momentum is None else momentum
    network = copied(inputs["network"])
    velocities = [np.zeros_like(array) for array in network]
    for _ in range(2):
        found = gradients(network, inputs["x"], inputs["labels"])
        velocities = [keep * v - rate * g for v, g in zip(velocities, found, strict=True)]
        network = [w + v for w, v in zip(network, velocities, strict=True)]
    return network
