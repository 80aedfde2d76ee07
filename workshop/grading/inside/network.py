"""A network from a file that the grader has taken apart and put together again."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.untrusted.weights import check_weights

LARGEST = 64_000_000


def read_network(content: NDArray[Any]) -> Any:
    """The Keras model of a `.keras` file, without its settings for training.

    Raises:
        RefusedModel: if its numbers are not plain arrays.
        ValueError: if Keras's safe mode refuses it.
    """
    import zipfile

    import keras

    path = Path("network.keras")
    path.write_bytes(content.tobytes())
    with zipfile.ZipFile(path) as archive:
        archive.extract("model.weights.h5")
    check_weights(Path("model.weights.h5"), LARGEST)
    return keras.saving.load_model(path, compile=False, safe_mode=True)


def classes(network: Any, images: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Which digit a network takes each picture for.

    Args:
        network: takes (28, 28), (28, 28, 1) or (784,) in 0…1, and answers with a row of numbers.
        images: (n, 28, 28) in 0…255.

    Returns:
        (n,) the place of the largest number.
    """
    shape = [side or 1 for side in network.input_shape[1:]]
    scaled = images.reshape(len(images), *shape).astype("float32") / 255
    answers = np.asarray(network.predict(scaled, batch_size=500, verbose=0))
    best: NDArray[np.intp] = answers.argmax(axis=-1)
    return best
