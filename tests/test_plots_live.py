"""Live curves: one output that is updated, one picture that stays, whatever ends the training."""

from collections.abc import Callable
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from workshop import plots
from workshop.plots import display as place

Shown = list[tuple[str, dict[str, str]]]


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Act as in a kernel; collect what is displayed and updated."""
    import IPython.display as ipython

    shown: Shown = []

    def record(kind: str) -> Callable[..., None]:
        def keep(item: Any, **_: Any) -> None:
            shown.append((kind, item if isinstance(item, dict) else item._repr_mimebundle_()))

        return keep

    monkeypatch.setattr(place, "in_notebook", lambda: True)
    monkeypatch.setattr(ipython, "display", record("display"))
    monkeypatch.setattr(ipython, "update_display", record("update"))
    return shown


@pytest.fixture
def fit() -> Callable[..., Any]:
    """Train a tiny network for some epochs with the given callbacks."""
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = np.random.default_rng(0).random((64, 4)), np.arange(64) % 2

    def train(*callbacks: Any, epochs: int = 3, **options: Any) -> Any:
        return model.fit(x, y, epochs=epochs, verbose=0, callbacks=list(callbacks), **options)

    return train


def displayed(shown: Shown) -> list[str]:
    return [bundle["text/plain"] for kind, bundle in shown if kind == "display"]


def test_only_an_empty_place_and_the_final_picture_are_displayed(
    notebook: Shown, fit: Callable[..., Any]
) -> None:
    live = plots.LiveCurves()
    history = fit(live, validation_split=0.25)
    assert displayed(notebook) == ["", plots.curves(history).alt]
    assert [bundle for kind, bundle in notebook if kind == "update"][-1] == {"text/plain": ""}
    assert live.picture is not None
    assert live.picture.alt == plots.curves(history).alt


def test_the_line_tells_epoch_batch_loss_and_accuracy(
    notebook: Shown, fit: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "LEAST_SECONDS", 0.0)
    fit(plots.LiveCurves(), batch_size=32)
    lines = [bundle["text/plain"].splitlines()[-1] for kind, bundle in notebook[1:-2]]
    assert any(line.startswith("epoch 1 of 3 · batch 1 of 2 · loss ") for line in lines)
    assert all(" · accuracy " in line for line in lines)


def test_an_interrupt_leaves_the_last_picture(notebook: Shown, fit: Callable[..., Any]) -> None:
    import keras

    class Interrupt(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    live = plots.LiveCurves()
    with pytest.raises(KeyboardInterrupt):
        fit(live, Interrupt(), epochs=5)
    assert "<img alt=" in notebook[-1][1]["text/html"]
    assert live.picture is not None


def test_points_within_an_epoch_are_drawn_on_request(
    notebook: Shown, fit: Callable[..., Any]
) -> None:
    live = plots.LiveCurves(every=1)
    fit(live, epochs=2, batch_size=16)
    assert [x for x, _ in live._points["loss"]] == [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    with pytest.raises(ValueError, match="every is 0"):
        plots.LiveCurves(every=0)


def test_the_same_callback_starts_anew_with_the_next_fit(
    notebook: Shown, fit: Callable[..., Any]
) -> None:
    live = plots.LiveCurves()
    fit(live, epochs=4)
    fit(live, epochs=1)
    assert "over 1 epoch." in displayed(notebook)[-1]


def test_a_loss_that_is_not_a_number_does_not_end_the_training(
    notebook: Shown, fit: Callable[..., Any]
) -> None:
    import keras

    class Spoil(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["loss"] = float("nan")

    fit(Spoil(), plots.LiveCurves())
    assert "Loss is never a number (NaN)." in displayed(notebook)[-1]


def test_no_epoch_leaves_no_picture(notebook: Shown, fit: Callable[..., Any]) -> None:
    live = plots.LiveCurves()
    fit(live, epochs=0)
    assert live.picture is None
    assert displayed(notebook) == [""]


def test_a_terminal_gets_one_line_for_each_epoch(
    fit: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    live = plots.LiveCurves()
    fit(live, epochs=3)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" · ")[0] for line in lines] == [f"epoch {n} of 3" for n in (1, 2, 3)]
    assert live.picture is not None


def test_a_loop_of_ones_own_shows_its_newest_picture_and_keeps_the_last(notebook: Shown) -> None:
    first, last = plots.bars([1]), plots.bars([2])

    def loop() -> None:
        with plots.LiveDisplay() as live:
            live.show(first, "step 1 of <2>")
            live.show(last)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loop()
    assert [kind for kind, _ in notebook] == ["display", "update", "update", "update", "display"]
    assert "<pre>step 1 of &lt;2&gt;</pre>" in notebook[1][1]["text/html"]
    assert notebook[1][1]["text/plain"] == first.alt + "\nstep 1 of <2>"
    assert notebook[-1][1]["text/plain"] == last.alt


def test_drawing_takes_turns_with_the_work(
    notebook: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(place.time, "monotonic", lambda: now)
    live = plots.LiveDisplay()
    assert live.due()
    now += 2.0  # this picture took two seconds
    live.show(plots.bars([1]))
    now += 39.0
    assert not live.due()
    now += 2.0
    assert live.due()


def test_a_line_that_comes_too_fast_is_passed_over(
    notebook: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(place.time, "monotonic", lambda: now)
    live = plots.LiveDisplay()
    live.tell("one")
    live.tell("two")
    now += 1.0
    live.tell("three")
    assert [bundle["text/plain"] for _, bundle in notebook] == ["", "one", "three"]


@pytest.mark.slow
def test_a_stored_notebook_keeps_the_final_picture_alone() -> None:
    source = """
from workshop import plots
import keras, numpy as np
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.ones((64, 4)), np.arange(64) % 2, epochs=3, verbose=0, callbacks=[plots.LiveCurves()])
None
"""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    outputs = NotebookClient(book, timeout=300).execute().cells[0].outputs
    assert [output.output_type for output in outputs] == ["display_data", "display_data"]
    assert outputs[0].data == {"text/plain": ""}
    assert outputs[1].data["text/plain"].startswith("Learning curves over 3 epochs. Loss ")
    assert outputs[1].data["text/html"].startswith("<img alt=")
