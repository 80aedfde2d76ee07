"""Where a learner's notebook runs, seen from the grader: send requests, receive data."""

import socket
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from workshop.grading.inside.time_limit import is_up
from workshop.grading.inside.wire import Line, Message

LOOK = 0.4
"""Seconds between two looks at what a room's processes use."""
OPENING = 60.0
"""Seconds more that a room may take to open: on a busy machine, a fork can wait for its turn."""


class NoRoomError(RuntimeError):
    """No room can be opened on this machine at all."""


class StoppedError(Exception):
    """The grader has ended a room; the message says why."""


@dataclass(frozen=True)
class Limits:
    """What a notebook may take, and where it runs.

    Seconds are the processor's: on a busy machine, waiting for it costs nobody a point. Who does
    not compute but waits has longer by the clock, and not for ever (`time_limit`).

    Attributes:
        cell_seconds: for one cell, and for one question; then it is interrupted.
        notebook_seconds: for all cells.
        grace: seconds that an interrupted cell has to end, before the room is closed.
        memory: bytes that all of its processes use together.
        container: the image that it runs in; empty for this machine's own walls.
    """

    cell_seconds: float = 180
    notebook_seconds: float = 1800
    grace: float = 10
    memory: int = 6 << 30
    container: str = ""


class Rooms(Protocol):
    """Whoever opens rooms."""

    def room(self) -> AbstractContextManager["Room"]:
        """A new room; all of its processes are gone afterwards.

        Raises:
            NoRoomError: if this machine cannot open one.
        """


class Room:
    """One learner's process: requests go in, data comes out.

    Attributes:
        rungs: which walls stand, in words.
        status: how it ended, as a shell tells it; None while it runs.
    """

    def __init__(self, line: socket.socket, process: int | None, limits: Limits) -> None:
        """`process` is the first one of the room; None if this machine cannot look into it."""
        self._line = Line(line, self._watch)
        self._process = process
        self._limits = limits
        self._looked = 0.0
        self._used = 0.0
        self._all = _Clock(limits.notebook_seconds)
        self._now = _Clock(limits.cell_seconds)
        self.rungs: tuple[str, ...] = ()
        self.status: int | None = None

    def settle(self) -> None:
        """Wait until the room is open, and learn which walls stand.

        Raises:
            NoRoomError: if it cannot be opened.
        """
        self.start_clock(OPENING)
        said = self.receive()
        if "no_room" in said:
            raise NoRoomError(str(said["no_room"]))
        self.rungs = tuple(str(rung) for rung in said["rungs"])

    def start_clock(self, extra: float = 0) -> None:
        """Give the next answer the time of one cell, and some more."""
        self._now = _Clock(self._limits.cell_seconds + self._limits.grace + extra)

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
        if now < self._looked + LOOK:
            return
        self._looked = now
        processes = [] if self._process is None else _tree(self._process)
        # What has ended and was not waited for is missing; the sum must not fall for that.
        self._used = max(self._used, sum(map(_processor_seconds, processes)))
        if self._all.is_up(now, self._used):
            raise StoppedError(f"it took more than {self._limits.notebook_seconds:g} seconds")
        if self._now.is_up(now, self._used):
            raise StoppedError(f"a cell took more than {self._limits.cell_seconds:g} seconds")
        if _use_more(processes, self._limits.memory):
            most = self._limits.memory / 2**30
            raise StoppedError(f"it used more than {most:.1f} GiB of memory")


class _Clock:
    """Counts the seconds of the processor, and those on the wall."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._begun = time.monotonic()
        self._used: float | None = None

    def is_up(self, now: float, used: float) -> bool:
        if self._used is None:
            self._used = used
        return is_up(self._seconds, now - self._begun, used - self._used)


def _tree(process: int) -> list[psutil.Process]:
    """A process and all below it."""
    try:
        top = psutil.Process(process)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def _processor_seconds(process: psutil.Process) -> float:
    """Of a process, and of those below it that have ended."""
    try:
        return float(sum(process.cpu_times()[:4]))
    except psutil.Error:
        return 0


def _use_more(processes: list[psutil.Process], memory: int) -> bool:
    # What they really use is slow to read, and stops them meanwhile. It is never more than what
    # each of them sees, which is at hand.
    if sum(map(_seen_memory, processes)) <= memory:
        return False
    return sum(_own_memory(one.pid) for one in processes) > memory


def _seen_memory(process: psutil.Process) -> int:
    """Bytes of memory; what processes share counts for each of them."""
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _own_memory(process: int) -> int:
    """Bytes of memory; what processes share counts once."""
    try:
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0
