"""A leaderboard whose networks are only pretended to run, and a served one that always closes."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from workshop.leaderboard import Entry, Leaderboard, board
from workshop.leaderboard.digits import UnseenDigits
from workshop.leaderboard.entry import DatasetName
from workshop.leaderboard.handlers import Service
from workshop.leaderboard.room import Door
from workshop.leaderboard.server import application
from workshop.untrusted import ModelFile, Reading

SEEN = 200
ADA = Entry("Ada", "mnist", "real", 7850, 180, SEEN, "a" * 64, datetime(2026, 1, 2, tzinfo=UTC))


def entry(name: str, parameters: int, right: int, **others: object) -> Entry:
    """An entry of its own for everybody."""
    sha256 = f"{abs(hash((name, parameters, right))):064x}"
    made = replace(ADA, name=name, parameters=parameters, right=right, sha256=sha256)
    return replace(made, **others)  # type: ignore[arg-type]


@pytest.fixture
def quick_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leaderboard:
    """A board on which every network reads 150 of 200 pictures right, at once."""
    labels = np.arange(SEEN, dtype=np.uint8) % 10
    images = np.zeros((SEEN, 28, 28), np.float32)

    def digits(dataset: DatasetName, seed: bytes) -> UnseenDigits:
        return UnseenDigits(images, labels, "real")

    def answers(model: ModelFile, images: object, limits: object) -> Reading:
        said = np.where(np.arange(SEEN) < 150, labels, (labels + 1) % 10)
        return Reading(np.eye(10, dtype=np.float32)[said], 7850)

    monkeypatch.setattr(board, "unseen_digits", digits)
    monkeypatch.setattr(board, "answers_of", answers)
    return Leaderboard(tmp_path / "board.sqlite")


@contextmanager
def served(board: Leaderboard, word: str = "", seats: int | None = None) -> Iterator[str]:
    """Serve a board on a free port of this computer; its address without a slash at the end."""
    service = Service(board, Door(word))
    if seats is not None:
        service.seats.free = seats
    begun = threading.Event()
    address: list[str] = []
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def run() -> None:
        over = asyncio.Event()
        loops.append((asyncio.get_running_loop(), over))
        socket, port = bind_unused_port()
        server = HTTPServer(application(service), max_body_size=100_000)
        server.add_sockets([socket])
        address.append(f"http://127.0.0.1:{port}")
        begun.set()
        await over.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert begun.wait(30)
    try:
        yield address[0]
    finally:
        loop, over = loops[0]
        loop.call_soon_threadsafe(over.set)
        thread.join(30)
        service.scorer.shutdown()
        service.painter.shutdown()
