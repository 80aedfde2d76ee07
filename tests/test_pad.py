"""The pad in a notebook asks the live model, and keeps what it is told."""

from typing import Any

import numpy as np
import pytest

from workshop.drawing import digit_from_strokes
from workshop.pad import Pad

ONE = {"strokes": [[[50, 10], [50, 90]]], "size": [100, 100]}


def sure_of(digit: int) -> Any:
    return lambda pictures: np.eye(10)[[digit] * len(pictures)]


def asked(pad: Pad, question: dict[str, Any]) -> dict[str, Any]:
    """What the pad sends back."""
    sent: list[dict[str, Any]] = []
    pad.send = lambda content, buffers=None: sent.append(content)
    pad._hear(pad, {"id": 4} | question, [])
    assert len(sent) == 1
    return sent[0]


def test_the_model_gets_what_it_was_trained_on_and_its_answer_goes_back() -> None:
    got: list[np.ndarray] = []

    def model(pictures: np.ndarray) -> np.ndarray:
        got.append(pictures)
        return np.eye(10)[[1]]

    answer = asked(Pad(model), ONE)
    expected = digit_from_strokes(ONE["strokes"], ONE["size"])
    assert (got[0].shape, got[0].dtype, got[0].max()) == ((1, 28, 28, 1), np.float32, 1)
    assert (answer["id"], answer["digit"], answer["seen"]) == (4, 1, expected.tolist())


def test_a_model_that_learns_on_is_asked_anew() -> None:
    pad = Pad(sure_of(1))
    assert asked(pad, ONE)["digit"] == 1
    pad.model = sure_of(7)
    assert asked(pad, ONE)["digit"] == 7


def test_a_drawing_is_kept_once_with_the_digit_it_is_said_to_be() -> None:
    pad = Pad(sure_of(7))
    assert "Kept in pad.corrections as a 1; 1 so far" in asked(pad, ONE | {"label": 1})["told"]
    assert "kept as a 1 already" in asked(pad, ONE | {"label": 1})["told"]
    assert [(c.label, c.picture.shape) for c in pad.corrections] == [(1, (28, 28))]


def test_another_label_for_the_same_drawing_takes_the_place_of_the_first() -> None:
    pad = Pad(sure_of(7))
    asked(pad, ONE | {"label": 4})
    assert "as a 1; 1 so far" in asked(pad, ONE | {"label": 1})["told"]
    assert [c.label for c in pad.corrections] == [1]


@pytest.mark.parametrize(
    ("model", "question", "told"),
    [
        (sure_of(1), {"strokes": [], "size": [1, 1]}, "Nothing is drawn"),
        (lambda pictures: pictures, ONE, r"the shape \(1, 28, 28, 1\)"),
        (lambda pictures: 1 / 0, ONE, "ZeroDivisionError"),
    ],
)
def test_what_fails_is_told_on_the_pad(model: Any, question: dict[str, Any], told: str) -> None:
    assert told.replace("\\", "") in asked(Pad(model), question)["error"]


def test_page_and_widget_share_one_pad(repository: Any) -> None:
    page = repository / "workshop" / "serving" / "page"
    assert (page / "pad.js").read_text() in Pad._esm
    assert 'from "./pad.js"' in (page / "page.js").read_text()
