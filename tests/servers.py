"""Real servers on this machine that answer well, badly or never."""

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answer = Callable[[Any, str, threading.Event], None]
"""What to do with (stream to the client, path asked for, event that ends the test)."""


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """Serve on a free port: the address of the folder, and the list of what was asked for."""
    asked: list[str] = []
    over = threading.Event()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            path = self.rfile.readline().split()[1].decode()
            asked.append(path)
            while self.rfile.readline().strip():
                pass
            answer(self.wfile, path, over)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up is what many of these tests are about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/", asked
        finally:
            over.set()
            server.shutdown()


def head(length: int, status: str = "200 OK") -> bytes:
    """The first lines of an answer."""
    return f"HTTP/1.0 {status}\r\nContent-Length: {length}\r\n\r\n".encode()


def silent(_: Any, __: str, over: threading.Event) -> None:
    """Accept and never answer."""
    over.wait(60)


def stalling(stream: Any, _: str, over: threading.Event) -> None:
    """Send half and then nothing."""
    stream.write(head(1_000_000) + bytes(500_000))
    over.wait(60)


def breaking_off(stream: Any, _: str, __: threading.Event) -> None:
    """Send half and hang up."""
    stream.write(head(1_000_000) + bytes(500_000))


def trickling(stream: Any, _: str, over: threading.Event) -> None:
    """Send a byte now and then, for ever."""
    stream.write(head(1_000_000))
    while not over.wait(0.05):
        stream.write(b"x")


def login_page(stream: Any, _: str, __: threading.Event) -> None:
    """What many a hotel answers, whatever was asked for."""
    page = b"<html>Please sign in</html>"
    stream.write(head(len(page)) + page)


def not_found(stream: Any, _: str, __: threading.Event) -> None:
    """A server that moved."""
    stream.write(head(0, "404 Not Found"))


def files(contents: dict[str, bytes]) -> Answer:
    """Serve these files."""

    def answer(stream: Any, path: str, _: threading.Event) -> None:
        content = contents[path.removeprefix("/")]
        stream.write(head(len(content)) + content)

    return answer
