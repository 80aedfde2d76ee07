"""A learner sends a network from a telephone and finds it on the board."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.jupyter import chromium, find_chromium
from tests.leaderboards import entry, served
from tests.networks import saved, tiny_network
from workshop.leaderboard import Leaderboard

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium is installed here"),
]

WORD = "k7m-pq2"
SCORING_MILLISECONDS = 150_000


def send(page: Page, file: Path, word: str) -> None:
    """Fill the form in as its labels say, and send it."""
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Word of the room").fill(word)
    page.get_by_role("button", name="Send and score").click()


def test_a_learner_sends_a_file_from_a_telephone_and_sees_it_in_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    saved(tiny_network(), tmp_path)
    board = Leaderboard(tmp_path / "board.sqlite")
    board.store.add(entry("Wilhelmine-Charlotte XXI", 1_000, 150))
    problems: list[str] = []
    with served(board, WORD) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        send(page, tmp_path / "network.keras", WORD)
        expect(page.get_by_role("status")).to_contain_text("being scored")
        expect(page.get_by_role("status")).to_contain_text("Ada:", timeout=SCORING_MILLISECONDS)
        row = page.get_by_role("row", name="Ada")
        expect(row).to_contain_text("7,850")
        picture = page.get_by_role("img", name="stand-in digits: accuracy against number")
        expect(picture).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert problems == []

        send(page, tmp_path / "network.keras", "wrong")
        expect(page.get_by_role("alert")).to_contain_text("not the word of the room")
    assert [e.name for e in board.entries("mnist", "stand-in")] == ["Ada"]


def test_the_form_works_without_javascript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    (tmp_path / "words.keras").write_text("words")
    board = Leaderboard(tmp_path / "board.sqlite")
    with served(board, WORD) as address, chromium() as browser:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(address)
        send(page, tmp_path / "words.keras", WORD)
        expect(page.get_by_role("alert")).to_contain_text("no whole zip archive")
