"""Labs are copied once into a learner's own folder, and never overwritten."""

import os
from pathlib import Path

import pytest

from workshop.handing_out import CannotHandOut, hand_out


@pytest.fixture
def folder(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder that is not the course's own."""
    monkeypatch.setenv("WORKSHOP_LABS", str(tmp_path / "mine"))
    return tmp_path / "mine"


def test_every_lab_is_copied_into_an_empty_folder(course: Path, folder: Path) -> None:
    hand_out()
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        p.name for p in (course / "labs").glob("*.ipynb")
    )


def test_what_is_there_stays_as_it_is(folder: Path) -> None:
    folder.mkdir()
    (folder / "01_data.ipynb").write_text("my answers")
    hand_out()
    assert (folder / "01_data.ipynb").read_text() == "my answers"
    assert hand_out() == []


def test_nothing_is_copied_where_the_learner_works_in_the_course(course: Path) -> None:
    assert hand_out() == []


def test_a_folder_of_somebody_else_is_named_with_its_owner(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("workshop.handing_out.write_whole", refuse)
    with pytest.raises(CannotHandOut, match=f"--user {os.getuid()}"):
        hand_out()


def test_a_folder_that_has_every_lab_and_cannot_be_written_to_is_told_before_work_is_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(CannotHandOut, match="Nothing can be saved"):
        hand_out()
