"""What `POST /predict` and `POST /feedback` take: JSON, a PNG picture, or bare bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from workshop.drawing import DrawingError, digit_from_picture, digit_from_strokes
from workshop.serving.pixels import (
    PIXELS,
    SIDE,
    Pictures,
    as_pictures,
    check_picture,
    fast_pictures,
    parsed,
    pictures_of,
)
from workshop.serving.problem import Problem, check_fields, kind_of, refused

JSON, PNG, BYTES = "application/json", "image/png", "application/octet-stream"
FIELDS: Final = ("image", "images", "strokes", "size", "show")
LARGEST_SIDE: Final = 4096


@dataclass(frozen=True)
class Asked:
    """The pictures of a request.

    Attributes:
        images: (n, 28, 28) uint8 or float32, 0…255, as the model takes them.
        several: whether the answer is a list.
        show: whether the answer brings back the pictures that the model saw.
    """

    images: Pictures
    several: bool = False
    show: bool = False


def asked(body: bytes, mimetype: str) -> Asked:
    """Read the body of a request.

    Raises:
        Problem: if there is no picture in it.
    """
    if mimetype == JSON:
        if fast := fast_pictures(body):
            return Asked(*fast)
        return _from_json(parsed(body))
    if mimetype == PNG:
        return Asked(_from_png(body))
    if mimetype == BYTES:
        return Asked(_from_bytes(body), several=True)
    raise Problem(
        415,
        f"The Content-Type is {mimetype[:60] or 'missing'}; {JSON}, {PNG} or {BYTES} is needed.",
        "Content-Type",
    )


def labelled(body: bytes, mimetype: str) -> tuple[NDArray[np.uint8], int]:
    """A drawing and the digit that it is, for `POST /feedback`: (28, 28) uint8 and 0…9.

    Raises:
        Problem: if one of them is missing or wrong.
    """
    if mimetype != JSON:
        said = mimetype[:60] or "missing"
        raise Problem(415, f"The Content-Type is {said}; {JSON} is needed.", "Content-Type")
    fields = dict(check_fields(parsed(body), ("label", "image", "strokes", "size")))
    label = fields.pop("label", None)
    if isinstance(label, bool) or not isinstance(label, int) or not 0 <= label <= 9:
        raise refused("label says which digit the drawing is: a whole number 0…9.", "label")
    image = _from_json(fields).images[0]
    return np.asarray(image).round().astype(np.uint8), label


def _from_json(body: Any) -> Asked:
    fields = check_fields(body, FIELDS)
    given = [name for name in FIELDS[:3] if name in fields]
    if len(given) != 1:
        said = " and ".join(given) if given else "none of them"
        raise refused(f"One of image, images or strokes is needed; there is {said}.")
    show = fields.get("show", False)
    if not isinstance(show, bool):
        raise refused(f"show is {kind_of(show)}; true or false is needed.", "show")
    if given == ["strokes"]:
        return Asked(_from_strokes(fields), show=show)
    if "size" in fields:
        raise refused("size belongs to strokes; a picture has 28 × 28 pixels.", "size")
    if given == ["images"]:
        return Asked(pictures_of(fields["images"], "images"), several=True, show=show)
    check_picture(fields["image"], "image")
    return Asked(as_pictures([fields["image"]], "image"), show=show)


def _from_strokes(fields: dict[str, object]) -> NDArray[np.uint8]:
    if "size" not in fields:
        raise refused("strokes need a size: [width, height] of what was drawn on.", "size")
    strokes: Any = fields["strokes"]
    size: Any = fields["size"]
    try:
        return digit_from_strokes(strokes, size)[None]
    except DrawingError as error:
        raise refused(str(error), "strokes") from error


def _from_png(body: bytes) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(body), formats=["PNG"]) as image:
            if max(image.size) > LARGEST_SIDE:
                raise refused(
                    f"The picture has {image.width} × {image.height} pixels; at most "
                    f"{LARGEST_SIDE} × {LARGEST_SIDE} are accepted."
                )
            grey = _grey(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Problem(400, "This is no whole PNG picture.") from error
    try:
        return digit_from_picture(grey)[None]
    except DrawingError as error:
        raise refused(str(error)) from error


def _grey(image: Image.Image) -> NDArray[np.uint8]:
    """(height, width) 0…255; what is transparent shows white paper."""
    if image.mode.startswith("I"):  # 16 bits for each pixel
        return (np.asarray(image, dtype=np.float64) / 257).round().astype(np.uint8)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return np.asarray(image.convert("L"))


def _from_bytes(body: bytes) -> NDArray[np.uint8]:
    if not body or len(body) % PIXELS:
        raise refused(
            f"The body has {len(body):,} bytes; 784 for each picture are needed, row by row."
        )
    return np.frombuffer(body, np.uint8).reshape(-1, SIDE, SIDE)
