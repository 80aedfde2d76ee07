"""A term's worth of work gets the grades that it deserves, though its grader is killed."""

from pathlib import Path

import pytest

from tests.graders import Grader
from tests.term import KINDS, other_diagnoses, term, write_term, wrong_grades
from workshop.grading.submissions import find_submissions

SEED = 3


def test_the_same_seed_gives_the_same_term() -> None:
    assert term(12, ("00", "01", "02"), SEED) == term(12, ("00", "01", "02"), SEED)


def test_every_name_and_lab_is_found_however_a_file_arrives(tmp_path: Path) -> None:
    homework = term(60, ("00", "01", "02"), SEED)
    assert {one.kind for one in homework} == set(KINDS)
    write_term(homework, tmp_path)
    found = {(one.learner, one.lab) for one in find_submissions(tmp_path) if not one.refused}
    assert found == {(one.learner, one.lab) for one in homework}


def test_no_two_files_are_alike() -> None:
    homework = term(60, ("00", "01", "02"), SEED)
    assert len({one.content for one in homework}) == len({one.path for one in homework}) == 60


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_term_whose_grader_is_killed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    homework = [one for one in term(30, ("00", "01"), SEED) if one.kind != "hostile"][:6]
    write_term(homework, tmp_path / "submissions")
    grader = Grader(tmp_path / "submissions", tmp_path / "report", tmp_path / "temporary")
    killed = grader.run(kill_after=2)
    assert (killed.status, killed.left) == (-9, ())
    rest = grader.run()
    assert (rest.status, rest.left) == (0, ())
    assert not set(killed.graded) & set(rest.graded)
    assert wrong_grades(homework, grader.results()) == []
    assert other_diagnoses(homework, grader.results()) == []
