"""Lay a digit into 28×28 such that its centre of mass lies in the middle."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.lab11.pages import (
    SIDE,
    centred,
    corner_of,
    empty_page,
    laid,
    mass_of,
    near,
    rolled,
)
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
page = np.zeros((28, 28))
if ink.sum() == 0:
    return page
height, width = ink.shape
rows, columns = np.indices(ink.shape)
top = round(14 - (rows * ink).sum() / ink.sum())
left = round(14 - (columns * ink).sum() / ink.sum())
top = min(max(top, 0), 28 - height)
left = min(max(left, 0), 28 - width)
page[top : top + height, left : left + width] = ink
return page"""
TOP = "top = min(max(top, 0), 28 - height)\nleft = min(max(left, 0), 28 - width)\n"
EDGES = ("lower", "right", "upper", "left")
"""Which one a digit with all its ink at the top would hang over, turned by 0, 90, … degrees."""


class Centre(Exercise):
    id = "11-centre"
    title = "The centre of mass into the middle"
    points = 2
    hints = (
        "`rows, columns = np.indices(ink.shape)` gives each pixel its row and its column. The "
        "centre of mass is the mean row, each pixel weighed by its ink: `(rows * ink).sum() / "
        "ink.sum()`; and likewise the mean column.",
        "`top = round(14 - mean_row)` is the row where the digit begins, `left` likewise. Then "
        "`page[top : top + height, left : left + width] = ink`, on a page of zeros.",
        "Two special cases: no ink at all (`ink.sum() == 0`: return the empty page), and a digit "
        "that would hang over the edge: `top = min(max(top, 0), 28 - height)`.",
    )
    wrong_answers = {
        "rows-and-columns": ANSWER.replace("rows, columns =", "columns, rows ="),
        "middle-of-the-box": ANSWER.replace("(rows * ink).sum() / ink.sum()", "height / 2").replace(
            "(columns * ink).sum() / ink.sum()", "width / 2"
        ),
        "divides-by-zero": ANSWER.replace("if ink.sum() == 0:\n    return page\n", ""),
        "rounds-down": ANSWER.replace("round(", "int("),
        "all-ink-alike": "shade = ink\nink = (ink > 0) * 1.0\n"
        + ANSWER.replace("] = ink", "] = shade"),
        "falls-off": ANSWER.replace(TOP, ""),
        "only-one-edge": ANSWER.replace(
            TOP, "top, left = min(top, 28 - height), min(left, 28 - width)\n"
        ),
        "comes-back": """\
page = np.zeros((28, 28))
if ink.sum() == 0:
    return page
page[: ink.shape[0], : ink.shape[1]] = ink
rows, columns = np.indices(ink.shape)
down = round(14 - (rows * ink).sum() / ink.sum())
right = round(14 - (columns * ink).sum() / ink.sum())
return np.roll(page, (down, right), axis=(0, 1))""",
        "another-middle": ANSWER.replace("14", "13"),
        "wrong-way": ANSWER.replace("14 - (", "(").replace("ink.sum())", "ink.sum() - 4)"),
        "other-page": ANSWER.replace("] = ink", "] = ink / 2"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        shapes = [(20, 9), (13, 20), (20, 14), (20, 20)]
        inks = [heavy(rng, shape, 0.5, 0.35) for shape in shapes]
        # Nearly all ink at the top, and a thin tail: in the middle, the tail would hang over.
        top_heavy = heavy(rng, (20, 12), 0.02, 0.5)
        turned = {edge: np.rot90(top_heavy, turns).copy() for turns, edge in enumerate(EDGES)}
        return {"inks": inks, "edges": turned, "empty": np.zeros((20, 8))}

    def probe(self, inputs: Data, answer: Any) -> Data:
        special = inputs["edges"] | {"empty": inputs["empty"]}
        with np.errstate(all="ignore"):
            usual = {str(number): call(answer, ink) for number, ink in enumerate(inputs["inks"])}
            # Wrapped: what becomes of these has names of its own.
            return usual | {name: {"seen": call(answer, ink)} for name, ink in special.items()}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        usual = inputs["inks"]
        pages = [data[str(number)] for number in range(len(usual))]
        for page in pages:
            if wrong := expect_array(page, (SIDE, SIDE)):
                return wrong
        if wrong := self._usual(usual, pages):
            return wrong
        if not near(_value(data["empty"]), empty_page()):
            return not_yet(
                "divides-by-zero",
                "four digits lie right. For a picture without ink, I do not get an empty page.",
                "no ink means: divide by 0. NumPy makes NaN of it, and a network that is fed NaN "
                "answers NaN. An empty pad is the first thing that every visitor sends.",
                "before you divide: `if ink.sum() == 0:` return the empty page.",
            )
        return self._edges(inputs["edges"], data) or passed(
            f"{len(usual)} digits lie with their centre on row 14 and column 14; four that would "
            "hang over an edge stay on the page, and no ink gives an empty page.",
            "the mean training digit has its centre there, to within half a pixel. Yours has, "
            "too, now.",
        )

    def _edges(self, inks: dict[str, NDArray[Any]], data: Data) -> Verdict | None:
        fallen = [edge for edge, ink in inks.items() if not near(_value(data[edge]), centred(ink))]
        if not fallen:
            return None
        if near(_value(data["lower"]), rolled(inks["lower"])):
            return not_yet(
                "comes-back",
                "one digit has nearly all its ink at the top. Its foot came in again at the top of "
                "the page.",
                "`np.roll` treats the page as a ring.",
                "write the digit to its place on an empty page, and keep `top` between 0 and "
                "28 − height.",
            )
        if "lower" not in fallen:
            return not_yet(
                "only-one-edge",
                "one digit has nearly all its ink at the top, and stays on the page. Turned, such "
                f"that it would hang over the {fallen[0]} edge, it does not.",
                "there are four edges. Where `top` or `left` is below 0, Python counts from the "
                "end, and the slice is empty.",
                "both limits, for both: `top = min(max(top, 0), 28 - height)`; `left` likewise.",
            )
        return not_yet(
            "falls-off",
            "four digits lie right. One has nearly all its ink at the top: its centre in the "
            "middle, it would hang over the lower edge.",
            "a slice that leaves the array does not fit any more, and with a negative start it "
            "is even silently empty.",
            "keep it on the page: `top = min(max(top, 0), 28 - height)`; `left` likewise.",
        )

    def _usual(self, inks: list[NDArray[Any]], pages: list[NDArray[Any]]) -> Verdict | None:
        def all_are(place: Any) -> bool:
            return all(
                near(page, laid(ink, *place(ink))) for ink, page in zip(inks, pages, strict=True)
            )

        first, page = inks[0], pages[0]
        if all_are(corner_of):
            return None
        if all_are(lambda ink: tuple(reversed(corner_of(ink)))):
            return not_yet(
                "rows-and-columns",
                "what belongs into the rows went into the columns.",
                "`np.indices` gives rows first, then columns, as in `ink[row, column]`.",
                "the mean row decides `top`, the mean column `left`.",
            )
        if all_are(lambda ink: [round(14 - side / 2) for side in ink.shape]) or all_are(
            lambda ink: [(28 - side) // 2 for side in ink.shape]
        ):
            return not_yet(
                "middle-of-the-box",
                f"the first digit begins at row {round(14 - first.shape[0] / 2)}: you have put the "
                "middle of its box into the middle.",
                "a 7 has its ink at the top, so its centre of mass lies above the middle of its "
                "box. MNIST went by the ink.",
                "weigh rows and columns by the ink.",
            )
        if all_are(lambda ink: [int(14 - mass) for mass in mass_of(ink)]):
            return not_yet(
                "rounds-down",
                f"the first digit should begin at row {14 - mass_of(first)[0]:.2f}, rounded; you "
                "have cut off what is behind the point.",
                "that puts every digit up to a whole pixel too high and too far left.",
                "`round(…)`, not `int(…)`.",
            )
        if all_are(lambda ink: corner_of((ink > 0) * 1.0)):
            return not_yet(
                "all-ink-alike",
                "you count each inked pixel once, however faint it is.",
                "half-covered pixels at the edges weigh less.",
                "weigh by `ink`, not by `ink > 0`.",
            )
        if all_are(lambda ink: [round(13 - m) for m in mass_of(ink)]) or all_are(
            lambda ink: [round(13.5 - m) for m in mass_of(ink)]
        ):
            return not_yet(
                "another-middle",
                "the first digit has its centre on row {:.2f}, column {:.2f}. Whole pixels allow "
                "to come nearer to 14.".format(*mass_of(page)),
                "28 pixels have no middle one. MNIST's makers took pixel 14, counted from 0.",
                "`round(14 - …)`.",
            )
        if all_are(lambda ink: [round(m - 4) for m in mass_of(ink)]):
            return not_yet(
                "wrong-way",
                "a digit whose centre lies low was moved further down.",
                "the lower the centre lies in the box, the higher the box has to begin.",
                "`top = round(14 - mean_row)`.",
            )
        seen = mass_of(page) if page.sum() > 0 and np.isfinite(page).all() else (0.0, 0.0)
        return not_yet(
            "other-page",
            f"the first page has {page.sum():.1f} ink with its centre at row {seen[0]:.2f}, column "
            f"{seen[1]:.2f}; it should have {first.sum():.1f}, near row 14, column 14.",
            "the ink stays as it is; only its place on the page is chosen.",
            "print `top` and `left`, and look at the page with `plots.digit`.",
        )


def heavy(
    rng: np.random.Generator, shape: tuple[int, int], down: float, right: float
) -> NDArray[np.float64]:
    """Ink 0…1 that is heaviest at this place of the box, and never exactly between two pixels."""
    while True:
        rows, columns = (np.indices(shape) + 0.5) / np.reshape(shape, (2, 1, 1))
        place = np.array([down, right]) + rng.uniform(-0.02, 0.25, 2)
        spread = 0.04 if down < 0.1 else 0.25
        gap = ((rows - place[0]) ** 2 + (columns - place[1]) ** 2) / (2 * spread**2)
        full: NDArray[np.float64] = np.exp(-gap) * rng.uniform(0.6, 1, shape)
        ink = full * (rng.random(shape) < 0.7)
        ink[-1, rng.integers(shape[1])] = 0.02
        ink /= ink.max()
        parts = np.array([mass_of(ink), mass_of((ink > 0) * 1.0)]) % 1
        clear = (np.abs(parts - 0.5) > 0.08).all()
        # Each slip moves the digit to another place.
        row, column = (14 - mass for mass in mass_of(ink))
        differs = corner_of(ink) != corner_of((ink > 0) * 1.0)
        # The top-heavy one hangs over on either side: upside down, too.
        fits = row > 10 if down < 0.1 else 0 <= round(row) <= SIDE - shape[0]
        if clear and differs and fits and 0 <= round(column) <= SIDE - shape[1]:
            return ink


def _value(wrapped: Any) -> Any:
    seen = wrapped.get("seen") if isinstance(wrapped, dict) else None
    return seen.get("value") if isinstance(seen, dict) else None
