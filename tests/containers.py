"""Small typed wrappers for a real image builder and real containers; everything is cleaned up.

Buildah builds docker/'s own Dockerfile, Podman runs it, and both need no service. The base is
made from Debian's packages, so that no registry is needed either.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

# The first test waits until the images are built.
_LAYER = [pytest.mark.slow, pytest.mark.container, pytest.mark.timeout(2400)]
# One group is run by one process, so that each image is built once.
COURSE_LAYER = [*_LAYER, pytest.mark.xdist_group("course")]
BINDER_LAYER = [*_LAYER, pytest.mark.xdist_group("binder")]
TOOLS = ("podman", "buildah", "runc", "mmdebstrap")
BASE_PACKAGES = "python3,python3-venv,ca-certificates"
START_SECONDS = 150
# A pod of the machine's own kind may allow no more than these.
SETTINGS = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
# Where this machine reaches its package index through a proxy, so does a build.
OF_THIS_MACHINE = ("/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")


def why_no_builder() -> str:
    """Why no image can be built and run here; "" where it can."""
    if missing := [tool for tool in TOOLS if not shutil.which(tool)]:
        return f"not installed: {', '.join(missing)}"
    if os.geteuid() != 0:
        return "building without an engine is tried as root alone"
    return ""


def real_digits() -> tuple[dict[str, str], dict[str, str]]:
    """What shows a build the real digits, if this machine has them: mounts and arguments."""
    file = os.environ.get("MNIST_NPZ", "")
    if not Path(file).is_file():
        return {}, {}
    return {file: "/tmp/mnist.npz"}, {"MNIST_NPZ": "/tmp/mnist.npz"}


def run(*command: str | Path, seconds: int = 120, check: bool = True) -> str:
    """What a command prints on both of its outputs.

    Raises:
        AssertionError: with that text, if the command fails.
    """
    done = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0 or not check, f"{command[:4]} failed:\n{done.stdout[-4000:]}"
    return done.stdout


@contextmanager
def settings(folder: Path) -> Iterator[None]:
    """Podman and Buildah as they work without an engine and without a service manager."""
    file = folder / "containers.conf"
    file.write_text(SETTINGS)
    before = os.environ.get("CONTAINERS_CONF")
    os.environ["CONTAINERS_CONF"] = str(file)
    try:
        yield
    finally:
        del os.environ["CONTAINERS_CONF"]
        if before:
            os.environ["CONTAINERS_CONF"] = before


@dataclass(frozen=True)
class Image:
    """An image by its name."""

    name: str

    @classmethod
    @contextmanager
    def of_debian(cls, folder: Path, variant: str = "minbase") -> Iterator["Image"]:
        """A Debian with Python, made from packages; no registry is asked."""
        archive, image = folder / "base.tar", cls(f"localhost/base-{secrets.token_hex(4)}")
        run("mmdebstrap", f"--variant={variant}", f"--include={BASE_PACKAGES}", "bookworm", archive,
            seconds=600)  # fmt: skip
        run("podman", "import", "--quiet", archive, image.name, seconds=300)
        archive.unlink()
        try:
            yield image
        finally:
            image.remove()

    @classmethod
    @contextmanager
    def built(
        cls,
        dockerfile: Path,
        context: Path,
        base: "Image",
        mounts: dict[str, str] | None = None,
        **arguments: str,
    ) -> Iterator["Image"]:
        """The last stage of a Dockerfile; `mounts` are files here → paths in the build alone."""
        image = cls(f"localhost/built-{secrets.token_hex(4)}")
        seen = {path: path for path in OF_THIS_MACHINE if os.path.exists(path)} | (mounts or {})
        arguments |= {"BASE_IMAGE": base.name}
        try:
            run(
                *("buildah", "bud", "--isolation=chroot", "--network=host", "--format=docker"),
                *(word for here, there in seen.items() for word in ("-v", f"{here}:{there}:ro")),
                *(word for pair in arguments.items() for word in ("--build-arg", "=".join(pair))),
                *("--file", dockerfile, "--tag", image.name, context),
                seconds=1800,
            )
            yield image
        finally:
            image.remove()

    def remove(self) -> None:
        """Delete it, and the layers that no other image has."""
        run("podman", "image", "rm", "--force", self.name, check=False)

    def labels(self) -> dict[str, str]:
        """What it says about itself."""
        found: dict[str, str] = json.loads(
            run("podman", "image", "inspect", "--format", "{{json .Labels}}", self.name)
        )
        return found

    def call(self, *command: str, options: tuple[str, ...] = (), seconds: int = 300) -> str:
        """What a command prints in a container of its own.

        Raises:
            AssertionError: with that text, if the command fails.
        """
        return run(*self._once(options), *command, seconds=seconds)

    def _once(self, options: tuple[str, ...]) -> tuple[str, ...]:
        # Podman without systemd complains that it cannot repeat a health check.
        return ("podman", "run", "--rm", "--no-healthcheck", *options, self.name)

    def refusal(self, *command: str, options: tuple[str, ...] = ()) -> str:
        """What a command prints that must fail."""
        words = (*self._once(options), *command)
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode != 0, done.stdout
        return done.stdout + done.stderr

    @contextmanager
    def started(self, *options: str) -> Iterator["Container"]:
        """A container that runs what the image runs by itself; removed at the end."""
        name = f"test-{secrets.token_hex(4)}"
        try:
            run("podman", "run", "--detach", "--name", name, *options, self.name)
            yield Container(name)
        finally:
            run("podman", "rm", "--force", "--time", "0", name, check=False)


@dataclass(frozen=True)
class Container:
    """A running container by its name."""

    name: str

    def log(self) -> str:
        """What it has printed so far."""
        return run("podman", "logs", self.name)

    def address(self) -> str:
        """Where JupyterLab says that it is, with its token; waits until it says so."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if found := re.search(r"http://\S+token=\S+", self.log()):
                return found[0]
            assert self.running(), self.log()
            time.sleep(0.3)
        raise AssertionError(f"no address after {START_SECONDS} s:\n{self.log()}")

    def port(self) -> int:
        """Where this machine reaches the container's port 8888."""
        return int(run("podman", "port", self.name, "8888").rpartition(":")[2])

    def running(self) -> bool:
        """Whether it still runs."""
        state = run("podman", "inspect", "--format", "{{.State.Running}}", self.name)
        return state.strip() == "true"

    def call(self, *command: str, seconds: int = 300) -> str:
        """What a command prints inside."""
        return run("podman", "exec", self.name, *command, seconds=seconds)

    def stop(self, patience: int) -> int:
        """SIGTERM, and SIGKILL after `patience` seconds; the exit status."""
        run("podman", "stop", "--time", str(patience), self.name)
        return int(run("podman", "inspect", "--format", "{{.State.ExitCode}}", self.name))


@contextmanager
def composed(file: Path, **variables: str) -> Iterator[Container]:
    """The one service of a Compose file, started; everything of it is removed at the end."""
    project = f"test-{secrets.token_hex(4)}"
    compose = (sys.executable, "-m", "podman_compose", "--file", file, "--project-name", project)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        try:
            run(*compose, "up", "--detach", "--no-build")
            yield Container(run(*compose, "ps", "--quiet").splitlines()[-1].strip())
        finally:
            run(*compose, "down", "--volumes", "--timeout", "0", check=False)


def ask(address: str, method: str = "GET", body: dict[str, object] | None = None) -> int:
    """The status with which a server answers."""
    request = urllib.request.Request(
        address, method=method, data=json.dumps(body).encode() if body else None
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
