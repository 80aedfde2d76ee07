"""The one command that builds the environment, on machines of every kind."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

LOCKS = ("requirements.txt", "requirements-dev.txt")
TOOLS = ("sh", "make", "sed", "grep", "cat", "cksum", "mv", "rm", "mkdir", "dirname", "id", "cp")

# Answers what scripts/environment.sh asks of a Python, in a hundredth of a second and offline.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
*version_info*) echo {version} ;;
*"import venv"*) exit {venv} ;;
*platform*) echo "{machine}" ;;
--version) echo "Python {version}.0" ;;
"-m venv .venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
*"pip install"*) echo "$*" >>pip.log && [ ! -e network-down ] ;;
esac
"""


class Machine:
    """A machine with a fresh checkout, with a few tools and with no Python yet."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "programs"
        self.programs.mkdir()
        self.checkout = folder / "a folder with spaces"
        self.checkout.mkdir()
        for name in (*LOCKS, "Makefile", "pyproject.toml"):
            shutil.copy(REPOSITORY / name, self.checkout)
        shutil.copytree(REPOSITORY / "scripts", self.checkout / "scripts")
        shutil.copytree(REPOSITORY / "workshop" / "etc", self.checkout / "workshop" / "etc")
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, f"this test needs {tool}"
            (self.programs / tool).symlink_to(found)

    def has(
        self, name: str, version: str, venv: bool = True, machine: str = "linux x86_64 glibc"
    ) -> None:
        """Put a Python on the PATH."""
        text = FAKE_PYTHON.format(version=version, venv=int(not venv), machine=machine)
        self.has_program(name, text)

    def has_program(self, name: str, text: str = "#!/bin/sh\n") -> None:
        program = self.programs / name
        program.write_text(text)
        program.chmod(0o755)

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(self.programs), "HOME": str(self.checkout)}
        return subprocess.run(
            ["make", *words],
            cwd=self.checkout,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def refusal(self, *words: str) -> str:
        result = self.make(*words)
        assert result.returncode != 0
        assert not (self.checkout / ".venv").exists()
        return result.stderr

    def installs(self) -> list[str]:
        """The locks that pip was asked for, in order."""
        log = self.checkout / "pip.log"
        return re.findall(r"-r (\S+)", log.read_text()) if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_make_alone_lists_every_command(machine: Machine) -> None:
    listed = re.findall(r"^  make (\w+)", machine.make().stdout, re.MULTILINE)
    commands = ["help", "lab", "test", "container", "full", "verify", "build", "lint", "lock"]
    commands += ["bench", "clean"]
    assert listed == commands


def test_a_fresh_machine_gets_an_environment_once(machine: Machine) -> None:
    machine.has("python3", "3.12")
    assert machine.make("learner").returncode == 0
    assert machine.make("learner").stdout == ""
    assert machine.installs() == ["requirements.txt"]


def test_a_python_that_is_too_old_is_named_with_the_command_that_helps(machine: Machine) -> None:
    machine.has("python3", "3.8")
    machine.has_program("dnf")
    refusal = machine.refusal("learner")
    assert "python3 is Python 3.8" in refusal
    assert "dnf install python3.12 && make PYTHON=python3.12 lab" in refusal


@pytest.mark.parametrize("version", ["3.10", "3.14"])
def test_another_python_on_the_path_stands_in_for_an_unfit_one(
    machine: Machine, version: str
) -> None:
    machine.has("python3", version)
    machine.has("python3.12", "3.12")
    assert "with python3.12 (Python 3.12.0)" in machine.make("learner").stdout


def test_no_python_at_all_is_said_with_the_command_that_helps(machine: Machine) -> None:
    machine.has_program("brew")
    refusal = machine.refusal("learner")
    assert "none was found" in refusal
    assert "brew install python@3.12" in refusal


def test_a_python_that_cannot_be_run_counts_as_none(machine: Machine) -> None:
    machine.has_program("python3", "#!/bin/sh\nexit 127\n")
    assert "none was found" in machine.refusal("learner")
    assert "python3 does not run here" in machine.refusal("learner", "PYTHON=python3")


def test_debian_without_venv_names_the_package(machine: Machine) -> None:
    machine.has("python3", "3.11", venv=False)
    machine.has_program("apt-get")
    assert "apt-get install python3.11-venv" in machine.refusal("learner")


def test_a_system_without_tensorflow_is_told_before_anything_is_fetched(machine: Machine) -> None:
    machine.has("python3", "3.12", machine="linux x86_64 musl")
    assert "no TensorFlow for this Python (linux x86_64 musl)" in machine.refusal("learner")
    assert machine.installs() == []


def test_an_interrupted_install_is_mended_by_the_next_run(machine: Machine) -> None:
    machine.has("python3", "3.12")
    (machine.checkout / "network-down").touch()
    broken = machine.make("learner")
    assert broken.returncode != 0
    assert "Run the same command again" in broken.stderr
    (machine.checkout / "network-down").unlink()
    (machine.checkout / ".venv" / "half-unpacked").touch()

    assert machine.make("learner").returncode == 0
    assert not (machine.checkout / ".venv" / "half-unpacked").exists()


def test_a_changed_lock_is_installed_into_the_same_environment(machine: Machine) -> None:
    machine.has("python3", "3.12")
    machine.make("learner")
    (machine.checkout / ".venv" / "kept").touch()
    (machine.checkout / "requirements.txt").write_text("# changed\n")
    assert machine.make("learner").returncode == 0
    assert machine.installs() == ["requirements.txt"] * 2
    assert (machine.checkout / ".venv" / "kept").exists()


def test_the_maintainers_tools_come_on_top_and_stay(machine: Machine) -> None:
    machine.has("python3", "3.12")
    for kind in ("learner", "dev", "learner", "dev"):
        assert machine.make(kind).returncode == 0
    assert machine.installs() == ["requirements.txt", "requirements-dev.txt"]


def test_another_python_is_taken_when_it_is_asked_for(machine: Machine) -> None:
    machine.has("python3", "3.12")
    machine.has("python3.13", "3.13")
    machine.make("learner")
    assert "with python3.13" in machine.make("learner", "PYTHON=python3.13").stdout


def test_a_checkout_that_was_moved_is_built_anew(machine: Machine) -> None:
    machine.has("python3", "3.12")
    machine.make("learner")
    machine.checkout = machine.checkout.rename(machine.checkout.with_name("elsewhere"))
    assert "Building .venv" in machine.make("learner").stdout


def test_an_environment_made_by_hand_is_used_or_left_alone(machine: Machine) -> None:
    machine.has("python3", "3.12")
    own = machine.checkout / ".venv" / "my notes"
    own.parent.mkdir()
    own.touch()
    assert "Remove it: make clean" in machine.make("learner").stderr
    (own.parent / "bin").mkdir()
    shutil.copy(machine.programs / "python3", own.parent / "bin" / "python")
    assert machine.make("learner").returncode == 0
    assert own.exists()


def test_clean_keeps_the_learners_work(machine: Machine) -> None:
    machine.has("python3", "3.12")
    machine.make("learner")
    machine.has_program("find", f'#!/bin/sh\nexec {shutil.which("find")} "$@"\n')
    progress = machine.checkout / "labs" / "progress.jsonl"
    progress.parent.mkdir()
    progress.touch()
    assert machine.make("clean").returncode == 0
    assert progress.exists()
    assert not (machine.checkout / ".venv").exists()
