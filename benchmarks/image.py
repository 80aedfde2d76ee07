"""What the container costs: its size and its parts, how soon it answers, what lab 05 takes.

    PYTHONPATH=. python benchmarks/image.py

Side by side: docker/'s image, and a plain install of the same lock on a full Debian, as one would
write it without a second thought (benchmarks/plain.Dockerfile). Needs root, podman, buildah, runc
and mmdebstrap; takes a quarter of an hour and 8 GB of disk.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

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
# What processes hold, without the disk's cache; the second generation of cgroups calls it `anon`.
HELD = """
cat /sys/fs/cgroup/memory.stat /sys/fs/cgroup/memory/memory.stat 2>/dev/null |
    sed -n 's/^anon //p; s/^total_rss //p' | head -1
"""


def megabytes(image: Image) -> float:
    """What the engine says that the image holds, in 10^6 bytes."""
    said = containers.run("podman", "image", "inspect", "--format", "{{.Size}}", image.name)
    return int(said) / 1e6


def seconds_to_answer(image: Image) -> float:
    """From `podman run` to JupyterLab's first answer."""
    begun = time.monotonic()
    with image.started("--publish", "127.0.0.1::8888") as container:
        said = urlsplit(container.address())
        assert ask(f"http://127.0.0.1:{container.port()}/api/status?{said.query}") == 200
        return time.monotonic() - begun


@contextmanager
def watched(container: Container) -> Iterator[list[float]]:
    """The megabytes that the container's processes hold, each second."""
    seen, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(1):
            seen.append(int(container.call("sh", "-c", HELD)) / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def memory(image: Image) -> tuple[float, float]:
    """Megabytes of JupyterLab alone, and at most while lab 05 runs beside it."""
    with image.started() as container, watched(container) as held:
        container.address()
        time.sleep(3)
        at_rest = held[-1]
        container.call(*("jupyter", "nbconvert", "--to", "notebook", "--execute", LAB),
                       *("--output-dir", "/home/learner"), seconds=1800)  # fmt: skip
        return at_rest, max(held)


@contextmanager
def lab_image(folder: Path) -> Iterator[Image]:
    """docker/'s image, as the tests build it."""
    mounts, arguments = real_digits()
    dockerfile = REPOSITORY / "docker" / "Dockerfile"
    with (
        Image.of_debian(folder) as minimal,
        Image.built(dockerfile, REPOSITORY, minimal, mounts, **arguments) as image,
    ):
        yield image


@contextmanager
def plain_image(folder: Path) -> Iterator[Image]:
    """The same lock on a full Debian."""
    dockerfile = REPOSITORY / "benchmarks" / "plain.Dockerfile"
    with (
        Image.of_debian(folder, "standard") as full,
        Image.built(dockerfile, REPOSITORY, full) as image,
    ):
        yield image


def main() -> None:
    """Build both, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--image", help="the name of docker/'s image, if it is built already")
    named = parser.parse_args().image
    if reason := containers.why_no_builder():
        sys.exit(f"No image can be built here: {reason}.")
    with (
        tempfile.TemporaryDirectory() as name,
        containers.settings(Path(name)),
        nullcontext(Image(named)) if named else lab_image(Path(name)) as lab,
        plain_image(Path(name)) as plain,
    ):
        images = (lab, plain)
        sizes = [megabytes(image) for image in images]
        starts = [[seconds_to_answer(image) for image in images] for _ in range(STARTS)]
        medians = [statistics.median(times) for times in zip(*starts, strict=True)]
        at_rest, at_work = memory(lab)
        print("| | docker/ | plain | docker/ : plain |\n| --- | ---: | ---: | ---: |")
        print(f"| size in MB | {sizes[0]:,.0f} | {sizes[1]:,.0f} | {sizes[0] / sizes[1]:.0%} |")
        print(f"| seconds to an answer, median of {STARTS} | {medians[0]:.1f} | {medians[1]:.1f} "
              f"| {medians[0] / medians[1]:.0%} |")  # fmt: skip
        print(f"| MB of memory, JupyterLab alone | {at_rest:,.0f} | | |")
        print(f"| MB of memory, lab 05 at work, at most | {at_work:,.0f} | | |")
        print("\nThe parts of docker/'s, in MiB:", lab.call("sh", "-c", PARTS), sep="\n")


if __name__ == "__main__":
    main()
