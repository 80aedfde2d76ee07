"""Pictures of digits: many in a grid, one large, and the average of each class."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from workshop.plots import style
from workshop.plots.arrays import SIDE, as_images, check_length, value_range
from workshop.plots.grid import Tile, arrange, draw_grid, shades
from workshop.plots.picture import Picture, picture
from workshop.plots.words import number

MOST: Final = 100  # more would be too small to read, and too large to store in a notebook
INK: Final = "gray_r"
GREYS: Final = 255


def digits(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predictions: ArrayLike | None = None,
    *,
    columns: int = 10,
    title: str = "",
) -> Picture:
    """Show images in a grid, each under its label, or under ✓ or ✗ and its prediction.

    Args:
        images: (n, 28, 28), (n, 28, 28, 1) or (n, 784); uint8 in 0…255, float in 0…1 or −1…1.
            The first 100 are drawn.
        labels: (n,), numbers or words.
        predictions: (n,), what a model says; needs ``labels`` to tell right from wrong.
        columns: images in a row; fewer are used where a caption would not fit.

    Raises:
        ValueError: if a shape does not fit, or an image holds NaN.
    """
    array = as_images(images)
    names = _names(labels, len(array), "labels")
    guesses = _names(predictions, len(array), "predictions")
    if columns < 1:
        raise ValueError(f"columns is {columns}, but a row needs at least one image.")
    if not len(array):
        return _nothing()
    shown = array[:MOST]
    captions, wrong = _captions(names, guesses, len(shown))
    tiles = [Tile(*tile) for tile in zip(_shades(shown), captions, wrong, strict=True)]
    layout = arrange(tiles, columns, title)
    with style.figure(layout.width / style.DPI, layout.height / style.DPI) as figure:
        draw_grid(figure, tiles, layout, title)
        return picture(figure, _grid_alt(len(array), layout.columns, names, guesses, title))


def digit(image: ArrayLike, *, values: bool = False, title: str = "") -> Picture:
    """Show one image large, with its scale, or with the number of each pixel in its cell.

    Args:
        image: (28, 28), (28, 28, 1) or (784,).
        values: print the 784 numbers.

    Raises:
        ValueError: if it is not one 28×28 image, or holds NaN.
    """
    array = as_images(image)
    if len(array) != 1:
        raise ValueError(f"digit shows one image, and was given {len(array)}. See digits().")
    pixels = array[0]
    low, high = value_range(array)
    size = 11.0 if values else 5.0
    with style.figure(size + (0 if values else 0.8), size) as figure:
        axes = figure.subplots()
        drawn = _draw(axes, pixels, low, high)
        ticks = range(0, SIDE, 3)
        axes.set(title=title, xlabel="column", ylabel="row", xticks=ticks, yticks=ticks)
        if values:
            _print_values(axes, pixels, low, high)
        else:
            figure.colorbar(drawn, label="pixel value", shrink=0.8)
        return picture(figure, _digit_alt(pixels, title))


def averages(images: ArrayLike, labels: ArrayLike, *, title: str = "") -> Picture:
    """Show the average image of each class, with the number of images it is made of.

    Raises:
        ValueError: if a shape does not fit, or an image holds NaN.
    """
    array = as_images(images)
    names = np.asarray(labels)
    check_length(names, len(array), "labels")
    if not len(array):
        return _nothing()
    classes = np.unique(names)
    counts = [int((names == name).sum()) for name in classes]
    means = np.stack([array[names == name].mean(axis=0) for name in classes])
    captions = [f"{name}: {count:,} images" for name, count in zip(classes, counts, strict=True)]
    shaded = shades(means, *value_range(array))
    tiles = [Tile(*tile) for tile in zip(shaded, captions, strict=True)]
    layout = arrange(tiles, 5, title)
    with style.figure(layout.width / style.DPI, layout.height / style.DPI) as figure:
        draw_grid(figure, tiles, layout, title)
        return picture(figure, _averages_alt(classes, counts, means, title))


def _shades(images: NDArray[Any]) -> NDArray[np.float64]:
    return shades(images, *value_range(images))


def _draw(axes: Axes, image: NDArray[Any], low: float, high: float) -> Any:
    style.frame(axes)
    return axes.imshow(image, cmap=INK, vmin=low, vmax=high, interpolation="nearest")


def _print_values(axes: Axes, pixels: NDArray[Any], low: float, high: float) -> None:
    whole = pixels.dtype.kind in "uib"
    for (row, column), value in np.ndenumerate(pixels):
        shade = (float(value) - low) / (high - low)
        text = f"{int(value)}" if whole else f"{value:.1f}".replace("0.", ".")
        axes.text(
            column, row, text, ha="center", va="center", fontsize=11.5,
            color="white" if shade > 0.5 else style.QUIET if value == 0 else "black",
        )  # fmt: skip


def _nothing() -> Picture:
    with style.figure(4, 0.7) as figure:
        figure.text(0.5, 0.5, "No images to show.", ha="center", va="center")
        return picture(figure, "No images to show.")


def _names(values: ArrayLike | None, count: int, name: str) -> list[str] | None:
    if values is None:
        return None
    array = np.asarray(values)
    check_length(array, count, name)
    return [str(value) for value in array]


def _captions(
    names: list[str] | None, guesses: list[str] | None, count: int
) -> tuple[list[str], list[bool]]:
    if guesses is None:
        return (names or [""] * count)[:count], [False] * count
    if names is None:
        return guesses[:count], [False] * count
    pairs = list(zip(names, guesses, strict=True))[:count]
    wrong = [name != guess for name, guess in pairs]
    return [
        f"✗ {guess}\nis {name}" if bad else f"✓ {guess}"
        for (name, guess), bad in zip(pairs, wrong, strict=True)
    ], wrong


def _grid_alt(
    total: int, columns: int, names: list[str] | None, guesses: list[str] | None, title: str
) -> str:
    shown = min(total, MOST)
    first = "one image" if total == 1 else f"{total:,} images"
    if shown < total:
        first = f"the first {shown} of {total:,} images"
    if shown > columns:
        first += f" in rows of {columns}"
    first = f"{title.rstrip('.')}: {first}" if title else first[0].upper() + first[1:]
    if guesses is None or names is None:
        words = names or guesses
        kind = "labelled" if names else "predicted"
        return (
            f"{first}, {kind} {_listed(words[:shown])}." if words else f"{first}, without labels."
        )
    pairs = list(zip(names, guesses, strict=True))[:shown]
    wrong = [f"{guess} where it is {name}" for name, guess in pairs if name != guess]
    told = f"{first}, labelled {_listed(names[:shown])}."
    if not wrong:
        return f"{told} Every prediction is right."
    return f"{told} {len(wrong)} of {shown} predictions are wrong: {', '.join(wrong)}."


def _listed(words: list[str]) -> str:
    """Return the words in order or, past forty, how many there are of each."""
    if len(words) <= 40:
        return ", ".join(words)
    counts = Counter(words)
    return ", ".join(f"{word} ({counts[word]} of them)" for word in sorted(counts))


def _digit_alt(pixels: NDArray[Any], title: str) -> str:
    low, high = value_range(pixels[None])
    # What rounds to no grey at all is no ink: a network hardly ever draws exactly 0.
    ink = pixels.astype(np.float64) - float(pixels.min())
    inked = np.argwhere(ink > (high - low) / GREYS / 2)
    start = f"{title}: one image" if title else "One image"
    if not len(inked):
        return f"{start} of {SIDE} by {SIDE} pixels, all {pixels.flat[0]:g}."
    (top, left), (bottom, right) = inked.min(axis=0), inked.max(axis=0)
    least, most = (number(round(float(value), 3)) for value in (pixels.min(), pixels.max()))
    return (
        f"{start} of {SIDE} by {SIDE} pixels, values {least} to {most}; "
        f"the ink covers {len(inked)} pixels, rows {top} to {bottom} and columns {left} to {right}."
    )


def _averages_alt(classes: NDArray[Any], counts: list[int], means: NDArray[Any], title: str) -> str:
    made = ", ".join(f"{name} ({count:,})" for name, count in zip(classes, counts, strict=True))
    ink = means.mean(axis=(1, 2))
    return (
        f"{title or 'Averages'}. The mean image of each class, with the number of images: {made}. "
        f"Most ink: {classes[ink.argmax()]}; least: {classes[ink.argmin()]}."
    )
