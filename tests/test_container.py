"""The course in a container: built from docker/'s own Dockerfile, and run for real."""

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import containers
from tests.containers import Container, Image, ask

pytestmark = containers.COURSE_LAYER

REPOSITORY = Path(__file__).resolve().parent.parent
ANYBODY = "54321"
HOME, LABS = "/home/learner", "/home/learner/labs"
# Everything that a careful host takes away.
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=2g")
NO_NETWORK = "--network=none"
EXECUTE = ("jupyter", "nbconvert", "--to", "notebook", "--execute", "--output-dir", HOME)


@pytest.fixture(scope="module")
def running(image: Image) -> Iterator[Container]:
    """JupyterLab as `docker run` alone starts it, on a port of this machine."""
    with image.started("--publish", "127.0.0.1::8888") as container:
        container.address()
        yield container


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """A folder on this machine that belongs to somebody whom the image has never heard of."""
    folder = tmp_path / "my-labs"
    folder.mkdir()
    os.chown(folder, int(ANYBODY), int(ANYBODY))
    for parent in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        parent.chmod(0o755)
    return folder


def outside(container: Container) -> str:
    """The server's address on this machine."""
    return f"http://127.0.0.1:{container.port()}"


def token(container: Container) -> str:
    return parse_qs(urlsplit(container.address()).query)["token"][0]


