"""784-128-10 in NumPy against the same network in Keras's `fit`: seconds and accuracy.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/from_scratch.py

The same batches of 128, SGD 0.1 with momentum 0.9, float32. Each side has a process of its own,
because both keep threads that wait by spinning; they take turns, epoch by epoch. Keras uses all
cores; NumPy all of them, and then one alone, as in the lab: on a busy computer, OpenBLAS can be
many times slower with several. The bound is what the five matrix products of a step cost alone, in
the same sizes and number. Takes some minutes on two cores; nothing else should run.
"""

import argparse
import contextlib
import io
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from workshop.data import load_mnist, mnist_source

HIDDEN = 128
BATCH = 128
RATE = 0.1
MOMENTUM = 0.9
Floats = NDArray[np.float32]
Epoch = Callable[[], object]
Accuracy = Callable[[], float]


def digits() -> tuple[Floats, NDArray[Any], Floats, NDArray[Any]]:
    """(n, 784) float32 in 0…1 and (n,) labels, for training and for the test."""
    (x, y), (x_test, y_test) = load_mnist()

    def rows(images: NDArray[Any]) -> Floats:
        scaled: Floats = np.divide(images.reshape(-1, 784), 255, dtype="float32")
        return scaled

    return rows(x), y.astype("int64"), rows(x_test), y_test.astype("int64")


def he(rng: np.random.Generator) -> list[Floats]:
    """The two weight matrices, each with He's spread."""
    shapes = [(784, HIDDEN), (HIDDEN, 10)]
    return [rng.normal(0, np.sqrt(2 / s[0]), s).astype("float32") for s in shapes]


def in_numpy(seed: int) -> tuple[Epoch, Accuracy]:
    """The lab's loop, with every large array made once and written in place."""
    x, y, x_test, y_test = digits()
    rng = np.random.default_rng(seed)
    w1, w2 = he(rng)
    b1, b2 = np.zeros(HIDDEN, "float32"), np.zeros(10, "float32")
    v1, c1, v2, c2 = (np.zeros_like(array) for array in (w1, b1, w2, b2))
    rows, hidden, back = (np.empty((BATCH, n), "float32") for n in (784, HIDDEN, HIDDEN))
    logits, g1 = np.empty((BATCH, 10), "float32"), np.empty_like(w1)

    def step(chosen: NDArray[Any]) -> None:
        n = len(chosen)
        xs, h, z, d = rows[:n], hidden[:n], logits[:n], back[:n]
        np.take(x, chosen, axis=0, out=xs, mode="clip")
        np.matmul(xs, w1, out=h)
        h += b1
        np.maximum(h, 0, out=h)
        np.matmul(h, w2, out=z)
        z += b2
        z -= z.max(axis=1, keepdims=True)
        np.exp(z, out=z)
        z /= z.sum(axis=1, keepdims=True)
        z[np.arange(n), y[chosen]] -= 1
        z *= RATE / n  # the rate enters here, in the smallest array of all
        np.matmul(z, w2.T, out=d)
        d *= h > 0
        np.matmul(xs.T, d, out=g1)
        for weights, velocity, change in (
            (w1, v1, g1),
            (b1, c1, d.sum(axis=0)),
            (w2, v2, h.T @ z),
            (b2, c2, z.sum(axis=0)),
        ):
            velocity *= MOMENTUM
            velocity -= change
            weights += velocity

    def epoch() -> None:
        order = rng.permutation(len(x))
        for start in range(0, len(x), BATCH):
            step(order[start : start + BATCH])

    def accuracy() -> float:
        scores = np.maximum(x_test @ w1 + b1, 0) @ w2 + b2
        return 100 * float((scores.argmax(axis=1) == y_test).mean())

    return epoch, accuracy


def only_products(seed: int) -> tuple[Epoch, Accuracy]:
    """The five matrix products of each step and nothing else: the floor for any loop of NumPy."""
    count = len(digits()[0])
    rng = np.random.default_rng(seed)
    w1, w2 = he(rng)
    x = rng.random((BATCH, 784), dtype="float32")
    hidden, back = np.empty((BATCH, HIDDEN), "float32"), np.empty((BATCH, HIDDEN), "float32")
    logits, g1, g2 = np.empty((BATCH, 10), "float32"), np.empty_like(w1), np.empty_like(w2)

    def epoch() -> None:
        for _ in range(0, count, BATCH):
            np.matmul(x, w1, out=hidden)
            np.matmul(hidden, w2, out=logits)
            np.matmul(logits, w2.T, out=back)
            np.matmul(x.T, back, out=g1)
            np.matmul(hidden.T, logits, out=g2)

    return epoch, lambda: float("nan")


