"""Every door is tried with requests that nobody thought of: none brings the service down."""

from pathlib import Path

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.serving import write_model
from workshop.serving.app import create_app

load_all_checks()
"""All that Schemathesis knows, but one: that whatever fits the schema is accepted. JSON Schema
cannot say that strokes lie on their canvas, so some of it gets a 422, which the document tells."""
EXAMPLES = 25


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode)
def test_schemathesis_finds_nothing(tmp_path: Path, mode: GenerationMode) -> None:
    app = create_app(write_model(tmp_path), tmp_path / "data")
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    tried = []

    for result in schema.get_all_operations():
        operation = result.ok()
        takes_something = operation.body or operation.path_parameters
        if mode is GenerationMode.NEGATIVE and not takes_something:
            continue  # there is nothing that could be wrong

        @hypothesis.given(case=operation.as_strategy(mode))
        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        answers()
        tried.append(operation.label)
    assert len(tried) == (11 if mode is GenerationMode.POSITIVE else 5)
