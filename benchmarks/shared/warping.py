"""Digits that are changed anew each time they are seen: moved and turned, or bent as well."""

import keras
import numpy as np
from scipy import sparse
from scipy.ndimage import zoom

from .training import Pictures

SIDE = 28
MIDDLE = (SIDE - 1) / 2
GRID = 5
"""Arrows along each side of a picture that pull it about."""
SMOOTH = zoom(
    np.eye(GRID**2).reshape(-1, GRID, GRID), (1, *[SIDE / GRID] * 2), mode="nearest", grid_mode=True
)
"""(25, 28, 28): how much each arrow pulls each pixel."""
PULL = 0.8
"""Pixels: the standard deviation of each arrow's length, to the right and downwards."""
TOGETHER = 16
"""Digits that share one bend: to make one takes longer than to use it."""
FULL, LEAST = 0.5, 0.2
"""The share of the epochs with bends of full strength, and the strength of the last ones."""


class Shuffled(keras.utils.PyDataset):
    """Batches in a new order each epoch.

    Args:
        images: (n, 28, 28, 1) float32 in 0…1.
        labels: (n, …).
        batch: pictures in a batch.
        seed: of the order, and of every change.
    """

    def __init__(self, images: Pictures, labels: np.ndarray, batch: int, seed: int) -> None:
        super().__init__()
        self.images, self.labels, self.batch = images, labels, batch
        self.rng = np.random.default_rng(seed)
        self.order = self.rng.permutation(len(labels))

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch)

    def __getitem__(self, index: int) -> tuple[Pictures, np.ndarray]:
        """A copy of a batch's pictures, and its labels."""
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        return self.images[rows], self.labels[rows]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.labels))


class Warped(Shuffled):
    """Each batch is turned, scaled and moved by one random map, in a single call.

    `strength` makes the maps weaker or stronger.
    """

    def __init__(
        self, images: Pictures, labels: np.ndarray, batch: int, seed: int, strength: float = 1.0
    ) -> None:
        super().__init__(images, labels, batch, seed)
        self.strength = strength

    def __getitem__(self, index: int) -> tuple[Pictures, np.ndarray]:
        images, labels = super().__getitem__(index)
        linear, move = random_map(self.rng, self.strength)
        offset = MIDDLE - linear @ (MIDDLE, MIDDLE) + move
        numbers = np.float32([*linear[0], offset[0], *linear[1], offset[1], 0, 0])
        warped = keras.ops.image.affine_transform(
            images, numbers, interpolation="bilinear", fill_mode="constant"
        )
        return np.asarray(warped), labels


class Bent(Shuffled):
    """A few digits at a time are turned, scaled, moved, and bent as if they were drawn on rubber.

    In the last epochs the bends grow weaker, so that the network ends on digits like those it
    will be asked about. Source: Simard, Steinkraus, Platt, "Best practices for convolutional
    neural networks applied to visual document analysis", 2003.
    """

    def __init__(
        self, images: Pictures, labels: np.ndarray, batch: int, seed: int, epochs: int
    ) -> None:
        super().__init__(images, labels, batch, seed)
        self.workers = 2  # threads, which bend the next batches while the network learns this one
        self.seed, self.epochs, self.epoch = seed, epochs, 0

    def on_epoch_end(self) -> None:
        super().on_epoch_end()
        self.epoch += 1

    def __getitem__(self, index: int) -> tuple[Pictures, np.ndarray]:
        # Threads finish in any order: what a batch draws must not depend on the one before.
        rng = np.random.default_rng((self.seed, self.epoch, index))
        images, labels = super().__getitem__(index)
        strength = strength_at(self.epoch / max(1, self.epochs - 1))
        pixels = images.reshape(len(images), -1)
        for start in range(0, len(images), TOGETHER):
            some = slice(start, start + TOGETHER)
            pixels[some] = (bend(rng, strength) @ pixels[some].T).T
        return images, labels


def strength_at(progress: float) -> float:
    """How strong the bends are when this share of the epochs is over."""
    return float(np.interp(progress, (FULL, 1), (1, LEAST)))


def random_map(rng: np.random.Generator, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """(2, 2) a rotation, shear and scale, and (2,) a move of up to two pixels."""
    angle, shear = strength * rng.uniform(-0.2, 0.2, 2)
    wide, tall = 1 + strength * rng.uniform(-0.12, 0.12, 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return turn @ np.array([[wide, shear], [0, tall]]), strength * rng.uniform(-2, 2, 2)


def bend(rng: np.random.Generator, strength: float) -> sparse.csr_array:
    """(784, 784): from a picture's pixels to those of the bent one, four to one, bilinear."""
    linear, move = random_map(rng, strength)
    rows, columns = np.indices((SIDE, SIDE)).reshape(2, -1) - MIDDLE
    pull = strength * rng.normal(0, PULL, (2, GRID**2)) @ SMOOTH.reshape(GRID**2, -1)
    places = linear @ (columns, rows) + (MIDDLE + move)[:, None] + pull
    x, y = places.clip(0, SIDE - 1.001)  # beyond is as empty as the last pixel
    left, top = x.astype(int), y.astype(int)
    right, low = x - left, y - top
    first = SIDE * top + left
    sources = np.stack([first, first + 1, first + SIDE, first + SIDE + 1], axis=1)
    shares = np.stack(
        [(1 - right) * (1 - low), right * (1 - low), (1 - right) * low, right * low], axis=1
    )
    starts = np.arange(0, 4 * SIDE**2 + 1, 4)
    numbers = (shares.ravel().astype("float32"), sources.ravel(), starts)
    return sparse.csr_array(numbers, shape=(SIDE**2, SIDE**2))
