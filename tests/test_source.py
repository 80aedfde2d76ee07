"""One source per lab, read into cells, with errors that name the place."""

from pathlib import Path

import pytest

from workshop.source import SourceError, lab_paths, read_lab, reference, solution_text

HEADER = """\
# ---
# jupyter:
#   workshop:
#     title: A lab
#     minutes: 5
#     needs: []
#     outcome: something.
# ---
"""
TASK = """
# %%
### BEGIN SOLUTION
answer = 42
### END SOLUTION

# %%
ex.answer.check(answer)
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "42_lab.py"
    path.write_text(text)
    return path


def test_a_lab_has_facts_cells_and_tasks(tmp_path: Path) -> None:
    lab = read_lab(written(tmp_path, HEADER + TASK))
    assert (lab.number, lab.title, lab.minutes) == ("42", "A lab", 5)
    (task,) = lab.tasks()
    assert (task.exercise, task.answer) == ("42-answer", "answer")


def test_a_header_without_minutes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"42_lab.py: the header lacks minutes"):
        read_lab(written(tmp_path, HEADER.replace("#     minutes: 5\n", "")))


def test_a_region_without_a_check_is_refused(tmp_path: Path) -> None:
    lab = read_lab(written(tmp_path, HEADER + TASK.split("ex.answer")[0]))
    with pytest.raises(SourceError, match="no check of its own"):
        lab.tasks()


def test_a_check_without_a_region_is_refused(tmp_path: Path) -> None:
    lab = read_lab(written(tmp_path, HEADER + "# %%\nex.answer.check(1)\n"))
    with pytest.raises(SourceError, match="no cell with a solution region"):
        lab.tasks()


def test_every_lab_of_the_course_can_be_read() -> None:
    assert [read_lab(path).number for path in lab_paths()][:3] == ["00", "01", "02"]


def test_the_answer_shown_is_the_source_itself() -> None:
    assert "return 255 - image" in solution_text("00-invert")


def test_the_reference_is_run_from_the_source_and_changes_nothing_else() -> None:
    names: dict[str, object] = {}
    assert reference("00-pixels", names) == 784
    assert names == {}


def test_a_reference_that_leans_on_a_missing_name_says_so() -> None:
    draw = reference("00-same-numbers", {})
    with pytest.raises(NameError):
        draw(1)
