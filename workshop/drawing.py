"""A drawing becomes a digit such as MNIST's: the one implementation, for labs, app and widget.

A network reads what looks like its training data. MNIST's pictures were made in three steps
(Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits",
http://yann.lecun.com/exdb/mnist/): the digit is scaled, as wide as high, until it fits into a
square of 20×20 pixels; edges come out grey, by anti-aliasing; then it is laid into 28×28 pixels
such that its centre of mass lies in the middle. Whatever a person draws takes the same road here:

    strokes ─┐
             ├─→ ink in a box whose longer side is 20 pixels ─→ placed in 28×28
    picture ─┘
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Ink = NDArray[np.float32]
"""How much ink lies on each pixel: 0 for none, 1 for as much as there can be."""

SIDE = 28
BOX = 20
MIDDLE = 14
"""The centre of mass goes to pixel 14 of 0 to 27, in both directions, as in MNIST."""

PEN = 2.4
"""The pen's width in pixels of the finished digit. With it, drawings carry as much ink as MNIST's
digits: 33 of 255 on average, on 150 pixels."""
EDGE = 1.0
"""Over how many pixels a stroke's edge fades from ink to paper."""
SMALLEST = 0.03
"""Drawings are not blown up beyond this share of the canvas: a dot stays a dot."""

MOST_POINTS = 10_000
LARGEST_SIDE = 4_096
NOISE = 8
"""Grey counts as ink from so many times the usual unevenness of the paper's edge."""
LEAST_CONTRAST = 16


class DrawingError(ValueError):
    """What was drawn cannot become a digit; the message says why, in a sentence for a person."""


def digit_from_strokes(
    strokes: Sequence[Sequence[Sequence[float]]],
    size: Sequence[float],
    width: float = PEN,
) -> NDArray[np.uint8]:
    """Draw strokes as MNIST would show them.

    The pen is as broad on a small drawing as on a large one. Were it scaled with the digit, a digit
    drawn in a corner would come out as a blot.

    Args:
        strokes: for each stroke its points, each `[x, y]` or `[x, y, time]`, in the canvas's own
            unit: x to the right from 0 to the canvas's width, y down from 0 to its height. A
            stroke of one point is a dot. The time is not used.
        size: the canvas's width and height, in the same unit.
        width: the pen's width in pixels of the finished digit.

    Returns:
        (28, 28) uint8: 0 is paper, 255 is ink.

    Raises:
        DrawingError: if nothing was drawn, a point does not lie on the canvas, something is not a
            number, or there are more than 10,000 points.
    """
    canvas = _canvas(size)
    if not (isfinite(width) and 0 < width <= BOX / 2):
        raise DrawingError(
            f"The pen is {width} pixels wide; it must be more than 0 and at most 10."
        )
    lines = _lines(strokes, canvas)
    points = np.concatenate(lines)
    corner, extent = points.min(axis=0), np.ptp(points, axis=0)
    # The ink, not the middle of the pen, has to fit into the box.
    scale = (BOX - width) / max(extent.max(), SMALLEST * max(canvas))
    shape = np.ceil(extent * scale + width - 1e-6).astype(int)
    margin = (shape - extent * scale) / 2
    segments = [
        segment for line in lines for segment in _segments((line - corner) * scale + margin)
    ]
    return _placed(_rendered(np.array(segments), shape, width))


def digit_from_picture(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Bring a greyscale picture of one digit, of any size, into MNIST's form.

    What most of the picture's edge shows is taken for paper, so ink may be darker or lighter than
    it. A picture that has MNIST's form already comes back as it is.

    Args:
        picture: (height, width) numbers from 0 to 255, sides from 1 to 4,096.

    Returns:
        (28, 28) uint8: 0 is paper, 255 is ink.

    Raises:
        DrawingError: if the picture is empty, blank, too large, not two-dimensional, or holds
            something else than numbers from 0 to 255.
    """
    ink = _ink(_grey(picture))
    rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = (max(1, round(side * BOX / max(ink.shape))) for side in ink.shape)
    scaled = Image.fromarray(ink).resize((width, height), Image.Resampling.HAMMING)
    return _placed(np.asarray(scaled, dtype=np.float32))


def _placed(ink: Ink) -> NDArray[np.uint8]:
    """Lay ink of at most 20×20 pixels into 28×28, its centre of mass in the middle.

    MNIST moves by whole pixels, and so does this. Ink that would fall off the paper stays on it.
    """
    ink = ink.clip(0, None) / ink.max()
    height, width = ink.shape
    rows, columns = np.indices(ink.shape)
    top, left = (
        int(np.clip(np.rint(MIDDLE - (places * ink).sum() / ink.sum()), 0, SIDE - side))
        for places, side in ((rows, height), (columns, width))
    )
    digit = np.zeros((SIDE, SIDE), dtype=np.uint8)
    digit[top : top + height, left : left + width] = np.rint(255 * ink)
    return digit


# ── strokes


def _sequence(value: object, name: str) -> Sequence[Any]:
    if isinstance(value, (list, tuple, np.ndarray)):
        return value  # type: ignore[return-value]
    raise DrawingError(f"The {name} must be a list, not {_short(value)}.")


def _canvas(size: object) -> tuple[float, float]:
    sides = _sequence(size, "canvas's size")
    if len(sides) != 2 or not all(_is_number(side) and 0 < side <= 1e6 for side in sides):
        raise DrawingError(
            f"The canvas's size is {_short(size)}; it must be a width and a height, two numbers "
            "above 0."
        )
    return float(sides[0]), float(sides[1])


def _lines(strokes: object, canvas: tuple[float, float]) -> list[NDArray[np.float64]]:
    """The strokes that have points, each as (n, 2)."""
    given = [_sequence(s, f"stroke {n}") for n, s in enumerate(_sequence(strokes, "strokes"), 1)]
    if (count := sum(map(len, given))) > MOST_POINTS:
        raise DrawingError(f"The drawing has {count:,} points; it may have {MOST_POINTS:,}.")
    if count == 0:
        raise DrawingError("Nothing is drawn yet.")
    return [_points(points, n, canvas) for n, points in enumerate(given, 1) if len(points)]


def _points(points: Sequence[Any], number: int, canvas: tuple[float, float]) -> NDArray[np.float64]:
    """One stroke's points, (n, 2), each of them seen to lie on the canvas."""
    for n, point in enumerate(points, 1):
        numbers = isinstance(point, (list, tuple, np.ndarray)) and all(map(_is_number, point))
        if not numbers or len(point) not in (2, 3):
            raise DrawingError(
                f"Point {n} of stroke {number} is {_short(point)}; it must be [x, y] or "
                "[x, y, time], all of them numbers."
            )
        # Written such that what is not a number, or endless, is outside too.
        if not (0 <= point[0] <= canvas[0] and 0 <= point[1] <= canvas[1]):
            raise DrawingError(
                f"Point {n} of stroke {number} is {_short(point)}, which is not on the canvas: x "
                f"goes from 0 to {canvas[0]:g}, y from 0 to {canvas[1]:g}."
            )
    return np.array([point[:2] for point in points], dtype=np.float64).reshape(-1, 2)


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_))


