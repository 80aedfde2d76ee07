"""`workshop grade diff OLD NEW`: who changed, where, from what to what; like `diff`, by status."""

import json
from pathlib import Path

import pytest

from tests.synthetic_grades import graded, refused
from workshop.cli import main
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.results_json import results_json


def report(folder: Path, *grades: Grade) -> str:
    folder.mkdir()
    (folder / "results.json").write_text(results_json(list(grades)), encoding="utf-8")
    return str(folder)


def compared(
    folder: Path, old: list[Grade], new: list[Grade], capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    names = report(folder / "old", *old), report(folder / "new", *new)
    return main(["grade", "diff", *names]), capsys.readouterr().out


def test_equal_reports_are_equal_however_long_they_ran(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = compared(tmp_path, [graded("ana")], [graded("ana", seconds=9)], capsys)
    assert (status, said) == (0, "0 changed, 0 appeared, 0 disappeared, 1 the same.\n")


def test_a_changed_exercise_is_told_from_what_to_what(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = [graded("ana", "nppp", "00")], [graded("ana", "pppp", "00")]
    status, said = compared(tmp_path, old, new, capsys)
    assert status == 1
    assert said.splitlines() == [
        "ana · lab 00: 5 of 6 points → 6 of 6 points",
        "  00-pixels  ✘ not yet (half), 0 of 1 → ✔ passed, 1 of 1",
        "1 changed, 0 appeared, 0 disappeared, 0 the same.",
    ]


def test_who_appeared_and_who_disappeared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = compared(tmp_path, [graded("ana"), graded("ben")], [refused("cem")], capsys)
    assert status == 1
    assert "ana · lab 01: disappeared, had 13 of 13 points\n" in said
    assert "cem · lab 01: appeared, 0 of 13 points (refused)\n" in said
    assert "0 changed, 1 appeared, 2 disappeared, 0 the same" in said


def test_the_best_of_several_files_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _ = compared(tmp_path, [graded("ana")], [graded("ana", "n"), graded("ana")], capsys)
    assert status == 0


def test_a_name_cannot_write_to_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, said = compared(tmp_path, [], [graded("ana\x1b[2J\u202e\nben")], capsys)
    assert "ana\\u001b[2J\\u202e ben · lab 01" in said


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "1", '{"schema": 1}', '{"schema": 2, "results": []}',
     '{"schema": 1, "results": [{"learner": "ana"}]}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_report_is_named(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old = report(tmp_path / "old", graded("ana"))
    (tmp_path / "results.json").write_text(content, encoding="utf-8")
    assert main(["grade", "diff", old, str(tmp_path)]) == 2
    assert "results.json" in capsys.readouterr().err


def test_points_that_are_no_numbers_are_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(results_json([graded("ana")]))
    told["results"][0]["verdicts"][0]["points"] = "2"
    (tmp_path / "results.json").write_text(json.dumps(told), encoding="utf-8")
    assert main(["grade", "diff", str(tmp_path), str(tmp_path)]) == 2
    assert "no results.json of this grader" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", "diff", str(tmp_path / "nowhere"), str(tmp_path)]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_two_places_to_grade_are_one_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "one", "two", "--out", "report"]) == 2
    assert "workshop grade diff OLD NEW" in capsys.readouterr().err
