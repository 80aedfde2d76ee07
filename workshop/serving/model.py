"""A frozen model: a file of numbers that needs no Keras, and a card that says what it is.

`NAME.onnx` holds the network, its scaling included: pictures go in as they are, 0…255. `NAME.json`
is its card. A model whose bytes are not those that its card names is never run.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SIDE: Final = 28
CLASSES: Final = 10
LARGEST: Final = 100_000_000
"""Bytes of a model file; a digit reader has less than one in a hundred of them."""

HOW_TO_INSTALL: Final = "In the course's folder: .venv/bin/pip install -e '.[serving]'"

Images = NDArray[np.uint8] | NDArray[np.float32]
Probabilities = NDArray[np.float32]


class ModelError(ValueError):
    """This model cannot be used. The message says which file, what is wrong and what to do."""


@dataclass(frozen=True)
class Card:
    """What a frozen model is, and where it comes from.

    Attributes:
        name: such as "digit-reader"; the service shows it, and addresses the model by it.
        version: by default the start of the model's fingerprint: other bytes, other version.
        sha256: the fingerprint of the `.onnx` file.
        divided_by: what the first step inside the file divides pixels by, 255 for a network
            trained on 0…1. Whoever asks the model gives 0…255 in any case.
        data: what the network was trained on, in words; "" where nobody said.
        data_sha256: the fingerprint of those pictures and labels.
        code_sha256: the fingerprint of the code that trained it.
        made_with: the versions of the libraries that froze it.
    """

    name: str
    version: str
    sha256: str
    divided_by: float = 255.0
    data: str = ""
    data_sha256: str = ""
    code_sha256: str = ""
    made_with: str = ""
    input_shape: tuple[int, int] = (SIDE, SIDE)
    input_range: tuple[int, int] = (0, 255)
    classes: int = CLASSES

    def to_json(self) -> str:
        """The card as it is written beside the model."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, path: Path) -> Card:
        """Read a card.

        Raises:
            ModelError: if it is missing, or is no card of a digit reader.
        """
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelError(
                f"The model's card {path} cannot be read ({error.strerror}). It belongs beside "
                "the .onnx file; freezing the network again writes both."
            ) from error
        except ValueError as error:
            raise ModelError(f"{path} is no model card: it is not JSON.") from error
        if not isinstance(said, dict):
            raise ModelError(f"{path} is no model card: it holds no object.")
        for name in ("name", "version", "sha256"):
            if not isinstance(said.get(name), str) or not said[name]:
                raise ModelError(f"{path} is no model card: it does not say its {name!r}.")
        for name, wanted in (("input_shape", [SIDE, SIDE]), ("input_range", [0, 255])):
            if said.get(name, wanted) != wanted:
                raise ModelError(f"{path}: {name} is {said[name]}; a digit reader has {wanted}.")
        told = {field.name: said[field.name] for field in fields(cls) if field.name in said}
        return cls(**told | {"input_shape": (SIDE, SIDE), "input_range": (0, 255)})


@dataclass(frozen=True)
class FrozenModel:
    """A network that only answers.

    Attributes:
        card: what it is.
        path: its `.onnx` file.
    """

    card: Card
    path: Path
    _session: Any
    _input: str

    @classmethod
    def load(cls, path: Path) -> FrozenModel:
        """Verify a frozen model and make it ready to answer, on one thread.

        One process needs one thread: a service runs several processes, and threads of one would
        only take the others' cores.

        Args:
            path: the `.onnx` file; its card lies beside it.

        Raises:
            ModelError: if the file is missing, is not what its card says, or reads no digits.
        """
        content = _content_of(path)
        card = Card.read(card_of(path))
        if (found := hashlib.sha256(content).hexdigest()) != card.sha256:
            raise ModelError(
                f"{path} is not the model that its card describes: its SHA-256 begins with "
                f"{found[:12]}, and the card says {card.sha256[:12]}. Freeze the network again."
            )
        session = _session_of(content, path)
        return cls(card, path, session, session.get_inputs()[0].name)

    def probabilities(self, images: Images) -> Probabilities:
        """Ask the network.

        Args:
            images: (n, 28, 28) uint8 or float32, 0…255, ink is high; n may be 0.

        Returns:
            (n, 10) float32; each row adds up to 1.

        Raises:
            ValueError: if the shape is another one.
        """
        if images.shape[1:] != (SIDE, SIDE):
            raise ValueError(f"pictures have the shape (n, 28, 28), and not {images.shape}")
        if not len(images):
            return np.empty((0, CLASSES), np.float32)
        pixels = np.ascontiguousarray(images, dtype=np.float32)
        answers: Probabilities = self._session.run(None, {self._input: pixels})[0]
        return answers


def card_of(path: Path) -> Path:
    """Where the card of a model lies."""
    return path.with_suffix(".json")


def _content_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise ModelError(f"{path} is no digit reader: it has more than {LARGEST:,} bytes.")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {path} cannot be read ({error.strerror}).") from error


def _session_of(content: bytes, path: Path) -> Any:
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when the library is imported
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelError(f"ONNX Runtime is not installed. {HOW_TO_INSTALL}") from error

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(
            content, sess_options=options, providers=["CPUExecutionProvider"]
        )
        probe = np.zeros((2, SIDE, SIDE), np.float32)
        answers = session.run(None, {session.get_inputs()[0].name: probe})
    except Exception as error:  # the library has an exception of its own for every fault
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise ModelError(f"{path} is no ONNX model of a digit reader: {reason}") from error
    if len(answers) != 1 or answers[0].shape != (2, CLASSES) or answers[0].dtype != np.float32:
        raise ModelError(f"{path} does not answer two pictures with two rows of ten numbers.")
    return session
