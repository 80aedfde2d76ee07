"""The reference model: lab 05's network, trained on digits as people draw them.

`python -m workshop.serving.reference FOLDER` trains it and writes it there. It is a process of its
own, because TensorFlow must not be in the process that a server forks.
"""The reference model: the course's own network of lab 05, frozen.

`python -m workshop.serving.reference FOLDER` writes it there, and trains it first where no lab has
done so yet. It is a process of its own, because TensorFlow must not be in one that a server forks.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workshop import reader
from workshop.data import load_mnist, mnist_source
from workshop.data.changed import Change, changed
from typing import Final

from workshop import reader
from workshop.data import load_mnist, mnist_source
from workshop.serving.choice import child_main
from workshop.serving.model import FrozenModel

NAME: Final = "digit-reader"
EPOCHS: Final = 3
CHANGE: Final = Change(turn=0.15, slant=0.15, stretch=0.1, shift=0.7, bend=0.6)
"""People with a mouse lean, stretch and wobble more than people with a pen."""


def train_reference(folder: Path) -> FrozenModel:
    """Train the reference model and freeze it into a folder. It takes about a minute.


def freeze_reference(folder: Path) -> FrozenModel:
    """Freeze the reference model into a folder. Training it, once, takes less than a minute.

    Returns:
        The frozen model; its card says which digits it was trained on.
    """
    import keras

    from workshop.serving.freeze import freeze

    (images, labels), _ = load_mnist()
    print("Training the reference model, once on this computer. It takes about a minute.")
    keras.utils.set_random_seed(42)
    rng = np.random.default_rng(42)
    # Each digit as it is, and once more in a changed form.
    shown = np.empty((2, *images.shape), np.float32)
    np.divide(images, 255, out=shown[0])
    shown[1] = changed(images, rng, CHANGE)
    network = reader.lean_network()
    reader.fit_one_cycle(
        network, shown.reshape(-1, 28, 28, 1), np.tile(labels, 2), EPOCHS, _progress()
    )
    real = mnist_source().real
    return freeze(
        network,
        folder / f"{NAME}.onnx",
        name=NAME,
        data="MNIST" if real else "stand-in digits, made from scikit-learn's 1,797",
        data_sha256=_fingerprint(images, labels),
        code_sha256=_code_sha256(),
    )


def _progress() -> Any:
    import keras

    def tell(epoch: int, logs: dict[str, float]) -> None:
        print(f"epoch {epoch + 1} of {EPOCHS}: loss {logs['loss']:.3f}", flush=True)

    return keras.callbacks.LambdaCallback(on_epoch_end=tell)


def _fingerprint(images: NDArray[np.uint8], labels: NDArray[Any]) -> str:
    return hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()


def _code_sha256() -> str:
    sources = [Path(reader.__file__), Path(__file__)]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


if __name__ == "__main__":
    child_main(lambda: train_reference(Path(sys.argv[1])).path)
    from workshop.serving.freeze import freeze

    (images, labels), _ = load_mnist()  # tells which digits these are
    print("Preparing the reference model. Once on this computer, that is a short training.")
    return freeze(
        reader.course_reader(),
        folder / f"{NAME}.onnx",
        name=NAME,
        data="MNIST" if mnist_source().real else "stand-in digits, made from scikit-learn's 1,797",
        data_sha256=hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest(),
        code_sha256=hashlib.sha256(Path(reader.__file__).read_bytes()).hexdigest(),
    )


if __name__ == "__main__":
    child_main(lambda: freeze_reference(Path(sys.argv[1])).path)
