"""A drawing becomes a digit of MNIST's form, whatever its size, place and pen; or a sentence."""

from typing import Any

import numpy as np
import pytest

from workshop.data import load_mnist
from workshop.drawing import BOX, DrawingError, digit_from_picture, digit_from_strokes

SEVEN = [[[60, 40], [200, 40], [110, 240]]]
CANVAS = (280, 280)
SMALL_NOISE = 3


def centre_of_mass(digit: np.ndarray) -> np.ndarray:
    ink = digit.astype(float)
    return np.array([(places * ink).sum() / ink.sum() for places in np.indices(digit.shape)])


def box(digit: np.ndarray) -> tuple[int, int]:
    """Height and width of the ink."""
    return np.ptp(np.flatnonzero(digit.any(1))) + 1, np.ptp(np.flatnonzero(digit.any(0))) + 1


def moved(strokes: Any, scale: float, right: float, down: float) -> list[list[list[float]]]:
    return [[[scale * x + right, scale * y + down] for x, y in stroke] for stroke in strokes]


def picture_of(strokes: Any, paper: int, ink: int) -> np.ndarray:
    """A large picture, drawn by other means than the package's."""
    from PIL import Image, ImageDraw

    image = Image.new("L", CANVAS, paper)
    for stroke in strokes:
        ImageDraw.Draw(image).line([tuple(point) for point in stroke], fill=ink, width=26)
    return np.asarray(image)


def test_strokes_become_a_digit_in_a_box_of_20_with_its_mass_in_the_middle() -> None:
    digit = digit_from_strokes(SEVEN, CANVAS)
    assert (digit.shape, digit.dtype, digit.max()) == ((28, 28), np.uint8, 255)
    assert max(box(digit)) == BOX
    np.testing.assert_allclose(centre_of_mass(digit), 14, atol=0.51)


def test_edges_are_grey() -> None:
    digit = digit_from_strokes(SEVEN, CANVAS)
    assert ((digit > 0) & (digit < 255)).sum() > 30


@pytest.mark.parametrize(("scale", "right", "down"), [(0.1, 2, 250), (0.5, 130, 3), (1, 0, 0)])
def test_size_and_place_of_the_drawing_do_not_matter(
    scale: float, right: float, down: float
) -> None:
    elsewhere = digit_from_strokes(moved(SEVEN, scale, right, down), CANVAS)
    np.testing.assert_allclose(elsewhere, digit_from_strokes(SEVEN, CANVAS), atol=1)


def test_the_unit_of_the_canvas_does_not_matter() -> None:
    large = digit_from_strokes(moved(SEVEN, 10, 0, 0), (2800, 2800))
    np.testing.assert_allclose(large, digit_from_strokes(SEVEN, CANVAS), atol=1)


def test_time_and_the_number_of_points_do_not_matter() -> None:
    slow = [[x, y, 7] for x, y in np.linspace((60, 40), (200, 40), 4000).tolist()]
    slow += [[x, y, 9] for x, y in np.linspace((200, 40), (110, 240), 5000).tolist()]
    difference = digit_from_strokes([slow], CANVAS).astype(int) - digit_from_strokes(SEVEN, CANVAS)
    assert np.abs(difference).max() < 26


def test_a_broader_pen_leaves_more_ink() -> None:
    thin, thick = (digit_from_strokes(SEVEN, CANVAS, width) for width in (1.5, 4))
    assert thick.sum() > 1.5 * thin.sum()


def test_a_dot_stays_a_dot() -> None:
    for dot in ([[[5, 5]]], [[[5, 5], [5, 5.5]]]):
        assert max(box(digit_from_strokes(dot, CANVAS))) <= 5


def test_a_straight_line_is_20_high_and_as_wide_as_the_pen() -> None:
    height, width = box(digit_from_strokes([[[140, 20], [140, 260]]], CANVAS))
    assert height == BOX
    assert width <= 4


def test_a_lopsided_drawing_stays_on_the_paper() -> None:
    blot = [[[x, y] for x in range(0, 40, 4) for y in range(0, 40, 4)], [[0, 0], [0, 280]]]
    assert max(box(digit_from_strokes(blot, CANVAS))) == BOX


