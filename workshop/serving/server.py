"""Run the service: gunicorn's processes where there is fork, waitress's threads on Windows."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from workshop.machine import PortTaken, cores, free_port
from workshop.serving.model import HOW_TO_INSTALL, ModelError

USUAL_PORT: Final = 8000
THREADS: Final = 4
SHARED_MEMORY: Final = Path("/dev/shm")


class CannotServe(Exception):  # noqa: N818 (a name that reads as a sentence)
    """The service cannot start here. The message says why and what to do."""


def serve(
    model: Path | None = None, port: int | None = None, host: str = "127.0.0.1", workers: int = 0
) -> None:
    """Serve until Ctrl-C or SIGTERM, which lets running requests finish.

    Args:
        model: a `.keras` or a frozen `.onnx` file; without it, the course's reference model.
        port: where to listen. Without it 8000 or the next free one.
        host: "0.0.0.0" lets everybody in the network in.
        workers: processes; without it one for each core.

    Raises:
        CannotServe: if the port, the model or the installation is not usable.
    """
    server = "waitress" if sys.platform == "win32" else "gunicorn"
    needed = ("flask", server, "onnxruntime", "orjson", "simdjson")
    missing = [name for name in needed if not find_spec(name)]
    if missing:
        raise CannotServe(f"{', '.join(missing)} is not installed. {HOW_TO_INSTALL}")
    from workshop.serving.choice import chosen_elsewhere

    try:
        chosen_port = free_port(port, USUAL_PORT, host)
        path = chosen_elsewhere(model)
    except (ModelError, PortTaken) as error:
        raise CannotServe(str(error)) from error
    if sys.platform == "win32":
        _waitress(path, chosen_port, host)
    else:
        _gunicorn(path, chosen_port, host, workers or cores())


def announcement(host: str, port: int, model: Path) -> str:
    """What the terminal says once the service listens."""
    seen = "127.0.0.1" if host in ("0.0.0.0", "") else host
    return f"Serving {model.name}. Draw a digit at http://{seen}:{port}/ (Ctrl-C ends it)"


def _gunicorn(model: Path, port: int, host: str, workers: int) -> None:
    from gunicorn.app.base import BaseApplication

    fast = str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None
    numbers = tempfile.mkdtemp(prefix="workshop-metrics-", dir=fast)
    # Read when prometheus_client is imported, which only the workers do.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = numbers

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings = gunicorn_settings(port, host, workers, fast)
            settings["when_ready"] = lambda _: print(announcement(host, port, model), flush=True)
            settings["on_exit"] = lambda _: shutil.rmtree(numbers, ignore_errors=True)
            settings["child_exit"] = _forget_worker
            settings["post_worker_init"] = _watch_worker
            for name, value in settings.items():
                if name in self.cfg.settings:  # older releases know fewer
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """Called in each worker, after the fork."""
            from workshop.serving.app import create_app

            alive = _Alive()
            app = create_app(model, draining=partial(_is_draining, alive))
            app.extensions["workshop"] = alive
            return app

    Server().run()


def gunicorn_settings(port: int, host: str, workers: int, fast: str | None) -> dict[str, Any]:
    """What differs from gunicorn's own: for a read-only system with any user id, and for speed.

    Args:
        fast: a folder in memory for the workers' heartbeats; on a disk they may block.
    """
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "workshop.serving.fair_worker.FairWorker",
        "threads": THREADS,
        "keepalive": 5,
        "worker_tmp_dir": fast,
        "control_socket_disable": True,
        "graceful_timeout": 30,
        "loglevel": "warning",
        "preload_app": False,
    }


class _Alive:
    """The gunicorn worker of this process, known only after the application is made."""

    worker: Any = None


def _is_draining(alive: _Alive) -> bool:
    return alive.worker is not None and not alive.worker.alive


def _watch_worker(worker: Any) -> None:
    worker.wsgi.extensions["workshop"].worker = worker


def _forget_worker(server: Any, worker: Any) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _waitress(model: Path, port: int, host: str) -> None:
    import waitress

    from workshop.serving.app import create_app
    from workshop.serving.service import LARGEST_BODY

    print(announcement(host, port, model), flush=True)
    waitress.serve(
        create_app(model),
        host=host,
        port=port,
        threads=THREADS,
        max_request_body_size=LARGEST_BODY,
        _quiet=True,
    )
