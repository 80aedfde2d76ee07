"""Arrays of any size in rows: what the layers of a network make of a picture, and the like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import finite_numbers
from workshop.plots.picture import Picture, picture

SIDE: Final = 0.92  # inches of one array
MOST: Final = 12  # in a row


def maps(rows: Mapping[str, Sequence[ArrayLike]], *, title: str = "", words: str = "") -> Picture:
    """Show rows of arrays under the name of the row; in each array, black is its largest value.

    White is 0 and everything below.

    Args:
        rows: {"name": arrays}, each array (height, width).
        words: one more sentence for those who cannot see the picture.

    Raises:
        ValueError: if there is nothing to show, a row is too long, or an array is no map.
    """
    read = {
        name: [_map(array, name, place) for place, array in enumerate(arrays)]
        for name, arrays in rows.items()
    }
    longest = max((len(arrays) for arrays in read.values()), default=0)
    if not 1 <= longest <= MOST:
        raise ValueError(f"The longest row has {longest} arrays; from 1 to {MOST} can be shown.")
    height = len(read) * (SIDE + 0.3) + (0.4 if title else 0)
    with style.figure(max(longest * (SIDE + 0.12), 4), height) as figure:
        panels = figure.subplots(len(read), longest, squeeze=False)
        for line, (name, arrays) in zip(panels, read.items(), strict=True):
            for axes in line:
                axes.set_axis_off()
            for axes, array in zip(line, arrays, strict=False):
                top = float(array.max())
                axes.imshow(array, cmap="gray_r", vmin=0, vmax=top if top > 0 else 1)
                edge = Rectangle(
                    (0, 0), 1, 1, fill=False, ec="#9A9A9A", lw=0.8, transform=axes.transAxes
                )
                axes.add_patch(edge)
            # The empty title keeps a line free; the name may reach over the next arrays.
            line[0].set_title(" ", fontsize=12)
            place = {"xy": (0, 1.06), "xycoords": "axes fraction", "annotation_clip": False}
            line[0].annotate(name, **place, fontsize=12).set_in_layout(False)
        if title:
            figure.suptitle(title, fontsize=13, x=0.01, ha="left")
        return picture(figure, _alt(read, title, words))


def _map(array: ArrayLike, name: str, place: int) -> NDArray[Any]:
    found = finite_numbers(array, f"array {place} of {name}")
    if found.ndim != 2:
        raise ValueError(
            f"Array {place} of {name} has the shape {found.shape}; a map is (height, width)."
        )
    return found


def _alt(read: Mapping[str, list[NDArray[Any]]], title: str, words: str) -> str:
    told = []
    for name, arrays in read.items():
        sizes = dict.fromkeys("×".join(map(str, array.shape)) for array in arrays)
        empty = sum(not np.any(array > 0) for array in arrays)
        blank = f", {empty} of them empty" if empty else ""
        told.append(f"{name}: {len(arrays)} of {' and '.join(sizes)}{blank}")
    start = f"{title}. " if title else ""
    return f"{start}Rows of pictures. {'; '.join(told)}.{' ' + words if words else ''}"
