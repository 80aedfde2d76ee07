"""Learning curves say what they do, for one run or several, whole or broken."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from workshop import plots
from workshop.plots.panels import spread

NAN = float("nan")
RECORD = {
    "loss": [0.41, 0.2, 0.12, 0.08, 0.06],
    "val_loss": [0.22, 0.15, 0.09, 0.1, 0.12],
    "accuracy": [0.88, 0.94, 0.96, 0.976, 0.985],
}


def test_the_sentence_tells_fall_rise_and_best_epoch() -> None:
    assert plots.curves(RECORD, title="Dense").alt == (
        "Dense. Learning curves over 5 epochs. Training loss falls from 0.41 to 0.06; "
        "validation loss is lowest, 0.09, at epoch 3, and then rises to 0.12. "
        "Accuracy rises from 0.88 to 0.985."
    )


def test_what_fit_returns_is_read_like_its_dict() -> None:
    history = SimpleNamespace(history=RECORD)
    assert plots.curves(history).png == plots.curves(RECORD).png


def test_several_runs_are_compared_where_they_end_and_at_their_best() -> None:
    runs = {"batch 32": {"loss": [0.5, 0.1, 0.2]}, "batch 256": {"loss": [0.9, 0.6, 0.3]}}
    assert plots.curves(runs).alt == (
        "Learning curves over 3 epochs. Loss ends at 0.2 (batch 32), 0.3 (batch 256); "
        "lowest: 0.1, batch 32, epoch 2."
    )


def test_one_half_can_be_left_out() -> None:
    assert "raining" not in plots.curves({"a": RECORD, "b": RECORD}, only="validation").alt
    assert "alidation" not in plots.curves(RECORD, only="training").alt
    with pytest.raises(ValueError, match="no validation values"):
        plots.curves({"loss": [1.0]}, only="validation")
    with pytest.raises(ValueError, match="only is 'test'"):
        plots.curves(RECORD, only="test")  # type: ignore[arg-type]


def test_a_single_epoch_is_a_point_with_its_value() -> None:
    assert plots.curves({"loss": [0.4]}).alt == (
        "Learning curves over 1 epoch. Loss is 0.4 at epoch 1."
    )


def test_a_loss_that_stops_being_a_number_is_told_with_its_epoch() -> None:
    assert "from 2 to 1 (not a number from epoch 3 on)" in plots.curves({"loss": [2, 1, NAN]}).alt
    assert "(not a number at epoch 2)" in plots.curves({"loss": [3, np.inf, 1]}).alt
    assert "Loss is never a number (NaN)" in plots.curves({"loss": [NAN, NAN]}).alt
    broken = {"a": {"loss": [1, NAN]}, "b": {"loss": [NAN, NAN]}}
    assert "ends at not a number (a), not a number (b); lowest: 1" in plots.curves(broken).alt


def test_a_curve_that_does_not_move_stays() -> None:
    assert "Loss stays at 0.1." in plots.curves({"loss": [0.1, 0.10001]}).alt


def test_sparse_validation_is_drawn_at_its_own_epochs() -> None:
    record = {"loss": [4, 3, 2, 1], "val_loss": [3, 5]}
    assert "validation loss is lowest, 3, at epoch 2, and then rises" in plots.curves(record).alt


def test_any_number_of_measures_gets_a_panel_each() -> None:
    three = {"discriminator_loss": [1, 2], "generator_loss": [2, 1], "learning_rate": [1e-3, 1e-4]}
    assert plots.curves(three).size[1] > plots.curves(RECORD).size[1]
    assert "Learning rate falls from 0.001 to 0.0001." in plots.curves(three).alt


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({}, "empty"),
        ({"loss": []}, "empty"),
        ({"run": {}}, "empty"),
        (None, "cannot read a NoneType"),
        ([0.4, 0.3], "cannot read a list"),
        ({"loss": "low"}, "loss is not an array of numbers"),
        ({"loss": [[1, 2]]}, r"loss has shape \(1, 2\)"),
        ({str(n): {"loss": [1.0]} for n in range(8)}, "8 runs; up to 7"),
    ],
)
def test_what_is_no_history_is_refused_with_the_reason(bad: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        plots.curves(bad)


def test_names_at_the_ends_are_kept_apart_in_order_and_inside() -> None:
    places = spread(np.array([0.5, 0.5, 0.51, 0.99, 1.0]), gap=0.1)
    assert (np.diff(places) >= 0.1 - 1e-9).all()
    assert places.min() >= 0
    assert places.max() <= 1


def test_names_that_are_apart_stay_where_they_are() -> None:
    np.testing.assert_allclose(spread(np.array([0.1, 0.4, 0.9]), gap=0.1), [0.1, 0.4, 0.9])
    assert spread(np.array([]), gap=0.1).size == 0
