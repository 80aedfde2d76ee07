"""`workshop build`: write everything that is generated, each file whole or not at all."""

import os
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from workshop.authoring.kernels import WatchfulManager
from workshop.authoring.notebooks import (
    lab_notebook,
    read_all_labs,
    solution_notebook,
    to_text,
)
from workshop.authoring.table import readme_with_table
from workshop.data import mnist_source
from workshop.files import write_whole
from workshop.places import home, labs_folder, skeleton_folder, solutions_folder
from workshop.regions import strip_solution
from workshop.source import LabSource, script_path

CELL_SECONDS = 600
SLOWEST = 5
"""How many cells a build names: no cell of a lab should take a learner more than a minute."""
THIS_MACHINE = "this-machine"
"""The tag of a cell whose output is true on one machine only, so that it is not stored."""


class BuildError(RuntimeError):
    """The curriculum cannot be built here; the message says why and what to do."""


@dataclass(frozen=True)
class Generated:
    """A file and the text it must hold."""

    path: Path
    text: str

    def in_sync(self) -> bool:
        """Whether the file holds exactly this text."""
        return self.path.exists() and self.path.read_bytes() == self.text.encode()


def generated_files(labs: list[LabSource]) -> list[Generated]:
    """Every file that follows from the sources without running anything."""
    files = [
        Generated(labs_folder() / f"{lab.name}.ipynb", to_text(lab_notebook(lab))) for lab in labs
    ]
    if script_path().exists():
        script = script_path().read_text("utf-8")
        files.append(Generated(skeleton_folder() / script_path().name, strip_solution(script)))
    readme = home() / "README.md"
    if readme.exists():
        files.append(Generated(readme, readme_with_table(readme.read_text("utf-8"), labs)))
    return files


def solution_path(lab: LabSource) -> Path:
    """Where the executed solution of a lab is kept."""
    return solutions_folder() / f"{lab.name}.ipynb"


def stored_solution(lab: LabSource) -> NotebookNode | None:
    """The executed solution, if there is one."""
    path = solution_path(lab)
    return nbformat.read(path, as_version=nbformat.NO_CONVERT) if path.exists() else None


def same_cells(one: NotebookNode, other: NotebookNode) -> bool:
    """Whether two notebooks agree in all but outputs and what a run leaves behind."""

    def bare(notebook: NotebookNode) -> list[tuple[str, str, str, object]]:
        return [(c.id, c.cell_type, c.source, c.metadata) for c in notebook.cells]

    return bare(one) == bare(other)


def same_code(one: NotebookNode, other: NotebookNode) -> bool:
    """Whether two notebooks run the same code, whatever the prose says."""
    code = [[c.source for c in nb.cells if c.cell_type == "code"] for nb in (one, other)]
    return code[0] == code[1]


def with_outputs_of(stored: NotebookNode, fresh: NotebookNode) -> NotebookNode:
    """`fresh` with what a run of the same code has left behind."""
    ran = iter([cell for cell in stored.cells if cell.cell_type == "code"])
    for cell in fresh.cells:
        if cell.cell_type == "code":
            before = next(ran)
            cell.outputs, cell.execution_count = before.outputs, before.execution_count
    fresh.metadata["workshop"] = stored.metadata["workshop"]
    return fresh


def build(execute_all: bool = False, execute: bool = True) -> None:
    """Write labs, skeleton and README, then run the solutions whose cells have changed.

    Raises:
        BuildError: if solutions must run and the real digits are not here.
    """
    labs = read_all_labs()
    for lab in labs:
        fresh, stored = solution_notebook(lab), stored_solution(lab)
        if stored and same_code(fresh, stored) and not execute_all:
            write_if_new(solution_path(lab), to_text(with_outputs_of(stored, fresh)))
            continue
        if not execute:
            continue
        if not mnist_source().real:
            raise BuildError(
                f"{lab.name} must run on the real digits, because its outputs are stored, and "
                "they are not here. Set MNIST_NPZ to an mnist.npz file, or build without running: "
                "`workshop build --no-execute`."
            )
        print(f"running {solution_path(lab).name} …", flush=True)
        write_whole(solution_path(lab), to_text(executed(fresh)))
    for file in generated_files(labs):
        write_if_new(file.path, file.text)


def write_if_new(path: Path, text: str) -> None:
    """Write what has changed, and say so."""
    if not Generated(path, text).in_sync():
        print(f"writing {path.relative_to(home())}")
        write_whole(path, text)


def executed(notebook: NotebookNode) -> NotebookNode:
    """Run a solution from top to bottom; keep its outputs and the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"WORKSHOP_PROGRESS": f"{folder}/progress.jsonl"}
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            coalesce_streams=True,
            kernel_manager_class=WatchfulManager,
            resources={"metadata": {"path": str(solutions_folder())}},
        )
        start = time.perf_counter()
        client.execute(env=environment)
        notebook.metadata["language_info"] = {"name": "python"}  # not this kernel's version
        notebook.metadata.pop("widgets", None)  # a stored slider has no kernel that would answer
        seconds = round(time.perf_counter() - start)
        notebook.metadata["workshop"]["run_seconds"] = seconds
    print(f"  {seconds} s; slowest cells: {', '.join(_slowest_cells(notebook))}", flush=True)
    return _without_this_machine(notebook)


def _slowest_cells(notebook: NotebookNode) -> list[str]:
    """The cells that took longest, such as `12 s (In [7])`; their times are not kept."""
    found: list[tuple[float, int]] = []
    for cell in notebook.cells:
        times = cell.metadata.pop("execution", {})
        begun, ended = times.get("iopub.execute_input"), times.get("shell.execute_reply")
        if begun and ended:
            took = datetime.fromisoformat(ended) - datetime.fromisoformat(begun)
            found.append((took.total_seconds(), cell.execution_count))
    return [f"{took:.0f} s (In [{count}])" for took, count in sorted(found, reverse=True)[:SLOWEST]]


def _without_this_machine(notebook: NotebookNode) -> NotebookNode:
    """Drop what is true here only: outputs of cells tagged for it, and where the digits lie."""
    path = str(mnist_source().path)
    for cell in notebook.cells:
        if THIS_MACHINE in cell.metadata.get("tags", ()):
            cell.outputs = []
        for output in cell.get("outputs", ()):
            if "text" in output:
                output.text = output.text.replace(path, Path(path).name)
    return notebook
