"""Start JupyterLab on the labs, quietly, and say where it is."""

import os
import secrets
import sys
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

from workshop.handing_out import CannotHandOut, hand_out
from workshop.machine import has_screen, is_root, port_is_free
from workshop.places import labs_folder

USUAL_PORT = 8888
LARGEST_MESSAGE = 200 * 1024 * 1024
"""Bytes that a page may send at once, such as packed work. The server's own limit is 10 MiB."""
FIRST_LAB = "00_start_here.ipynb"

# Extensions that only maintainers use; they share this environment, but not a learner's screen.
UNUSED_SERVER_EXTENSIONS = [
    "jupyterlab_jupytext",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
]
UNUSED_LAB_EXTENSIONS = {"jupyterlab-jupytext", "@jupyter/nbgrader"}
# Asks the learner about news, and the network about updates.
ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"


def launch_lab(
    port: int | None = None, open_browser: bool | None = None, ip: str = "127.0.0.1"
) -> int:
    """Run JupyterLab in the labs folder until it is stopped; the exit status.

    Without `port` it takes 8888 or the next free one. Without `open_browser` it opens a browser
    where there is a screen. `ip` is the address to listen on: "0.0.0.0" inside a container.
    """
    folder = labs_folder()
    try:
        hand_out()
        obstacle = why_not(folder, port, ip)
    except CannotHandOut as error:
        obstacle = str(error)
    if obstacle:
        print(obstacle, file=sys.stderr)
        return 1

    # Two seconds that the rest of the command line should not wait for.
    from jupyterlab.labapp import LabApp

    os.environ["PATH"] = with_our_commands(os.environ.get("PATH", ""))
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    server = LabApp.initialize_server(argv=jupyter_options(folder, port, ip, token))
    server.web_app.settings["page_config_hook"] = calm_page
    page = "lab/tree/" + quote(FIRST_LAB) if (folder / FIRST_LAB).exists() else "lab"
    host = "127.0.0.1" if ip in ("", "0.0.0.0", "::") else ip
    address = urljoin(f"http://{host}:{server.port}{server.base_url}", f"{page}?token={token}")

    def announce() -> None:
        if has_screen() if open_browser is None else open_browser:
            server.io_loop.run_in_executor(None, webbrowser.open, address)
        print(announcement(folder, address), flush=True)

    server.io_loop.add_callback(announce)
    server.start()
    return 0


def with_our_commands(path: str) -> str:
    """The search path with this environment first, so that its terminals find `workshop`."""
    ours = str(Path(sys.executable).parent)
    return path if ours in path.split(os.pathsep) else os.pathsep.join([ours, path])


def why_not(folder: Path, port: int | None, ip: str) -> str:
    """Why JupyterLab cannot be started like this and what to do; "" where it can."""
    if not folder.is_dir():
        return f"There is no folder {folder}. Let WORKSHOP_HOME name the course's own folder."
    if port is None:
        return ""
    if not 1 <= port <= 65535:
        return f"There is no port {port}: ports go from 1 to 65535. Try: make lab PORT=8899"
    try:
        if port_is_free(port, ip):
            return ""
    except PermissionError:
        return f"Port {port} is kept for the system. Use one above 1023: make lab PORT=8899"
    another = next((n for n in range(port + 1, 65536) if port_is_free(n, ip)), 8899)
    return (
        f"Port {port} is taken by another program, perhaps by a JupyterLab that still runs.\n"
        f"Use another port: make lab PORT={another}"
    )


def jupyter_options(folder: Path, port: int | None, ip: str, token: str) -> list[str]:
    """JupyterLab's options; these win over the learner's own Jupyter configuration."""
    unused = dict.fromkeys(UNUSED_SERVER_EXTENSIONS, False)
    options = {
        "ServerApp.root_dir": folder,
        "ServerApp.ip": ip,
        "ServerApp.port": port or USUAL_PORT,
        "ServerApp.port_retries": 0 if port else 50,
        "ServerApp.open_browser": False,
        "ServerApp.answer_yes": True,  # Ctrl-C once is enough
        "ServerApp.allow_root": is_root(),
        "ServerApp.jpserver_extensions": unused,
        "IdentityProvider.token": token,
        "ServerApp.tornado_settings": {"websocket_max_message_size": LARGEST_MESSAGE},
        "Application.log_level": "WARN",
    }
    return [f"--{name}={value}" for name, value in options.items()]


def calm_page(_handler: object, page: dict[str, Any]) -> dict[str, Any]:
    """JupyterLab's page configuration, less announcements and what only maintainers use."""
    kept = [e for e in page["federated_extensions"] if e["name"] not in UNUSED_LAB_EXTENSIONS]
    disabled = [*page.get("disabledExtensions", ()), ANNOUNCEMENTS]
    return page | {"federated_extensions": kept, "disabledExtensions": disabled}


def announcement(folder: Path, address: str) -> str:
    """What the terminal says once JupyterLab answers; the address is its last line."""
    return f"\nJupyterLab runs in {folder}\nCtrl-C ends it. Open this address:\n\n    {address}\n"
