"""Gradescope's `results.json`: what an autograder leaves for one submission.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ describes it.
"""

import json
from typing import Any

from workshop.grading.reports.grades import Grade
from workshop.grading.reports.safe_text import in_line, visible
from workshop.verdict import Verdict


def gradescope_json(grade: Grade) -> str:
    """The results of one submission. Learners see all of it: it holds nothing private."""
    result = grade.result
    found: dict[str, Any] = {
        "score": result.score,
        "execution_time": round(result.seconds),
        "output": visible(result.reason) or "Graded to its end.",
        "output_format": "text",
        "test_output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(verdict) for verdict in result.verdicts],
    }
    return json.dumps(found, indent=1) + "\n"


def _test(verdict: Verdict) -> dict[str, Any]:
    return {
        "name": in_line(f"{verdict.exercise} {verdict.title}"),
        "score": verdict.points,
        "max_score": verdict.max_points,
        "status": "passed" if verdict.passed else "failed",
        "output": visible(str(verdict)),
        "tags": [verdict.outcome.value],
        "visibility": "visible",
    }
