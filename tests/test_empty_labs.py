"""Every lab runs from top to bottom before anything is typed."""

from pathlib import Path

import pytest

from tests.notebooks import name, run_small, verdicts
from workshop.authoring.notebooks import read_all_labs
from workshop.source import LabSource


@pytest.mark.alone
@pytest.mark.full
@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("lab", read_all_labs(), ids=name)
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
