"""What the stand-in digits cost and what they are worth.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/stand_in.py

Trains a small network on stand-in digits alone and lets it read the real MNIST test digits, and the
stand-in's own. Takes about two minutes on two cores.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import statistics
import sys
import tempfile
import time
from collections.abc import Callable

import keras
import numpy as np
from keras import layers

from workshop.data import BrokenData, load_mnist, mnist_source
from workshop.data.dataset import Pixels, Split
from workshop.data.stand_in import Digits, make_stand_in

WIDTH = 16
EPOCHS = 2
BATCH = 256
PEAK = 1e-2
WARM_UP = 0.2
SEEDS = (0, 1, 2)


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate climbs to its peak for a fifth of the steps and then falls to zero."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __call__(self, step: keras.KerasTensor) -> keras.KerasTensor:
        done = (keras.ops.cast(step, "float32") + 1) / self.steps
        return PEAK * keras.ops.minimum(done / WARM_UP, (1 - done) / (1 - WARM_UP))

    def get_config(self) -> dict[str, int]:
        return {"steps": self.steps}


def small_cnn() -> keras.Model:
    """Three convolutions and 31,000 parameters."""

    def block(filters: int, strides: int, padding: str) -> list[keras.Layer]:
        convolution = layers.Conv2D(filters, 3, strides, padding, use_bias=False)
        return [convolution, layers.BatchNormalization(momentum=0.9), layers.ReLU()]

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(WIDTH, 5, 2, "same", activation="relu"),
            *block(2 * WIDTH, 2, "same"),
            *block(4 * WIDTH, 1, "valid"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


def as_input(pictures: Pixels) -> np.ndarray:
    """(n, 28, 28) uint8 → (n, 28, 28, 1) float32 in 0…1."""
    return pictures[..., None].astype("float32") / 255


def trained_on(digits: Digits, seed: int) -> keras.Model:
    """A small network that has seen these digits and no others."""
    pictures, labels = digits
    keras.utils.set_random_seed(seed)
    model = small_cnn()
    schedule = OneCycle(EPOCHS * -(-len(pictures) // BATCH))
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=1e-2),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(as_input(pictures), labels, batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return model


def accuracies(model: keras.Model, digits: Digits) -> tuple[float, np.ndarray]:
    """The accuracy on these digits, and (10,) the accuracy on each class."""
    pictures, labels = digits
    right = model.predict(as_input(pictures), batch_size=1000, verbose=0).argmax(axis=1) == labels
    return float(right.mean()), np.array([right[labels == digit].mean() for digit in range(10)])


def reading_real_digits(real: Split, seed: int) -> tuple[float, np.ndarray, float]:
    """Train on the stand-in, read real test digits.

    Returns:
        the accuracy, (10,) the accuracy on each class, and the accuracy on the stand-in's own test
        digits.
    """
    stand_in_train, stand_in_test = make_stand_in()
    model = trained_on(stand_in_train, seed)
    own, _ = accuracies(model, stand_in_test)
    return (*accuracies(model, real[1]), own)


def seconds(work: Callable[[], object]) -> str:
    """Median and range of three runs."""
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return f"{statistics.median(taken):.2f} s ({min(taken):.2f}–{max(taken):.2f})"


def seconds_from_cache() -> str:
    """How long `load_mnist` takes where the stand-in has been made before."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KERAS_HOME": folder, "MNIST_NPZ": "stand-in"}
        load_mnist(quiet=True)
        return seconds(lambda: load_mnist(quiet=True))


def main() -> int:
    try:
        source = mnist_source()
    except BrokenData as problem:
        print(problem)
        return 1
    real = load_mnist(quiet=True) if source.real else None
    print("| stand-in digits | |\n| --- | --- |", flush=True)
    print(f"| make 70,000 | {seconds(make_stand_in)} |", flush=True)
    print(f"| load them from the cache | {seconds_from_cache()} |", flush=True)
    if real is None:
        print(
            "\nReal MNIST is not here, so nothing can be said about reading it. Let MNIST_NPZ name "
            "an\nmnist.npz file, or run load_mnist() once with a network, and start this again."
        )
        return 1
    runs = [reading_real_digits(real, seed) for seed in SEEDS]
    for what, values in (
        ("accuracy on real MNIST test digits", [run[0] for run in runs]),
        ("accuracy on its own test digits", [run[2] for run in runs]),
    ):
        middle, low, high = statistics.median(values), min(values), max(values)
        print(f"| {what}, {len(SEEDS)} seeds | {middle:.2%} ({low:.2%}–{high:.2%}) |")
    print("\n| digit | " + " | ".join(str(digit) for digit in range(10)) + " |")
    print("| --- " * 11 + "|")
    per_class = np.median([run[1] for run in runs], axis=0)
    print("| real MNIST | " + " | ".join(f"{value:.1%}" for value in per_class) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
