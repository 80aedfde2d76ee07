"""A picture of a digit, photographed or scanned, comes into MNIST's form."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workshop.drawing.form import BOX, DrawingError, Ink, placed

LARGEST_SIDE: Final = 4_096
NOISE: Final = 8
"""Grey counts as ink from so many times the usual unevenness of the paper's edge."""
LEAST_CONTRAST: Final = 16


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
    return placed(np.asarray(scaled, dtype=np.float32))


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
