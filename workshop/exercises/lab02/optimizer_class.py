"""An optimizer of one's own: gradient descent with momentum."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.lab02.classes import class_trouble, observe_class
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

STEPS = 6
TOLERANCE = 1e-6


class OwnOptimizer(Exercise):
    id = "02-own-optimizer"
    title = "Your own optimizer, with momentum"
    points = 2
    hints = (
        "Two lines of arithmetic: the new velocity is momentum times the old one, minus the "
        "learning rate times the gradient. Then the variable moves by the velocity.",
        "`velocity = self.velocity_of(variable)` is a variable too: `self.assign(velocity, …)` "
        "gives it a new value that lasts until the next step.",
        "`self.assign(velocity, self.momentum * velocity - learning_rate * gradient)`, then "
        "`self.assign_add(variable, velocity)`.",
    )
    wrong_answers = {
        "nothing-moved": (
            "velocity = self.velocity_of(variable)\n"
            "velocity = self.momentum * velocity - learning_rate * gradient\n"
            "variable = variable + velocity"
        ),
        "no-memory": "self.assign_sub(variable, learning_rate * gradient)",
        "uphill": (
            "velocity = self.velocity_of(variable)\n"
            "self.assign(velocity, self.momentum * velocity + learning_rate * gradient)\n"
            "self.assign_add(variable, velocity)"
        ),
        "averaged-gradient": (
            "velocity = self.velocity_of(variable)\n"
            "share = (1 - self.momentum) * learning_rate\n"
            "self.assign(velocity, self.momentum * velocity - share * gradient)\n"
            "self.assign_add(variable, velocity)"
        ),
        "no-learning-rate": (
            "velocity = self.velocity_of(variable)\n"
            "self.assign(velocity, self.momentum * velocity - gradient)\n"
            "self.assign_add(variable, velocity)"
        ),
        "old-velocity": (
            "velocity = self.velocity_of(variable)\n"
            "self.assign_add(variable, velocity)\n"
            "self.assign(velocity, self.momentum * velocity - learning_rate * gradient)"
        ),
        "raised": "variable.assign(variable - learning_rate * gradients)",
        "other-steps": "self.assign_sub(variable, learning_rate * gradient**2)",
    }
    wrong_checks = {"instance-not-class": "OwnMomentum(0.05)", "other-class": "OwnCrossEntropy"}

    def inputs(self, rng: np.random.Generator) -> Data:
        return {
            "start": rng.normal(0, 1, 5).astype("float32"),
            "gradients": rng.normal(0, 1, (STEPS, 5)).astype("float32"),
            "learning_rate": round(float(rng.uniform(0.05, 0.3)), 3),
            "momentum": round(float(rng.uniform(0.6, 0.95)), 3),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        import keras

        def path(optimizer: Any) -> object:
            variable = keras.Variable(inputs["start"], name="weights")
            places = []
            for gradient in inputs["gradients"]:
                optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
                places.append(keras.ops.convert_to_numpy(variable).copy())
            return np.stack(places)

        settings = {name: inputs[name] for name in ("learning_rate", "momentum")}
        return {"path": observe_class(answer, keras.optimizers.Optimizer, path, **settings)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        path = data["path"]
        if wrong := class_trouble(path):
            return wrong
        start = inputs["start"]
        right = _path(inputs)
        if _close(path, right):
            return passed(
                f"{STEPS} steps, and after each the weights equal those of Keras's "
                "`SGD(momentum=…)` within a millionth.",
                "an optimizer is a rule from gradients to steps, plus a memory. Adam keeps two "
                "memories for each weight, and lab 03 builds it by hand.",
            )
        said = f"a weight of {start[0]:.3f} with gradient {inputs['gradients'][0][0]:.3f} "
        seen = f"{said}became {path[0][0]:.3f}, then {path[1][0]:.3f}; "
        seen += f"it should be {right[0][0]:.3f}, then {right[1][0]:.3f}."
        if _close(path, np.broadcast_to(start, path.shape)):
            return not_yet(
                "nothing-moved",
                f"{said}stayed where it was.",
                "`variable = …` only gives the name `variable` to something new, inside your "
                "function. The network's weight is not touched.",
                "change it with `self.assign_add(variable, …)`.",
            )
        if _close(path, _path(inputs, momentum=0)):
            return not_yet(
                "no-memory",
                seen,
                "the first step is right, and the later ones forget it: each is just learning "
                "rate times gradient. Momentum keeps a share of the step before.",
                "use the velocity, and store the new one with `self.assign(velocity, …)`.",
            )
        if _close(path, _path(inputs, learning_rate=-inputs["learning_rate"])):
            return not_yet(
                "uphill",
                seen,
                "the gradient points to where the loss grows. You follow it, so the loss rises.",
                "subtract: `… - learning_rate * gradient`.",
            )
        share = (1 - inputs["momentum"]) * inputs["learning_rate"]
        if _close(path, _path(inputs, learning_rate=share)):
            return not_yet(
                "averaged-gradient",
                seen,
                "you average the gradients (a share of 1 − momentum for the new one). That is "
                "what Adam does. Keras's momentum adds the new gradient in full.",
                "leave the factor (1 − momentum) out.",
            )
        if _close(path, _path(inputs, learning_rate=1)):
            return not_yet(
                "no-learning-rate",
                seen,
                "the step is the whole gradient. The learning rate says how much of it to take.",
                "multiply the gradient by `learning_rate`.",
            )
        if _close(path, np.concatenate([start[None], right[:-1]])):
            return not_yet(
                "old-velocity",
                seen,
                "the weights are one step behind: they move by the velocity of the step before.",
                "compute the new velocity first, then move.",
            )
        return not_yet(
            "other-steps",
            seen,
            "velocity ← momentum · velocity − learning rate · gradient; then weight ← weight + "
            "velocity.",
            "follow the first two steps on paper, with the numbers above.",
        )


def _path(inputs: Data, **other: float) -> NDArray[np.float64]:
    """Where momentum leads, (steps, weights); `other` replaces learning_rate or momentum."""
    settings = inputs | other
    place = inputs["start"].astype("float64")
    velocity = np.zeros_like(place)
    places = []
    for gradient in inputs["gradients"].astype("float64"):
        velocity = settings["momentum"] * velocity - settings["learning_rate"] * gradient
        place = place + velocity
        places.append(place)
    return np.stack(places)


def _close(one: Any, other: NDArray[Any]) -> bool:
    return np.shape(one) == other.shape and bool(
        np.allclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)
    )
