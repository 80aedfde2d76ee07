"""Workers share new connections: whoever has more waits longer before it takes the next one."""

import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("gunicorn needs fork", allow_module_level=True)

from workshop.serving import fair_worker
from workshop.serving.fair_worker import LONGEST, FairWorker


@pytest.fixture
def door() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)  # as gunicorn does
        yield listener


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long workers have waited, in seconds; nobody really waits."""
    waited: list[float] = []
    monkeypatch.setattr(fair_worker.time, "sleep", waited.append)
    return waited


class Worker(FairWorker):
    """Has connections, and keeps what it takes instead of answering it."""

    def __init__(self, has: int) -> None:
        self.nr_conns, self.cfg, self.taken = has, None, []

    def enqueue_req(self, conn: Any) -> None:
        self.taken.append(conn)


def test_a_worker_with_more_connections_waits_longer(
    door: socket.socket, waits: list[float]
) -> None:
    for has in (0, 3, 6):
        Worker(has).accept(door)
    assert waits[0] == 0 < waits[1] < waits[2]


def test_nobody_waits_long(door: socket.socket, waits: list[float]) -> None:
    Worker(1000).accept(door)
    assert waits == [LONGEST]


def test_the_next_connection_is_taken(door: socket.socket, waits: list[float]) -> None:
    worker = Worker(2)
    with socket.create_connection(door.getsockname()):
        worker.accept(door)
        (one,) = worker.taken
        one.close()
    assert worker.nr_conns == 3


def test_a_connection_that_another_worker_took_meanwhile_is_no_error(
    door: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, slow = Worker(0), Worker(5)
    with socket.create_connection(door.getsockname()):
        monkeypatch.setattr(fair_worker.time, "sleep", lambda _: None)
        quick.accept(door)
        slow.accept(door)
        quick.taken[0].close()
    assert (len(quick.taken), slow.taken, slow.nr_conns) == (1, [], 5)
