"""A scoring job: each item once, in whole chunks, however often it runs or is killed."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests import postgres
from tests.postgres import Cluster
from tests.scoring import FakeModel, command, digits, frozen_model, rows, run_score, save_pictures
from workshop.scoring.item import ScoringError
from workshop.scoring.job import score
from workshop.scoring.opening import open_source
from workshop.scoring.store import Run, Store

EVERYTHING = "SELECT * FROM predictions ORDER BY item, model_sha256"
MODEL = FakeModel.named("plain")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with postgres.cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/predictions.db"
    elif reason := postgres.why_no_postgres():
        pytest.skip(reason)
    else:
        with request.getfixturevalue("cluster").database() as address:
            yield address


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return save_pictures(tmp_path / "pictures", digits(20))


def scored(folder: Path, url: str, model: FakeModel = MODEL, chunk: int = 8) -> Run:
    with Store(url) as store:
        return score(open_source(folder), model, store, chunk)


# Twice


def test_every_item_gets_its_own_answer(pictures: Path, url: str) -> None:
    scored(pictures, url)
    stored = rows(url, "SELECT item, digit, p0, model_name FROM predictions ORDER BY item")
    wanted = [int(image[14, 14]) % 10 for image in digits(20)]
    assert [digit for _, digit, _, _ in stored] == wanted
    assert stored[3][0] == "00003.png"
    assert stored[3][2] == pytest.approx(0.55 if wanted[3] == 0 else 0.05)


def test_running_it_twice_changes_nothing(pictures: Path, url: str) -> None:
    scored(pictures, url)
    before = rows(url, EVERYTHING)
    model = FakeModel.named("plain")
    run = scored(pictures, url, model, chunk=3)
    assert (run.scored, run.known, model.seen) == (0, 20, 0)
    assert rows(url, EVERYTHING) == before


def test_another_model_adds_its_own_rows(pictures: Path, url: str) -> None:
    scored(pictures, url)
    before = rows(url, EVERYTHING)
    assert scored(pictures, url, FakeModel.named("better")).scored == 20
    after = rows(url, EVERYTHING)
    assert len(after) == 40
    assert set(before) < set(after)


def test_only_what_is_new_or_changed_is_scored_again(pictures: Path, url: str) -> None:
    scored(pictures, url)
    before = rows(url, "SELECT item, item_sha256, run FROM predictions")
    save_pictures(pictures, digits(1, seed=9))
    save_pictures(pictures / "more", digits(2))
    assert scored(pictures, url).scored == 3
    after = rows(url, "SELECT item, item_sha256, run FROM predictions")
    assert (len(after), len(set(before) - set(after))) == (22, 1)


def test_rows_of_two_files_do_not_mix(tmp_path: Path, url: str) -> None:
    for name in ("a.npz", "b.npz"):
        np.savez(tmp_path / name, images=digits(5, seed=len(rows_of(url))))
        scored(tmp_path / name, url)
    assert len(rows_of(url)) == 10


def rows_of(url: str) -> list[tuple[object, ...]]:
    with Store(url):
        return rows(url, EVERYTHING)


# Rejected


def test_a_broken_picture_is_stored_with_its_reason_and_does_not_stop_the_rest(
    pictures: Path, url: str
) -> None:
    (pictures / "00003.png").write_bytes(b"")
    run = scored(pictures, url)
    assert (run.scored, run.rejected) == (19, 1)
    assert rows(url, "SELECT item, reason FROM rejected") == [("00003.png", "it is empty")]


def test_rejecting_twice_changes_nothing_and_a_mended_picture_is_scored(
    pictures: Path, url: str
) -> None:
    whole = (pictures / "00003.png").read_bytes()
    (pictures / "00003.png").write_bytes(b"")
    scored(pictures, url)
    before = rows(url, "SELECT * FROM rejected")
    scored(pictures, url)
    assert rows(url, "SELECT * FROM rejected") == before
    (pictures / "00003.png").write_bytes(whole)
    assert scored(pictures, url).scored == 1
    assert rows(url, "SELECT * FROM rejected") == []


# Broken off


class FailingModel(FakeModel):
    """Is asked twice in vain."""

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        if self.seen >= 16:
            raise KeyboardInterrupt
        return super().probabilities(images)


def test_a_job_that_was_broken_off_goes_on_behind_its_last_whole_chunk(
    pictures: Path, url: str
) -> None:
    with pytest.raises(KeyboardInterrupt):
        scored(pictures, url, FailingModel(MODEL.card))
    assert len(rows(url, EVERYTHING)) == 16
    places: list[int] = []
    model = FakeModel.named("plain")
    with Store(url) as store:
        run = score(open_source(pictures), model, store, 3, lambda run: places.append(run.position))
    assert (places, model.seen, run.scored) == ([16, 19, 20], 4, 20)
    assert rows(url, "SELECT count(*) FROM runs") == [(1,)]


def test_after_the_folder_has_changed_an_old_checkpoint_counts_no_more(
    pictures: Path, url: str
) -> None:
    with pytest.raises(KeyboardInterrupt):
        scored(pictures, url, FailingModel(MODEL.card))
    save_pictures(pictures / "0", digits(1))  # it comes first
    run = scored(pictures, url)
    assert (run.scored, run.known) == (5, 16)


def test_a_model_that_answers_nonsense_stores_nothing(pictures: Path, url: str) -> None:
    class Broken(FakeModel):
        def probabilities(self, images: np.ndarray) -> np.ndarray:
            return super().probabilities(images) * np.nan

    with pytest.raises(ScoringError, match="something else than ten numbers"):
        scored(pictures, url, Broken(MODEL.card))
    assert rows(url, "SELECT position FROM runs") == [(0,)]


def test_two_at_the_same_job_store_each_item_once_and_one_gives_way(
    pictures: Path, url: str
) -> None:
    both_ready = threading.Barrier(2)
    endings: list[object] = []

    class Meeting(FakeModel):
        def probabilities(self, images: np.ndarray) -> np.ndarray:
            if self.seen == 0:
                both_ready.wait(60)
            return super().probabilities(images)

    def job() -> None:
        try:
            endings.append(scored(pictures, url, Meeting(MODEL.card)).scored)
        except ScoringError as error:
            endings.append(str(error))

    jobs = [threading.Thread(target=job) for _ in range(2)]
    for thread in jobs:
        thread.start()
    for thread in jobs:
        thread.join()
    assert sorted(isinstance(ending, str) for ending in endings) == [False, True]
    assert 20 in endings
    assert "Another process" in next(ending for ending in endings if isinstance(ending, str))


# Killed


def killed_at(position: int, arguments: list[object], url: str) -> None:
    """Start `workshop score` and kill it once it has stored so many items."""
    process = subprocess.Popen(command(*arguments), stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 120
        while rows(url, "SELECT coalesce(max(position), 0) FROM runs")[0][0] < position:
            assert process.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < end
            time.sleep(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def test_after_sigkill_nothing_is_lost_and_nothing_is_scored_twice(
    tmp_path: Path, url: str
) -> None:
    count = 500
    folder = save_pictures(tmp_path / "pictures", digits(count))
    (folder / "00007.png").write_bytes(b"hello")
    arguments = [folder, frozen_model(tmp_path), "--to", url, "--chunk"]
    with Store(url):
        pass
    saw: list[set[tuple[object, ...]]] = []
    for position in (20, 60):
        killed_at(position, [*arguments, 1], url)
        saw.append(set(rows(url, EVERYTHING)))
    assert 0 < len(saw[0]) <= len(saw[1]) < count
    ended = run_score(*arguments, 200)
    assert ended.returncode == 1
    assert "was broken off; it goes on at" in ended.stdout
    assert saw[0] <= saw[1] < set(rows(url, EVERYTHING)), "a prediction was written again"
    counts = rows(url, "SELECT items, position, scored, known, rejected FROM runs")
    assert counts == [(count, count, count - 1, 0, 1)]
    assert len(rows(url, EVERYTHING)) == count - 1
