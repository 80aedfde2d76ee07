"""What this machine is: its screen, its ports, its memory, and how one installs a program on it."""

import os
import shlex
import shutil
import socket
import sys
from pathlib import Path

import psutil

GRAPHVIZ = {
    "apt-get": "graphviz",
    "dnf": "graphviz",
    "pacman": "graphviz",
    "zypper": "graphviz",
    "brew": "graphviz",
    "winget": "Graphviz.Graphviz",
    "choco": "graphviz",
}
VISUAL_C_RUNTIME = {"winget": "Microsoft.VCRedist.2015+.x64", "choco": "vcredist140"}

_INSTALL = {
    "apt-get": "apt-get install --yes",
    "dnf": "dnf install --assumeyes",
    "pacman": "pacman -S --noconfirm",
    "zypper": "zypper --non-interactive install",
    "brew": "brew install",
    "winget": "winget install --exact --id",
    "choco": "choco install --yes",
}
_NEEDS_ROOT = {"apt-get", "dnf", "pacman", "zypper"}


def is_root() -> bool:
    """Whether this process may do anything; False on Windows, which has no such user."""
    return sys.platform != "win32" and os.geteuid() == 0


def install_command(names: dict[str, str]) -> str:
    """The command that installs a program here; "" where no package manager that has it is found.

    `names` says what each package manager calls the program.
    """
    for manager, name in names.items():
        if shutil.which(manager):
            sudo = "sudo " if manager in _NEEDS_ROOT and not is_root() else ""
            return f"{sudo}{_INSTALL[manager]} {name}"
    return ""


def own_command(folder: Path) -> str:
    """The command that lets the present user write to `folder`."""
    if sys.platform == "win32":
        return f'icacls "{folder}" /grant "%USERNAME%:(OI)(CI)M" /T'
    sudo = "" if is_root() else "sudo "
    return f'{sudo}chown -R "$(id -un)" {shlex.quote(str(folder))}'


def in_container() -> bool:
    """Whether this is a container (Docker, Podman, Kubernetes)."""
    marks = (Path("/.dockerenv"), Path("/run/.containerenv"))
    variables = ("container", "KUBERNETES_SERVICE_HOST")
    return any(mark.exists() for mark in marks) or any(name in os.environ for name in variables)


def has_screen() -> bool:
    """Whether a browser that is opened here would be seen by the person at the keyboard."""
    if in_container():
        return False
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in os.environ
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def port_is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether a server could listen on `port` now.

    Raises PermissionError for a port this user may not have, OverflowError outside 0…65535.
    """
    with socket.socket() as probe:
        if sys.platform != "win32":
            # A server that ended a moment ago does not hold its port any more.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError:
            raise
        except OSError:
            return False
    return True


class PortTaken(Exception):  # noqa: N818 (a name that reads as a sentence)
    """Another program listens there, or the port does not exist."""


def free_port(port: int | None, usual: int, address: str = "127.0.0.1") -> int:
    """The port asked for; if none is, the first free one from the usual one.

    Raises:
        PortTaken: if it cannot be had.
    """
    if port is None:
        return next(n for n in range(usual, 65536) if port_is_free(n, address))
    if not 1 <= port <= 65535:
        raise PortTaken(f"There is no port {port}: ports go from 1 to 65535.")
    try:
        if port_is_free(port, address):
            return port
    except PermissionError as error:
        raise PortTaken(f"Port {port} is kept for the system. Use one above 1023.") from error
    raise PortTaken(
        f"Port {port} of {address} cannot be had; most likely another program listens there. Leave "
        "--port out, or use another."
    )


def cores() -> int:
    """How many processor cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int:
    """Bytes of memory that a new program can have, also inside a container with a limit."""
    free = int(psutil.virtual_memory().available)
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())
        used = int((group / "memory.current").read_text())
    except (OSError, ValueError):  # no such limit; where there is none, the file says "max"
        return free
    return min(free, max(limit - used, 0))
