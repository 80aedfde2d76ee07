"""The network that later labs lean on: the learner's own where it reads well, else the course's."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workshop import reader
from workshop.data import load_mnist
from workshop.places import models_folder

import keras  # isort: skip  (after workshop, which keeps TensorFlow quiet)


@pytest.fixture(autouse=True)
def _stand_in_in_a_home_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and a training that takes no time; the cache's folder."""
    digits = load_mnist(quiet=True)
    monkeypatch.setattr(reader, "load_mnist", lambda **_: digits)
    monkeypatch.setattr(reader.cache, "folders", lambda: [tmp_path])
    monkeypatch.setattr(reader, "EPOCHS", 1)
    monkeypatch.setattr(reader, "BATCH", 6_000)
    monkeypatch.setattr(reader, "lean_network", perceptron)
    return tmp_path


def perceptron(*before_last: Any) -> Any:
    outputs = keras.layers.Dense(10, "softmax")
    return keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), *before_last, outputs]
    )


def save_own(model: Any) -> None:
    models_folder().mkdir(parents=True, exist_ok=True)
    model.save(models_folder() / reader.OWN)


def test_without_a_network_the_course_trains_one_and_keeps_it(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = reader.digit_reader()
    kept = quick / "digit-reader-1-stand-in.keras"
    before = kept.stat().st_mtime_ns
    again = reader.digit_reader()
    assert kept.stat().st_mtime_ns == before
    np.testing.assert_allclose(first.get_weights()[0], again.get_weights()[0])
    assert "the course's own network" in capsys.readouterr().out


def test_a_damaged_kept_network_is_made_anew(quick: Path) -> None:
    kept = quick / "digit-reader-1-stand-in.keras"
    kept.write_bytes(b"not a network")
    assert reader.digit_reader().output_shape == (None, 10)
    assert kept.read_bytes()[:2] == b"PK"


def test_an_untrained_network_of_the_learners_is_named_and_left_aside(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_own(perceptron())
    reader.digit_reader()
    told = capsys.readouterr().out
    assert "Not used: 05_cnn.keras" in told
    assert "90 % is needed" in told


def test_a_file_that_is_no_network_is_named_and_left_aside(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models_folder().mkdir(parents=True, exist_ok=True)
    (models_folder() / reader.OWN).write_text("hello")
    reader.digit_reader()
    assert "It cannot be used" in capsys.readouterr().out


def test_a_network_with_other_outputs_is_left_aside(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_own(keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()]))
    reader.digit_reader()
    assert "not with ten numbers" in capsys.readouterr().out


def test_the_yardstick_gives_64_numbers_and_is_the_same_the_second_time(quick: Path) -> None:
    pictures = np.ones((2, 28, 28, 1), "float32")
    first, again = (reader.digit_yardstick().predict(pictures, verbose=0) for _ in range(2))
    assert first.shape == (2, 64)
    np.testing.assert_allclose(first, again)


def test_a_network_that_does_not_end_in_a_dense_layer_is_left_aside(
    quick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_own(
        keras.Sequential([keras.Input((28, 28, 1)), *perceptron().layers, keras.layers.ReLU()])
    )
    reader.digit_reader()
    assert "Its last layer is a ReLU, not a dense one." in capsys.readouterr().out


@pytest.mark.slow
def test_the_courses_network_reads_the_stand_in_and_a_learners_good_one_is_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = reader.digit_reader()
    save_own(model)
    reader.digit_reader()
    assert "your own network" in capsys.readouterr().out
