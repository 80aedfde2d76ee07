"""The pages in a real browser: axe finds nothing to say, nothing is fetched, nothing runs."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.jupyter import chromium, find_chromium
from tests.synthetic_grades import empty, graded, refused, with_cells
from tests.test_grading_reports_similarity import COPY, HELPER
from workshop.grading.reports import write_reports

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]
NAME = "Zoë <script>document.title = 'broken'</script>"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A small class: every outcome, a long line, a refused file and a passage in common."""
    long = with_cells(empty("01"), f"normalise = lambda x: {' + '.join(['x'] * 200)}")
    grades = [
        graded("ana", "pnoe", notebook=with_cells(empty("01"), HELPER)),
        graded("ana", "pn", "00"),
        graded("ben", "nnpp", notebook=with_cells(empty("01"), COPY)),
        graded(NAME, "e", notebook=long),
        refused("cem"),
    ]
    write_reports(grades, tmp_path)
    return tmp_path


def test_everybody_can_use_the_pages(report: Path) -> None:
    pages = sorted(report.rglob("*.html"))
    assert len(pages) == 6
    with chromium() as browser:
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
            problems: list[str] = []
            asked: list[str] = []
            page.on("console", lambda message, to=problems: to.append(message.text))
            page.on("request", lambda request, to=asked: to.append(request.url))
            for path in pages:
                page.goto(path.as_uri())
                assert page.title() != "broken"
                assert page.evaluate("document.documentElement.scrollWidth") == 390
                found = Axe().run(page)
                assert found.violations_count == 0, f"{path.name}: {found.generate_report()}"
            assert problems == []
            assert asked == [path.as_uri() for path in pages]
            page.close()
