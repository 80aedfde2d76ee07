"""Every solution runs: small on the stand-in, and in full on the real digits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.notebooks import name, run_small, verdicts
from workshop.authoring.notebooks import read_all_labs
from workshop.source import LabSource

LABS = read_all_labs()
SANITISER = Path(__file__).parent / "nbval_sanitise.cfg"


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("lab", LABS, ids=name)
def test_a_solution_runs_small_on_the_stand_in_and_passes_every_check(
    lab: LabSource, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    notebook = run_small(repository / "solutions" / f"{lab.name}.ipynb", lab, tmp_path)
    told = verdicts(notebook)
    assert len(told) == len(lab.tasks())
    assert [line for line in told if "PASSED" not in line] == []


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
