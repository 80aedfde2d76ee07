"""Every notebook runs: solutions small on the stand-in, stored outputs on the real digits."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest

from workshop.authoring.notebooks import read_all_labs
from workshop.source import LabSource

LABS = read_all_labs()
SANITISER = Path(__file__).parent / "nbval_sanitise.cfg"


def name(lab: LabSource) -> str:
    return lab.name


def run_small(notebook: Path, lab: LabSource, tmp_path: Path) -> nbformat.NotebookNode:
    """The notebook as papermill leaves it, with the header's small parameters."""
    return papermill.execute_notebook(
        notebook,
        tmp_path / "run.ipynb",
        parameters=lab.small,
        cwd=tmp_path,
        progress_bar=False,
        log_output=False,
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


@pytest.mark.slow
@pytest.mark.parametrize("lab", LABS, ids=name)
def test_a_solution_runs_small_on_the_stand_in_and_passes_every_check(
    lab: LabSource, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    notebook = run_small(repository / "solutions" / f"{lab.name}.ipynb", lab, tmp_path)
    told = verdicts(notebook)
    assert len(told) == len(lab.tasks())
    assert [line for line in told if "PASSED" not in line] == []


@pytest.mark.slow
@pytest.mark.parametrize("lab", LABS, ids=name)
def test_run_all_in_an_empty_lab_says_not_attempted_and_nothing_red(
    lab: LabSource, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    notebook = run_small(repository / "labs" / f"{lab.name}.ipynb", lab, tmp_path)
    told = verdicts(notebook)
    assert [line for line in told if "NOT ATTEMPTED" not in line] == []
    assert len(told) == len(lab.tasks())
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert [output for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.full
@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("lab", LABS, ids=name)
def test_stored_outputs_reproduce_on_the_real_digits(
    lab: LabSource, repository: Path, tmp_path: Path, real_mnist: str
) -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider"),
            *("--nbval-sanitize-with", str(SANITISER), "--nbval-cell-timeout", "300"),
            str(repository / "solutions" / f"{lab.name}.ipynb"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"WORKSHOP_PROGRESS": str(tmp_path / "progress.jsonl")},
    )
    assert run.returncode == 0, run.stdout[-4000:]
