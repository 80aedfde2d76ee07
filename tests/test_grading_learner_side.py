"""What a learner's process can read and remember: probes, and nothing that tells an answer."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from workshop.exercises.catalogue import exercises_of, parts_with_exercises
from workshop.grading.learner_side import probes, write_learner_side
from workshop.regions import BEGIN

EXERCISE = '''
import numpy as np
from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble

SECRET = 784
COUNT = 3

class Counting(Exercise):
    """The answer is 784."""
    id = "09-counting"
    hints = ("784",)
    wrong_answers = {"added": "784"}
    wrong_checks = {"called": "784"}

    def inputs(self, rng):
        return {"n": SECRET}

    def probe(self, inputs, answer):
        return self._helped(answer)

    def _helped(self, answer):
        return helper(answer, COUNT)

    def judge(self, inputs, data):
        return trouble(data) or data == SECRET + unused()

def helper(answer, count):
    return np.asarray(answer)[:count]

def unused():
    return 784
'''
PACKAGE = "from workshop.exercises.lab09.counting import Counting\ncounting = Counting()\n"


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_learner_side(tmp_path_factory.mktemp("side"))


@pytest.fixture(scope="module")
def reduced() -> str:
    modules = {
        "workshop.exercises.lab09": PACKAGE,
        "workshop.exercises.lab09.counting": EXERCISE,
    }
    return probes(modules)["workshop.exercises.lab09.counting"]


def test_nothing_that_only_the_judge_needs_is_left(reduced: str) -> None:
    for word in ("784", "SECRET", "judge", "inputs(", "hints", "wrong_", "trouble"):
        assert word not in reduced


def test_all_that_the_probe_needs_is_left(reduced: str) -> None:
    for word in ("def probe", "def _helped", "def helper", "COUNT = 3", "import numpy as np"):
        assert word in reduced


def test_every_exercise_of_the_course_can_be_imported_there(side: Path) -> None:
    labs = [f"lab{part}" if part.isdigit() else part for part in parts_with_exercises()]
    names = {exercise.id for part in parts_with_exercises() for exercise in exercises_of(part)}
    code = (
        "from workshop.exercises import catalogue as c\n"
        f"import {', '.join(f'workshop.exercises.{lab}' for lab in labs)}\n"
        "print(*[e.id for p in c.parts_with_exercises() for e in c.exercises_of(p)])"
    )
    ran = subprocess.run(
        [sys.executable, "-P", "-s", "-c", code],
        env={"PYTHONPATH": str(side), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(ran.stdout.split()) == names


def test_no_judge_no_wrong_answer_and_no_solution_is_there(side: Path) -> None:
    for path in side.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        names = {n.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)}
        assert not names & {"judge", "settle", "tasks"}, path
        assert "wrong_answers" not in source, path
        assert "wrong_checks" not in source, path
        assert BEGIN not in source, path


def test_the_graders_own_modules_are_not_there(side: Path) -> None:
    here = {path.name for path in (side / "workshop" / "grading").iterdir()}
    assert here == {"__init__.py", "inside"}
    assert not (side / "workshop" / "source.py").exists()


def test_whatever_a_lab_imports_is_there(tmp_path: Path, repository: Path) -> None:
    sources = [path.read_text("utf-8") for path in (repository / "solutions").glob("*.py")]
    lines = {
        line
        for source in sources
        for line in source.splitlines()
        if line.startswith("from workshop")
    }
    assert "from workshop.bundle import take_along" in lines
    run = subprocess.run(
        [sys.executable, "-s", "-c", "\n".join(sorted(lines))],
        cwd=tmp_path,
        env={"PYTHONPATH": str(write_learner_side(tmp_path / "code"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
