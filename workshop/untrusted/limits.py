"""A process that may not take much: time, memory, disk, and nothing of its parent's environment.

The child limits itself before it reads anything (`limit_this_process`, `limit_memory`, `fence`).
The parent watches it from outside (`run_limited`), with what every system has. On Windows and
macOS some of the child's own limits do not exist; there the parent's watch is what remains.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil

import workshop

KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What some systems need to find their own libraries."""

FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn",
             "os.startfile", "pickle.find_class", "urllib.", "ftplib.", "smtplib.")  # fmt: skip
WATCH = 0.1
KERAS_ITSELF = 1_500_000_000
"""Bytes that a process with Keras holds before it has done anything: twice what was measured."""


@dataclass(frozen=True)
class Limits:
    """What a network may take.

    Attributes:
        seconds: from start to end. Of these, starting Keras takes from 5 to 15.
        processor_seconds: added up over all cores.
        memory: bytes, beyond what Keras itself takes.
        file_bytes: the largest file that may be written.
        parameters: the most numbers that a network may have.
    """

    seconds: int = 120
    processor_seconds: int = 180
    memory: int = 3_000_000_000
    file_bytes: int = 64_000_000
    parameters: int = 5_000_000


@dataclass(frozen=True)
class Ending:
    """How a limited process ended: by itself with a `status`, or stopped for a reason."""

    status: int
    stopped_for: Literal["", "time", "memory"] = ""


def run_limited(arguments: list[str], folder: Path, limits: Limits) -> Ending:
    """Run `python -m …` in a folder, until it ends or takes too much; then all of it is killed.

    What it prints goes into the folder's file `log`. It sees none of this process's environment.
    """
    command = [sys.executable, "-P", "-s", "-m", *arguments]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=bare_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            return _watched(process, limits)
        finally:
            _kill(process)


def bare_environment(folder: Path) -> dict[str, str]:
    """The few variables that a limited process sees. Its home is the folder itself."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "PATH": os.defpath,
        "PYTHONPATH": str(Path(workshop.__file__).parent.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "HOME": str(folder),
        "USERPROFILE": str(folder),
        "TMPDIR": str(folder),
        "TEMP": str(folder),
        "KERAS_BACKEND": "tensorflow",
        "CUDA_VISIBLE_DEVICES": "",
        "MALLOC_ARENA_MAX": "2",  # otherwise every thread reserves address space of its own
        "TF_CPP_MIN_LOG_LEVEL": "0",  # the log is a file: nothing needs to be filtered
    }


def limit_this_process(limits: Limits) -> None:
    """Limit time, files and core dumps of this process, for good."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_CPU, limits.processor_seconds),
    ):
        resource.setrlimit(what, (most, most))
    # The system ends this process even if its parent, which watches it, is gone.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.seconds)


def limit_memory(limits: Limits) -> None:
    """From here on this process can reserve so much more memory. Only Linux keeps to it."""
    if sys.platform == "win32":
        return
    import resource

    most = psutil.Process().memory_info().vms + limits.memory
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit, and refuses it
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def fence(folder: Path) -> None:
    """From here on Python starts no program, opens no connection and writes outside no folder.

    A second fence, not the first: Python's audit hooks see what Python does, not what a library
    written in C does.
    """
    inside = str(folder.resolve()) + os.sep

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"{event} is not allowed here")
        if event == "open" and _writes(arguments):
            path = os.path.abspath(os.fsdecode(arguments[0]))  # type: ignore[arg-type]
            if not path.startswith(inside) and path != os.devnull:
                raise PermissionError(f"{path} may not be written")

    sys.addaudithook(watch)


def _writes(arguments: tuple[object, ...]) -> bool:
    path, _, flags = arguments
    changing = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
    return isinstance(path, (str, bytes)) and isinstance(flags, int) and bool(flags & changing)


def _watched(process: "subprocess.Popen[bytes]", limits: Limits) -> Ending:
    end = time.monotonic() + limits.seconds
    while process.poll() is None:
        if time.monotonic() > end:
            return Ending(-1, "time")
        if _resident(process.pid) > KERAS_ITSELF + limits.memory:
            return Ending(-1, "memory")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(WATCH)
    status = process.returncode
    if sys.platform != "win32" and status in (-signal.SIGALRM, -signal.SIGXCPU):
        return Ending(status, "time")
    return Ending(status)


def _resident(pid: int) -> int:
    """Bytes of memory that a process really uses; 0 once it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process and everything that it has started."""
    if sys.platform == "win32":
        with contextlib.suppress(psutil.Error):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
