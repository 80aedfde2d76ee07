"""`workshop grade --cluster`: the same grades, whatever happens to the nodes of a Ray cluster."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clusters import Cluster, Node, cluster, until
from tests.test_grading_run import hand_in, rows
from tests.torture.notebooks import Notebook, at_the_top, empty, halfway, solved
from workshop.cli import main

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

SLOWLY = "import os, time; time.sleep(2); assert not [n for n in os.environ if n[:3] == 'RAY']"
"""Long enough to be killed in the middle; and the cluster's token is nobody's to read."""


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    """Right, half right, never ending well, untouched."""
    notebooks: dict[str, Notebook] = {
        "ana": solved(),
        "ben": halfway("import os; os._exit(3)"),
        "cem": empty(),
        "dana": halfway("1 / 0"),
        "eva": solved(),
    }
    for learner, notebook in notebooks.items():
        hand_in(tmp_path / "all" / learner, at_the_top(SLOWLY, notebook), f"print('{learner}')")
    return tmp_path / "all"


def start(running: Cluster, submissions: Path, report: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "workshop", "grade", str(submissions), "--out", str(report),
         "--cluster", running.address, "--jobs", "2"],
        env=running.environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def results(report: Path) -> list[dict[str, Any]]:
    """All that is known of each submission, but for the seconds."""
    found = json.loads((report / "results.json").read_text())["results"]
    return [{name: value for name, value in one.items() if name != "seconds"} for one in found]


def kill_while_grading(node: Node) -> None:
    until(lambda: node.workers("grade"))
    for worker in node.workers("grade"):
        worker.kill()


def test_a_lost_node_costs_no_submission_and_changes_no_grade(
    running: Cluster, submissions: Path, tmp_path: Path
) -> None:
    report, alone = tmp_path / "report", tmp_path / "alone"
    with (
        running.node(),
        running.node() as doomed,
        start(running, submissions, report) as grader,
    ):
        until(lambda: doomed.workers("grade"))
        doomed.lose()
        assert grader.stderr
        said = grader.stderr.read()
    assert grader.returncode == 0, said
    assert said.count("A worker was lost") == 1, said
    assert [line.count("of 5 ") for line in said.splitlines()].count(1) == 5, said
    assert main(["grade", str(submissions), "--out", str(alone)]) == 0
    assert rows(report) == rows(alone)
    assert [row["score"] for row in rows(report)] == ["6", "3", "0", "6", "6"]
    assert results(report) == results(alone)


def test_a_killed_grader_goes_on_where_it_was_and_leaves_no_worker(
    running: Cluster, submissions: Path, tmp_path: Path
) -> None:
    with running.node() as node:
        with start(running, submissions, tmp_path / "report") as grader:
            assert grader.stderr
            until(lambda: "1 of 5" in grader.stderr.readline())
            grader.kill()
        until(lambda: not node.workers())
        with start(running, submissions, tmp_path / "report") as grader:
            assert grader.stderr
            said = grader.stderr.read()
    assert "1 graded before; 4 to go." in said
    assert [row["score"] for row in rows(tmp_path / "report")] == ["6", "3", "0", "6", "6"]


def test_a_notebook_that_ends_its_worker_twice_is_given_up(
    running: Cluster, tmp_path: Path
) -> None:
    slow = at_the_top("import time; time.sleep(20)", solved())
    hand_in(tmp_path / "all" / "ana", slow, "")
    with running.node() as node, start(running, tmp_path / "all", tmp_path / "report") as grader:
        kill_while_grading(node)
        until(lambda: not node.workers("grade"))
        kill_while_grading(node)
        assert grader.stderr
        said = grader.stderr.read()
    assert grader.returncode == 0, said
    (result,) = results(tmp_path / "report")
    assert (result["ending"], result["score"]) == ("refused", 0)
    assert "lost with its worker 2 times" in result["reason"]
