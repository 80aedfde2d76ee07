"""What Canvas and Moodle import: a column for each lab, people by their numbers, no formulas."""

import csv
import io
from pathlib import Path

import pytest

from tests.synthetic_grades import graded, refused
from workshop.cli import main
from workshop.grading.reports.gradebooks import canvas_csv, moodle_csv, unknown_to
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.roster import EMPTY, Roster, RosterError, read_roster

CANVAS_EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework (17)
    Points Possible,,,,,10
"Lovelace, Ada",501,s-1,ada1,A,
"Hopper, Grace",502,s-2,grace,A,
"Kim, Min",503,s-3,min1,A,
"Kim, Min",504,s-4,min2,B,
"""
MOODLE_EXPORT = """\
First name;Last name;ID number;Email address
Ada;Lovelace;m-1;ada@example.org
"""


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table, newline="")))


def roster(folder: Path, text: str) -> Roster:
    (folder / "roster.csv").write_text(text, encoding="utf-8-sig")
    return read_roster(folder / "roster.csv")


def test_canvas_gets_a_row_for_each_learner_and_the_points_of_each_lab() -> None:
    points, ana = rows(canvas_csv([graded("ana", "p", "01"), graded("ana", "o", "00")]))
    assert points["Student"] == "Points Possible"
    assert (points["00 Start here"], points["01 Data"]) == ("6", "13")
    assert (ana["Student"], ana["00 Start here"], ana["01 Data"]) == ("ana", "0", "13")


def test_what_was_refused_or_not_handed_in_leaves_the_gradebook_alone() -> None:
    grades = [graded("ana"), graded("ana", lab="00"), refused("ben"), refused("cem", lab="")]
    _, _, ben, cem = rows(canvas_csv(grades))
    assert ben["01 Data"] == ben["00 Start here"] == cem["01 Data"] == ""
    assert [row["01 Data"] for row in rows(moodle_csv(grades))] == ["13", "", ""]


def test_a_downloads_name_tells_the_number_of_the_platform() -> None:
    canvas = graded("lovelaceada", path="lovelaceada_501_9001_01_data.ipynb")
    assert rows(canvas_csv([canvas]))[1]["ID"] == "501"
    moodle = graded("Ada Lovelace", path="Ada Lovelace_77_assignsubmission_file_/01_data.ipynb")
    assert rows(moodle_csv([moodle]))[0]["Identifier"] == "Participant 77"


@pytest.mark.parametrize("name", ["lovelaceada", "Ada Lovelace", "Lovelace, Ada", "ADA lovelace"])
def test_an_exported_gradebook_tells_who_is_who(tmp_path: Path, name: str) -> None:
    found = rows(canvas_csv([graded(name)], roster(tmp_path, CANVAS_EXPORT)))[1]
    assert [found[column] for column in ("Student", "ID", "SIS User ID", "SIS Login ID")] == [
        "Lovelace, Ada", "501", "s-1", "ada1"
    ]  # fmt: skip


def test_two_people_of_one_name_are_told_apart_by_number_or_not_at_all(tmp_path: Path) -> None:
    known = roster(tmp_path, CANVAS_EXPORT)
    second = graded("kimmin (504)", path="kimmin_504_9002_01_data.ipynb")
    guess = graded("Min Kim")
    assert [row["SIS User ID"] for row in rows(canvas_csv([second, guess], known))[1:]] == [
        "s-4", ""
    ]  # fmt: skip
    assert unknown_to(known, [second, guess]) == ["Min Kim"]


def test_moodles_participants_come_with_semicolons(tmp_path: Path) -> None:
    (ada,) = rows(moodle_csv([graded("Ada Lovelace")], roster(tmp_path, MOODLE_EXPORT)))
    assert (ada["ID number"], ada["Email address"]) == ("m-1", "ada@example.org")


def test_a_table_of_ones_own_names_learners_as_they_were_graded(tmp_path: Path) -> None:
    known = roster(tmp_path, "learner,ID\nteam 7,42\n")
    assert rows(canvas_csv([graded("team 7")], known))[1]["ID"] == "42"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "＝1"])
def test_no_cell_is_a_formula_even_from_the_roster(tmp_path: Path, name: str) -> None:
    known = roster(tmp_path, f"learner,ID,Email address\nana,{name},{name}\n")
    grades: list[Grade] = [graded("ana"), graded(name)]
    for table in (canvas_csv(grades, known), moodle_csv(grades, known), canvas_csv(grades, EMPTY)):
        cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
        assert not [cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\t＝"))]


def test_a_semicolon_in_a_name_does_not_begin_a_cell_of_its_own() -> None:
    assert '\r\n"a;=1+1",' in moodle_csv([graded("a;=1+1")])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n"])
def test_a_table_without_names_is_refused_before_anything_runs(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(RosterError, match=r"roster\.csv"):
        read_roster(tmp_path / "roster.csv")
    words = ["grade", str(tmp_path), "--out", str(tmp_path / "report"), "--roster"]
    assert main([*words, str(tmp_path / "roster.csv")]) == 2
    assert "roster.csv" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()
