"""Serve a board: to this computer, or to everybody in the room's network who knows the word."""

import asyncio
import socket
import sys
from pathlib import Path

from tornado import web
from tornado.httpserver import HTTPServer

from workshop.leaderboard.board import Leaderboard
from workshop.leaderboard.handlers import BoardsHandler, EntriesHandler, PageHandler, Service
from workshop.leaderboard.room import Door, new_word
from workshop.leaderboard.store import NotABoard
from workshop.machine import PortTaken, free_port

USUAL_PORT = 8900
MOST_OF_A_PLAIN_REQUEST = 100_000
SLOWEST_UPLOAD = 60.0
IDLE = 120.0


def serve(port: int | None = None, *, room: bool = False, board: Leaderboard | None = None) -> int:
    """Serve until Ctrl-C; the exit status.

    Args:
        port: where to listen. Without it 8900 or the next free one.
        room: listen to the whole network instead of this computer alone. Then a new word is drawn
            and printed, and only who knows it can send; everybody in the network can look.
        board: the learner's own if none is given.
    """
    address = "0.0.0.0" if room else "127.0.0.1"
    try:
        chosen = free_port(port, USUAL_PORT, address)
        board = board or Leaderboard()
        board.store.seed()  # a file that is no board is told now, and not to the first sender
    except (PortTaken, NotABoard) as error:
        print(error, file=sys.stderr)
        return 1
    service = Service(board, Door(new_word() if room else ""))
    try:
        asyncio.run(_serve(service, chosen, address))
    except KeyboardInterrupt:
        print("\nThe board is closed. Its entries are kept.")
    finally:
        service.scorer.shutdown(wait=False, cancel_futures=True)
    return 0


async def _serve(service: Service, port: int, address: str) -> None:
    server = HTTPServer(
        application(service),
        max_body_size=MOST_OF_A_PLAIN_REQUEST,
        body_timeout=SLOWEST_UPLOAD,
        idle_connection_timeout=IDLE,
    )
    server.listen(port, address)
    print(announcement(port, service), flush=True)
    await asyncio.Event().wait()


def application(service: Service) -> web.Application:
    """The addresses of the board."""
    given = {"service": service}
    return web.Application(
        [
            (r"/", PageHandler, given),
            (r"/boards", BoardsHandler, given),
            (r"/entries", EntriesHandler, given),
        ],
        template_path=str(Path(__file__).parent),
        log_function=lambda handler: None,  # who looks at the board is nobody's business
    )


def announcement(port: int, service: Service) -> str:
    """What the terminal says once the board is open."""
    kept = f"\nThe leaderboard in {service.board.store.path}\nCtrl-C closes it."
    if not service.door.word:
        return f"{kept} Open this address:\n\n    http://127.0.0.1:{port}/\n"
    return (
        f"{kept} Write these two lines on the wall:\n\n"
        f"    address   http://{own_address()}:{port}/\n"
        f"    word      {service.door.word}\n\n"
        "Everybody in this network can look at the board; who knows the word can send to it.\n"
        "The word is new each time. Names and files travel unencrypted.\n"
    )


def own_address() -> str:
    """This computer's address in the room's network, as others type it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which way it would go
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
