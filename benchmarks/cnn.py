"""How soon a network reads digits well: the lean network of lab 05 against a well-known recipe.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/cnn.py
    python benchmarks/cnn.py --club      # a try at 99.6 % within five minutes

Every run is asked for the sealed test digits after each epoch, which is fair between recipes whose
settings are fixed beforehand, and only there. What is timed is `fit`, without that look. Recipes
take turns, so that a busy minute of the machine hits all of them.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import keras
import numpy as np
from shared.networks import club, lean, mnist_convnet, old_workshop
from shared.training import Pictures, digits, middle, one_cycle
from shared.warping import Bent

from workshop.data import mnist_source

MOVES = tuple((down, right) for down in (0, 1, -1) for right in (0, 1, -1))


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained; `goals` are the accuracies in % that it is timed to.

    `asked` nine times, a digit is also moved by a pixel to each side; the mean is the answer.
    """

    name: str
    network: Callable[[], keras.Model]
    goals: tuple[float, ...]
    epochs: int
    batch: int = 256
    peak: float = 1e-2
    smoothing: float = 0.0
    one_cycle: bool = True
    validation: float = 0.0
    bent: bool = False
    asked: int = 1
    adadelta: bool = False


@dataclass
class Run:
    """Seconds of fit and test accuracy in % after each epoch."""

    seconds: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)

    def seconds_to(self, goal: float) -> float | None:
        """When the goal was first met; None if never."""
        met = [s for s, a in zip(self.seconds, self.accuracy, strict=True) if a >= goal]
        return met[0] if met else None


def optimizer_of(recipe: Recipe, updates: int) -> keras.optimizers.Optimizer:
    """AdamW with one cycle; Adam or Adadelta as they come where the recipe says so."""
    if recipe.adadelta:
        return keras.optimizers.Adadelta()
    if not recipe.one_cycle:
        return keras.optimizers.Adam()
    return one_cycle(updates, recipe.peak)


class Look(keras.callbacks.Callback):
    """After each epoch: the seconds of fit so far and the test accuracy; stops at the last goal."""

    def __init__(self, recipe: Recipe, images: Pictures, labels: np.ndarray) -> None:
        super().__init__()
        self.run, self.recipe, self.images, self.labels = Run(), recipe, images, labels
        self.looking = 0.0
        self.begun = 0.0

    def on_train_begin(self, logs: object = None) -> None:
        self.begun = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        stopped = time.perf_counter()
        self.run.seconds.append(stopped - self.begun - self.looking)
        answers = sum(self._probabilities(*move) for move in MOVES[: self.recipe.asked])
        self.run.accuracy.append(float(100 * (answers.argmax(axis=1) == self.labels).mean()))
        # A schedule needs all its epochs; a constant rate has nothing to gain from more of them.
        if not self.recipe.one_cycle and self.run.accuracy[-1] >= max(self.recipe.goals):
            self.model.stop_training = True
        self.looking += time.perf_counter() - stopped

    def _probabilities(self, down: int, right: int) -> np.ndarray:
        moved = np.roll(self.images, (down, right), axis=(1, 2))  # its edges are empty
        logits = self.model.predict(moved, batch_size=1000, verbose=0)
        return np.asarray(keras.ops.softmax(logits))


