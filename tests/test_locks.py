"""The locks: exact, hashed, the same for everyone, and good on every system that is promised."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

from tests.conftest import REPOSITORY

LOCKS = ("requirements.txt", "requirements-dev.txt")
WRITTEN = (*LOCKS, "requirements-scale.txt", "docker/build.txt")
PYTHONS = ((3, 11), (3, 12), (3, 13))


def manylinux(machine: str) -> list[str]:
    """The wheels that Linux with glibc 2.28 (of 2018) takes."""
    glibc = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 4, -1)]
    return [*glibc, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"linux_{machine}"]


# sys_platform, platform_machine, os_name, and the platform tags of the wheels it takes
SYSTEMS = {
    "Linux x86-64": ("linux", "x86_64", "posix", manylinux("x86_64")),
    "Linux arm64": ("linux", "aarch64", "posix", manylinux("aarch64")),
    "macOS arm64": ("darwin", "arm64", "posix", [*mac_platforms((14, 0), "arm64")]),
    "Windows amd64": ("win32", "AMD64", "nt", ["win_amd64"]),
}


def pins(lock: str, folder: Path = REPOSITORY) -> dict[str, list[Requirement]]:
    """What a lock pins, by name; one name may have a pin for each of several Pythons."""
    found: dict[str, list[Requirement]] = {}
    for line in (folder / lock).read_text().splitlines():
        if re.match(r"[a-z0-9]", line):
            pin = Requirement(line.removesuffix("\\"))
            found.setdefault(pin.name, []).append(pin)
    return found


@pytest.mark.parametrize("lock", WRITTEN)
def test_every_pin_has_a_hash_and_no_line_names_a_registry(lock: str) -> None:
    text = (REPOSITORY / lock).read_text()
    entries = re.findall(r"^[a-z0-9][^\n]*\n(?:    .*\n)*", text, re.MULTILINE)
    assert len(entries) == sum(len(versions) for versions in pins(lock).values()) > 0
    assert all("--hash=sha256:" in entry and "==" in entry for entry in entries)
    assert not re.search(r"https?://|file:|-index|find-links", text)


def test_maintainers_run_exactly_what_learners_run() -> None:
    learner, maintainer = (pins(lock) for lock in LOCKS)
    assert {name: maintainer.get(name) for name in learner} == learner


def with_extras(wanted: Iterable[Requirement], project: dict[str, Any]) -> Iterator[Requirement]:
    """Requirements; instead of the project itself, those of the extras that are asked for."""
    for requirement in wanted:
        if requirement.name != project["name"]:
            yield requirement
        for extra in requirement.extras if requirement.name == project["name"] else ():
            yield from map(Requirement, project["optional-dependencies"][extra])


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for lock, wanted in (
        ("requirements.txt", [*project["dependencies"], *extras["serving"]]),
        ("requirements-dev.txt", [*project["dependencies"], *extras["dev"]]),
    ):
        pinned = pins(lock)
        for requirement in with_extras(map(Requirement, wanted), project):
            versions = [str(pin.specifier).removeprefix("==") for pin in pinned[requirement.name]]
            assert all(requirement.specifier.contains(version) for version in versions)


def uv(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "uv", *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A package index that uv can reach."""
    folder = tmp_path_factory.mktemp("index")
    words = ("pip", "install", "--dry-run", "--refresh", "--target", "here", "six")
    answer = uv(*words, folder=folder)
    if answer.returncode:
        pytest.skip(f"uv reaches no package index: {answer.stderr.strip().splitlines()[-1]}")


@pytest.fixture(scope="module")
def published(index: None, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every package of the learner's lock, with all wheels that the index has of that version."""
    folder = tmp_path_factory.mktemp("published")
    lock = str(REPOSITORY / "requirements.txt")
    where = ("--universal", "--python-version", "3.11", "--format", "pylock.toml")
    result = uv("pip", "compile", *where, "-o", "pylock.toml", lock, folder=folder)
    assert result.returncode == 0, result.stderr
    packages: list[dict[str, Any]] = tomllib.loads((folder / "pylock.toml").read_text())["packages"]
    return packages


def missing_wheels(
    packages: list[dict[str, Any]], system: str, python: tuple[int, int], hashes: str
) -> list[str]:
    """What pip could not install there: packages with no fitting wheel whose hash is locked."""
    name, machine, os_name, platforms = SYSTEMS[system]
    version = ".".join(map(str, python))
    facts = {
        "sys_platform": name,
        "platform_machine": machine,
        "os_name": os_name,
        "python_version": version,
        "python_full_version": f"{version}.5",
        "implementation_name": "cpython",
    }
    fitting: set[Tag] = {
        *cpython_tags(python, platforms=platforms),
        *compatible_tags(python, f"cp{version.replace('.', '')}", platforms),
    }
    wanted = [p for p in packages if "marker" not in p or Marker(p["marker"]).evaluate(facts)]
    return [
        package["name"]
        for package in wanted
        if not any(
            wheel["hashes"]["sha256"] in hashes
            and fitting & parse_wheel_filename(wheel["url"].rpartition("/")[2])[3]
            for wheel in package.get("wheels", [])
        )
    ]


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: f"{python[0]}.{python[1]}")
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_learners_lock_has_a_wheel_of_everything_for(
    published: list[dict[str, Any]], system: str, python: tuple[int, int]
) -> None:
    hashes = (REPOSITORY / "requirements.txt").read_text()
    assert missing_wheels(published, system, python, hashes) == []


@pytest.mark.slow
def test_a_wheel_whose_hash_is_not_locked_counts_as_missing(
    published: list[dict[str, Any]],
) -> None:
    assert "numpy" in missing_wheels(published, "Windows amd64", (3, 12), hashes="")


@pytest.mark.slow
@pytest.mark.usefixtures("index")
def test_the_locks_are_what_make_lock_writes(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    for name in (*WRITTEN, "Makefile", "pyproject.toml", "README.md"):
        shutil.copy(REPOSITORY / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    tool = tmp_path / ".venv" / "bin" / "uv"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m uv "$@"\n')
    tool.chmod(0o755)
    # The environment is there already: only the recipe of `lock` itself is run.
    command = ["make", "--assume-old=dev", "lock"]
    result = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stderr
    for name in WRITTEN:
        assert pins(name, tmp_path) == pins(name)
