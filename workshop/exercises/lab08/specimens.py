"""Harmless pickles that do something when they are loaded: each makes one file or folder.

Whoever loads one sees it by that. The places are in a folder of the probe's own.
"""

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PROTOCOL = 4
"""Of all Pythons in use; from 5 on, arrays ask for other names."""


class Specimen:
    """Its pickle, when loaded, calls a function."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self._call


def dtype(place: str) -> None:
    """Not NumPy's: only the name is the same."""
    os.mkdir(place)


def specimens(folder: Path) -> dict[str, tuple[bytes, Path]]:
    """Pickles, and for each the place that exists once it has run.

    They are named after the module that they ask for.
    """
    places = {name: folder / f"{name}.npy" for name in ("os", "eval", "shutil", "numpy", "dtype")}
    source = folder / "something.txt"
    source.write_text("something", encoding="utf-8")
    calls = {
        "os": Specimen(os.mkdir, str(places["os"])),
        "eval": Specimen(eval, f"__import__('os').mkdir({str(places['eval'])!r})"),
        "shutil": Specimen(shutil.copyfile, str(source), str(places["shutil"])),
        "numpy": Specimen(np.save, str(places["numpy"]), 1),
        "dtype": Specimen(dtype, str(places["dtype"])),
    }
    return {name: (pickle.dumps(call, PROTOCOL), places[name]) for name, call in calls.items()}
