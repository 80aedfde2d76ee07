"""What every network of this lab is asked for: its form, before anybody asks how good it is."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.lab02.models import observe_model
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet

LARGEST = 100_000
"""Numbers to learn; the old network has twelve times as many."""
SUM_TOLERANCE = 1e-3


def observe_network(build: Callable[[], object], images: NDArray[Any]) -> Data:
    """What `lab02.models.observe_model` tells, without the weights: no judge here needs them."""
    observed = observe_model(build, images)
    if isinstance(observed.get("value"), dict):
        observed["value"].pop("weights", None)
    return observed


def no_network(facts: Data) -> Verdict | None:
    """The verdict on what is not a model at all. `facts`: see `lab02.models.model_facts`."""
    if facts["kind"] == "History":
        return not_yet(
            "history-not-model",
            "I got a `History`.",
            "`fit` returns the record of the training. The network stays under the name on which "
            "you called `fit`.",
            "do not write `final = final.fit(…)`; leave out the first part.",
        )
    if not facts["is_model"]:
        return not_yet(
            "not-a-model",
            f"I got a `{facts['kind']}`.",
            "I hand digits to the network and look at its answers, so I need the network itself.",
            "`keras.Sequential([…])` makes one from a list of layers.",
        )
    return None


def no_cnn(facts: Data) -> Verdict | None:
    """The verdict on a model that does not take pictures with a channel or does not convolve."""
    shape = facts["input_shape"][1:]
    if facts["outputs"] is None or shape != [28, 28, 1]:
        takes = f"your network takes `{tuple(shape)}`" if shape else "your network leaves it open"
        return not_yet(
            "no-channel",
            f"a digit has the shape `(28, 28, 1)`; {takes}.",
            "a convolution wants rows, columns and channels. Grey pictures have one channel, and "
            "it must be said.",
            "start with `keras.Input((28, 28, 1))`. The number of digits is not part of it.",
        )
    if (count := kinds(facts).count("Conv2D")) < 2:
        return not_yet(
            "no-convolutions",
            f"layers of the kind `Conv2D`: {count}.",
            "the first finds strokes; only a second one can find how strokes are put together.",
            "use two or more.",
        )
    return None


def no_probabilities(outputs: NDArray[Any]) -> Verdict | None:
    """The verdict on outputs that are not ten probabilities for each digit."""
    if outputs.ndim != 2:
        return not_yet(
            "no-flatten",
            f"for {len(outputs):,} digits I got the shape `{outputs.shape}`.",
            "a dense layer works on the last axis alone, here on the channels, and leaves rows "
            "and columns as they are.",
            "put `layers.Flatten()` in front of the last layer.",
        )
    if outputs.shape[1] != 10:
        return not_yet(
            "not-ten-outputs",
            f"for {len(outputs):,} digits I got the shape `{outputs.shape}`.",
            "there are ten classes, so ten probabilities are wanted for each digit.",
            'end with `layers.Dense(10, activation="softmax")`.',
        )
    total = float(outputs[0].sum())
    if np.min(outputs) < 0 or abs(total - 1) > SUM_TOLERANCE:
        return not_yet(
            "not-probabilities",
            f"the ten outputs of one digit add up to {total:.2f}.",
            "later labs ask how sure this network is, and for that they need probabilities.",
            'end with `activation="softmax"`, and a loss without `from_logits`.',
        )
    return None


def too_large(facts: Data) -> Verdict | None:
    """The verdict on a network that is not lean."""
    if facts["parameters"] <= LARGEST:
        return None
    return not_yet(
        "not-lean",
        f"{facts['parameters']:,} numbers to learn; at most {LARGEST:,} are allowed.",
        "most of them will be in the dense layer: rows × columns × channels of what comes in, "
        "times its units.",
        "shrink the picture before `Flatten` (stride 2, or pooling), and leave out hidden dense "
        "layers.",
    )


def kinds(facts: Data) -> list[str]:
    """The names of the layers' types, in order."""
    return [layer["kind"] for layer in facts["layers"]]
