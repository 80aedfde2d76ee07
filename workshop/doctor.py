"""Is this machine ready for the labs, and what exactly to do if not."""

import json
import os
import platform
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from workshop import machine
from workshop.findings import Finding, Report, report_text
from workshop.launch import USUAL_PORT
from workshop.places import home, labs_folder

__all__ = ["Finding", "Report", "doctor", "examine", "report_text"]

SUPPORTED = ("3.11", "3.12", "3.13")
IMPORT_SECONDS = 60
GIGABYTE = 10**9


def doctor() -> Report:
    """Examine this machine; show the result as the last line of a cell, or print it."""
    return Report(tuple(examine()))


def examine() -> list[Finding]:
    """Everything the labs lean on. Takes some seconds, nearly all of them TensorFlow's import."""
    checks: dict[str, Callable[[], Finding]] = {
        "Python": _python,
        "TensorFlow": _tensorflow,
        "Keras": _keras,
        "cores": _cores,
        "memory": _memory,
        "disk": _disk,
        "digits": _digits,
        "graphviz": _graphviz,
        "port": _port,
        "labs folder": lambda: _writing("labs folder", labs_folder()),
        "home folder": lambda: _writing("home folder", Path.home()),
    }
    findings = []
    for name, check in checks.items():
        try:
            findings.append(check())
        except Exception as error:
            # Whatever is broken, the other findings still have to be told.
            findings.append(Finding(name, "problem", str(error) or type(error).__name__))
    return findings


def _python() -> Finding:
    here = f"Python {platform.python_version()} ({sys.executable})"
    if platform.python_version().rpartition(".")[0] in SUPPORTED:
        return Finding("Python", "ok", here)
    wanted = f"{here}; the labs need {', '.join(SUPPORTED[:-1])} or {SUPPORTED[-1]}."
    return Finding("Python", "problem", wanted, _rebuild("PYTHON=python3.12"))


def _tensorflow() -> Finding:
    found = _installed("tensorflow-cpu") or _installed("tensorflow")
    if not found:
        return Finding("TensorFlow", "problem", "TensorFlow is not installed.", _rebuild())
    if "tensorflow" in sys.modules:
        return Finding("TensorFlow", "ok", f"TensorFlow {found}")
    error = import_error("tensorflow")
    if not error:
        return Finding("TensorFlow", "ok", f"TensorFlow {found}")
    what = f"TensorFlow {found} is installed, but does not start: {error}"
    if sys.platform == "win32" and "DLL load failed" in error:
        return Finding(
            "TensorFlow", "problem", what, machine.install_command(machine.VISUAL_C_RUNTIME)
        )
    return Finding("TensorFlow", "problem", what, _rebuild())


def import_error(module: str, seconds: float = IMPORT_SECONDS) -> str:
    """Why `module` cannot be imported in a fresh process, in one line; "" where it can.

    A process of its own, because a broken TensorFlow may not raise but end the interpreter.
    """
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        result = subprocess.run(
            [sys.executable, "-c", f"import {module}"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            env=quiet,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"its import took more than {seconds:g} seconds."
    if result.returncode == 0:
        return ""
    if sys.platform != "win32" and result.returncode == -signal.SIGILL:
        return "this processor lacks instructions (AVX) that it was built with."
    lines = result.stderr.strip().splitlines()
    return lines[-1] if lines else f"its import ended with exit status {result.returncode}."


def _keras() -> Finding:
    found = _installed("keras")
    if not found:
        return Finding("Keras", "problem", "Keras is not installed.", _rebuild())
    backend = keras_backend()
    if backend == "tensorflow":
        return Finding("Keras", "ok", f"Keras {found}, backend {backend}")
    what = (
        f"Keras {found} would use the backend {backend}; the labs need tensorflow. "
        "Stop JupyterLab, set the backend in the same terminal, start it again."
    )
    if sys.platform == "win32":
        return Finding("Keras", "problem", what, '$env:KERAS_BACKEND = "tensorflow"')
    return Finding("Keras", "problem", what, "export KERAS_BACKEND=tensorflow")


def keras_backend() -> str:
    """The backend that Keras will take: the environment decides, else the file keras.json.

    Read here as Keras reads it, because asking Keras fails when that backend is not installed.
    """
    named = os.environ.get("KERAS_BACKEND")
    if named:
        return named
    settings = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "keras.json"
    try:
        return str(json.loads(settings.read_text()).get("backend", "tensorflow"))
    except (OSError, ValueError):  # no such file, or one that Keras passes over too
        return "tensorflow"


def _cores() -> Finding:
    count = machine.cores()
    if count >= 2:
        return Finding("cores", "ok", f"{count} processor cores")
    return Finding("cores", "note", "One processor core: the labs' minutes are given for two.")


def _memory() -> Finding:
    free = machine.free_memory() / GIGABYTE
    if free >= 2:
        return Finding("memory", "ok", f"{free:.1f} GB of memory free")
    what = f"{free:.1f} GB of memory free; a lab wants 1 to 2 GB. Close other notebooks."
    return Finding("memory", "note" if free >= 1 else "problem", what)


def _disk() -> Finding:
    free = shutil.disk_usage(labs_folder()).free / GIGABYTE
    if free >= 1:
        return Finding("disk", "ok", f"{free:.0f} GB of disk free")
    what = f"{free:.2f} GB of disk free; the labs want 1 GB. pip's own cache can go."
    clear = _command(sys.executable, "-m", "pip", "cache", "purge")
    return Finding("disk", "note" if free >= 0.2 else "problem", what, clear)


def _digits() -> Finding:
    # Imported here, so that a broken NumPy becomes a finding.
    from workshop.data import mnist_source

    source = mnist_source()
    return Finding("digits", "ok" if source.real else "note", source.sentence)


def _graphviz() -> Finding:
    program = shutil.which("dot")
    if program:
        return Finding("graphviz", "ok", f"graphviz draws the networks ({program})")
    what = "graphviz is not installed: the labs draw networks in a plainer way."
    return Finding("graphviz", "note", what, machine.install_command(machine.GRAPHVIZ))


def _port() -> Finding:
    if machine.port_is_free(USUAL_PORT):
        return Finding("port", "ok", f"port {USUAL_PORT} is free")
    what = f"port {USUAL_PORT} is in use, perhaps by JupyterLab; another one takes the next port"
    return Finding("port", "ok" if "JPY_SESSION_NAME" in os.environ else "note", what)


def _writing(name: str, folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Finding(name, "ok", f"{folder} can be written to")
    except OSError as error:
        what = f"{folder} cannot be written to: {error.strerror}."
        return Finding(name, "problem", what, machine.own_command(folder))


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _rebuild(*options: str) -> str:
    """The command that builds this environment anew."""
    if shutil.which("make"):
        return _command("make", "-C", str(home()), "clean", "lab", *options)
    lock = str(home() / "requirements.txt")
    pip = (sys.executable, "-m", "pip", "install", "--force-reinstall", "--require-hashes")
    return _command(*pip, "-r", lock)


def _command(*words: str) -> str:
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)
