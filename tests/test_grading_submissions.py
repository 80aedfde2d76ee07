"""Who handed in what: folders, platforms' downloads, archives, and everything odd."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from workshop.grading.files import LARGEST
from workshop.grading.notebook import UnreadableError, read_notebook
from workshop.grading.submissions import Submission, find_submissions

LAB = {"nbformat": 4, "metadata": {"workshop": {"lab": "01"}},
       "cells": [{"cell_type": "code", "source": "x = 1", "id": "01-normalise"}]}  # fmt: skip
BARE = {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": "x = 1"}]}


def put(folder: Path, **files: object) -> None:
    """Write notebooks; a name's `__` is a slash."""
    for name, content in files.items():
        write(folder / (name.replace("__", "/") + ".ipynb"), content)


def write(path: Path, content: object = LAB) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())


def archive(**files: object) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in files.items():
            made.writestr(name, content if isinstance(content, bytes) else json.dumps(content))
    return file.getvalue()


def found(folder: Path) -> list[tuple[str, str]]:
    return [(one.learner, one.lab) for one in find_submissions(folder)]


def refused(place: Path) -> Submission:
    (one,) = find_submissions(place)
    assert one.refused
    return one


def test_a_folder_belongs_to_a_learner(tmp_path: Path) -> None:
    put(tmp_path, ana__01_data=LAB, ben__week_2__01_data=LAB)
    assert found(tmp_path) == [("ana", "01"), ("ben", "01")]


def test_a_flat_file_carries_the_learners_name(tmp_path: Path) -> None:
    put(tmp_path, ana_01_data=LAB, **{"01_data (ben)": LAB})
    assert found(tmp_path) == [("ana", "01"), ("ben", "01")]


@pytest.mark.parametrize(
    ("path", "learner"),
    [
        ("Ana Müller_123456_assignsubmission_file_/01_data.ipynb", "Ana Müller"),
        ("Ana Müller_123456_assignsubmission_file_01_data.ipynb", "Ana Müller"),
        ("mullerana_4711_88123_01_data-1.ipynb", "mullerana"),
        ("mullerana_LATE_4711_88123_01_data.ipynb", "mullerana"),
        ("assignment_77_export/submission_4711/01_data.ipynb", "submission_4711"),
    ],
)
def test_names_of_downloads_are_understood(tmp_path: Path, path: str, learner: str) -> None:
    write(tmp_path / path, BARE)
    assert found(tmp_path) == [(learner, "01")]


def test_gradescope_says_who_a_submission_is_from(tmp_path: Path) -> None:
    write(tmp_path / "submission_1" / "01_data.ipynb")
    told = b"---\nsubmission_1:\n  :submitters:\n  - :name: Ana M.\n    :sid: '5'\n"
    write(tmp_path / "submission_metadata.yml", told)
    assert found(tmp_path) == [("Ana M.", "01")]


def test_two_people_of_one_name_stay_two(tmp_path: Path) -> None:
    for number in ("1", "2"):
        write(tmp_path / f"Ana_{number}_assignsubmission_file_" / "01_data.ipynb")
    assert found(tmp_path) == [("Ana (1)", "01"), ("Ana (2)", "01")]


def test_an_archive_is_read_as_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "class.zip", archive(**{"ana/01_data.ipynb": LAB, "ben/x.ipynb": LAB}))
    assert found(tmp_path / "class.zip") == [("ana", "01"), ("ben", "01")]


def test_an_archive_within_a_folder_belongs_to_its_learner(tmp_path: Path) -> None:
    write(tmp_path / "ana" / "work.zip", archive(**{"deep/in/01_data.ipynb": LAB}))
    write(tmp_path / "Ben_1_assignsubmission_file_w.zip", archive(**{"01_data.ipynb": LAB}))
    assert found(tmp_path) == [("Ben", "01"), ("ana", "01")]


def test_the_notebook_knows_its_lab_better_than_its_name(tmp_path: Path) -> None:
    put(tmp_path, ana__homework=LAB, ben__00_start_here=LAB)
    assert found(tmp_path) == [("ana", "01"), ("ben", "01")]


