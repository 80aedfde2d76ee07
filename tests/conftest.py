"""What every test may lean on."""

import importlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests import containers
from tests.containers import Image, real_digits

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests share what is dear, so one process runs them; not those marked `alone`."""
    for item in items:
        if not any(item.iter_markers("xdist_group")) and not any(item.iter_markers("alone")):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(autouse=True)
def _progress_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes into the progress, or beside it, of whoever runs it."""
    monkeypatch.delenv("WORKSHOP_LEADERBOARD", raising=False)
    monkeypatch.setenv("WORKSHOP_PROGRESS", str(tmp_path / "progress.jsonl"))


@pytest.fixture
def repository() -> Path:
    """The checkout under test."""
    return REPOSITORY


@pytest.fixture
def benchmark(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark that a test's file names: `BENCHMARK = "gan"`, found as a script finds it."""
    monkeypatch.syspath_prepend(REPOSITORY / "benchmarks")
    return importlib.import_module(request.module.BENCHMARK)


@pytest.fixture(scope="session")
def real_mnist() -> str:
    """The file of real MNIST digits that MNIST_NPZ names."""
    named = os.environ.get("MNIST_NPZ", "")
    if not Path(named).is_file():
        pytest.skip("MNIST_NPZ does not name a file with the real digits")
    return named


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the course's own files that a test may break."""
    home = tmp_path / "course"
    learners = ("progress.jsonl", "backup", "models", "*.sqlite*")
    own = shutil.ignore_patterns(".*", "__pycache__", *learners)
    for name in ("labs", "solutions", "skeleton"):
        shutil.copytree(REPOSITORY / name, home / name, ignore=own)
    shutil.copy(REPOSITORY / "README.md", home / "README.md")
    monkeypatch.setenv("WORKSHOP_HOME", str(home))
    monkeypatch.setenv("WORKSHOP_PROGRESS", str(home / "labs" / "progress.jsonl"))
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def base_image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """A Debian with Python, and everything that building on it needs."""
    if reason := containers.why_no_builder():
        pytest.skip(f"no image can be built here: {reason}")
    folder = tmp_path_factory.mktemp("containers")
    with containers.settings(folder), Image.of_debian(folder) as image:
        yield image


@pytest.fixture(scope="session")
def image(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Image]:
    """The course's image, built once; with the real digits where this machine has them.

    `WORKSHOP_IMAGE=NAME` names one that is built already.
    """
    if named := os.environ.get("WORKSHOP_IMAGE"):
        with containers.settings(tmp_path_factory.mktemp("containers")):
            yield Image(named)
        return
    base: Image = request.getfixturevalue("base_image")
    mounts, arguments = real_digits()
    dockerfile = REPOSITORY / "docker" / "Dockerfile"
    with Image.built(dockerfile, REPOSITORY, base, mounts, **arguments) as built:
        yield built
