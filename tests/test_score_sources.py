"""Where pictures come from: each source gives the same items every time, or says what is wrong."""

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.scoring import digits, save_pictures
from tests.test_score_pictures import PNG, as_nobody
from workshop.scoring.item import BLANK, INVERTED, SCALED, Item, ScoringError
from workshop.scoring.offline import offline_duckdb
from workshop.scoring.opening import open_source
from workshop.scoring.source import Source

IMAGES = digits(25)


def in_chunks(source: Source, chunk: int) -> list[Item]:
    starts = range(0, len(source), chunk)
    return [
        item for start in starts for item in source.read(start, min(start + chunk, len(source)))
    ]


def refusal(path: Path, key: str = "") -> str:
    with pytest.raises(ScoringError) as refused:
        open_source(path, key)
    return str(refused.value)


def npz(folder: Path, **arrays: Any) -> Path:
    np.savez_compressed(folder / "it.npz", allow_pickle=True, **arrays)
    return folder / "it.npz"


def parquet(folder: Path, query: str, **columns: Any) -> Path:
    """A file of what a query finds in `columns`."""
    path = folder / "it.parquet"
    with offline_duckdb() as connection:
        connection.register("columns", columns or {"row": np.arange(1)})
        connection.sql(query).write_parquet(str(path))
    return path


def blobs(folder: Path, cells: list[bytes | None]) -> Path:
    texts = np.array([None if cell is None else cell.hex() for cell in cells], dtype=object)
    return parquet(folder, "SELECT unhex(cell) AS image FROM columns", cell=texts)


# All kinds


def test_every_kind_gives_the_same_digits_in_chunks_of_any_size(tmp_path: Path) -> None:
    sources = [
        open_source(save_pictures(tmp_path / "pictures", IMAGES)),
        open_source(npz(tmp_path, images=IMAGES)),
        open_source(blobs(tmp_path, [image.tobytes() for image in IMAGES])),
    ]
    for source in sources:
        for chunk in (1, 7, 25):
            items = in_chunks(source, chunk)
            assert [item.key for item in items] == list(source.keys())
            np.testing.assert_array_equal([item.digit for item in items], IMAGES)


def test_a_source_can_be_taken_up_in_the_middle(tmp_path: Path) -> None:
    for path in (npz(tmp_path, images=IMAGES), blobs(tmp_path, [i.tobytes() for i in IMAGES])):
        first, again = in_chunks(open_source(path), 25)[10:20], open_source(path).read(10, 20)
        assert [item.sha256 for item in again] == [item.sha256 for item in first]
        assert [item.key for item in again] == [str(row) for row in range(10, 20)]


@pytest.mark.parametrize("name", ["missing", "notes.txt"])
def test_what_is_no_source_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert name in refusal(tmp_path / name)


# A folder


def test_files_in_subfolders_are_called_by_their_paths(tmp_path: Path) -> None:
    save_pictures(tmp_path / "b" / "c", IMAGES[:1])
    save_pictures(tmp_path / "a", IMAGES[:2])
    (tmp_path / "notes.txt").write_text("hello")
    source = open_source(tmp_path)
    assert list(source.keys()) == ["a/00000.png", "a/00001.png", "b/c/00000.png"]
    assert source.remark.endswith(": 1.")


def test_a_folder_behind_a_link_is_named_and_not_entered(tmp_path: Path) -> None:
    save_pictures(tmp_path / "elsewhere", IMAGES)
    inside = save_pictures(tmp_path / "inside", IMAGES[:1])
    (inside / "more").symlink_to(tmp_path / "elsewhere")
    items = in_chunks(open_source(inside), 10)
    assert [(item.key, bool(item.fault)) for item in items] == [
        ("00000.png", False),
        ("more", True),
    ]


