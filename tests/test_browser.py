"""A learner in a real JupyterLab, in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.jupyter import LabPage, chromium, find_chromium, jupyterlab
from workshop.source import lab_paths, read_lab

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]

WRONG = "def normalise(images):\n    return images / 255"
RIGHT = 'def normalise(images):\n    return images.astype("float32") / 255'


@pytest.fixture
def lab01(course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabPage]:
    """Lab 01, open in the browser."""
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    with jupyterlab(course) as address, chromium() as browser:
        yield LabPage.open(browser, address, course / "labs" / "01_data.ipynb")


def test_a_learner_goes_from_not_attempted_to_passed_and_finds_it_kept(lab01: LabPage) -> None:
    lab01.run_all()
    tasks = read_lab(lab_paths()[1]).tasks()
    assert len(lab01.verdicts()) == len(tasks)
    assert all("Not attempted" in verdict for verdict in lab01.verdicts())
    assert lab01.tracebacks() == 0

    answer, check = lab01.cell_with("def normalise"), lab01.cell_with("ex.normalise.check")
    lab01.type_answer(answer, WRONG)
    feedback = lab01.run(check)
    expect(feedback).to_contain_text("Not yet")
    expect(feedback).to_contain_text("float64")
    expect(feedback).to_contain_text("Try")

    lab01.type_answer(answer, RIGHT)
    expect(lab01.run(check)).to_contain_text("Passed")

    lab01.restart_kernel()
    overview = lab01.run(lab01.cell_with("show_progress"))
    expect(overview).to_contain_text(f"1 of {len(tasks)} exercises solved")


def test_a_deleted_setup_cell_is_explained(lab01: LabPage) -> None:
    check = lab01.cell_with("ex.normalise.check")
    expect(lab01.run(check)).to_contain_text("workshop reset 01-setup")


def test_a_terminal_in_jupyterlab_finds_the_command(lab01: LabPage) -> None:
    cell = lab01.cell_with("show_progress")
    lab01.type_answer(cell, "!workshop progress 00  # show_progress")
    expect(cell.locator(".jp-Cell-outputArea")).to_contain_text("0 of 4 exercises solved")
