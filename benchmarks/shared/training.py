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
    """Batches in a new order each epoch, each turned, scaled and moved by one random map.

    One map for a batch, not one for each digit: a single call on the whole batch is what makes
    augmentation cheap enough for two cores. `strength` makes the maps weaker or stronger.
    """

    def __init__(
        self, images: Pictures, labels: np.ndarray, batch: int, seed: int, strength: float = 1.0
    ) -> None:
        super().__init__()
        self.images, self.labels, self.batch, self.strength = images, labels, batch, strength
        self.rng = np.random.default_rng(seed)
        self.order = self.rng.permutation(len(labels))

    def __len__(self) -> int:
        return -(-len(self.labels) // self.batch)

    def __getitem__(self, index: int) -> tuple[Pictures, np.ndarray]:
        rows = self.order[index * self.batch : (index + 1) * self.batch]
        images = keras.ops.image.affine_transform(
            self.images[rows], self._map(), interpolation="bilinear", fill_mode="constant"
        )
        return np.asarray(images), self.labels[rows]

    def on_epoch_end(self) -> None:
        self.order = self.rng.permutation(len(self.labels))

    def _map(self) -> np.ndarray:
        """(8,) a rotation, shear and scale about the middle, and a move of up to two pixels."""
        angle, shear = self.strength * self.rng.uniform(-0.2, 0.2, 2)
        wide, tall = 1 + self.strength * self.rng.uniform(-0.12, 0.12, 2)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        linear = turn @ np.array([[wide, shear], [0, tall]])
        move = self.strength * self.rng.uniform(-2, 2, 2)
        offset = 13.5 - linear @ np.array([13.5, 13.5]) + move
        return np.float32([*linear[0], offset[0], *linear[1], offset[1], 0, 0])


def middle(values: list[float], form: str) -> str:
    """Median and range, such as `9.1 (8.1–11.3)`."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):{form}} ({low:{form}}–{high:{form}})"
