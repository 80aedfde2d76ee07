"""Every submission of the torture corpus gets the score that it deserves, beside all others."""

import csv
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.torture.accidents import ACCIDENTS, MARK, PORT
from tests.torture.cheats import CHEATS
from tests.torture.honest import HONEST
from tests.torture.notebooks import Case
from workshop.grading.reports.grades import Grade
from workshop.grading.room import Limits
from workshop.grading.run import Wishes, grade_folder

CASES = (*HONEST, *CHEATS, *ACCIDENTS)
QUICK = Limits(cell_seconds=20, notebook_seconds=300, grace=5)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Somebody who would notice a packet."""
    with socket.create_server(("127.0.0.1", PORT)) as server:
        server.settimeout(0.1)
        yield server


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def chosen(request: pytest.FixtureRequest) -> list[Case]:
    """All cases, or those that `-k` has chosen."""
    calls = [item.callspec for item in request.session.items if hasattr(item, "callspec")]
    cases = [call.params["case"] for call in calls if "case" in call.params]
    return [case for case in cases if isinstance(case, Case)] or list(CASES)


@pytest.fixture(scope="module")
def grades(
    tmp_path_factory: pytest.TempPathFactory,
    chosen: list[Case],
    report: Path,
    listener: socket.socket,
) -> dict[str, Grade]:
    """All chosen cases, graded in one run; by path."""
    folder = tmp_path_factory.mktemp("submissions")
    for case in chosen:
        path = folder / case.path
        path.parent.mkdir()
        path.write_bytes(case.content())
    found = grade_folder(folder, report, Wishes(jobs=2, limits=QUICK))
    return {grade.submission.path: grade for grade in found}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_gets_the_score_that_it_deserves(case: Case, grades: dict[str, Grade]) -> None:
    result = grades[case.path].result
    told = [f"{v.exercise}: {v.outcome.value}: {v.seen}" for v in result.verdicts]
    assert result.score == case.score, (result.reason, told, result.errors)
    assert result.ending.value == case.ending, (result.reason, result.errors)
    assert case.reason in result.reason


def test_everybody_has_a_row_that_no_spreadsheet_computes(
    grades: dict[str, Grade], report: Path, chosen: list[Case]
) -> None:
    with (report / "grades.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(chosen)
    assert not [row for row in rows if row["learner"][0] in "=+-@"]


def test_no_process_is_left(grades: dict[str, Grade]) -> None:
    assert not [p for p in psutil.process_iter(["cmdline"]) if MARK in (p.info["cmdline"] or [])]


def test_no_packet_was_sent(grades: dict[str, Grade], listener: socket.socket) -> None:
    with pytest.raises(TimeoutError):
        listener.accept()


def test_nothing_was_written_elsewhere(grades: dict[str, Grade]) -> None:
    places = [Path(place) for place in ("/tmp", "/usr", "/", "/root", "/home", ".", "..")]
    assert not [place for place in places if (place / "gotcha").exists()]
