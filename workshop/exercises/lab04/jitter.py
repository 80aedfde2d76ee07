"""Augmentation: every digit moves a little, each by its own step, anew each time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, not_a_number
from workshop.exercises.lab04.moves import FARTHEST, LOOKED, find_moves, odd_moves
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

COUNT = 160
ANSWER = """\
padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
moved = np.empty_like(images)
for index, (row, column) in enumerate(rng.integers(0, 5, (len(images), 2))):
    moved[index] = padded[index, row : row + 28, column : column + 28]
return moved"""
ROLLED = """\
moved = images.copy()
for index, (down, right) in enumerate(rng.integers(-2, 3, (len(images), 2))):
    moved[index] = np.roll(images[index], (down, right), axis=(0, 1))
return moved"""


WIPED = 0.8
"""Share of a picture full of ink that is 0 only after all but a few rows or columns were wiped."""


class Augment(Exercise):
    id = "04-augment"
    title = "Move each digit a little"
    points = 2
    hints = (
        "Put two rows and columns of paper around every digit (`np.pad`). Then cut 28×28 out "
        "again, starting somewhere from 0 to 4.",
        "`starts = rng.integers(0, 5, (len(images), 2))` draws a row and a column for each "
        "digit. The upper bound is left out, so 5 gives 0 to 4.",
        "`padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))`, then for each digit "
        "`moved[index] = padded[index, row : row + 28, column : column + 28]`.",
    )
    wrong_answers = {
        "wraps-round": ROLLED,
        "negative-slice": ROLLED.replace(
            "\nreturn", "\n    moved[index][:down] = 0\n    moved[index][:, :right] = 0\nreturn"
        ),
        "smears-the-edge": ANSWER.replace("(2, 2)))\n", '(2, 2)), mode="edge")\n'),
        "same-move-for-all": (
            "row, column = rng.integers(0, 5, 2)\n"
            "padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))\n"
            "return padded[:, row : row + 28, column : column + 28]"
        ),
        "one-direction": ANSWER.replace("column : column + 28", "2:30"),
        "tied-directions": ANSWER.replace("column : column + 28", "row : row + 28"),
        "one-end-missing": ANSWER.replace("integers(0, 5", "integers(0, 4"),
        "one-sided": ANSWER.replace("integers(0, 5", "integers(0, (3, 5)"),
        "steps-missing": ANSWER.replace(
            "rng.integers(0, 5, (len(images), 2))",
            "2 + rng.uniform(-2, 2, (len(images), 2)).astype(int)",
        ),
        "too-far": ANSWER.replace("(2, 2)", "(3, 3)").replace("(0, 5", "(0, 7"),
        "nothing-moved": "return images.copy()",
        "order-changed": ANSWER.replace("return moved", "return rng.permutation(moved)"),
        "own-dice": ANSWER.replace("rng.integers", "np.random.default_rng().integers"),
        "same-dice": ANSWER.replace("rng.integers", "np.random.default_rng(0).integers"),
        "changes-the-originals": ANSWER.replace("return moved", "images[:] = moved\nreturn images"),
        "wrong-dtype": ANSWER.replace("np.empty_like(images)", "np.zeros(images.shape)"),
        "wrong-shape": "return np.pad(images, ((0, 0), (2, 2), (2, 2)))",
        "other-pictures": ANSWER.replace("return moved", "return 1 - moved"),
        "printed-not-returned": "print(images.shape)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Ink everywhere, so that every move can be told, and what comes in at the edges too.
        images = rng.uniform(0.1, 1, (COUNT, 28, 28)).astype("float32")
        return {"images": images, "seeds": [int(seed) for seed in rng.integers(1000, size=2)]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        images = inputs["images"]
        first, second = inputs["seeds"]
        given = images.copy()
        data = {"once": call(answer, given, np.random.default_rng(first))}
        if data["once"]["observed"] == "value":
            # `call` hands over copies; whether the originals survive needs the array itself.
            observe(lambda: answer(given, np.random.default_rng(first)))
            data |= {
                "again": call(answer, images, np.random.default_rng(first)),
                "other": call(answer, images, np.random.default_rng(second)),
            }
        return data | {"kept": bool(np.array_equal(given, images))}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        images, got = inputs["images"], data["once"]
        if wrong := expect_array(got, images.shape, "float32") or not_a_number(got):
            return wrong
        moves, blank = find_moves(images, got)
        if wrong := _odd_pictures(images, got, moves, blank) or odd_moves(moves):
            return wrong
        if not _equal(got, data["again"]):
            return not_yet(
                "own-dice",
                "twice with an `rng` of the same seed, you gave different pictures.",
                "a training that cannot be repeated cannot be examined either.",
                "draw with the `rng` that you are given: `rng.integers(…)`.",
            )
        if _equal(got, data["other"]):
            return not_yet(
                "same-dice",
                "with two different seeds, the digits moved in exactly the same way.",
                "then each epoch sees the same pictures as the one before, and nothing is won.",
                "draw with the `rng` that you are given, and make no new one inside.",
            )
        if not data["kept"]:
            return not_yet(
                "changes-the-originals",
                "afterwards, the pictures that I gave you were different.",
                "the next epoch would move pictures that have been moved already, and after a few "
                "of them the digits have wandered out of the picture.",
                "write into a new array: `moved = np.empty_like(images)`.",
            )
        return passed(
            f"{COUNT} digits, each moved by its own step, paper coming in at the edges.",
            "the label stays true, because a 7 two pixels further right is a 7. That is the rule "
            "for any augmentation: would turning it upside down do for a 6?",
        )


def _equal(one: Any, other: Any) -> bool:
    return isinstance(other, np.ndarray) and np.array_equal(one, other)


def _odd_pictures(
    images: NDArray[Any], got: NDArray[Any], moves: NDArray[Any], blank: NDArray[Any]
) -> Verdict | None:
    unknown = moves[:, 0] == 99
    wiped = (got == 0).mean(axis=(1, 2))
    if unknown.any() and 1 > wiped[unknown].max() > WIPED:
        index = int(np.argmax(np.where(unknown, wiped, 0)))
        return not_yet(
            "negative-slice",
            f"in picture {index}, {(got[index] == 0).sum()} of 784 pixels have become 0.",
            "a slice with a negative end counts from the other side: `[:2] = 0` wipes two rows, "
            "but `[:-2] = 0` wipes all except the last two.",
            "pad first, then cut out 28×28. Then nothing needs to be wiped.",
        )
    if unknown.mean() > 0.5:
        strange = np.flatnonzero(unknown)
        index = int(strange[len(strange) // 2])
        if _another(images, index, got[index]):
            return not_yet(
                "order-changed",
                "the pictures are there, but not in the order in which I gave them.",
                "the labels stay where they are. After this, every digit has somebody else's.",
                "move rows and columns only; leave the first axis alone.",
            )
        return not_yet(
            "other-pictures",
            f"picture {index} fits no move of at most {LOOKED} pixels in each direction.",
            "a moved digit has the same values as before, only elsewhere, and 0 where nothing was.",
            "call `augment` on two digits, and look at them with `plots.digits`.",
        )
    if unknown.any() or np.abs(moves).max() > FARTHEST:
        far = "farther" if unknown.any() else str(np.abs(moves).max())
        return not_yet(
            "too-far",
            f"some digits move by {far} pixels; at most {FARTHEST} are wanted.",
            "digits of MNIST have four pixels of paper around them. Farther moves cut strokes "
            "off, and the label may become a lie.",
            "offsets from −2 to 2, in both directions.",
        )
    if not blank.all():
        index = int(np.flatnonzero(~blank)[0])
        down, right = moves[index]
        rolled = np.roll(images[index], (down, right), axis=(0, 1))
        if np.allclose(rolled, got[index]):
            return not_yet(
                "wraps-round",
                f"picture {index} moved by {down} rows and {right} columns, and what left at one "
                "edge came in at the other.",
                "`np.roll` turns the picture into a ring. A stroke at the top then stands at the "
                "bottom, where no digit has one.",
                "let paper, 0, come in: pad first, then cut out.",
            )
        return not_yet(
            "smears-the-edge",
            f"picture {index} moved by {down} rows and {right} columns, and what came in at the "
            "edge is not 0.",
            "outside a digit there is paper.",
            "`np.pad` with its default, zeros.",
        )
    return None


def _another(images: NDArray[Any], index: int, got: NDArray[Any]) -> bool:
    """Whether what stands in the place of one picture is another one, moved."""
    middle = np.delete(images, index, axis=0)[:, 8:20, 8:20].reshape(len(images) - 1, -1)
    for down in range(-LOOKED, LOOKED + 1):
        for right in range(-LOOKED, LOOKED + 1):
            window = got[8 + down : 20 + down, 8 + right : 20 + right].reshape(-1)
            if (np.abs(middle - window).max(axis=1) < 1e-4).any():
                return True
    return False
