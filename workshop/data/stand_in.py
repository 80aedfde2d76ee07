"""Stand-in digits: 70,000 of them, made in seconds from the 1,797 that scikit-learn ships.

Where there is no network there is no MNIST. These digits take its place: same shapes, same types,
centred and scaled as MNIST's are. A small network that has only ever seen them reads real MNIST
digits well (`python benchmarks/stand_in.py` measures how well).

The road: 8×8 counts → strokes (`workshop.data.strokes`) → slanted, stretched and bent a little
differently each time → drawn on 28×28 pixels. The 1,797 are divided into a training and a test part
*before* anything is drawn, so no test digit is a sibling of a training digit.

The settings in `Hand` were chosen with a look at real MNIST digits. No pixel of theirs is in here.
After a change that moves a pixel, raise the number in `STAND_IN_FILE` of `workshop.data.load`.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from workshop.data.strokes import SIZE, Array, Glyphs, interpolation_matrix, make_glyphs

Pixels = NDArray[np.uint8]
Digits = tuple[Pixels, Pixels]

SIDE = 28
MIDDLE = 14
"""MNIST puts the centre of mass on pixel 14 of 0 to 27, in both directions."""

BATCH = 500
TEST_SOURCES = 300


@dataclass(frozen=True)
class Hand:
    """How handwriting varies: means, and standard deviations (`_spread`).

    Angles are in radians, lengths in pixels of the drawn digit. `wide` and `size` are logarithms of
    a factor, so 0.1 stands for about 10 % more. A higher `pen` is a finer one.

    The spreads are a compromise. With wilder digits a network reads real MNIST a little better,
    but the stand-in itself becomes much harder than MNIST, and the labs less alike.
    """

    turn_spread: float = 0.13
    slant: float = 0.12
    slant_spread: float = 0.3
    wide: float = 0.2
    wide_spread: float = 0.18
    size_spread: float = 0.05
    box: float = 20.0
    shift: float = 0.3
    bend: float = 1.0
    bend_knots: int = 4
    broadest_pen: float = 0.45
    finest_pen: float = 0.95
    sharpness: float = 5.0


def make_stand_in(
    n_train: int = 60_000, n_test: int = 10_000, seed: int = 0
) -> tuple[Digits, Digits]:
    """Make the stand-in digits.

    Args:
        n_train: how many training digits.
        n_test: how many test digits, drawn from other source images than the training digits.
        seed: the same seed gives the same digits.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 (n, 28, 28), 0 for background and 255 for
        ink, and uint8 (n,), the labels. All ten classes are equally frequent, in shuffled order.
    """
    train, test = split_sources(seed)
    return draw_from(train, n_train, seed), draw_from(test, n_test, seed)


def split_sources(seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions in `sklearn.datasets.load_digits()`: those to train from, those to test from."""
    order = np.random.default_rng(seed).permutation(len(load_digits().target))
    return order[TEST_SOURCES:], order[:TEST_SOURCES]


def draw_from(sources: NDArray[np.intp], n: int, seed: int) -> Digits:
    """Draw n digits from the source images at these positions, and from no others.

    Returns:
        uint8 (n, 28, 28) pictures and uint8 (n,) labels.
    """
    rng = np.random.default_rng(seed)
    digits = load_digits()
    counts = digits.images[sources].astype(np.float32)
    labels = digits.target[sources].astype(np.uint8)
    like_mnist = written_like_mnist(counts, labels)
    glyphs = make_glyphs(counts[like_mnist], labels[like_mnist], rng)
    return draw(glyphs, deal(glyphs.labels, n, rng), rng)


