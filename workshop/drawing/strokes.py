"""Strokes of a pen become a digit: each pixel asks how far the nearest piece of line is."""

from collections.abc import Iterator, Sequence
from math import isfinite
from numbers import Real
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from workshop.drawing.form import BOX, DrawingError, Ink, placed

PEN: Final = 2.4
"""The pen's width in pixels of the finished digit. With it, drawings carry as much ink as MNIST's
digits: 33 of 255 on average, on 150 pixels."""
EDGE: Final = 1.0
"""Over how many pixels a stroke's edge fades from ink to paper."""
SMALLEST: Final = 0.03
"""Drawings are not blown up beyond this share of the canvas: a dot stays a dot."""
MOST_POINTS: Final = 10_000


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
    return placed(_rendered(np.array(segments), shape, width))


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
