"""What a probe can tell about a Keras model, as plain data. Keras is imported by probes only."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.observe import observe, plain_message
from workshop.exercises.plain import Data


def observe_model(build: Callable[[], object], images: NDArray[Any]) -> Data:
    """Run `build`, which uses learner's code, and tell what the model it gives is like.

    Returns an observation (see `call`) whose value is that of `model_facts`.
    """

    def facts() -> object:
        model = build()
        # None and a class are for the common diagnoses, which know them.
        common = model is None or isinstance(model, type)
        return model if common else model_facts(model, images)

    return observe(facts)


def model_facts(model: object, images: NDArray[Any]) -> Data:
    """What the model is made of, and what it answers to `images` (n, 28, 28) float32.

    Returns `kind` (the type's name), `is_model`, and for a model also `built`, `input_shape` and
    `output_shape` (lists; None where the size is open), `layers` (kind, units and activation of
    each), `parameters`, `weights`, and either `outputs` or `error`.
    """
    import keras

    facts: Data = {"kind": type(model).__name__, "is_model": isinstance(model, keras.Model)}
    if not isinstance(model, keras.Model):
        return facts
    built = bool(model.built)
    return (
        facts
        | {
            "built": built,
            "input_shape": list(model.input_shape) if built else [],
            "layers": [_layer(layer) for layer in model.layers],
        }
        | _answers(model, images)
        | {
            "output_shape": list(model.output_shape) if model.built else [],
            "parameters": int(model.count_params()) if model.built else 0,
            "weights": list(model.get_weights()),
        }
    )


def answers(model: Any, images: NDArray[Any]) -> NDArray[Any]:
    """The model's outputs, (n, …) float."""
    return np.asarray(model.predict(images, batch_size=500, verbose=0))


def _answers(model: Any, images: NDArray[Any]) -> Data:
    try:
        return {"outputs": np.asarray(model(images)), "error": ""}
    except Exception as error:
        return {"outputs": None, "error": gist(error)}


def _layer(layer: Any) -> Data:
    config = layer.get_config()
    activation = config.get("activation")
    return {
        "kind": type(layer).__name__,
        "units": config.get("units"),
        "activation": activation if isinstance(activation, str) else None,
    }


def gist(error: Exception) -> str:
    """The line of a message that says what is wrong; Keras wraps it into many others."""
    text = plain_message(error)
    text = text[max(text.find("Expected shape"), 0) :]
    return (text.splitlines() or [type(error).__name__])[0][:200]


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """Any numbers → probabilities. (n, classes) → (n, classes) float64."""
    powers = np.exp(logits.astype("float64") - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
