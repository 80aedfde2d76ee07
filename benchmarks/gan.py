"""How good are the digits of lab 07's GAN, and how soon? Its recipe, less of it, and a plain one.

    MNIST_NPZ=path/to/mnist.npz python benchmarks/gan.py
    python benchmarks/gan.py --seeds 1 2 3 --minutes 3

Every recipe has the same minutes of training (compiling and measuring do not count), and its
learning rate falls to 0 within them, if it falls at all. Recipes take turns, second by second, so
that a busy minute of the machine hits all of them. Distances are Fréchet distances of the course's
yardstick, `samples` drawn digits against as many real test digits; the table says what real
training digits and shuffled pixels have.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as workshop.convolutions does

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf
from shared.gans import LATENT, Pictures, Recipe, discriminator, generator, with_planes
from shared.training import middle

from workshop.data import load_mnist, mnist_source
from workshop.exercises.lab07.distance import distance
from workshop.reader import digit_reader, digit_yardstick

BATCH = 64
READ = 2000
"""Samples whose class is read; 500 for orders."""
ORDERS = 500


LAB = Recipe("lab 07")
NO_R1 = Recipe("lab 07 without R1", calm_every=0)
NO_HIDDEN = Recipe("lab 07 without the dense layer", hidden=0)
PLAIN = Recipe(
    "plain DCGAN with dropout", 0, 2e-4, falls=False, calm_every=0, dropout=0.3, wide=True
)
ORDERED = Recipe("lab 07, conditional", ordered=True)
RECIPES = [LAB, NO_R1, NO_HIDDEN, PLAIN, ORDERED]


@dataclass
class Marks:
    """What was measured after some seconds of training."""

    seconds: float
    rounds: int
    distance: float
    smallest: float
    largest: float
    confidence: float
    hits: float | None = None


@dataclass
class Run:
    """One recipe with one seed, played in slices of time."""

    recipe: Recipe
    seed: int
    marks: list[Marks] = field(default_factory=list)


class Referee:
    """Measures drawn digits: distance, classes, confidence, and whether orders were kept."""

    def __init__(self, samples: int) -> None:
        (x, _), (x_test, _) = load_mnist(quiet=True)
        self.reader, self.yardstick = digit_reader(), digit_yardstick()
        rng = np.random.default_rng(0)
        train, test = (
            images[rng.permutation(len(images))[:samples], :, :, None].astype("float32") / 255
            for images in (x, x_test)
        )
        self.target = self.features(test)
        shuffled = train.reshape(samples, -1)[:, rng.permutation(784)].reshape(train.shape)
        self.floor = distance(self.features(train), self.target)
        self.ceiling = distance(self.features(shuffled), self.target)
        self.noise = rng.normal(size=(samples, LATENT)).astype("float32")
        self.orders = rng.permutation(np.arange(samples) % 10)

    def features(self, pictures: Pictures) -> np.ndarray:
        """(n, 28, 28, 1) → (n, 64)."""
        found = self.yardstick.predict(pictures, batch_size=500, verbose=0)
        return np.asarray(found, "float64")

    def marks(self, network: keras.Model, ordered: bool, seconds: float, rounds: int) -> Marks:
        """Judge the generator as it is now."""
        noise = self.noise
        if ordered:
            noise = np.concatenate([noise, np.eye(10, dtype="float32")[self.orders]], axis=1)
        drawn = network.predict(noise, batch_size=500, verbose=0)[..., :1]
        read = self.reader.predict(drawn[:READ], batch_size=500, verbose=0)
        shares = np.bincount(read.argmax(axis=1), minlength=10) / len(read)
        kept = (read.argmax(axis=1) == self.orders[:READ])[:ORDERS]
        return Marks(
            seconds,
            rounds,
            distance(self.features(drawn), self.target),
            100 * float(shares.min()),
            100 * float(shares.max()),
            float(read.max(axis=1).mean()),
            100 * float(kept.mean()) if ordered else None,
        )


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """A rate that follows a variable: the share of the time that is left."""

    def __init__(self, rate: float, left: tf.Variable) -> None:
        self.rate, self.left = rate, left

    def __call__(self, step: object) -> tf.Tensor:
        return self.rate * self.left


def game(run: Run, minutes: float, referee: Referee) -> Iterator[None]:
    """Play for so many minutes, about a second at a time; measure after each minute."""
    recipe = run.recipe
    keras.utils.set_random_seed(run.seed)
    rng = np.random.default_rng(run.seed)
    players = generator(recipe), discriminator(recipe)
    left = tf.Variable(1.0)
    rates = Schedule(recipe.rate, left) if recipe.falls else recipe.rate
    play, calm = steps(*players, rates)
    deal = dealer(recipe, rng)
    play(*deal())  # compiles
    calm(deal()[0])
    seconds, rounds, next_mark = 0.0, 0, 60.0
    while seconds < 60 * minutes:
        start = time.perf_counter()
        while (slice_seconds := time.perf_counter() - start) < 1:
            real, noise = deal()
            play(real, noise)
            if recipe.calm_every and rounds % recipe.calm_every == 0:
                calm(real)
            rounds += 1
        seconds += slice_seconds
        left.assign(max(0.0, 1 - seconds / (60 * minutes)))
        if seconds >= min(next_mark, 60 * minutes):
            next_mark += 60
            run.marks.append(referee.marks(players[0], recipe.ordered, seconds, rounds))
        yield


def dealer(recipe: Recipe, rng: np.random.Generator) -> Callable[[], tuple[tf.Tensor, tf.Tensor]]:
    """A function that deals one batch of real digits and one of noise."""
    (images, labels), _ = load_mnist(quiet=True)

    def deal() -> tuple[tf.Tensor, tf.Tensor]:
        rows = rng.integers(0, len(images), BATCH)
        real = images[rows, :, :, None].astype("float32") / 255
        noise = rng.normal(size=(BATCH, LATENT)).astype("float32")
        if recipe.ordered:
            real = with_planes(real, labels[rows])
            asked = np.eye(10, dtype="float32")[rng.integers(0, 10, BATCH)]
            noise = np.concatenate([noise, asked], axis=1)
        return tf.constant(real), tf.constant(noise)

    return deal


def steps(
    drawing: keras.Model, judging: keras.Model, rate: float | Schedule
) -> tuple[tf.types.experimental.PolymorphicFunction, tf.types.experimental.PolymorphicFunction]:
    """One round of both players, and the step that calms the discriminator, compiled."""
    first, second = (keras.optimizers.Adam(rate, 0.5, 0.99) for _ in range(2))
    softplus, mean = keras.ops.softplus, keras.ops.mean

    @tf.function(autograph=False)
    def play(real: tf.Tensor, noise: tf.Tensor) -> None:
        false = drawing(noise, training=True)
        with tf.GradientTape() as tape:
            loss = mean(softplus(-judging(real, training=True)))
            loss += mean(softplus(judging(false, training=True)))
        first.apply(tape.gradient(loss, judging.trainable_variables), judging.trainable_variables)
        with tf.GradientTape() as tape:
            loss = mean(softplus(-judging(drawing(noise, training=True), training=True)))
        second.apply(tape.gradient(loss, drawing.trainable_variables), drawing.trainable_variables)

    @tf.function(autograph=False)
    def calm(real: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            with tf.GradientTape() as inner:
                inner.watch(real)
                logits = judging(real, training=True)
            loss = mean(tf.reduce_sum(inner.gradient(logits, real) ** 2, axis=(1, 2, 3)))
        kernels = [weights for weights in judging.trainable_variables if weights.ndim > 1]
        first.apply(tape.gradient(loss, kernels), kernels)

    return play, calm


def table(runs: list[Run], referee: Referee) -> str:
    """A Markdown table: a row for each recipe."""
    minutes = max(len(run.marks) for run in runs)
    times = [f"distance at {number + 1} min" for number in range(minutes)]
    head = ["recipe", "rounds", *times, "smallest class in %", "largest in %", "confidence"]
    lines = [[*head, "drawn as ordered in %"], ["---"] + ["---:"] * (len(head))]
    for name in dict.fromkeys(run.recipe.name for run in runs):
        own = [run for run in runs if run.recipe.name == name]
        last = [run.marks[-1] for run in own]
        hits = [marks.hits for marks in last if marks.hits is not None]
        lines.append(
            [
                name,
                middle([float(marks.rounds) for marks in last], ".0f"),
                *(middle([run.marks[i].distance for run in own], ".1f") for i in range(minutes)),
                middle([marks.smallest for marks in last], ".1f"),
                middle([marks.largest for marks in last], ".1f"),
                middle([marks.confidence for marks in last], ".3f"),
                middle(hits, ".1f") if hits else "",
            ]
        )
    found = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    digits = "MNIST" if mnist_source().real else "the stand-in"
    return (
        f"{found}\n\nMedian and range of {len({run.seed for run in runs})} seeds, on {digits}, "
        f"{os.cpu_count()} cores. Real training digits have the distance {referee.floor:.1f}, "
        f"shuffled pixels {referee.ceiling:.0f}."
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--minutes", type=float, default=3, help="of training, for each run")
    parser.add_argument("--samples", type=int, default=5000)
    names = [recipe.name for recipe in RECIPES]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    options = parser.parse_args()
    chosen = [recipe for recipe in RECIPES if recipe.name in options.only]
    referee = Referee(options.samples)
    runs: list[Run] = []
    for seed in options.seeds:
        turn = [Run(recipe, seed) for recipe in chosen]
        games = [game(run, options.minutes, referee) for run in turn]
        while games:
            games = [one for one in games if next(one, "over") != "over"]
        runs += turn
        for run in turn:
            print(f"seed {seed}, {run.recipe.name}: {run.marks[-1]}", file=sys.stderr, flush=True)
    print(table(runs, referee))
    return 0


if __name__ == "__main__":
    sys.exit(main())
