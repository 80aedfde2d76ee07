"""What crosses the line: plain data and arrays, within limits, and nothing else."""

import json
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from workshop.grading.inside.wire import (
    BadMessageError,
    Line,
    LineClosedError,
    Message,
    pack,
    unpack,
)

ARRAYS = (
    np.arange(6, dtype="uint8").reshape(2, 3),
    np.array([1.5, np.nan, -np.inf]),
    np.array(True),
    np.array(["a", "ñ€"]),
    np.zeros((0, 28, 28), "float32"),
    np.arange(4, dtype=">i4")[::-1],
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    one, other = socket.socketpair()
    with one, other:
        yield one, other


def there_and_back(message: Message) -> Message:
    content = pack(message)
    text, blob = struct.unpack(">QQ", content[:16])
    return unpack(content[16 : 16 + text], content[16 + text : 16 + text + blob])


def array_message(kind: object, shape: object, blob: bytes) -> Message:
    return unpack(json.dumps({"a": {"$array": [kind, shape]}}).encode(), blob)


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}{array.shape}")
def test_an_array_arrives_as_it_was(array: np.ndarray[Any, Any]) -> None:
    back = there_and_back({"a": [array]})["a"][0]
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype.newbyteorder("=")


def test_plain_values_arrive_as_they_were() -> None:
    message = {"a": [1, 2.5, None, True, "ñ"], "b": {"c": float("inf")}}
    assert there_and_back(message) == message


@pytest.mark.parametrize("value", [object(), np.float32, {1, 2}, b"bytes"])
def test_nothing_else_can_be_sent(value: object) -> None:
    with pytest.raises(TypeError):
        pack({"a": value})


@pytest.mark.parametrize(
    ("kind", "shape"),
    [("|O8", [1]), ("V8", [1]), ("<M8", [1]), ("<f8", [2]), ("<f8", [-1]), ("<f8", "1"),
     ("<f8", [True]), ("<f8", [1] * 40), ("<f8", [10**30]), (3, [1]), ("<U999999", [1]),
     ("<f7", [1])],
)  # fmt: skip
def test_an_array_that_is_none_is_refused(kind: object, shape: object) -> None:
    with pytest.raises(BadMessageError):
        array_message(kind, shape, b"12345678")


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 10**6, b'{"a": ' + b"9" * 5000 + b"}",
             b'{"a": {"$array": []}}', b'{"a": {"$array": 1}}'],
)  # fmt: skip
def test_a_text_that_is_no_message_is_refused(text: bytes) -> None:
    with pytest.raises(BadMessageError):
        unpack(text, b"")


def test_bytes_that_nobody_asked_for_are_refused() -> None:
    with pytest.raises(BadMessageError):
        unpack(b"{}", b"more")


def test_a_message_that_is_announced_as_too_long_is_not_read(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ends[0].sendall(struct.pack(">QQ", 1 << 60, 0))
    with pytest.raises(BadMessageError, match="accepted"):
        Line(ends[1]).receive()


def test_half_a_message_is_a_closed_line(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[0].sendall(struct.pack(">QQ", 100, 0) + b"half")
    ends[0].close()
    with pytest.raises(LineClosedError):
        Line(ends[1]).receive()


def test_a_watch_ends_the_waiting(ends: tuple[socket.socket, socket.socket]) -> None:
    until = time.monotonic() + 0.1

    def watch() -> None:
        if time.monotonic() > until:
            raise TimeoutError("enough")

    with pytest.raises(TimeoutError, match="enough"):
        Line(ends[0], watch).receive()
