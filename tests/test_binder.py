"""What repo2docker would make of binder/, by its own detection; test_binder_session.py does it."""

from pathlib import Path

import pytest
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import BuildPack, PythonBuildPack


@pytest.fixture
def chosen(repository: Path, monkeypatch: pytest.MonkeyPatch) -> BuildPack:
    """The way of building that repo2docker chooses for this repository, by its own detection."""
    monkeypatch.chdir(repository)
    packs = (pack("buildpack-deps:jammy") for pack in Repo2Docker().buildpacks)
    return next(pack for pack in packs if pack.detect())


def test_repo2docker_builds_with_pip_from_the_binder_folder(chosen: BuildPack) -> None:
    assert isinstance(chosen, PythonBuildPack)
    assert chosen.binder_dir == "binder"


def test_it_takes_a_python_that_the_course_supports(chosen: BuildPack) -> None:
    assert chosen.python_version in ("3.11", "3.12", "3.13")


def test_it_installs_graphviz_then_the_lock_then_runs_post_build(chosen: BuildPack) -> None:
    (_, apt), *_ = chosen.get_preassemble_scripts()
    assert "graphviz" in apt
    assert [step.split("pip ")[1] for _, step in chosen.get_assemble_scripts()] == [
        'install --no-cache-dir -r "binder/requirements.txt"'
    ]
    assert chosen.get_post_build_scripts() == ["binder/postBuild"]
