"""The process that has Keras ready and forks a room for each notebook; and what rooms may read."""

import contextlib
import itertools
import json
import math
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from workshop.data import load_mnist, mnist_source
from workshop.grading.inside.walls import Walls
from workshop.grading.inside.warm_start import READY
from workshop.grading.inside.wire import Message
from workshop.grading.learner_side import PACKAGE, write_learner_side
from workshop.grading.room import Limits, Room
from workshop.places import solutions_folder
from workshop.untrusted.limits import bare_environment

SYSTEM = ("/bin", "/lib", "/lib64", "/usr", "/etc/ld.so.cache", "/etc/localtime",
          "/sys/devices/system/cpu")  # fmt: skip
"""What programs need of a Linux system. No /etc/passwd, no home, no /var."""
WARM_START = "workshop.grading.inside.warm_start"
STAND_IN = "stand-in"
OPENING = 60.0
"""Seconds more that a room may take to open: on a busy machine, a fork can wait for its turn."""
SPARE = 600
MOST_USERS = 1 << 24
"""User numbers that rooms are given: far more than rooms, so that two graders do not meet."""


class NoRoomError(RuntimeError):
    """No room can be opened on this machine at all."""


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
        # An installed package, or a course that is kept among a system's files, would be readable.
        hidden = (str(PACKAGE), str(solutions_folder().resolve()))
        self._walls = Walls(
            tuple(dict.fromkeys(seen)), str(stage), hidden, seconds=processor_seconds(limits)
        )
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
        room.start_clock(OPENING)
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


def processor_seconds(limits: Limits) -> int:
    """More than a notebook can use on all cores in its time: its own clock is what stops it."""
    return math.ceil(limits.notebook_seconds * (os.cpu_count() or 1)) + SPARE


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


def _digits(folder: Path) -> dict[str, str]:
    """Put the digits that are in use here into a folder; the variables that lead there."""
    load_mnist(quiet=True)
    source = mnist_source()
    (folder / "datasets").mkdir(parents=True)
    if source.path is not None:
        shutil.copyfile(source.path, folder / "datasets" / source.path.name)
    named = str(folder / "datasets" / source.path.name) if source.path and source.real else STAND_IN
    return {"KERAS_HOME": str(folder), "MNIST_NPZ": named, "FASHION_MNIST_NPZ": STAND_IN}
