"""Is an HDF5 file nothing but arrays of numbers, all of them inside the file itself?

HDF5 can do more: a link into another file, an array that is kept in another file (external) or put
together from other files (virtual). Keras followed such links when it loaded weights, so a
stranger's file could read any file of the computer (CVE-2026-1669). And a few bytes can declare an
array of terabytes (CVE-2026-0897). Only the limited child opens such a file.
"""

from pathlib import Path

import h5py

from workshop.untrusted.refusal import RefusedModel

DEEPEST = 30
MOST_OBJECTS = 20_000
NUMBERS = "biuf"


def check_weights(path: Path, most_bytes: int) -> None:
    """Walk through a whole HDF5 file.

    Raises:
        RefusedModel: at a link, at an array that is not in the file, not numeric or all too large.
    """
    try:
        with h5py.File(path, "r") as file:
            total = _size_of(file, 0, set())
    except RefusedModel:
        raise
    except Exception as error:  # HDF5 fails on damaged files in many ways
        raise _refused("it is damaged") from error
    if total > most_bytes:
        raise _refused(f"it declares {total / 1e6:,.0f} MB of numbers")


def _size_of(group: h5py.Group, depth: int, seen: set[int]) -> int:
    """Bytes of all arrays below a group; each object is counted once."""
    total = 0
    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise _refused(f"`{str(name)[:60]}` is a link to elsewhere")
        item = group[name]
        address = h5py.h5o.get_info(item.id).addr
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MOST_OBJECTS or depth > DEEPEST:
            raise _refused("it has too many parts")
        if isinstance(item, h5py.Group):
            total += _size_of(item, depth + 1, seen)
        elif isinstance(item, h5py.Dataset):
            total += _size_of_array(item)
        else:
            raise _refused(f"`{str(name)[:60]}` is no array")
    return total


def _size_of_array(array: h5py.Dataset) -> int:
    if array.external or array.is_virtual:
        raise _refused(f"the array `{str(array.name)[:60]}` is kept in another file")
    if array.dtype.kind not in NUMBERS:
        raise _refused(f"`{str(array.name)[:60]}` holds no numbers")
    return int(array.nbytes)


def _refused(because: str) -> RefusedModel:
    return RefusedModel(
        f"The numbers of this network (model.weights.h5) are not accepted: {because}. "
        'Save the network anew with `model.save("my model.keras")`.',
        "content",
    )
