"""Where a learner's notebook runs, seen from the grader: send requests, receive data."""

import socket
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from workshop.grading.inside.wire import Line, Message

MEMORY_LOOK = 0.4


class StoppedError(Exception):
    """The grader has ended a room; the message says why."""


@dataclass(frozen=True)
class Limits:
    """What a notebook may take.

    Attributes:
        cell_seconds: for one cell, and for one question; then it is interrupted.
        notebook_seconds: for all cells.
        grace: seconds that an interrupted cell has to end, before the room is closed.
        memory: bytes that all of its processes use together.
    """

    cell_seconds: float = 180
    notebook_seconds: float = 1800
    grace: float = 10
    memory: int = 6 << 30


class Room:
    """One learner's process: requests go in, data comes out.

    Attributes:
        rungs: which walls stand, in words.
        status: how it ended, as a shell tells it; None while it runs.
    """

    def __init__(self, line: socket.socket, process: int, limits: Limits) -> None:
        self._line = Line(line, self._watch)
        self._process = process
        self._limits = limits
        self._end = time.monotonic() + limits.notebook_seconds
        self._now = 0.0
        self._looked = 0.0
        self.rungs: tuple[str, ...] = ()
        self.status: int | None = None

    def start_clock(self, extra: float = 0) -> None:
        """Give the next answer the time of one cell, and some more."""
        seconds = self._limits.cell_seconds + self._limits.grace + extra
        self._now = time.monotonic() + seconds

    def send(self, message: Message) -> None:
        """Send a request, and start the clock."""
        self.start_clock()
        self._line.send(message)

    def receive(self) -> Message:
        """The answer.

        Raises:
            StoppedError: if time or memory is up.
            LineClosedError, BadMessageError: as `Line.receive`.
        """
        return self._line.receive()

    def _watch(self) -> None:
        now = time.monotonic()
        if now > self._end:
            raise StoppedError(f"it took more than {self._limits.notebook_seconds:g} seconds")
        if now > self._now:
            raise StoppedError(f"a cell took more than {self._limits.cell_seconds:g} seconds")
        if now > self._looked + MEMORY_LOOK:
            self._looked = now
            used = memory_of(self._process)
            if used > self._limits.memory:
                most = self._limits.memory / 2**30
                raise StoppedError(f"it used more than {most:.1f} GiB of memory")


def memory_of(process: int) -> int:
    """Bytes that a process and all below it use together; what they share counts once."""
    try:
        top = psutil.Process(process)
        return sum(_own_memory(one.pid) for one in (top, *top.children(recursive=True)))
    except psutil.Error:
        return 0


def _own_memory(process: int) -> int:
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0
