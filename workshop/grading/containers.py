"""`--container IMAGE`: each room is a container of podman or docker, whichever is there.

The image is the course's own (docker/Dockerfile), or any other with Python and what notebooks
import. What runs in it is the same as without containers: the learner's side of the package is
shown to it from outside, and the course that the image itself holds is hidden. The same messages
go over its standard input and output. Keras is started anew for each room, which takes seconds:
that is the price of a wall that does not depend on this package.
"""

import contextlib
import itertools
import json
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from workshop.grading.inside.alone import HOME
from workshop.grading.provisions import provide
from workshop.grading.room import Limits, NoRoomError, Room
from workshop.untrusted.limits import bare_environment

ENGINES = ("podman", "docker")
PACKAGE, DIGITS = "/grading/package", "/grading/digits"
ALONE = "workshop.grading.inside.alone"
PROCESSES = 256
DISK = 256 << 20
FIRST_USER, MOST_USERS = 20_000, 30_000
"""Within the 65,536 numbers that a user without rights can give away."""
ENDING = 5.0
"""Seconds that a container whose line is closed has to end by itself."""
FIND_COURSE = """
import json, pathlib
try:
    import workshop
    from workshop.places import solutions_folder
    print(json.dumps([str(pathlib.Path(workshop.__file__).parent), str(solutions_folder())]))
except ImportError:
    print("[]")
"""


class Containers:
    """Opens a container for each room."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._limits = limits
        self._engine = engine()
        self._log = folder / "log"
        self._given = provide(folder)
        self._users = itertools.count(secrets.randbelow(MOST_USERS))
        self._nothing = folder / "nothing"
        self._nothing.mkdir()
        self._hidden = self._course_of_the_image()

    @contextlib.contextmanager
    def room(self) -> Iterator[Room]:
        """A container of its own; it is gone afterwards.

        Raises:
            NoRoomError: if it cannot be started.
        """
        name = f"grading-{os.getpid()}-{secrets.token_hex(4)}"
        ours, theirs = socket.socketpair()
        with ours, self._log.open("ab") as log:
            with theirs:
                process = subprocess.Popen(
                    [*self._command(name), json.dumps({"seconds": self._limits.cell_seconds})],
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=log,
                )
            room = Room(ours, None, self._limits)
            try:
                self._settle(room)
                yield room
            finally:
                ours.close()
                room.status = self._end(process, name)

    def _settle(self, room: Room) -> None:
        try:
            room.settle()
        except ConnectionError as error:
            said = self._log.read_text(errors="replace").strip()[-300:]
            raise NoRoomError(f"the container ended before it was open: {said}") from error
        own = f"a container of its own ({self._engine})"
        room.rungs = (own, *room.rungs)

    def _end(self, process: "subprocess.Popen[bytes]", name: str) -> int:
        try:
            return process.wait(ENDING)
        except subprocess.TimeoutExpired:
            _quiet(self._engine, "kill", name)
        try:
            return process.wait(ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            _quiet(self._engine, "rm", "--force", name)
            return process.wait()

    def _command(self, name: str) -> list[str]:
        shown = {self._given.package: PACKAGE, self._given.digits: DIGITS}
        variables = bare_environment(Path(HOME)) | self._given.environment(PACKAGE, DIGITS)
        del variables["PATH"]  # the image knows where its Python is
        return [
            *self._run(FIRST_USER + next(self._users) % MOST_USERS),
            f"--name={name}",
            "--interactive",
            *(f"--volume={here}:{there}:ro" for here, there in shown.items()),
            *(f"--volume={self._nothing}:{folder}:ro" for folder in self._hidden),
            *(f"--env={name}={value}" for name, value in variables.items()),
            *(self._limits.container, "-P", "-s", "-m", ALONE),
        ]

    def _run(self, user: int) -> list[str]:
        return [
            *(self._engine, "run", "--rm", "--pull=never", "--log-driver=none"),
            *("--no-healthcheck", "--network=none", "--read-only", "--cap-drop=ALL"),
            *("--security-opt=no-new-privileges", f"--user={user}:{user}"),
            *(f"--memory={self._limits.memory}", f"--memory-swap={self._limits.memory}"),
            *(f"--pids-limit={PROCESSES}", "--entrypoint=python"),
            *(f"--tmpfs={folder}:rw,mode=1777,size={DISK}" for folder in (HOME, "/tmp")),
            f"--workdir={HOME}",
        ]

    def _course_of_the_image(self) -> list[str]:
        """Where the image keeps judges and solutions."""
        command = [*self._run(FIRST_USER), self._limits.container, "-c", FIND_COURSE]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        if found.returncode:
            raise NoRoomError(
                f"{self._engine} cannot run Python in {self._limits.container}: "
                f"{found.stderr.strip()[-300:]}"
            )
        return [str(folder) for folder in json.loads(found.stdout.splitlines()[-1])]


@cache
def engine() -> str:
    """The program that runs containers here.

    Raises:
        NoRoomError: if there is none.
    """
    for name in ENGINES:
        if shutil.which(name):
            return name
    raise NoRoomError("neither podman nor docker is installed, and --container needs one of them")


def identity_of(image: str) -> str:
    """What an image is called whatever its name is moved to.

    Raises:
        NoRoomError: if there is no such image, or nobody to ask.
    """
    command = [engine(), "image", "inspect", "--format", "{{.Id}}", image]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    if asked.returncode:
        why = (asked.stderr.strip().splitlines() or [""])[-1][:200]
        raise NoRoomError(f"{engine()} has no image {image!r} ({why}); pull it or build it first")
    return asked.stdout.strip()


def _quiet(*command: str) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
