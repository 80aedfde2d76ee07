"""Reset brings back a start and loses nothing."""

from pathlib import Path

import nbformat
import pytest

from workshop import progress
from workshop.authoring.reset import ResetError, reset
from workshop.cli import main
from workshop.verdict import passed

LAB = "00_start_here.ipynb"


def read(course: Path) -> nbformat.NotebookNode:
    return nbformat.read(course / "labs" / LAB, as_version=4)


def type_into(course: Path, grade_id: str, text: str) -> None:
    notebook = read(course)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            cell.source = text
    nbformat.write(notebook, course / "labs" / LAB)


def source(course: Path, grade_id: str) -> str:
    found = [c for c in read(course).cells if c.id == grade_id]
    return str(found[0].source) if found else ""


def delete(course: Path, grade_id: str) -> None:
    notebook = read(course)
    notebook.cells = [cell for cell in notebook.cells if cell.id != grade_id]
    nbformat.write(notebook, course / "labs" / LAB)


def test_one_exercise_is_reset_and_the_other_stays(course: Path) -> None:
    type_into(course, "00-pixels", "pixels = 1")
    type_into(course, "00-invert", "invert = 2")
    reset("00-pixels")
    assert source(course, "00-pixels") == "pixels = ..."
    assert source(course, "00-invert") == "invert = 2"


def test_the_notebook_as_it_was_is_kept(course: Path) -> None:
    type_into(course, "00-pixels", "pixels = 1")
    reset("00")
    (kept,) = (course / "labs" / "backup").iterdir()
    assert "pixels = 1" in kept.read_text()
    assert source(course, "00-pixels") == "pixels = ..."


def test_progress_of_the_exercise_starts_anew_and_no_other(course: Path) -> None:
    for name in ("00-pixels", "00-invert"):
        progress.record(passed("right").of(name, "title", 1))
    reset("00-pixels")
    assert [progress.standings()[n].passed for n in ("00-pixels", "00-invert")] == [False, True]


def test_a_deleted_cell_comes_back_in_its_place(course: Path) -> None:
    before = [cell.id for cell in read(course).cells]
    for name in ("00-setup", "00-invert"):
        delete(course, name)
        reset(name)
    assert [cell.id for cell in read(course).cells] == before


def test_a_notebook_saved_by_an_old_jupyter_with_windows_line_ends_is_read(course: Path) -> None:
    notebook = read(course)
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 2
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT).replace("\n", "\r\n")
    (course / "labs" / LAB).write_bytes(b"\xef\xbb\xbf" + text.encode())
    reset("00-pixels")
    assert source(course, "00-pixels") == "pixels = ..."


@pytest.mark.parametrize("target", ["77", "0", "00-nothing", "01x", "", "../00"])
def test_what_is_not_there_is_refused_with_what_is(course: Path, target: str) -> None:
    with pytest.raises(ResetError, match=r"there (is no|are)"):
        reset(target)


def test_a_file_that_is_no_notebook_is_kept_and_named(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / "labs" / LAB).write_text("half a noteb")
    assert main(["reset", "00-pixels"]) == 2
    assert "not a notebook" in capsys.readouterr().err
    assert (course / "labs" / LAB).read_text() == "half a noteb"
