"""Pages for people. Whatever learners are called and write, it stays text."""

import csv
import json
import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from tests.synthetic_grades import answering, empty, graded, refused, with_cells
from workshop.grading.notebook import Cell, Notebook
from workshop.grading.reports import write_reports
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.pages import class_page, learner_page
from workshop.grading.reports.results_json import SCHEMA_FILE
from workshop.grading.reports.roster import read_roster
from workshop.grading.reports.safe_text import HIDDEN, file_name, in_line, visible
from workshop.grading.reports.statistics import misconceptions_of, statistics_of
from workshop.grading.results import Ending

LOADS = {"script", "img", "iframe", "link", "object", "embed", "form", "video", "audio", "base"}
HOSTILE = (
    "", " ", "ana", "Ana", "ANA", "ana ", "a/b", "../../etc/passwd", "con", "nul.txt", "a" * 5_000,
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</code></pre><h1>", "]]>", "<!--",
    "&lt;b&gt;", "{{ 7*7 }}", "{% raw %}", "`<b>`", "``", "=cmd|'/c calc'!A1", "+1", "-1", "@a",
    "\t=1", "\r=1", "＝1", 'q"u,o"te', "a;=1+1", "a\nb", "\x00", "\x1b[2J", "\ud800",
    "\udfff\ud800", "\u202egpj.exe", "\u2066a\u2069", "\u200f", "\ufeff", "\ufffe", "\U000e0041",
    "😀", "👩‍👩‍👧",
    "مریم", "z" + "\u0301" * 300, "$x$", "\\u202e", "%s%n", "javascript:alert(1)", "\x85", "\u2028",
)  # fmt: skip


