"""Pictures that change with time: a few frames, shown by any browser without a player."""

from __future__ import annotations

import html
import io
from base64 import b64encode
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from workshop.plots.arrays import SIDE, as_images, value_range
from workshop.plots.picture import Picture, small_png

MOST_FRAMES: Final = 60
GREYS: Final = 16  # what a digit needs; a GIF of 256 would be twice as large
GAP: Final = 2
ZOOM: Final = 2
REST: Final = 2500  # milliseconds for the last frame, the one to look at
TIMES: Final = 3  # then it rests: what moves for ever cannot be read beside


@dataclass(frozen=True, repr=False)
class Animation:
    """An animated GIF and its alt text; it runs three times and rests on its last frame.

    A GIF, because an ``<img>`` with a ``data:`` address is what JupyterLab, nbconvert and
    nbviewer all show without a network; a ``<video>`` is not. `still` is the last frame, for
    whoever prefers that nothing moves and for paper.
    """

    gif: bytes
    alt: str
    size: tuple[int, int]
    still: Picture

    @property
    def html(self) -> str:
        """An ``<img>`` element that carries the frames and the sentence."""
        width, height = self.size
        data = b64encode(self.gif).decode("ascii")
        return (
            f'<img alt="{html.escape(self.alt)}" width="{width}" height="{height}" '
            'style="max-width: 100%; height: auto; image-rendering: pixelated" '
            f'src="data:image/gif;base64,{data}">'
        )

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.alt}


def animation(
    frames: Sequence[ArrayLike], words: str, *, columns: int = 10, milliseconds: int = 250
) -> Animation:
    """Show one sheet of digits after another.

    Args:
        frames: for each moment the same number of images, as `digits` takes them; at most 60.
        words: the alt text: what changes from the first frame to the last.
        columns: images in a row.
        milliseconds: how long each frame is shown.

    Raises:
        ValueError: if there are no frames or too many, if their numbers of images differ, if a
            shape does not fit, or if ``words`` is empty.
    """
    if not words.strip():
        raise ValueError("This animation has no alt text: say in a sentence what changes.")
    if not 0 < len(frames) <= MOST_FRAMES:
        raise ValueError(f"There are {len(frames)} frames; give 1 to {MOST_FRAMES}.")
    sheets = [_sheet(as_images(frame), columns) for frame in frames]
    if len({sheet.size for sheet in sheets}) > 1:
        counts = sorted({len(as_images(frame)) for frame in frames})
        raise ValueError(f"Every frame needs as many images as the others; here are {counts}.")
    file = io.BytesIO()
    sheets[0].save(
        file,
        "GIF",
        save_all=True,
        append_images=sheets[1:],
        duration=[milliseconds] * (len(sheets) - 1) + [REST],
        loop=TIMES - 1,  # a GIF counts the repetitions
        optimize=False,
    )
    width, height = (ZOOM * side for side in sheets[0].size)
    last = sheets[-1].resize((width, height), Image.Resampling.NEAREST)
    still = Picture(small_png(last.convert("RGB")), words)
    return Animation(file.getvalue(), words, (width, height), still)


def _sheet(images: NDArray[np.generic], columns: int) -> Image.Image:
    """The images in rows, black on white, in a few shades of grey."""
    low, high = value_range(images)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    step = SIDE + GAP
    sheet = np.zeros((rows * step + GAP, columns * step + GAP))
    for number, image in enumerate(images):
        top, left = GAP + step * (number // columns), GAP + step * (number % columns)
        sheet[top : top + SIDE, left : left + SIDE] = (image - low) / (high - low)
    shades = np.round((1 - sheet) * (GREYS - 1)).astype(np.uint8)
    found = Image.fromarray(shades, "P")
    greys = np.linspace(0, 255, GREYS).round().astype(int)
    found.putpalette(np.repeat(greys, 3).tolist())
    return found
