"""Eight clients that ask a server without a pause, and what they saw."""

import re
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

CLIENTS = 8
JSON = "application/json"
TIMING = re.compile(rb"(\w+);dur=([\d.]+)")
LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Load:
    """What a run of the clients saw; `processor` and `own` are the server's and their seconds."""

    seconds: float = 0.0
    processor: float = 0.0
    own: float = 0.0
    latencies: list[float] = field(default_factory=list)
    steps: dict[str, list[float]] = field(default_factory=dict)
    lost: int = 0
    refused: int = 0

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share in % of the requests was answered."""
        return 1000 * float(np.percentile(self.latencies, share)) if self.latencies else np.nan

    def add(self, other: "Load") -> None:
        """Put another round's numbers to these."""
        self.seconds += other.seconds
        self.processor += other.processor
        self.own += other.own
        self.latencies += other.latencies
        self.lost += other.lost
        self.refused += other.refused
        for name, values in other.steps.items():
            self.steps.setdefault(name, []).extend(values)


class Connection:
    """One client: a connection that is kept, with one request under way."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port, self.request = port, request
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.send()

    def send(self) -> None:
        self.answer, self.start = b"", time.perf_counter()
        self.socket.sendall(self.request)

    def receive(self) -> bytes | None:
        """The head of the answer once all of it is there. Raises ConnectionError if it is lost."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("closed without an answer")
        self.answer += part
        head, end, body = self.answer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        return head if end and length and len(body) >= int(length[1]) else None


def load(
    port: int, request: bytes, seconds: float, midway: Callable[[], None] | None = None
) -> Load:
    """Ask with eight clients for some seconds; `midway` is called once in between."""
    seen, selector = Load(), selectors.DefaultSelector()
    for _ in range(CLIENTS):
        connection = Connection(port, request)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    begin, used = time.perf_counter(), time.process_time()
    while (now := time.perf_counter()) < begin + seconds:
        if midway and now > begin + seconds / 3:
            midway()
            midway = None
        for key, _ in selector.select(1):
            answered(key.data, selector, seen)
    seen.seconds, seen.own = time.perf_counter() - begin, time.process_time() - used
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    return seen


def answered(connection: Connection, selector: selectors.BaseSelector, seen: Load) -> None:
    """Take what has come, and ask again once the answer is whole."""
    try:
        head = connection.receive()
    except ConnectionError:
        seen.lost += 1
        head = b" 000 connection: close"
    if head is None:
        return
    if head[9:12] == b"200":
        seen.latencies.append(time.perf_counter() - connection.start)
        if len(seen.latencies) % 10 == 0:
            for name, value in TIMING.findall(head):
                seen.steps.setdefault(name.decode(), []).append(float(value))
    elif head[9:12].isdigit():
        seen.refused += 1
    if b"connection: close" in head.lower():
        selector.unregister(connection.socket)
        connection.socket.close()
        connection.open()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    else:
        connection.send()


def request(content: bytes, mimetype: str = JSON) -> bytes:
    """The bytes of a request to /predict."""
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: {mimetype}\r\nContent-Length: "
    return head.encode() + f"{len(content)}\r\n\r\n".encode() + content
