"""JupyterLab starts quietly, where it should, and says so in its last line."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.jupyter import chromium, find_chromium, jupyterlab
from workshop import machine
from workshop.launch import ANNOUNCEMENTS, calm_page, launch_lab

# A shell that runs the tests in the background makes its children deaf to Ctrl-C.
LAUNCH = """
import signal, sys, workshop.launch as launch
signal.signal(signal.SIGINT, signal.default_int_handler)
launch.USUAL_PORT = {usual}
sys.exit(launch.launch_lab({port}))
"""


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with one lab, in a folder with a space."""
    home = tmp_path / "my course"
    (home / "labs").mkdir(parents=True)
    (home / "labs" / "00_start_here.ipynb").write_text(
        '{"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},'
        ' "nbformat": 4, "nbformat_minor": 5}'
    )
    monkeypatch.setenv("WORKSHOP_HOME", str(home))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    for screen in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(screen, raising=False)
    return home


@contextmanager
def launched(home: Path, usual: int, port: int | None = None) -> Iterator[subprocess.Popen[str]]:
    """`launch_lab` in a process of its own; its output stays small, so no pipe fills up."""
    code = LAUNCH.format(usual=usual, port=port)
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    impatience = threading.Timer(120, process.kill)
    impatience.start()
    try:
        yield process
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError("no address was printed")


@pytest.mark.slow
def test_the_first_lab_is_served_to_who_has_the_token_until_ctrl_c(
    home: Path, taken_port: int
) -> None:
    with launched(home, usual=taken_port) as process:
        address = address_of(process)
        page = urllib.request.urlopen(address, timeout=30).read().decode()
        refused = urllib.request.urlopen(address.partition("?")[0], timeout=30).url
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)

    assert "/lab/tree/00_start_here.ipynb?token=" in address
    assert "/login" in refused
    assert f":{taken_port}/" not in address, "a taken port is passed over when none was asked for"
    assert "jupyterlab-jupytext" not in page
    assert process.returncode == 0
    assert rest.strip() == ""
    assert errors.count("\n") <= 1, f"only that it shuts down: {errors}"


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here")
def test_nothing_pops_up_and_no_other_host_is_asked(home: Path) -> None:
    with jupyterlab(home) as address, chromium() as browser:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        expect(page.locator(".jp-NotebookPanel")).to_be_visible(timeout=60_000)
        page.wait_for_timeout(5_000)  # a pop-up comes a moment after the page
        assert page.locator(".jp-Dialog, .Toastify__toast").all_inner_texts() == []
    server = address.partition("/lab")[0].removeprefix("http://")
    local = (f"http://{server}", f"ws://{server}", "data:", "blob:")
    assert [url for url in asked if not url.startswith(local)] == []


def test_a_course_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKSHOP_HOME", str(tmp_path / "gone"))
    assert launch_lab() == 1
    assert str(tmp_path / "gone" / "labs") in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_taken_port_that_was_asked_for_is_refused_with_another(
    taken_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert launch_lab(taken_port) == 1
    message = capsys.readouterr().err
    assert f"Port {taken_port} is taken" in message
    proposed = re.search(r"make lab PORT=(\d+)", message)
    assert proposed
    assert machine.port_is_free(int(proposed[1]))


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert launch_lab(port) == 1
    assert f"There is no port {port}" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_a_port_kept_for_the_system_is_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def forbid(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(socket.socket, "bind", forbid)
    assert launch_lab(80) == 1
    assert "Port 80 is kept for the system" in capsys.readouterr().err


def test_what_only_maintainers_use_is_kept_off_the_page() -> None:
    found = [{"name": "jupyterlab-jupytext"}, {"name": "@jupyter/nbgrader"}, {"name": "other"}]
    page = calm_page(None, {"federated_extensions": found, "disabledExtensions": ["x"]})
    assert page["federated_extensions"] == [{"name": "other"}]
    assert page["disabledExtensions"] == ["x", ANNOUNCEMENTS]


@pytest.mark.parametrize(
    ("system", "environment", "container", "expected"),
    [
        ("linux", {}, False, False),
        ("linux", {"DISPLAY": ":0"}, False, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, False, True),
        ("linux", {"DISPLAY": ":0"}, True, False),
        ("darwin", {}, False, True),
        ("darwin", {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, False, False),
        ("win32", {}, False, True),
    ],
)
def test_a_browser_opens_only_where_somebody_sees_it(
    system: str,
    environment: dict[str, str],
    container: bool,
    expected: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", environment)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(machine, "in_container", lambda: container)
    assert machine.has_screen() is expected
