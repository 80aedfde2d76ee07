"""The board, served: real requests over HTTP, good ones and bad ones."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.leaderboards import ADA, entry, quick_board, served
from tests.networks import saved, tiny_network
from workshop.leaderboard import Leaderboard, RefusedEntry, post
from workshop.leaderboard.room import MOST_WRONG_WORDS, SIGNS, Door, new_word
from workshop.leaderboard.server import USUAL_PORT, Service, announcement, serve
from workshop.machine import PortTaken, free_port, port_is_free
from workshop.untrusted.model_file import LARGEST_FILE

__all__ = ["quick_board"]  # a fixture

WORD = "k7m-pq2"
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    saved(tiny_network(), folder)
    return folder / "network.keras"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def error(self) -> str:
        return str(json.loads(self.text)["error"])


def ask(
    address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    request = urllib.request.Request(address, data=body, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return Answer(answer.status, answer.read().decode(), dict(answer.headers))
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode(), dict(error.headers))


def form(fields: Mapping[str, str], file: bytes | None) -> tuple[bytes, dict[str, str]]:
    """A form as a browser sends it."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file is not None:
        head = 'name="file"; filename="network.keras"\r\nContent-Type: application/octet-stream'
        parts.append(f"--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + file)
        parts.append(b"\r\n")
    return b"".join([*parts, b"--edge--\r\n"]), {
        "Content-Type": "multipart/form-data; boundary=edge"
    }


def send(address: str, file: bytes | None, **fields: str) -> Answer:
    body, headers = form({"name": "Ada", **fields}, file)
    return ask(f"{address}/entries", body, headers | JSON)


# Looking


def test_the_page_shows_every_entry_with_a_picture_that_is_told(quick_board: Leaderboard) -> None:
    quick_board.store.add(ADA)
    with served(quick_board) as address:
        page = ask(address)
    assert page.status == 200
    assert '<html lang="en">' in page.text
    assert '<th scope="row">Ada' in page.text
    assert 'alt="MNIST: accuracy against number of parameters' in page.text


def test_the_page_asks_the_network_for_nothing_and_says_so(quick_board: Leaderboard) -> None:
    quick_board.store.add(ADA)
    with served(quick_board) as address:
        page = ask(address)
    assert not re.search(r"https?://|url\(|@import", page.text)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_name_on_the_page_is_text_and_never_html(quick_board: Leaderboard) -> None:
    quick_board.store.add(entry("<img src=x>", 10, 10))
    with served(quick_board) as address:
        assert "<img src=x>" not in ask(address).text
        assert "&lt;img src=x&gt;" in ask(f"{address}/boards").text


def test_boards_that_have_not_changed_are_not_sent_again(quick_board: Leaderboard) -> None:
    with served(quick_board) as address:
        first = ask(f"{address}/boards")
        seen = {"If-None-Match": first.headers["Etag"]}
        assert ask(f"{address}/boards", headers=seen).status == 304
        quick_board.store.add(ADA)
        assert "Ada" in ask(f"{address}/boards", headers=seen).text


def test_the_entries_are_there_as_json_without_the_secret(quick_board: Leaderboard) -> None:
    quick_board.store.add(ADA)
    with served(quick_board) as address:
        text = ask(f"{address}/entries").text
    assert json.loads(text)["entries"][0]["accuracy"] == 90.0
    assert quick_board.store.seed().hex() not in text


# Sending


def test_a_form_with_a_file_makes_an_entry_and_leads_back_to_the_page(
    quick_board: Leaderboard, tiny_file: Path
) -> None:
    body, headers = form({"name": "Ada", "dataset": "mnist"}, tiny_file.read_bytes())
    with served(quick_board) as address:
        page = ask(f"{address}/entries", body, headers)  # urllib follows to the page
    assert "Ada: 75.00 % of 200 pictures read right" in page.text
    assert [e.name for e in quick_board.entries("mnist")] == ["Ada"]


def test_a_notebook_posts_a_path_or_a_model_and_gets_the_entry(
    quick_board: Leaderboard, tiny_file: Path
) -> None:
    with served(quick_board, WORD) as address:
        sent = post(address, tiny_file, name="Zoë", word="K7MPQ2")
        again = quick_board.post(address, tiny_network(), name="Ada", word=WORD)
    assert sent == again == quick_board.entries("mnist")[0]


def test_a_notebook_gets_the_boards_own_sentence(
    quick_board: Leaderboard, tiny_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "words.keras").write_text("words")
    with served(quick_board) as address:
        with pytest.raises(RefusedEntry, match="no whole zip archive") as refused:
            post(address, tmp_path / "words.keras", name="Ada")
        assert refused.value.status == 415
    with pytest.raises(ConnectionError, match="No leaderboard answers"):
        post(address, tiny_file, name="Ada")


def test_a_number_cannot_be_posted(quick_board: Leaderboard) -> None:
    with served(quick_board) as address:
        body = b'{"name": "Ada", "accuracy": 100}'
        answer = ask(f"{address}/entries", body, JSON | {"Content-Type": "application/json"})
        assert answer.status == 415
        assert send(address, None, accuracy="100", right="200").status == 400
    assert quick_board.entries("mnist") == []


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"name": ""}, 400, "needs a name"),
        ({"name": "<b>"}, 400, "not accepted"),
        ({"name": "x" * 99}, 400, "24"),
        ({"dataset": "imagenet"}, 400, "mnist, fashion"),
    ],
)
def test_a_form_with_a_wrong_field_is_refused_by_a_sentence(
    quick_board: Leaderboard, tiny_file: Path, fields: dict[str, str], status: int, said: str
) -> None:
    with served(quick_board) as address:
        answer = send(address, tiny_file.read_bytes(), **fields)
    assert answer.status == status
    assert said in answer.error


