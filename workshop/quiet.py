"""Start TensorFlow without its banner, and with every warning and error.

TensorFlow writes a few INFO lines while it is imported. ``TF_CPP_MIN_LOG_LEVEL`` cannot stop the
first ones, because they are written (by TensorFlow 2.21, once for each of two libraries) before it
is read. Turning off what they announce, oneDNN, would cost time (see `workshop/convolutions.py`).
So stderr passes through a filter while the import lasts, and no longer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Final

LEVEL: Final = "TF_CPP_MIN_LOG_LEVEL"
EVERYTHING: Final = "0"
WARNINGS_AND_ERRORS: Final = "1"
STDERR: Final = 2

# A process of its own, because the import may abort (a processor that is too old): a thread would
# die with it, and take the reason along. It must outlive Ctrl-C for the same reason.
FILTER: Final = r"""
import re, signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
info = re.compile(rb"I\d{4} |\d{4}-\d\d-\d\d [\d:.]+: I ")
preamble = b"WARNING: All log messages before absl::InitializeLog()"
for line in sys.stdin.buffer:
    if not info.match(line) and not line.startswith(preamble):
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
"""


def quiet_tensorflow() -> None:
    """Leave out TensorFlow's INFO lines, from its import on. Costs nothing until then.

    What the learner has set in ``TF_CPP_MIN_LOG_LEVEL`` stands: with 0, every line is shown.
    """
    if os.environ.setdefault(LEVEL, WARNINGS_AND_ERRORS) == EVERYTHING:
        return
    installed = any(isinstance(finder, _QuietImport) for finder in sys.meta_path)
    if not installed and "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, _QuietImport())


class _QuietImport:
    """Finds TensorFlow where Python would, and filters stderr while it is imported."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "tensorflow":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def quietly(module: ModuleType) -> None:
                with filtered_stderr():
                    execute(module)

            spec.loader.exec_module = quietly  # type: ignore[method-assign]
        return spec


@contextmanager
def filtered_stderr() -> Iterator[None]:
    """Drop TensorFlow's INFO lines from the process's stderr, and pass everything else on."""
    import subprocess  # here, so that a lab that never imports TensorFlow does not wait for it

    try:
        reader = subprocess.Popen([sys.executable, "-I", "-S", "-c", FILTER], stdin=subprocess.PIPE)
    except OSError:  # no process may be started here: then the banner is shown
        yield
        return
    assert reader.stdin is not None
    with reader:
        kept = os.dup(STDERR)
        os.dup2(reader.stdin.fileno(), STDERR)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(kept, STDERR)
            os.close(kept)
