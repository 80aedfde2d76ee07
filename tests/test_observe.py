"""Whatever a learner's code does, the probe brings plain data."""

import json

import numpy as np
import pytest

from workshop.exercises.observe import call, observe_value
from workshop.exercises.plain import NotPlainError, to_plain


class Liar(np.ndarray):
    """An array that claims to equal everything."""

    def __eq__(self, other: object) -> bool:  # type: ignore[override]
        return True

    __hash__ = None  # type: ignore[assignment]


def divides_by_nothing(x):
    return 1 // x


def test_a_returned_array_is_copied_as_an_ordinary_array() -> None:
    lie = np.zeros(3).view(Liar)
    assert type(call(lambda: lie)["value"]) is np.ndarray


def test_an_exception_is_told_with_its_line() -> None:
    seen = call(divides_by_nothing, 0)
    assert (seen["observed"], seen["type"]) == ("raised", "ZeroDivisionError")
    assert seen["code"] == "return 1 // x"


def test_a_line_of_pythons_own_library_is_not_taken_for_the_learners() -> None:
    assert "json.loads(3)" in call(lambda: json.loads(3))["code"]  # type: ignore[arg-type]


def test_a_message_is_told_without_colours_and_without_what_keras_wraps_around_it() -> None:
    def answer() -> None:
        raise ValueError(
            "Exception encountered when calling Reshape.call().\n\n\x1b[1mThe size of `x` must be "
            "unchanged.\x1b[0m\n\nArguments received by Reshape.call():\n  • args=(…)"
        )

    assert call(answer)["message"] == "The size of 'x' must be unchanged."


def test_printing_is_told_from_returning_nothing() -> None:
    assert call(lambda: print("7"))["observed"] == "printed"
    assert call(lambda: None)["observed"] == "nothing"


def test_the_learner_cannot_change_the_input() -> None:
    image = np.ones(3)
    call(lambda x: x.fill(0), image)
    assert image.sum() == 3


@pytest.mark.parametrize(
    ("given", "kind"), [(Liar, "is-a-class"), ([1], "not-callable"), (7, "not-callable")]
)
def test_what_is_not_a_function_is_named(given: object, kind: str) -> None:
    assert call(given)["observed"] == kind


def test_an_object_that_is_no_data_does_not_cross() -> None:
    assert observe_value(object())["observed"] == "not-plain"
    assert observe_value(np.array([object()]))["observed"] == "not-plain"


def test_plain_data_is_json_and_arrays() -> None:
    plain = to_plain({"a": (1, np.float32(2.5)), 3: [np.int8(4), None, True]})
    assert json.loads(json.dumps(plain)) == {"a": [1, 2.5], "3": [4, None, True]}


def test_functions_and_generators_are_not_plain() -> None:
    with pytest.raises(NotPlainError, match="function"):
        to_plain({"f": print_nothing})


def print_nothing() -> None:
    """Stands for any function."""
