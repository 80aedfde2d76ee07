"""What a probe can tell about a Keras model, as plain data. Keras is imported by probes only."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.observe import observe
from workshop.exercises.plain import Data


def observe_network(build: Callable[[], object], images: NDArray[Any]) -> Data:
    """Run `build`, which uses learner's code, and tell what the network it gives is like.

    Returns an observation (see `call`) whose value is that of `facts_of`.
    """

    def facts() -> object:
        model = build()
        # None and a class are for the common diagnoses, which know them.
        common = model is None or isinstance(model, type)
        return model if common else facts_of(model, images)

    return observe(facts)


def facts_of(model: object, images: NDArray[Any]) -> Data:
    """What the model is made of, and what it answers to `images` (n, 28, 28, 1) float32.

    Returns `kind` (the type's name) and `is_model`; for a model also `input_shape` (empty where
    it is open), `outputs` (None where it refuses the images), `parameters`, and `layers` (kind
    and activation of each).
    """
    import keras

    facts: Data = {"kind": type(model).__name__, "is_model": isinstance(model, keras.Model)}
    if not isinstance(model, keras.Model):
        return facts
    shape = list(model.input_shape) if model.built else []
    try:
        outputs = np.asarray(model(images))
    except Exception:
        # A refusal is a fact like any other; the judge reads it from the shape.
        outputs = None
    return facts | {
        "input_shape": shape,
        "outputs": outputs,
        "parameters": int(model.count_params()) if model.built else 0,
        "layers": [_layer(layer) for layer in model.layers],
    }


def answers(model: Any, images: NDArray[Any]) -> NDArray[Any]:
    """The model's outputs, (n, …) float."""
    return np.asarray(model.predict(images, batch_size=500, verbose=0))


def _layer(layer: Any) -> Data:
    activation = layer.get_config().get("activation")
    return {
        "kind": type(layer).__name__,
        "activation": activation if isinstance(activation, str) else None,
    }
