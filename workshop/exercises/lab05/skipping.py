"""A residual block: what comes in, plus what two convolutions make of it."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
channels = maps.shape[-1]
change = layers.Conv2D(channels, 3, padding="same", activation="relu")(maps)
change = layers.Conv2D(channels, 3, padding="same")(change)
return layers.Add()([maps, change])"""


class Residual(Exercise):
    id = "05-residual"
    title = "A residual block"
    points = 2
    hints = (
        "A layer is called like a function: `change = layers.Conv2D(…)(maps)`. To be added, both "
        "must have the same shape. Which padding keeps rows and columns, and how many filters "
        "keep the channels?",
        '`channels = maps.shape[-1]`, and `padding="same"` for both convolutions; the second one '
        "takes what the first one gave.",
        "At the end, `return maps + change`, or `layers.Add()([maps, change])`.",
    )
    wrong_answers = {
        "no-skip": ANSWER.replace("layers.Add()([maps, change])", "change"),
        "skip-twice": ANSWER.replace("[maps, change]", "[maps, maps, change]"),
        "joined-not-added": ANSWER.replace("Add", "Concatenate"),
        "nothing-to-learn": "return layers.Add()([maps, 0 * maps])",
        "one-convolution": ANSWER.replace(")(change)", ")(maps)"),
        "no-relu": ANSWER.replace(', activation="relu"', ""),
        "shape-changed": ANSWER.replace(
            "return", "return layers.Conv2D(channels, 3)(maps)\nreturn"
        ),
        "a-layer": "return layers.Conv2D(maps.shape[-1], 3)",
        "not-the-input": ANSWER.replace("[maps, change]", "[1 + maps, change]"),
        "raised": ANSWER.replace(', padding="same"', ""),
        "returned-nothing": ANSWER.replace("return ", ""),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        sizes = [(8, 6, int(channels)) for channels in rng.choice(range(2, 9), 2, replace=False)]
        return {
            f"{i}": np.round(rng.normal(size=(2, *size)), 2).astype("float32")
            for i, size in enumerate(sizes)
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"0": call(answer)}
        return {name: observe(lambda: _facts(answer, maps)) for name, maps in inputs.items()}  # noqa: B023

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name, maps in inputs.items():
            if wrong := self._form(maps, data[name]) or self._skip(maps, data[name]):
                return wrong
        return passed(
            "with all weights at zero, what comes in goes out unchanged.",
            "so a block that has nothing to add does no harm. Corrections, too, go back along this "
            "way around, and reach the first layer even through a hundred blocks.",
        )

    def _form(self, maps: NDArray[Any], facts: Data) -> Verdict | None:
        if facts["kind"] != "KerasTensor":
            return not_yet(
                "a-layer",
                f"I got a `{facts['kind']}`.",
                "the block is a step of a computation: a tensor goes in, a tensor comes out.",
                "call each layer on something, and return the last result: "
                "`layers.Conv2D(…)(maps)`.",
            )
        if facts["convolutions"] == 0:
            return not_yet(
                "nothing-to-learn",
                "there is no convolution between what comes in and what goes out.",
                "then the block adds nothing, whatever the training does.",
                "add the two convolutions.",
            )
        shape = list(facts["outputs"].shape)
        if shape[:3] == list(maps.shape[:3]) and shape[3] > maps.shape[3]:
            return not_yet(
                "joined-not-added",
                f"{maps.shape[3]} channels went in, {shape[3]} came out.",
                "the two were laid side by side. Residual means added, number by number.",
                "`layers.Add()([maps, change])`.",
            )
        if shape != list(maps.shape):
            return not_yet(
                "shape-changed",
                f"`{maps.shape[1:]}` went in, `{tuple(shape[1:])}` came out.",
                "blocks are stacked by the dozen. That is easy as long as each keeps the shape.",
                '`padding="same"`, stride 1, and as many filters as channels come in.',
            )
        return None

    def _skip(self, maps: NDArray[Any], facts: Data) -> Verdict | None:
        at_zero = facts["at_zero"]
        if not at_zero.any():
            return not_yet(
                "no-skip",
                "with all weights at zero, nothing but 0 comes out.",
                "what comes in has no way around the convolutions. That way is the idea.",
                "add `maps` to what the convolutions give.",
            )
        if np.allclose(at_zero, 2 * maps, atol=1e-4):
            return not_yet(
                "skip-twice",
                "with all weights at zero, the input comes out doubled.",
                "after ten such blocks, it would be 1,024 times as large.",
                "add `maps` once.",
            )
        # The first paper has one more ReLU after the sum; both forms are in use.
        if not any(np.allclose(at_zero, form, atol=1e-4) for form in (maps, np.maximum(maps, 0))):
            return not_yet(
                "not-the-input",
                f"with all weights at zero, {maps.flat[0]:g} became {at_zero.flat[0]:g}.",
                "the way around the convolutions should leave the numbers as they are.",
                "add `maps` itself.",
            )
        if facts["convolutions"] < 2 or facts["reach"] < 2:
            return not_yet(
                "one-convolution",
                "no value passes more than one convolution.",
                "the ReLU between two of them lets the block add something that is not just "
                "another weighted sum.",
                "give the second one what the first one returned.",
            )
        if facts["straight"]:
            return not_yet(
                "no-relu",
                "there are two convolutions, and no ReLU between them.",
                "a weighted sum of weighted sums is again a weighted sum: without a ReLU, two "
                "convolutions can do no more than one.",
                'give the first one `activation="relu"`.',
            )
        return None


def _facts(answer: Any, maps: NDArray[Any]) -> Data | None:
    """What the block makes of these maps, as it is and with all weights at zero."""
    import keras

    start = keras.Input(maps.shape[1:])
    end = answer(start)
    if end is None or not isinstance(end, keras.KerasTensor):
        # None is for the common diagnoses; `observe` must see it bare.
        return end if end is None else {"kind": type(end).__name__}
    model = keras.Model(start, end)
    layers = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    return {
        "kind": "KerasTensor",
        "outputs": np.asarray(model(maps)),
        "at_zero": _with_weights(model, 0, maps),
        "convolutions": len(layers),
        "straight": _straight(lambda images: _with_weights(model, 1, images), maps.shape),
        "reach": _reach(lambda images: _with_weights(model, 1, images), maps.shape),
    }


def _with_weights(model: Any, value: float, maps: NDArray[Any]) -> NDArray[Any]:
    """The outputs when every weight is `value`."""
    for variable in model.weights:
        variable.assign(np.full(variable.shape, value))
    return np.asarray(model(maps))


def _reach(outputs: Callable[[NDArray[Any]], NDArray[Any]], shape: tuple[int, ...]) -> int:
    """How many rows away from a pixel its ink is noticed: 1 for a 3×3 kernel, 2 for two."""
    blank = np.zeros(shape, "float32")
    inked = blank.copy()
    inked[:, 3, 3] = 1
    noticed = np.abs(outputs(inked) - outputs(blank)).max(axis=(0, 2, 3)) > 0
    return int(np.abs(np.flatnonzero(noticed) - 3).max(initial=0))


def _straight(outputs: Callable[[NDArray[Any]], NDArray[Any]], shape: tuple[int, ...]) -> bool:
    """Whether ink and the same amount of its opposite cancel, as they do in weighted sums alone."""
    ones = np.ones(shape, "float32")
    return np.allclose(outputs(ones) + outputs(-ones), 2 * outputs(0 * ones), rtol=1e-3)
