"""Numbers in a request become pictures, or a sentence that says which number is wrong.

Two roads lead there. Nearly all requests hold whole numbers in the right shape, and take the fast
one: the shape is judged by the punctuation alone, and simdjson puts the numbers straight into an
array. Whatever is unusual takes the careful one, which looks at each number.
"""

from __future__ import annotations

import json
import math
import threading
from typing import Any, Final

import numpy as np
import simdjson
from numpy.typing import NDArray

from workshop.serving.problem import Problem, kind_of, refused

SIDE: Final = 28
PIXELS: Final = SIDE * SIDE
INK: Final = 255

_ROW: Final = b"[" + b"," * (SIDE - 1) + b"]"
_PICTURE: Final = b"[" + b",".join([_ROW] * SIDE) + b"]"
_ONE: Final = b'{"image":' + _PICTURE + b"}"
_DIGITS_AND_SPACE: Final = b"0123456789 \t\r\n"
_thread = threading.local()
"""Each thread has a parser of its own: it owns the memory that it reads into."""

Pictures = NDArray[np.uint8] | NDArray[np.float32]


def fast_pictures(body: bytes) -> tuple[NDArray[np.uint8], bool] | None:
    """Pictures of whole numbers, from a body that holds nothing else.

    Returns:
        (n, 28, 28) uint8 and whether it was a list of pictures; None where the careful road has
        to be taken.
    """
    bones = body.translate(None, _DIGITS_AND_SPACE)
    several = bones != _ONE
    if several and bones != _bones_of(len(bones) // len(_PICTURE)):
        return None
    parser = getattr(_thread, "parser", None)
    if parser is None:
        parser = _thread.parser = simdjson.Parser()
    try:
        document: Any = parser.parse(body)
        found = document["images" if several else "image"].as_buffer(of_type="u")
    except Exception:  # whatever is the matter, the careful road says it better
        return None
    numbers = np.frombuffer(found, np.uint64)
    if len(numbers) % PIXELS or not len(numbers) or numbers.max() > INK:
        return None
    return numbers.astype(np.uint8).reshape(-1, SIDE, SIDE), several


def _bones_of(count: int) -> bytes:
    """The punctuation of a body with a list of so many pictures."""
    return b'{"images":[' + b",".join([_PICTURE] * count) + b"]}"


def parsed(body: bytes) -> Any:
    """The value of a JSON body.

    NaN and Infinity, which JSON does not have and many programs write, are let through here, so
    that the sentence can say where they stand.

    Raises:
        Problem: if it is not JSON.
    """
    try:
        return json.loads(body)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"This is not JSON: {error.msg} ({place}).") from error
    except (ValueError, RecursionError) as error:
        raise Problem(
            400, "This JSON cannot be read: it is no UTF-8 text, too deep, or a number is too long."
        ) from error


def pictures_of(value: Any, where: str) -> Pictures:
    """A list of pictures, each 28 rows of 28 numbers 0…255.

    Returns:
        (n, 28, 28) uint8, or float32 where there are fractions.

    Raises:
        Problem: with the place of the first number, row or picture that is wrong.
    """
    _check_list(value, where, "pictures")
    if not value:
        raise refused(f"{where} is empty: at least one picture is needed.", where)
    for index, picture in enumerate(value):
        check_picture(picture, f"{where}[{index}]")
    return as_pictures(value, where)


def check_picture(picture: Any, where: str) -> None:
    """Raise a Problem unless it is 28 rows of 28 numbers 0…255."""
    _check_list(picture, where, "rows")
    if len(picture) == PIXELS and not any(isinstance(row, list) for row in picture):
        raise refused(f"{where} is a flat list of 784; 28 rows of 28 numbers are needed.", where)
    if len(picture) != SIDE:
        raise refused(f"{where} has {len(picture)} rows; 28 are needed.", where)
    for y, row in enumerate(picture):
        _check_list(row, f"{where}[{y}]", "numbers")
        if len(row) != SIDE:
            raise refused(f"{where}[{y}] has {len(row)} numbers; 28 are needed.", f"{where}[{y}]")
        for x, number in enumerate(row):
            check_number(number, f"{where}[{y}][{x}]")


def check_number(number: Any, where: str) -> None:
    """Raise a Problem unless it is a number 0…255."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise refused(f"{where} is {kind_of(number)}; a number 0…255 is needed.", where)
    if isinstance(number, float) and not math.isfinite(number):
        raise refused(f"{where} is {number}; a number 0…255 is needed.", where)
    if not 0 <= number <= INK:
        raise refused(f"{where} is {str(number)[:20]}; numbers go from 0 to 255.", where)


def as_pictures(numbers: Any, where: str) -> Pictures:
    """Checked numbers as (n, 28, 28), refused if somebody has scaled them already."""
    array = np.asarray(numbers, dtype=np.float64).reshape(-1, SIDE, SIDE)
    check_scale(array, where)
    whole = not (array % 1).any()
    return array.astype(np.uint8) if whole else array.astype(np.float32)


def check_scale(array: NDArray[Any], where: str) -> None:
    """Raise a Problem where fractions never exceed 1: they go from 0 to 1, and not to 255."""
    highest = array.max(axis=(1, 2))
    fractions = (array % 1 > 0).any(axis=(1, 2))
    scaled = np.flatnonzero(fractions & (highest <= 1))
    if len(scaled):
        raise refused(
            f"{where} looks as if it had been divided by 255: nothing in picture {scaled[0]} is "
            "above 1. Send the pixels as they are, 0…255; the service scales them itself.",
            where,
        )


def _check_list(value: Any, where: str, of: str) -> None:
    if not isinstance(value, list):
        raise refused(f"{where} is {kind_of(value)}; a list of {of} is needed.", where)
