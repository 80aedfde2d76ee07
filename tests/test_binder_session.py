"""A Binder session, done as repo2docker would: built, then cut off from the network."""

import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest

from tests import containers
from tests.containers import Container, Image, real_digits
from workshop.authoring.notebooks import read_all_labs

pytestmark = containers.BINDER_LAYER

FIRST_LAB = "/lab/tree/labs/00_start_here.ipynb"
SESSION = ("--memory=2g", "--memory-swap=2g", "--network=none", "--user", "1000")
# All digits, so that the memory is that of the real lab; the rest as small as in other tests.
ALL_DIGITS = {"digits"}


@pytest.fixture(scope="module")
def session(base_image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """A Binder session's image: the repository's files, installed as Binder would."""
    repository = Path(__file__).resolve().parent.parent
    context = tmp_path_factory.mktemp("clone")
    listed = containers.run("git", "-C", repository, "ls-files", "-co", "--exclude-standard")
    for name in listed.splitlines():
        if name != ".dockerignore" and (repository / name).is_file():
            (context / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repository / name, context / name)
    mounts, environment = real_digits()
    dockerfile = repository / "tests" / "binder" / "Dockerfile"
    with Image.built(dockerfile, context, base_image, mounts, **environment) as image:
        yield image
    shutil.rmtree(context)


@pytest.fixture(scope="module")
def learner(session: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A session in which somebody does one lab after the other; /given holds their answers."""
    given = tmp_path_factory.mktemp("given")
    given.chmod(0o755)
    for lab in read_all_labs():
        small = {name: value for name, value in lab.small.items() if name not in ALL_DIGITS}
        notebook = nbformat.read(Path("solutions") / f"{lab.name}.ipynb", as_version=4)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", ()):
                cell.source += "".join(f"\n{name} = {value!r}" for name, value in small.items())
        nbformat.write(notebook, given / f"{lab.number}.ipynb")
    with session.started(*SESSION, "--volume", f"{given}:/given:ro") as container:
        yield container


@pytest.mark.parametrize("number", ["01", "05", "07"])
def test_a_lab_runs_in_two_gigabytes_without_a_network(learner: Container, number: str) -> None:
    said = learner.call(
        *("jupyter", "nbconvert", "--to", "notebook", "--execute", "--output-dir", "/tmp"),
        f"/given/{number}.ipynb",
        seconds=900,
    )
    assert f"/tmp/{number}.ipynb" in said


def test_the_bare_address_opens_lab_00_in_jupyterlab(session: Image) -> None:
    with session.started(*SESSION[:2], "--publish", "127.0.0.1::8888") as container:
        said = urlsplit(container.address())
        bare = f"http://127.0.0.1:{container.port()}/?{said.query}"
        with urllib.request.urlopen(bare, timeout=60) as answer:
            assert urlsplit(answer.geturl()).path == FIRST_LAB