@pytest.mark.parametrize(
    ("strokes", "size", "told"),
    [
        ([], CANVAS, "Nothing is drawn"),
        ([[]], CANVAS, "Nothing is drawn"),
        ("7", CANVAS, "strokes must be a list"),
        ([7], CANVAS, "stroke 1 must be a list"),
        ([[[1, 2]], [[1, 2], [3]]], CANVAS, r"Point 2 of stroke 2 is \[3\]"),
        ([[[1, 2, 3, 4]]], CANVAS, "Point 1 of stroke 1"),
        ([[["1", "2"]]], CANVAS, "all of them numbers"),
        ([[[1, True]]], CANVAS, "all of them numbers"),
        ([[[1, None]]], CANVAS, "all of them numbers"),
        ([[[1, float("nan")]]], CANVAS, "not on the canvas"),
        ([[[float("inf"), 1]]], CANVAS, "not on the canvas"),
        ([[[-1, 1]]], CANVAS, "not on the canvas"),
        ([[[1, 281]]], CANVAS, "y from 0 to 280"),
        ([[[10**400, 1]]], CANVAS, "not on the canvas"),
        ([[[1, 1]] * 10_001], CANVAS, "10,001 points"),
        ([[[1, 1]] * 6_000] * 2, CANVAS, "12,000 points"),
        (SEVEN, (280,), "a width and a height"),
        (SEVEN, (0, 280), "above 0"),
        (SEVEN, (float("nan"), 280), "above 0"),
        (SEVEN, "28", "must be a list"),
        (SEVEN, None, "must be a list"),
    ],
)
def test_a_drawing_that_is_none_is_refused_with_a_sentence(
    strokes: Any, size: Any, told: str
) -> None:
    with pytest.raises(DrawingError, match=told) as refusal:
        digit_from_strokes(strokes, size)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("width", [0, -1, 11, float("nan")])
def test_a_pen_that_cannot_write_is_refused(width: float) -> None:
    with pytest.raises(DrawingError, match="The pen is"):
        digit_from_strokes(SEVEN, CANVAS, width)


def test_a_picture_gives_the_same_digit_in_both_polarities() -> None:
    dark, light = picture_of(SEVEN, 255, 0), picture_of(SEVEN, 0, 255)
    np.testing.assert_array_equal(digit_from_picture(dark), digit_from_picture(light))
    np.testing.assert_allclose(centre_of_mass(digit_from_picture(dark)), 14, atol=0.51)


def test_a_picture_and_the_strokes_that_made_it_become_nearly_the_same_digit() -> None:
    seen, drawn = digit_from_picture(picture_of(SEVEN, 255, 0)), digit_from_strokes(SEVEN, CANVAS)
    # Whole pixels: a hair's breadth in the centre of mass can make one pixel of difference.
    shifted = [np.roll(seen, shift, (0, 1)) for shift in ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))]
    assert max(np.corrcoef(digit.ravel(), drawn.ravel())[0, 1] for digit in shifted) > 0.9


def test_a_faint_digit_on_grey_uneven_paper_is_found() -> None:
    clean = digit_from_picture(picture_of(SEVEN, 200, 120))
    noise = np.random.default_rng(0).normal(0, SMALL_NOISE, CANVAS)
    found = digit_from_picture((picture_of(SEVEN, 200, 120) + noise).clip(0, 255))
    assert np.corrcoef(clean.ravel(), found.ravel())[0, 1] > 0.98


def test_a_digit_of_mnists_form_comes_back_as_it_is() -> None:
    digit = digit_from_strokes(SEVEN, CANVAS)
    np.testing.assert_array_equal(digit_from_picture(digit), digit)


def test_real_mnist_digits_come_back_as_they_are(real_mnist: str) -> None:
    images = load_mnist(quiet=True)[1][0][:1000]
    changed = [np.abs(digit_from_picture(image).astype(int) - image).mean() for image in images]
    assert max(changed) < 1


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (np.zeros((28, 28)), "blank"),
        (np.full((28, 28), 255), "blank"),
        (np.random.default_rng(0).integers(100, 104, (50, 50)), "blank"),
        (np.zeros((0, 28)), "no pixels"),
        (np.zeros(28), "two axes"),
        (np.zeros((28, 28, 3)), "two axes"),
        (np.zeros((1, 4097)), "4,097×1 pixels"),
        (np.full((28, 28), np.nan), "from 0 to 255"),
        (np.full((28, 28), -1), "from 0 to 255"),
        (np.full((28, 28), 256), "from 0 to 255"),
        (np.full((28, 28), "7"), "must hold numbers"),
        (np.full((28, 28), 7j), "must hold numbers"),
    ],
)
def test_a_picture_without_a_digit_is_refused_with_a_sentence(
    picture: np.ndarray, told: str
) -> None:
    with pytest.raises(DrawingError, match=told):
        digit_from_picture(picture)


@pytest.mark.parametrize("shape", [(3, 3), (8, 8), (1000, 30)])
def test_pictures_of_any_shape_become_28_by_28(shape: tuple[int, int]) -> None:
    picture = np.zeros(shape)
    picture[shape[0] // 2, shape[1] // 2] = 255
    assert digit_from_picture(picture).shape == (28, 28)
