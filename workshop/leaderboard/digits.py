"""Pictures that no learner has seen: the test pictures, each changed a little, in secret.

Every board has a secret seed. From it come a small slant, turn, stretch, shift and smooth bend for
each test picture, and a new order. The changes are so small that the digit stays what it is: the
course's network of lab 05 reads 99.26 % of the plain test digits and 98.92 % of a board's (five
boards, 98.79 to 99.00 %; `python benchmarks/unseen_digits.py`).

What this protects against: answers copied from the published labels, a network that has learned
one fixed list of pictures by heart, and a board whose pictures somebody has downloaded, because
there is nothing to download. What it does not protect against: someone who trains on the published
test pictures still gains something, since these are their near relatives. Nor does it protect the
seed from someone who may read the board's file: that is whoever runs the board.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workshop.data import load_fashion_mnist, load_mnist, mnist_source
from workshop.data.changed import changed
from workshop.leaderboard.entry import DatasetName, Kind


@dataclass(frozen=True)
class UnseenDigits:
    """What every entry of a board is scored on.

    Attributes:
        images: (n, 28, 28) float32 from 0 to 1.
        labels: (n,) uint8; they stay here.
        kind: whether they come from real test digits or from stand-in ones.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.uint8]
    kind: Kind


def unseen_digits(dataset: DatasetName, seed: bytes) -> UnseenDigits:
    """Make a board's own test pictures; the same seed gives the same ones. It takes seconds.

    Raises:
        NoData: if Fashion-MNIST is not on this computer and cannot be fetched.
        BrokenData: if a file with the pictures is there but is not what it should be.
    """
    load = load_mnist if dataset == "mnist" else load_fashion_mnist
    _, (images, labels) = load(quiet=True)
    kind: Kind = "real" if dataset == "fashion" or mnist_source().real else "stand-in"
    # Another stream for each set: one must not tell anything about the other.
    rng = np.random.default_rng([*seed, *dataset.encode()])
    order = rng.permutation(len(images))
    return UnseenDigits(changed(images[order], rng), labels[order], kind)
