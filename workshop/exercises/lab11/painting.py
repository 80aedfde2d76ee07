"""Paint strokes with a round pen: which points of a fine grid has it touched?"""

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab11.strokes import Floats, Strokes, drawn_at_random
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
touched = np.zeros(x.shape, bool)
for stroke in strokes:
    ends = stroke[1:] if len(stroke) > 1 else stroke
    for start, end in zip(stroke, ends):
        touched |= distance(x, y, start, end) <= pen / 2
return touched"""
DOTS_LOST = ANSWER.replace(" if len(stroke) > 1 else stroke", "")
WIDTH, HEIGHT = 90, 70
FEW = 3
"""Grid points on the very edge of the pen may fall to either side."""


class Paint(Exercise):
    id = "11-paint"
    title = "Paint strokes with a thick pen"
    points = 2
    hints = (
        "Start with `touched = np.zeros(x.shape, bool)`. Two loops: for each stroke, and for each "
        "pair of neighbouring points in it. `zip(stroke, stroke[1:])` gives those pairs.",
        "For each pair, add the points that the pen covers: `touched |= distance(x, y, start, "
        "end) <= pen / 2`. What does `zip(stroke, stroke[1:])` give for a stroke of one point?",
        "A dot is a piece that ends where it begins: `ends = stroke[1:] if len(stroke) > 1 else "
        "stroke`, then `zip(stroke, ends)`.",
    )
    wrong_answers = {
        "points-only": ANSWER.replace("zip(stroke, ends)", "zip(stroke, stroke)"),
        "pen-never-lifts": "strokes = [[point for stroke in strokes for point in stroke]]\n"
        + ANSWER,
        "dot-lost": DOTS_LOST,
        "twice-as-thick": ANSWER.replace("pen / 2", "pen"),
        "last-piece-only": ANSWER.replace("|=", "="),
        "rows-and-columns": ANSWER.replace("distance(x, y", "distance(y, x"),
        "closed": ANSWER.replace("ends = ", "stroke = stroke + stroke[:1]\n    ends = "),
        "inside-out": ANSWER.replace("<=", ">"),
        "ink-adds-up": ANSWER.replace(", bool)", ")").replace("|=", "+="),
        "other-ink": "return np.hypot(x - x.mean(), y - y.mean()) < pen",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        y, x = np.indices((HEIGHT, WIDTH)) + 0.5
        while True:
            strokes = drawn_at_random(rng, (3, 4, 1), WIDTH, HEIGHT)
            pen = round(float(rng.uniform(5, 7)), 3)
            parts = [touched([stroke], x, y, pen) for stroke in strokes]
            # The dot lies apart from the lines, and the lines cross: each slip shows.
            if (parts[0] & parts[1]).any() and not (parts[2] & (parts[0] | parts[1])).any():
                return {"strokes": strokes, "x": x, "y": y, "pen": pen}

    def probe(self, inputs: Data, answer: Any) -> Data:
        strokes = deepcopy(inputs["strokes"])
        return {"touched": call(answer, strokes, inputs["x"], inputs["y"], inputs["pen"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        strokes, x, y, pen = (inputs[name] for name in ("strokes", "x", "y", "pen"))
        got = data["touched"]
        if wrong := expect_array(got, x.shape):
            return wrong
        if float(got.max()) > 1:
            return not_yet(
                "ink-adds-up",
                f"somewhere you return {got.max():g}.",
                "where two strokes cross, paper is no blacker than black. More than 1 is a number "
                "that no training picture has.",
                "say True or False: `touched |= …` instead of `+=`.",
            )
        ink = got > 0.5
        if same(ink, touched(strokes, x, y, pen)):
            return passed(
                f"{len(strokes)} strokes, one of them a dot, touch {ink.mean():.0%} of the points.",
                "a browser sends points some milliseconds apart. A quick hand leaves gaps between "
                "them, and the pen has to fill those.",
            )
        return self._pieces(ink, strokes, x, y, pen) or self._form(ink, strokes, x, y, pen)

    def _pieces(
        self, ink: NDArray[Any], strokes: Strokes, x: Floats, y: Floats, pen: float
    ) -> Verdict | None:
        points = [[point] for stroke in strokes for point in stroke]
        if same(ink, touched(points, x, y, pen)):
            return not_yet(
                "points-only",
                f"you painted {len(points)} dots and no line between them.",
                "the faster the hand, the wider apart are the points. A quick 1 would be two dots.",
                "go over pairs of neighbours: `zip(stroke, stroke[1:])`.",
            )
        if same(ink, touched([[p for stroke in strokes for p in stroke]], x, y, pen)):
            return not_yet(
                "pen-never-lifts",
                "your pen also drew from the end of one stroke to the start of the next.",
                "the cross of a 7 would hang on a thread, and a 4 look like a 9.",
                "two loops: over the strokes, and inside it over the pairs of this one stroke, "
                "`zip(stroke, stroke[1:])`.",
            )
        long = [stroke for stroke in strokes if len(stroke) > 1]
        if same(ink, touched(long, x, y, pen)):
            return not_yet(
                "dot-lost",
                "the stroke of one point has left no ink.",
                "a tap is a dot. For one point, `zip(stroke, stroke[1:])` gives no pair.",
                "let a stroke of one point end where it begins.",
            )
        if same(ink, touched([long[-1][-2:]], x, y, pen)) or same(
            ink, touched([strokes[-1]], x, y, pen)
        ):
            return not_yet(
                "last-piece-only",
                "only the last piece is on the paper.",
                "each turn of the loop has replaced what was painted before.",
                "`touched |= …` adds, `touched = …` replaces.",
            )
        if same(ink, touched([[*stroke, stroke[0]] for stroke in strokes], x, y, pen)):
            return not_yet(
                "closed",
                "each stroke runs back to where it began.",
                "a 1 would stay a 1, but a 2 becomes a loop.",
                "the last point has no successor: `zip(stroke, stroke[1:])`.",
            )
        return None

    def _form(
        self, ink: NDArray[Any], strokes: Strokes, x: Floats, y: Floats, pen: float
    ) -> Verdict:
        if same(ink, touched(strokes, x, y, 2 * pen)):
            return not_yet(
                "twice-as-thick",
                f"your line is {2 * pen:.1f} wide; the pen is {pen:.1f}.",
                "`distance` is measured from the middle of the line, so it reaches half a pen to "
                "either side.",
                "compare with `pen / 2`.",
            )
        if same(ink, touched(strokes, y, x, pen)):
            return not_yet(
                "rows-and-columns",
                "your drawing lies on its side: x and y are exchanged.",
                "a point is [x, y], across first. An array is [row, column], down first. Nearly "
                "everyone mixes them up once.",
                "`distance(x, y, start, end)`, with x before y.",
            )
        if ink.all() or same(ink, ~touched(strokes, x, y, pen)):
            return not_yet(
                "inside-out",
                f"{ink.mean():.0%} of your points are ink: paper and ink are exchanged.",
                "near the line is ink, so the distance must be small.",
                "`distance(…) <= pen / 2`.",
            )
        want = touched(strokes, x, y, pen)
        return not_yet(
            "other-ink",
            f"{(ink != want).sum()} of {ink.size} points are not as they should be: you have ink "
            f"on {ink.sum()}, and {want.sum()} are within half a pen of a stroke.",
            "each piece of each stroke has to be painted, once, with this pen.",
            "paint one stroke of two points, and look at it with `plots.maps`.",
        )


def distance(x: Floats, y: Floats, start: Any, end: Any) -> Floats:
    """How far each point (x, y) is from the straight piece between `start` and `end`."""
    (x0, y0), (along_x, along_y) = start, np.subtract(end, start)
    length = max(along_x**2 + along_y**2, 1e-12)
    share = (((x - x0) * along_x + (y - y0) * along_y) / length).clip(0, 1)
    gap: Floats = np.hypot(x - x0 - share * along_x, y - y0 - share * along_y)
    return gap


def touched(strokes: Strokes, x: Floats, y: Floats, pen: float) -> NDArray[np.bool_]:
    """Where a round pen has been."""
    pieces = [
        distance(x, y, start, end)
        for stroke in strokes
        for start, end in zip(stroke, stroke[1:] or stroke, strict=False)
    ]
    near: NDArray[np.bool_] = np.min(pieces, axis=0) <= pen / 2
    return near


def same(some: NDArray[Any], others: NDArray[Any]) -> bool:
    """Whether two pictures agree, but for the very edge of the ink."""
    return int((some != others).sum()) <= FEW
