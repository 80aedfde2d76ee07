"""Take the README's screenshots anew: `.venv/bin/python scripts/screenshots.py`."""

import shutil
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from tests.jupyter import LabPage, chromium, jupyterlab  # noqa: E402

WRONG = """\
def normalise(images):
    \"\"\"(n, 28, 28) uint8 in 0…255 → float32 in 0…1.\"\"\"
    return images / 255"""


def main() -> None:
    """Lab 01 with a wrong answer and its feedback."""
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
            lab.page.screenshot(path=REPOSITORY / "docs" / "lab-01.png")


if __name__ == "__main__":
    main()
