"""The reference model reads what people draw."""

from pathlib import Path

import numpy as np
import pytest

from tests.serving import served
from workshop.data.drawings import all_drawings
from workshop.drawing import digit_from_strokes
from workshop.serving.choice import chosen_model
from workshop.serving.model import FrozenModel

ENOUGH = {"real": 0.95, "stand-in": 0.9}
"""Few of scikit-learn's writers put a foot under their 1; stand-in digits show it less often."""


@pytest.mark.slow
@pytest.mark.parametrize("digits", ["real", "stand-in"])
def test_the_reference_model_reads_drawings(
    digits: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = request.getfixturevalue("real_mnist") if digits == "real" else "stand-in"
    monkeypatch.setenv("MNIST_NPZ", named)
    model = FrozenModel.load(chosen_model(None))
    drawings = all_drawings()
    pictures = np.stack([digit_from_strokes(d.strokes, d.size) for d in drawings])
    read = model.probabilities(pictures).argmax(axis=1)
    wrong = [f"{d.digit} for {r}" for d, r in zip(drawings, read, strict=True) if d.digit != r]
    assert len(wrong) <= (1 - ENOUGH[digits]) * len(drawings), wrong
    assert model.card.data_sha256
    assert ("stand-in" in model.card.data) == (digits == "stand-in")


@pytest.mark.slow
def test_without_a_model_the_reference_is_served(tmp_path: Path) -> None:
    with served(chosen_model(None), tmp_path) as running:
        assert running.ask("GET", "/readyz").json["model"]["name"] == "digit-reader"
