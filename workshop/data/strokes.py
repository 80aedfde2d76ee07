"""From 8×8 counts to strokes: what the stand-in digits are drawn from.

scikit-learn ships 1,797 real handwritten digits, but tiny ones: each was 32×32 black-and-white
pixels once, and only the number of black pixels in every 4×4 block was kept. This module finds
smooth strokes that agree with those counts. They come as *fields*: pictures whose value says how
surely a point is ink. Cut a field at 0.5 and you get the pen as it was; cut it higher and the same
digit is written with a finer pen.

Counts: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository, 1998, CC BY 4.0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, zoom
from scipy.special import expit

Array = NDArray[np.float32]

RIM = 8
SIZE = 64 + 2 * RIM
"""A field is SIZE×SIZE: 64 pixels of digit and a rim without ink."""

NO_INK = -1.0
STEEPNESS = 6.0
STEPS = 12


@dataclass(frozen=True)
class Glyphs:
    """Digits that are ready to be drawn at any size, slant and width.

    Attributes:
        fields: (n, SIZE, SIZE) float32, ink where above 0.5.
        labels: (n,) uint8, which digit each one is.
        centres: (n, 2) float32, row and column of the ink's centre of mass.
        outlines: (n, 32, 2) float32, the outermost ink points in 32 directions, as rows and
            columns seen from the centre of mass.
    """

    fields: Array
    labels: NDArray[np.uint8]
    centres: Array
    outlines: Array


def make_glyphs(counts: Array, labels: NDArray[np.uint8], rng: np.random.Generator) -> Glyphs:
    """Trace every digit; each two comes plain and once more with a loop at its foot.

    Args:
        counts: (n, 8, 8) float, black pixels per block, 0 to 16.
        labels: (n,) which digit each one is.
        rng: decides how large the loops are.
    """
    fields = super_resolve(counts)
    looped = [curl_foot(field, rng) for field in fields[labels == 2]]
    fields = np.concatenate([fields, np.reshape(looped, (-1, SIZE, SIZE))]).astype(np.float32)
    labels = np.concatenate([labels, np.full(len(looped), 2)]).astype(np.uint8)
    centres, outlines = measure(fields)
    return Glyphs(fields, labels, centres, outlines)


def super_resolve(counts: Array) -> Array:
    """Fields whose strokes, counted block by block, give the counts back.

    We start from a smooth enlargement, count its blocks, see where the counts are too small or
    too large, and add the smooth enlargement of that error. After a dozen rounds it is gone.

    Args:
        counts: (n, 8, 8) float, 0 to 16.

    Returns:
        (n, SIZE, SIZE) float32.
    """
    enlarge = interpolation_matrix(8, 32)
    wanted = counts / 16
    field = enlarge @ wanted @ enlarge.T
    for _ in range(STEPS):
        ink = expit(STEEPNESS * (field - 0.5))
        counted = ink.reshape(-1, 8, 4, 8, 4).mean(axis=(2, 4))
        field += enlarge @ (wanted - counted) @ enlarge.T
    soft = gaussian_filter(field, (0, 0.5, 0.5))
    field = zoom(soft, (1, 2, 2), order=1, mode="nearest", grid_mode=True)
    rim = ((0, 0), (RIM, RIM), (RIM, RIM))
    return np.pad(field, rim, constant_values=NO_INK).astype(np.float32)


def interpolation_matrix(small: int, large: int) -> Array:
    """The (large, small) float32 matrix M that enlarges a picture p smoothly: M @ p @ M.T."""
    unit = zoom(np.eye(small), (large / small, 1), order=3, mode="nearest", grid_mode=True)
    return np.asarray(unit, dtype=np.float32)


def curl_foot(field: Array, rng: np.random.Generator) -> Array:
    """A two whose foot begins with a loop, as many people write it.

    The writers of scikit-learn's digits hardly ever do; many of MNIST's do. An elliptical ring is
    laid on the lower left corner of the two and its inside is cleared.

    Args:
        field: (SIZE, SIZE) float32, a two.
        rng: decides the ring's size and tilt.

    Returns:
        (SIZE, SIZE) float32.
    """
    rows, columns = np.indices(field.shape)
    corner = np.where(field > 0.5, columns - rows, SIZE).argmin()
    high, wide = rng.uniform(6, 10), rng.uniform(7, 12)
    down = rows - (rows.flat[corner] - 0.9 * high)
    right = columns - (columns.flat[corner] + 0.8 * wide)
    tilt = rng.uniform(-0.2, 0.8)
    along = (right * np.cos(tilt) - down * np.sin(tilt)) / wide
    across = (right * np.sin(tilt) + down * np.cos(tilt)) / high
    distance = np.hypot(along, across)  # 1 on the ellipse
    ring = np.minimum(1.8 - 0.4 * np.sqrt(high * wide) * np.abs(distance - 1), 1.2)
    looped: Array = np.where(distance < 1, ring, np.maximum(field, ring)).astype(np.float32)
    return looped


def measure(fields: Array) -> tuple[Array, Array]:
    """The centre of mass and the outermost ink points of each field.

    A slant, a turn or a stretch keeps outermost points outermost. So these few points are enough to
    know the box around a digit after any of them, without drawing it first.

    Returns:
        (n, 2) centres and (n, 32, 2) outlines, as in `Glyphs`, float32.
    """
    ink = fields.reshape(len(fields), -1) > 0.5
    points = np.indices((SIZE, SIZE), dtype=np.float32).reshape(2, -1).T
    centres = (ink @ points) / np.maximum(ink.sum(axis=1), 1)[:, None]
    angles = np.arange(32) * np.pi / 16
    reach = points @ np.array([np.cos(angles), np.sin(angles)], dtype=np.float32)
    outermost = np.stack([np.where(ink, r, -SIZE).argmax(axis=1) for r in reach.T], axis=1)
    outlines = points[outermost] - centres[:, None]
    return centres.astype(np.float32), outlines.astype(np.float32)
