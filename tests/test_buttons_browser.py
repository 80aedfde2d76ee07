"""A learner packs in one JupyterLab, downloads, and restores in another one, with the keyboard."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from tests.jupyter import LabPage, chromium, find_chromium, jupyterlab

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]

LONGER_THAN_JUPYTERS_LIMIT = 12 * 1024 * 1024
START_HERE = "00_start_here.ipynb"
PACKING = 30_000


def buttons(page: LabPage) -> Locator:
    """The two buttons of lab 00, shown."""
    shown = page.run(page.cell_with("take_along"))
    expect(shown.get_by_role("button", name="Pack my work")).to_be_visible(timeout=PACKING)
    return shown


def download(page: LabPage, shown: Locator, folder: Path) -> Path:
    """What arrives after Enter on the first button, and Enter on the link."""
    shown.get_by_role("button", name="Pack my work").press("Enter")
    link = shown.get_by_role("link", name="Download my-work")
    expect(link).to_be_visible(timeout=PACKING)
    with page.page.expect_download() as coming:
        link.press("Enter")
    arrived = folder / coming.value.suggested_filename
    coming.value.save_as(arrived)
    return arrived


def choose(page: LabPage, shown: Locator, file: Path) -> None:
    """Press Enter on the second button, and choose a file."""
    with page.page.expect_file_chooser() as chooser:
        shown.get_by_role("button", name="Restore packed work").press("Enter")
    chooser.value.set_files(file)


def test_work_goes_from_one_jupyterlab_into_another(course: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(course, tmp_path / "elsewhere")
    answers = course / "labs" / "01_data.ipynb"
    answers.write_bytes(answers.read_bytes() + b"\n")
    model = course / "labs" / "models" / "05_cnn.keras"
    model.parent.mkdir()
    model.write_bytes(np.random.default_rng(0).bytes(LONGER_THAN_JUPYTERS_LIMIT))

    with chromium() as browser:
        with jupyterlab(course) as address:
            here = LabPage.open(browser, address, course / "labs" / START_HERE)
            file = download(here, buttons(here), tmp_path)
        with jupyterlab(elsewhere) as address:
            there = LabPage.open(browser, address, elsewhere / "labs" / START_HERE)
            shown = buttons(there)
            choose(there, shown, file)
            told = shown.get_by_role("status")
            expect(told).to_contain_text("Restored", timeout=PACKING)
            expect(told).to_contain_text("Brought back: labs/01_data.ipynb")

    for name in ("01_data.ipynb", "models/05_cnn.keras"):
        assert (elsewhere / "labs" / name).read_bytes() == (course / "labs" / name).read_bytes()
