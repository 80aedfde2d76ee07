"""`workshop grade --container IMAGE`: the same verdicts, from containers that hold a room each.

The image is the one that tests/test_container.py tries, too.
"""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import containers
from tests.containers import Image, run
from tests.torture.notebooks import Notebook, halfway, solved, wrong
from workshop.cli import main
from workshop.grading.containers import FIND_COURSE, engine, identity_of
from workshop.grading.house import open_house
from workshop.grading.room import Limits, Room, Rooms

pytestmark = containers.COURSE_LAYER

ROOMS = "name=grading-"


@pytest.fixture(scope="module")
def rooms(image: Image) -> Iterator[Rooms]:
    with open_house(Limits(container=identity_of(image.name))) as opened:
        yield opened


@pytest.fixture(scope="module")
def room(rooms: Rooms) -> Iterator[Room]:
    with rooms.room() as opened:
        yield opened


def error_of(room: Room, source: str) -> str:
    """The error that a cell stops with; empty if it does not."""
    room.send({"do": "run", "source": source})
    return str(room.receive()["error"])


def hand_in(folder: Path, notebook: Notebook) -> None:
    folder.mkdir(parents=True)
    (folder / "00_start_here.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def test_the_report_names_the_walls(room: Room) -> None:
    assert room.rungs == (
        f"a container of its own ({engine()})",
        "own files, all others read-only",
        "own processes",
        "no network",
        "a user without rights",
        "limits",
    )


def test_nothing_can_be_written_outside_the_home(room: Room) -> None:
    for place in ("/usr/x", "/x", "/grading/package/x", "/opt/course/x"):
        assert "Error" in error_of(room, f"open('{place}', 'w')")
    assert not error_of(room, "open('x', 'w').write('x')")


def test_the_course_in_the_image_is_hidden(image: Image, room: Room) -> None:
    places = json.loads(image.call("-c", FIND_COURSE, options=("--entrypoint=python",)))
    assert places
    for place in places:
        assert not error_of(room, f"import os\nassert os.listdir('{place}') == []")
    assert not error_of(room, "import workshop\nassert '/grading/' in workshop.__file__")


def test_there_is_no_network(room: Room) -> None:
    assert "Error" in error_of(room, "import socket\nsocket.create_connection(('10.0.0.1', 80), 2)")


def test_the_verdicts_are_the_same(image: Image, tmp_path: Path) -> None:
    handed_in = {
        "ana": solved(),
        "ben": halfway("import os\nos._exit(7)"),
        "cem": wrong("print('nothing right')"),
    }
    for learner, notebook in handed_in.items():
        hand_in(tmp_path / "all" / learner, notebook)
    command = ["grade", str(tmp_path / "all"), "--out", str(tmp_path / "report")]
    assert main([*command, "--container", image.name, "--jobs", "1"]) == 0
    with (tmp_path / "report" / "grades.csv").open(newline="") as file:
        scores = {row["learner"]: (row["score"], row["outcome"]) for row in csv.DictReader(file)}
    assert scores == {
        "ana": ("6", "graded"),
        "ben": ("3", "stopped early"),
        "cem": ("0", "graded"),
    }


def test_no_container_is_left(rooms: Rooms) -> None:
    with rooms.room() as room, pytest.raises(ConnectionError):
        error_of(room, "import subprocess, os\nsubprocess.Popen(['sleep', '999'])\nos._exit(3)")
    assert room.status == 3
    names = run(engine(), "ps", "--all", "--filter", ROOMS, "--format", "{{.Names}}").split()
    assert len([name for name in names if f"-{os.getpid()}-" in name]) <= 1  # the other fixture
