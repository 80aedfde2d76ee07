"""Real Ray clusters on this machine: every node is the processes that `ray start` starts."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

STARTED = "Ray runtime started"
STARTING = 240.0
"""Seconds that something may take to happen on a busy machine."""


@dataclass
class Node:
    """One node; `process` is the `ray start --block` that holds it."""

    process: "subprocess.Popen[str]"

    def workers(self, doing: str = "") -> list[psutil.Process]:
        """Its processes that run our code, such as those that are `doing` the method `grade`."""
        title = f"ray::Worker.{doing}"
        return [one for one in self._below() if _title_of(one).startswith(title)]

    def lose(self) -> None:
        """End it as a power cut does; what was forked from workers has to notice by itself."""
        below = self._below()
        owned = [p for p in below if "raylet" in _title_of(p) or _title_of(p).startswith("ray::")]
        _kill(owned)
        gone, alive = psutil.wait_procs(below, timeout=STARTING)
        self.process.wait(STARTING)
        assert gone
        assert not alive

    def stop(self) -> None:
        """End it; whatever does not end with it is killed."""
        below = self._below()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        _kill(below)
        self.process.kill()
        psutil.wait_procs(below, timeout=30)
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def _below(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


@dataclass
class Cluster:
    """A head without cores, and the nodes that a test adds."""

    address: str
    folder: Path
    environment: dict[str, str]
    nodes: list[Node] = field(default_factory=list)

    @contextmanager
    def node(self, cores: int = 1) -> Iterator[Node]:
        """One more node."""
        node = self.start(f"--address={self.address}", f"--num-cpus={cores}")
        try:
            yield node
        finally:
            node.stop()

    def start(self, *options: str) -> Node:
        command = [
            str(Path(sys.executable).with_name("ray")), "start", "--block", "--disable-usage-stats",
            "--node-ip-address=127.0.0.1", f"--object-store-memory={100 << 20}",
            "--include-log-monitor=false", *options,
        ]  # fmt: skip
        process = subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if STARTED in line:
                return Node(process)
        process.wait()
        raise AssertionError("".join(said))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster that asks for a token, as deploy/grading/ has it; nothing is left of it."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # short: it holds sockets
    port = _free_port()
    token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    made = Cluster(f"127.0.0.1:{port}", folder, os.environ | token)
    try:
        head = made.start(
            "--head", f"--port={port}", "--num-cpus=0", "--include-dashboard=false",
            f"--ray-client-server-port={_free_port()}", f"--temp-dir={folder}", "--no-monitor",
        )  # fmt: skip
        try:
            yield made
        finally:
            head.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def until(true: Callable[[], object]) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + STARTING
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _title_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
