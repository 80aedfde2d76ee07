"""A PostgreSQL of one's own, in a temporary folder, reached through a socket, and taken away."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

USER = "scorer"
START = 60


@dataclass(frozen=True)
class Cluster:
    """A running server; its folder holds everything that it has."""

    folder: Path

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """An empty database: its address."""
        import psycopg

        name = f"test{time.monotonic_ns()}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
            try:
                yield self.url(name)
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def why_no_postgres() -> str:
    """The reason why no server can be started here; "" if one can."""
    if not _programs():
        return "PostgreSQL's initdb and postgres are not installed"
    if os.name == "nt" or (os.geteuid() == 0 and not _servant()):
        return "PostgreSQL refuses root, and there is no other user to run it as"
    return ""


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server, and stop it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 bytes
    try:
        who = _servant()
        if who:
            os.chown(folder, who["user"], who["group"])
        data = folder / "data"
        initdb = [_programs() / "initdb", "-D", data, "-U", USER, "-A", "trust", "--no-sync"]
        subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL, **who)
        settings = ["listen_addresses=", f"unix_socket_directories={folder}", "fsync=off"]
        order = [_programs() / "postgres", "-D", data, *(f"--{name}" for name in settings)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(order, cwd=folder, stdout=log, stderr=log, **who)
        try:
            running = Cluster(folder)
            _wait(running, server)
            yield running
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(running: Cluster, server: "subprocess.Popen[bytes]") -> None:
    import psycopg

    end = time.monotonic() + START
    while True:
        try:
            psycopg.connect(running.url("postgres")).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > end:
                raise AssertionError((running.folder / "log").read_text()) from None
            time.sleep(0.1)


@cache
def _programs() -> Path | None:
    """The folder of initdb and postgres; Debian does not put it into PATH."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


@cache
def _servant() -> dict[str, Any]:
    """For root: the user and group to run PostgreSQL as, which refuses root. Else nothing."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}
