"""Progress is kept, whatever happens to the file."""

import json
import multiprocessing
from pathlib import Path

import pytest

from workshop import progress
from workshop.cli import main
from workshop.exercises.overview import show_progress
from workshop.verdict import Outcome, Verdict, passed


def solved(exercise: str) -> Verdict:
    return passed("right").of(exercise, "A title", 1)


def record_many(path: Path) -> None:
    for _ in range(50):
        progress.record(solved("00-pixels"), path)


def test_a_line_cut_short_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    progress.record(solved("00-pixels"), path)
    path.write_text(path.read_text() + '{"exercise": "00-inv')
    progress.record(solved("00-invert"), path)
    assert set(progress.standings(path)) == {"00-pixels", "00-invert"}


def test_two_notebooks_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(record_many, [path, path])
    assert progress.standings(path)["00-pixels"].tries == 100


def test_a_reset_starts_one_exercise_anew_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    for name in ("00-pixels", "00-invert"):
        progress.record(solved(name), path)
    progress.reset("00-invert", path)
    known = progress.standings(path)
    assert known["00-pixels"].passed
    assert not known["00-invert"].passed
    assert len(path.read_text().splitlines()) == 3


def test_lines_that_are_not_ours_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    path.write_bytes(b'\xff\xfe\n[]\n7\n{"exercise": "x"}\n')
    assert progress.standings(path) == {}


def test_a_file_that_cannot_be_written_is_said_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    progress.record(solved("00-pixels"), tmp_path / "file" / "progress.jsonl")
    assert "WORKSHOP_PROGRESS" in capsys.readouterr().err


def test_the_overview_says_what_is_next(tmp_path: Path) -> None:
    progress.record(solved("00-pixels"))
    overview = show_progress("00")
    assert overview.sentence.startswith("1 of 4 exercises solved. Next: 00-invert (A function")
    assert "passed" in overview._repr_html_()


def test_nothing_but_outcomes_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    progress.record(solved("00-pixels"), path)
    entry = json.loads(path.read_text())
    assert set(entry) == {"at", "exercise", "outcome", "diagnosis"}
    assert entry["outcome"] == Outcome.PASSED.value


def test_the_command_shows_progress_and_refuses_a_lab_that_is_not_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["progress", "00"]) == 0
    assert main(["progress", "77"]) == 2
    told = capsys.readouterr()
    assert "0 of 4 exercises solved" in told.out
    assert "there is no lab 77" in told.err
