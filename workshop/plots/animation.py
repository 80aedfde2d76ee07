"""Pictures that change with time: side by side on a strip, or one after the other."""

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

from workshop.plots import style
from workshop.plots.arrays import SIDE, as_images, value_range
from workshop.plots.picture import Picture, picture, small_png

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
    moments = [as_images(frame) for frame in frames]
    _check_frames(moments)
    sheets = [_sheet(images, columns) for images in moments]
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


def film_strip(frames: Sequence[ArrayLike], names: Sequence[str], words: str) -> Picture:
    """Show what became of some images: a column for each moment, a row for each image.

    Args:
        frames: for each moment the same number of images, as `digits` takes them.
        names: what stands above each column.
        words: the alt text: what changes from left to right.

    Raises:
        ValueError: if there are no frames, if names or numbers of images do not fit, or if
            ``words`` is empty.
    """
    columns = [as_images(frame) for frame in frames]
    _check_frames(columns)
    if len(names) != len(columns):
        raise ValueError(f"There are {len(columns)} frames and {len(names)} names.")
    rows = len(columns[0])
    with style.figure(8.5, 0.5 + 8.3 * rows / max(len(columns), 8)) as figure:
        panels = figure.subplots(rows, len(columns), squeeze=False)
        for column, (name, images) in enumerate(zip(names, columns, strict=True)):
            low, high = value_range(images)
            panels[0, column].set_title(name, loc="center")
            for row, image in enumerate(images):
                axes = panels[row, column]
                axes.imshow(image, cmap="gray_r", vmin=low, vmax=high)
                style.frame(axes)  # else empty paper would look like a picture that is missing
        return picture(figure, words)


def _check_frames(frames: Sequence[NDArray[np.generic]]) -> None:
    counts = sorted({len(frame) for frame in frames})
    if len(counts) > 1:
        raise ValueError(f"Every frame needs as many images as the others; here are {counts}.")
    if not counts or not counts[0]:
        raise ValueError("There are no frames, or no images in them: nothing to show.")


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
