"""Charts compute their sentence from the data, and refuse what cannot be drawn."""

from typing import Any

import numpy as np
import pytest

from workshop import plots
from workshop.plots.words import number

NAN = float("nan")


def test_bars_list_their_heights_and_extremes() -> None:
    alt = plots.bars([5923, 6742, 5421], ylabel="images", title="Training").alt
    assert alt == (
        "Training: bar chart of images by class. 0: 5,923, 1: 6,742, 2: 5,421; most: 1, least: 2."
    )


def test_bars_of_two_series_name_both() -> None:
    alt = plots.bars({"train": [0.5, 0.5], "test": [0.4, 0.6]}, names=["odd", "even"]).alt
    assert "train odd: 0.5, even: 0.5" in alt
    assert "test odd: 0.4, even: 0.6" in alt


def test_a_histogram_tells_range_median_and_fullest_range() -> None:
    alt = plots.histogram(np.array([0, 0, 0, 10]), bins=2, xlabel="ink").alt
    assert alt == (
        "Histogram of ink. 4 values from 0 to 10, median 0; the fullest range, 0 to 5, holds 75%."
    )


def test_a_histogram_of_equal_values_or_truths_is_drawn() -> None:
    assert "3 values from 7 to 7" in plots.histogram([7, 7, 7]).alt
    assert "2 values from 0 to 1" in plots.histogram([True, False]).alt


def test_a_histogram_takes_images_and_named_series() -> None:
    alt = plots.histogram({"0": np.zeros((2, 28, 28)), "1": np.ones((3, 28, 28))}, log=True).alt
    assert "0: 1,568 values" in alt
    assert "1: 2,352 values" in alt


def test_a_cloud_tells_its_correlation() -> None:
    assert plots.scatter([1, 2, 3], [2, 4, 6], xlabel="ink").alt == (
        "3 points. ink from 1 to 3, y from 2 to 6; correlation 1.00."
    )


def test_a_cloud_with_labels_tells_the_mean_of_each_class() -> None:
    alt = plots.scatter([0, 2, 5], [0, 4, 5], [1, 1, 7]).alt
    assert alt.endswith("Mean of each class: 1 at (1, 2), 7 at (5, 5).")


def test_a_single_point_is_drawn() -> None:
    assert plots.scatter([1], [2]).alt == "1 points. x from 1 to 1, y from 2 to 2."


def test_a_comparison_tells_every_row() -> None:
    rows = [
        {"batch size": 32, "seconds": 4.1, "accuracy": 0.9712},
        {"batch size": 512, "seconds": 0.8, "accuracy": 0.9541},
    ]
    assert plots.compare(rows).alt == (
        "batch size 32: seconds 4.1, accuracy 0.9712; batch size 512: seconds 0.8, accuracy 0.9541."
    )


def test_values_that_lie_close_together_are_told_with_digits_enough_to_tell_them_apart() -> None:
    rows = [{"seed": seed, "accuracy in %": value} for seed, value in ((1, 97.54), (2, 97.017))]
    assert plots.compare(rows).alt == "seed 1: accuracy in % 97.54; seed 2: accuracy in % 97.02."


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: plots.bars([]), "empty"),
        (lambda: plots.bars([1, NAN]), "NaN"),
        (lambda: plots.bars([[1, 2], [3, 4]]), "shape"),
        (lambda: plots.bars({"a": [1], "b": [1, 2]}), "one height for each bar"),
        (lambda: plots.bars({}), "0 series"),
        (lambda: plots.bars([1, 2], names=["one"]), "2 bars and 1 names"),
        (lambda: plots.bars(["many"]), "not an array of numbers"),
        (lambda: plots.histogram([]), "empty"),
        (lambda: plots.histogram({"ink": [1, np.inf]}), "values ink holds NaN or infinity"),
        (lambda: plots.scatter([1, 2], [1]), "same shape"),
        (lambda: plots.scatter([1, 2], [1, 2], [0]), "same shape"),
        (lambda: plots.scatter([], []), "x is empty"),
        (lambda: plots.compare([]), "at least one row"),
        (lambda: plots.compare([{"a": 1}]), "a name and a number"),
        (lambda: plots.compare([{"a": 1, "b": 2}, {"a": 1}]), "same columns"),
        (lambda: plots.compare([{"a": 1, "b": "fast"}]), "b is not an array of numbers"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_reason(call: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        call()


@pytest.mark.parametrize(
    ("value", "text"),
    [(5421, "5,421"), (0.0871, "0.0871"), (0.99413, "0.9941"), (12345.6, "12,346"), (3.0, "3")],
)
def test_numbers_are_written_as_people_write_them(value: float, text: str) -> None:
    assert number(value) == text
