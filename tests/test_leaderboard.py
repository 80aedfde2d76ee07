"""The board: entries are networks, the best are on the front, and nothing is lost or mixed."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.leaderboards import ADA, entry, quick_board
from tests.networks import saved, tiny_network
from workshop import cli
from workshop.data import NoData
from workshop.data.changed import Change, changed
from workshop.data.dataset import FASHION_MNIST
from workshop.leaderboard import Entry, Leaderboard, NotABoard, RefusedEntry, board, digits
from workshop.leaderboard.digits import unseen_digits
from workshop.leaderboard.drawing import draw_board
from workshop.leaderboard.entry import ranked
from workshop.leaderboard.names import checked_name
from workshop.leaderboard.store import MOST_PER_NAME, Store

__all__ = ["quick_board"]  # a fixture

STARS = [
    entry("small", 1_000, 150),
    entry("large", 100_000, 190),
    entry("middle", 10_000, 170),
    entry("wasteful", 50_000, 160),
]


@pytest.fixture(scope="module")
def tiny_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    saved(tiny_network(), folder)
    return folder / "network.keras"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "board.sqlite")


def refusal(board: Leaderboard, model: Any, **others: Any) -> RefusedEntry:
    with pytest.raises(RefusedEntry) as refused:
        board.submit(model, **{"name": "Ada", **others})
    return refused.value


# Submitting


def test_a_file_becomes_an_entry_with_what_the_board_counted(
    quick_board: Leaderboard, tiny_file: Path
) -> None:
    entry = quick_board.submit(tiny_file, name="  Ada ")
    assert (entry.name, entry.right, entry.seen, entry.parameters) == ("Ada", 150, 200, 7850)
    assert entry.accuracy == 75
    assert entry.on_front
    assert quick_board.entries("mnist") == [entry]


def test_a_keras_model_is_saved_and_becomes_the_same_entry(
    quick_board: Leaderboard, tiny_file: Path
) -> None:
    entry = quick_board.submit(tiny_file, name="Ada")
    assert quick_board.submit(tiny_network(), name="Ada") == entry


def test_the_same_network_again_is_answered_with_the_entry_that_stands_there(
    quick_board: Leaderboard, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = quick_board.submit(tiny_file, name="Ada")
    monkeypatch.delattr(board, "answers_of")  # it is not run again
    assert quick_board.submit(tiny_file, name="Grace") == entry
    assert len(quick_board.entries("mnist")) == 1


def test_a_number_cannot_be_submitted(quick_board: Leaderboard) -> None:
    assert "float" in str(refusal(quick_board, 99.9))
    assert quick_board.entries("mnist") == []


def test_a_file_that_is_not_there_is_refused_by_name(quick_board: Leaderboard) -> None:
    refused = refusal(quick_board, "missing.keras")
    assert "missing.keras" in str(refused)
    assert "model.save" in str(refused)


def test_a_file_that_is_no_network_is_refused_with_415(
    quick_board: Leaderboard, tmp_path: Path
) -> None:
    (tmp_path / "words.keras").write_text("words")
    assert refusal(quick_board, tmp_path / "words.keras").status == 415


def test_an_unknown_dataset_is_refused(quick_board: Leaderboard, tiny_file: Path) -> None:
    refused = refusal(quick_board, tiny_file, dataset="imagenet")
    assert "mnist, fashion" in str(refused)
    assert refused.status == 400


def test_without_fashion_mnist_a_sentence_says_so(
    tmp_path: Path, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASHION_MNIST_NPZ", "stand-in")
    refused = refusal(Leaderboard(tmp_path / "b.sqlite"), tiny_file, dataset="fashion")
    assert "Fashion-MNIST is not on this computer" in str(refused)
    assert isinstance(refused.__cause__, NoData)
    assert FASHION_MNIST.variable in str(refused)


def test_nobody_has_more_entries_than_allowed(quick_board: Leaderboard, tiny_file: Path) -> None:
    for number in range(MOST_PER_NAME):
        quick_board.store.add(entry("ADA", number, 1))
    assert refusal(quick_board, tiny_file).status == 429


@pytest.mark.slow
def test_a_real_network_is_really_scored_on_a_whole_board(
    tmp_path: Path, tiny_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    board = Leaderboard(tmp_path / "board.sqlite")
    entry = board.submit(tiny_file, name="Ada")
    assert (entry.digits, entry.seen, entry.parameters) == ("stand-in", 10_000, 7850)
    assert 0 < entry.accuracy < 40  # untrained
    seed = board.store.seed()
    unseen = unseen_digits("mnist", seed)
    answers = tiny_network().predict(unseen.images, verbose=0, batch_size=500).argmax(axis=1)
    assert abs(int((answers == unseen.labels).sum()) - entry.right) <= 2


# Names


@pytest.mark.parametrize("name", ["Ada", "Zoë", "李雷", "Jean-Luc O'Neil", "team_7", "नमस्ते"])
def test_names_of_any_language_are_accepted(name: str) -> None:
    assert checked_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "  ", "x" * 25, "<b>Ada</b>", "A\u202eda", "A\u200bda", "Ada\x00", "---", 7, None]
)
def test_names_that_hide_or_shout_are_refused(name: object) -> None:
    with pytest.raises(RefusedEntry) as refused:
        checked_name(name)
    assert refused.value.status == 400


# The front


def test_the_front_holds_who_is_beaten_by_nobody_best_first() -> None:
    order = ranked(STARS)
    assert [e.name for e in order] == ["large", "middle", "wasteful", "small"]
    assert [e.name for e in order if e.on_front] == ["large", "middle", "small"]


def test_of_two_equally_good_networks_the_smaller_one_is_on_the_front() -> None:
    order = ranked([entry("large", 2000, 150), entry("small", 1000, 150)])
    assert [(e.name, e.on_front) for e in order] == [("small", True), ("large", False)]


def test_two_that_are_equal_in_both_share_the_front() -> None:
    assert all(e.on_front for e in ranked([entry("a", 1000, 150), entry("b", 1000, 150)]))


# The picture and the table


def test_the_picture_tells_the_front_in_numbers() -> None:
    alt = draw_board(ranked(STARS)).alt
    assert alt.startswith("MNIST: accuracy against number of parameters, 4 entries.")
    assert "small, 1,000 parameters: 75.00 %; middle, 10,000" in alt
    assert alt.endswith("Behind it: 1 more.")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("right", [0, 1, 200])
def test_a_picture_is_drawn_also_at_the_ends_of_the_scale(right: int, narrow: bool) -> None:
    only = ranked([entry("only", 0, right)])
    width, height = draw_board(only, narrow=narrow).size
    assert (width > height) is not narrow


def test_without_an_entry_there_is_a_sentence_and_no_picture(tmp_path: Path) -> None:
    board = Leaderboard(tmp_path / "board.sqlite")
    assert "Be the first" in str(board)
    assert "Be the first" in board._repr_html_()
    with pytest.raises(ValueError, match="no entry yet"):
        board.picture("mnist")
    assert not (tmp_path / "board.sqlite").exists()  # looking makes no file


def test_the_table_lists_every_board_for_itself(store: Store) -> None:
    for kind, name in (("real", "Ada"), ("stand-in", "Grace")):
        store.add(entry(name, 1000, 150, digits=kind))
    store.add(entry("Lin", 1000, 150, dataset="fashion"))
    text, page = str(Leaderboard(store.path)), Leaderboard(store.path)._repr_html_()
    for title in ("MNIST ·", "MNIST, stand-in digits ·", "Fashion-MNIST ·"):
        assert title in text
        assert title in page
    assert "75.00 %" in text


def test_names_are_shown_as_they_are_and_never_as_html(store: Store) -> None:
    store.add(entry("<script>", 1000, 150))
    assert "<script>" not in Leaderboard(store.path)._repr_html_()


# The file


def test_entries_on_stand_in_digits_never_compete_with_real_ones(store: Store) -> None:
    store.add(entry("real", 1000, 150))
    store.add(entry("stand-in", 1000, 190, digits="stand-in"))
    assert [e.name for e in store.entries("mnist", "real")] == ["real"]
    assert [e.name for e in store.entries("mnist")] == ["stand-in"]  # the latest one
    assert all(e.on_front for e in store.entries("mnist", "real"))
    assert store.entries("fashion") == []


def test_an_entry_comes_back_from_the_file_as_it_went_in(store: Store) -> None:
    kept = store.add(ADA)
    assert Store(store.path).entries("mnist") == [kept]
    assert kept.when == ADA.when


def test_every_board_has_a_secret_of_its_own_that_stays(tmp_path: Path) -> None:
    one, other = Store(tmp_path / "1.sqlite"), Store(tmp_path / "2.sqlite")
    assert one.seed() == Store(one.path).seed() != other.seed()
    assert one.seed().hex() not in repr(Leaderboard(one.path)) + repr(one)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_its_owner_can_read_a_boards_file(store: Store) -> None:
    store.seed()
    assert store.path.stat().st_mode & 0o077 == 0


def test_numbers_that_cannot_be_are_kept_out_by_the_file_itself(store: Store) -> None:
    for impossible in ({"right": 201}, {"seen": 0}, {"digits": "made up"}, {"name": ""}):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            store.add(replace(ADA, **impossible))  # type: ignore[arg-type]
    assert store.entries("mnist") == []


@pytest.mark.parametrize("content", [b"notes of somebody", b"x" * 5000])
def test_a_file_that_is_no_board_is_refused_by_name_and_left_alone(
    store: Store, content: bytes
) -> None:
    store.path.write_bytes(content)
    with pytest.raises(NotABoard, match=r"board\.sqlite"):
        store.add(ADA)
    assert store.path.read_bytes() == content


def test_a_database_of_something_else_is_refused_and_left_alone(store: Store) -> None:
    database = sqlite3.connect(store.path)
    database.execute("CREATE TABLE entries (mine TEXT)")
    database.close()
    before = store.path.read_bytes()
    with pytest.raises(NotABoard, match="no leaderboard"):
        store.add(ADA)
    assert store.path.read_bytes() == before


def test_a_board_of_another_version_is_refused_and_left_alone(store: Store) -> None:
    store.add(ADA)
    database = sqlite3.connect(store.path)
    database.execute("PRAGMA user_version = 7")
    database.close()
    with pytest.raises(NotABoard, match="version 7"):
        store.entries("mnist")


SENDER = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from workshop.leaderboard import Entry, RefusedEntry
from workshop.leaderboard.store import Store
path, name = Path(sys.argv[1]), sys.argv[2]
sys.stdin.read(1)
store, refused = Store(path), 0
for number in range(30):
    for owner in (name, "both") if number < 18 else ("both",):
        sha256 = f"{owner if owner != 'both' or number < 2 else owner + name}{number}".ljust(64)
        try:
            store.add(Entry(owner, "mnist", "real", 1, 1, 2, sha256, datetime.now(UTC)))
        except RefusedEntry:
            refused += 1
print(refused, store.seed().hex())
"""


