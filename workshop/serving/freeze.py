"""From a Keras network to a frozen model.

The scaling goes into the file. A network trained on 0…1 that is fed 0…255 still reads most digits,
so nobody notices; its probabilities are nonsense. Here nobody can forget it any more.
"""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from workshop.files import write_whole
from workshop.serving.model import (
    HOW_TO_INSTALL,
    SIDE,
    Card,
    FrozenModel,
    ModelError,
    card_of,
)

INPUTS: Final = ((SIDE, SIDE, 1), (SIDE, SIDE), (SIDE * SIDE,))
VERSION_LENGTH: Final = 12
CLOSE_ENOUGH: Final = 1e-5


def freeze(
    network: Any,
    path: Path,
    *,
    name: str = "",
    divided_by: float = 255.0,
    data: str = "",
    data_sha256: str = "",
    code_sha256: str = "",
) -> FrozenModel:
    """Write a network as `NAME.onnx` and its card `NAME.json`, and compare the two.

    Args:
        network: a Keras model for pictures of shape (28, 28, 1), (28, 28) or (784,) that answers
            with ten numbers. If they are no probabilities, a softmax is put behind it.
        path: where to, ending in `.onnx`.
        name: what the service calls it; by default the file's name.
        divided_by: what the training divided pixels 0…255 by. 1 for a network that was trained on
            0…255, or that begins with a `Rescaling` layer of its own.
        data, data_sha256, code_sha256: for the card.

    Returns:
        The model, loaded again from the file.

    Raises:
        ModelError: if it is no network for digits, or if the file answers differently.
    """
    if path.suffix != ".onnx":
        raise ModelError(f"A frozen model's name ends in .onnx, and not in {path.suffix!r}.")
    whole = _from_pixels(network, divided_by)
    content = _exported(whole)
    sha256 = hashlib.sha256(content).hexdigest()
    card = Card(
        name or path.stem,
        sha256[:VERSION_LENGTH],
        sha256,
        divided_by,
        data,
        data_sha256,
        code_sha256,
        ", ".join(f"{library} {version(library)}" for library in ("keras", "tf2onnx", "onnx")),
    )
    write_whole(path, content)
    write_whole(card_of(path), card.to_json())
    frozen = FrozenModel.load(path)
    _compare(whole, frozen)
    return frozen


def _from_pixels(network: Any, divided_by: float) -> Any:
    """The network behind a door that takes (n, 28, 28) pixels 0…255."""
    import keras

    shape = getattr(network, "input_shape", None)
    if not isinstance(shape, tuple) or tuple(shape[1:]) not in INPUTS:
        raise ModelError(
            f"This network takes {shape}. Only networks for (28, 28, 1), (28, 28) or (784,) can be "
            "frozen here."
        )
    if network.output_shape != (None, 10):
        raise ModelError(f"This network answers {network.output_shape}, and not ten numbers.")
    pixels = keras.Input((SIDE, SIDE), name="images")
    scaled = keras.layers.Rescaling(1 / divided_by)(pixels)
    answers = network(keras.layers.Reshape(shape[1:])(scaled))
    whole = keras.Model(pixels, answers)
    if not _are_probabilities(whole.predict(_noise(), verbose=0)):
        whole = keras.Model(pixels, keras.layers.Softmax()(answers))
    return whole


def _exported(whole: Any) -> bytes:
    """The bytes of the ONNX file."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=FutureWarning)  # tf2onnx names np.object
        path = Path(folder) / "model.onnx"
        whole(_noise())  # Keras exports only what has run before
        try:
            whole.export(path, format="onnx", verbose=False)
        except ImportError as error:
            raise ModelError(f"Freezing needs tf2onnx and onnx. {HOW_TO_INSTALL}") from error
        return path.read_bytes()


def _compare(whole: Any, frozen: FrozenModel) -> None:
    """Probabilities, not digits: a wrong scaling hardly changes which digit wins."""
    images = _noise()
    expected = whole.predict(images, verbose=0)
    apart = float(np.abs(expected - frozen.probabilities(images)).max())
    if not apart < CLOSE_ENOUGH:
        frozen.path.unlink()
        card_of(frozen.path).unlink()
        raise ModelError(
            f"The frozen network answers otherwise than the network: up to {apart:.2g} apart. "
            "One of its layers cannot be frozen faithfully."
        )


def _noise() -> Any:
    return np.random.default_rng(0).integers(0, 256, (8, SIDE, SIDE)).astype(np.float32)


def _are_probabilities(answers: Any) -> bool:
    return bool((answers >= 0).all() and np.allclose(answers.sum(axis=1), 1, atol=1e-4))
