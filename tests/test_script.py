"""The script track: it runs as it stands, says what comes next, and ends with three numbers."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from workshop.cli import main
from workshop.exercises import script as ex
from workshop.regions import fill_region

pytestmark = pytest.mark.slow


def run(script: Path, progress: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MNIST_NPZ": "stand-in", "WORKSHOP_PROGRESS": str(progress)}
    command = [sys.executable, str(script)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_as_it_stands_it_names_the_next_thing_to_do(repository: Path, tmp_path: Path) -> None:
    seen = run(repository / "skeleton" / "mnist.py", tmp_path / "progress.jsonl")
    assert (seen.returncode, seen.stderr) == (0, "")
    assert "NOT ATTEMPTED · script-prepare" in seen.stdout
    assert "workshop hint script-prepare" in seen.stdout


def test_a_wrong_step_is_explained_and_the_steps_before_it_pass(
    repository: Path, tmp_path: Path
) -> None:
    source = (repository / "solutions" / "mnist.py").read_text()
    before, after = source.split("# %% Step 2")
    wrong = fill_region("# %% Step 2" + after.split("# %% Step 3")[0], "return [1]")
    script = tmp_path / "mnist.py"
    script.write_text(before + wrong + "# %% Step 3" + after.split("# %% Step 3")[1])
    seen = run(script, tmp_path / "progress.jsonl")
    assert "PASSED · script-prepare" in seen.stdout
    assert "wrap the list" in seen.stdout.lower()
    assert "accuracy" not in seen.stdout


def test_completed_it_prints_loss_accuracy_and_parameters(repository: Path, tmp_path: Path) -> None:
    seen = run(repository / "solutions" / "mnist.py", tmp_path / "progress.jsonl")
    assert (seen.returncode, seen.stderr) == (0, "")
    found = re.search(r"loss (\S+)\naccuracy (\S+)%\nparameters 7,850\n", seen.stdout)
    assert found is not None
    assert float(found[2]) > 70  # one layer, on the stand-in; guessing gives 10


@pytest.mark.parametrize(
    "answer", [None, [1], int, "adam", ("mse",), ("mse", "sgd", 1), (None, None)]
)
def test_odd_answers_get_a_verdict_and_no_crash(answer: object) -> None:
    for step in (ex.prepare, ex.model, ex.training):
        assert not step.verdict(answer).passed


def test_help_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hint", "script-model", "2"]) == 0
    assert main(["hint", "script-model", "--solution"]) == 0
    assert main(["hint", "script-modle"]) == 2
    told = capsys.readouterr()
    assert "keras.Input((784,))" in told.out
    assert "`workshop progress` lists them" in told.err
