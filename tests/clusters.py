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
from dataclasses import dataclass
from pathlib import Path

import psutil

STARTED = "Ray runtime started"
ATTEMPTS = 4
"""Ray gives a node up whose helpers take 15 seconds to start; on a busy machine they do."""
STARTING = 600.0
"""Seconds that something may take to happen on a busy machine."""


@dataclass
class Node:
    """One node; `process` is the `ray start --block` that holds it."""

    process: "subprocess.Popen[str]"

    def workers(self, doing: str = "") -> list[psutil.Process]:
        """Its processes that run our code, such as those that are `doing` the method `grade`."""
        title = f"ray::Worker.{doing}" if doing else "ray::Worker"
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

    def read_until(self, words: str) -> str:
        """What it says, until these words or its end."""
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if words in line:
                break
        return said

    def _below(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []


@dataclass
class Cluster:
    """A head without cores, and the nodes that a test adds."""

    address: str
    environment: dict[str, str]

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
        said = ""
        for _ in range(ATTEMPTS):
            node = Node(self._popen(command))
            try:
                said = node.read_until(STARTED)
            except BaseException:
                node.stop()
                raise
            if STARTED in said:
                return node
            node.stop()
        raise AssertionError(said)

    def _popen(self, command: list[str]) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster that asks for a token, as deploy/grading/ has it; nothing is left of it."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # short: it holds sockets
    port = _free_port()
    settings = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_worker_register_timeout_seconds": f"{STARTING:.0f}",
    }
    made = Cluster(f"127.0.0.1:{port}", os.environ | settings)
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