def test_two_processes_that_send_at_once_lose_nothing_and_share_one_board(store: Store) -> None:
    command = [sys.executable, "-c", SENDER, str(store.path)]
    pipe = subprocess.PIPE
    senders = [
        subprocess.Popen([*command, name], stdin=pipe, stdout=pipe, text=True)
        for name in ("one", "two")
    ]
    said = [sender.communicate("x")[0].split() for sender in senders]
    names = [e.name for e in store.entries("mnist")]
    assert (names.count("one"), names.count("two")) == (18, 18)
    assert names.count("both") == MOST_PER_NAME
    assert {seed for _, seed in said} == {store.seed().hex()}
    assert sum(int(refused) for refused, _ in said) == 60 - 2 - MOST_PER_NAME


# The pictures


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """Sixty pictures instead of 70,000: random blots."""
    images = np.random.default_rng(0).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    labels = np.arange(60, dtype=np.uint8) % 10
    monkeypatch.setattr(digits, "load_mnist", lambda **_: ((images, labels), (images, labels)))
    monkeypatch.setenv("MNIST_NPZ", "stand-in")
    return images, labels


def test_one_seed_gives_one_set_of_pictures_and_another_seed_another(few: Any) -> None:
    once, again, other = (unseen_digits("mnist", bytes([n]) * 32) for n in (1, 1, 2))
    np.testing.assert_array_equal(once.images, again.images)
    assert (once.labels != other.labels).any()
    assert once.kind == "stand-in"


