"""A file from the network, or a quick no."""

import queue
import threading
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

PATIENCE = 4.0
"""Seconds that a silent network may cost."""

PIECE = 64 * 1024
LARGEST = 100 * 1024 * 1024

Progress = Callable[[int, int], None]
_Arrival = tuple[bytes, int] | Exception


class NoNetwork(Exception):  # noqa: N818 (a state of the world, not an error)
    """The file did not come. The message says why, in a few words."""


def download(address: str, patience: float = PATIENCE, progress: Progress | None = None) -> bytes:
    """Fetch a file into memory.

    One rule covers a name that does not resolve, a server that does not answer, and a connection
    that dies half-way: every 64 kB must come within `patience` seconds. A slow download that
    keeps this pace may take as long as it needs.

    The work is done by a thread of its own, because looking up a name cannot be interrupted and
    knows no time-out. A thread that we no longer wait for ends by itself.

    Args:
        address: of the file, http or https.
        patience: seconds.
        progress: called with the bytes received and the bytes expected (0 where unknown).

    Raises:
        NoNetwork: at the latest `patience` seconds after the last 64 kB.
    """
    # Few places in the queue: a thread that is no longer listened to soon stops reading.
    arrivals: queue.Queue[_Arrival] = queue.Queue(maxsize=4)
    threading.Thread(target=_fetch, args=(address, patience, arrivals), daemon=True).start()
    received = bytearray()
    while True:
        piece, expected = _next(arrivals, patience)
        received += piece
        if not piece:
            break
        if len(received) > LARGEST:
            raise NoNetwork("the file is far larger than it should be")
        if progress:
            progress(len(received), expected)
    if len(received) < expected:
        raise NoNetwork(f"the connection broke after {len(received):,} of {expected:,} bytes")
    return bytes(received)


def _next(arrivals: "queue.Queue[_Arrival]", patience: float) -> tuple[bytes, int]:
    try:
        arrival = arrivals.get(timeout=patience)
    except queue.Empty:
        raise NoNetwork(f"the network was silent for {patience:g} s") from None
    if isinstance(arrival, HTTPError):
        raise NoNetwork(f"the server said: {arrival.code} {arrival.reason}") from arrival
    if isinstance(arrival, Exception):
        cause = getattr(arrival, "reason", arrival)
        raise NoNetwork(f"no network: {getattr(cause, 'strerror', None) or cause}") from arrival
    return arrival


def _fetch(address: str, patience: float, arrivals: "queue.Queue[_Arrival]") -> None:
    """Put every piece into the queue, an empty one at the end; or the error that came instead."""
    try:
        # Longer than anyone waits: this time-out only ends a thread that is no longer needed.
        with urllib.request.urlopen(address, timeout=2 * patience) as response:
            expected = int(response.headers.get("Content-Length") or 0)
            while piece := response.read(PIECE):
                arrivals.put((piece, expected), timeout=patience)
            arrivals.put((b"", expected), timeout=patience)
    except queue.Full:
        return
    except Exception as error:  # whatever it is, the thread that waits must hear of it
        arrivals.put(error)
