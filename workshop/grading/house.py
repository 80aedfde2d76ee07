"""The process that has Keras ready and forks a room for each notebook."""

import contextlib
import itertools
import json
import math
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from workshop.grading.containers import Containers
from workshop.grading.folder import own_folder
from workshop.grading.inside.walls import Walls
from workshop.grading.inside.warm_start import READY
from workshop.grading.inside.wire import Message
from workshop.grading.learner_side import PACKAGE
from workshop.grading.provisions import provide
from workshop.grading.room import Limits, NoRoomError, Room, Rooms
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


class House:
    """The process that all rooms are forked from, and the files that they may read."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._users = itertools.count(secrets.randbelow(MOST_USERS))
        stage = folder / "stage"
        stage.mkdir(mode=0o711)
        given = provide(folder)
        environment = bare_environment(stage) | given.environment()
        seen = (*SYSTEM, sys.prefix, sys.base_prefix, str(given.package), str(given.digits))
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
                room.settle()
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
def open_house(limits: Limits) -> Iterator[Rooms]:
    """Where the rooms of one run of the grader are; nothing of it is left afterwards.

    Raises:
        NoRoomError: if this machine cannot open rooms.
    """
    if not hasattr(os, "fork"):
        raise NoRoomError("Windows cannot fork a process; use WSL, Linux or macOS")
    with own_folder() as folder:
        if limits.container:
            yield Containers(folder, limits)
            return
        house = House(folder, limits)
        try:
            house.open_rooms()
            yield house
        finally:
            house.close()
