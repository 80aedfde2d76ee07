"""Digits are drawn alike whatever their scale, and say which are wrong without colour."""

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from workshop import plots
from workshop.plots import style
from workshop.plots.arrays import value_range

WRONG = tuple(bytes.fromhex(style.WRONG[1:]))


@pytest.fixture
def images() -> NDArray[np.uint8]:
    drawn = np.zeros((12, 28, 28), np.uint8)
    drawn[:, 4:24, 12:16] = 255
    drawn[:, 10:14, 4:20] = np.arange(20, 260, 20, dtype=np.uint8)[:, None, None]
    return drawn


def pixels(picture: plots.Picture) -> NDArray[Any]:
    return np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGB"))


def test_bytes_and_fractions_are_drawn_alike(images: NDArray[Any]) -> None:
    expected = plots.digits(images).png
    assert plots.digits(images / 255).png == expected
    assert plots.digits(images.astype("float32")).png == expected
    assert plots.digits((images / 127.5 - 1).astype("float64")).png == expected


def test_flat_images_and_images_with_a_channel_are_drawn_alike(images: NDArray[Any]) -> None:
    expected = plots.digits(images).png
    assert plots.digits(images.reshape(-1, 784)).png == expected
    assert plots.digits(images[..., None]).png == expected
    assert plots.digits(images.tolist()).png == expected


def test_ink_is_black_on_white(images: NDArray[Any]) -> None:
    sheet = pixels(plots.digits(np.full((1, 28, 28), 255, np.uint8)))
    assert (sheet == 0).all(axis=2).sum() == (28 * 4) ** 2


def test_every_range_of_values_has_its_white_and_black() -> None:
    assert value_range(np.array([0, 7], np.uint8)) == (0, 255)
    assert value_range(np.array([0.0, 0.3])) == (0, 1)
    assert value_range(np.array([0.0, 200.0])) == (0, 255)
    assert value_range(np.array([-0.9, 0.5])) == (-1, 1)
    assert value_range(np.array([True, False])) == (0, 1)
    assert value_range(np.array([0.0, 1000.0])) == (0, 1000)


def test_the_sentence_lists_the_labels_in_order(images: NDArray[Any]) -> None:
    alt = plots.digits(images, np.arange(12) % 10, title="Twelve").alt
    assert alt == ("Twelve: 12 images in rows of 10, labelled 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1.")


def test_a_title_that_is_a_sentence_keeps_one_stop_only(images: NDArray[Any]) -> None:
    alt = plots.digits(images, title="Above: mine. Below: yours.").alt
    assert alt == "Above: mine. Below: yours: 12 images in rows of 10, without labels."


def test_a_wrong_prediction_is_told_in_words_and_framed(images: NDArray[Any]) -> None:
    labels = np.arange(12) % 10
    guesses = labels.copy()
    right, guesses[3] = plots.digits(images, labels, guesses), 8
    wrong = plots.digits(images, labels, guesses)
    assert right.alt.endswith("Every prediction is right.")
    assert wrong.alt.endswith("1 of 12 predictions are wrong: 8 where it is 3.")
    assert (pixels(wrong) == WRONG).all(axis=2).any()
    assert not (pixels(right) == WRONG).all(axis=2).any()


def test_labels_may_be_words_and_get_the_room_they_need(images: NDArray[Any]) -> None:
    shown = plots.digits(images, ["Ankle boot"] * 12, ["T-shirt/top"] * 12)
    assert "in rows of 6" in shown.alt
    assert shown.size[0] <= 920


def test_no_image_is_a_picture_that_says_so(images: NDArray[Any]) -> None:
    for nothing in (images[:0], [], np.zeros((0, 784))):
        assert plots.digits(nothing).alt == "No images to show."
    assert plots.averages(images[:0], []).alt == "No images to show."


def test_of_very_many_images_the_first_hundred_are_drawn() -> None:
    shown = plots.digits(np.zeros((5000, 28, 28), np.uint8), np.arange(5000) % 10)
    assert shown.alt.startswith("The first 100 of 5,000 images in rows of 10, labelled 0 (10 of")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (np.zeros((3, 10, 10)), r"shape \(3, 10, 10\).*28"),
        (np.zeros((3, 28, 28, 3)), "shape"),
        (np.zeros(783), "shape"),
        (np.full((1, 28, 28), np.nan), "NaN"),
        (["a", "b"], "not an array of numbers"),
        ([[1, 2], [3]], "not an array of numbers"),
        (None, "not an array of numbers"),
    ],
)
def test_what_is_not_a_digit_is_refused_with_the_reason(bad: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        plots.digits(bad)


def test_labels_that_do_not_fit_are_refused(images: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match=r"labels has shape \(3,\).*12 images"):
        plots.digits(images, [1, 2, 3])
    with pytest.raises(ValueError, match=r"predictions has shape \(12, 10\)"):
        plots.digits(images, np.arange(12), np.zeros((12, 10)))
    with pytest.raises(ValueError, match="columns is 0"):
        plots.digits(images, columns=0)


def test_one_digit_tells_where_its_ink_lies(images: NDArray[Any]) -> None:
    assert plots.digit(images[0]).alt == (
        "One image of 28 by 28 pixels, values 0 to 255; the ink covers 128 pixels, "
        "rows 4 to 23 and columns 4 to 19."
    )
    assert plots.digit(np.zeros(784)).alt.endswith("all 0.")


def test_what_nobody_can_see_is_no_ink(images: NDArray[Any]) -> None:
    drawn = np.maximum(images[11] / 255, 1e-9) * 0.99999
    drawn[0, 0] = 1e-5
    assert plots.digit(drawn).alt == (
        "One image of 28 by 28 pixels, values 0 to 1; the ink covers 128 pixels, "
        "rows 4 to 23 and columns 4 to 19."
    )


def test_one_digit_is_accepted_in_every_shape(images: NDArray[Any]) -> None:
    expected = plots.digit(images[0]).png
    for shape in ((784,), (28, 28, 1), (1, 28, 28), (1, 784)):
        assert plots.digit(images[0].reshape(shape)).png == expected
    with pytest.raises(ValueError, match="given 12"):
        plots.digit(images)


def test_the_numbers_of_a_digit_are_printed_on_request(images: NDArray[Any]) -> None:
    assert plots.digit(images[0], values=True).size > plots.digit(images[0]).size
    assert plots.digit(images[0] / 255, values=True).alt.startswith("One image")


def test_averages_say_how_many_images_each_is_made_of(images: NDArray[Any]) -> None:
    alt = plots.averages(images, [0] * 8 + [5] * 4).alt
    assert "0 (8), 5 (4)" in alt
    assert alt.endswith("Most ink: 5; least: 0.")
    with pytest.raises(ValueError, match="labels has shape"):
        plots.averages(images, [0])
