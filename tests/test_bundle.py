"""Work goes into one file and comes out elsewhere, and nothing that is newer is lost."""

import json
import os
import zipfile
from pathlib import Path

import pytest

from workshop import progress
from workshop.bundle import BundleError, contents, pack, restore
from workshop.cli import main
from workshop.verdict import passed

LAB = "labs/01_data.ipynb"
LATER, EARLIER = 4e9, 1e9


def solve(exercise: str) -> None:
    progress.record(passed("seen").of(exercise, "title", 1))


def change(path: Path, text: str, when: float = EARLIER) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (when, when))


@pytest.fixture
def bundle(course: Path, tmp_path: Path) -> Path:
    """Work from another computer: lab 01 filled in, a model, one exercise solved."""
    fresh = (course / LAB).read_bytes()
    change(course / LAB, "my answers")
    change(course / "labs" / "models" / "05_cnn.keras", "weights")
    solve("01-there")
    file = pack(tmp_path / "work.zip")
    (course / LAB).write_bytes(fresh)
    (course / "labs" / "models" / "05_cnn.keras").unlink()
    (course / "labs" / "progress.jsonl").unlink()
    return file


def test_a_bundle_brings_notebooks_models_and_progress_back(course: Path, bundle: Path) -> None:
    restored = restore(bundle)
    assert (course / LAB).read_text() == "my answers"
    assert (course / "labs" / "models" / "05_cnn.keras").read_text() == "weights"
    assert progress.standings()["01-there"].passed
    assert LAB in restored.written


def test_a_newer_notebook_is_left_alone_and_named(course: Path, bundle: Path) -> None:
    change(course / LAB, "newer answers", LATER)
    restored = restore(bundle)
    assert (course / LAB).read_text() == "newer answers"
    assert restored.left == [LAB]
    assert "--overwrite" in str(restored)


def test_overwrite_replaces_it_and_keeps_a_copy(course: Path, bundle: Path) -> None:
    change(course / LAB, "newer answers", LATER)
    restore(bundle, overwrite=True)
    assert (course / LAB).read_text() == "my answers"
    assert "newer answers" in [path.read_text() for path in (course / "labs/backup").iterdir()]


def test_an_older_notebook_is_replaced_and_kept_as_a_copy(course: Path, bundle: Path) -> None:
    change(course / LAB, "older answers", EARLIER - 100)
    restore(bundle)
    assert (course / LAB).read_text() == "my answers"
    assert "older answers" in [path.read_text() for path in (course / "labs/backup").iterdir()]


def test_progress_of_both_places_is_joined(course: Path, bundle: Path) -> None:
    solve("01-here")
    restore(bundle)
    assert {"01-here", "01-there"} <= progress.standings().keys()


def test_the_second_time_nothing_changes(course: Path, bundle: Path) -> None:
    restore(bundle)
    again = restore(bundle)
    assert (again.written, again.merged, again.left) == ([], [], [])


def test_a_bundle_does_not_pack_what_is_not_work(course: Path, tmp_path: Path) -> None:
    change(course / "labs" / ".secret.ipynb", "hidden")
    (course / "labs" / "link.ipynb").symlink_to("/etc/hostname")
    names = set(zipfile.ZipFile(pack(tmp_path / "work.zip")).namelist())
    assert LAB in names
    assert not names & {"labs/.secret.ipynb", "labs/link.ipynb"}


@pytest.mark.parametrize(
    "name", ["../evil.ipynb", "labs/../../evil.ipynb", "/labs/evil.ipynb", "labs/evil.sh", "x"]
)
def test_a_name_that_leads_elsewhere_is_refused(course: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.zip"
    listed = [{"name": name, "sha256": contents.fingerprint(b"evil"), "changed": 0}]
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"evil")
        archive.writestr(contents.MANIFEST, json.dumps({"version": 1, "files": listed}))
    with pytest.raises(BundleError, match="Nothing was unpacked"):
        restore(file)


def test_a_folder_that_cannot_be_written_to_is_named_and_the_rest_comes_back(
    course: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSHOP_MODELS", str(course / "README.md" / "models"))
    restored = restore(bundle)
    assert restored.refused == ["models/05_cnn.keras"]
    assert "cannot be written to here: models/05_cnn.keras" in str(restored)
    assert LAB in restored.written


def test_a_changed_file_in_a_bundle_is_refused_and_nothing_is_unpacked(
    course: Path, bundle: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"other" if name == LAB else old.read(name))
    with pytest.raises(BundleError, match="is damaged"):
        restore(broken)
    assert not (course / "labs" / "models" / "05_cnn.keras").exists()


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 and then nothing"])
def test_what_is_no_bundle_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "no.zip"
    file.write_bytes(content)
    with pytest.raises(BundleError, match=r"no\.zip is not a bundle"):
        restore(file)


def test_a_bomb_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "LARGEST_FILE", 100_000)
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("progress.jsonl", b"0" * 100_001)
        listed = [{"name": "progress.jsonl", "sha256": "", "changed": 0}]
        archive.writestr(contents.MANIFEST, json.dumps({"version": 1, "files": listed}))
    with pytest.raises(BundleError, match="refused"):
        restore(file)


def test_the_commands_say_what_they_did(
    course: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["bundle"]) == 0
    (made,) = (course / "labs").glob("my-work-*.zip")
    assert str(made) in capsys.readouterr().out
    assert main(["restore", str(made)]) == 0
    assert "here already" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "none.zip")]) == 2
    assert "there is no file" in capsys.readouterr().err