def train(recipe: Recipe, seed: int) -> Run:
    """One training, timed."""
    x, y, x_test, y_test = digits()
    keras.utils.set_random_seed(seed)
    model = recipe.network()
    kept = round(len(x) * (1 - recipe.validation))
    labels = keras.utils.to_categorical(y)
    loss = keras.losses.CategoricalCrossentropy(True, label_smoothing=recipe.smoothing)
    optimizer = optimizer_of(recipe, recipe.epochs * -(-kept // recipe.batch))
    model.compile(optimizer, loss, metrics=["accuracy"])
    look = Look(recipe, x_test, y_test)
    settings = {"epochs": recipe.epochs, "verbose": 0, "callbacks": [look]}
    if recipe.bent:
        model.fit(Bent(x, labels, recipe.batch, seed, recipe.epochs), **settings)
    else:
        model.fit(
            x, labels, batch_size=recipe.batch, validation_split=recipe.validation, **settings
        )
    return look.run


LEAN = Recipe("lean, 2 epochs", lean, (99.0,), 2)
LONGER = Recipe("lean, 4 epochs, smoothed", lean, (99.0, 99.3), 4, smoothing=0.1)
KERAS_IO = Recipe(
    "keras.io mnist_convnet", mnist_convnet, (99.0,), 15, 128, one_cycle=False, validation=0.1
)
OLD = Recipe("first edition, Adam", old_workshop, (99.0,), 4, 128, one_cycle=False)
OLD_TRAP = Recipe(
    "first edition, Adadelta()", old_workshop, (99.0,), 4, 128, one_cycle=False, adadelta=True
)
CLUB = Recipe("99.6 % club", club, (99.0, 99.3, 99.6), 22, smoothing=0.1, bent=True, asked=9)


def told(runs: list[Run], goal: float) -> str:
    """Seconds to the goal over all runs that met it, and how many did not."""
    times = [run.seconds_to(goal) for run in runs]
    met = [seconds for seconds in times if seconds is not None]
    missed = f", {len(times) - len(met)} of {len(times)} never" if len(met) < len(times) else ""
    return (middle(met, ".1f") if met else "–") + missed


def table(results: dict[Recipe, list[Run]]) -> str:
    """A row for each recipe, in Markdown."""
    goals = sorted({goal for recipe in results for goal in recipe.goals})
    head = ["recipe", "parameters", *(f"seconds to {goal:g} %" for goal in goals)]
    head += ["last accuracy in %", "epochs", "seconds of fit"]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    for recipe, runs in results.items():
        cells = [recipe.name, f"{recipe.network().count_params():,}"]
        cells += [told(runs, goal) if goal in recipe.goals else "" for goal in goals]
        cells += [
            middle([run.accuracy[-1] for run in runs], ".2f"),
            middle([float(len(run.seconds)) for run in runs], "g"),
            middle([run.seconds[-1] for run in runs], ".1f"),
        ]
        lines.append(cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def verdict(results: dict[Recipe, list[Run]]) -> str:
    """How many times sooner the lean network is there, pair by pair."""
    pairs = zip(results[LEAN], results[KERAS_IO], strict=True)
    both = [(ours.seconds_to(99.0), theirs.seconds_to(99.0)) for ours, theirs in pairs]
    ratios = [theirs / ours for ours, theirs in both if ours and theirs]
    if not ratios:
        return "No pair of runs reached 99.0 %."
    return f"Lean is there {middle(ratios, '.1f')} times sooner, in {len(ratios)} pairs of runs."


def main() -> int:
    parser = argparse.ArgumentParser(description="Seconds of training to good test accuracy.")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, help="other than each recipe's own")
    parser.add_argument("--club", action="store_true", help="the 99.6 %% club, alone")
    parser.add_argument("--old", action="store_true", help="the first edition's network, alone")
    chosen = parser.parse_args()
    if not mnist_source().real:
        print("These goals are for real MNIST. Let MNIST_NPZ name an mnist.npz file.")
        return 1
    recipes = [LEAN, LONGER, KERAS_IO]
    if chosen.club or chosen.old:
        recipes = [CLUB] * chosen.club + [OLD, OLD_TRAP] * chosen.old
    if chosen.epochs:
        recipes = [replace(recipe, epochs=chosen.epochs) for recipe in recipes]
    results: dict[Recipe, list[Run]] = {recipe: [] for recipe in recipes}
    for seed in chosen.seeds:
        for recipe in recipes:
            run = train(recipe, seed)
            results[recipe].append(run)
            print(
                f"{recipe.name}, seed {seed}: {run.accuracy[-1]:.2f} % after "
                f"{len(run.seconds)} epochs and {run.seconds[-1]:.1f} s",
                file=sys.stderr,
                flush=True,
            )
    print(table(results))
    if {LEAN, KERAS_IO} <= set(results):
        print(f"\n{verdict(results)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
