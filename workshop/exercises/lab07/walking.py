"""From one point of the latent space to another, without leaving the crowd."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, not_a_number, trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SIZE = 64
PLACES = (0.0, 0.25, 0.5, 0.75, 1.0)

LENGTHS = "lengths = np.linalg.norm(start), np.linalg.norm(end)\n"
ANGLE = "angle = np.arccos(np.clip(start @ end / (lengths[0] * lengths[1]), -1, 1))\n"
SAME = "if abs(np.sin(angle)) < 1e-6:\n    return (1 - share) * start + share * end\n"
ARC = "return (np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)"
RIGHT = LENGTHS + ANGLE + SAME + ARC


class Between(Exercise):
    id = "07-between"
    title = "A walk between two points"
    points = 2
    hints = (
        "The cosine of the angle: `start @ end / (np.linalg.norm(start) * np.linalg.norm(end))`, "
        "and `np.arccos` of that is the angle. Then the formula.",
        "`(np.sin((1 - share) * angle) * start + np.sin(share * angle) * end) / np.sin(angle)`. "
        "If both points are the same, the sine is 0: then return `start`. Rounding may make a "
        "cosine of 1 a little larger, and then there is no angle: `np.clip(…, -1, 1)` helps.",
    )
    wrong_answers = {
        "through-the-middle": "return (1 - share) * start + share * end",
        "backwards": RIGHT.replace("(1 - share) * angle", "_ * angle")
        .replace("np.sin(share", "np.sin((1 - share)")
        .replace("_ *", "share *"),
        "not-a-cosine": LENGTHS + "angle = np.arccos(start @ end)\n" + SAME + ARC,
        "not-divided": RIGHT.replace(ARC, ARC.replace(" / np.sin(angle)", "")),
        "degrees": RIGHT.replace("angle = np", "angle = np.degrees(np").replace(
            "-1, 1))", "-1, 1)))"
        ),
        "length-one": RIGHT.replace(
            "return (np.sin", "start, end = start / lengths[0], end / lengths[1]\nreturn (np.sin"
        ),
        "never-leaves": RIGHT.replace(
            "(lengths[0] * lengths[1])", "lengths[0] * lengths[1]"
        ).replace("return (1 - share) * start + share * end", "return start"),
        "same-point": RIGHT.replace(SAME, ""),
        "wrong-shape": "return np.stack([start, end])",
        "off-the-path": RIGHT.replace("return (np.sin", "return 1.3 * (np.sin"),
        "printed-not-returned": "print((1 - share) * start + share * end)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        start, end = rng.normal(size=(2, SIZE))
        while abs(start @ end) < 2:  # so that it is no cosine before it is divided by the lengths
            end = rng.normal(size=SIZE)
        return {"start": start, "end": end}

    def probe(self, inputs: Data, answer: Any) -> Data:
        start, end = inputs["start"], inputs["end"]
        with np.errstate(all="ignore"):
            found: Data = {
                f"{share}": {"seen": call(answer, start, end, share)} for share in PLACES
            }
            # Numbers whose length and angle come out exactly, so that the sine is exactly 0.
            point = np.full(SIZE, 2.0)
            return found | {"standing": {"seen": call(answer, point, point.copy(), 0.5)}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        path = []
        for share in PLACES:
            seen = data[f"{share}"]["seen"]
            got = seen.get("value")
            if isinstance(got, np.ndarray) and not_a_number(got):
                return _no_angle()
            if wrong := trouble(seen) or expect_array(got, (SIZE,)):
                return wrong
            path.append(got.astype("float64"))
        start, end = inputs["start"], inputs["end"]
        if wrong := self._ends(start, end, path) or self._middle(start, end, path):
            return wrong
        standing = data["standing"]["seen"].get("value")
        if not isinstance(standing, np.ndarray) or not np.allclose(standing, 2.0, atol=1e-5):
            return not_yet(
                "same-point",
                "from a point to itself, the way leads to "
                f"`{'NaN' if isinstance(standing, np.ndarray) else standing}`.",
                "the angle is 0, its sine too, and 0 divided by 0 is not a number.",
                "if the sine of the angle is (nearly) 0, return `start`.",
            )
        length = float(np.linalg.norm(path[2]))
        return passed(
            f"half-way, the point has the length {length:.2f}. On the straight line it would be "
            f"{np.linalg.norm((start + end) / 2):.2f}.",
            "random points of many numbers all lie near one sphere. A walk that stays on it meets "
            "only points that the generator has been trained on.",
        )

    def _ends(self, start: Any, end: Any, path: list[Any]) -> Verdict | None:
        first, last = path[0], path[-1]
        if np.allclose(first, start, atol=1e-5) and np.allclose(last, end, atol=1e-5):
            return None
        if np.allclose(first, end, atol=1e-5) and np.allclose(last, start, atol=1e-5):
            return not_yet(
                "backwards",
                "with `share` 0 I am at `end`, with 1 at `start`.",
                "`share` says how much of the way is behind me.",
                "`start` goes with `1 - share`, `end` with `share`.",
            )
        if all(np.allclose(point, start, atol=1e-5) for point in path):
            return not_yet(
                "never-leaves",
                "whatever `share` is, I stay at `start`.",
                "your function takes the two for one and the same point: the sine of its angle "
                "came out as 0. A cosine of more than 1, cut to 1, does that.",
                "print the cosine before it is cut. Divide by both lengths, "
                "`start @ end / (… * …)`, and mind the parentheses.",
            )
        along = [
            float(point @ whole / (whole @ whole)) for point, whole in ((first, start), (last, end))
        ]
        straight = np.allclose(first, along[0] * start, atol=1e-5)
        if straight and np.isclose(np.linalg.norm(first), 1, atol=1e-5):
            return not_yet(
                "length-one",
                "the way starts at a point of length 1.",
                "for the angle, lengths do not matter. For the generator they do: a point of "
                f"{SIZE} random numbers has a length of about {np.sqrt(SIZE):.0f}.",
                "put `start` and `end` themselves into the formula.",
            )
        angle = _angle(start, end)
        if straight and np.isclose(along[0], np.sin(angle), atol=1e-5):
            return not_yet(
                "not-divided",
                f"with `share` 0, I am at {along[0]:.3f} times `start`.",
                "both sines together are divided by the sine of the whole angle, so that the way "
                "begins and ends where it should.",
                "divide by `np.sin(angle)`.",
            )
        return not_yet(
            "off-the-path",
            "the way does not begin at `start` and end at `end`.",
            "with `share` 0 the formula gives `start`, with 1 it gives `end`.",
            "put 0 into it, on paper: sin((1 − 0) · θ) / sin θ is 1, and sin(0 · θ) is 0. Has your "
            "code the same parentheses?",
        )

    def _middle(self, start: Any, end: Any, path: list[Any]) -> Verdict | None:
        lengths = [float(np.linalg.norm(point)) for point in path]
        typical = (lengths[0] + lengths[-1]) / 2
        middle = path[2]
        if not np.isfinite(middle).all() or not _in_plane(middle, start, end):
            return _lost()
        if np.allclose(middle, (start + end) / 2, atol=1e-5):
            return not_yet(
                "through-the-middle",
                f"half-way, the point has the length {lengths[2]:.2f}; both ends have about "
                f"{typical:.2f}.",
                "the straight line cuts through the inside of the sphere. There are next to no "
                "random points there, so the generator was never asked to draw them.",
                "walk along the arc: the formula with the sines.",
            )
        turned = _angle(start, path[1]) / _angle(start, end)
        if not 0.9 < lengths[2] / typical < 1.1 or not 0.15 < turned < 0.35:
            return _lost(f" Half-way, its length is {lengths[2]:.2f}; the ends have {typical:.2f}.")
        return None


def _no_angle() -> Verdict:
    return not_yet(
        "not-a-cosine",
        "the way between two different points leads to `NaN`.",
        "a cosine lies in −1…1, and `np.arccos` of anything else is `NaN`. The product "
        "`start @ end` alone grows with the lengths of the points.",
        "divide it by both lengths, `np.linalg.norm(start) * np.linalg.norm(end)`. Mind the "
        "parentheses.",
    )


def _lost(more: str = "") -> Verdict:
    return not_yet(
        "degrees",
        f"the ends are right, the way between them is not.{more}",
        "`np.sin` wants the angle as `np.arccos` gives it, in radians, and `np.arccos` wants a "
        "cosine: the product of two points divided by both lengths.",
        "print the angle. For two random points it is about 1.6, a quarter of a turn.",
    )


def _angle(one: Any, other: Any) -> float:
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.arccos(np.clip(cosine, -1, 1)))


def _in_plane(point: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> bool:
    """Whether the point is a sum of some of `start` and some of `end`."""
    both = np.stack([start, end], axis=1)
    weights = np.linalg.lstsq(both, point, rcond=None)[0]
    return bool(np.allclose(both @ weights, point, atol=1e-4) and (weights > 0).all())