def written_like_mnist(counts: Array, labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which digits have a form that MNIST's writers use too.

    Two habits differ: a one is often written with a flag and a foot, where MNIST has a plain
    stroke, and a nine with a tail that curls far to the left, where MNIST's hangs down. Of these
    two classes we keep the plainest.

    Args:
        counts: (n, 8, 8).
        labels: (n,).

    Returns:
        (n,) bool.
    """
    ink = counts.sum(axis=(1, 2))
    offset = np.arange(8) - 3.5
    middle = counts.sum(axis=1) @ offset / ink
    width = counts.sum(axis=1) @ offset**2 / ink - middle**2
    curl = counts[:, 5:, :4].sum(axis=(1, 2)) / ink
    keep = np.ones(len(labels), dtype=bool)
    for digit, oddity, share in ((1, width, 0.4), (9, curl, 0.3)):
        of_class = labels == digit
        if of_class.any():
            keep[of_class] = oddity[of_class] <= np.quantile(oddity[of_class], share)
    return keep


def deal(labels: NDArray[np.uint8], n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """(n,) positions in labels: every class equally often, every position of a class too."""
    per_class = [rng.permutation(np.flatnonzero(labels == digit)) for digit in np.unique(labels)]
    dealt = [np.resize(positions, -(-n // len(per_class))) for positions in per_class]
    return rng.permutation(np.stack(dealt, axis=1).ravel()[:n])


def draw(
    glyphs: Glyphs, which: NDArray[np.intp], rng: np.random.Generator, hand: Hand | None = None
) -> Digits:
    """Draw each of the glyphs that `which` names, every time in another hand.

    Returns:
        uint8 (n, 28, 28) pictures and uint8 (n,) labels, n = len(which).
    """
    hand = hand or Hand()
    batches = [which[start : start + BATCH] for start in range(0, len(which), BATCH)]
    # A generator of its own for each batch: the digits do not depend on which thread is faster.
    with ThreadPoolExecutor() as pool:
        drawn = pool.map(
            lambda batch, own_rng: draw_batch(glyphs, batch, own_rng, hand),
            batches,
            rng.spawn(len(batches)),
        )
    pictures = np.concatenate([np.zeros((0, SIDE, SIDE), dtype=np.uint8), *drawn])
    return pictures, glyphs.labels[which]


def draw_batch(
    glyphs: Glyphs, which: NDArray[np.intp], rng: np.random.Generator, hand: Hand
) -> Pixels:
    """Draw one batch: ask for each pixel of the paper which point of the glyph lies there."""
    maps = random_maps(glyphs.outlines[which], rng, hand)
    paper = bent_paper(len(which), rng, hand)
    places = np.linalg.inv(maps) @ paper + glyphs.centres[which][:, :, None]
    rows, columns = np.clip(places, 0, SIZE - 1).astype(np.int32).swapaxes(0, 1)
    value = glyphs.fields[which[:, None], rows, columns]
    pen = rng.uniform(hand.broadest_pen, hand.finest_pen, (len(which), 1)).astype(np.float32)
    # A digit drawn smaller has steeper edges; this keeps them equally soft at every size.
    scale = np.sqrt(np.abs(np.linalg.det(maps)))[:, None]
    ink = np.clip((value - pen) * hand.sharpness * scale + 0.5, 0, 1)
    pictures: Pixels = (255 * ink).astype(np.uint8).reshape(-1, SIDE, SIDE)
    return pictures


def random_maps(outlines: Array, rng: np.random.Generator, hand: Hand) -> Array:
    """Slant, stretch and turn at random, then scale into MNIST's box.

    Args:
        outlines: (n, 32, 2), as in `Glyphs`.

    Returns:
        (n, 2, 2) float32: matrices that take a (row, column) of a glyph, seen from its centre, to
        the paper.
    """
    n = len(outlines)
    slant = rng.normal(hand.slant, hand.slant_spread, n)
    wide = np.exp(rng.normal(hand.wide, hand.wide_spread, n))
    turn = rng.normal(0, hand.turn_spread, n)
    one, zero, cos, sin = np.ones(n), np.zeros(n), np.cos(turn), np.sin(turn)
    stretch = np.array([[one, zero], [-slant, wide]]).transpose(2, 0, 1)
    rotate = np.array([[cos, -sin], [sin, cos]]).transpose(2, 0, 1)
    maps = rotate @ stretch
    longest_side = np.ptp(outlines @ maps.swapaxes(1, 2), axis=1).max(axis=1) + 2
    scale = hand.box * np.exp(rng.normal(0, hand.size_spread, n)) / longest_side
    scaled: Array = (maps * scale[:, None, None]).astype(np.float32)
    return scaled


def bent_paper(n: int, rng: np.random.Generator, hand: Hand) -> Array:
    """The 28×28 pixels of n sheets of paper, each sheet moved and smoothly bent.

    A few knots are pushed at random; everything between them follows smoothly.

    Returns:
        (n, 2, 784) float32: row and column of each pixel, seen from the middle of the paper.
    """
    pixels = np.indices((SIDE, SIDE), dtype=np.float32) - MIDDLE
    spread = interpolation_matrix(hand.bend_knots, SIDE)
    knots = rng.standard_normal((n, 2, hand.bend_knots, hand.bend_knots), dtype=np.float32)
    shift = rng.standard_normal((n, 2, 1, 1), dtype=np.float32)
    moved = pixels + hand.bend * (spread @ knots @ spread.T) + hand.shift * shift
    return moved.reshape(n, 2, SIDE * SIDE)
