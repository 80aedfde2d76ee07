"""Learning curves that grow while ``fit`` runs. Importing this module imports Keras."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from typing import Literal

import keras
import numpy as np

from workshop.plots.curves import VALIDATION, line_of
from workshop.plots.display import LiveDisplay, in_notebook
from workshop.plots.panels import Line, draw
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
        self._undrawn = False
        self._epoch = 0
        self._first_epoch: int | None = None
        self._began = time.monotonic()
        self._live = LiveDisplay()
        self._live.open()

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch
        if self._first_epoch is None:
            self._first_epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        steps = self.params.get("steps")
        if self.every != "epoch" and steps and (batch + 1) % self.every == 0:
            self._record(self._epoch + (batch + 1) / steps, logs or {})
        if not in_notebook():
            return
        if self._undrawn and self._live.due():
            self._show(self._status(batch + 1, logs or {}))
        else:
            self._live.tell(self._status(batch + 1, logs or {}))

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch + 1
        self._record(epoch + 1, logs or {})
        if not in_notebook() or self._live.due():
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
        if in_notebook() and self._points:
            self.picture = draw(self._lines(), epochs=self._epochs())
            self._undrawn = False
        self._live.show(self.picture, status)

    def _lines(self) -> list[Line]:
        return [line_of(name, *np.array(points).T) for name, points in self._points.items()]

    def _epochs(self) -> int:
        return self.total_epochs or int(self.params.get("epochs", 1))

    def _status(self, batch: int, logs: dict[str, float]) -> str:
        steps, epochs = self.params.get("steps") or 0, self._epochs()
        parts = [f"epoch {self._epoch + (batch > 0)} of {epochs}"]
        if batch:
            parts.append(f"batch {batch:,} of {steps:,}" if steps else f"batch {batch:,}")
        parts += [f"{_words(name)} {value:.4g}" for name, value in logs.items()]
        done = self._epoch - (self._first_epoch or 0) + (batch / steps if steps else 0)
        left = epochs - self._epoch - (batch / steps if steps else 0)
        if done > 0:
            seconds = (time.monotonic() - self._began) * left / done
            parts.append(f"{math.ceil(seconds)} s left" if left > 0 else "done")
        return " · ".join(parts)


def _words(name: str) -> str:
    return name.replace(VALIDATION, "validation ").replace("_", " ")
