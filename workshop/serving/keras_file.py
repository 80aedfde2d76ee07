"""Freeze a `.keras` file that may come from anybody.

`python -m workshop.serving.keras_file FILE FOLDER` takes the file apart, lets the network answer
in a limited process (see `workshop.untrusted`), and only then loads and freezes what is left.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workshop.data import load_mnist
from workshop.serving.choice import child_main
from workshop.serving.model import FrozenModel, ModelError
from workshop.untrusted import Limits, ModelFile, RefusedModel, answers_of

ASKED: Final = 500
SCALES: Final = (255.0, 1.0)
LIMITS: Final = Limits(seconds=900)
"""Only whoever serves the file waits for it, perhaps on a busy machine; its processor time and its
memory are limited as everywhere."""
ENOUGH: Final = 0.5
"""Share of digits read right, below which a network is no digit reader."""


def freeze_keras_file(file: Path, folder: Path) -> FrozenModel:
    """Freeze a `.keras` file as `FOLDER/NAME.onnx`.

    Whether it was trained on 0…1 or on 0…255 is measured: the scaling under which it is less
    surprised by 500 labelled digits is the right one.

    Raises:
        ModelError: if the file is refused, or reads no digits.
    """
    import keras

    from workshop.serving.freeze import freeze

    try:
        parts = ModelFile.read(file.read_bytes())
        divided_by, accuracy = _scale_of(parts)
    except RefusedModel as refusal:
        raise ModelError(f"{file}: {refusal}") from refusal
    except OSError as error:
        raise ModelError(f"The model {file} cannot be read ({error.strerror}).") from error
    if accuracy < ENOUGH:
        raise ModelError(
            f"{file} reads {accuracy:.0%} of {ASKED} digits right, whether pixels go from 0 to 1 "
            "or from 0 to 255. It is no digit reader yet."
        )
    print(f"{file.name}: {accuracy:.1%} of {ASKED} digits right, pixels divided by {divided_by:g}.")
    with tempfile.TemporaryDirectory() as checked:
        path = Path(checked) / "model.keras"
        parts.write(path)  # the checked parts alone, and not the stranger's archive
        network = keras.saving.load_model(path, compile=False, safe_mode=True)
    name = file.stem if file.stem.isascii() else "model"
    return freeze(network, folder / f"{name}.onnx", divided_by=divided_by)


def _scale_of(parts: ModelFile) -> tuple[float, float]:
    """What the training divided pixels by, and the share of digits read right with that."""
    _, (images, labels) = load_mnist(quiet=True)
    pixels = images[:ASKED].astype(np.float32)
    shown = np.concatenate([pixels / np.float32(scale) for scale in SCALES])
    answers = answers_of(parts, shown, LIMITS).answers
    halves = np.split(answers, len(SCALES))
    best = min(range(len(SCALES)), key=lambda half: _surprise(halves[half], labels[:ASKED]))
    right = halves[best].argmax(axis=1) == labels[:ASKED]
    return SCALES[best], float(right.mean())


def _surprise(answers: NDArray[np.float32], labels: NDArray[Any]) -> float:
    """The mean cross-entropy of probabilities, or of numbers that a softmax makes such."""
    likely = np.clip(answers.astype(np.float64), 1e-12, None)
    if (answers < 0).any() or not np.allclose(answers.sum(axis=1), 1, atol=1e-3):
        likely = np.exp(answers - answers.max(axis=1, keepdims=True).astype(np.float64))
    likely /= likely.sum(axis=1, keepdims=True)
    chosen = likely[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(chosen, 1e-12, None)).mean())


if __name__ == "__main__":
    child_main(lambda: freeze_keras_file(Path(sys.argv[1]), Path(sys.argv[2])).path)
