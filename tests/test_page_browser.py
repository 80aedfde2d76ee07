"""People draw on the page: with mouse, finger and keys, on a telephone, on a failing server.

What reads the digits here is the nearest of the tests' own drawings; test_served_page.py has the
real service. In both the drawing takes the whole road through a real Chromium.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.drawing_pages import Pad, Server, nearest_drawing, page_served, touch
from tests.jupyter import chromium, find_chromium

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]

SEVEN = [[[0.2, 0.2], [0.7, 0.2], [0.45, 0.85]]]
ONE = [[[0.5, 0.15], [0.5, 0.85]]]
SEVEN_BY_KEYS = [
    *["Home"] * 5,
    "Space",
    *["ArrowRight"] * 9,
    *["ArrowDown", "ArrowDown", "ArrowDown", "End"] * 3,
    "Space",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def server() -> Iterator[Server]:
    with page_served(nearest_drawing()) as running:
        yield running


@pytest.fixture
def problems() -> list[str]:
    """What the browser complains about; a refused script or style among it."""
    return []


@pytest.fixture
def page(browser: Browser, problems: list[str]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()


@pytest.fixture
def pad(page: Page, server: Server) -> Pad:
    return Pad.on(page, server.address)


@pytest.fixture
def telephone(browser: Browser, server: Server) -> Iterator[Pad]:
    context = browser.new_context(
        viewport={"width": 320, "height": 568}, has_touch=True, is_mobile=True
    )
    yield Pad.on(context.new_page(), server.address)
    context.close()


def test_a_digit_drawn_with_the_mouse_is_read_and_its_bars_add_up(
    pad: Pad, problems: list[str]
) -> None:
    pad.draw(SEVEN)
    assert pad.answer() == "7"
    assert sum(int(text.removesuffix(" %")) for text in pad.bars()) == pytest.approx(100, abs=5)
    expect(pad.root.locator(".pad-best")).to_contain_text("7")
    assert problems == []


def test_the_bars_live_while_the_pen_is_down(pad: Pad, server: Server) -> None:
    points = pad.on_screen(SEVEN)[0]
    pad.page.mouse.move(*points[0])
    pad.page.mouse.down()
    pad.page.mouse.move(*points[1])
    assert pad.answer() != ""
    before = server.asked.count("/predict")
    pad.page.mouse.move(*points[2])
    assert pad.answer() == "7"
    assert server.asked.count("/predict") > before
    pad.page.mouse.up()


def test_the_picture_that_the_network_sees_is_shown(pad: Pad) -> None:
    pad.draw(SEVEN)
    pad.answer()
    seen = pad.root.get_by_role("img", name="What the network sees: 28 by 28 pixels")
    light = seen.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data]"
        ".filter((v, n) => n % 4 === 0 && v > 0).length"
    )
    assert 60 < light < 300


def test_undo_takes_the_last_stroke_and_brings_back_what_was_cleared(pad: Pad) -> None:
    pad.draw(SEVEN)
    seven = pad.ink()
    pad.draw([[[0.2, 0.5], [0.8, 0.5]]])
    undo = pad.root.get_by_role("button", name="Undo")
    undo.click()
    assert pad.ink() == seven
    pad.root.get_by_role("button", name="Clear").click()
    assert pad.ink() == 0
    assert set(pad.bars()) == {""}
    undo.click()
    assert pad.ink() == seven
    assert pad.answer() == "7"


def test_a_tap_leaves_a_dot(pad: Pad) -> None:
    pad.draw([[[0.5, 0.5]]])
    assert pad.answer() != ""
    assert pad.ink() > 0


def test_a_digit_is_drawn_read_and_undone_by_keyboard_alone(pad: Pad) -> None:
    pad.page.keyboard.press("Tab")
    expect(pad.paper).to_be_focused()
    for key in SEVEN_BY_KEYS:
        pad.page.keyboard.press(key)
    assert pad.answer() == "7"
    pad.page.keyboard.press("Backspace")
    assert set(pad.bars()) == {""}
    pad.page.keyboard.press("Tab")
    expect(pad.paper).not_to_be_focused()


def test_a_screen_reader_is_told_the_pen_and_then_the_answer(pad: Pad) -> None:
    status = pad.root.locator(".pad-status")
    expect(status).to_have_role("status")
    pad.paper.focus()
    pad.page.keyboard.press("Space")
    expect(status).to_have_text("Pen down, column 11, row 11 of 21.")
    pad.page.keyboard.press("Delete")
    pad.draw(ONE)
    expect(status).to_contain_text("a 1")


def test_a_finger_draws_without_moving_the_page_and_moves_it_elsewhere(telephone: Pad) -> None:
    session = telephone.page.context.new_cdp_session(telephone.page)
    scrolled = "window.scrollY"
    path = [telephone.on_screen([[[0.5, 0.15 + 0.02 * n]]])[0][0] for n in range(35)]
    before = telephone.page.evaluate(scrolled)
    touch(session, path)
    assert telephone.answer() == "1"
    assert telephone.page.evaluate(scrolled) == before
    touch(session, [[300, 500 - 10 * n] for n in range(35)])
    telephone.page.wait_for_function(f"{scrolled} > {before} + 50")


def test_a_telephone_shows_the_whole_width(telephone: Pad) -> None:
    telephone.draw(SEVEN)
    assert telephone.answer() == "7"
    assert telephone.page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_line_that_leaves_the_pad_comes_back_as_another_stroke(pad: Pad, server: Server) -> None:
    pad.draw([[[0.5, 0.5], [0.9, 0.5], [1.2, 0.5], [1.2, 0.8], [0.9, 0.8], [0.5, 0.8]]])
    pad.answer()
    pad.root.get_by_role("button", name="It is a 3").click()
    expect(pad.root.locator(".pad-taught")).to_contain_text("Kept as a 3")
    assert [len(stroke) for stroke in server.kept[0][1]] == [2, 2]


def test_a_wrong_answer_is_told_once(pad: Pad, server: Server) -> None:
    five = pad.root.get_by_role("button", name="It is a 5")
    expect(five).to_be_disabled()
    pad.draw(SEVEN)
    five.click()
    told = pad.root.locator(".pad-taught")
    expect(told).to_contain_text("Kept as a 5, for the next training; 1 so far")
    five.click()
    expect(told).to_contain_text("kept as a 5 already")
    assert [label for label, _ in server.kept] == [5]


def test_what_became_of_a_drawing_is_told_until_it_changes(pad: Pad) -> None:
    told = pad.root.locator(".pad-taught")
    pad.draw(ONE)
    pad.root.get_by_role("button", name="It is a 5").click()
    expect(told).to_contain_text("Kept as a 5")
    pad.draw(SEVEN)
    expect(told).to_be_empty()


def test_a_telephone_brings_into_view_what_became_of_a_drawing(telephone: Pad) -> None:
    telephone.draw(SEVEN)
    telephone.root.get_by_role("button", name="It is a 0").tap()
    expect(telephone.root.locator(".pad-taught")).to_be_in_viewport(ratio=1)


def test_a_slow_server_gets_one_question_at_a_time_and_then_the_newest(
    pad: Pad, server: Server
) -> None:
    server.seconds = 0.5
    pad.draw(SEVEN)
    assert pad.answer() == "7"
    assert server.most_at_once == 1


def test_a_server_that_has_had_enough_is_left_alone_for_a_while(pad: Pad, server: Server) -> None:
    server.refusal = (429, {"Retry-After": "2"}, "Too many requests.")
    pad.draw(ONE)
    alert = pad.root.get_by_role("alert")
    expect(alert).to_contain_text("It goes on in 2 seconds")
    server.refusal = None
    expect(alert).to_be_empty()
    assert pad.answer() == "1"


def test_a_refusal_is_shown_in_the_servers_own_words(pad: Pad, server: Server) -> None:
    server.refusal = (422, {}, "That is no drawing.")
    pad.draw(ONE)
    expect(pad.root.get_by_role("alert")).to_have_text("That is no drawing.")


def test_a_server_that_is_away_is_told_and_found_again(pad: Pad) -> None:
    pad.page.route("**/predict", lambda route: route.abort())
    pad.draw(ONE)
    alert = pad.root.get_by_role("alert")
    expect(alert).to_contain_text("does not answer")
    pad.page.unroute("**/predict")
    expect(alert).to_be_empty()
    assert pad.answer() == "1"


def test_no_request_leaves_the_server(pad: Pad, server: Server) -> None:
    asked: list[str] = []
    pad.page.on("request", lambda request: asked.append(request.url))
    pad.page.reload()
    pad.draw(ONE)
    pad.answer()
    assert asked
    assert all(url.startswith(server.address) for url in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(pad: Pad, scheme: str) -> None:
    pad.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    pad.draw(SEVEN)
    pad.answer()
    found = Axe().run(pad.page)
    assert found.violations_count == 0, found.generate_report()


def test_forced_colours_show_ink_on_paper(pad: Pad) -> None:
    pad.page.emulate_media(forced_colors="active")
    pad.draw(SEVEN)
    style = pad.paper.evaluate(
        "p => [getComputedStyle(p).color, getComputedStyle(p).backgroundColor]"
    )
    assert style[0] != style[1]
    assert pad.ink() > 0
