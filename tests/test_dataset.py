"""Only the published arrays pass; whatever is wrong with a file is said."""

import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from workshop.data.dataset import (
    FASHION_MNIST,
    MNIST,
    SHAPES,
    checked,
    fingerprint,
    read,
    read_idx,
    read_npz,
    unzipped,
)

Arrays = dict[str, NDArray[Any]]


@pytest.fixture
def arrays() -> Arrays:
    return {name: np.zeros(shape, np.uint8) for name, shape in SHAPES.items()}


def npz(arrays: Arrays, save: Callable[..., None] = np.savez_compressed) -> bytes:
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def idx(array: NDArray[np.uint8]) -> bytes:
    lengths = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


def test_the_real_digits_pass(real_mnist: str) -> None:
    (x_train, y_train), (x_test, y_test) = read(MNIST, {"any": Path(real_mnist).read_bytes()})
    assert (x_train.shape, y_train.shape) == ((60_000, 28, 28), (60_000,))
    assert (x_test.shape, y_test.shape) == ((10_000, 28, 28), (10_000,))
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert y_train[:5].tolist() == [5, 0, 4, 1, 9]


def test_one_changed_pixel_is_noticed(real_mnist: str) -> None:
    arrays = read_npz(Path(real_mnist).read_bytes())
    arrays["x_test"][9_999, 14, 14] ^= 1
    with pytest.raises(ValueError, match="x_test are not the published"):
        checked(arrays, MNIST.arrays)


def test_right_shapes_with_other_values_are_refused(arrays: Arrays) -> None:
    with pytest.raises(ValueError, match="x_train are not the published ones"):
        read(MNIST, {"mnist.npz": npz(arrays)})


def test_the_fingerprint_does_not_depend_on_the_layout_in_memory() -> None:
    array = np.arange(12, dtype=np.uint8).reshape(3, 4)
    assert fingerprint(array) == fingerprint(np.asfortranarray(array))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("x_train", np.zeros((60_000, 28, 27), np.uint8), r"x_train is uint8 \(60000, 28, 27\)"),
        ("x_test", np.zeros((10_000, 784), np.uint8), r"x_test is uint8 \(10000, 784\)"),
        ("y_train", np.zeros(60_000, np.int64), "y_train is int64"),
        ("x_test", np.zeros((10_000, 28, 28), np.float32), "x_test is float32"),
        ("y_test", np.full(10_000, 10, np.uint8), "y_test has labels above 9"),
    ],
)
def test_a_wrong_array_is_named(arrays: Arrays, name: str, value: NDArray[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        checked(arrays | {name: value}, {})


def test_a_missing_array_is_named(arrays: Arrays) -> None:
    del arrays["y_train"], arrays["y_test"]
    with pytest.raises(ValueError, match="holds no y_train and no y_test"):
        read_npz(npz(arrays))


def test_python_objects_are_never_unpickled(arrays: Arrays, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
            return Path.touch, (tmp_path / "exploded",)

    arrays["y_test"] = np.array([Bomb()], dtype=object)
    with pytest.raises(ValueError, match="Object arrays cannot be loaded"):
        read_npz(npz(arrays))
    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_truncated_archive_is_refused(arrays: Arrays, share: float) -> None:
    whole = npz(arrays)
    with pytest.raises(ValueError, match="cannot be read as plain arrays"):
        read_npz(whole[: int(share * len(whole))])


def test_a_flipped_byte_is_noticed(arrays: Arrays) -> None:
    damaged = bytearray(npz(arrays))
    damaged[len(damaged) // 2] ^= 255
    with pytest.raises(ValueError, match="cannot be read"):
        read_npz(bytes(damaged))


@pytest.mark.parametrize("content", [b"", b"<html>Please sign in</html>", b"\x80\x04K\x01.", b"P"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no \.npz file"):
        read_npz(content)


def test_a_lone_array_is_no_archive() -> None:
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    with pytest.raises(ValueError, match=r"no \.npz file"):
        read_npz(file.getvalue())


@pytest.mark.parametrize("shape", [(3,), (2, 4, 5), (0,), ()])
def test_an_idx_file_gives_its_array_back(shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    array = np.asarray(array, dtype=np.uint8)
    restored = read_idx(idx(array))
    np.testing.assert_array_equal(restored, array)
    assert restored.flags.writeable


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no idx file"),
        (b"\x00\x00\x08", "no idx file"),
        (b"\x00\x00\x0d\x01\x00\x00\x00\x01\x00\x00\x00\x00", "no idx file"),  # floats
        (b"\x00\x00\x08\x03\x00\x00", "length"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x05abc", "length"),
        (b"\x00\x00\x08\x01\x00\x00\x00\x02abc", "length"),
        (b"\x00\x00\x08\xff" + b"\xff" * 1020, "length"),
    ],
)
def test_a_broken_idx_file_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_idx(content)


@pytest.mark.parametrize("spoil", [lambda b: b[:-9], lambda b: b"no gzip", lambda b: b[:9] + b"?"])
def test_a_broken_gzip_file_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match=r"no whole \.gz file"):
        unzipped(spoil(gzip.compress(bytes(10_000))))


def test_four_zipped_idx_files_make_a_data_set(arrays: Arrays) -> None:
    arrays["y_test"] += 7
    contents = {
        file: gzip.compress(idx(array))
        for file, array in zip(FASHION_MNIST.files, arrays.values(), strict=True)
    }
    _, (x_test, y_test) = read(replace(FASHION_MNIST, archives={}), contents)
    assert x_test.shape == (10_000, 28, 28)
    assert set(y_test) == {7}


def test_a_zipped_file_that_is_not_the_published_one_is_named(arrays: Arrays) -> None:
    contents = {file: gzip.compress(b"") for file in FASHION_MNIST.files}
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte\.gz is not the published"):
        read(FASHION_MNIST, contents)
