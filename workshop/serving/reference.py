"""The reference model: the course's own network of lab 05, frozen.

`python -m workshop.serving.reference FOLDER` writes it there, and trains it first where no lab has
done so yet. It is a process of its own, because TensorFlow must not be in one that a server forks.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Final

from workshop import reader
from workshop.data import load_mnist, mnist_source
from workshop.serving.choice import child_main
from workshop.serving.model import FrozenModel

NAME: Final = "digit-reader"


def freeze_reference(folder: Path) -> FrozenModel:
    """Freeze the reference model into a folder. It is trained once, where no lab has done so.

    Returns:
        The frozen model; its card says which digits it was trained on.
    """
    from workshop.serving.freeze import freeze

    (images, labels), _ = load_mnist()  # tells which digits these are
    print("Preparing the reference model. Once on this computer, that is a short training.")
    return freeze(
        reader.course_reader(),
        folder / f"{NAME}.onnx",
        name=NAME,
        data="MNIST" if mnist_source().real else "stand-in digits, made from scikit-learn's 1,797",
        data_sha256=hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest(),
        code_sha256=hashlib.sha256(Path(reader.__file__).read_bytes()).hexdigest(),
    )


if __name__ == "__main__":
    child_main(lambda: freeze_reference(Path(sys.argv[1])).path)
