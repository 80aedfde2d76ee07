"""From a file that calls itself a picture to a digit: the only place where such files are decoded.

The file may be anything: empty, cut off, a text, a bomb that unpacks to a hundred times its size,
a link to something secret, a pipe that never ends. Each gets a sentence; none gets further.
"""

import io
import os
import stat
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from workshop.drawing import DrawingError, digit_from_picture
from workshop.scoring.item import SCALED, SIDE, Digit, Item, checked, fault_of, fingerprint

FORMATS: Final = ("PNG", "JPEG")
LARGEST_FILE: Final = 20_000_000
LARGEST_SIDE: Final = 4_096


class BrokenPictureError(ValueError):
    """Why this file is no picture of a digit."""


def item_of_file(key: str, path: Path, root: Path) -> Item:
    """Read a picture file, without following it out of its folder.

    Args:
        key: how the item is called.
        path: the file.
        root: the resolved folder that it must lie in.
    """
    try:
        content = _content_of(path, root)
    except BrokenPictureError as broken:
        return Item(key, "", None, str(broken))
    except OSError as error:
        return Item(key, "", None, f"it cannot be read ({error.strerror})")
    return item_of_bytes(key, content)


def item_of_bytes(key: str, content: bytes) -> Item:
    """Decode the bytes of a PNG or JPEG file."""
    try:
        return checked(key, content, _digit_of(_decoded(content)))
    except (BrokenPictureError, DrawingError) as broken:
        return Item(key, fingerprint(content), None, str(broken))


def _content_of(path: Path, root: Path) -> bytes:
    real = Path(os.path.realpath(path, strict=True))  # `resolve` fails otherwise on a circle
    if not real.is_relative_to(root):
        raise BrokenPictureError("it is a link that leads out of the folder")
    # Without O_NONBLOCK, opening a pipe would wait for somebody to write into it.
    handle = os.open(real, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise BrokenPictureError("it is no regular file")
        if status.st_size > LARGEST_FILE:
            raise BrokenPictureError(
                f"it has {status.st_size / 1e6:,.0f} MB; {LARGEST_FILE / 1e6:.0f} MB are read"
            )
        return file.read(LARGEST_FILE)


def _decoded(content: bytes) -> NDArray[np.uint8]:
    """(height, width) uint8 of grey levels; what is transparent becomes white paper."""
    if not content:
        raise BrokenPictureError("it is empty")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if max(image.size) > LARGEST_SIDE:
                raise BrokenPictureError(
                    f"it has {image.width:,} × {image.height:,} pixels; "
                    f"{LARGEST_SIDE:,} a side are read"
                )
            return np.asarray(_on_paper(image).convert("L"))
    except UnidentifiedImageError as error:
        raise BrokenPictureError("it is neither PNG nor JPEG, whatever its name says") from error
    except Image.DecompressionBombError as error:
        raise BrokenPictureError(f"it has more than {LARGEST_SIDE:,} pixels a side") from error
    except BrokenPictureError:
        raise
    except Exception as error:  # a damaged file can fail in any way, SyntaxError included
        reason = (str(error).splitlines() or [type(error).__name__])[0][:100]
        raise BrokenPictureError(f"it is damaged ({reason})") from error


def _on_paper(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits: `convert` would cut everything above 255 off
        grey = np.asarray(image, dtype=np.float64) / 257
        return Image.fromarray(grey.clip(0, 255).round().astype(np.uint8))
    if not image.has_transparency_data:
        return image
    drawn = image.convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper


def _digit_of(picture: NDArray[np.uint8]) -> Digit:
    """MNIST's own size and polarity is taken as it is; everything else is cut out and centred."""
    if picture.shape == (SIDE, SIDE) and fault_of(picture) in ("", SCALED):
        return picture
    return digit_from_picture(picture)
