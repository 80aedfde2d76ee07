"""What README.md and INSTRUCTOR.md tell people to do can be done."""

import re
import shlex

import pytest

from tests.conftest import REPOSITORY
from workshop.cli import parser
from workshop.grading.inside.walls import Walls
from workshop.grading.room import Limits

DOCUMENTS = ("README.md", "INSTRUCTOR.md", "docs/serving.md", "docs/scoring.md")
GIB, MB = 1 << 30, 1 << 20


def text(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def commands(name: str) -> list[str]:
    """What follows `workshop` in the lines of code blocks and in the code within the prose."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text(name), re.S | re.M)
    prose = re.sub(r"^```.*?^```$", "", text(name), flags=re.S | re.M)
    pieces = [line for block in blocks for line in block.splitlines()]
    pieces += re.findall(r"`([^`\n]+)`", prose)
    found = (re.search(r"(?:^|[/\\])workshop ([^#…]+)", piece) for piece in pieces)
    return [match[1].strip() for match in found if match]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_exists(name: str) -> None:
    assert len(commands(name)) >= 2
    for command in commands(name):
        words = shlex.split(command)
        try:
            parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"{name}: there is no `workshop {command}`")


def test_a_command_that_is_not_there_would_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["grade", "--no-such-thing"])
    assert "--no-such-thing" in capsys.readouterr().err


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_linked_exists(name: str) -> None:
    linked = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text(name))
    assert [path for path in linked if not (REPOSITORY / path).exists()] == []


def test_the_instructors_page_names_the_limits_that_hold() -> None:
    walls, limits = Walls((), ""), Limits()
    promised = text("INSTRUCTOR.md")
    for number in (
        f"at most {walls.disk // MB} MB",
        f"{limits.memory // GIB} GiB for all",
        f"{walls.memory // GIB} GiB of addresses",
        f"{walls.processes} processes",
        f"files of {walls.file_bytes // MB} MB",
        f"({limits.cell_seconds:g}, {limits.notebook_seconds:g})",
    ):
        assert number in promised


def test_the_instructors_page_names_every_wall() -> None:
    source = (REPOSITORY / "workshop/grading/inside/walls.py").read_text("utf-8")
    rungs = re.findall(r'"([a-z ,-]+)"', " ".join(re.findall(r"rungs \+?= \((.*?)\)", source)))
    rungs += re.findall(r'return \(\*rungs, "([a-z]+)"\)', source)
    assert len(rungs) == 5
    for rung in rungs:
        assert f"| {rung} |" in text("INSTRUCTOR.md")
