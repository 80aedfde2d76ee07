"""The development container is the image of docker/, on the checkout's own files."""

import json
import re
import shutil
import subprocess
from pathlib import PurePosixPath
from typing import Any

import pytest

from tests.conftest import REPOSITORY

FILE = REPOSITORY / ".devcontainer" / "devcontainer.json"
FOLDER = "${containerWorkspaceFolder}"


def settings() -> dict[str, Any]:
    """The file without its comments, each of which has a line of its own."""
    text = re.sub(r"^\s*//.*$", "", FILE.read_text("utf-8"), flags=re.M)
    found: dict[str, Any] = json.loads(text)
    return found


def dockerfile() -> str:
    return (FILE.parent / settings()["build"]["dockerfile"]).read_text("utf-8")


def test_it_builds_a_stage_that_the_dockerfile_has() -> None:
    build = settings()["build"]
    assert (FILE.parent / build["context"]).resolve() == REPOSITORY
    assert re.search(rf"^FROM .* AS {build['target']}$", dockerfile(), re.M)


def test_the_interpreter_is_the_one_that_the_image_installs() -> None:
    interpreter = settings()["customizations"]["vscode"]["settings"][
        "python.defaultInterpreterPath"
    ]
    environment = PurePosixPath(interpreter).parents[1]
    assert f"python3 -m venv {environment}" in dockerfile()


def test_labs_package_and_progress_are_those_of_the_checkout() -> None:
    assert settings()["containerEnv"] == {
        "WORKSHOP_HOME": FOLDER,
        "WORKSHOP_LABS": f"{FOLDER}/labs",
        "PYTHONPATH": FOLDER,
    }


def test_it_forwards_jupyterlabs_port_and_brings_python_and_jupyter() -> None:
    assert settings()["forwardPorts"] == [8888]
    assert "EXPOSE 8888" in dockerfile()
    wanted = {"ms-python.python", "ms-toolsai.jupyter"}
    assert wanted <= set(settings()["customizations"]["vscode"]["extensions"])


def test_it_runs_as_nobody_with_special_rights() -> None:
    user = settings()["containerUser"]
    assert re.fullmatch(r"[1-9]\d*:0", user)
    assert not {"privileged", "capAdd", "mounts", "runArgs", "features"} & settings().keys()


@pytest.mark.skipif(not shutil.which("devcontainer"), reason="no `devcontainer` is installed here")
def test_the_official_tool_reads_the_same() -> None:
    command = ["devcontainer", "read-configuration", "--workspace-folder", str(REPOSITORY)]
    run = subprocess.run(
        # It asks for running containers first; `true` answers that there are none.
        [*command, "--docker-path", "true"],
        capture_output=True,
        text=True,
        check=True,
    )
    read = json.loads(run.stdout)["configuration"]
    for name in ("build", "containerUser", "forwardPorts", "customizations"):
        assert read[name] == settings()[name]
    assert FOLDER not in json.dumps(read["containerEnv"])
