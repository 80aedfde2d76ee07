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
from scipy.ndimage import map_coordinates

from workshop.data import load_fashion_mnist, load_mnist, mnist_source
from workshop.data.strokes import interpolation_matrix
from workshop.leaderboard.entry import DatasetName, Kind

SIDE = 28
MIDDLE = 13.5
KNOTS = 4


@dataclass(frozen=True)
class Change:
    """How much a picture is changed: standard deviations. Angles in radians, lengths in pixels."""

    turn: float = 0.05
    slant: float = 0.05
    stretch: float = 0.03
    shift: float = 0.3
    bend: float = 0.35


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


def changed(
    images: NDArray[np.uint8], rng: np.random.Generator, change: Change | None = None
) -> NDArray[np.float32]:
    """Change each picture a little and in its own way.

    Args:
        images: (n, 28, 28) uint8.
        rng: decides how.
        change: how much.

    Returns:
        (n, 28, 28) float32 from 0 to 1, rounded to the 256 steps that pictures have.
    """
    places = _places(len(images), rng, change or Change())
    new = np.empty(images.shape, dtype=np.float32)
    for index, image in enumerate(images):
        # Cubic: straight interpolation would blur every stroke.
        map_coordinates(image.astype(np.float32), places[index], output=new[index], order=3)
    whole: NDArray[np.float32] = np.clip(new, 0, 255).round() / np.float32(255)
    return whole


def _places(n: int, rng: np.random.Generator, change: Change) -> NDArray[np.float32]:
    """(n, 2, 28, 28): from which row and column of the old picture each pixel is taken."""
    turn, slant = rng.normal(0, change.turn, n), rng.normal(0, change.slant, n)
    high, wide = np.exp(rng.normal(0, change.stretch, (2, n)))
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.array([[cos, -sin], [sin, cos]]).transpose(2, 0, 1)
    stretched = np.array([[high, np.zeros(n)], [slant, wide]]).transpose(2, 0, 1)
    pixels = np.indices((SIDE, SIDE)).reshape(2, -1) - MIDDLE
    moved = (turned @ stretched @ pixels).reshape(n, 2, SIDE, SIDE) + MIDDLE
    spread = interpolation_matrix(KNOTS, SIDE)
    bend = spread @ rng.normal(0, change.bend, (n, 2, KNOTS, KNOTS)) @ spread.T
    shift = rng.normal(0, change.shift, (n, 2, 1, 1))
    places: NDArray[np.float32] = (moved + bend + shift).astype(np.float32)
    return places
