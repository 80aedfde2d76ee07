"""Which model is meant: the file that was named, or the reference model; frozen and verified.

What is dear is done once: results lie beside the digits, in Keras's folder of data sets.
"""

from __future__ import annotations

import contextlib
import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from workshop.data import cache, mnist_source
from workshop.serving.model import FrozenModel, ModelError, card_of

REFERENCE: Final = "digit-reference-1"
"""Its number goes up with every change of the network or of its training."""
LARGEST_KERAS_FILE: Final = 20_000_000
REFUSED: Final = 3


def chosen_model(given: Path | None) -> Path:
    """A frozen model's `.onnx` file, verified.

    Args:
        given: an `.onnx` file with its card beside it; or a `.keras` file, which is frozen first;
            or None for the reference model, which is trained if no earlier call has done it.

    Raises:
        ModelError: if there is none, or it cannot be used.
    """
    if given is None:
        return _kept(_reference_file) or _made(["reference"], _reference_file)
    if not given.is_file():
        raise ModelError(f"There is no file {given}.")
    if given.suffix == ".onnx":
        return FrozenModel.load(given).path
    if given.suffix == ".keras":
        return _frozen(given)
    raise ModelError(
        f"{given} is no model: its name ends in {given.suffix!r}. A .keras file or a frozen .onnx "
        "file is needed."
    )


def chosen_elsewhere(given: Path | None) -> Path:
    """As `chosen_model`, in a process of its own: this one never holds ONNX Runtime's threads."""
    return _child("choice", *([] if given is None else [str(given)]))


def _frozen(file: Path) -> Path:
    if file.stat().st_size > LARGEST_KERAS_FILE:
        raise ModelError(f"{file} is too large: {LARGEST_KERAS_FILE / 1e6:g} MB are accepted.")
    fingerprint = hashlib.sha256(file.read_bytes()).hexdigest()[:16]

    def name() -> str:
        return f"frozen-1-{file.stem}-{fingerprint}.onnx"

    return _kept(name) or _made(["keras_file", str(file.resolve())], name)


def _reference_file() -> str:
    return f"{REFERENCE}-{'mnist' if mnist_source().real else 'stand-in'}.onnx"


def _kept(name: Callable[[], str]) -> Path | None:
    """What an earlier call has made; None if there is none that is whole."""
    for path in cache.found(name()):
        with contextlib.suppress(ModelError):
            return FrozenModel.load(path).path
    return None


def _made(order: list[str], name: Callable[[], str]) -> Path:
    """Run one of this package's modules in a process of its own, and keep what it made.

    A server forks; a process that has TensorFlow's threads must not.
    """
    with tempfile.TemporaryDirectory() as folder:
        made = _child(*order, folder)
        path = cache.keep(name(), made.read_bytes())
        if path is None or not cache.keep(card_of(path).name, card_of(made).read_bytes()):
            raise ModelError(f"The model cannot be kept: {cache.folders()[0]} is not writable.")
    return FrozenModel.load(path).path


def _child(module: str, *arguments: str) -> Path:
    """Run a module of this package that ends in `child_main`, and take the path that it prints.

    Raises:
        ModelError: with the child's sentence, or one about its end.
    """
    command = [sys.executable, "-m", f"workshop.serving.{module}", *arguments]
    ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode == REFUSED:
        raise ModelError(ended.stdout.strip())
    if ended.returncode:
        raise ModelError(f"Making the model broke off with the status {ended.returncode}.")
    return Path(ended.stdout.strip())


def child_main(make: Callable[[], Path]) -> None:
    """What `_child` runs. To stdout goes a path, or the reason of a refusal; the rest to stderr."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            path = make()
    except ModelError as error:
        print(error)
        sys.exit(REFUSED)
    print(path)


if __name__ == "__main__":
    child_main(lambda: chosen_model(Path(sys.argv[1]) if sys.argv[1:] else None))
