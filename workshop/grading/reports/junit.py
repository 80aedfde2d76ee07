"""JUnit XML, which GitLab, GitHub's actions and most editors show as a list of tests.

A suite for each learner and lab, a case for each exercise. Readers tell cases apart by `classname`
and `name` together, so both are unique, and show the text inside of the element.
"""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from workshop.grading.reports.grades import Grade
from workshop.grading.reports.safe_text import LONGEST_TEXT, in_line, visible
from workshop.verdict import Outcome, Verdict

ELEMENTS = {
    Outcome.NOT_YET: "failure",
    Outcome.COULD_NOT_CHECK: "error",
    Outcome.NOT_ATTEMPTED: "skipped",
}


def junit_xml(grades: list[Grade]) -> bytes:
    """The whole file. A submission that was refused is one case, and an error."""
    root = Element("testsuites", name="workshop grade")
    for grade in grades:
        _add_suite(root, grade)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _add_suite(root: Element, grade: Grade) -> None:
    one, result = grade.submission, grade.result
    learner, lab = in_line(one.learner), one.lab or "no lab"
    suite = SubElement(root, "testsuite", name=f"{learner} · {lab}", time=f"{result.seconds:g}")
    for verdict in result.verdicts:
        name = f"{verdict.exercise} {verdict.title}"
        case = SubElement(suite, "testcase", classname=f"{learner}.{lab}", name=name, time="0")
        _tell(case, verdict)
    if not result.verdicts:
        case = SubElement(suite, "testcase", classname=f"{learner}.{lab}", name="submission")
        error = SubElement(case, "error", type=result.ending.value)
        error.set("message", in_line(result.reason))
        error.text = visible(f"{one.path}: {result.reason}")
    suite.set("tests", str(len(suite)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))


def _tell(case: Element, verdict: Verdict) -> None:
    """Add what went wrong, if something did."""
    if verdict.passed:
        return
    told = SubElement(case, ELEMENTS[verdict.outcome], message=in_line(verdict.seen))
    if verdict.outcome is not Outcome.NOT_ATTEMPTED:  # `skipped` has no type
        told.set("type", in_line(verdict.diagnosis) or verdict.outcome.value)
    told.text = visible(str(verdict), LONGEST_TEXT)
