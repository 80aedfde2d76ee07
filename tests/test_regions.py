"""Solution regions become placeholders that parse."""

import pytest

from workshop.regions import RegionError, fill_region, region_text, strip_solution

FUNCTION = """\
def normalise(images):
    ### BEGIN SOLUTION
    scaled = images / 255
    return scaled
    ### END SOLUTION
"""
NAMES = """\
### BEGIN SOLUTION
loss, optimizer = "mse", "sgd"
_private = 1
epochs: int = 3
### END SOLUTION
print(loss)
"""


def test_a_function_body_becomes_three_dots() -> None:
    assert strip_solution(FUNCTION) == "def normalise(images):\n    ...\n"


def test_assigned_names_stay_and_private_ones_go() -> None:
    assert strip_solution(NAMES) == "loss = ...\noptimizer = ...\nepochs = ...\nprint(loss)\n"


def test_a_defined_function_or_class_stays_as_a_name() -> None:
    code = "### BEGIN SOLUTION\nclass Loss:\n    pass\n### END SOLUTION"
    assert strip_solution(code) == "Loss = ..."


def test_two_regions_in_one_cell_are_both_replaced() -> None:
    assert strip_solution(FUNCTION + NAMES).count("...") == 4


def test_an_answer_is_indented_to_fit_its_region() -> None:
    assert fill_region(FUNCTION, "return images") == "def normalise(images):\n    return images\n"


def test_the_answer_shown_to_learners_has_no_markers() -> None:
    assert "SOLUTION" not in region_text(FUNCTION)
    assert "return scaled" in region_text(FUNCTION)


@pytest.mark.parametrize("broken", [FUNCTION.replace("END", "STOP"), "### END SOLUTION\n"])
def test_a_marker_without_its_partner_is_refused(broken: str) -> None:
    with pytest.raises(RegionError, match="without its partner"):
        strip_solution(broken)


def test_a_region_that_is_not_python_is_refused() -> None:
    with pytest.raises(RegionError, match="does not parse"):
        strip_solution("### BEGIN SOLUTION\nif\n### END SOLUTION")
