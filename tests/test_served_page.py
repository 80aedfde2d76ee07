"""From `workshop serve` to a drawn digit: the real service, its own network, a real Chromium."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.drawing_pages import Pad
from tests.jupyter import chromium, find_chromium
from tests.serving import Served, served
from workshop.data.drawings import Strokes, all_drawings
from workshop.serving.choice import chosen_model
from workshop.serving.drawings import Drawings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the service keeps what people correct."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="module")
def service(folder: Path, real_mnist: str) -> Iterator[Served]:
    """The course's own network, behind the real service."""
    with served(chosen_model(None), folder) as running:
        yield running


@pytest.fixture(scope="module")
def pad(service: Served) -> Iterator[Pad]:
    """The page that the service serves."""
    with chromium() as browser:
        page = browser.new_page()
        yield Pad.on(page, service.address)
        page.close()


def fast(strokes: Strokes) -> Strokes:
    """As a fast hand draws it: Chromium tells each frame's last point, the page joins them."""
    return [[*stroke[:-1:3], stroke[-1]] for stroke in strokes]


def test_at_least_95_of_100_drawings_are_read_rightly(pad: Pad) -> None:
    drawings, wrong = all_drawings(), []
    for drawing in drawings:
        pad.draw(fast(drawing.on_a_square(1)))
        if (read := pad.answer()) != str(drawing.digit):
            wrong.append(f"{drawing} → {read}")
        pad.root.get_by_role("button", name="Clear").click()
    missed = Counter(name[0] for name in wrong)
    print(f"{len(wrong)} of {len(drawings)} read wrongly:", ", ".join(wrong) or "none")
    print("right by class:", {digit: 20 - missed[str(digit)] for digit in range(10)})
    assert len(wrong) <= 0.05 * len(drawings), wrong


def test_a_correction_becomes_a_labelled_digit(pad: Pad, folder: Path) -> None:
    pad.draw([[[0.2, 0.2], [0.7, 0.2], [0.45, 0.85]]])
    assert pad.answer() == "7"
    pad.root.get_by_role("button", name="It is a 1").click()
    expect(pad.root.locator(".pad-taught")).to_contain_text("Kept as a 1")
    images, labels = Drawings(folder / "drawings.sqlite").read()
    assert images.shape == (1, 28, 28)
    assert labels.tolist() == [1]
