"""The leaderboard's reference entries: how good a network of so many parameters can be.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/improve.py
    python benchmarks/improve.py --only 4k --seeds 0        # one of them
    python benchmarks/improve.py --quick                    # does it run? a minute, and bad numbers

The recipes are fixed beforehand, and the sealed test digits are asked once, at the end. Recipes
take turns, so that a busy minute of the machine hits all of them; the seconds are those of `fit`.
The network of each recipe's first seed enters a leaderboard of this run alone, or the one that
`--board` names.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import keras
from shared.networks import club, lean, small
from shared.training import digits, middle, one_cycle
from shared.warping import Warped

from workshop.data import mnist_source
from workshop.leaderboard import Leaderboard

QUICK_DIGITS = 2_000


@dataclass(frozen=True)
class Recipe:
    """A network and how it is trained; `strength` is that of the augmentation, 0 for none."""

    name: str
    network: Callable[[], keras.Model]
    epochs: int
    peak: float = 2e-2
    batch: int = 128
    strength: float = 0.5


RECIPES = (
    Recipe("2k", lambda: small(6, 8, 8, 8), 25),
    Recipe("4k", lambda: small(8, 12, 12, 12), 25),
    Recipe("8k", lambda: small(12, 16, 18, 18), 20),
    Recipe("20k", lambda: small(16, 26, 30, 32), 17),
    Recipe("40k", lean, 17, peak=1e-2, batch=256, strength=1.0),
    Recipe("80k", club, 17, peak=1e-2, batch=256, strength=1.0),
)


@dataclass
class Results:
    """Test accuracy in % and seconds of `fit` for each seed; the accuracy on the board in %."""

    accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    on_board: float = 0.0


def train(recipe: Recipe, seed: int, most_digits: int | None) -> tuple[keras.Model, float, float]:
    """One training. → the network, its test accuracy in %, the seconds of `fit`."""
    x, y, x_test, y_test = digits()
    x, y = x[:most_digits], y[:most_digits]
    keras.utils.set_random_seed(seed)
    model = recipe.network()
    updates = recipe.epochs * -(-len(x) // recipe.batch)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(one_cycle(updates, recipe.peak), loss)
    start = time.perf_counter()
    if recipe.strength:
        warped = Warped(x, y, recipe.batch, seed, recipe.strength)
        model.fit(warped, epochs=recipe.epochs, verbose=0)
    else:
        model.fit(x, y, batch_size=recipe.batch, epochs=recipe.epochs, verbose=0)
    seconds = time.perf_counter() - start
    predicted = model.predict(x_test, batch_size=1000, verbose=0).argmax(axis=1)
    return model, float(100 * (predicted == y_test).mean()), seconds


def table(results: dict[Recipe, Results]) -> str:
    """A row for each recipe, in Markdown."""
    head = ["entry", "parameters", "test accuracy in %", "on the board in %", "epochs"]
    head += ["seconds of fit"]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    for recipe, result in results.items():
        lines.append(
            [
                recipe.name,
                f"{recipe.network().count_params():,}",
                middle(result.accuracy, ".2f"),
                f"{result.on_board:.2f}",
                str(recipe.epochs),
                middle(result.seconds, ".0f"),
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def run(
    recipes: list[Recipe], seeds: list[int], board: Leaderboard, most_digits: int | None
) -> dict[Recipe, Results]:
    """Train all recipes with all seeds, in turns; the first seed's networks enter the board."""
    results = {recipe: Results() for recipe in recipes}
    for seed in seeds:
        for recipe, result in results.items():
            model, accuracy, seconds = train(recipe, seed, most_digits)
            result.accuracy.append(accuracy)
            result.seconds.append(seconds)
            if seed == seeds[0]:
                result.on_board = board.submit(model, name=f"reference {recipe.name}").accuracy
            told = f"{recipe.name}, seed {seed}: {accuracy:.2f} % after {seconds:.0f} s"
            print(told, file=sys.stderr, flush=True)
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description="The leaderboard's reference entries.")
    names = [recipe.name for recipe in RECIPES]
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--board", type=Path, help="the file of a leaderboard to enter")
    parser.add_argument("--quick", action="store_true", help="one epoch of few digits")
    chosen = parser.parse_args()
    recipes = [recipe for recipe in RECIPES if recipe.name in chosen.only]
    if chosen.quick:
        recipes = [replace(recipe, epochs=1) for recipe in recipes]
    elif not mnist_source().real:
        print("These entries are for real MNIST. Let MNIST_NPZ name an mnist.npz file.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        board = Leaderboard(chosen.board or Path(folder) / "leaderboard.sqlite")
        seeds = chosen.seeds[:1] if chosen.quick else chosen.seeds
        results = run(recipes, seeds, board, QUICK_DIGITS if chosen.quick else None)
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
