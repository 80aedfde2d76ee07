"""One thing to score, and what a picture must be like before a network may see it."""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SIDE: Final = 28
PIXELS: Final = SIDE * SIDE
BRIGHT: Final = 127

BLANK = "it is blank: no pixel is brighter than 0"
SCALED = (
    "its brightest pixel is 1 of 255: it was scaled to 0…1, and pixels from 0 to 255 are needed"
)
INVERTED = (
    "its edge is bright: it is dark on light, and MNIST's digits are light on dark; use 255 − pixel"
)

Digit = NDArray[np.uint8]


class ScoringError(ValueError):
    """This job cannot be done. The message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Item:
    """One picture of a source.

    Attributes:
        key: names it within its source, the same in every run: a path, or a row's number.
        sha256: the fingerprint of its bytes; "" if they could not be read.
        digit: (28, 28) uint8, light on dark; None if there is a fault.
        fault: why it cannot be scored; "" if it can.
    """

    key: str
    sha256: str
    digit: Digit | None
    fault: str = ""


def fingerprint(content: bytes) -> str:
    """The SHA-256 of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def checked(key: str, content: bytes, digit: Digit) -> Item:
    """An item whose picture was looked at.

    Args:
        key: its name.
        content: its bytes as they lie in the source.
        digit: (28, 28) uint8.
    """
    fault = fault_of(digit)
    return Item(key, fingerprint(content), None if fault else digit, fault)


def fault_of(digit: Digit) -> str:
    """What makes a network's answer to this picture worthless; "" if nothing does.

    A network answers whatever it is shown, and most often with great confidence. So the range of
    its inputs is checked here, where the picture still has a name.

    Args:
        digit: (28, 28) uint8.
    """
    brightest = digit.max()
    if brightest == 0:
        return BLANK
    if brightest == 1:
        return SCALED
    edge = np.concatenate([digit[0], digit[-1], digit[1:-1, 0], digit[1:-1, -1]])
    return INVERTED if edge.mean() > BRIGHT else ""
