"""What was graded stays graded; what goes into a table is only text."""

import csv
import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workshop.grading.journal import Journal, NotAJournalError, key_of
from workshop.grading.reports import write_reports
from workshop.grading.reports.grades import Grade, best_of_each
from workshop.grading.reports.results_json import results_json
from workshop.grading.reports.tables import grades_csv
from workshop.grading.results import Ending, Result
from workshop.grading.room import Limits
from workshop.grading.run import Wishes, grade
from workshop.grading.submissions import Submission
from workshop.verdict import not_yet, passed

RIGHT = passed("well done").of("01-shapes", "Shapes", 2)
WRONG = not_yet("half", "`\ud800\0`", "because", "try").of("01-split", "Split", 3)
RESULT = Result(Ending.GRADED, "", (RIGHT, WRONG), 5, ("no network",), ("cell 3: oh",), 1.5)
WRITER = """
import sys
from pathlib import Path
from tests.test_grading_journal import RESULT
from workshop.grading.journal import Journal
journal = Journal(Path(sys.argv[1]))
for number in range(10**6):
    journal.keep(str(number), RESULT)
    print(number, flush=True)
"""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal.sqlite")
    yield opened
    opened.close()


def graded(learner: str, result: Result = RESULT, lab: str = "01") -> Grade:
    return Grade(Submission(learner, lab, f"{learner}/x.ipynb", "0" * 64), result)


def table(*grades: Grade) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(grades_csv(list(grades)), newline="")))


def test_a_result_comes_back_as_it_was(journal: Journal) -> None:
    journal.keep("key", RESULT)
    assert journal.find("key") == RESULT
    assert journal.find("other") is None


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").write_bytes(b"something else" * 99)
    with pytest.raises(NotAJournalError, match=r"journal\.sqlite.*Move it away"):
        Journal(tmp_path / "journal.sqlite")


def test_a_forgotten_result_is_gone(journal: Journal) -> None:
    journal.keep("key", RESULT)
    journal.forget(["key"])
    assert journal.find("key") is None


def test_the_seed_is_drawn_once_and_is_nobodys_to_read(journal: Journal, tmp_path: Path) -> None:
    again = Journal(tmp_path / "journal.sqlite")
    assert again.seed == journal.seed
    assert (tmp_path / "journal.sqlite").stat().st_mode & 0o077 == 0
    again.close()


def test_the_key_follows_content_lab_and_limits() -> None:
    keys = {
        key_of("a", "00", Limits()),
        key_of("b", "00", Limits()),
        key_of("a", "01", Limits()),
        key_of("a", "00", Limits(memory=1)),
    }
    assert len(keys) == 4
    assert key_of("a", "00", Limits()) in keys


def test_a_killed_grader_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    with writer:
        time.sleep(0.2)
        told = [writer.stdout.readline().strip() for _ in range(30)]
        writer.send_signal(signal.SIGKILL)
    journal = Journal(path)
    assert all(journal.find(number) == RESULT for number in told)
    journal.close()


def test_what_is_known_is_not_graded_again(journal: Journal) -> None:
    one = Submission("ana", "01", "ana/x.ipynb", "0" * 64)
    journal.keep(key_of(one.digest, one.lab, Limits()), RESULT)
    told: list[str] = []
    (grade_of_ana,) = grade([one], journal, Wishes(), told.append)
    assert grade_of_ana.result == RESULT
    assert told == ["1 graded before; 0 to go."]


def test_what_was_refused_has_a_row_and_a_reason(journal: Journal) -> None:
    one = Submission("ana", "01", "ana/x.ipynb", "0" * 64, refused="it is empty")
    (refused,) = grade([one], journal, Wishes(), print)
    assert (refused.result.ending, refused.result.reason) == (Ending.REFUSED, "it is empty")
    assert (refused.result.score, refused.result.most) == (0, 13)


def test_the_table_has_a_row_for_each_learner_and_lab() -> None:
    assert table(graded("ana"), graded("ben", lab="00")) == [
        {"learner": "ana", "lab": "01", "score": "2", "max": "5", "outcome": "graded"},
        {"learner": "ben", "lab": "00", "score": "2", "max": "5", "outcome": "graded"},
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(name: str) -> None:
    assert table(graded(name))[0]["learner"] == f"'{name}"


@pytest.mark.parametrize("name", ['Ana "A", Müller', "two\nlines", "😀", "\u202eabc"])
def test_any_name_survives_the_table(name: str) -> None:
    assert table(graded(name))[0]["learner"] == name


def test_the_best_of_several_files_counts() -> None:
    worse = Result(Ending.GRADED, most=5)
    assert best_of_each([graded("ana", worse), graded("ana"), graded("ana", worse)]) == [
        graded("ana")
    ]


def test_the_reports_are_written_whole(tmp_path: Path) -> None:
    write_reports([graded("ana")], tmp_path)
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"learner,lab,score,max,outcome\r\n")
    told = json.loads((tmp_path / "results.json").read_text())["results"][0]
    assert (told["learner"], told["score"], told["rungs"]) == ("ana", 2, ["no network"])


def test_the_json_can_be_written_whatever_a_learner_answers() -> None:
    assert results_json([graded("ana")]).encode()
