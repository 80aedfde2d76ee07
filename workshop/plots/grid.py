"""Many images on one sheet, placed so that all their pixels are squares of equal size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from workshop.plots import style
from workshop.plots.arrays import SIDE

WIDTH: Final = 920  # pixels: ten digits three times enlarged, and a JupyterLab cell on a laptop
MARGIN: Final = 8
GAP: Final = 7
LINE: Final = 21  # height of a line of 12-point text
LETTER: Final = 10  # its mean width
LARGEST: Final = 4

WHITE: Final = 255
GREY: Final = (154, 154, 154)
WRONG: Final = tuple(bytes.fromhex(style.WRONG[1:]))


@dataclass(frozen=True)
class Tile:
    """One image of the sheet: (28, 28), 0 for white to 1 for black, and what stands above it."""

    image: NDArray[np.float64]
    caption: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class Layout:
    """Where tiles go; everything but ``columns`` and ``lines`` in pixels."""

    columns: int
    lines: int
    scale: int
    cell: int
    top: int
    width: int
    height: int

    def corner(self, index: int) -> tuple[int, int]:
        """Left and upper edge of image ``index``."""
        row, column = divmod(index, self.columns)
        side = SIDE * self.scale
        left = MARGIN + column * (self.cell + GAP) + (self.cell - side) // 2
        return left, self.top + row * (side + self.lines * LINE + GAP + 2) + self.lines * LINE


def arrange(tiles: list[Tile], columns: int, title: str) -> Layout:
    """Choose the largest tiles that fit; fewer ``columns`` where a caption needs the room."""
    words = [line for tile in tiles for line in tile.caption.split("\n")]
    text = LETTER * max(map(len, words), default=0)
    room = WIDTH - 2 * MARGIN
    columns = max(1, min(columns, len(tiles), (room + GAP) // (max(text, SIDE) + GAP)))
    scale = int(np.clip(((room + GAP) // columns - GAP) // SIDE, 1, LARGEST))
    cell = max(SIDE * scale, text)
    lines = max(tile.caption.count("\n") + 1 if tile.caption else 0 for tile in tiles)
    top = MARGIN + (LINE + 8 if title else 0)
    rows = -(-len(tiles) // columns)
    width = 2 * MARGIN + columns * (cell + GAP) - GAP
    height = top + rows * (SIDE * scale + lines * LINE + GAP + 2) - GAP + MARGIN
    return Layout(columns, lines, scale, cell, top, max(width, LETTER * len(title) + 40), height)


def draw_grid(figure: Figure, tiles: list[Tile], layout: Layout, title: str) -> None:
    """Fill ``figure``, of the layout's size, with the tiles and their captions."""
    sheet = np.full((layout.height, layout.width, 3), WHITE, np.uint8)
    for index, tile in enumerate(tiles):
        left, top = layout.corner(index)
        _paste(sheet, tile, left, top, layout.scale)
        if tile.caption:
            figure.text(
                (left + SIDE * layout.scale / 2) / layout.width,
                1 - (top - 5) / layout.height,
                tile.caption,
                ha="center",
                va="bottom",
                linespacing=1.1,
                color=style.WRONG if tile.wrong else "black",
                fontweight="bold" if tile.wrong else "normal",
            )
    if title:
        figure.text(0.5, 1 - MARGIN / layout.height, title, ha="center", va="top", fontsize=13)
    figure.figimage(sheet)


def _paste(sheet: NDArray[np.uint8], tile: Tile, left: int, top: int, scale: int) -> None:
    border, colour = (3, WRONG) if tile.wrong else (1, GREY)
    side = SIDE * scale
    edge = slice(top - border, top + side + border), slice(left - border, left + side + border)
    sheet[edge] = colour
    shades = np.rint(WHITE * (1 - np.clip(tile.image, 0, 1))).astype(np.uint8)
    large = shades.repeat(scale, axis=0).repeat(scale, axis=1)
    sheet[top : top + side, left : left + side] = large[..., None]


def shades(images: NDArray[Any], low: float, high: float) -> NDArray[np.float64]:
    """Map pixel values to 0 for ``low`` (white) … 1 for ``high`` (black)."""
    return (images.astype(np.float64) - low) / (high - low)
