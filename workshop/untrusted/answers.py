"""Ask a stranger's network: pictures go in, an array of numbers comes out, nothing else does."""

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from workshop.untrusted.limits import Ending, Limits, run_limited
from workshop.untrusted.model_file import ModelFile
from workshop.untrusted.refusal import Fault, RefusedModel

CLASSES: Final = 10
LONGEST_REPORT: Final = 20_000
FAULTS: Final[tuple[Fault, ...]] = get_args(Fault)


@dataclass(frozen=True)
class Reading:
    """What a network answered.

    Attributes:
        answers: (n, 10) float32, one number for each class. They need not be probabilities.
        parameters: how many numbers the network has, trainable or not.
    """

    answers: NDArray[np.float32]
    parameters: int

    @property
    def classes(self) -> NDArray[np.intp]:
        """(n,) the class that each picture was taken for."""
        classes: NDArray[np.intp] = self.answers.argmax(axis=1)
        return classes


def answers_of(
    model: ModelFile, images: NDArray[np.float32], limits: Limits | None = None
) -> Reading:
    """Let a network look at pictures, in a limited process of its own.

    Args:
        model: the network. Its labels' names never meet it: only pictures are handed over.
        images: (n, 28, 28) float32 from 0 to 1.
        limits: what it may take.

    Raises:
        RefusedModel: if it cannot be loaded, takes too much, or answers with anything else than
            ten finite numbers for each picture.
    """
    limits = limits or Limits()
    # What is written while the folder is taken down must not matter.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        model.write(folder / "model.keras")
        (folder / "model.weights.h5").write_bytes(model.weights)
        np.save(folder / "images.npy", images, allow_pickle=False)
        order = ["workshop.untrusted.child", json.dumps(asdict(limits))]
        ending = run_limited(order, folder, limits)
        parameters = _reported(folder / "report.json", ending, limits)
        return Reading(_judged(folder / "answers.npy", len(images)), parameters)


def _reported(path: Path, ending: Ending, limits: Limits) -> int:
    """How many parameters the child has counted.

    Raises:
        RefusedModel: with the child's sentence, or one about its end.
    """
    if ending.stopped_for == "time":
        raise RefusedModel(
            f"This network was stopped after {limits.seconds} seconds, Keras's start included. "
            "Make it smaller.",
            "limits",
        )
    report = _read_report(path)
    if ending.stopped_for == "memory" or (ending.status and not report):
        raise RefusedModel(
            "This network was stopped: it broke off, most likely because it needs more than "
            f"{limits.memory / 1e9:g} GB of memory. Make it smaller.",
            "limits",
        )
    sentence, fault, parameters = (report.get(k) for k in ("refused", "fault", "parameters"))
    if isinstance(sentence, str):
        raise RefusedModel(sentence, fault if fault in FAULTS else "content")
    if type(parameters) is not int or not 0 <= parameters <= limits.parameters:
        raise RefusedModel("This network gave no account of itself. Save it anew.", "content")
    return parameters


def _read_report(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            report = json.loads(file.read(LONGEST_REPORT))
    except (OSError, ValueError, RecursionError):
        return {}
    return report if isinstance(report, dict) else {}


def _judged(path: Path, count: int) -> NDArray[np.float32]:
    """The answers, once each is known to be a number: the file comes from a stranger's process."""
    expected = count * CLASSES * np.dtype(np.float32).itemsize
    try:
        if path.stat().st_size > expected + 1000:
            raise ValueError("larger than all answers together")
        answers = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise RefusedModel("The answers of this network cannot be read.", "content") from error
    if answers.shape != (count, CLASSES) or answers.dtype != np.float32:
        raise RefusedModel(
            f"The answers of this network are {answers.dtype} {answers.shape}, and not "
            f"float32 {(count, CLASSES)}.",
            "content",
        )
    wrong = int((~np.isfinite(answers)).any(axis=1).sum())
    if wrong:
        raise RefusedModel(
            f"This network answers {wrong:,} of {count:,} pictures with NaN (not a number) or "
            "infinity. Such a network has usually been trained with too large a learning rate.",
            "content",
        )
    return np.asarray(answers, dtype=np.float32)
