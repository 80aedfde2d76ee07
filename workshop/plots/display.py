"""One output that is drawn again and again while work goes on, in a notebook or a terminal."""

from __future__ import annotations

import sys
import time
import uuid
from types import TracebackType
from typing import Final

from workshop.plots.picture import Picture

LEAST_SECONDS: Final = 0.5
SHARE: Final = 0.05  # of the time may go into drawing


class LiveDisplay:
    """A place below the cell that shows the newest picture and a line on how far the work is.

    ::

        with plots.LiveDisplay() as live:
            for step in range(steps):
                ...
                if live.due():
                    live.show(plots.digits(samples), f"step {step} of {steps}")

    When the block ends, by itself or by an interrupt, the last picture stays. In a terminal the
    lines are printed.

    That picture is displayed anew, not updated: nbval reads what is displayed and never what is
    updated, so only this way does it compare the final sentence.
    """

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self._id = uuid.uuid4().hex
        self._open = False
        self._drawn_at = 0.0
        self._asked_at = 0.0
        self._wait = 0.0

    def __enter__(self) -> LiveDisplay:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def open(self) -> None:
        """Take the place below the cell, empty."""
        self._open = True
        if in_notebook():
            from IPython.display import display

            display({"text/plain": ""}, raw=True, display_id=self._id)  # type: ignore[no-untyped-call]

    def due(self) -> bool:
        """Is it time for another picture? At most twice a second, and 5 % of the time.

        What passes between a yes and the end of ``show`` counts as the cost of a picture.
        """
        self._asked_at = time.monotonic()
        return self._asked_at - self._drawn_at >= self._wait

    def show(self, picture: Picture | None = None, status: str = "") -> None:
        """Show ``picture`` (or the last one again) and ``status`` in place of what was there."""
        asked = self._asked_at or time.monotonic()
        self.picture = picture or self.picture
        if not self._open:
            self.open()
        if in_notebook():
            from IPython.display import update_display

            update_display(_bundle(self.picture, status), raw=True, display_id=self._id)  # type: ignore[no-untyped-call]
        elif status:
            print(status, flush=True)
        self._drawn_at = time.monotonic()
        self._wait = max(LEAST_SECONDS, (self._drawn_at - asked) / SHARE)

    def close(self) -> None:
        """Leave the last picture, without its status, as an ordinary output."""
        if self._open and in_notebook():
            from IPython.display import display, update_display

            update_display({"text/plain": ""}, raw=True, display_id=self._id)  # type: ignore[no-untyped-call]
            if self.picture is not None:
                display(self.picture)  # type: ignore[no-untyped-call]
        self._open = False


def in_notebook() -> bool:
    """Does this code run in a Jupyter kernel?"""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def _bundle(picture: Picture | None, status: str) -> dict[str, str]:
    import html

    words = f"<pre>{html.escape(status)}</pre>" if status else ""
    return {
        "text/html": (picture.html if picture else "") + words,
        "text/plain": "\n".join(part for part in (picture.alt if picture else "", status) if part),
    }
