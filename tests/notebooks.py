"""Run a lab as papermill does, with the small parameters of its header, on the stand-in."""

from pathlib import Path

import nbformat
import papermill

from workshop.authoring.kernels import WatchfulManager
from workshop.source import LabSource


def name(lab: LabSource) -> str:
    return lab.name


CELL_SECONDS = 300
"""Five times what the slowest cell of a small lab takes on a busy machine."""


def run_small(notebook: Path, lab: LabSource, tmp_path: Path) -> nbformat.NotebookNode:
    """The notebook as papermill leaves it, with the header's small parameters."""
    return papermill.execute_notebook(
        notebook,
        tmp_path / "run.ipynb",
        parameters=lab.small,
        cwd=tmp_path,
        progress_bar=False,
        log_output=False,
        execution_timeout=CELL_SECONDS,
        kernel_manager_class=WatchfulManager,
    )


def verdicts(notebook: nbformat.NotebookNode) -> list[str]:
    """The text of every verdict in the outputs, in order."""
    return [
        "".join(output["data"]["text/plain"]).splitlines()[0]
        for cell in notebook.cells
        if "-check" in cell.metadata.get("nbgrader", {}).get("grade_id", "")
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]
