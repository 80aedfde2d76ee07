"""Labelled drawings are kept once, in bounds, and can be read again for a training."""

import threading
from pathlib import Path

import numpy as np
import pytest

from workshop.serving.drawings import Drawings, FullError


def drawing(number: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.full((28, 28), number, np.uint8)


def test_drawings_come_back_with_their_labels(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path / "new" / "drawings.sqlite")
    assert drawings.count() == 0
    for digit in (3, 1, 4):
        assert drawings.add(drawing(digit), digit, "v1")
    images, labels = drawings.read()
    assert labels.tolist() == [3, 1, 4]
    np.testing.assert_array_equal(images[2], drawing(4))


def test_the_same_drawing_is_kept_once_and_its_label_can_be_corrected(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path / "drawings.sqlite")
    assert drawings.add(drawing(7), 1, "v1")
    assert not drawings.add(drawing(7), 1, "v1")
    assert drawings.add(drawing(7), 7, "v1")
    assert drawings.read()[1].tolist() == [7]


def test_a_full_file_takes_no_more_and_loses_nothing(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path / "drawings.sqlite", most=2)
    drawings.add(drawing(0), 0, "v1")
    drawings.add(drawing(1), 1, "v1")
    with pytest.raises(FullError, match="2 drawings are kept already"):
        drawings.add(drawing(2), 2, "v1")
    assert drawings.add(drawing(1), 7, "v1")
    assert drawings.count() == 2


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "drawings.sqlite"
    path.write_bytes(b"a letter to a friend" * 100)
    with pytest.raises(FullError, match="cannot be kept"):
        Drawings(path).add(drawing(1), 1, "v1")
    assert path.read_bytes().startswith(b"a letter")


def test_writers_at_the_same_time_do_not_go_over_the_bound(tmp_path: Path) -> None:
    drawings = Drawings(tmp_path / "drawings.sqlite", most=10)

    def write(start: int) -> None:
        for number in range(start, start + 10):
            try:
                drawings.add(drawing(number), 1, "v1")
            except FullError:
                return

    writers = [threading.Thread(target=write, args=(10 * n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert drawings.count() == 10
