"""A worker of gunicorn that leaves new connections to whoever has fewer.

All workers listen at the same door. Whoever is awake takes the next connection, and goes on taking:
eight clients that come at once are then often served by a single process, for as long as they keep
their connections. The other cores idle.
"""

from __future__ import annotations

import time
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker

STEP: Final = 0.0002
LONGEST: Final = 0.002
"""Seconds that a worker waits for each connection that it has, and at most."""


class FairWorker(ThreadWorker):  # type: ignore[misc]
    """Waits before it takes a connection, the longer the more it has."""

    def accept(self, listener: Any) -> None:
        """Take the next connection, unless another worker was sooner; nobody blocks then."""
        time.sleep(min(STEP * self.nr_conns, LONGEST))
        super().accept(listener)
