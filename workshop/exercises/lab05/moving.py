"""Move a digit across its picture, and fill with paper what becomes free."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
height, width = images.shape[1:]
moved = np.zeros_like(images)
down, right = max(rows, 0), max(columns, 0)
up, left = max(-rows, 0), max(-columns, 0)
moved[:, down : height - up, right : width - left] = images[
    :, up : height - down, left : width - right
]
return moved"""
ROLL = "return np.roll(images, (rows, columns), axis=(1, 2))"
HALF = """\
moved = np.zeros_like(images)
moved[:, max(rows, 0):, max(columns, 0):] = images[
    :, : images.shape[1] - max(rows, 0), : images.shape[2] - max(columns, 0)]
return moved"""


class Shift(Exercise):
    id = "05-shift"
    title = "Move the digits"
    points = 2
    hints = (
        "`np.roll(images, (rows, columns), axis=(1, 2))` moves everything in the right direction. "
        "What goes out at one side comes in at the other, so those pixels must then become 0. "
        "Which rows are they, if `rows` is 2? And if it is −2?",
        "After rolling: `if rows > 0: moved[:, :rows] = 0`, and `if rows < 0: moved[:, rows:] = "
        "0`. The same with the columns: `moved[:, :, …]`. With 0, there is nothing to clear.",
    )
    wrong_answers = {
        "comes-back": ROLL,
        "other-direction": ANSWER.replace(
            "height, width =", "rows, columns = -rows, -columns\nheight, width =", 1
        ),
        "exchanged": ANSWER.replace(
            "height, width =", "rows, columns = columns, rows\nheight, width =", 1
        ),
        "rows-only": ANSWER.replace("height, width =", "columns = 0\nheight, width =", 1),
        "columns-only": ANSWER.replace("height, width =", "rows = 0\nheight, width =", 1),
        "which-digit": "return np.roll(images, (rows, columns), axis=(0, 1))",
        "zero-clears-all": "moved = np.roll(images, (rows, columns), axis=(1, 2))\n"
        "if rows > 0: moved[:, :rows] = 0\nelse: moved[:, rows:] = 0\n"
        "if columns > 0: moved[:, :, :columns] = 0\nelse: moved[:, :, columns:] = 0\n"
        "return moved",
        "not-backwards": HALF,
        "not-paper": ANSWER.replace("zeros_like(images)", "full_like(images, 255)"),
        "changes-the-originals": ANSWER.replace("return moved", "images[:] = moved\nreturn images"),
        "other-pixels": "return images.copy()",
        "wrong-shape": "return images[:, abs(rows):, abs(columns):]",
        "printed-not-returned": ANSWER.replace("return moved", "print(moved.shape)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Every pixel has ink, so that each one that is lost or invented shows.
        images = rng.integers(1, 255, (3, 9, 11)).astype("uint8")
        two, three = (int(number) for number in rng.permutation([2, 3]))
        moves = [[two, 1], [1, three], [0, two], [-two, 0], [-1, -three], [0, 0]]
        return {"images": images, "moves": moves}

    def probe(self, inputs: Data, answer: Any) -> Data:
        images, moves = inputs["images"], inputs["moves"]
        data = {str(move): call(answer, images, *move) for move in moves}
        # `call` hands over copies; whether the originals survive needs the array itself.
        given = images.copy()
        observe(lambda: [answer(given, *move) for move in moves])
        return data | {"kept": bool(np.array_equal(given, images))}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        images, moves = inputs["images"], inputs["moves"]
        for move in moves:
            if wrong := expect_array(data[str(move)], images.shape):
                return wrong
        got = {tuple(move): data[str(move)] for move in moves}
        wanted = {move: moved(images, *move) for move in got}
        wrong_moves = [move for move in got if not np.array_equal(got[move], wanted[move])]
        if not wrong_moves and not data["kept"]:
            return not_yet(
                "changes-the-originals",
                "your pictures are right. But afterwards, those that I gave you were different.",
                "an array is handed over as it is, not as a copy. The next move would begin with "
                "digits that have been moved already.",
                "write into a new array: `moved = np.zeros_like(images)`.",
            )
        if not wrong_moves:
            return passed(
                f"{len(moves)} moves, up and down, left and right, and none at all.",
                "a function that changes pictures must know what to put where nothing was. Here "
                "that is paper: 0.",
            )
        return (
            self._direction(images, got)
            or self._edges(images, got, wanted)
            or self._some(wrong_moves, got)
        )

    def _direction(self, images: NDArray[Any], got: dict[Any, Any]) -> Verdict | None:
        def all_are(change: Any) -> bool:
            return all(np.array_equal(got[move], change(*move)) for move in got)

        if all_are(lambda r, c: moved(images, -r, -c)):
            return not_yet(
                "other-direction",
                "down became up, and right became left.",
                "row 0 is the top. A digit that moves down gets larger row numbers: what was in "
                "row 0 stands in row `rows`.",
                "exchange source and target.",
            )
        if all_are(lambda r, c: moved(images, c, r)):
            return not_yet(
                "exchanged",
                "the rows moved by `columns`, and the columns by `rows`.",
                "the axes are (which digit, row, column).",
                "axis 1 goes with `rows`, axis 2 with `columns`.",
            )
        if all_are(lambda r, c: moved(images, r, 0)):
            return not_yet(
                "rows-only",
                "the digits moved up and down, but never sideways.",
                "`columns` is not used.",
                "do with axis 2 and `columns` what you did with axis 1 and `rows`.",
            )
        if all_are(lambda r, c: moved(images, 0, c)):
            return not_yet(
                "columns-only",
                "the digits moved sideways, but never up or down.",
                "`rows` is not used.",
                "do with axis 1 and `rows` what you did with axis 2 and `columns`.",
            )
        if all_are(lambda r, c: np.roll(images, (r, c), axis=(0, 1))):
            return not_yet(
                "which-digit",
                "you moved axis 0, so that digits changed their places in the row of digits.",
                "axis 0 says which digit. Pictures and labels would no longer fit.",
                "the rows are axis 1, the columns axis 2.",
            )
        return None

    def _edges(
        self, images: NDArray[Any], got: dict[Any, Any], wanted: dict[Any, Any]
    ) -> Verdict | None:
        if all(np.array_equal(got[m], np.roll(images, m, axis=(1, 2))) for m in got):
            return not_yet(
                "comes-back",
                "what left the picture at one side came in at the other.",
                "`np.roll` treats the picture as a ring. A digit that leaves on the right would "
                "show its rest on the left, and no paper does that.",
                "set the rows and columns that became free to 0.",
            )
        # Where ink is wanted all is right; where paper is wanted, something else stands.
        inked = all(np.array_equal(got[m][wanted[m] > 0], wanted[m][wanted[m] > 0]) for m in got)
        if inked:
            return not_yet(
                "not-paper",
                "the digits are in the right place, but the free pixels are not 0.",
                "0 is paper. Anything else is a frame that no training digit ever had.",
                "start from `np.zeros_like(images)`, or clear what became free.",
            )
        return None

    def _some(self, wrong: list[Any], got: dict[Any, Any]) -> Verdict:
        rows, columns = wrong[0]
        if all(0 in move for move in wrong) and not any(got[move].any() for move in wrong):
            return not_yet(
                "zero-clears-all",
                f"`shift(images, {rows}, {columns})` gave empty pictures.",
                "with 0, a slice such as `[-0:]` is `[0:]`, and that means everything.",
                "clear rows only if `rows` is not 0, and columns likewise.",
            )
        if all(min(move) < 0 for move in wrong):
            return not_yet(
                "not-backwards",
                f"moving down and right works; `shift(images, {rows}, {columns})` does not.",
                "negative numbers mean up and left. A digit may stand off the middle on any side.",
                "treat the two signs separately, or think of where source and target start in "
                "each case.",
            )
        return not_yet(
            "other-pixels",
            f"`shift(images, {rows}, {columns})` is not what I expected.",
            f"pixel [5, 5] should go to [{5 + rows}, {5 + columns}], what has no source becomes "
            "0, and what leaves the picture is gone.",
            "move one picture of 4×4 numbers, and print both.",
        )


def moved(images: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
    """(n, height, width) moved down and to the right; 0 where nothing was."""
    height, width = images.shape[1:]
    result = np.zeros_like(images)
    down, right, up, left = max(rows, 0), max(columns, 0), max(-rows, 0), max(-columns, 0)
    source = images[:, up : height - down, left : width - right]
    result[:, down : height - up, right : width - left] = source
    return result
