"""Digits to train on, plain or warped anew each time, and a learning rate that rises and falls."""

import statistics

import keras
import numpy as np

from workshop.data import load_mnist

Pictures = np.ndarray


def digits() -> tuple[Pictures, np.ndarray, Pictures, np.ndarray]:
    """Training and test digits, (n, 28, 28, 1) float32 in 0…1, and their labels."""
    (x, y), (x_test, y_test) = load_mnist(quiet=True)
    scaled = [images[..., None].astype("float32") / 255 for images in (x, x_test)]
    return scaled[0], y, scaled[1], y_test


def one_cycle(updates: int, peak: float) -> keras.optimizers.Optimizer:
    """AdamW; its rate climbs for a fifth of the updates, then falls to 0."""
    climb = updates // 5
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, updates - climb, warmup_target=peak, warmup_steps=climb
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-2)


class Warped(keras.utils.PyDataset):
    """Batches in a new order each epoch; each digit turned, sheared, scaled and moved at random.

    One call moves a whole batch, each digit by a map of its own. `strength` makes the maps weaker
    or stronger; over `fades` epochs it falls to 0, so that the last ones see digits as they are.
    """

    def __init__(
        self,
        images: Pictures,
        labels: np.ndarray,
        batch: int,
        seed: int,
        strength: float = 1.0,
        fades: int | None = None,
    ) -> None:
        super().__init__()
        self.images, self.labels, self.batch, self.strength = images, labels, batch, strength
        self.fall = strength / fades if fades else 0.0
        self.rng = np.random.default_rng(seed)
        self.order = self.rng.permutation(len(labels))

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch)

    def __getitem__(self, index: int) -> tuple[Pictures, np.ndarray]:
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        images = keras.ops.image.affine_transform(
            self.images[rows], self._maps(len(rows)), interpolation="bilinear", fill_mode="constant"
        )
        return np.asarray(images), self.labels[rows]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.labels))
        self.strength -= self.fall

    def _maps(self, count: int) -> np.ndarray:
        """(count, 8): for each digit a rotation, shear and scale about the middle, and a move."""
        angle, shear = self.strength * self.rng.uniform(-0.2, 0.2, (2, count))
        wide, tall = 1 + self.strength * self.rng.uniform(-0.12, 0.12, (2, count))
        move = self.strength * self.rng.uniform(-2, 2, (2, count))  # pixels
        cos, sin = np.cos(angle), np.sin(angle)
        across = np.array([cos * wide, cos * shear - sin * tall])
        down = np.array([sin * wide, sin * shear + cos * tall])
        offset = 13.5 - 13.5 * np.array([across.sum(axis=0), down.sum(axis=0)]) + move
        maps = [*across, offset[0], *down, offset[1], *np.zeros((2, count))]
        return np.float32(maps).T


def middle(values: list[float], form: str) -> str:
    """Median and range, such as `9.1 (8.1–11.3)`."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):{form}} ({low:{form}}–{high:{form}})"