def free_port() -> str:
    """One that Compose can be given; Podman would choose one by itself."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def test_docker_run_alone_opens_lab_00(running: Container) -> None:
    assert urlsplit(running.address()).path == "/lab/tree/00_start_here.ipynb"
    assert "00_start_here.ipynb" in running.call("ls", LABS)


def test_it_answers_with_its_token_and_refuses_without(running: Container) -> None:
    contents = f"{outside(running)}/api/contents"
    assert ask(contents) == 403
    assert ask(f"{contents}?token=guessed") == 403
    assert ask(f"{contents}?token={token(running)}") == 200


def test_every_start_has_a_token_of_its_own(running: Container, image: Image) -> None:
    with image.started(NO_NETWORK) as another:
        assert token(another) != token(running)


def test_it_says_that_it_is_healthy(running: Container) -> None:
    containers.run("podman", "healthcheck", "run", running.name)


def test_a_container_whose_jupyterlab_is_gone_is_not_healthy(image: Image) -> None:
    said = image.refusal("python", "/opt/course/docker/healthy.py", options=(NO_NETWORK,))
    assert "JupyterLab does not answer" in said


def test_sigterm_ends_it_in_time_even_while_a_kernel_runs(image: Image) -> None:
    with image.started("--publish", "127.0.0.1::8888") as container:
        kernels = f"{outside(container)}/api/kernels?token={token(container)}"
        assert ask(kernels, "POST", {"name": "python3"}) == 201
        assert container.stop(patience=10) == 0


def test_a_lab_runs_as_anybody_without_a_network_on_a_read_only_root(image: Image) -> None:
    options = ("--user", ANYBODY, NO_NETWORK, *HARDENED, "--volume", HOME)
    image.call(*EXECUTE, "solutions/01_data.ipynb", options=options)


def test_the_first_network_runs_as_a_script(image: Image) -> None:
    said = image.call("python", "skeleton/mnist.py", options=(NO_NETWORK,))
    assert "script-prepare" in said
    assert "NOT ATTEMPTED" in said


def test_the_machine_inside_is_ready(image: Image) -> None:
    assert "This machine is ready." in image.call("workshop", "doctor", options=(NO_NETWORK,))


def test_the_digits_are_baked_in(image: Image) -> None:
    asked = "from workshop.data import load_mnist, mnist_source as m; load_mnist(); print(m().path)"
    said = image.call("python", "-c", asked, options=(NO_NETWORK, "--read-only"))
    assert said.splitlines()[-1].startswith("/opt/course/data/")


def test_a_mounted_folder_is_given_the_labs_once(image: Image, mounted: Path) -> None:
    (mounted / "01_data.ipynb").write_text("my answers")
    options = ("--user", ANYBODY, "--volume", f"{mounted}:{LABS}", NO_NETWORK)
    with image.started(*options) as container:
        container.address()
    assert (mounted / "01_data.ipynb").read_text() == "my answers"
    assert (mounted / "02_dense.ipynb").stat().st_uid == int(ANYBODY)


def test_what_a_learner_saves_lands_in_the_mounted_folder_as_theirs(
    image: Image, mounted: Path
) -> None:
    options = ("--user", f"{ANYBODY}:{ANYBODY}", "--volume", f"{mounted}:{LABS}")
    with image.started(*options, "--publish", "127.0.0.1::8888") as container:
        file = f"{outside(container)}/api/contents/mine.txt?token={token(container)}"
        assert ask(file, "PUT", {"type": "file", "format": "text", "content": "saved"}) == 201
    assert (mounted / "mine.txt").read_text() == "saved"
    assert (mounted / "mine.txt").stat().st_uid == int(ANYBODY)


def test_a_folder_that_cannot_be_written_to_is_told_with_the_remedy(
    image: Image, mounted: Path
) -> None:
    mounted.chmod(0o755)
    said = image.refusal(options=("--volume", f"{mounted}:{LABS}"))
    assert f"--user {ANYBODY}" in said


def test_compose_starts_it_hardened_and_keeps_the_work_in_a_folder(
    image: Image, mounted: Path
) -> None:
    file = REPOSITORY / "docker" / "compose.yaml"
    chosen = {"IMAGE": image.name, "LABS": str(mounted), "LAB_USER": ANYBODY, "PORT": free_port()}
    with containers.composed(file, **chosen) as container:
        assert ask(f"{outside(container)}/api/status?token={token(container)}") == 200
        assert "CapEff:\t0000000000000000" in container.call("cat", "/proc/1/status")
    assert (mounted / "00_start_here.ipynb").stat().st_uid == int(ANYBODY)


def test_compose_alone_keeps_the_work_in_a_volume(image: Image) -> None:
    file = REPOSITORY / "docker" / "compose.yaml"
    with containers.composed(file, IMAGE=image.name, PORT=free_port()) as container:
        assert urlsplit(container.address()).path == "/lab/tree/00_start_here.ipynb"
        assert container.call("touch", f"{LABS}/mine.txt") == ""


def test_with_a_read_only_root_and_a_home_jupyterlab_answers(image: Image) -> None:
    options = ("--user", ANYBODY, *HARDENED, "--volume", HOME, "--publish", "127.0.0.1::8888")
    with image.started(*options) as container:
        assert ask(f"{outside(container)}/api/status?token={token(container)}") == 200
        assert container.call("sh", "-c", f"touch {HOME}/mine && echo written") == "written\n"


@pytest.mark.parametrize("folder", ["/", "/opt/course", "/opt/course/.venv/bin", "/etc", "/usr"])
def test_nothing_can_be_written_elsewhere(image: Image, folder: str) -> None:
    said = image.refusal("touch", f"{folder}/mine", options=("--user", ANYBODY))
    assert "Permission denied" in said


def test_no_file_of_the_course_or_the_system_belongs_to_whom_it_runs_as(image: Image) -> None:
    search = "find / -xdev ! -type l -writable 2>/dev/null; true"
    found = image.call("sh", "-c", search, options=("--user", ANYBODY, NO_NETWORK)).split()
    allowed = re.compile(r"/home/learner|/tmp|/var/tmp|/run/lock|/dev|/proc|/run/.containerenv")
    assert [path for path in found if not allowed.match(path)] == []


def test_it_holds_no_capability_and_nothing_that_gives_one(image: Image) -> None:
    status = image.call("cat", "/proc/self/status", options=HARDENED)
    sets = dict(re.findall(r"^(Cap(?:Inh|Prm|Eff|Bnd|Amb)):\s+([0-9a-f]+)$", status, re.M))
    assert set(sets.values()) == {"0" * 16}
    assert image.call("find", "/usr", "/opt", "-xdev", "-perm", "/6000", "-type", "f") == ""


def test_it_does_not_run_as_root(image: Image) -> None:
    assert image.call("id", "-u").strip() == "10001"


def test_it_says_what_it_is(image: Image) -> None:
    labels = {name.rpartition(".")[2]: value for name, value in image.labels().items()}
    assert labels["title"] == "From handwritten pixels to a model in production"
    assert {"description", "version", "revision", "documentation"} <= set(labels)


def test_what_only_builds_need_stays_behind(image: Image) -> None:
    leftovers = ("gcc", "strip", "git")
    for program in leftovers:
        image.refusal("which", program)
    packages = "/opt/course/.venv/lib/python3*/site-packages"
    assert "No such file" in image.refusal("sh", "-c", f"ls {packages}/tensorflow/include")
