"""`workshop grade` from end to end: killed and started again, by learner, and of itself."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.torture.notebooks import Notebook, code, solved
from workshop.cli import main
from workshop.exercises.catalogue import parts_with_exercises
from workshop.grading import local
from workshop.grading.house import House, open_house
from workshop.grading.room import Limits
from workshop.grading.self_test import course_itself

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

LEARNERS = ("ana", "ben", "cem", "dana", "eva")


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """Five solved labs, each a little different."""
    for learner in LEARNERS:
        hand_in(tmp_path / "submissions" / learner, solved(), f"print('{learner}')")
    return tmp_path / "submissions"


def hand_in(folder: Path, notebook: Notebook, extra: str) -> None:
    folder.mkdir(parents=True)
    notebook["cells"].append(code(extra))
    (folder / "00_start_here.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def rows(report: Path) -> list[dict[str, str]]:
    with (report / "grades.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def start(submissions: Path, report: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "workshop", "grade", str(submissions), "--out", str(report)]
    return subprocess.Popen([*command, "--jobs", "1"], stderr=subprocess.PIPE, text=True)


def killed_after(count: int, submissions: Path, report: Path) -> str:
    """Start the grader, and kill it after so many results; what it said first."""
    with start(submissions, report) as grader:
        assert grader.stderr
        said = [grader.stderr.readline() for _ in range(count)]
        below = psutil.Process(grader.pid).children(recursive=True)
        grader.kill()
    _, alive = psutil.wait_procs(below, timeout=20)
    assert not alive
    return "".join(said)


def test_a_killed_grader_goes_on_where_it_was(submissions: Path, tmp_path: Path) -> None:
    report = tmp_path / "report"
    assert "1 of 5" in killed_after(1, submissions, report)
    assert "1 graded before; 4 to go" in killed_after(2, submissions, report)
    with start(submissions, report) as grader:
        assert grader.stderr
        said = grader.stderr.read()
    assert "2 graded before; 3 to go" in said
    assert said.count("6 of 6 points") == 3
    assert [(row["learner"], row["score"]) for row in rows(report)] == [(n, "6") for n in LEARNERS]


def test_the_same_work_is_graded_once_and_then_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    everything = ["grade", str(tmp_path / "all"), "--out", str(tmp_path / "report")]
    for learner in ("ana", "ben"):
        hand_in(tmp_path / "all" / learner, solved(), "print('the same')")
    assert main(everything) == 0
    assert "1 of 1" in capsys.readouterr().err
    assert main([*everything, "--only", "ben"]) == 0
    assert capsys.readouterr().err == "1 graded before; 0 to go.\n"
    assert [row["learner"] for row in rows(tmp_path / "report")] == ["ana", "ben"]


def test_only_one_learner_is_run_and_what_is_known_of_others_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for learner in ("ana", "ben", "cem"):
        hand_in(tmp_path / "all" / learner, solved(), f"print('{learner}')")
    only = ["grade", str(tmp_path / "all"), "--out", str(tmp_path / "report"), "--only"]
    assert main([*only, "ana"]) == 0
    assert main([*only, "ben", "--regrade"]) == 0
    assert "1 graded before; 1 to go" in capsys.readouterr().err
    assert [row["learner"] for row in rows(tmp_path / "report")] == ["ana", "ben"]


def test_the_grader_grades_the_course_as_it_should(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "--self-test", "--only", "00"]) == 0
    assert "as it should" in capsys.readouterr().out


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("lab", parts_with_exercises())
def test_the_grader_grades_each_lab_as_it_should(
    lab: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # One at a time: `make full` runs two labs beside each other.
    status = main(["grade", "--self-test", "--quick", "--jobs", "1", "--only", lab])
    assert status == 0, capsys.readouterr().out


def test_a_lab_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grade", "--self-test", "--only", "99"]) == 2
    assert "there is no lab 99; there are: 00, 01" in capsys.readouterr().err


def test_a_quick_self_test_runs_the_labs_small() -> None:
    large, small = course_itself("02"), course_itself("02", quick=True)
    for one, other in zip(large, small, strict=True):
        assert one.notebook
        assert other.notebook
        assert "\ndigits = 6000" in "".join(cell.source for cell in other.notebook.cells)
        assert "\ndigits = 6000" not in "".join(cell.source for cell in one.notebook.cells)


def test_when_the_process_that_opens_rooms_dies_another_takes_over(
    submissions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    @contextmanager
    def dies_at_first(limits: Limits) -> Iterator[House]:
        with open_house(limits) as house:
            if not opened:
                house._process.kill()
            opened.append(1)
            yield house

    monkeypatch.setattr(local, "open_house", dies_at_first)
    assert main(["grade", str(submissions), "--out", str(tmp_path), "--only", "ana"]) == 0
    assert [row["score"] for row in rows(tmp_path)] == ["6"]
    assert len(opened) == 2


def test_a_place_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["grade", str(tmp_path / "nowhere"), "--out", str(tmp_path)]) == 2
    assert "nowhere" in capsys.readouterr().err
