"""Where a learner's notebook runs, seen from the grader: start it, talk to it, end all of it."""

import contextlib
import itertools
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil

from workshop.data import load_mnist, mnist_source
from workshop.grading.inside.walls import Walls
from workshop.grading.inside.warm_start import READY
from workshop.grading.inside.wire import Line, Message
from workshop.grading.learner_side import write_learner_side
from workshop.untrusted.limits import bare_environment

SYSTEM = ("/bin", "/lib", "/lib64", "/usr", "/etc/ld.so.cache", "/etc/localtime",
          "/sys/devices/system/cpu")  # fmt: skip
"""What programs need of a Linux system. No /etc/passwd, no home, no /var."""
WARM_START = "workshop.grading.inside.warm_start"
STAND_IN = "stand-in"
MEMORY_LOOK = 0.4
MOST_USERS = 1 << 24
"""User numbers that rooms are given: far more than rooms, so that two graders do not meet."""


class StoppedError(Exception):
    """The grader has ended a room; the message says why."""


class NoRoomError(RuntimeError):
    """No room can be opened on this machine at all."""


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

    def start_clock(self) -> None:
        """Give the next answer the time of one cell."""
        self._now = time.monotonic() + self._limits.cell_seconds + self._limits.grace

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


class House:
    """The process that all rooms are forked from, and the files that they may read."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        if not hasattr(os, "fork"):
            raise NoRoomError("Windows cannot fork a process; use WSL, Linux or macOS")
        self._limits = limits
        self._lock = threading.Lock()
        self._users = itertools.count(secrets.randbelow(MOST_USERS))
        stage = folder / "stage"
        stage.mkdir(mode=0o711)
        code = write_learner_side(folder / "package")
        digits = folder / "digits"
        environment = bare_environment(stage) | _digits(digits) | {"PYTHONPATH": str(code)}
        seen = (*SYSTEM, sys.prefix, sys.base_prefix, str(code), str(digits))
        self._walls = Walls(tuple(dict.fromkeys(seen)), str(stage))
        self._log = (folder / "log").open("wb")
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", WARM_START, str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                cwd=stage,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                start_new_session=True,
            )
        if self._control.recv(len(READY)) != READY:
            said = (folder / "log").read_text(errors="replace").strip()[-300:]
            self.close()
            raise NoRoomError(f"Keras cannot be started for grading: {said}")

    @contextlib.contextmanager
    def room(self) -> Iterator[Room]:
        """A new room; all of its processes are gone afterwards.

        Raises:
            NoRoomError: if this machine cannot open one.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                process = self._start(theirs)
            room = Room(ours, process, self._limits)
            try:
                room.rungs = self._settled(room)
                yield room
            finally:
                ours.close()
                room.status = self._request({"end": process})["status"]

    def close(self) -> None:
        """End the process and every room."""
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log.close()

    def open_rooms(self) -> None:
        """Try a room, and do without walls where the kernel of this machine allows none.

        Raises:
            NoRoomError: if even that does not work.
        """
        try:
            with self.room():
                return
        except NoRoomError:
            self._walls = replace(self._walls, closed=False)
        with self.room():
            pass

    def _start(self, line: socket.socket) -> int:
        # Each room has a user of its own: limits on processes are counted by user.
        walls = replace(self._walls, user=self._walls.user + next(self._users) % MOST_USERS)
        order = {"start": asdict(walls), "seconds": self._limits.cell_seconds}
        return int(self._request(order, [line.fileno()])["pid"])

    def _settled(self, room: Room) -> tuple[str, ...]:
        room.start_clock()
        said = room.receive()
        if "no_room" in said:
            raise NoRoomError(str(said["no_room"]))
        return tuple(str(rung) for rung in said["rungs"])

    def _request(self, order: Message, descriptors: Sequence[int] = ()) -> Any:
        with self._lock:
            try:
                socket.send_fds(self._control, [json.dumps(order).encode()], descriptors)
                answer = self._control.recv(1 << 16)
            except OSError as error:
                raise NoRoomError(f"the process that opens rooms is gone: {error}") from error
        if not answer:
            raise NoRoomError("the process that opens rooms is gone")
        return json.loads(answer)


@contextlib.contextmanager
def open_house(limits: Limits) -> Iterator[House]:
    """A house for one run of the grader; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        house = House(folder, limits)
        try:
            house.open_rooms()
            yield house
        finally:
            house.close()


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


def _digits(folder: Path) -> dict[str, str]:
    """Put the digits that are in use here into a folder; the variables that lead there."""
    load_mnist(quiet=True)
    source = mnist_source()
    (folder / "datasets").mkdir(parents=True)
    if source.path is not None:
        shutil.copyfile(source.path, folder / "datasets" / source.path.name)
    named = str(folder / "datasets" / source.path.name) if source.path and source.real else STAND_IN
    return {"KERAS_HOME": str(folder), "MNIST_NPZ": named, "FASHION_MNIST_NPZ": STAND_IN}
