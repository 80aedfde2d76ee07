"""The gate: each way to break the curriculum is found, placed, and told how to mend."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workshop.authoring.build import build
from workshop.authoring.problem import Problem
from workshop.authoring.rehearsal import problems_of, rehearse
from workshop.authoring.verify import verify
from workshop.cli import main
from workshop.exercises import lab00
from workshop.exercises.lab00.first import Invert, Pixels
from workshop.source import lab_paths, read_lab, script_path

SOURCE = "solutions/00_start_here.py"
LAB = "labs/00_start_here.ipynb"


def found(course: Path) -> list[Problem]:
    return verify(rehearsals=False)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def edit_and_build(course: Path, old: str, new: str) -> None:
    edit(course / SOURCE, old, new)
    build(execute=False)


def facts(problems: list[Problem]) -> str:
    return "\n".join(problem.fact for problem in problems)


def test_the_course_as_it_stands_has_no_problem(course: Path) -> None:
    assert found(course) == []


@pytest.mark.parametrize(
    ("file", "old"),
    [
        (LAB, "Start here"),
        ("labs/01_data.ipynb", "Data"),
        ("skeleton/mnist.py", "EPOCHS = 3"),
        ("README.md", "[00 Start here]"),
    ],
)
def test_a_generated_file_edited_by_hand_is_found(course: Path, file: str, old: str) -> None:
    edit(course / file, old, "something else")
    (problem,) = found(course)
    assert problem.place == file
    assert "workshop build" in problem.mend


def test_a_missing_lab_is_found(course: Path) -> None:
    (course / LAB).unlink()
    assert [problem.place for problem in found(course)] == [LAB]


def test_a_solution_whose_cells_fell_behind_is_found(course: Path) -> None:
    edit_and_build(course, "pixels = 28 * 28", "pixels = 784")
    assert [problem.place for problem in found(course)] == ["solutions/00_start_here.ipynb"]


def test_a_stray_file_is_found_and_the_learners_own_are_not(course: Path) -> None:
    (course / "labs" / "Untitled.ipynb").write_text("{}")
    (course / "labs" / "progress.jsonl").write_text("")
    (course / "labs" / "backup").mkdir()
    (course / "labs" / "backup" / "00.ipynb").write_text("{}")
    assert [problem.place for problem in found(course)] == ["labs/Untitled.ipynb"]


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ("## Meet the digits", "#### Meet the digits", "heading of level 4 follows one of level 2"),
        ("## Meet the digits", "# Meet the digits", "heading of level 1 follows"),
        ("## Meet the digits", "![](a.png)", "a picture has no alt text"),
        ("## Meet the digits", "<img src='a.png'>", "a picture has no alt text"),
        ("(01_data.ipynb)", "(01_date.ipynb)", "links to 01_date.ipynb, which is not there"),
        ("doctor()", "!pip install x", "does not parse"),
        ("minutes: 30", "minutes: 90", "says 90 minutes; counted are"),
        ("    title: Start here\n", "", "the header lacks title"),
        ("ex.pixels.check(pixels)", "pass", "no check of its own"),
        ("### END SOLUTION", "### THE END", "without its partner"),
    ],
)
def test_what_is_wrong_in_a_source_is_told(course: Path, old: str, new: str, fact: str) -> None:
    edit(course / SOURCE, old, new)
    assert fact in facts(found(course))


def add_picture(course: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = course / "solutions" / "00_start_here.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):
                change(output["data"])
    path.write_text(json.dumps(notebook))


def test_an_output_picture_without_words_is_found(course: Path) -> None:
    add_picture(course, lambda data: data.update({"text/html": '<img src="x">'}))
    assert "a picture has no alt text" in facts(found(course))


def test_a_diagnosis_that_its_exercise_never_shows_is_found(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(Pixels.wrong_answers, "text")
    (problem,) = found(course)
    assert problem.fact == "no wrong answer shows the diagnosis `text`"
    assert problem.place == "00-pixels in exercises of 00"


@pytest.mark.parametrize("name", ["shown-nowhere", "not-three-losses"])  # lab 02 shows the latter
def test_a_helpers_diagnosis_that_its_own_lab_never_shows_is_found(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "helping.py").write_text(f'not_yet("{name}", "seen", "why", "try")')
    monkeypatch.setattr(lab00, "__path__", [*lab00.__path__, str(tmp_path)])
    (problem,) = found(course)
    assert problem.fact == f"no wrong answer shows the diagnosis `{name}`"
    assert problem.place == "helping.py in exercises of 00"


def test_a_diagnosis_of_all_labs_that_none_of_them_shows_is_found(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Invert, "wrong_checks", {})
    (problem,) = found(course)
    assert problem.fact == "no wrong answer shows the diagnosis `not-a-function`"
    assert problem.place == "common.py in exercises"


def test_every_problem_says_fact_place_and_command(
    course: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (course / LAB).unlink()
    assert main(["verify", "--quick"]) == 1
    told = capsys.readouterr().out
    assert f"✘ {LAB}: differs from what its source gives" in told
    assert "mend: `workshop build`" in told


@pytest.mark.alone
@pytest.mark.full
@pytest.mark.slow
@pytest.mark.parametrize("path", [*lab_paths(), script_path()], ids=lambda path: path.stem)
def test_nothing_typed_every_wrong_answer_and_the_solution_are_judged_right(path: Path) -> None:
    assert rehearse(path, run_all=path == script_path()) == []  # labs: tests/test_empty_labs.py


@pytest.mark.slow
def test_the_rehearsal_finds_a_solution_that_fails_its_own_check(course: Path) -> None:
    edit(course / SOURCE, "pixels = 28 * 28", "pixels = 785")
    assert "its own solution should be judged `passed`" in facts(rehearse(course / SOURCE))


@pytest.mark.slow
def test_the_rehearsal_finds_a_lab_that_crashes_when_nothing_is_typed(course: Path) -> None:
    edit(course / SOURCE, "invert = ex.invert.or_reference(invert)\n", "")
    assert "Run All in the empty lab stops" in facts(rehearse(course / SOURCE))


@pytest.mark.slow
def test_the_rehearsal_finds_a_wrong_check_that_is_judged_otherwise(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    monkeypatch.setattr(Pixels, "wrong_checks", {"added": "str(pixels)"})
    told = facts([*problems_of(read_lab(course / SOURCE), run_all=False)])
    assert "the wrong answer added should be judged `added`, and is not yet (text" in told


@pytest.mark.slow
def test_the_rehearsal_takes_a_path_from_where_it_is_asked(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course)
    assert rehearse(Path(SOURCE), run_all=False) == []


@pytest.mark.slow
def test_an_interrupted_build_leaves_whole_files(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (course / LAB).read_bytes()
    edit(course / SOURCE, "Meet the digits", "Meet the digits again")
    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(execute=False)
    assert (course / LAB).read_bytes() == before
    assert [path.name for path in (course / "labs").iterdir() if path.name[0] == "."] == []


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_new_prose_keeps_the_outputs_without_another_run(course: Path) -> None:
    edit_and_build(course, "## Meet the digits", "## Meet all the digits")
    solution = (course / "solutions" / "00_start_here.ipynb").read_text()
    assert "Meet all the digits" in solution
    assert "784 pixels: 28 rows of 28." in solution
