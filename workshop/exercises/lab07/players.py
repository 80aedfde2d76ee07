"""What both players are asked for: a network, of plain size, made anew by each call."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.lab02.models import gist
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

LARGEST = 300_000
"""Numbers to learn, for each player: more would not be trained within a few minutes."""
FAR = 1000.0
"""Inputs are made this much larger to see whether outputs have a limit."""


def observe_player(build: object, size: int, examples: NDArray[Any]) -> Data:
    """Call `build(size)` twice and tell what the first network is like, as an observation.

    Its value holds `kind`, `is_model` and, for a model, `input_shape`, `output_shape` (lists),
    `layers` (names of their types), `ends` (the name of the last activation or layer),
    `parameters`, `fresh` (did the second call make another network?), and `outputs` and `far` (the
    answers to `examples` and to much larger ones) or, in their place, `error`.
    """
    if not callable(build) or isinstance(build, type):
        return call(build)
    return observe(lambda: _facts(build, size, examples))


def _facts(build: Callable[[int], object], size: int, examples: NDArray[Any]) -> object:
    import keras

    model = build(size)
    if model is None or isinstance(model, type):
        return model  # for the common diagnoses, which know them
    facts: Data = {"kind": type(model).__name__, "is_model": isinstance(model, keras.Model)}
    if not isinstance(model, keras.Model):
        return facts
    again = build(size)
    try:
        outputs = model(examples)
        if isinstance(outputs, list | tuple | dict):
            several = f"it gives {len(outputs)} answers in the place of one"
            return facts | {"error": several, "input_shape": _shape(model)}
        outputs, far = np.asarray(outputs), np.asarray(model(FAR * examples))
    except Exception as error:  # a learner's network may hold anything
        return facts | {"error": gist(error), "input_shape": _shape(model)}
    return facts | {
        "error": "",
        "input_shape": _shape(model),
        "output_shape": list(outputs.shape[1:]),
        "layers": [type(layer).__name__ for layer in every_layer(model)],
        "ends": _last_activation(model),
        "parameters": int(model.count_params()),
        "fresh": again is not model,
        "outputs": outputs,
        "far": far,
    }


def every_layer(model: Any) -> list[Any]:
    """The layers, also of models inside the model."""
    found = []
    for layer in model.layers:
        found += every_layer(layer) if hasattr(layer, "layers") else [layer]
    return found


def _last_activation(model: Any) -> str:
    last = every_layer(model)[-1]
    name: str = getattr(getattr(last, "activation", None), "__name__", type(last).__name__)
    return name.lower()


def _shape(model: Any) -> list[int | None]:
    """Of one example; empty where the model does not say."""
    try:
        return list(model.input_shape[1:])
    except (AttributeError, TypeError):
        return []


def no_player(facts: Data) -> Verdict | None:
    """The verdict on what is not a model at all."""
    if facts["is_model"]:
        return None
    return not_yet(
        "not-a-model",
        f"I got a `{facts['kind']}`.",
        "I hand numbers to the network and look at what comes out, so I need the network itself.",
        "`keras.Sequential([…])` makes one from a list of layers, `keras.Model(begin, end)` one "
        "from its two ends. Return it.",
    )


def too_large(facts: Data) -> Verdict | None:
    """The verdict on a network that takes too long to train here."""
    if facts["parameters"] <= LARGEST:
        return None
    return not_yet(
        "too-large",
        f"{facts['parameters']:,} numbers to learn; at most {LARGEST:,} are allowed.",
        "both players are trained for thousands of steps, and all of that within minutes.",
        "which layer has most of the numbers? `.summary()` tells. Mostly it is a dense layer that "
        "gets large maps. Have all layers in front of it the stride of the table?",
    )


def not_fresh(facts: Data) -> Verdict | None:
    """The verdict on a function that always hands out one and the same network."""
    if facts["fresh"]:
        return None
    return not_yet(
        "one-model-for-all",
        "two calls gave the same network.",
        "below, several games start from new players. They must not share their weights.",
        "make the network inside the function.",
    )
