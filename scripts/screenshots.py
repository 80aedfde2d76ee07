"""Take the README's screenshots anew: `.venv/bin/python scripts/screenshots.py [lab] [page]`."""

import shutil
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from tests.drawing_pages import Pad  # noqa: E402
from tests.jupyter import LabPage, chromium, jupyterlab  # noqa: E402
from tests.serving import served  # noqa: E402
from workshop.data.drawings import all_drawings  # noqa: E402
from workshop.serving.choice import chosen_model  # noqa: E402

DOCS = REPOSITORY / "docs"
WINDOWS = {"desktop": (1000, 740), "phone": (360, 780)}

WRONG = """\
def normalise(images):
    \"\"\"(n, 28, 28) uint8 in 0…255 → float32 in 0…1.\"\"\"
    return images / 255"""


def lab_01() -> None:
    """A wrong answer and its feedback."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("labs", "solutions", "skeleton"):
            shutil.copytree(REPOSITORY / name, home / name)
        with jupyterlab(home) as address, chromium() as browser:
            lab = LabPage.open(browser, address, home / "labs" / "01_data.ipynb")
            lab.page.set_viewport_size({"width": 1200, "height": 760})
            for text in ("show_progress", "seed = 42", "load_mnist()"):
                lab.run(lab.cell_with(text))
            lab.type_answer(lab.cell_with("def normalise"), WRONG)
            lab.run(lab.cell_with("ex.normalise.check"))
            lab.cell_with("def normalise").scroll_into_view_if_needed()
            lab.page.screenshot(path=DOCS / "lab-01.png")


def drawing_page() -> None:
    """A hand-drawn seven, read by the course's own network."""
    seven = next(drawing for drawing in all_drawings() if drawing.digit == 7)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(chosen_model(None), Path(folder)) as service,
        chromium() as browser,
    ):
        for name, (width, height) in WINDOWS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            pad = Pad.on(page, service.address)
            pad.draw(seven.on_a_square(1))
            pad.answer()
            page.screenshot(path=DOCS / f"page-{name}.png")


if __name__ == "__main__":
    chosen = sys.argv[1:] or ["lab", "page"]
    if "lab" in chosen:
        lab_01()
    if "page" in chosen:
        drawing_page()
