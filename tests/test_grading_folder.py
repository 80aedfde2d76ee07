"""What a killed run leaves behind is removed by the next one, and nothing else is."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from workshop.grading.folder import LOCK, own_folder, remove_left_over

LONG_AGO = time.time() - 3600
KILLED = """
import os, signal
from workshop.grading.folder import own_folder
with own_folder() as folder:
    (folder / "stage").mkdir()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def folder_in(place: Path, name: str, lock: bool = True) -> Path:
    folder = place / name
    folder.mkdir()
    if lock:
        (folder / LOCK).touch()
    os.utime(folder, (LONG_AGO, LONG_AGO))
    return folder


def test_nothing_of_a_run_is_left(place: Path) -> None:
    with own_folder() as folder:
        assert folder.parent == place
        (folder / "x").touch()
    assert not list(place.iterdir())


def test_what_a_killed_run_has_left_is_removed_by_the_next(place: Path) -> None:
    environment = os.environ | {"TMPDIR": str(place)}
    subprocess.run([sys.executable, "-c", KILLED], env=environment, check=False)
    (left,) = place.iterdir()
    os.utime(left, (LONG_AGO, LONG_AGO))
    with own_folder() as folder:
        assert list(place.iterdir()) == [folder]


def test_a_folder_in_use_is_left_alone(place: Path) -> None:
    with own_folder() as folder:
        os.utime(folder, (LONG_AGO, LONG_AGO))
        remove_left_over(place)
        assert folder.is_dir()


def test_folders_that_are_not_ours_are_left_alone(place: Path) -> None:
    kept = {
        folder_in(place, "grading-without-a-lock", lock=False),
        folder_in(place, "something-else"),
        place / "grading-link",
        place / "grading-young",
    }
    (place / "grading-link").symlink_to(place / "something-else")
    (place / "grading-young").mkdir()
    (place / "grading-young" / LOCK).touch()
    remove_left_over(place)
    assert set(place.iterdir()) == kept


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_left_alone(place: Path) -> None:
    folder = folder_in(place, "grading-of-somebody-else")
    os.chown(folder, 12345, 12345)
    remove_left_over(place)
    assert folder.is_dir()
