"""What is sent to the door: four good bodies, and 22 bad ones with the status of each."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

STATUS = {
    "another media type": 415,
    "JSON that breaks off": 400,
    "an empty body": 400,
    "bytes that are no text": 400,
    "a list instead of an object": 422,
    "null": 422,
    "an object without image": 422,
    "an image that is null": 422,
    "an image that is text": 422,
    "an empty image": 422,
    "27 rows": 422,
    "a flat list of 784": 422,
    "a row of 27": 422,
    "a row that is null": 422,
    "text instead of a number": 422,
    "null instead of a number": 422,
    "a list instead of a number": 422,
    "NaN": 422,
    "256": 422,
    "-1": 422,
    "a number of 400 digits": 422,
    "true instead of a number": 422,
}
"""What is wrong, in the order in which it is judged, and the status that it should get."""
AT_A_PLACE = ("NaN", "256", "-1", "text instead of a number", "true instead of a number")


def good_pictures(whole: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Pictures that come in, by what they are, in the order in which they are judged.

    Args:
        whole: (28, 28) whole numbers, 0 and 255 among them.
    """
    return {
        "whole numbers": whole,
        "fractions": np.maximum(whole - 0.5, 0),
        # Which of these comes in shows what is amiss with a range.
        "zeros and ones": whole // 128,
        "numbers from 1 to 255": np.maximum(whole, 1),
    }


def bodies(whole: NDArray[Any], y: int, x: int) -> dict[str, str]:
    """Bodies by what they are, as text of one character for each byte.

    Args:
        whole: (28, 28) whole numbers.
        y, x: where a single row or number is wrong.
    """
    good = good_pictures(whole).items()
    return {
        **{name: json.dumps({"image": picture.tolist()}) for name, picture in good},
        **_bad_bodies(whole, y, x),
    }


def _bad_bodies(whole: NDArray[Any], y: int, x: int) -> dict[str, str]:
    image = whole.tolist()

    def at(value: str) -> str:
        rows = [[*row] for row in image]
        rows[y][x] = 7777
        return json.dumps({"image": rows}).replace("7777", value)

    def row(value: Any) -> str:
        return json.dumps({"image": [*image[:y], value, *image[y + 1 :]]})

    return {
        "another media type": json.dumps({"image": image}),
        "JSON that breaks off": json.dumps({"image": image})[:-9],
        "an empty body": "",
        "bytes that are no text": '{"image": "\xff\xfe"}',
        "a list instead of an object": json.dumps(image),
        "null": "null",
        "an object without image": json.dumps({"picture": image}),
        "an image that is null": '{"image": null}',
        "an image that is text": '{"image": "a seven"}',
        "an empty image": '{"image": []}',
        "27 rows": json.dumps({"image": image[:27]}),
        "a flat list of 784": json.dumps({"image": whole.ravel().tolist()}),
        "a row of 27": row(image[y][:27]),
        "a row that is null": row(None),
        "text instead of a number": at('"7"'),
        "null instead of a number": at("null"),
        "a list instead of a number": at("[7]"),
        "NaN": at("NaN"),
        "256": at("256"),
        "-1": at("-1"),
        "a number of 400 digits": at("1" * 400),
        "true instead of a number": at("true"),
    }
