"""What holds around a learner's process on this machine, with root's rights and without."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import psutil
import pytest

from workshop.grading.house import House, open_house
from workshop.grading.inside.wire import LineClosedError
from workshop.grading.room import Limits, Room, StoppedError
from workshop.places import solutions_folder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LONG = f"9{os.getpid()}"
CLOSED = "own files, all others read-only"
AS_SOMEBODY = """
from workshop.grading.house import open_house
from workshop.grading.room import Limits
with open_house(Limits()) as house, house.room() as room:
    room.send({"do": "run", "source": "import os\\nopen('/usr/gotcha', 'w')"})
    print(room.rungs, room.receive()["error"])
"""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house(Limits(cell_seconds=20, memory=1 << 30)) as opened:
        yield opened


@pytest.fixture
def room(house: House) -> Iterator[Room]:
    with house.room() as opened:
        yield opened


def run(room: Room, source: str) -> str:
    """The error that a cell stops with; empty if it does not."""
    room.send({"do": "run", "source": source})
    return str(room.receive()["error"])


def left_with(mark: str) -> list[psutil.Process]:
    """Processes with these words in their command line that do not end within a moment."""
    found = [p for p in psutil.process_iter(["cmdline"]) if mark in str(p.info["cmdline"])]
    return list(psutil.wait_procs(found, timeout=3)[1])


def test_the_report_names_the_walls(room: Room) -> None:
    assert "limits" in room.rungs


@pytest.mark.parametrize("place", ["/usr/x", "/x", "/etc/x", "{package}/x", "{prefix}/x"])
def test_nothing_can_be_written_outside_the_home(room: Room, place: str) -> None:
    path = place.format(package="' + __import__('workshop').__path__[0] + '", prefix=sys.prefix)
    assert "Error" in run(room, f"open('{path}', 'w')")


def test_the_home_is_empty_and_can_be_written(room: Room) -> None:
    assert not run(room, "import glob\nassert not glob.glob('*')\nopen('x', 'w').write('x')")
    assert not run(
        room, "import os\nassert os.getcwd() == os.environ['HOME'] == os.path.expanduser('~')"
    )


def test_the_next_learner_finds_nothing_of_the_one_before(house: House) -> None:
    for _ in range(2):
        with house.room() as room:
            assert not run(room, "import glob\nassert not glob.glob('*') + glob.glob('/tmp/x')")
            assert not run(room, "open('x', 'w')\nopen('/tmp/x', 'w')")


def test_a_notebook_that_uses_its_whole_time_on_all_cores_meets_its_own_limit_first(
    room: Room,
) -> None:
    limit = "resource.getrlimit(resource.RLIMIT_CPU)[0]"
    assert not run(room, f"import os, resource\nassert {limit} > 1800 * os.cpu_count()")


def test_no_other_process_can_be_seen(room: Room) -> None:
    if CLOSED not in room.rungs:
        pytest.skip("this machine has no namespaces")
    assert not run(
        room, "import os\nassert len([n for n in os.listdir('/proc') if n.isdigit()]) < 4"
    )


def test_the_course_is_hidden_even_where_it_lies_in_plain_sight(house: House) -> None:
    walls = house._walls
    if not walls.closed:
        pytest.skip("this machine has no namespaces")
    course = str(solutions_folder().parent)
    house._walls = replace(walls, readable=(course, *walls.readable))
    try:
        with house.room() as room:
            assert not run(room, f"import os\nassert 'labs' in os.listdir('{course}')")
            for folder in ("solutions", "workshop"):
                assert not run(room, f"assert os.listdir('{course}/{folder}') == []")
    finally:
        house._walls = walls


def test_there_is_no_way_to_rights(room: Room) -> None:
    assert "Error" in run(room, "import os\nos.setuid(0)")
    status = "status = open('/proc/self/status').read()"
    assert not run(room, f"{status}\nassert 'CapEff:\\t0000000000000000' in status")
    assert not run(room, "assert 'NoNewPrivs:\\t1' in status")


def test_all_processes_are_gone_afterwards(house: House) -> None:
    mark = f"room-{os.getpid()}"
    start = f"subprocess.Popen(['sh', '-c', 'sleep 999 # {mark}'], start_new_session=True)"
    with house.room() as room:
        assert not run(room, f"import subprocess\n{start}\n{start}")
    assert not left_with(mark)


def test_memory_of_all_processes_together_is_limited(house: House) -> None:
    eat = "import os, time\nfor _ in range(6):\n    if not os.fork():\n        break\n"
    with pytest.raises(StoppedError, match="memory"), house.room() as room:
        run(room, eat + "x = b'x' * (300 << 20)\ntime.sleep(30)")


def test_the_end_of_a_process_is_told(house: House) -> None:
    with pytest.raises(LineClosedError), house.room() as room:
        run(room, "import os\nos._exit(7)")
    assert room.status == 7


def test_without_namespaces_only_the_limits_are_promised(house: House) -> None:
    closed = house._walls
    house._walls = replace(closed, closed=False)
    try:
        with house.room() as room:
            assert CLOSED not in room.rungs
            assert not run(room, "x = 1")
            assert "MemoryError" in run(room, "x = bytearray(10 << 30)")
            assert not run(room, f"import subprocess\nsubprocess.Popen(['sleep', '{LONG}'])")
    finally:
        house._walls = closed
    assert not left_with(LONG)


def test_a_user_without_rights_gets_the_same_walls() -> None:
    become_somebody = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if not shutil.which("unshare") or subprocess.run([*become_somebody, "true"]).returncode:
        pytest.skip("this machine lets nobody make a user namespace")
    ran = subprocess.run(
        [*become_somebody, sys.executable, "-c", AS_SOMEBODY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert CLOSED in ran.stdout, ran.stderr
    assert "Read-only file system" in ran.stdout
