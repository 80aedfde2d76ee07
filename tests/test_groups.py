"""The test processes: what shares something dear runs in one of them (tests/conftest.py)."""

import subprocess
import sys
from pathlib import Path

SIX_TESTS = """
import os
import pytest

@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("group", [
    pytest.param("a", marks=pytest.mark.xdist_group("a")),
    pytest.param("b", marks=pytest.mark.xdist_group("b")),
])
def test_notes_its_process(group, number):
    with open(f"{group}.txt", "a") as file:
        file.write(f"{os.getpid()}\\n")
"""


def test_tests_of_one_group_are_run_by_one_process(tmp_path: Path) -> None:
    (tmp_path / "test_six.py").write_text(SIX_TESTS)
    command = ["-m", "pytest", "-q", "-c", "none.ini", "--numprocesses", "2", "--dist", "loadgroup"]
    (tmp_path / "none.ini").write_text("[pytest]\n")
    subprocess.run([sys.executable, *command], cwd=tmp_path, check=True, capture_output=True)
    noted = [(tmp_path / f"{group}.txt").read_text().split() for group in "ab"]
    assert [len(processes) for processes in noted] == [3, 3]
    assert [len(set(processes)) for processes in noted] == [1, 1]
