"""A file comes, or a reason comes; nothing hangs."""

import socket
import threading
from typing import Any

import pytest

from tests import servers
from workshop.data import download as module
from workshop.data.download import NoNetwork, download

pytestmark = pytest.mark.timeout(30)  # a hang is what must not happen


def fetch(answer: servers.Answer, patience: float = 0.5) -> bytes:
    with servers.serving(answer) as (address, _):
        return download(address + "file", patience)


def test_a_file_comes_whole() -> None:
    content = bytes(range(256)) * 1000
    assert fetch(servers.files({"file": content}), patience=5) == content


def test_an_empty_file_comes_too() -> None:
    assert fetch(servers.files({"file": b""}), patience=5) == b""


def test_a_server_that_never_answers_is_given_up() -> None:
    with pytest.raises(NoNetwork, match=r"silent for 0\.5 s"):
        fetch(servers.silent)


def test_a_download_that_stalls_half_way_is_given_up() -> None:
    with pytest.raises(NoNetwork, match="silent"):
        fetch(servers.stalling)


def test_a_byte_now_and_then_is_not_a_download() -> None:
    with pytest.raises(NoNetwork, match="silent"):
        fetch(servers.trickling)


def test_a_connection_that_breaks_is_noticed() -> None:
    with pytest.raises(NoNetwork, match="broke after 500,000 of 1,000,000 bytes"):
        fetch(servers.breaking_off, patience=5)


def test_a_refusal_is_named() -> None:
    with pytest.raises(NoNetwork, match="the server said: 404 Not Found"):
        fetch(servers.not_found, patience=5)


def test_a_port_where_nobody_listens_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but not listening
        with pytest.raises(NoNetwork, match="refused"):
            download(f"http://127.0.0.1:{taken.getsockname()[1]}/file", 5)


def test_a_name_service_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(60))
    with pytest.raises(NoNetwork, match="silent"):
        download("http://example.org/file", 0.3)
    over.set()


def test_an_address_that_is_none_is_a_reason_not_a_crash() -> None:
    with pytest.raises(NoNetwork):
        download("no address", 5)


def test_a_slow_but_living_download_goes_on() -> None:
    def slowly(stream: Any, _: str, over: threading.Event) -> None:
        stream.write(servers.head(6 * module.PIECE))
        for _piece in range(6):
            stream.write(bytes(module.PIECE))
            stream.flush()
            over.wait(0.4)

    assert len(fetch(slowly, patience=2)) == 6 * module.PIECE


def test_a_file_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(stream: Any, _: str, over: threading.Event) -> None:
        stream.write(b"HTTP/1.0 200 OK\r\n\r\n")
        while not over.is_set():
            stream.write(bytes(module.PIECE))

    monkeypatch.setattr(module, "LARGEST", 4 * module.PIECE)
    with pytest.raises(NoNetwork, match="larger"):
        fetch(endless, patience=5)


def test_progress_counts_up_to_the_size() -> None:
    seen: list[tuple[int, int]] = []
    with servers.serving(servers.files({"file": bytes(150_000)})) as (address, _):
        download(address + "file", 5, lambda *numbers: seen.append(numbers))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (150_000, 150_000)


def test_the_thread_of_an_abandoned_download_ends() -> None:
    before = threading.active_count()
    with pytest.raises(NoNetwork):
        fetch(servers.stalling, patience=0.3)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(5)
    assert threading.active_count() <= before
