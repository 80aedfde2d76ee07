"""The service as a process: gunicorn, its workers, and the baseline for production."""

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.serving import PATIENCE, Served, picture_of, served, write_model
from workshop.serving.model import card_of
from workshop.serving.server import gunicorn_settings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn needs fork")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_model(tmp_path / "models")


@pytest.fixture
def service(model: Path, tmp_path: Path) -> Iterator[Served]:
    with served(model, tmp_path, "--workers", "2") as running:
        wait_until(lambda: running.ask("GET", "/readyz").status == 200)
        yield running


def wait_until(true: object) -> None:
    end = time.monotonic() + PATIENCE
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, "this took too long"
        time.sleep(0.05)


def test_a_served_model_reads_a_digit(service: Served) -> None:
    assert service.predict(4).json["digit"] == 4


def test_the_debug_server_is_not_what_answers(service: Served) -> None:
    assert "gunicorn" in service.ask("GET", "/livez").headers["Server"]
    assert b"Traceback" not in service.ask("POST", "/predict", b"{").body


def test_the_parent_never_loads_the_model(service: Served) -> None:
    """A session of ONNX Runtime has threads and locks, which a fork does not copy."""

    def holds_runtime(process: int) -> bool:
        return "onnxruntime" in Path(f"/proc/{process}/maps").read_text()

    wait_until(lambda: len(service.workers()) == 2)
    wait_until(lambda: all(holds_runtime(worker) for worker in service.workers()))
    assert not holds_runtime(service.process.pid)


def test_a_worker_speaks_to_nobody_else(service: Served) -> None:
    """ONNX Runtime would send telemetry; a model is not fetched, and neither is a picture."""
    for worker in service.workers():
        others = [peer.raddr for peer in psutil.Process(worker).net_connections() if peer.raddr]
        assert all(peer.ip == "127.0.0.1" for peer in others)


def test_telemetry_is_off_before_the_runtime_is_imported(model: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from workshop.serving.model import FrozenModel;"
        "assert 'onnxruntime' not in sys.modules; FrozenModel.load(Path(sys.argv[1]));"
        "print(os.environ['ORT_DISABLE_TELEMETRY'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(model)], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "1"


def test_heartbeats_lie_in_memory_and_no_control_socket_is_opened() -> None:
    settings = gunicorn_settings(8000, "127.0.0.1", 2, "/dev/shm")
    assert settings["worker_tmp_dir"] == "/dev/shm"
    assert settings["control_socket_disable"] is True
    assert settings["preload_app"] is False


def test_nothing_is_written_into_a_home(model: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with served(model, tmp_path / "nowhere", HOME=str(home), XDG_RUNTIME_DIR="") as running:
        assert running.predict(1).json["digit"] == 1
        assert not list(home.iterdir())


def test_two_workers_count_together(service: Served) -> None:
    for _ in range(20):
        service.predict(4)
    assert b'digits_read_total{digit="4"} 20.0' in service.ask("GET", "/metrics").body


def test_a_body_over_one_megabyte_is_refused_before_it_is_read(service: Served) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as client:
        client.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 5000000000\r\n\r\n"
        )
        assert client.recv(1000).startswith(b"HTTP/1.1 413")


def test_a_body_of_unknown_length_is_bounded_too(service: Served) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as client:
        client.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"20000\r\n" + b" " * 0x20000 + b"\r\n"
        with_room = [chunk] * 12
        try:
            for part in with_room:
                client.sendall(part)
            client.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # it hung up before the end, as it should
        assert client.recv(1000).startswith(b"HTTP/1.1 413")


def test_a_tampered_model_is_not_served(model: Path, tmp_path: Path) -> None:
    model.write_bytes(model.read_bytes() + b" ")
    ended = refused(model, tmp_path)
    assert "is not the model that its card describes" in ended


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.onnx"
    path.write_bytes(b"not a model")
    sha256 = hashlib.sha256(b"not a model").hexdigest()
    card = {"name": "x", "version": "1", "sha256": sha256}
    card_of(path).write_text(json.dumps(card))
    assert "is no ONNX model of a digit reader" in refused(path, tmp_path)
    assert "There is no file" in refused(tmp_path / "missing.onnx", tmp_path)
    (tmp_path / "model.h5").write_bytes(b"")
    assert "A .keras file or a frozen .onnx" in refused(tmp_path / "model.h5", tmp_path)
    card_of(path).unlink()
    assert "card" in refused(path, tmp_path)


def test_a_taken_port_is_told(model: Path, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Port {port}" in refused(model, tmp_path, "--port", str(port))
    assert "There is no port 70000" in refused(model, tmp_path, "--port", "70000")


def test_sigterm_lets_a_running_request_finish(service: Served) -> None:
    body = json.dumps({"image": picture_of(6)}).encode()
    with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as client:
        client.sendall(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body) + body[:100]
        )
        time.sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        client.sendall(body[100:])
        assert client.recv(1000).startswith(b"HTTP/1.1 200")
    assert service.process.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_restart_under_load_loses_no_request(service: Served) -> None:
    before = service.workers()
    over = threading.Event()
    answers: list[int] = []
    lost: list[str] = []

    def ask() -> None:
        while not over.is_set():
            try:
                answers.append(service.predict(8).status)
            except OSError as error:
                lost.append(repr(error))

    clients = [threading.Thread(target=ask) for _ in range(4)]
    for client in clients:
        client.start()
    try:
        wait_until(lambda: len(answers) > 20)
        service.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(service.workers()) == 2 and not service.workers() & before)
        enough = len(answers) + 20
        wait_until(lambda: len(answers) > enough or lost)
    finally:
        over.set()
        for client in clients:
            client.join()
    assert lost == []
    assert set(answers) == {200}


def test_nothing_is_left_behind(model: Path, tmp_path: Path) -> None:
    with served(model, tmp_path) as running:
        wait_until(lambda: any(metric_files(worker) for worker in running.workers()))
        folders = {path.parent for worker in running.workers() for path in metric_files(worker)}
    assert not [folder for folder in folders if folder.exists()]


def metric_files(worker: int) -> list[Path]:
    """Prometheus's files, which a worker has mapped."""
    maps = Path(f"/proc/{worker}/maps").read_text().splitlines()
    return [Path(line.split()[-1]) for line in maps if line.endswith(".db")]


def refused(model: Path, folder: Path, *options: str) -> str:
    """What the command line says about something that it cannot serve."""
    command = [sys.executable, "-m", "workshop", "serve", str(model), *options]
    settings = os.environ | {"WORKSHOP_PROGRESS": str(folder / "progress.jsonl")}
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE, env=settings, check=False
    )
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1
    return ended.stderr
