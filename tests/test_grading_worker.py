"""What a worker of a cluster takes and refuses; test_grading_cluster.py runs real ones."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.test_grading_journal import RESULT
from workshop.cli import main
from workshop.grading import cluster, worker
from workshop.grading.grader import no_room
from workshop.grading.notebook import Cell, Notebook
from workshop.grading.results import Ending
from workshop.grading.room import Limits, NoRoomError
from workshop.grading.submissions import Submission
from workshop.grading.worker import Worker, differences, facts_of, packed, result_of, unpacked

CELLS = (Cell("code", "x = '\ud800'", frozenset({"00-setup", "a"})), Cell("markdown", "# Ana"))
ANAS = Submission("ana", "00", "ana/00.ipynb", "0" * 64, Notebook(CELLS, "00"))


class FakeRoom:
    rungs = ("limits",)


class FakeHouse:
    @contextmanager
    def room(self) -> Iterator[FakeRoom]:
        yield FakeRoom()


@contextmanager
def house_without_walls(_: Limits) -> Iterator[FakeHouse]:
    yield FakeHouse()


@contextmanager
def no_house(_: Limits) -> Iterator[FakeHouse]:
    raise NoRoomError("Keras cannot be started")
    yield FakeHouse()


def graded_on(address: str, tmp_path: Path) -> int:
    (tmp_path / "ana").mkdir()
    notebook = {"cells": [{"cell_type": "code", "source": "1"}]}
    (tmp_path / "ana" / "00_start_here.ipynb").write_text(json.dumps(notebook))
    report = tmp_path / "report"
    return main(["grade", str(tmp_path / "ana"), "--out", str(report), "--cluster", address])


def test_cells_cross_as_they_are_and_names_stay_here() -> None:
    text = packed(ANAS)
    assert "ana" not in text
    there = unpacked(text)
    assert there.notebook == Notebook(CELLS)
    assert (there.lab, there.digest) == ("00", ANAS.digest)


def test_a_result_crosses_as_it_is() -> None:
    assert result_of(json.dumps(RESULT.to_json())) == RESULT


def test_the_same_machine_has_no_differences() -> None:
    assert differences(facts_of(["00"]), facts_of(["00"])) == ""


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ({"keras": "2.0"}, "keras is 2.0, and 3."),
        ({"digits": "none"}, "digits is none, and "),
        ({"00": "f00"}, "the course is another one (lab 00)"),
    ],
)
def test_a_difference_is_said(fact: dict[str, str], sentence: str) -> None:
    facts = facts_of(["00"])
    assert sentence in differences(facts, facts | fact)


def test_a_worker_with_another_version_is_not_used() -> None:
    said = Worker().begin(facts_of(["00"]) | {"Python": "3.9.1"}, asdict(Limits()))
    assert "and 3.9.1 where the grader runs; install the same course" in said


def test_a_worker_without_walls_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "open_house", house_without_walls)
    assert "no walls" in Worker().begin(facts_of(["00"]), asdict(Limits()))


def test_a_worker_that_cannot_start_keras_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "open_house", no_house)
    assert "Keras cannot be started" in Worker().begin(facts_of(["00"]), asdict(Limits()))


def test_what_found_no_room_says_so_and_can_still_earn_its_points() -> None:
    result = no_room(ANAS, "it was lost")
    assert (result.ending, result.score, result.most) == (Ending.REFUSED, 0, 6)
    assert "it was lost" in result.reason


@pytest.mark.parametrize("address", ["127.0.0.1:9", "nowhere", "nowhere:port", "ray://:1"])
def test_a_cluster_that_cannot_be_reached_is_named(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert graded_on(address, tmp_path) == 2
    assert f"the cluster at {address} cannot be reached" in capsys.readouterr().err


def test_without_ray_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cluster, "ray", None)
    assert graded_on("auto", tmp_path) == 2
    assert "pip install" in capsys.readouterr().err
