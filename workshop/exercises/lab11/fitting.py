"""Fit strokes into a box, both directions by the same factor."""

from copy import deepcopy
from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab11.strokes import Floats, Strokes, alike, as_strokes, drawn_at_random
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
points = np.concatenate(strokes)
corner = points.min(axis=0)
extent = np.ptp(points, axis=0)
scale = (side - pen) / extent.max() if extent.max() > 0 else 1
return [((np.array(stroke) - corner) * scale + pen / 2).tolist() for stroke in strokes]"""
ALONE = """\
fitted = []
for stroke in strokes:
    points = np.array(stroke)
    corner = points.min(axis=0)
    extent = np.ptp(points, axis=0).max()
    fitted.append(((points - corner) * ((side - pen) / extent if extent else 1) + pen / 2).tolist())
return fitted"""
SIDE = 20


class Fit(Exercise):
    id = "11-fit"
    title = "Fit into the box"
    points = 2
    hints = (
        "All points together: `points = np.concatenate(strokes)`, an array (n, 2). Its corner is "
        "`points.min(axis=0)`, its extent `np.ptp(points, axis=0)`: largest minus smallest, for x "
        "and for y.",
        "One factor for both directions: the larger extent becomes `side - pen`. A new point is "
        "(old − corner) · scale + pen / 2.",
        "A dot has the extent 0. `scale = (side - pen) / extent.max() if extent.max() > 0 else 1`.",
    )
    wrong_answers = {
        "aspect-lost": ANSWER.replace("/ extent.max() if", "/ np.maximum(extent, 1e-9) if"),
        "each-stroke-alone": ALONE,
        "pen-sticks-out": ANSWER.replace("(side - pen)", "side").replace(" + pen / 2", ""),
        "not-moved": ANSWER.replace(" - corner", ""),
        "half-a-pen-missing": ANSWER.replace(" + pen / 2", ""),
        "half-outside": ANSWER.replace("(side - pen)", "side"),
        "smaller-side": ANSWER.replace(
            "/ extent.max() if extent.max()", "/ extent.min() if extent.min()"
        ),
        "always-the-height": ANSWER.replace("extent.max()", "extent[1]"),
        "x-and-y-in-one": ANSWER.replace(", axis=0", "").replace("axis=0", ""),
        "dot-divides-by-zero": ANSWER.replace(" if extent.max() > 0 else 1", ""),
        "not-strokes": "return np.concatenate(strokes)",
        "not-scaled": "return strokes",
        "other-place": ANSWER.replace("pen / 2", "pen"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Higher than wide, such that the larger side matters, and of several strokes.
        drawing = drawn_at_random(rng, (4, 3, 2), 60, 240)
        dot = drawn_at_random(rng, (1,), 200, 200)
        pen = round(float(rng.uniform(2, 3)), 1)
        return {
            "drawing": drawing,
            "dot": dot,
            "pen": pen,
            "wide": drawn_at_random(rng, (3, 4), 240, 60),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        def fitted(name: str) -> Data:
            with np.errstate(all="ignore"):
                return call(answer, deepcopy(inputs[name]), SIDE, inputs["pen"])

        # The dot's observation is wrapped: that it stops has a name of its own.
        return {
            "drawing": fitted("drawing"),
            "wide": fitted("wide"),
            "dot": {"seen": fitted("dot")},
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        drawing, pen = inputs["drawing"], inputs["pen"]
        got = as_strokes(data["drawing"])
        if got is None or [len(stroke) for stroke in got] != [len(stroke) for stroke in drawing]:
            return not_yet(
                "not-strokes",
                "I need strokes back: a list with as many strokes as came in, each a list of "
                "[x, y], as many as before.",
                "where a stroke ends, the pen lifts. That must not get lost.",
                "`return [… for stroke in strokes]`.",
            )
        if not alike(got, fitted(drawing, pen)):
            return self._scale(got, drawing, pen) or self._place(got, drawing, pen)
        wide = as_strokes(data["wide"])
        if wide is None or not alike(wide, fitted(inputs["wide"], pen)):
            return not_yet(
                "always-the-height",
                "a drawing that is higher than wide comes out right. One that is wider than high "
                "does not.",
                "people draw both. Scaled by its height, a wide one sticks out on the right.",
                "the larger of the two decides, whichever it is: `extent.max()`.",
            )
        if not self._dot(data["dot"], pen):
            return not_yet(
                "dot-divides-by-zero",
                "the drawing is right. A single dot is not: its extent is 0.",
                "people tap by accident, and a service must not fall over. With NumPy, 0 / 0 gives "
                "NaN and only a warning, which is worse than an error: it goes on to the network.",
                "if the larger extent is 0, take 1 for the scale.",
            )
        width, height = np.ptp(np.concatenate(got), axis=0) + pen
        return passed(
            f"the ink is {width:.1f} wide and {height:.1f} high now, and a dot stays a dot.",
            "where on the canvas somebody draws, and how large, makes no difference any more. The "
            "form has stayed.",
        )

    def _dot(self, wrapped: Any, pen: float) -> bool:
        seen = wrapped.get("seen", {}) if isinstance(wrapped, dict) else {}
        got = as_strokes(seen.get("value")) if isinstance(seen, dict) else None
        return got is not None and alike(got, [np.full((1, 2), pen / 2)])

    def _scale(self, got: list[Floats], drawing: Strokes, pen: float) -> Verdict | None:
        points = np.concatenate(drawing)
        corner, extent = points.min(axis=0), np.ptp(points, axis=0)
        width, height = extent
        if alike(got, moved(drawing, corner, (SIDE - pen) / extent, pen / 2)):
            return not_yet(
                "aspect-lost",
                f"the drawing was {width:.0f} wide and {height:.0f} high. Yours is as wide as "
                "high.",
                "a 1 becomes a block, and a 0 a circle. MNIST kept the form of each digit.",
                "one scale for both directions, from the larger extent.",
            )
        if any(
            alike(got, moved(drawing, np.repeat(points.min(), 2), (SIDE - pen) / side, pen / 2))
            for side in (np.ptp(points), extent.max())
        ):
            return not_yet(
                "x-and-y-in-one",
                f"you take {points.min():g} for the smallest x and for the smallest y.",
                "without an axis, NumPy mixes all numbers, x and y alike.",
                "`axis=0` goes down the list of points, and gives two numbers: one for x and one "
                "for y.",
            )
        alone = [fitted([stroke], pen)[0] for stroke in drawing]
        if alike(got, alone):
            return not_yet(
                "each-stroke-alone",
                "each stroke fills the box by itself.",
                "the cross of a 7 would be as large as the 7. Strokes belong together.",
                "corner and extent from all points: `np.concatenate(strokes)`, once.",
            )
        if alike(got, moved(drawing, corner, (SIDE - pen) / extent.min(), pen / 2)):
            return not_yet(
                "smaller-side",
                f"your drawing is {np.ptp(np.concatenate(got), axis=0).max():.0f} pixels long; "
                f"the box has {SIDE}.",
                "you have fitted the smaller side, and the larger one sticks out.",
                "scale by the larger one, `extent.max()`.",
            )
        return None

    def _place(self, got: list[Floats], drawing: Strokes, pen: float) -> Verdict:
        points = np.concatenate(drawing)
        corner, extent = points.min(axis=0), np.ptp(points, axis=0).max()
        scale = (SIDE - pen) / extent
        if alike(got, moved(drawing, corner, SIDE / extent, 0)) or alike(
            got, moved(drawing, corner, SIDE / extent, pen / 2)
        ):
            if got[0].min() >= 0 and min(stroke.min() for stroke in got) < pen / 4:
                return not_yet(
                    "pen-sticks-out",
                    f"your points go from 0 to {SIDE}, and half the pen sticks out on each side.",
                    "the ink has to fit, not the middle of the pen.",
                    "scale to `side - pen`, and begin at `pen / 2`.",
                )
            return not_yet(
                "half-outside",
                f"your points go from {pen / 2:g} to {SIDE + pen / 2:g}.",
                "moving by half a pen is right. But then the far end has to come in by a whole "
                "one.",
                "scale to `side - pen`.",
            )
        if alike(got, moved(drawing, corner, scale, 0)):
            return not_yet(
                "half-a-pen-missing",
                f"the size is right, but your first point is 0 and not {pen / 2:g} from the edge.",
                "half the pen sticks out on the left and at the top.",
                "add `pen / 2` at the end.",
            )
        if alike(got, moved(drawing, np.zeros(2), scale, pen / 2)):
            return not_yet(
                "not-moved",
                "the size is right, but the drawing begins at "
                f"{np.concatenate(got).min(axis=0).max():.0f}.",
                "where somebody draws on the canvas must make no difference.",
                "subtract the corner before you scale.",
            )
        if alike(got, [np.array(stroke) for stroke in drawing]):
            return not_yet(
                "not-scaled",
                "the strokes came back as they were.",
                "large or small on the canvas must make no difference.",
                "new point = (old − corner) · scale + pen / 2.",
            )
        low, high = np.concatenate(got).min(axis=0), np.concatenate(got).max(axis=0)
        return not_yet(
            "other-place",
            f"your points reach from ({low[0]:.2f}, {low[1]:.2f}) to ({high[0]:.2f}, "
            f"{high[1]:.2f}). They should begin at {pen / 2:g} in both directions, and the longer "
            f"side end at {SIDE - pen / 2:g}.",
            "then the ink touches the box on three sides and lies inside on the fourth.",
            "new point = (old − corner) · scale + pen / 2.",
        )


def moved(strokes: Strokes, corner: Floats, scale: Any, margin: float) -> list[Floats]:
    """(old − corner) · scale + margin."""
    return [(np.array(stroke) - corner) * scale + margin for stroke in strokes]


def fitted(strokes: Strokes, pen: float) -> list[Floats]:
    """In the box, ink and all."""
    points = np.concatenate(strokes)
    extent = float(np.ptp(points, axis=0).max())
    scale = (SIDE - pen) / extent if extent > 0 else 1
    return moved(strokes, points.min(axis=0), scale, pen / 2)