class Reader(HTMLParser):
    """What a browser would find: tags, headings, addresses, words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag in self.tags if re.fullmatch(r"h[1-6]", tag)]

    def of(self, name: str) -> list[str]:
        return [value or "" for attribute, value in self.attributes if attribute == name]


def assert_is_harmless(page: str, where: Path) -> None:
    found = Reader(page)
    assert not LOADS & set(found.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "src"]
    ids = found.of("id")
    assert len(ids) == len(set(ids))
    for address in found.of("href"):
        if address.startswith("#"):
            assert address[1:] in ids
        elif not address.startswith("https://"):  # a link in the course's own prose
            assert (where.parent / address).is_file(), address
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    steps = zip(found.headings, found.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert found.tags.count("table") == found.tags.count("caption")
    assert not HIDDEN.search(page)


def hostile_grades(seed: int) -> list[Grade]:
    """A class of which every word is chosen by somebody who means harm."""
    rng = random.Random(seed)
    grades: list[Grade] = []
    for name in HOSTILE:
        some = rng.sample(HOSTILE, 6)
        code = "\n".join(some) if rng.random() < 0.5 else some[0] * 500
        notebook = with_cells(answering("01", {"01-normalise": code}), code)
        grade = graded(name, "pnoe", notebook=notebook, path="/".join(some[:2]))
        verdict = replace(
            grade.result.verdicts[1], seen=some[1], why=some[2] * 50, try_this=some[3],
            diagnosis=some[4],
        )  # fmt: skip
        result = replace(
            grade.result, verdicts=(grade.result.verdicts[0], verdict), reason=some[5],
            errors=tuple(some), ending=rng.choice([Ending.GRADED, Ending.STOPPED]),
        )  # fmt: skip
        grades += [replace(grade, result=result), refused(name, some[5], "00")]
    return grades


@pytest.mark.parametrize("seed", range(3))
def test_whatever_learners_write_every_report_is_whole_and_harmless(
    tmp_path: Path, seed: int
) -> None:
    (tmp_path / "roster.csv").write_text('learner,ID\nana,"=1"\n', encoding="utf-8")
    report = tmp_path / "report"
    write_reports(hostile_grades(seed), report, read_roster(tmp_path / "roster.csv"))

    pages = list(report.rglob("*.html"))
    assert len(pages) == len(set(HOSTILE)) + 2
    for page in pages:
        assert_is_harmless(page.read_text(encoding="utf-8"), page)
    ElementTree.parse(report / "junit.xml")
    results = json.loads((report / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert len(list((report / "gradescope").iterdir())) == 2 * len(set(HOSTILE))
    for told in (report / "gradescope").rglob("*.json"):
        json.loads(told.read_text(encoding="utf-8"))
    for table in ("grades.csv", "canvas.csv", "moodle.csv"):
        with (report / table).open(newline="", encoding="utf-8") as file:
            for cell in (cell for row in csv.reader(file) for cell in row):
                assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝"))
    assert {path.name for path in tmp_path.iterdir()} == {"roster.csv", "report"}


def test_no_two_learners_share_a_file_not_even_where_case_does_not_count() -> None:
    names = [file_name(name).lower() for name in HOSTILE]
    assert len(set(names)) == len(set(HOSTILE))
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name) for name in names)
    assert file_name("ana") == "ana"
    assert file_name(file_name("Ana")) != file_name("Ana")


def test_hidden_characters_are_written_out_and_long_texts_are_cut() -> None:
    assert visible("a\u202eb\0\n\tc\ud800") == "a\\u202eb\\u0000\n\tc\\ud800"
    assert visible("x" * 9, 4) == "xxx…"
    assert in_line(" a\n b ") == "a b"
    assert visible("👩‍👩‍👧 مریم") == "👩‍👩‍👧 مریم"


def test_a_learner_reads_what_was_asked_the_verdict_and_their_own_code() -> None:
    notebook = answering("01", {"01-normalise": "def normalise(images):\n    return images < 255"})
    read = Reader(learner_page("ana", [graded("ana", "pnnn", notebook=notebook)])).text
    assert "Now write parse_idx" in read
    assert "What I saw. " in read
    assert "x is <half>." in read
    assert "Halves are not wholes." in read
    assert "return images < 255" in read
    assert read.count("Nothing was found.") == 6
    assert "ex.normalise.check" not in read


def test_a_cell_that_became_text_and_one_that_does_not_parse_are_shown() -> None:
    cells = (Cell("markdown", "normalise = lambda x: x / 3", frozenset({"01-normalise"})),
             Cell("code", "def split(:\n    retrun 1"))  # fmt: skip
    read = Reader(learner_page("ana", [graded("ana", notebook=Notebook(cells, "01"))])).text
    assert "x / 3" in read
    assert "retrun 1" in read


def test_an_untouched_notebook_holds_nothing_of_ones_own() -> None:
    read = Reader(learner_page("ana", [graded("ana", "o", notebook=empty("01"))])).text
    assert read.count("Nothing was found.") == 7


def test_what_was_refused_says_why_on_both_pages() -> None:
    for page in (learner_page("ana", [refused("ana")]), class_page([refused("ana")])):
        assert "it is empty" in Reader(page).text


def test_the_class_page_counts() -> None:
    grades = [graded("ana", "p"), graded("ben", "n"), graded("cem", "nnpo"), refused("dan")]
    (lab,) = statistics_of(grades)
    assert (lab.scores, lab.most, lab.tenths) == ((13, 0, 4), 13, (1, 0, 0, 1, *[0] * 5, 1))
    first, _, third, *_ = lab.passes
    assert (first.rate, third.rate) == (1 / 3, 2 / 3)
    common = misconceptions_of(grades)[0]
    assert (common.diagnosis, common.count) == ("half", 2)
    read = Reader(class_page(grades)).text
    assert "33 %" in read
    assert "the middle one has 4 of 13 points" in read


def test_a_class_of_nobody_has_pages_too(tmp_path: Path) -> None:
    assert write_reports([], tmp_path) == []
    assert_is_harmless((tmp_path / "class.html").read_text(), tmp_path / "class.html")


def test_who_is_not_in_the_roster_is_told(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text("learner,ID\nana,1\n", encoding="utf-8")
    known = read_roster(tmp_path / "roster.csv")
    assert write_reports([graded("ana"), graded("ben")], tmp_path / "report", known) == [
        "not found in the roster: ben"
    ]
