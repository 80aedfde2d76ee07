"""`results.json`: everything that is known, for programs. `results.schema.json` describes it."""

import json
from pathlib import Path

from workshop.grading.reports.grades import Grade

SCHEMA = 1
"""Rises when a program that reads the file has to change."""
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")


def results_json(grades: list[Grade]) -> str:
    """Everything that is known of each submission, without private inputs and seeds."""
    listed = [
        {
            "learner": grade.submission.learner,
            "lab": grade.submission.lab,
            "path": grade.submission.path,
            "sha256": grade.submission.digest,
            **grade.result.to_json(),
        }
        for grade in grades
    ]
    return json.dumps({"schema": SCHEMA, "results": listed}, indent=1) + "\n"
