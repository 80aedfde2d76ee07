"""Digits per second of `workshop score`, by chunk size, and where its time goes.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/batch.py [--rounds N] [--digits N]

Lab 05's network reads the test digits: by `model.predict` in one call, by ONNX Runtime in a bare
loop (the limit, on one thread), and by the path of `workshop score` from an .npz file into a new
SQLite database. The rounds are interleaved, and medians are shown, so that a busy machine slows all
of them alike. A chunk is never larger than the number of digits: mind `--digits`.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import argparse
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from workshop.data import load_mnist, mnist_source
from workshop.reader import digit_reader
from workshop.scoring.job import score
from workshop.scoring.npz import NpzSource
from workshop.scoring.store import Store
from workshop.serving.freeze import freeze
from workshop.serving.model import FrozenModel

CHUNKS = (10, 100, 1_000, 10_000)
PARTS = ("read and check", "network", "database")
LOOP = 64


class Clock:
    """Adds up the seconds that parts of a job take."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[part] += time.perf_counter() - start

    def watch(self, thing: Any, part: str, *names: str) -> Any:
        """Add what these methods take to a part."""
        for name in names:
            object.__setattr__(thing, name, self._timed(getattr(thing, name), part))
        return thing

    def _timed(self, call: Callable[..., Any], part: str) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            with self(part):
                return call(*arguments)

        return timed


def scored(file: Path, model_path: Path, chunk: int, folder: Path) -> dict[str, float]:
    """Seconds of one whole job, by part."""
    database = folder / "predictions.db"
    database.unlink(missing_ok=True)
    clock = Clock()
    model = clock.watch(FrozenModel.load(model_path), "network", "probabilities")
    with Store(f"sqlite:///{database}") as store:
        clock.watch(store, "database", "begin", "known", "save")
        with clock("all"):
            with clock("read and check"):
                source = NpzSource.open(file)
            clock.watch(source, "read and check", "read")
            run = score(source, model, store, chunk)
    assert run.scored == len(source)
    return clock.seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--digits", type=int, default=10_000)
    options = parser.parse_args()
    rounds = options.rounds
    network = digit_reader()
    _, (images, _) = load_mnist(quiet=True)
    images = images[: options.digits]
    inputs = (images / 255).astype(np.float32)[..., None]
    rates: dict[str, list[float]] = defaultdict(list)
    parts: dict[int, list[dict[str, float]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        frozen = freeze(network, folder / "reader.onnx")
        np.savez(folder / "digits.npz", images=images)
        network.predict(inputs[:LOOP], verbose=0)  # the first call also traces the graph
        for _ in range(rounds):
            clock = Clock()
            with clock("model.predict, one call"):
                network.predict(inputs, verbose=0)
            with clock(f"bare ONNX loop, {LOOP} at a time"):
                for start in range(0, len(images), LOOP):
                    frozen.probabilities(images[start : start + LOOP])
            for what, seconds in clock.seconds.items():
                rates[what].append(len(images) / seconds)
            for chunk in CHUNKS:
                spent = scored(folder / "digits.npz", frozen.path, chunk, folder)
                rates[f"workshop score --chunk {chunk}"].append(len(images) / spent["all"])
                parts[chunk].append(spent)
    predict = rates["model.predict, one call"]
    print(mnist_source().sentence)
    print(f"{len(images):,} digits, medians of {rounds} rounds\n")
    print(f"{'':34} {'digits/s':>9}  against predict   " + "  ".join(PARTS))
    for what, measured in rates.items():
        ratio = statistics.median(m / p for m, p in zip(measured, predict, strict=True))
        line = f"{what:34} {statistics.median(measured):>9,.0f} {ratio:>16.2f}"
        chunk = int(what.rsplit(" ", 1)[1]) if what.startswith("workshop") else 0
        for part in PARTS if chunk else ():
            share = statistics.median(s[part] / s["all"] for s in parts[chunk])
            line += f" {100 * share:>{len(part)}.0f} %"
        print(line)


if __name__ == "__main__":
    main()
