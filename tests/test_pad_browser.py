"""A learner draws in a real JupyterLab, and the model in the kernel reads it."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from tests.drawing_pages import Pad
from tests.jupyter import LabPage, chromium, find_chromium, jupyterlab

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]

SEVEN = [[[0.2, 0.2], [0.7, 0.2], [0.45, 0.85]]]
CELLS = [
    "import numpy as np\nfrom workshop.pad import Pad\nlearned = 7",
    "pad = Pad(lambda pictures: np.eye(10)[[learned]])\npad",
    "learned = 3  # trained on",
    "print('kept:', [kept.label for kept in pad.corrections], pad.picture.max())",
]


@pytest.fixture
def lab(course: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabPage]:
    """A notebook with a pad in it, open in the browser."""
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    path = course / "labs" / "pad.ipynb"
    nbformat.write(notebook, path)
    with jupyterlab(course) as address, chromium() as browser:
        yield LabPage.open(browser, address, path)


def test_the_pad_reads_with_the_live_model_and_keeps_what_it_is_told(lab: LabPage) -> None:
    requests: list[str] = []
    lab.page.on("request", lambda request: requests.append(request.url))
    lab.run(lab.cell_with("import numpy"))
    lab.run(lab.cell_with("pad = Pad"))
    pad = Pad(lab.page, lab.page.locator(".pad"))
    expect(pad.paper).to_be_visible()
    pad.draw(SEVEN)
    assert pad.answer() == "7"

    lab.run(lab.cell_with("trained on"))
    pad.draw([[[0.3, 0.5], [0.6, 0.5]]])
    assert pad.answer() == "3"

    pad.root.get_by_role("button", name="It is a 7").click()
    expect(pad.root.locator(".pad-taught")).to_contain_text("Kept in pad.corrections as a 7")
    expect(lab.run(lab.cell_with("print('kept"))).to_contain_text("kept: [7] 255")
    assert all("127.0.0.1" in url or url.startswith(("data:", "blob:")) for url in requests)


def test_keys_typed_into_the_pad_draw_and_do_nothing_else(lab: LabPage) -> None:
    lab.run(lab.cell_with("import numpy"))
    lab.run(lab.cell_with("pad = Pad"))
    pad = Pad(lab.page, lab.page.locator(".pad"))
    expect(pad.paper).to_be_visible()
    pad.paper.focus()
    for key in ["Space", "ArrowDown", "ArrowDown", "d", "d", "x", "0", "0", "ArrowDown", "Space"]:
        lab.page.keyboard.press(key)
    assert pad.answer() == "7"
    expect(lab.page.locator(".jp-Dialog")).to_have_count(0)
    expect(lab.page.locator(".jp-CodeCell")).to_have_count(len(CELLS))