def test_a_form_that_cannot_be_read_is_refused(quick_board: Leaderboard) -> None:
    with served(quick_board) as address:
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
            answer = ask(f"{address}/entries", b"nonsense", JSON | {"Content-Type": kind})
            assert answer.status == 400


def test_a_file_that_is_too_large_is_refused_with_413(quick_board: Leaderboard) -> None:
    with served(quick_board) as address:
        answer = send(address, bytes(LARGEST_FILE + 200_000))
    assert answer.status == 413
    assert "20 MB" in answer.error


def test_a_network_that_is_not_accepted_is_refused_with_422_on_the_page_too(
    quick_board: Leaderboard, tmp_path: Path
) -> None:
    import keras

    network = tiny_network()
    network.add(keras.layers.Lambda(lambda x: x))
    body, headers = form({"name": "Ada"}, saved(network, tmp_path))
    with served(quick_board) as address:
        answer = ask(f"{address}/entries", body, headers)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert "`Lambda`" in answer.text


def test_when_all_seats_are_taken_the_next_one_is_told_to_wait(
    quick_board: Leaderboard, tiny_file: Path
) -> None:
    with served(quick_board, seats=0) as address:
        answer = send(address, tiny_file.read_bytes())
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "60"


def test_a_seat_is_given_back(quick_board: Leaderboard, tiny_file: Path) -> None:
    with served(quick_board, seats=1) as address:
        statuses = [send(address, tiny_file.read_bytes()).status for _ in range(3)]
    assert statuses == [201, 201, 201]


# The room


def test_without_the_word_of_the_room_nobody_can_send(
    quick_board: Leaderboard, tiny_file: Path
) -> None:
    with served(quick_board, WORD) as address:
        for word in ("", "wrong", "k7m-pq3"):
            assert send(address, tiny_file.read_bytes(), word=word).status == 403
        assert send(address, tiny_file.read_bytes(), word=" K7M PQ2 ").status == 201
        assert WORD not in ask(address).text


def test_the_word_cannot_be_guessed_one_after_the_other() -> None:
    door = Door(WORD)
    for _ in range(MOST_WRONG_WORDS):
        with pytest.raises(RefusedEntry, match="not the word"):
            door.check("wrong", "192.0.2.7")
    with pytest.raises(RefusedEntry, match="Too many"):
        door.check(WORD, "192.0.2.7")
    door.check(WORD, "192.0.2.8")  # another address is not held up


def test_every_room_has_a_word_of_its_own_that_is_easy_to_read_out() -> None:
    words = {new_word() for _ in range(200)}
    assert len(words) == 200
    assert all(re.fullmatch(f"[{SIGNS}]{{3}}-[{SIGNS}]{{3}}", word) for word in words)


def test_the_form_of_another_page_is_refused(quick_board: Leaderboard, tiny_file: Path) -> None:
    body, headers = form({"name": "Ada"}, tiny_file.read_bytes())
    with served(quick_board) as address:
        for strange in ({"Origin": "http://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            assert ask(f"{address}/entries", body, headers | JSON | strange).status == 403
        own = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
        assert ask(f"{address}/entries", body, headers | JSON | own).status == 201


def test_a_board_of_this_computer_answers_to_no_other_name(quick_board: Leaderboard) -> None:
    with served(quick_board) as address:
        assert ask(address, headers={"Host": "elsewhere.example"}).status == 403
    with served(quick_board, WORD) as address:
        assert ask(address, headers={"Host": "192.168.1.20:8900"}).status == 200


def test_only_a_room_is_told_a_word(quick_board: Leaderboard) -> None:
    alone = announcement(8900, Service(quick_board))
    assert "http://127.0.0.1:8900/" in alone
    assert "word" not in alone
    assert f"word      {WORD}" in announcement(8900, Service(quick_board, Door(WORD)))


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert serve(taken) == 1
        assert str(taken) in capsys.readouterr().err
    with pytest.raises(PortTaken, match="65535"):
        free_port(70_000, USUAL_PORT)
    assert port_is_free(free_port(None, USUAL_PORT))


def test_a_file_that_is_no_board_is_told_before_anything_is_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.sqlite").write_text("notes")
    assert serve(board=Leaderboard(tmp_path / "notes.sqlite")) == 1
    assert "notes.sqlite" in capsys.readouterr().err
