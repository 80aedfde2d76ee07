"""The first code cell of every lab: it does nothing, or installs the course on Google Colab.

Colab brings TensorFlow, Keras, NumPy and the rest in versions of its own. They stay; only
what is missing there is added.
"""

from workshop.authoring.links import repository

MISSING_ON_COLAB = ("jupytext==1.19.6", "optuna==5.0.0")
"""What the labs need and Colab does not have, as requirements.txt pins it."""

CELL = """\
# On Google Colab, this cell brings the course's package. Everywhere else it does nothing.
try:
    import workshop
except ModuleNotFoundError:
    import os
    import subprocess
    import sys

    if "COLAB_RELEASE_TAG" not in os.environ:
        raise ModuleNotFoundError(
            f"{sys.executable} does not have this course. Open the labs with `make lab`, "
            "or choose the kernel of the course's .venv."
        ) from None
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    package = "@PACKAGE@"
    subprocess.run([*pip, "--no-deps", package], check=True)
    subprocess.run([*pip, @MISSING@], check=True)
"""


def package_cell() -> str:
    """The code of the cell, with the archive of this very version."""
    missing = ", ".join(f'"{pin}"' for pin in MISSING_ON_COLAB)
    cell = CELL.replace("@PACKAGE@", repository().archive()).replace("@MISSING@", missing)
    return cell.strip()
