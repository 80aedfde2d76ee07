"""What the container costs: its size and its parts, how soon it answers, what lab 05 takes.

    PYTHONPATH=. python benchmarks/image.py

Side by side: docker/'s image, and a plain install of the same lock on a full Debian, as one would
write it without a second thought (benchmarks/plain.Dockerfile). Needs root, podman, buildah, runc
and mmdebstrap; takes a quarter of an hour and 8 GB of disk.
"""

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import containers
from tests.containers import Container, Image, ask, real_digits

REPOSITORY = Path(__file__).resolve().parent.parent
STARTS = 5
LAB = "solutions/05_cnn.ipynb"
PARTS = """
cd /opt/course/.venv/lib/python3*/site-packages
du -sxm /opt/course/data /opt/course/.venv tensorflow /usr/share /usr/lib
du -cxm scipy* sklearn numpy* keras matplotlib fontTools pillow* PIL | tail -1
du -cxm jupyter* ../../../share/jupyter notebook* ipy* IPython jedi babel debugpy | tail -1
"""
ANONYMOUS = ("sed", "-n", "s/^anon //p", "/sys/fs/cgroup/memory.stat")


def megabytes(image: Image) -> float:
    """What the engine says that the image holds, in 10^6 bytes."""
    said = containers.run("podman", "image", "inspect", "--format", "{{.Size}}", image.name)
    return int(said) / 1e6


def seconds_to_answer(image: Image) -> float:
    """From `podman run` to JupyterLab's first answer."""
    begun = time.monotonic()
    with image.started("--publish", "127.0.0.1::8888") as container:
        address = container.address()
        port = containers.run("podman", "port", container.name, "8888").split(":")[-1].strip()
        assert ask(address.replace(":8888/", f":{port}/")) == 200
        return time.monotonic() - begun


@contextmanager
def watched(container: Container) -> Iterator[list[float]]:
    """The megabytes that the container's processes hold, each second."""
    seen, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(1):
            seen.append(int(container.call(*ANONYMOUS)) / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def main() -> None:
    if reason := containers.why_no_builder():
        sys.exit(f"No image can be built here: {reason}.")
    mounts, arguments = real_digits()
    with tempfile.TemporaryDirectory() as name, containers.settings(Path(name)):
        folder, docker, plain = Path(name), REPOSITORY / "docker", REPOSITORY / "benchmarks"
        with (
            Image.of_debian(folder) as slim_base,
            Image.built(docker / "Dockerfile", REPOSITORY, slim_base, mounts, **arguments) as lab,
        ):
            starts = [seconds_to_answer(lab) for _ in range(STARTS)]
            print(f"docker/Dockerfile      {megabytes(lab):7,.0f} MB")
            print(f"  of which its base    {megabytes(slim_base):7,.0f} MB")
            print(f"answers after          {statistics.median(starts):7.1f} s "
                  f"({min(starts):.1f} to {max(starts):.1f}, {STARTS} starts)")  # fmt: skip
            print("its parts, in MiB:", lab.call("sh", "-c", PARTS), sep="\n")
            with lab.started() as container, watched(container) as held:
                container.address()
                at_rest = held[-1]
                container.call(*("jupyter", "nbconvert", "--to", "notebook", "--execute", LAB),
                               *("--output-dir", "/home/learner"), seconds=1200)  # fmt: skip
            print(f"memory, JupyterLab     {at_rest:7,.0f} MB")
            print(f"memory, lab 05 at most {max(held):7,.0f} MB")
            with (
                Image.of_debian(folder, "standard") as full_base,
                Image.built(plain / "plain.Dockerfile", REPOSITORY, full_base) as rival,
            ):
                print(f"plain.Dockerfile       {megabytes(rival):7,.0f} MB")
                print(f"docker/ against it     {megabytes(lab) / megabytes(rival):7.0%}")


if __name__ == "__main__":
    main()
