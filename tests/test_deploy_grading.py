"""deploy/grading/ as it is written. No Kubernetes runs here: schemas say what one would take."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.conftest import REPOSITORY
from workshop.cli import parser

FOLDER = REPOSITORY / "deploy" / "grading"
CLUSTER = FOLDER / "raycluster.yaml"
SCHEMA = REPOSITORY / "tests" / "schemas" / "raycluster.json"
KUBERNETES = "1.31"
"""The first version in which a container may name its AppArmor profile without a feature gate."""


def checked(manifest: Path) -> "subprocess.CompletedProcess[str]":
    command = [Path(sys.executable).with_name("check-jsonschema"), "--schemafile", SCHEMA, manifest]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def groups() -> list[dict[str, Any]]:
    """The specification of the head, then of the workers."""
    spec = yaml.safe_load(CLUSTER.read_text())["spec"]
    return [spec["headGroupSpec"], *spec["workerGroupSpecs"]]


def containers() -> list[dict[str, Any]]:
    return [one for group in groups() for one in group["template"]["spec"]["containers"]]


def documents() -> list[dict[str, Any]]:
    """Everything that Kubernetes itself knows: the pods of the cluster, and what is around it."""
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "one"}} | group["template"]
        for group in groups()
    ]
    return [*yaml.safe_load_all((FOLDER / "namespace.yaml").read_text()), *pods]


def test_the_cluster_is_what_kuberay_takes() -> None:
    run = checked(CLUSTER)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("num-cpus:", "num_cpus:"),
        ('"0"', "0"),
        ("groupName", "name"),
        ("mode: token", "mode: disabled"),
    ],
)
def test_the_schema_finds_what_would_go_wrong(tmp_path: Path, right: str, wrong: str) -> None:
    broken = tmp_path / "broken.yaml"
    text = CLUSTER.read_text()
    assert right in text
    broken.write_text(text.replace(right, wrong, 1))
    assert checked(broken).returncode == 1


@pytest.mark.parametrize("document", documents(), ids=lambda one: str(one["kind"]))
def test_kubernetes_knows_every_word(document: dict[str, Any]) -> None:
    kubernetes_validate.validate(document, KUBERNETES, strict=True)


def test_the_cluster_runs_the_ray_that_was_tested() -> None:
    lock = (REPOSITORY / "requirements-scale.txt").read_text()
    assert re.findall(r"^ray==([\d.]+)", lock, re.M) == [version("ray")]
    assert yaml.safe_load(CLUSTER.read_text())["spec"]["rayVersion"] == version("ray")


def test_every_node_has_the_same_course_and_no_more_rights_than_it_needs() -> None:
    assert len({one["image"] for one in containers()}) == 1
    for one in containers():
        context = one["securityContext"]
        assert (context["capabilities"], context["readOnlyRootFilesystem"]) == (
            {"drop": ["ALL"]},
            True,
        )


def test_the_readme_has_commands_that_exist() -> None:
    (command,) = re.findall(r"^ +workshop (grade .*)", (FOLDER / "README.md").read_text(), re.M)
    assert parser().parse_args(command.split()).cluster == "auto"
