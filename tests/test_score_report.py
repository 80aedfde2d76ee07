"""The report: what was said about what is there now, added up without a network."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.scoring import FakeModel, digits, rows, save_pictures
from workshop.scoring.item import ScoringError
from workshop.scoring.job import score
from workshop.scoring.offline import offline_duckdb
from workshop.scoring.opening import open_source
from workshop.scoring.report import Analysis, printable
from workshop.scoring.store import Store

ROWS = [
    [("a", 3, *[0.0] * 3, 0.75, *[0.0] * 6), ("b", 3, *[0.0] * 3, 0.25, *[0.0] * 6)],
    [("c", 0, 1.0, *[0.0] * 9)],
]


def test_digits_confidences_and_doubts_are_added_up() -> None:
    with Analysis(ROWS, "abc", ()) as analysis:
        report = analysis.report()
    assert report.digits == [(0, 1, 1.0), (3, 2, 0.5)]
    assert report.least_certain == [("b", 3, 0.25), ("a", 3, 0.75), ("c", 0, 1.0)]
    assert report.histogram == [0, 0, 1, 0, 0, 0, 0, 1, 0, 1]


def test_what_is_gone_or_broken_now_is_left_out() -> None:
    with Analysis(ROWS, "ab", "b") as analysis:
        assert analysis.report().digits == [(3, 1, 0.75)]


def test_a_report_on_nothing_is_empty() -> None:
    with Analysis([], (), ()) as analysis:
        assert analysis.report().histogram == [0] * 10


def test_parquet_holds_what_the_database_holds(tmp_path: Path) -> None:
    folder = save_pictures(tmp_path / "pictures", digits(12))
    url, path = f"sqlite:///{tmp_path}/it.db", tmp_path / "it.parquet"
    source = open_source(folder)
    with Store(url) as store:
        run = score(source, FakeModel.named("plain"), store, 5)
        with Analysis(store.predictions(run), source.keys(), ()) as analysis:
            analysis.write_parquet(path)
    with duckdb.connect() as connection:
        written = connection.execute("SELECT item, digit, p7 FROM read_parquet(?)", [str(path)])
        stored = rows(url, "SELECT item, digit, p7 FROM predictions ORDER BY item")
        np.testing.assert_allclose(
            [row[1:] for row in written.fetchall()], [row[1:] for row in stored], rtol=1e-6
        )


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with Analysis(ROWS, "abc", ()) as analysis, pytest.raises(ScoringError, match="nowhere"):
        analysis.write_parquet(tmp_path / "nowhere" / "it.parquet")


def test_duckdb_installs_nothing() -> None:
    with offline_duckdb() as connection, pytest.raises(duckdb.Error):
        connection.execute("SELECT * FROM sqlite_scan('it.db', 'predictions')")


def test_a_name_cannot_move_the_cursor() -> None:
    assert printable("a\n\x1b[2Jé.png") == "a\\n\\x1b[2Jé.png"