def test_every_picture_keeps_its_label_in_the_new_order(
    few: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    images, labels = few
    still = partial(changed, change=Change(0, 0, 0, 0, 0))
    monkeypatch.setattr(digits, "changed", still)
    unseen = unseen_digits("mnist", b"seed")
    label_of = {image.tobytes(): label for image, label in zip(images, labels, strict=True)}
    plain = (unseen.images * 255).round().astype(np.uint8)
    assert [label_of[image.tobytes()] for image in plain] == unseen.labels.tolist()
    assert (unseen.labels != labels).any()


def test_every_picture_is_changed_in_its_own_way_and_only_a_little() -> None:
    stroke = np.zeros((40, 28, 28), np.uint8)
    stroke[:, 6:22, 12:16] = 255
    new = changed(stroke, np.random.default_rng(0))
    assert new.dtype == np.float32
    assert (new.min(), new.max()) == (0, 1)
    assert len({image.tobytes() for image in new}) == 40
    kept = (new * (stroke / 255)).sum(axis=(1, 2)) / (stroke / 255).sum(axis=(1, 2))
    assert kept.min() > 0.6
    assert new.sum(axis=(1, 2)).mean() == pytest.approx(16 * 4, rel=0.1)


# The command line


@pytest.fixture
def own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "own.sqlite"
    monkeypatch.setenv("WORKSHOP_LEADERBOARD", str(path))
    return path


def test_the_command_shows_the_board(own_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store(own_file).add(ADA)
    assert cli.main(["leaderboard"]) == 0
    assert "Ada    90.00 %       7,850     20  ★ front" in capsys.readouterr().out


def test_the_command_submits_and_says_the_place(
    quick_board: Leaderboard, own_file: Path, tiny_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Store(own_file).add(ADA)
    assert cli.main(["leaderboard", "submit", str(tiny_file), "--name", "Grace"]) == 0
    assert "Grace: 75.00 % of 200 pictures" in capsys.readouterr().out
    assert cli.main(["leaderboard", "submit", str(tiny_file), "--name", "Lin"]) == 0
    said = capsys.readouterr().out
    assert "on the board already. Grace:" in said
    assert "Place 2 of 2." in said


def test_the_command_says_why_it_refuses(
    own_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["leaderboard", "submit", "missing.keras", "--name", "Ada"]) == 2
    assert "missing.keras" in capsys.readouterr().err
    own_file.write_text("notes")
    assert cli.main(["leaderboard"]) == 2
    assert "own.sqlite" in capsys.readouterr().err


def test_the_board_lies_beside_the_progress(tmp_path: Path) -> None:
    assert Leaderboard().store.path == tmp_path / "leaderboard.sqlite"


def test_an_address_in_the_place_of_a_file_is_told_what_to_do() -> None:
    with pytest.raises(ValueError, match=r"post\('http://192.0.2.1:8900'"):
        Leaderboard("http://192.0.2.1:8900")


def test_importing_the_board_does_not_import_keras() -> None:
    code = "import sys, workshop.leaderboard; print({'keras', 'tensorflow'} & sys.modules.keys())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_an_entry_names_what_a_notebook_asks_for() -> None:
    assert isinstance(ADA, Entry)
    assert (ADA.name, ADA.digits, ADA.accuracy) == ("Ada", "real", 90.0)
