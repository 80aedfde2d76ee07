"""Graders as processes: what they say, what they take, and what they leave behind."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

LOOK = 0.5
MEMORY_LOOK = 2.0
"""Seconds between two looks at the memory: each look stops the processes for some of their time."""
SETTLING = 60.0
"""Seconds that the processes of a killed grader have to notice it, on a busy machine."""


@dataclass(frozen=True)
class Run:
    """One start of `workshop grade`.

    Attributes:
        said: its lines, one for each submission that it graded.
        status: as a shell tells it; -9 if it was killed.
        seconds: from the start to the end of the process.
        memory: the most bytes that its processes used together.
        left: the command lines of processes that outlived it.
    """

    said: tuple[str, ...]
    status: int
    seconds: float
    memory: int
    left: tuple[str, ...]

    @property
    def graded(self) -> tuple[str, ...]:
        """Whose work it graded, as `learner · lab`, in that order."""
        parts = [line.split("  ") for line in self.said if line.startswith("[")]
        return tuple(part[1] for part in parts)


@dataclass(frozen=True)
class Grader:
    """`workshop grade`, with a temporary folder of its own: whatever names it is the grader's."""

    submissions: Path
    report: Path
    temporary: Path
    options: tuple[str, ...] = ()

    def run(self, kill_after: int | None = None, pause: float = 0) -> Run:
        """Grade; with `kill_after`, send SIGKILL so many results and seconds later."""
        self.temporary.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "workshop", "grade", str(self.submissions)]
        begun, said = time.monotonic(), list[str]()
        with (
            subprocess.Popen(
                [*command, "--out", str(self.report), *self.options],
                env=os.environ | {"TMPDIR": str(self.temporary)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
            peak_memory(process.pid) as most,
        ):
            assert process.stderr
            for line in process.stderr:
                said.append(line.rstrip("\n"))
                if len([one for one in said if one.startswith("[")]) == kill_after:
                    time.sleep(pause)
                    process.kill()
                    kill_after = None
        seconds = time.monotonic() - begun
        return Run(tuple(said), process.returncode, seconds, most[0], self._left_processes())

    def results(self) -> list[dict[str, Any]]:
        """What its report tells of each submission."""
        text = (self.report / "results.json").read_text(encoding="utf-8")
        results: list[dict[str, Any]] = json.loads(text)["results"]
        return results

    def folders_left(self) -> list[str]:
        """What lies in its temporary folder."""
        return sorted(path.name for path in self.temporary.iterdir())

    def _left_processes(self) -> tuple[str, ...]:
        until = time.monotonic() + SETTLING
        while (left := self._processes()) and time.monotonic() < until:
            time.sleep(LOOK)
        return tuple(left)

    def _processes(self) -> list[str]:
        """Every process that was started with the temporary folder in its environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if any(str(self.temporary) in value for value in process.environ().values()):
                    found.append(" ".join(process.cmdline()))
            except (psutil.Error, OSError):
                continue
        return found


@contextmanager
def peak_memory(process: int) -> Iterator[list[int]]:
    """The most bytes that a process and all below it were seen to use; what is shared counts once.

    The first number of the list grows while the block runs.
    """
    most, over = [0], threading.Event()

    def watch() -> None:
        while not over.wait(MEMORY_LOOK):
            most[0] = max(most[0], _memory_of(process))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def _memory_of(process: int) -> int:
    try:
        top = psutil.Process(process)
        tree = [top, *top.children(recursive=True)]
    except psutil.Error:
        return 0
    found = 0
    for one in tree:
        with suppress(psutil.Error):  # gone in the meantime
            found += one.memory_full_info().pss
    return found


@contextmanager
def nbgrader_course(lab: str, solution: Path) -> Iterator[Path]:
    """A course folder in which nbgrader itself has released a lab."""
    with tempfile.TemporaryDirectory() as name:
        course = Path(name)
        (course / "source" / lab).mkdir(parents=True)
        (course / "source" / lab / solution.name).write_bytes(solution.read_bytes())
        nbgrader(course, "generate_assignment", lab)
        yield course


def nbgrader(course: Path, *words: str) -> int:
    """Run a command of nbgrader; the most bytes that its processes used together.

    Raises:
        AssertionError: with what it said, if it fails.
    """
    # It calls alembic by name, so the environment has to be as if it were activated.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            [sys.executable, "-m", "nbgrader", *words, "--course-dir", str(course)],
            cwd=course,
            env=os.environ | {"PATH": path},
            stdout=log,
            stderr=log,
        ) as process,
        peak_memory(process.pid) as most,
    ):
        status = process.wait()
        log.seek(0)
        assert status == 0, log.read()[-40000:]
    return most[0]
