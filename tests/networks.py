"""Tiny networks as `.keras` files, and what a stranger may make of such a file."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py

import workshop.quiet  # noqa: F401  (before Keras: keeps TensorFlow quiet)

import keras  # isort: skip

TINY_PARAMETERS = 7850


def tiny_network(outputs: int = 10) -> Any:
    """One dense layer: 7,850 parameters for ten outputs. Untrained."""
    keras.utils.set_random_seed(1)
    # Names of our own: those of Keras are counted up, and every file would be another.
    return keras.Sequential(
        [
            keras.Input((28, 28), name="pixels"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(outputs, name="dense"),
        ],
        name="tiny",
    )


def saved(network: Any, folder: Path) -> bytes:
    """The bytes of the `.keras` file of a network."""
    path = folder / "network.keras"
    network.save(path)
    return path.read_bytes()


def parts_of(content: bytes) -> dict[str, bytes]:
    """What is in a `.keras` file, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_config(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The same file after somebody has changed its `config.json`."""
    parts = parts_of(content)
    config = json.loads(parts["config.json"])
    change(config)
    return zipped({**parts, "config.json": json.dumps(config).encode()})


def with_weights(content: bytes, change: Callable[[h5py.File], None]) -> bytes:
    """The same file after somebody has changed its `model.weights.h5`."""
    parts = parts_of(content)
    weights = io.BytesIO(parts["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        change(file)
    return zipped({**parts, "model.weights.h5": weights.getvalue()})


def layer_of(config: dict[str, Any], index: int = -1) -> dict[str, Any]:
    """What a `config.json` says of one layer."""
    layer: dict[str, Any] = config["config"]["layers"][index]
    return layer
