"""A network on its way to the grader: without the optimiser's memory, and otherwise unchanged."""

from pathlib import Path

import numpy as np
import pytest

from tests.networks import parts_of, saved, tiny_network
from workshop.grading.inside.network import classes, read_network, without_training
from workshop.untrusted import ModelFile

PICTURES = np.random.default_rng(1).integers(0, 256, (5, 28, 28)).astype("uint8")


def test_the_optimisers_memory_stays_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = tiny_network()
    network.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
    network.fit(PICTURES / 255, np.arange(5), verbose=0)
    whole = saved(network, tmp_path)
    lean = without_training(whole)
    assert len(lean) < len(whole) / 2
    assert ModelFile.read(lean).config == ModelFile.read(whole).config
    monkeypatch.chdir(tmp_path)
    again = read_network(np.frombuffer(lean, "uint8"))
    assert np.array_equal(classes(again, PICTURES), classes(network, PICTURES))
    assert np.array_equal(again(PICTURES / 255), network(PICTURES / 255))


def test_what_cannot_be_taken_apart_stays_as_it_is(tmp_path: Path) -> None:
    parts = parts_of(saved(tiny_network(), tmp_path))
    assert "model.weights.h5" in parts
    for content in (b"", b"nothing", parts["model.weights.h5"]):
        assert without_training(content) == content
