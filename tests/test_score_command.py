"""`workshop score` as a person meets it: what it says, and its exit status."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from tests.scoring import digits, frozen_model, rows, save_pictures
from workshop import cli


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return frozen_model(tmp_path)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/predictions.db"


def test_all_scored_is_0_and_the_report_is_printed(
    tmp_path: Path, model: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, report = save_pictures(tmp_path / "pictures", digits(9)), tmp_path / "it.parquet"
    assert cli.main(["score", str(folder), str(model), "--to", url, "--report", str(report)]) == 0
    said = capsys.readouterr()
    assert "9 items, 9 scored, 0 known already, 0 rejected" in said.out
    assert "least certain" in said.out
    assert "9/9" in said.err
    assert report.exists()
    assert len(rows(url, "SELECT DISTINCT model_name, model_version FROM predictions")) == 1


def test_some_rejected_is_1_and_they_are_named(
    tmp_path: Path, model: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_pictures(tmp_path / "pictures", digits(3))
    (folder / "bad.png").write_text("hello")
    assert cli.main(["score", str(folder), str(model), "--to", url]) == 1
    assert "bad.png: it is neither PNG nor JPEG" in capsys.readouterr().err


def test_an_array_of_several_is_chosen_by_its_key(tmp_path: Path, model: Path, url: str) -> None:
    np.savez(tmp_path / "it.npz", x_train=digits(3), x_test=digits(2))
    arguments = ["score", str(tmp_path / "it.npz"), str(model), "--to", url]
    assert cli.main(arguments) == 2
    assert cli.main([*arguments, "--key", "x_test"]) == 0
    assert [item for (item,) in rows(url, "SELECT item FROM predictions")] == ["0", "1"]


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("predictions.db", "sqlite:///FILE"),
        ("sqlite://", "in memory"),
        ("mysql://me@host/db", "'mysql'"),
        ("sqlite:////nowhere/at/all.db", "unable to open"),
        ("postgresql://me:secret@127.0.0.1:1/db", "me:***@127.0.0.1"),
    ],
)
def test_a_database_that_cannot_be_used_is_2_and_no_password_is_shown(
    tmp_path: Path, model: Path, to: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_pictures(tmp_path / "pictures", digits(1))
    assert cli.main(["score", str(folder), str(model), "--to", to]) == 2
    said = capsys.readouterr().err
    assert reason in said
    assert "secret" not in said


def test_a_file_that_is_no_database_is_left_alone(
    tmp_path: Path, model: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_pictures(tmp_path / "pictures", digits(1))
    (tmp_path / "predictions.db").write_text("hello" * 100)
    assert cli.main(["score", str(folder), str(model), "--to", url]) == 2
    assert "not a database" in capsys.readouterr().err
    assert (tmp_path / "predictions.db").read_text() == "hello" * 100


def test_a_database_with_other_tables_of_these_names_is_refused(
    tmp_path: Path, model: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = save_pictures(tmp_path / "pictures", digits(1))
    with sqlite3.connect(tmp_path / "predictions.db") as connection:
        connection.execute("CREATE TABLE predictions (mine)")
    assert cli.main(["score", str(folder), str(model), "--to", url]) == 2
    assert "a table predictions of another kind" in capsys.readouterr().err


@pytest.mark.parametrize("chunk", ["0", "10001"])
def test_a_chunk_has_bounds(tmp_path: Path, chunk: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["score", str(tmp_path), "--chunk", chunk]) == 2
    assert "from 1 to 10,000" in capsys.readouterr().err


def test_a_model_whose_bytes_were_changed_is_refused(
    tmp_path: Path, model: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model.write_bytes(model.read_bytes() + b" ")
    folder = save_pictures(tmp_path / "pictures", digits(1))
    assert cli.main(["score", str(folder), str(model), "--to", url]) == 2
    assert "is not the model that its card describes" in capsys.readouterr().err
