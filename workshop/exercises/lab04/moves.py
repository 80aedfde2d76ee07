"""How far each picture was moved, and whether all of these moves vary as they should."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.verdict import Verdict, not_yet

FARTHEST = 2
LOOKED = 4
"""Moves so far are recognised; farther ones are not looked for."""


def find_moves(images: NDArray[Any], got: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """For each picture (down, right), 99 where no move fits; and whether paper came in.

    Only what stays inside the picture is compared, so that any way to fill the edges is found.
    """
    moves = np.full((len(images), 2), 99)
    blank = np.zeros(len(images), bool)
    for down in range(-LOOKED, LOOKED + 1):
        for right in range(-LOOKED, LOOKED + 1):
            whole = _shifted(images, down, right)
            inside = np.s_[max(down, 0) : 28 + min(down, 0), max(right, 0) : 28 + min(right, 0)]
            close = np.abs(got - whole) < 1e-4
            fits = close[:, *inside].all(axis=(1, 2))
            moves[fits] = down, right
            blank[fits] = close[fits].all(axis=(1, 2))
    return moves, blank


def _shifted(images: NDArray[Any], down: int, right: int) -> NDArray[Any]:
    """(n, 28, 28) → all moved alike, paper coming in."""
    padded = np.pad(images, ((0, 0), (LOOKED, LOOKED), (LOOKED, LOOKED)))
    top, left = LOOKED - down, LOOKED - right
    return padded[:, top : top + 28, left : left + 28]


def odd_moves(moves: NDArray[Any]) -> Verdict | None:
    """The verdict on moves that do not vary, each for itself, from −2 to 2 in both directions."""
    down, right = moves.T
    if not moves.any():
        return not_yet(
            "nothing-moved",
            "every digit is where it was.",
            "augmentation lives from pictures that the network has not seen yet.",
            "draw an offset from −2 to 2 for each digit.",
        )
    if len(np.unique(moves, axis=0)) == 1:
        return not_yet(
            "same-move-for-all",
            f"all {len(moves)} digits moved by {down[0]} rows and {right[0]} columns.",
            "you drew once, for all of them together. Within a batch, nothing varies.",
            "draw as many offsets as there are digits: `rng.integers(…, (len(images), 2))`.",
        )
    if len(set(down)) == 1 or len(set(right)) == 1:
        lines, step = ("rows", down[0]) if len(set(down)) == 1 else ("columns", right[0])
        return not_yet(
            "one-direction",
            f"all {len(moves)} digits moved by the same number of {lines}: {step}.",
            "people write too high and too low as well as too far left or right.",
            "draw two offsets for each digit, one for each direction.",
        )
    if (down == right).all():
        return not_yet(
            "tied-directions",
            "down and right are the same number each time, so digits move along a diagonal.",
            "of 25 possible places, the network sees five.",
            "draw two offsets for each digit.",
        )
    return _odd_steps(down, "up", "down") or _odd_steps(right, "left", "right")


def _odd_steps(steps: NDArray[Any], back: str, forth: str) -> Verdict | None:
    """The verdict on one of the two directions, where some step from −2 to 2 never happens."""
    missing = sorted(set(range(-FARTHEST, FARTHEST + 1)) - set(steps.tolist()))
    if not missing:
        return None
    if steps.min() >= 0 or steps.max() <= 0:
        way, never = (forth, back) if steps.min() >= 0 else (back, forth)
        return not_yet(
            "one-sided",
            f"digits move {way}, and never {never}.",
            f"somebody will write a digit too far {never}, and the network has not met that.",
            "offsets from −2 to 2 in both directions. As a start within padded pictures, that is "
            "`rng.integers(0, 5)`: 2 is the middle.",
        )
    if missing in ([-FARTHEST], [FARTHEST]):
        return not_yet(
            "one-end-missing",
            f"no digit moves {FARTHEST} pixels {forth if missing[0] > 0 else back}.",
            "`rng.integers(-2, 2)` leaves its upper end out, as `range` does.",
            "`rng.integers(-2, 3)`, or `rng.integers(0, 5)` as a start within padded pictures.",
        )
    happened = ", ".join(str(step) for step in sorted(set(steps.tolist())))
    return not_yet(
        "steps-missing",
        f"{back} and {forth}, only these steps happen: {happened}.",
        "from −2 to 2 there are five. (If you draw fractions: `int` cuts them towards 0, so 1.9 "
        "becomes 1, and 2 is never reached.)",
        "draw whole numbers: `rng.integers(-2, 3)`, which leaves its upper end out.",
    )
