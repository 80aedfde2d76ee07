"""What programs read: the published schema, JUnit's XML, Gradescope's JSON."""

import json
from dataclasses import fields, replace
from pathlib import Path

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

from tests.synthetic_grades import graded, refused
from workshop.grading.reports.grades import Grade
from workshop.grading.reports.gradescope import gradescope_json
from workshop.grading.reports.junit import junit_xml
from workshop.grading.reports.results_json import SCHEMA_FILE, results_json
from workshop.grading.results import Ending, Result
from workshop.verdict import Verdict

SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
CLASS = [graded("ana", "pnoe"), graded("ben", "p", "00"), refused("cem"), refused("dan", lab="")]


def check(results: str) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(results))


def suites(grades: list[Grade], folder: Path) -> list[TestSuite]:
    (folder / "junit.xml").write_bytes(junit_xml(grades))
    return list(JUnitXml.fromfile(str(folder / "junit.xml")))


def test_results_are_what_the_published_schema_says() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    check(results_json(CLASS))


@pytest.mark.parametrize(
    ("field", "value"), [("ending", "fine"), ("score", "2"), ("lab", "1"), ("sha256", "x")]
)
def test_the_schema_notices_what_is_wrong(field: str, value: str) -> None:
    results = json.loads(results_json(CLASS))
    results["results"][0][field] = value
    with pytest.raises(jsonschema.ValidationError):
        check(json.dumps(results))


def test_the_schema_describes_everything_that_is_written() -> None:
    written = {"result": {*json.loads(results_json(CLASS))["results"][0]}}
    written["verdict"] = {field.name for field in fields(Verdict)}
    for name, properties in written.items():
        described = SCHEMA["$defs"][name]["properties"]
        assert set(described) == properties == set(SCHEMA["$defs"][name]["required"])


def test_a_suite_for_each_learner_and_lab_a_case_for_each_exercise(tmp_path: Path) -> None:
    ana, ben, *_ = suites(CLASS, tmp_path)
    assert (ana.name, ana.tests, ana.failures, ana.skipped, ana.errors) == ("ana · 01", 7, 2, 2, 1)
    assert (ben.name, ben.tests, ben.failures) == ("ben · 00", 4, 0)


def test_each_outcome_is_the_element_that_readers_know(tmp_path: Path) -> None:
    passed, not_yet, not_attempted, could_not_check, *_ = suites(CLASS, tmp_path)[0]
    assert passed.result == []
    assert isinstance(not_yet.result[0], Failure)
    assert "halves are not wholes" in not_yet.result[0].text.lower()
    assert isinstance(not_attempted.result[0], Skipped)
    assert isinstance(could_not_check.result[0], Error)


def test_what_was_refused_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (case,) = suites(CLASS, tmp_path)[2]
    assert isinstance(case.result[0], Error)
    assert case.result[0].message == "it is empty"


def test_readers_can_tell_all_cases_apart(tmp_path: Path) -> None:
    cases = [(case.classname, case.name) for suite in suites(CLASS, tmp_path) for case in suite]
    assert len(cases) == len(set(cases)) == 7 + 4 + 1 + 1


def test_gradescope_gets_points_words_and_a_status_for_each_exercise() -> None:
    told = json.loads(gradescope_json(CLASS[0]))
    assert (told["score"], told["visibility"], told["execution_time"]) == (4, "visible", 2)
    assert [test["status"] for test in told["tests"][:2]] == ["passed", "failed"]
    assert told["tests"][1]["max_score"] == 2
    assert "double `x`" in told["tests"][1]["output"].lower()
    assert sum(test["score"] for test in told["tests"]) == told["score"]


def test_gradescope_shows_why_a_run_ended() -> None:
    stopped = replace(CLASS[0].result, ending=Ending.STOPPED, reason="it was stopped: 2 GB")
    assert "2 GB" in json.loads(gradescope_json(replace(CLASS[0], result=stopped)))["output"]
    assert json.loads(gradescope_json(CLASS[2]))["tests"] == []


def test_the_schema_is_in_every_report_and_fits_a_result_without_verdicts() -> None:
    check(results_json([replace(CLASS[0], result=Result(Ending.REFUSED, "why"))]))
