"""Two buttons pack a learner's work and bring it back; in words where there are no buttons."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from workshop.bundle import pack, take_along
from workshop.bundle.buttons import WIDGET, TakeAlong
from workshop.session import ON_COLAB

LAB = "labs/01_data.ipynb"


def words(buttons: TakeAlong) -> str:
    """What a screen reader reads below the buttons."""
    return re.sub(r"<[^>]+>", " ", buttons.told.value)


def upload(buttons: TakeAlong, name: str, content: bytes) -> None:
    """What ipywidgets 8 hands over when a file was chosen."""
    about = {"name": name, "type": "application/zip", "size": len(content)}
    when = datetime(2026, 1, 1, tzinfo=UTC)
    buttons.upload.value = ({**about, "last_modified": when, "content": memoryview(content)},)


@pytest.fixture
def packed(course: Path, tmp_path: Path) -> bytes:
    """Work from another computer, older than what is here."""
    here = (course / LAB).read_bytes()
    (course / LAB).write_text("from there")
    content = pack(tmp_path / "work.zip").read_bytes()
    (course / LAB).write_bytes(here)
    return content


def test_packing_offers_the_file_for_download_and_says_where_it_lies(course: Path) -> None:
    buttons = take_along()
    buttons.pack.click()
    (made,) = (course / "labs").glob("my-work-*.zip")
    assert f'<a download="{made.name}" href="data:application/zip;base64,' in buttons.told.value
    assert "Packed" in words(buttons)
    assert str(made) in words(buttons)


def test_a_chosen_file_brings_the_work_back(course: Path, packed: bytes) -> None:
    buttons = take_along()
    upload(buttons, "work.zip", packed)
    assert (course / LAB).read_text() == "from there"
    assert f"Brought back: {LAB}" in words(buttons)


def test_newer_work_stays_until_the_learner_says_otherwise(course: Path, packed: bytes) -> None:
    (course / LAB).write_text("newer")
    os.utime(course / LAB, (4e9, 4e9))
    buttons = take_along()
    assert buttons.replace not in buttons.box.children
    upload(buttons, "work.zip", packed)
    assert (course / LAB).read_text() == "newer"
    assert "Left alone, because yours here is newer" in words(buttons)
    assert buttons.replace in buttons.box.children
    buttons.replace.click()
    assert (course / LAB).read_text() == "from there"
    assert buttons.replace not in buttons.box.children


def test_the_same_file_can_be_chosen_twice(course: Path, packed: bytes) -> None:
    buttons = take_along()
    upload(buttons, "work.zip", packed)
    upload(buttons, "work.zip", packed)
    assert "Here already" in words(buttons)


def test_a_file_that_is_no_bundle_is_refused_by_its_own_name(course: Path) -> None:
    buttons = take_along()
    upload(buttons, "holiday.zip", b"sand")
    assert "Not done" in words(buttons)
    assert "holiday.zip  is not a bundle" in words(buttons)


def test_the_older_widgets_of_colab_hand_a_file_over_by_name(course: Path, packed: bytes) -> None:
    buttons = take_along()
    buttons._take({"work.zip": {"metadata": {}, "content": packed}})
    assert (course / LAB).read_text() == "from there"


def test_a_folder_that_cannot_be_written_to_is_told(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("workshop.bundle.packing.write_whole", refuse)
    buttons = take_along()
    buttons.pack.click()
    assert "Not done" in words(buttons)
    assert "cannot be written: Permission denied" in words(buttons)


def test_where_there_are_no_buttons_the_commands_are_named() -> None:
    shown = take_along()._repr_mimebundle_()
    assert shown.keys() == {"text/plain", WIDGET}
    for command in ("workshop bundle", "workshop restore"):
        assert command in shown["text/plain"]
        assert command in repr(take_along())


def test_colab_says_what_becomes_of_the_notebook_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ON_COLAB, "release-colab")
    assert "Save a copy in Drive" in take_along().box.children[0].value
