"""What every door of the service leans on, put together once in each process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from flask import Response, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from werkzeug.exceptions import RequestEntityTooLarge

from workshop.serving.drawings import Drawings
from workshop.serving.model import CLASSES, FrozenModel, Probabilities
from workshop.serving.pixels import Pictures

LARGEST_BODY: Final = 1_000_000
SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
"""Upper ends of the histogram's buckets; 0.025 is what the service promises for 99 of 100."""


class Metrics:
    """Numbers for Prometheus: of this process, or of all workers where gunicorn runs several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "digits_requests", "Requests answered.", ("door", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "digits_request_seconds",
            "Time from the whole request to its answer.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.read = Counter(
            "digits_read",
            "Pictures by the digit they were taken for.",
            ("digit",),
            registry=self.registry,
        )
        self._of_digit = [self.read.labels(str(digit)) for digit in range(CLASSES)]

    def count_digits(self, probabilities: Probabilities) -> None:
        """Count what pictures were taken for: a shift in it is the first sign of other input."""
        counts = np.bincount(probabilities.argmax(axis=1), minlength=CLASSES)
        for digit in counts.nonzero()[0].tolist():
            self._of_digit[digit].inc(int(counts[digit]))

    def text(self) -> bytes:
        """All of it, in Prometheus's text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return bytes(generate_latest(self.registry))
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return bytes(generate_latest(together))


@dataclass(frozen=True)
class Service:
    """A model, a place for drawings, and numbers about both.

    Attributes:
        model: loaded and verified.
        drawings: where labelled drawings go.
        draining: whether this process finishes what it has and takes nothing new.
    """

    model: FrozenModel
    drawings: Drawings
    draining: Callable[[], bool] = lambda: False
    metrics: Metrics = field(default_factory=Metrics)

    def ask(self, images: Pictures) -> Probabilities:
        """The model's probabilities, counted."""
        probabilities = self.model.probabilities(images)
        self.metrics.count_digits(probabilities)
        return probabilities

    @property
    def model_name(self) -> dict[str, str]:
        """Which model answers."""
        return {"name": self.model.card.name, "version": self.model.card.version}


class Clock:
    """Where the time of one request goes, for the `Server-Timing` header and for the answer.

    Steps are processor time of this thread: what waits for its turn is not the step's fault.
    """

    def __init__(self) -> None:
        self._start, self._last = time.perf_counter(), time.thread_time()
        self._steps: list[str] = []

    def step(self, name: str) -> None:
        """The step that has just ended."""
        now = time.thread_time()
        self._steps.append(f"{name};dur={1000 * (now - self._last):.3f}")
        self._last = now

    @property
    def milliseconds(self) -> float:
        """By the clock on the wall, since the start."""
        return round(1000 * (time.perf_counter() - self._start), 3)

    def headers(self) -> dict[str, str]:
        """`Server-Timing`: browsers show it, and benchmarks add it up."""
        return {"Server-Timing": ", ".join(self._steps)}


def whole_body() -> bytes:
    """The body of the present request.

    Werkzeug cuts a body of unknown length (chunked) off at the limit without a word; this does not.

    Raises:
        RequestEntityTooLarge: if it is larger than the limit.
    """
    body = request.get_data(cache=False)
    if request.content_length is None and len(body) >= LARGEST_BODY:
        raise RequestEntityTooLarge
    return body


def json_response(content: bytes | str, status: int = 200, headers: Any = None) -> Response:
    """JSON that is written already."""
    return Response(content, status, headers, "application/json")


def data_folder() -> Path:
    """Where drawings go if nobody names a place: beside the learner's progress."""
    from workshop.places import progress_file

    return progress_file().parent
