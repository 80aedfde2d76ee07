"""A limited process: what it sees, what it may take, and that it ends."""

import sys
from pathlib import Path

import psutil
import pytest

from workshop.untrusted.limits import Ending, Limits, run_limited

LIMITS = "from workshop.untrusted import limits as l"
SLEEP = "import time; time.sleep(600)"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these limits are those of POSIX")


def run(folder: Path, code: str, limits: Limits | None = None) -> Ending:
    """Run some code in a limited process; timeit is a module that runs the code it is given."""
    return run_limited(["timeit", "-n1", "-r1", code], folder, limits or Limits())


def printed(folder: Path) -> str:
    return (folder / "log").read_text()


def test_it_sees_nothing_of_the_environment_and_is_at_home_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET_TOKEN", "swordfish")
    ending = run(tmp_path, "import os; print(os.environ, os.path.expanduser('~'), os.getcwd())")
    assert ending == Ending(0)
    assert "swordfish" not in printed(tmp_path)
    assert printed(tmp_path).count(str(tmp_path)) >= 2


def test_it_is_stopped_when_its_time_is_over_with_everything_that_it_started(
    tmp_path: Path,
) -> None:
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{SLEEP}']); "
    tell = "print('child', flush=True); "
    ending = run(tmp_path, start + tell + SLEEP, Limits(seconds=3))
    assert ending.stopped_for == "time"
    assert "child" in printed(tmp_path)
    left = [p for p in psutil.process_iter(["cmdline"]) if SLEEP in (p.info["cmdline"] or [])]
    assert left == []


def test_it_ends_by_itself_when_nobody_watches_it(tmp_path: Path) -> None:
    limit = f"{LIMITS}; l.limit_this_process(l.Limits(seconds=1)); "
    assert run(tmp_path, limit + SLEEP).stopped_for == "time"


def test_it_may_use_only_so_much_of_the_processor(tmp_path: Path) -> None:
    code = f"{LIMITS}; l.limit_this_process(l.Limits(processor_seconds=1))\nwhile True: pass"
    ending = run(tmp_path, code)
    assert ending.status < 0  # by a signal


def test_it_is_stopped_when_it_holds_too_much_memory(tmp_path: Path) -> None:
    code = "import time; held = b'x' * 2_000_000_000; time.sleep(600)"
    assert run(tmp_path, code, Limits(memory=0)).stopped_for == "memory"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to this limit")
def test_it_cannot_reserve_more_memory_than_it_may_have(tmp_path: Path) -> None:
    code = f"{LIMITS}; l.limit_memory(l.Limits(memory=100_000_000)); held = bytes(10**9)"
    assert run(tmp_path, code).status == 1
    assert "MemoryError" in printed(tmp_path)


def test_it_cannot_write_a_large_file(tmp_path: Path) -> None:
    code = (
        f"{LIMITS}; l.limit_this_process(l.Limits(file_bytes=5000)); "
        "open('large', 'wb').write(bytes(10**6))"
    )
    assert run(tmp_path, code).status == 1
    assert (tmp_path / "large").stat().st_size <= 5000


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import pickle, os; pickle.loads(pickle.dumps(os.getcwd))",
        "open('../outside', 'w')",
        "open('inside/../../outside', 'w')",
    ],
)
def test_behind_the_fence_python_reaches_nothing(tmp_path: Path, code: str) -> None:
    fence = "from pathlib import Path; from workshop.untrusted.limits import fence; "
    ending = run(tmp_path, f"{fence} fence(Path.cwd()); {code}")
    assert ending.status == 1
    assert "PermissionError" in printed(tmp_path)
    assert not (tmp_path.parent / "outside").exists()


def test_behind_the_fence_its_own_folder_is_open(tmp_path: Path) -> None:
    fence = "from pathlib import Path; from workshop.untrusted.limits import fence; "
    assert run(tmp_path, f"{fence} fence(Path.cwd()); open('own', 'w').close()") == Ending(0)
    assert (tmp_path / "own").exists()
