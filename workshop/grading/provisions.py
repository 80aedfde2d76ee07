"""What every room finds: the learner's side of the course's package, and the digits."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from workshop.data import load_mnist, mnist_source
from workshop.grading.learner_side import write_learner_side

STAND_IN = "stand-in"


@dataclass(frozen=True)
class Provisions:
    """Two folders, and the file of the real digits in the second; empty where there is none."""

    package: Path
    digits: Path
    mnist: str

    def environment(self, package: str = "", digits: str = "") -> dict[str, str]:
        """The variables that lead there, or to where the folders are seen from inside."""
        folder = digits or str(self.digits)
        return {
            "PYTHONPATH": package or str(self.package),
            "KERAS_HOME": folder,
            "MNIST_NPZ": f"{folder}/datasets/{self.mnist}" if self.mnist else STAND_IN,
            "FASHION_MNIST_NPZ": STAND_IN,
        }


def provide(folder: Path) -> Provisions:
    """Write them below a folder: the digits are those that are in use here."""
    load_mnist(quiet=True)
    source = mnist_source()
    digits = folder / "digits"
    (digits / "datasets").mkdir(parents=True)
    if source.path is not None:
        shutil.copyfile(source.path, digits / "datasets" / source.path.name)
    mnist = source.path.name if source.path and source.real else ""
    return Provisions(write_learner_side(folder / "package"), digits, mnist)
