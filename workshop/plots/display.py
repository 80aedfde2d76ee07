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
                else:
                    live.tell(f"step {step} of {steps}")

    When the block ends, by itself or by an interrupt, the last picture stays. In a terminal
    ``show`` prints its line, and ``tell`` nothing.

    The last picture is displayed anew, not updated: nbval reads what is displayed and never what
    is updated, so only this way does it compare the final sentence.
    """

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self._id = uuid.uuid4().hex
        self._open = False
        self._asked = 0.0
        self._next_picture = 0.0
        self._next_line = 0.0

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
        """Is it time for another picture? At most twice a second, and for 5 % of the time.

        What passes between a yes and the end of ``show`` counts as the cost of a picture.
        """
        self._asked = time.monotonic()
        return self._asked >= self._next_picture

    def show(self, picture: Picture | None, status: str = "") -> None:
        """Put ``picture`` and ``status`` in place of what was shown."""
        began = self._asked or time.monotonic()
        self.picture = picture
        self._update(status)
        if status and not in_notebook():
            print(status, flush=True)
        now = time.monotonic()
        self._next_picture = now + max(LEAST_SECONDS, (now - began) / SHARE)
        self._asked = 0.0

    def tell(self, status: str) -> None:
        """Change the line below the picture; more than two calls a second are passed over."""
        if time.monotonic() >= self._next_line:
            self._update(status)

    def _update(self, status: str) -> None:
        if not self._open:
            self.open()
        if in_notebook():
            from IPython.display import update_display

            update_display(_bundle(self.picture, status), raw=True, display_id=self._id)  # type: ignore[no-untyped-call]
        self._next_line = time.monotonic() + LEAST_SECONDS

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
