"""MNIST and its sibling as files: how to read them, and how to know that they are the real ones."""

import gzip
import hashlib
import io
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Split = tuple[tuple[Pixels, Pixels], tuple[Pixels, Pixels]]
"""`(x_train, y_train), (x_test, y_test)`, as Keras gives it."""

SHAPES = {
    "x_train": (60_000, 28, 28),
    "y_train": (60_000,),
    "x_test": (10_000, 28, 28),
    "y_test": (10_000,),
}
UNSIGNED_BYTES = 8
LARGEST_ARRAY = 100 * 1024 * 1024


@dataclass(frozen=True)
class Dataset:
    """Where a published set of pictures is kept, and its fingerprints.

    Attributes:
        name: as people call it.
        pictures: what is on the pictures.
        variable: the environment variable that may name an .npz file with the four arrays.
        files: where Keras keeps it, below its folder `datasets`: one .npz file, or one gzipped idx
            file for each array in the order of `SHAPES`.
        arrays: SHA-256 of each array's raw bytes, where they are known.
        archives: SHA-256 of each of the files as they are downloaded, where they are known.
    """

    name: str
    pictures: str
    variable: str
    files: tuple[str, ...]
    arrays: Mapping[str, str] = field(default_factory=dict)
    archives: Mapping[str, str] = field(default_factory=dict)


MNIST = Dataset(
    name="MNIST",
    pictures="digits",
    variable="MNIST_NPZ",
    files=("mnist.npz",),
    arrays={
        "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
        "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
        "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
        "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
    },
)

FASHION_MNIST = Dataset(
    name="Fashion-MNIST",
    pictures="clothes",
    variable="FASHION_MNIST_NPZ",
    files=(
        "fashion-mnist/train-images-idx3-ubyte.gz",
        "fashion-mnist/train-labels-idx1-ubyte.gz",
        "fashion-mnist/t10k-images-idx3-ubyte.gz",
        "fashion-mnist/t10k-labels-idx1-ubyte.gz",
    ),
    archives={
        "fashion-mnist/train-images-idx3-ubyte.gz": (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
        ),
        "fashion-mnist/train-labels-idx1-ubyte.gz": (
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
        ),
        "fashion-mnist/t10k-images-idx3-ubyte.gz": (
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
        ),
        "fashion-mnist/t10k-labels-idx1-ubyte.gz": (
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
        ),
    },
)


def read(dataset: Dataset, contents: Mapping[str, bytes]) -> Split:
    """The pictures and labels in a dataset's files.

    Args:
        dataset: what it should be.
        contents: the bytes of each file by its name: one .npz file, or the gzipped idx files in
            the order of `SHAPES`.

    Raises:
        ValueError: if anything about them is wrong. The message says what.
    """
    if len(contents) == 1:
        (content,) = contents.values()
        return checked(read_npz(content), dataset.arrays)
    for file, content in contents.items():
        expected = dataset.archives.get(file)
        if expected and hashlib.sha256(content).hexdigest() != expected:
            raise ValueError(f"{Path(file).name} is not the published file (its SHA-256 differs)")
    unpacked = {
        name: read_idx(unzipped(content))
        for name, content in zip(SHAPES, contents.values(), strict=True)
    }
    return checked(unpacked, dataset.arrays)


def checked(arrays: Mapping[str, Pixels], fingerprints: Mapping[str, str]) -> Split:
    """The arrays as Keras arranges them, once each is known to be what it should be.

    Raises:
        ValueError: if a shape, a type, a label or a fingerprint is wrong.
    """
    for name, shape in SHAPES.items():
        array = arrays[name]
        if array.dtype != np.uint8 or array.shape != shape:
            raise ValueError(f"{name} is {array.dtype} {array.shape} instead of uint8 {shape}")
        if array.ndim == 1 and array.max() > 9:
            raise ValueError(f"{name} has labels above 9")
        if name in fingerprints and fingerprint(array) != fingerprints[name]:
            raise ValueError(f"the values in {name} are not the published ones (SHA-256 differs)")
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def fingerprint(array: Pixels) -> str:
    """SHA-256 of an array's bytes in C order: the same whatever file it was kept in."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def read_npz(content: bytes) -> dict[str, Pixels]:
    """Every array of an .npz file by its name; the four of `SHAPES` must be among them.

    Raises:
        ValueError: if it is damaged, lacks an array, or holds Python objects.
    """
    if not content.startswith(b"PK"):
        raise ValueError("it is no .npz file")
    try:
        # Never unpickle: a pickle in a file from elsewhere can run any program.
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: np.asarray(file[name]) for name in file.files}
    except Exception as error:  # a damaged archive can fail in any of a dozen ways
        raise ValueError(f"it cannot be read as plain arrays ({error})") from error
    missing = [name for name in SHAPES if name not in arrays]
    if missing:
        raise ValueError(f"it holds no {' and no '.join(missing)}")
    return arrays


def unzipped(content: bytes) -> bytes:
    """What a .gz file holds. gzip's own checksum is verified.

    Raises:
        ValueError: if it is damaged.
    """
    try:
        with gzip.open(io.BytesIO(content)) as file:
            return file.read(LARGEST_ARRAY)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"it is no whole .gz file ({error})") from error


def read_idx(content: bytes) -> Pixels:
    """The array in an idx file of unsigned bytes.

    Raises:
        ValueError: if its header or its length is wrong.
    """
    if len(content) < 4 or content[:3] != bytes([0, 0, UNSIGNED_BYTES]):
        raise ValueError("it is no idx file of unsigned bytes")
    start = 4 + 4 * content[3]
    shape = [int.from_bytes(content[at : at + 4], "big") for at in range(4, start, 4)]
    if len(content) != start + math.prod(shape):
        raise ValueError("its length does not agree with its header")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape).copy()
