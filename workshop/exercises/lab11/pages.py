"""Pages of 28×28 with a digit on them: where it lies by its ink, and where it should."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE, MIDDLE = 28, 14


def mass_of(ink: NDArray[Any]) -> tuple[float, float]:
    """Mean row and mean column, weighed by the ink."""
    rows, columns = np.indices(ink.shape)
    return float((rows * ink).sum() / ink.sum()), float((columns * ink).sum() / ink.sum())


def corner_of(ink: NDArray[Any]) -> tuple[int, int]:
    """Where the digit begins, such that its centre of mass lies on pixel 14, 14."""
    row, column = mass_of(ink)
    return round(MIDDLE - row), round(MIDDLE - column)


def laid(ink: NDArray[Any], top: int, left: int) -> NDArray[np.float64]:
    """On an empty page; kept on it."""
    page = empty_page()
    height, width = ink.shape
    top, left = min(max(top, 0), SIDE - height), min(max(left, 0), SIDE - width)
    page[top : top + height, left : left + width] = ink
    return page


def centred(ink: NDArray[Any]) -> NDArray[np.float64]:
    """What is asked for."""
    return laid(ink, *corner_of(ink))


def rolled(ink: NDArray[Any]) -> NDArray[np.float64]:
    """The page as a ring."""
    page: NDArray[np.float64] = np.roll(laid(ink, 0, 0), corner_of(ink), axis=(0, 1))
    return page


def empty_page() -> NDArray[np.float64]:
    """28×28 without ink."""
    return np.zeros((SIDE, SIDE))


def near(got: Any, wanted: NDArray[Any]) -> bool:
    """Whether it is this page."""
    fits = isinstance(got, np.ndarray) and got.shape == wanted.shape and got.dtype.kind in "biuf"
    return fits and bool(np.allclose(got, wanted, rtol=0, atol=1e-6))
