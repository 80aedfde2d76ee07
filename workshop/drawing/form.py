"""MNIST's form: ink in a box of 20×20 pixels, laid into 28×28 by its centre of mass."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]
"""How much ink lies on each pixel: 0 for none, 1 for as much as there can be."""

SIDE: Final = 28
BOX: Final = 20
MIDDLE: Final = 14
"""The centre of mass goes to pixel 14 of 0 to 27, in both directions, as in MNIST."""


class DrawingError(ValueError):
    """What was drawn cannot become a digit; the message says why, in a sentence for a person."""


def placed(ink: Ink) -> NDArray[np.uint8]:
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
