"""How much harder a leaderboard's own pictures are than the plain test digits.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/unseen_digits.py

The course's network of lab 05 reads the plain test digits, and those of five new boards. Takes
about a minute on two cores, and half a minute more if the network has to be trained first.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import secrets
import statistics
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.data import load_mnist, mnist_source
from workshop.leaderboard.digits import unseen_digits
from workshop.reader import digit_reader

BOARDS = 5


def accuracy(network: Any, images: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """Pictures read right, in %."""
    answers = network.predict(images[..., None], batch_size=500, verbose=0)
    return float(100 * (answers.argmax(axis=1) == labels).mean())


def main() -> None:
    network = digit_reader()
    _, (images, labels) = load_mnist(quiet=True)
    plain = accuracy(network, (images / 255).astype(np.float32), labels)
    boards = [unseen_digits("mnist", secrets.token_bytes(32)) for _ in range(BOARDS)]
    read = [accuracy(network, board.images, board.labels) for board in boards]
    print(mnist_source().sentence)
    print(f"plain test digits       {plain:.2f} %")
    print(
        f"pictures of {BOARDS} boards    {statistics.median(read):.2f} % "
        f"({min(read):.2f} to {max(read):.2f} %)"
    )


if __name__ == "__main__":
    main()