def test_cell_ids_and_imports_tell_the_lab_too(tmp_path: Path) -> None:
    ids = {**LAB, "metadata": {}}
    imports = {"cells": [{"cell_type": "code", "source": "from workshop.exercises import lab02"}]}
    put(tmp_path, ana__a=ids, ben__b=imports)
    assert found(tmp_path) == [("ana", "01"), ("ben", "02")]


def test_the_script_is_found(tmp_path: Path) -> None:
    write(tmp_path / "ana" / "mnist.py", b"from workshop.exercises import script as ex")
    assert found(tmp_path) == [("ana", "script")]


def test_a_notebook_of_no_lab_is_refused_with_a_reason(tmp_path: Path) -> None:
    put(tmp_path, ana__poem=BARE)
    assert "which lab" in refused(tmp_path).refused


def test_nobody_is_dropped(tmp_path: Path) -> None:
    write(tmp_path / "ana" / "essay.pdf", b"%PDF")
    (tmp_path / "ben").mkdir()
    assert found(tmp_path) == [("ana", ""), ("ben", "")]


def test_a_picture_beside_a_notebook_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ana__01_data=LAB)
    write(tmp_path / "ana" / "figure.png", b"PNG")
    write(tmp_path / "ana" / ".ipynb_checkpoints" / "01_data.ipynb")
    assert found(tmp_path) == [("ana", "01")]


def test_a_report_in_the_same_folder_is_no_submission(tmp_path: Path) -> None:
    put(tmp_path, ana__01_data=LAB)
    write(tmp_path / "report" / "grades.csv", b"learner")
    one = find_submissions(tmp_path, tmp_path / "report")
    assert [submission.learner for submission in one] == ["ana"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "secret.ipynb")
    (tmp_path / "all" / "ana").mkdir(parents=True)
    (tmp_path / "all" / "ana" / "01_data.ipynb").symlink_to(tmp_path / "secret.ipynb")
    assert "symbolic link" in refused(tmp_path / "all").refused


def test_a_pipe_does_not_stop_the_grader(tmp_path: Path) -> None:
    (tmp_path / "ana").mkdir()
    os.mkfifo(tmp_path / "ana" / "01_data.ipynb")
    assert "no ordinary file" in refused(tmp_path).refused


@pytest.mark.parametrize("name", ["../01_data.ipynb", "/etc/01_data.ipynb", "C:/01_data.ipynb"])
def test_a_path_that_leads_out_of_an_archive_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / "ana" / "work.zip", archive(**{name: LAB}))
    assert "out of the archive" in refused(tmp_path).refused


def test_a_bomb_is_refused_unopened(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("01_data.ipynb", b"0" * (LARGEST + 1))
    write(tmp_path / "ana" / "work.zip", file.getvalue())
    assert "MB are read" in refused(tmp_path).refused


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive"])
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "ana" / "work.zip", content)
    assert "damaged" in refused(tmp_path).refused


def test_archives_within_archives_come_to_an_end(tmp_path: Path) -> None:
    content = archive(**{"01_data.ipynb": LAB})
    for _ in range(5):
        content = archive(**{"work.zip": content})
    write(tmp_path / "ana" / "work.zip", content)
    assert "within an archive" in refused(tmp_path).refused


def test_a_name_that_is_no_text_can_still_be_written(tmp_path: Path) -> None:
    put(tmp_path, **{os.fsdecode(b"an\xff__01_data"): LAB})
    assert found(tmp_path)[0][0].encode()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"cells": 3}', b'{"cells": [3]}', b"\xff\xfe\x00", b"[" * 10**6,
     b'{"worksheets": [1, {"cells": 2}]}', b"1" * 5000],
)  # fmt: skip
def test_no_content_raises_anything_but_a_reason(content: bytes) -> None:
    with pytest.raises(UnreadableError, match=r"\w+ \w+"):
        read_notebook(content)


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_encoding_is_read(coding: str) -> None:
    content = json.dumps(LAB | {"title": "Müller"}, ensure_ascii=False).encode(coding)
    assert read_notebook(content).lab == "01"
