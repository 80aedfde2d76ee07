"""Drawing without a pointer: keys become strokes."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab11.strokes import Floats, alike, as_strokes
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
x = y = size / 2
down, strokes = False, []
for key in keys:
    if key == "Space":
        down = not down
        if down:
            strokes.append([[x, y]])
        continue
    right, below = MOVES[key]
    x = min(max(x + right * step, 0), size)
    y = min(max(y + below * step, 0), size)
    if down:
        strokes[-1].append([x, y])
return strokes"""
MOVES = {"ArrowLeft": (-1, 0), "ArrowRight": (1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}
SIZE, STEP = 100, 10


class ByKeys(Exercise):
    id = "11-by-keys"
    title = "Draw with keys"
    points = 2
    hints = (
        "Remember three things while you go over the keys: where the pen is (it starts at "
        "`size / 2`), whether it is down, and the strokes so far.",
        "On `Space`, turn `down` round; if it is down now, begin a stroke with the point where the "
        "pen is: `strokes.append([[x, y]])`. An arrow moves the pen, and if it is down, adds the "
        "new point to `strokes[-1]`.",
        "Stay on the paper: `x = min(max(x + right * step, 0), size)`.",
    )
    wrong_answers = {
        "draws-in-the-air": ANSWER.replace("    if down:\n        strokes[-1]", "    if strokes:\n"
        "        strokes[-1]"),
        "one-stroke-for-all": ANSWER.replace("        if down:\n            strokes.append",
        "        if down and strokes: strokes[-1].append([x, y])\n        elif down:\n"
        "            strokes.append"),
        "upside-down": ANSWER.replace("y + below", "y - below"),
        "leaves-the-paper": ANSWER.replace("min(max(x + right * step, 0), size)", "x + right * step"
        ).replace("min(max(y + below * step, 0), size)", "y + below * step"),
        "start-is-missing": ANSWER.replace("append([[x, y]])", "append([])"),
        "starts-in-the-corner": ANSWER.replace("x = y = size / 2", "x = y = 0"),
        "starts-in-the-air": ANSWER.replace("down, strokes = False, []",
        "down, strokes = True, [[[x, y]]]"),
        "not-strokes": ANSWER.replace("return strokes", "return [x, y]"),
        "other-strokes": ANSWER.replace("step, 0)", "step / 2, 0)"),
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        across = str(rng.choice(["ArrowLeft", "ArrowRight"]))
        few = int(rng.integers(2, 4))
        # Seven up and eight across: both meet an edge, from the middle.
        keys = ["ArrowUp"] * 7 + ["Space"] + [across] * 8 + ["ArrowDown"] * few + ["Space"]
        keys += ["ArrowDown"] * 2 + ["Space"] + ["ArrowDown"] * 2 + ["Space"]
        return {"keys": keys}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"strokes": call(answer, list(inputs["keys"]), SIZE, STEP)}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        keys = inputs["keys"]
        got = as_strokes(data["strokes"])
        if got is None and isinstance(data["strokes"], list):
            # A stroke that has no point at all is no (n, 2) array yet.
            got = as_strokes([stroke for stroke in data["strokes"] if stroke])
        if not got:
            return not_yet(
                "not-strokes",
                f"I got {str(data['strokes'])[:50]}.",
                "the rest of the road takes strokes, whoever draws them: mouse, finger or keys.",
                "a list of strokes, each a list of [x, y].",
            )
        want = strokes_of(keys)
        if alike(got, want):
            return passed(
                f"{len(keys)} keys gave {len(want)} strokes, and the pen stopped at the edge.",
                "people who cannot use a mouse can draw now. The network never learns who it was.",
            )
        if alike(got, strokes_of(keys, air=True)):
            return not_yet(
                "draws-in-the-air",
                "arrows also draw while the pen is up.",
                "then nothing but one long line can be drawn.",
                "add a point only if the pen is down.",
            )
        if alike(got, [np.concatenate(want)]):
            return not_yet(
                "one-stroke-for-all",
                "all points are in one stroke.",
                "between two strokes the pen is lifted; in one, a line would join them.",
                "each time the pen goes down, begin a new stroke.",
            )
        if alike(got, [stroke[1:] for stroke in want]):
            return not_yet(
                "start-is-missing",
                "each stroke lacks its first point, the place where the pen went down.",
                "the line begins a step too late, and a dot would be nothing.",
                "begin a stroke with the point where the pen is: `[[x, y]]`.",
            )
        return self._place(keys, got, want)

    def _place(self, keys: list[str], got: list[Floats], want: list[Floats]) -> Verdict:
        if alike(got, strokes_of(keys, up=-1)):
            return not_yet(
                "upside-down",
                "`ArrowDown` makes y smaller.",
                "on a screen y grows downwards, other than in mathematics.",
                "down is + 1.",
            )
        places = np.concatenate(got)
        outside = places[(places < 0) | (places > SIZE)]
        if outside.size:
            return not_yet(
                "leaves-the-paper",
                f"one of your points lies at {outside[0]:g}; the paper goes from 0 to {SIZE}.",
                "the service refuses points that are not on the canvas.",
                "`min(max(…, 0), size)` for x and for y.",
            )
        if alike(got, strokes_of(keys, start=0)):
            return not_yet(
                "starts-in-the-corner",
                "your pen starts at 0, 0.",
                "from the corner, two of four arrows do nothing at first.",
                "`x = y = size / 2`.",
            )
        if len(got) != len(want):
            return not_yet(
                "starts-in-the-air",
                f"you return {len(got)} strokes; the keys put the pen down {len(want)} times.",
                "at first the pen is up, so that one can go to where the digit begins.",
                "`down = False` and no stroke at the start; each second Space lifts the pen.",
            )
        return not_yet(
            "other-strokes",
            f"your first stroke begins with {got[0][:3].tolist()}; it should begin with "
            f"{want[0][:3].tolist()}.",
            f"each arrow moves the pen by {STEP}, from the middle, {SIZE / 2:g}.",
            "print x and y after each key.",
        )


def strokes_of(
    keys: list[str], *, air: bool = False, up: int = 1, start: float = SIZE / 2
) -> list[Floats]:
    """What the keys draw; the options are what one may get wrong."""
    x = y = start
    down, strokes = False, []
    for key in keys:
        if key == "Space":
            down = not down
            if down:
                strokes.append([[x, y]])
            continue
        right, below = MOVES[key]
        x = min(max(x + right * STEP, 0), SIZE)
        y = min(max(y + up * below * STEP, 0), SIZE)
        if down or (air and strokes):
            strokes[-1].append([x, y])
    return [np.array(stroke) for stroke in strokes]
