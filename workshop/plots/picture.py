"""A rendered figure and the sentence that says what it shows."""

from __future__ import annotations

import html
import io
import os
import struct
from base64 import b64encode
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image


@dataclass(frozen=True, repr=False)
class Picture:
    """A PNG and its alt text, shown by Jupyter as an image and by a terminal as the sentence.

    The bundle holds HTML and plain text, and no ``image/png``: JupyterLab (4.6) renders
    ``image/png`` as an ``<img>`` without alt text, whatever the metadata say, and its sanitiser
    leaves an ``<img>`` with a ``data:`` address alone in a notebook that is not trusted. nbconvert
    and nbviewer prefer HTML too, so a PNG beside it would double the notebook and never be shown.
    One place loses the picture: nbconvert's ``sanitize_html``, which is off unless asked for,
    shows the tag as text.
    """

    png: bytes
    alt: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = struct.unpack(">II", self.png[16:24])
        return width, height

    @property
    def html(self) -> str:
        """An ``<img>`` element that carries the pixels and the sentence."""
        width, height = self.size
        data = b64encode(self.png).decode("ascii")
        return (
            f'<img alt="{html.escape(self.alt)}" width="{width}" height="{height}" '
            f'style="max-width: 100%; height: auto" src="data:image/png;base64,{data}">'
        )

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the PNG to ``path`` (complete or not at all) and return it."""
        target = Path(path)
        part = target.with_name(f"{target.name}.part")
        part.write_bytes(self.png)
        os.replace(part, target)
        return target

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.alt}


def picture(figure: Figure, alt: str) -> Picture:
    """Render any matplotlib figure, with its sentence, to a `Picture`.

    The same data gives the same bytes: no date and no program name is stored.

    Raises:
        ValueError: if ``alt`` is empty.
    """
    if not alt.strip():
        raise ValueError("This picture has no alt text: say in a sentence what it shows.")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    return Picture(small_png(Image.fromarray(pixels)), alt)


def small_png(image: Image.Image) -> bytes:
    """Return a PNG of 128 colours, which a figure hardly ever needs more than, without metadata."""
    file = io.BytesIO()
    image.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
