"""A `.keras` file taken apart: the description of a network and its numbers, and nothing else.

A `.keras` file is a zip archive of `config.json` (which layers), `metadata.json` (who wrote it) and
`model.weights.h5` (the numbers). We never hand the archive itself on. We read the two parts that
matter and write them into a fresh archive, so tricks with names, duplicates or hidden entries end
here.
"""

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from workshop.untrusted.architecture import check_architecture
from workshop.untrusted.refusal import RefusedModel

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
LARGEST_FILE = 20_000_000
LARGEST_PART = {CONFIG: 1_000_000, METADATA: 10_000, WEIGHTS: LARGEST_FILE}
"""Bytes, unpacked. Keras packs nothing, so the numbers take as much room outside the file as in."""

SMALLER = (
    "The optimiser's memory makes up most of many files: call "
    '`model.compile(optimizer="sgd", loss=…)` before you save, and it is left out.'
)
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
ENCRYPTED = 0x1


@dataclass(frozen=True)
class ModelFile:
    """A network as data. Nothing in it has been run.

    Attributes:
        config: what `config.json` says, without the settings for training.
        weights: an HDF5 file, not looked into yet.
    """

    config: dict[str, Any]
    weights: bytes

    @classmethod
    def read(cls, content: bytes) -> "ModelFile":
        """Take the bytes of a `.keras` file apart.

        Raises:
            RefusedModel: if it is too large, no `.keras` file, or holds a layer that is not on the
                list of `workshop.untrusted.architecture`.
        """
        if len(content) > LARGEST_FILE:
            raise RefusedModel(
                f"This file has {len(content) / 1e6:.1f} MB; {LARGEST_FILE / 1e6:.0f} MB are "
                f"accepted. {SMALLER}",
                "size",
            )
        parts = _parts(content)
        try:
            config = _without_training(_parsed(parts[CONFIG]))
            check_architecture(config)
        except RecursionError as error:
            raise _no_keras_file(f"its {CONFIG} is nested too deeply") from error
        if not parts[WEIGHTS].startswith(HDF5_SIGNATURE):
            raise _no_keras_file(f"its {WEIGHTS} is no HDF5 file")
        return cls(config, parts[WEIGHTS])

    @property
    def sha256(self) -> str:
        """A fingerprint of the network: the same network saved twice has the same one.

        That is why it is not the fingerprint of the file, which also holds the time of saving.
        """
        described = json.dumps(_without(self.config, "shared_object_id"), sort_keys=True)
        return hashlib.sha256(described.encode() + self.weights).hexdigest()

    def write(self, file: Path | BinaryIO) -> None:
        """Write a `.keras` file of these two parts alone."""
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(CONFIG, json.dumps(self.config))
            archive.writestr(WEIGHTS, self.weights)


def _parts(content: bytes) -> dict[str, bytes]:
    if content.startswith(HDF5_SIGNATURE):
        raise _no_keras_file("it is an HDF5 file, the older format (.h5), which has no safe mode")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            strange = sorted(set(names) - LARGEST_PART.keys())
            if strange:
                raise _no_keras_file(f"it also holds {strange[0][:60]!r}")
            missing = sorted({CONFIG, WEIGHTS} - set(names))
            if missing:
                raise _no_keras_file(f"it holds no {missing[0]}")
            if len(set(names)) < len(names):
                raise _no_keras_file("it holds two parts of the same name")
            return {member.filename: _unpacked(archive, member) for member in members}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise _no_keras_file("it is no whole zip archive") from error


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    name, most = member.filename, LARGEST_PART[member.filename]
    if member.flag_bits & ENCRYPTED:
        raise _no_keras_file(f"its {name} is encrypted")
    size = member.file_size
    if size <= most:
        with archive.open(member) as file:
            part = file.read(most + 1)  # what a header declares need not be true
        if len(part) <= most:
            return part
        size = len(part)
    raise RefusedModel(
        f"The {name} in this file unpacks to {size / 1e6:.1f} MB; {most / 1e6:g} MB are accepted. "
        f"{SMALLER}",
        "size",
    )


def _parsed(config: bytes) -> dict[str, Any]:
    try:
        described = json.loads(config)
    except ValueError as error:
        raise _no_keras_file(f"its {CONFIG} cannot be read") from error
    if not isinstance(described, dict):
        raise _no_keras_file(f"its {CONFIG} describes no network")
    return described


def _without_training(config: dict[str, Any]) -> dict[str, Any]:
    """Without losses, metrics and optimisers, which may be the learner's own and are not needed."""
    cleaned: dict[str, Any] = _without(config, "compile_config")
    return cleaned


def _without(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, name) for key, inner in value.items() if key != name}
    if isinstance(value, list):
        return [_without(inner, name) for inner in value]
    return value


def _no_keras_file(because: str) -> RefusedModel:
    return RefusedModel(
        f"This is no .keras file as Keras 3 writes it: {because}. "
        'Save your network with `model.save("my model.keras")` and send that file.',
        "format",
    )
