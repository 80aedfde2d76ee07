"""The doctor finds what is missing, and names the command for this machine."""

import platform
import shutil
import sys
from html.parser import HTMLParser
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest

from workshop import doctor, machine
from workshop.findings import Finding, Report, report_text

HEALTHY = Finding("cores", "ok", "2 processor cores")
LACKING = Finding("graphviz", "note", "graphviz is not installed", "apt-get install graphviz")
BROKEN = Finding("disk", "problem", "<b> & 0.01 GB of disk free", "pip cache purge")


@pytest.mark.slow
def test_every_finding_names_a_state_and_a_value() -> None:
    findings = doctor.examine()
    names = [finding.name for finding in findings]
    assert names[:3] == ["Python", "TensorFlow", "Keras"]
    assert len(set(names)) == len(names) == 11
    assert all(finding.what for finding in findings)


def test_one_broken_check_does_not_silence_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise OSError("no such device")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    monkeypatch.setattr(doctor, "import_error", lambda _: "")
    found = {finding.name: finding for finding in doctor.examine()}
    assert found["disk"] == Finding("disk", "problem", "no such device")
    assert found["cores"].state == "ok" or machine.cores() == 1


def test_an_unsupported_python_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version", lambda: "3.14.0")
    finding = doctor._python()
    assert finding.state == "problem"
    assert "PYTHON=python3.12" in finding.fix or "pip install" in finding.fix


def test_a_missing_tensorflow_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", missing)
    finding = doctor._tensorflow()
    assert finding.what == "TensorFlow is not installed."
    assert finding.fix


@pytest.fixture
def broken_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module on the path, to be filled with what does not work."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "broken.py"


def test_the_last_line_of_a_failing_import_is_shown(broken_module: Path) -> None:
    broken_module.write_text("import no_such_library")
    assert "No module named 'no_such_library'" in doctor.import_error("broken")


def test_an_import_that_ends_the_process_without_a_word_is_noticed(broken_module: Path) -> None:
    broken_module.write_text("import os; os._exit(7)")
    assert doctor.import_error("broken") == "its import ended with exit status 7."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_a_processor_that_is_too_old_is_named(broken_module: Path) -> None:
    broken_module.write_text("import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    assert "AVX" in doctor.import_error("broken")


def test_an_import_that_hangs_is_given_up(broken_module: Path) -> None:
    broken_module.write_text("import time; time.sleep(600)")
    assert doctor.import_error("broken", seconds=0.5) == "its import took more than 0.5 seconds."


def test_another_keras_backend_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    finding = doctor._keras()
    assert finding.state == "problem"
    assert "torch" in finding.what
    assert "KERAS_BACKEND" in finding.fix


@pytest.mark.parametrize(
    ("settings", "backend"),
    [('{"backend": "jax"}', "jax"), ("{}", "tensorflow"), ("{broken", "tensorflow")],
)
def test_keras_own_settings_file_counts_too(
    settings: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras.json").write_text(settings)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    assert doctor.keras_backend() == backend


@pytest.mark.parametrize(("free", "state"), [(8e9, "ok"), (1.5e9, "note"), (5e8, "problem")])
def test_memory_is_judged_by_what_is_free(
    free: float, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "free_memory", lambda: int(free))
    assert doctor._memory().state == state


@pytest.mark.parametrize(("free", "state"), [(5e9, "ok"), (5e8, "note"), (1e8, "problem")])
def test_a_full_disk_is_told_with_what_can_go(
    free: float, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    finding = doctor._disk()
    assert finding.state == state
    assert ("pip cache purge" in finding.fix) == (state != "ok")


def test_a_folder_that_cannot_be_written_to_is_a_problem(tmp_path: Path) -> None:
    finding = doctor._writing("labs folder", tmp_path / "not there")
    assert finding.state == "problem"
    assert "not there" in finding.what
    assert "not there" in finding.fix


@pytest.mark.parametrize(
    ("manager", "root", "command"),
    [
        ("apt-get", True, "apt-get install --yes graphviz"),
        ("apt-get", False, "sudo apt-get install --yes graphviz"),
        ("dnf", False, "sudo dnf install --assumeyes graphviz"),
        ("brew", False, "brew install graphviz"),
        ("winget", False, "winget install --exact --id Graphviz.Graphviz"),
        ("choco", False, "choco install --yes graphviz"),
        ("nix", False, ""),
    ],
)
def test_the_command_for_graphviz_is_the_one_of_this_machine(
    manager: str, root: bool, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/" + name if name == manager else None)
    monkeypatch.setattr(machine, "is_root", lambda: root)
    finding = doctor._graphviz()
    assert (finding.state, finding.fix) == ("note", command)


def test_only_a_problem_stops() -> None:
    assert Report((HEALTHY, LACKING)).problems == ()
    assert Report((HEALTHY, LACKING, BROKEN)).problems == (BROKEN,)


def test_the_text_says_every_state_in_a_word_and_keeps_commands_whole() -> None:
    text = report_text([HEALTHY, LACKING, BROKEN])
    lines = text.splitlines()
    assert [line.split()[1] for line in lines if line[0:1].strip()][:3] == ["ok", "note", "problem"]
    assert any(line.endswith("→ apt-get install graphviz") for line in lines)
    assert lines[-1] == "This machine is not ready: 1 problem to mend."


class _Table(HTMLParser):
    """Collects what a screen reader would find in a table."""

    def __init__(self) -> None:
        super().__init__()
        self.scopes: list[str | None] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "th":
            self.scopes.append(dict(attrs)["scope"])

    def handle_data(self, data: str) -> None:
        self.text += data + " "


def test_the_table_can_be_read_without_colours_and_by_a_screen_reader() -> None:
    table = _Table()
    markup = Report((HEALTHY, BROKEN))._repr_html_()
    table.feed(markup)
    assert table.scopes == ["col"] * 4 + ["row"] * 2
    assert "caption" in table.tags
    assert "ok" in table.text
    assert "problem" in table.text
    assert "color" not in markup


def test_what_was_found_is_shown_as_text_never_as_markup() -> None:
    assert "&lt;b&gt; &amp;" in Report((BROKEN,))._repr_html_()
