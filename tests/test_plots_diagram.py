"""A model is drawn with Graphviz or without, and its sentence lists the layers either way."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workshop import plots
from workshop.plots.diagram import read_boxes

SENTENCE = (
    "Diagram of digits, 1,310 parameters: input (Input), output 28×28×1; "
    "conv (Conv2D), output 26×26×2, 20 parameters; pool (MaxPooling2D), output 8×8×2; "
    "flat (Flatten), output 128; out (Dense), output 10, 1,290 parameters."
)


@pytest.fixture
def sequential() -> Any:
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 3, name="conv"),
            layers.MaxPooling2D(3, name="pool"),
            layers.Flatten(name="flat"),
            layers.Dense(10, name="out"),
        ],
        name="digits",
    )


@pytest.fixture
def branching() -> Any:
    import keras
    from keras import layers

    start = keras.Input((8,), name="start")
    left = layers.Dense(4, name="left")(start)
    right = layers.Dense(4, name="right")(start)
    both = layers.Add(name="both")([left, right])
    end = layers.Concatenate(name="end")([both, left])
    return keras.Model(start, end, name="branching")


@pytest.fixture
def without_graphviz(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_it_without_a_word(
    sequential: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = plots.model_diagram(sequential)
    assert shown.alt == SENTENCE
    assert min(shown.size) > 100
    assert capsys.readouterr() == ("", "")


def test_matplotlib_draws_it_where_graphviz_is_missing(
    sequential: Any, without_graphviz: None, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = plots.model_diagram(sequential)
    assert shown.alt == SENTENCE
    assert min(shown.size) > 100
    out, err = capsys.readouterr()
    assert out.count("\n") == 1
    assert "Graphviz is missing. To install it: " in out
    assert err == ""


def test_matplotlib_draws_it_where_pydot_is_missing(
    sequential: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pydot", None)
    assert plots.model_diagram(sequential).alt == SENTENCE
    assert "pydot is missing. To install it: " in capsys.readouterr().out


def test_no_file_is_left_behind(
    sequential: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    plots.model_diagram(sequential)
    assert list(tmp_path.iterdir()) == []


def test_branches_name_the_layers_they_read(branching: Any, without_graphviz: None) -> None:
    sources = {box.name: box.sources for box in read_boxes(branching)}
    assert sources["both"] == ("left", "right")
    assert sources["end"] == ("both", "left")
    assert "right (Dense), output 4, 36 parameters, from start" in (
        plots.model_diagram(branching).alt
    )


def test_shapes_can_be_left_out(sequential: Any, without_graphviz: None) -> None:
    assert "output" not in plots.model_diagram(sequential, show_shapes=False).alt


def test_a_model_of_ones_own_class_lists_its_layers(without_graphviz: None) -> None:
    import keras

    class Own(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="own")
            self.first = keras.layers.Dense(4, name="first")
            self.second = keras.layers.Dense(2, name="second")

        def call(self, x: Any) -> Any:
            return self.second(self.first(x))

    model = Own()
    model(np.zeros((1, 3)))
    assert plots.model_diagram(model).alt == (
        "Diagram of own, 26 parameters: first (Dense), 16 parameters; "
        "second (Dense), 10 parameters; how they are connected is not recorded."
    )


def test_a_model_without_shapes_is_refused_with_what_to_do() -> None:
    import keras

    with pytest.raises(ValueError, match=r"no shapes yet.*keras\.Input"):
        plots.model_diagram(keras.Sequential([keras.layers.Dense(3)]))
