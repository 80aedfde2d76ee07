"""The first code cell of every lab: it does nothing, or installs the course on Google Colab.

Colab brings TensorFlow, Keras, NumPy and the rest in versions of its own. They stay; only
what is missing there is added.
"""

from workshop.authoring.links import repository

MISSING_ON_COLAB = ("jupytext==1.19.6", "optuna==5.0.0")
"""What the labs need and Colab does not have, as requirements.txt pins it."""
FIRST_OF_PRODUCTION = "08"
MISSING_IN_PRODUCTION = (
    "anywidget==0.11.0",
    "duckdb==2.0.0",
    "gunicorn==27.0.1",
    "onnx==1.23.2",
    "onnxruntime==1.31.1",
    "orjson==3.13.0",
    "pysimdjson==7.0.2",
    "tf2onnx==1.17.0",
)
"""What the labs from 08 on need besides, and Colab may not have."""

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


def missing_on_colab(number: str) -> tuple[str, ...]:
    """What a lab, given by its number such as "08", needs and Colab may not have."""
    later = MISSING_IN_PRODUCTION if number >= FIRST_OF_PRODUCTION else ()
    return (*MISSING_ON_COLAB, *later)


def package_cell(number: str) -> str:
    """The code of a lab's cell, with the archive of this very version."""
    missing = ", ".join(f'"{pin}"' for pin in missing_on_colab(number))
    cell = CELL.replace("@PACKAGE@", repository().archive()).replace("@MISSING@", missing)
    return cell.strip()
