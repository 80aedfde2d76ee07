"""HDF5 files that reach out of themselves, or declare more than there is."""

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from workshop.untrusted import RefusedModel
from workshop.untrusted.weights import check_weights

MOST = 1_000_000


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "model.weights.h5"
    with h5py.File(path, "w") as file:
        file["layers/dense/vars/0"] = np.zeros((784, 10), "float32")
    return path


def external_link(file: h5py.File) -> None:
    file["layers/out"] = h5py.ExternalLink("/etc/hostname", "/")


def soft_link(file: h5py.File) -> None:
    file["layers/out"] = h5py.SoftLink("/layers/dense")


def external_array(file: h5py.File) -> None:
    file.create_dataset("layers/out", (10,), "uint8", external=[("/etc/hostname", 0, 10)])


def virtual_array(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((10,), "uint8")
    layout[:] = h5py.VirtualSource("/other.h5", "secret", (10,))
    file.create_virtual_dataset("layers/out", layout)


def texts(file: h5py.File) -> None:
    file["layers/out"] = ["words"]


def references(file: h5py.File) -> None:
    file["layers/out"] = np.array([file.ref], dtype=h5py.ref_dtype)


def named_type(file: h5py.File) -> None:
    file["layers/out"] = np.dtype("float32")


def giant_array(file: h5py.File) -> None:
    file.create_dataset("layers/out", (10**6, 10**6), "float32", chunks=(1000, 1000))


def too_deep(file: h5py.File) -> None:
    file.create_group("/".join("a" * 60))


def test_plain_arrays_are_accepted(weights: Path) -> None:
    check_weights(weights, MOST)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (external_link, "link to elsewhere"),
        (soft_link, "link to elsewhere"),
        (external_array, "another file"),
        (virtual_array, "another file"),
        (texts, "no numbers"),
        (references, "no numbers"),
        (named_type, "no array"),
        (giant_array, "4,000,000 MB"),
        (too_deep, "too many parts"),
    ],
)
def test_anything_else_is_refused(
    weights: Path, change: Callable[[h5py.File], None], said: str
) -> None:
    with h5py.File(weights, "r+") as file:
        change(file)
    with pytest.raises(RefusedModel, match=said):
        check_weights(weights, MOST)


def test_a_group_that_holds_itself_is_walked_through_once(weights: Path) -> None:
    with h5py.File(weights, "r+") as file:
        file["layers/again"] = file["layers"]
    check_weights(weights, MOST)


def test_a_damaged_file_is_refused(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes()[:600])
    with pytest.raises(RefusedModel, match="damaged"):
        check_weights(weights, MOST)
