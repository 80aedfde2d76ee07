"""The stand-in digits have MNIST's form, and test digits are strangers to training digits."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import label
from scipy.special import expit
from sklearn.datasets import load_digits

from workshop.data.dataset import MNIST, read
from workshop.data.stand_in import Digits, draw_from, make_stand_in, split_sources
from workshop.data.strokes import RIM, SIZE, STEEPNESS, curl_foot, make_glyphs, super_resolve

COUNTS = load_digits().images.astype(np.float32)
LABELS = load_digits().target.astype(np.uint8)


@pytest.fixture(scope="module")
def stand_in() -> tuple[Digits, Digits]:
    return make_stand_in(3_000, 500, seed=1)


def test_shapes_and_types_are_mnists(stand_in: tuple[Digits, Digits]) -> None:
    (x_train, y_train), (x_test, y_test) = stand_in
    assert (x_train.shape, y_train.shape) == ((3_000, 28, 28), (3_000,))
    assert (x_test.shape, y_test.shape) == ((500, 28, 28), (500,))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}


@pytest.mark.parametrize(("n_train", "n_test"), [(0, 0), (1, 3), (501, 7)])
def test_any_number_can_be_made(n_train: int, n_test: int) -> None:
    (x_train, y_train), (x_test, y_test) = make_stand_in(n_train, n_test)
    assert (len(x_train), len(y_train), len(x_test), len(y_test)) == (
        n_train,
        n_train,
        n_test,
        n_test,
    )


def test_the_same_seed_gives_the_same_digits_and_another_seed_others() -> None:
    (first, _), _ = make_stand_in(600, 0, seed=3)
    (again, _), _ = make_stand_in(600, 0, seed=3)
    (other, _), _ = make_stand_in(600, 0, seed=4)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_sources_are_divided_before_anything_is_drawn() -> None:
    train, test = split_sources(seed=1)
    assert not set(train) & set(test)
    assert sorted([*train, *test]) == list(range(len(LABELS)))
    assert set(LABELS[test]) == set(range(10))


def test_test_digits_are_drawn_from_test_sources_alone(stand_in: tuple[Digits, Digits]) -> None:
    _, test = split_sources(seed=1)
    x_test, y_test = draw_from(test, 500, seed=1)
    np.testing.assert_array_equal(x_test, stand_in[1][0])
    np.testing.assert_array_equal(y_test, stand_in[1][1])


def test_a_digit_is_drawn_from_its_own_class() -> None:
    sevens = np.flatnonzero(LABELS == 7)
    threes = np.flatnonzero(LABELS == 3)
    _, labels = draw_from(np.concatenate([sevens, threes]), 200, seed=0)
    assert set(labels) == {3, 7}


def test_classes_are_equally_frequent_and_shuffled(stand_in: tuple[Digits, Digits]) -> None:
    for _, labels in stand_in:
        assert len(set(np.bincount(labels, minlength=10))) == 1
        assert len(set(labels[:60])) >= 8


def test_background_is_black_and_ink_is_white(stand_in: tuple[Digits, Digits]) -> None:
    (pictures, _), _ = stand_in
    assert (pictures == 0).mean() > 0.5
    assert pictures.max() == 255
    assert (pictures.max(axis=(1, 2)) > 100).mean() > 0.99
    assert pictures[:, [0, -1], :].mean() < 2


def test_digits_are_centred_and_as_large_as_mnists(stand_in: tuple[Digits, Digits]) -> None:
    (pictures, _), _ = stand_in
    weights = pictures / pictures.sum(axis=(1, 2), keepdims=True)
    centres = np.stack([weights.sum(axis=2) @ np.arange(28), weights.sum(axis=1) @ np.arange(28)])
    assert np.abs(centres.mean(axis=1) - 14).max() < 0.5
    inked = pictures > 64
    heights = [np.ptp(np.flatnonzero(picture.any(axis=1))) + 1 for picture in inked]
    assert 17 <= np.median(heights) <= 21


def test_strokes_counted_block_by_block_give_the_counts_back() -> None:
    fields = super_resolve(COUNTS[:200])
    assert fields.shape == (200, SIZE, SIZE)
    ink = expit(STEEPNESS * (fields[:, RIM:-RIM, RIM:-RIM] - 0.5))
    counted = 16 * ink.reshape(-1, 8, 8, 8, 8).mean(axis=(2, 4))
    assert np.abs(counted - COUNTS[:200]).mean() < 1


def test_the_loop_of_a_two_encloses_a_hole() -> None:
    twos = super_resolve(COUNTS[LABELS == 2][:50])
    rng = np.random.default_rng(0)
    holes = [label(curl_foot(two, rng) < 0.5)[1] for two in twos]
    assert np.mean(np.array(holes) >= 2) > 0.9  # the background around the digit counts as one


def test_every_two_comes_plain_and_looped() -> None:
    glyphs = make_glyphs(COUNTS[:100], LABELS[:100], np.random.default_rng(0))
    assert len(glyphs.labels) == 100 + (LABELS[:100] == 2).sum()
    assert (glyphs.labels[100:] == 2).all()


def test_outlines_reach_as_far_as_the_ink() -> None:
    glyphs = make_glyphs(COUNTS[:50], LABELS[:50], np.random.default_rng(0))
    for field, centre, outline in zip(glyphs.fields, glyphs.centres, glyphs.outlines, strict=True):
        ink = np.argwhere(field > 0.5)
        np.testing.assert_allclose(outline.min(axis=0), ink.min(axis=0) - centre, atol=1e-3)
        np.testing.assert_allclose(outline.max(axis=0), ink.max(axis=0) - centre, atol=1e-3)


@pytest.mark.slow
def test_a_network_that_saw_only_the_stand_in_reads_real_digits(
    repository: Path, real_mnist: str
) -> None:
    benchmark = runpy.run_path(str(repository / "benchmarks" / "stand_in.py"))
    real = read(MNIST, {"any": Path(real_mnist).read_bytes()})
    accuracy, per_class, own_accuracy = benchmark["reading_real_digits"](real, seed=0)
    assert accuracy > 0.92
    assert per_class.min() > 0.7
    assert own_accuracy > 0.95
