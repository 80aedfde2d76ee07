"""docker/ as it is written; test_container.py builds and runs it."""

import subprocess
import sys
from pathlib import Path


def test_hadolint_finds_nothing_in_the_dockerfile(repository: Path) -> None:
    command = [Path(sys.executable).with_name("hadolint"), repository / "docker" / "Dockerfile"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "")