def _short(value: object) -> str:
    text = repr(value.tolist() if isinstance(value, np.ndarray) else value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _segments(line: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """A stroke as (2, 2) pieces of straight line; a dot is a piece without length."""
    # Points far closer than a pixel change nothing but the time it takes.
    steps = np.abs(np.diff(np.rint(line * 16), axis=0)).sum(axis=1)
    line = line[np.r_[True, steps > 0]]
    return zip(line, line[1:] if len(line) > 1 else line, strict=False)  # type: ignore[return-value]


def _rendered(segments: NDArray[np.float64], shape: NDArray[np.int_], width: float) -> Ink:
    """Ink where a round pen went: each pixel asks how far the nearest piece of line is.

    Args:
        segments: (n, 2, 2): n pieces of line, from (x, y) to (x, y), in pixels.
        shape: the box's width and height.
    """
    columns, rows = shape
    # x and y apart: an axis of length two would cost twice the time.
    y, x = np.indices((rows, columns)).reshape(2, -1, 1) + 0.5
    nearest = np.full(rows * columns, np.inf)
    for start in range(0, len(segments), 256):
        (x_here, y_here), (x_there, y_there) = segments[start : start + 256].transpose(1, 2, 0)
        x_along, y_along = x_there - x_here, y_there - y_here
        length = np.maximum(x_along**2 + y_along**2, 1e-12)
        x_gap, y_gap = x - x_here, y - y_here
        share = ((x_gap * x_along + y_gap * y_along) / length).clip(0, 1)
        x_gap -= share * x_along
        y_gap -= share * y_along
        nearest = np.minimum(nearest, (x_gap**2 + y_gap**2).min(axis=1))
    ink: Ink = ((width / 2 - np.sqrt(nearest)) / EDGE + 0.5).clip(0, 1).astype(np.float32)
    return ink.reshape(rows, columns)


# ── pictures


def _grey(picture: NDArray[Any]) -> Ink:
    """The picture as numbers from 0 to 255."""
    picture = np.asarray(picture)
    if picture.ndim != 2:
        raise DrawingError(
            f"The picture has the shape {picture.shape}; it must have two axes, height and width: "
            "one number for each pixel."
        )
    if picture.size == 0:
        raise DrawingError("The picture has no pixels.")
    if max(picture.shape) > LARGEST_SIDE:
        height, width = picture.shape
        raise DrawingError(
            f"The picture has {width:,}×{height:,} pixels; no side may have more than "
            f"{LARGEST_SIDE:,}."
        )
    if picture.dtype.kind not in "uif":
        raise DrawingError(f"The picture holds {picture.dtype}; it must hold numbers.")
    if not (picture.min() >= 0 and picture.max() <= 255):
        raise DrawingError("The picture holds something else than numbers from 0 to 255.")
    return picture.astype(np.float32)


def _ink(grey: Ink) -> Ink:
    """How far each pixel is from the paper, without the paper's own unevenness; 0…1."""
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(edge)
    ink = np.abs(grey - paper)
    noise = NOISE * np.median(np.abs(edge - paper))
    if ink.max() - noise < LEAST_CONTRAST:
        raise DrawingError(
            "The picture is blank: nothing on it is darker or lighter than its edge."
        )
    ink = np.where(ink > noise, ink, 0)
    scaled: Ink = (ink / ink.max()).astype(np.float32)
    return scaled
