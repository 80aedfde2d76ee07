"""Digits to train on, a learning rate that rises and falls, and how runs are told."""

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


def middle(values: list[float], form: str) -> str:
    """Median and range, such as `9.1 (8.1–11.3)`."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):{form}} ({low:{form}}–{high:{form}})"