def in_keras(seed: int) -> tuple[Epoch, Accuracy]:
    """The same network with `fit`, as one would write it."""
    import keras

    x, y, x_test, y_test = digits()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(HIDDEN, activation="relu", kernel_initializer="he_normal"),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        optimizer=keras.optimizers.SGD(RATE, momentum=MOMENTUM),
    )

    def accuracy() -> float:
        found = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
        return 100 * float((found == y_test).mean())

    return lambda: model.fit(x, y, batch_size=BATCH, verbose=0), accuracy


@dataclass(frozen=True)
class Side:
    """What is timed, and with how many threads for NumPy's products."""

    make: Callable[[int], tuple[Epoch, Accuracy]]
    threads: int


def sides() -> dict[str, Side]:
    """What is compared, by the name that the table gives it."""
    cores = os.cpu_count() or 1
    found = {"Keras fit": Side(in_keras, cores)}
    for threads in sorted({1, cores}):
        plural = "s" * (threads > 1)
        found[f"NumPy, {threads} thread{plural}"] = Side(in_numpy, threads)
        found[f"products, {threads} thread{plural}"] = Side(only_products, threads)
    return found


def work(side: Side, seed: int, line: Connection) -> None:
    """One side in its own process: an epoch for each "epoch" that comes down the line."""
    with contextlib.redirect_stdout(io.StringIO()):  # each side would name the data's source
        epoch, accuracy = side.make(seed)
    line.send("ready")
    with threadpool_limits(side.threads, user_api="blas"):
        while line.recv() == "epoch":
            start = time.perf_counter()
            epoch()
            line.send(time.perf_counter() - start)
    line.send(accuracy())


def one_seed(
    compared: dict[str, Side], seed: int, epochs: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds of each epoch after the first, and the accuracy at the end, by side."""
    context = multiprocessing.get_context("spawn")
    lines, processes = {}, []
    for name, side in compared.items():
        lines[name], other = context.Pipe()
        processes.append(context.Process(target=work, args=(side, seed, other)))
        processes[-1].start()
        lines[name].recv()
    seconds: dict[str, list[float]] = {name: [] for name in compared}
    for number in range(epochs):
        for name, line in lines.items():
            line.send("epoch")
            took = line.recv()
            if number:  # Keras compiles its step in the first epoch
                seconds[name].append(took)
    accuracies = {}
    for name, line in lines.items():
        line.send("accuracy")
        accuracies[name] = line.recv()
    for process in processes:
        process.join()
    return seconds, accuracies


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    print("digits:", "MNIST" if mnist_source().real else "the stand-in", "· cores:", os.cpu_count())
    print(f"{'':19} {'seed':>4} {'median s':>9} {'range s':>15} {'test accuracy':>14}")
    compared = sides()
    everything: dict[str, list[float]] = {name: [] for name in compared}
    for seed in range(options.seeds):
        seconds, accuracies = one_seed(compared, seed, options.epochs)
        for side in compared:
            took = seconds[side]
            spread = f"{min(took):.3f} to {max(took):.3f}"
            reached = "" if "products" in side else f"{accuracies[side]:.2f} %"
            print(f"{side:19} {seed:4} {statistics.median(took):9.3f} {spread:>15} {reached:>14}")
            everything[side] += took
    for side, ours in everything.items():
        if side.startswith("NumPy"):
            bound = everything[side.replace("NumPy", "products")]
            print(f"{side}, against Keras: {_times(everything['Keras fit'], ours)}")
            print(f"{side}, share of the bound: {min(bound) / min(ours):.0%} (best epochs)")


def _times(some: list[float], others: list[float]) -> str:
    """How many times longer `some` take than `others`; pairs ran one after the other."""
    pairs = statistics.median(a / b for a, b in zip(some, others, strict=True))
    return f"{pairs:.2f} (median of {len(some)} pairs), {min(some) / min(others):.2f} (best epochs)"


if __name__ == "__main__":
    main()
