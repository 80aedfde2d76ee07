"""`workshop grade --container`: what is missing is named, before anything is graded."""

import subprocess
from pathlib import Path

import pytest

from workshop.cli import main
from workshop.grading import containers
from workshop.grading.containers import engine, identity_of
from workshop.grading.room import NoRoomError


def test_without_an_engine_the_error_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    engine.cache_clear()
    monkeypatch.setattr(containers.shutil, "which", lambda name: None)
    (tmp_path / "all").mkdir()
    assert main(["grade", str(tmp_path / "all"), "--out", str(tmp_path), "--container", "x"]) == 2
    assert "neither podman nor docker is installed" in capsys.readouterr().err
    engine.cache_clear()


def test_an_image_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, "", "Error: no such image\n")
    monkeypatch.setattr(containers.subprocess, "run", lambda *arguments, **settings: failed)
    monkeypatch.setattr(containers, "engine", lambda: "podman")
    with pytest.raises(NoRoomError, match=r"podman has no image 'x' \(Error: no such image\)"):
        identity_of("x")
