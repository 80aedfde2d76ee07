"""Load the digits: from a file, from Keras's cache, from the network; or a stand-in, always."""

import io
from pathlib import Path

import numpy as np

from workshop.data import cache
from workshop.data.dataset import (
    FASHION_MNIST,
    MNIST,
    SHAPES,
    Dataset,
    Split,
    checked,
    fingerprint,
    read_npz,
)
from workshop.data.download import PATIENCE
from workshop.data.sources import (
    KERAS_ADDRESS,
    NoData,
    Source,
    not_too_soon,
    obtain,
    stored,
)

STAND_IN_FILE = "mnist-stand-in-2.npz"
"""Its number goes up with every change of `workshop.data.stand_in` that moves a pixel."""


def load_mnist(
    *, quiet: bool = False, origin: str = KERAS_ADDRESS, patience: float = PATIENCE
) -> Split:
    """The handwritten digits, exactly as `keras.datasets.mnist.load_data()` gives them.

    Tried in this order: the file that the environment variable `MNIST_NPZ` names, Keras's cache,
    a download into that cache, and at last stand-in digits (see `workshop.data.stand_in`), which
    are kept beside it. `MNIST_NPZ=stand-in` asks for the stand-in. Real digits are always
    verified by their SHA-256.

    A stand-in on the disk never keeps the real digits away: the download is tried again by every
    call. Most failures are quick (no network, no such name) and cost nothing. One that took more
    than a second is remembered for a quarter of an hour in a small file beside the stand-in, so
    that a class behind a silent firewall waits once and not in every notebook.

    Args:
        quiet: say nothing. Otherwise one line tells which source is in use.
        origin: the address of the folder to download from.
        patience: seconds to wait for a network that is silent.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: uint8 (60000, 28, 28), (60000,), (10000, 28, 28)
        and (10000,).

    Raises:
        BrokenData: if `MNIST_NPZ` or the cache holds something else than MNIST.
    """
    try:
        digits, source = obtain(MNIST, origin, patience, quiet)
    except NoData as missing:
        digits, source = _stand_in(missing.reason)
    if not quiet:
        print(source.sentence)
    return digits


def mnist_source() -> Source:
    """Which source `load_mnist` would use. Downloads nothing, makes nothing.

    Raises:
        BrokenData: as `load_mnist` would.
    """
    try:
        found = stored(MNIST)
        if found:
            return found[1]
        not_too_soon(MNIST)
    except NoData as missing:
        kept = cache.found(STAND_IN_FILE)
        return _stand_in_source(missing.reason, kept[0] if kept else None)
    folders = cache.folders()
    sentence = "MNIST: not here yet; load_mnist() fetches it (11 MB), or makes stand-in digits."
    return Source("download", folders[0] / MNIST.files[0] if folders else None, sentence, False)


def load_fashion_mnist(
    *,
    quiet: bool = False,
    origin: str = KERAS_ADDRESS,
    patience: float = PATIENCE,
    dataset: Dataset = FASHION_MNIST,
) -> Split:
    """Clothes instead of digits, as `keras.datasets.fashion_mnist.load_data()` gives them.

    Found as `load_mnist` finds its digits, with the variable `FASHION_MNIST_NPZ`, but there is no
    stand-in; `FASHION_MNIST_NPZ=stand-in` therefore means: do without, and do not try the network.
    The four files that Keras keeps are verified by their SHA-256; of an .npz file only shapes,
    types and labels can be checked, because no fingerprints of the bare arrays are published.

    Args:
        quiet: say nothing. Otherwise one line tells which source is in use.
        origin: the address of the folder to download from.
        patience: seconds to wait for a network that is silent.
        dataset: the files to look for, and their fingerprints.

    Returns:
        The same shapes and types as `load_mnist`.

    Raises:
        NoData: if it is not on this computer and cannot be fetched.
        BrokenData: if a file is there but is not what it should be.
    """
    pictures, source = obtain(dataset, origin, patience, quiet)
    if not quiet:
        print(source.sentence)
    return pictures


def _stand_in(reason: str) -> tuple[Split, Source]:
    """The stand-in from the disk if it is whole, or else made anew and kept."""
    damaged = ""
    for path in cache.found(STAND_IN_FILE):
        try:
            arrays = read_npz(cache.content_of(path))
            fingerprints = dict(zip(SHAPES, arrays["sha256"].tolist(), strict=True))
            return checked(arrays, fingerprints), _stand_in_source(reason, path)
        except (KeyError, ValueError):
            damaged = f" {path} was damaged and has been made anew."
    # Imported here: scikit-learn takes longer to import than the kept digits take to load.
    from workshop.data.stand_in import make_stand_in

    digits = make_stand_in()
    kept = cache.keep(STAND_IN_FILE, _stand_in_file(digits))
    return digits, _stand_in_source(reason, kept, damaged)


def _stand_in_file(digits: Split) -> bytes:
    """An .npz file of the arrays and of their fingerprints, by which damage is noticed."""
    (x_train, y_train), (x_test, y_test) = digits
    fingerprints = [fingerprint(array) for array in (x_train, y_train, x_test, y_test)]
    file = io.BytesIO()
    np.savez(
        file,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        sha256=np.array(fingerprints),
    )
    return file.getvalue()


def _stand_in_source(reason: str, path: Path | None, remark: str = "") -> Source:
    sentence = (
        f"MNIST: stand-in digits made from scikit-learn's 1,797 ({reason}). "
        f"The labs work the same; accuracies are some points lower.{remark}"
    )
    return Source("stand-in", path, sentence, False)