def test_a_file_name_that_is_no_text_still_names_its_item(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n.png"))).write_bytes(PNG)
    assert list(open_source(tmp_path).keys()) == ["\\xff\n.png"]


def test_a_picture_that_vanishes_meanwhile_is_named(tmp_path: Path) -> None:
    source = open_source(save_pictures(tmp_path, IMAGES[:2]))
    (tmp_path / "00001.png").unlink()
    assert [bool(item.fault) for item in source.read(0, 2)] == [False, True]


def test_a_folder_that_may_not_be_listed_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("open")
    own = [above for above in folder.parents if "pytest-" in str(above)]  # the owner's alone
    for above in (folder, *own):
        above.chmod(0o755)
    save_pictures(folder, IMAGES[:1])
    (folder / "closed").mkdir(mode=0)
    with as_nobody():
        items = in_chunks(open_source(folder), 10)
    assert "Permission denied" in items[1].fault


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "holds no file that ends in .png" in refusal(tmp_path)


# .npz


def test_one_of_several_arrays_has_to_be_named(tmp_path: Path) -> None:
    path = npz(tmp_path, x_train=IMAGES, x_test=IMAGES[:5], y_test=np.zeros(5))
    assert "say which: --key x_train" in refusal(path)
    assert len(open_source(path, "x_test")) == 5


@pytest.mark.parametrize(
    ("images", "reason"),
    [
        (IMAGES / 255, "(images * 255).round()"),
        (IMAGES.astype(np.float32), "from 0 to 255; pixels are needed as uint8"),
        (IMAGES.astype(np.int64), "int64; uint8 from 0 to 255"),
        (IMAGES[:, :20], "holds no pictures"),
        (np.asfortranarray(IMAGES), "column by column"),
        (np.array([[{"a": 1}] * 784], dtype=object), "Python objects"),
    ],
    ids=["0 to 1", "float", "int64", "20 rows", "Fortran", "pickles"],
)
def test_arrays_of_another_kind_are_refused(tmp_path: Path, images: Any, reason: str) -> None:
    assert reason in refusal(npz(tmp_path, images=images))


def test_an_array_with_pickles_is_refused_even_if_it_is_named(tmp_path: Path) -> None:
    path = npz(tmp_path, images=IMAGES, notes=np.array([{"a": 1}], dtype=object))
    assert len(open_source(path)) == 25
    assert "Python objects" in refusal(path, "notes")


@pytest.mark.parametrize("place", [-200, 300, 10])
def test_a_damaged_archive_is_refused_before_anything_is_scored(tmp_path: Path, place: int) -> None:
    content = bytearray(npz(tmp_path, images=IMAGES).read_bytes())
    content[place : place + 40 or None] = bytes(40)
    (tmp_path / "it.npz").write_bytes(content)
    assert "damaged" in refusal(tmp_path / "it.npz")


def test_an_array_that_promises_more_than_it_has_is_refused(tmp_path: Path) -> None:
    whole = zipfile.ZipFile(npz(tmp_path, images=IMAGES)).read("images.npy")
    with zipfile.ZipFile(tmp_path / "it.npz", "w") as archive:
        archive.writestr("images.npy", whole[:-100])
    assert "cut off" in refusal(tmp_path / "it.npz")


def test_rows_out_of_the_contract_are_rejected_one_by_one(tmp_path: Path) -> None:
    odd = np.stack([IMAGES[0], 255 - IMAGES[1], IMAGES[2] // 200, np.zeros_like(IMAGES[3])])
    faults = [item.fault for item in in_chunks(open_source(npz(tmp_path, images=odd)), 10)]
    assert faults == ["", INVERTED, SCALED, BLANK]


# Parquet


def test_parquet_holds_encoded_files_and_says_which_are_broken(tmp_path: Path) -> None:
    items = in_chunks(open_source(blobs(tmp_path, [PNG, None, b"", b"hello", PNG[:80]])), 2)
    reasons = ["", "no picture", "empty", "neither PNG", "damaged"]
    assert all(reason in item.fault for item, reason in zip(items, reasons, strict=True))
    np.testing.assert_array_equal(items[0].digit, IMAGES[0])


def test_parquet_holds_files_as_public_data_sets_do(tmp_path: Path) -> None:
    query = "SELECT {'bytes': unhex(cell), 'path': 'a.png'} AS image, 7 AS label FROM columns"
    source = open_source(parquet(tmp_path, query, cell=np.array([PNG.hex()], dtype=object)))
    np.testing.assert_array_equal(source.read(0, 1)[0].digit, IMAGES[0])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("[(150 + x % 100)::UTINYINT for x in range(784)]", "edge is bright"),
        ("[300 for x in range(784)]", "not from 0 to 255"),
        ("[x / 784 for x in range(784)]", SCALED),
        ("['nan'::DOUBLE for x in range(784)]", "not from 0 to 255"),
        ("[3 for x in range(700)]", "700 pixels"),
        ("[[1, 2], [3]]", "uneven"),
    ],
    ids=["edge", "300", "0 to 1", "nan", "700", "uneven"],
)
def test_lists_of_numbers_are_held_to_the_contract(tmp_path: Path, cells: str, reason: str) -> None:
    query = f"SELECT {cells} AS image FROM range(2)"
    assert reason in in_chunks(open_source(parquet(tmp_path, query)), 1)[1].fault


def test_a_list_of_numbers_is_a_digit(tmp_path: Path) -> None:
    numbers = str(IMAGES[0].ravel().tolist())
    source = open_source(parquet(tmp_path, f"SELECT {numbers}::INT[] AS image"))
    np.testing.assert_array_equal(source.read(0, 1)[0].digit, IMAGES[0])


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "it.parquet").write_bytes(b"PAR1" + bytes(100))
    assert "cannot be read as Parquet" in refusal(tmp_path / "it.parquet")
    assert "holds no pictures" in refusal(parquet(tmp_path, "SELECT 7 AS label"))


def test_a_path_that_duckdb_would_take_for_a_pattern_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a*.parquet").write_bytes(b"")
    assert "rename it" in refusal(tmp_path / "a*.parquet")
