"""Files that call themselves pictures: good ones become digits, each bad one gets its reason."""

import io
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.scoring import digits
from workshop.drawing import digit_from_picture
from workshop.scoring.item import BLANK, INVERTED, SCALED, Item, fault_of
from workshop.scoring.picture import LARGEST_FILE, item_of_bytes, item_of_file

DIGIT = digits(1)[0]


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    file = io.BytesIO()
    image.save(file, form)
    return file.getvalue()


PNG = encoded(Image.fromarray(DIGIT))


def written(folder: Path, content: bytes, name: str = "it.png") -> Item:
    (folder / name).write_bytes(content)
    return item_of_file(name, folder / name, folder.resolve())


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def bomb(side: int) -> bytes:
    """A small PNG file that unpacks to side × side pixels."""

    def part(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", zlib.compress(bytes(10**6)))


# Good ones


def test_a_digit_of_mnists_form_is_taken_as_it_is(tmp_path: Path) -> None:
    item = written(tmp_path, PNG)
    np.testing.assert_array_equal(item.digit, DIGIT)
    assert len(item.sha256) == 64


def test_any_other_size_takes_the_road_that_drawings_take() -> None:
    large = np.zeros((300, 200), np.uint8)
    large[50:250, 90:120] = 255
    item = item_of_bytes("it", encoded(Image.fromarray(large)))
    np.testing.assert_array_equal(item.digit, digit_from_picture(large))


def test_ink_on_white_paper_is_turned_over() -> None:
    item = item_of_bytes("it", encoded(Image.fromarray(255 - DIGIT)))
    assert item.digit is not None
    assert fault_of(item.digit) == ""


@pytest.mark.parametrize("mode", ["RGB", "P", "CMYK", "LA", "RGBA"])
def test_colour_is_read_as_grey(mode: str) -> None:
    image = Image.fromarray(DIGIT).convert(mode)
    item = item_of_bytes("it", encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert item.digit is not None


def test_what_is_transparent_counts_as_paper() -> None:
    ink = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    ink.paste((0, 0, 0, 255), (25, 10, 35, 50))
    item = item_of_bytes("it", encoded(ink))
    assert item.digit is not None
    assert item.digit[14, 14] == 255


def test_sixteen_bits_keep_their_greys() -> None:
    deep = Image.fromarray(DIGIT.astype(np.uint16) * 257)
    np.testing.assert_array_equal(item_of_bytes("it", encoded(deep)).digit, DIGIT)


# Broken ones


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"hello", "neither PNG nor JPEG", id="text"),
        pytest.param(encoded(Image.fromarray(DIGIT), "GIF"), "neither PNG nor JPEG", id="gif"),
        pytest.param(PNG[: len(PNG) // 2], "damaged", id="cut off"),
        pytest.param(PNG[:60] + bytes(40) + PNG[100:], "damaged", id="overwritten"),
        pytest.param(bomb(60_000), "pixels", id="bomb"),
        pytest.param(bomb(5_000), "5,000 × 5,000 pixels", id="large"),
        pytest.param(bomb(3_000), "damaged", id="less than promised"),
        pytest.param(encoded(Image.new("L", (28, 28))), "blank", id="black"),
        pytest.param(encoded(Image.new("L", (300, 300), 255)), "blank", id="white"),
    ],
)
def test_a_broken_file_gets_its_reason(content: bytes, reason: str) -> None:
    item = item_of_bytes("it", content)
    assert item.digit is None
    assert reason in item.fault


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "it.png").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    item = item_of_file("it.png", tmp_path / "it.png", tmp_path.resolve())
    assert "20 MB" in item.fault


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.png").write_bytes(PNG)
    (inside / "it.png").symlink_to(tmp_path / "secret.png")
    item = item_of_file("it.png", inside / "it.png", inside.resolve())
    assert "leads out of the folder" in item.fault
    assert item.sha256 == ""


@pytest.mark.parametrize("target", ["it.png", "nowhere.png"])
def test_a_link_in_a_circle_or_to_nowhere_is_named(tmp_path: Path, target: str) -> None:
    (tmp_path / "it.png").symlink_to(tmp_path / target)
    assert item_of_file("it.png", tmp_path / "it.png", tmp_path.resolve()).fault


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "it.png")
    assert "no regular file" in item_of_file("it", tmp_path / "it.png", tmp_path.resolve()).fault


def test_a_file_that_may_not_be_read_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "it.png").write_bytes(PNG)
        (folder / "it.png").chmod(0)
        with as_nobody():
            item = item_of_file("it.png", folder / "it.png", folder.resolve())
    assert "Permission denied" in item.fault


# The contract


def test_real_digits_fit_the_contract(real_mnist: str) -> None:
    with np.load(real_mnist) as file:
        assert not any(fault_of(digit) for digit in file["x_test"][:3000])


@pytest.mark.parametrize(
    ("digit", "fault"),
    [
        (DIGIT, ""),
        (np.zeros_like(DIGIT), BLANK),
        ((DIGIT > 128).astype(np.uint8), SCALED),
        (255 - DIGIT, INVERTED),
    ],
)
def test_a_wrong_range_or_polarity_is_noticed(digit: np.ndarray, fault: str) -> None:
    assert fault_of(digit) == fault
