"""Messages between the grader and a learner's process: JSON and bare arrays, nothing else.

A message is two lengths (8 bytes each, big-endian), a JSON text and the bytes of its arrays. In the
text, an array is `{"$array": [dtype, shape]}`; arrays follow each other in the order of the text.
Whoever reads trusts nothing: lengths are limited, dtypes are numbers or text, and the bytes of all
arrays have to be just those that came. Nothing is unpickled, and no library parses a header.
"""

import json
import math
import re
import socket
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

Message = dict[str, Any]

LONGEST = 24_000_000
"""Bytes of one message. The largest is a network's file (20 MB in `workshop.untrusted`)."""
LONGEST_TEXT = 4_000_000
"""Bytes of its JSON, which takes far more room once it is read."""
ARRAY = "$array"
LENGTHS = struct.Struct(">QQ")
DTYPE = re.compile(r"[<>|][biufU]\d{1,6}")
CHUNK = 1 << 20
LOOK = 0.5
SENDING = 20.0
"""Seconds between two looks at the clock, and until a message has to be read."""


class BadMessageError(ValueError):
    """What came is no message of this format."""


class LineClosedError(ConnectionError):
    """The other side is gone."""


def pack(message: Message) -> bytes:
    """A message as bytes.

    Raises:
        TypeError: if it holds anything but plain data (see `workshop.exercises.plain`).
    """
    arrays: list[bytes] = []
    text = json.dumps(_without_arrays(message, arrays)).encode()
    blob = b"".join(arrays)
    return LENGTHS.pack(len(text), len(blob)) + text + blob


def unpack(text: bytes, blob: bytes) -> Message:
    """The message again.

    Raises:
        BadMessageError: at anything that `pack` would not have written.
    """
    try:
        content = json.loads(text)
        rest = _Blob(blob)
        message = _with_arrays(content, rest)
    except BadMessageError:
        raise
    except (ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        raise BadMessageError(f"{type(error).__name__}: {error}"[:200]) from error
    if not isinstance(message, dict) or rest.left:
        raise BadMessageError("no object, or bytes that belong to no array")
    return message


class Line:
    """One end of the connection. Not for two threads at once.

    `watch` is called every half second while this side waits, and may raise to end the waiting.
    """

    def __init__(
        self,
        connection: socket.socket,
        watch: Callable[[], None] | None = None,
        longest: int = LONGEST,
    ) -> None:
        self._connection = connection
        self._watch = watch
        self._longest = longest

    def send(self, message: Message) -> None:
        """Send one message, whole.

        Raises:
            LineClosedError: if nobody is there, or nobody reads it.
            TypeError: as `pack`.
        """
        self.send_packed(pack(message))

    def send_packed(self, content: bytes) -> None:
        """Send what `pack` has made.

        Raises:
            LineClosedError: as `send`.
        """
        self._connection.settimeout(SENDING if self._watch else None)
        try:
            self._connection.sendall(content)
        except OSError as error:
            raise LineClosedError(str(error)) from error

    def receive(self) -> Message:
        """Wait for the next message.

        Raises:
            LineClosedError: if the other side is gone.
            BadMessageError: if it sends something else, or too much.
        """
        self._connection.settimeout(LOOK if self._watch else None)
        text, blob = LENGTHS.unpack(self._exactly(LENGTHS.size))
        for size, most in ((text, LONGEST_TEXT), (text + blob, self._longest)):
            if size > most:
                raise BadMessageError(f"{size:,} bytes; {most:,} are accepted")
        return unpack(self._exactly(text), self._exactly(blob))

    def close(self) -> None:
        """Close this end."""
        self._connection.close()

    def _exactly(self, count: int) -> bytes:
        got = bytearray()
        while len(got) < count:
            if self._watch:
                self._watch()
            try:
                part = self._connection.recv(min(count - len(got), CHUNK))
            except TimeoutError:
                continue
            except OSError as error:
                raise LineClosedError(str(error)) from error
            if not part:
                raise LineClosedError("the other side is gone")
            got += part
        return bytes(got)


class _Blob:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0

    @property
    def left(self) -> int:
        return len(self._content) - self._place

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise BadMessageError("an array is longer than what came")
        start = self._place
        self._place += count
        return self._content[start : self._place]


def _without_arrays(value: Any, arrays: list[bytes]) -> Any:
    if isinstance(value, np.ndarray):
        plain = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False)
        arrays.append(plain.tobytes())
        return {ARRAY: [plain.dtype.str, list(value.shape)]}
    if isinstance(value, dict):
        return {str(key): _without_arrays(item, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_arrays(item, arrays) for item in value]
    return value


def _with_arrays(value: Any, blob: _Blob) -> Any:
    if isinstance(value, list):
        return [_with_arrays(item, blob) for item in value]
    if not isinstance(value, dict):
        return value
    if ARRAY in value:
        return _array(value, blob)
    return {key: _with_arrays(item, blob) for key, item in value.items()}


def _array(value: dict[str, Any], blob: _Blob) -> Any:
    kind, shape = value[ARRAY]
    sound = (
        isinstance(kind, str)
        and DTYPE.fullmatch(kind)
        and isinstance(shape, list)
        and len(shape) <= 16
        and all(type(side) is int and 0 <= side <= LONGEST for side in shape)
    )
    if not sound:
        raise BadMessageError(f"no array: {str(value)[:80]}")
    dtype = np.dtype(kind)
    content = blob.take(math.prod(shape) * dtype.itemsize)
    return (
        np.frombuffer(content, dtype).reshape(shape).copy() if content else np.empty(shape, dtype)
    )
