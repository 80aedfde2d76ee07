"""Learning curves that grow while ``fit`` runs. Importing this module imports Keras."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from typing import Literal

import keras
import numpy as np

from workshop.plots import display
from workshop.plots.curves import VALIDATION, line_of
from workshop.plots.panels import FIRST, Line, draw
from workshop.plots.picture import Picture


class LiveCurves(keras.callbacks.Callback):  # type: ignore[misc]
    """Draw loss and accuracy as the training goes on, with a line on how far it is.

    ::

        model.fit(…, verbose=0, callbacks=[plots.LiveCurves()])

    Args:
        total_epochs: right end of the axis; what ``fit`` was told if not given.
        every: "epoch", or a number of batches after which a point is drawn within the epoch too.
            Keras averages over the epoch so far, so these points jump where an epoch begins.

    In a terminal it prints one line for each epoch. After an interrupt the last picture stays.
    """

    def __init__(
        self, total_epochs: int | None = None, every: int | Literal["epoch"] = "epoch"
    ) -> None:
        super().__init__()
        if every != "epoch" and not (isinstance(every, int) and every > 0):
            raise ValueError(f'every is {every!r}; give "epoch" or a number of batches above 0.')
        self.total_epochs = total_epochs
        self.every = every
        self.picture: Picture | None = None

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        self._points: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.picture = None
        self._undrawn = False
        self._epoch = 0
        self._first_batch: tuple[float, float] | None = None
        self._live = display.LiveDisplay()
        self._live.open()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        steps = self.params.get("steps")
        if self.every != "epoch" and steps and (batch + 1) % self.every == 0:
            self._record(self._epoch + (batch + 1) / steps, logs or {})
        if not display.in_notebook():
            return
        if self._undrawn and self._live.due():
            self._show(self._status(batch + 1, logs or {}))
        else:
            self._live.tell(self._status(batch + 1, logs or {}))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch + 1
        self._record(epoch + 1, logs or {})
        if not display.in_notebook() or self._live.due():
            self._show(self._status(0, logs or {}))

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        if self._points:
            self.picture = self._live.picture = draw(self._lines())
        self._live.close()

    def _record(self, x: float, logs: dict[str, float]) -> None:
        for name, value in logs.items():
            if not self._points[name] or self._points[name][-1][0] < x:
                self._points[name].append((x, float(value)))
                self._undrawn = True

    def _show(self, status: str) -> None:
        if display.in_notebook() and self._points:
            self.picture = draw(self._lines(), epochs=self._epochs())
            self._undrawn = False
        self._live.show(self.picture, status)

    def _lines(self) -> list[Line]:
        return [line_of(name, *np.array(points).T) for name, points in self._points.items()]

    def _epochs(self) -> int:
        return self.total_epochs or int(self.params.get("epochs", 1))

    def _status(self, batch: int, logs: dict[str, float]) -> str:
        steps, epochs = self.params.get("steps"), self._epochs()
        parts = [f"epoch {self._epoch + (batch > 0)} of {epochs}"]
        if batch:
            parts.append(f"batch {batch:,} of {steps:,}" if steps else f"batch {batch:,}")
        parts += [f"{_words(name)} {logs[name]:.4g}" for name in sorted(logs, key=_order)]
        left = self._seconds_left(self._epoch + (batch / steps if steps else 0))
        return " · ".join(parts + [left] * bool(left))

    def _seconds_left(self, done: float) -> str:
        """Return the time left after ``done`` epochs, once there is a second to judge by."""
        now = time.monotonic()
        if self._first_batch is None:
            # Counted from here, because Keras builds its graph before the first batch ends.
            self._first_batch = now, done
        since, start = self._first_batch
        if now - since < 1 or done <= start or done >= self._epochs():
            return ""
        return f"{math.ceil((now - since) * (self._epochs() - done) / (done - start))} s left"


def _words(name: str) -> str:
    return name.replace(VALIDATION, "validation ").replace("_", " ")


def _order(name: str) -> tuple[bool, int]:
    return name.startswith(VALIDATION), FIRST.get(name.removeprefix(VALIDATION), 2)
