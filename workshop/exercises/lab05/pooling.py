"""Keep the strongest of four: max pooling."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
blocks = maps[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
return blocks.max(axis=(1, 3))"""
LOOPS = """\
rows, columns = maps.shape[0] // 2, maps.shape[1] // 2
result = np.zeros((rows, columns))
for row in range(rows):
    for column in range(columns):
        block = maps[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        result[row, column] = block.max()
return result"""


class MaxPool(Exercise):
    id = "05-max-pool"
    title = "Max pooling"
    points = 2
    hints = (
        "The loops of `convolve` will do. The result has half the rows and half the columns "
        "(`//` drops an odd one). Where does the block for `result[row, column]` start?",
        "`block = maps[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]`, and of that the "
        "largest value.",
    )
    wrong_answers = {
        "odd-edge-kept": LOOPS.replace(
            "maps.shape[0] // 2, maps.shape[1] // 2",
            "(maps.shape[0] + 1) // 2, (maps.shape[1] + 1) // 2",
        ),
        "blocks-overlap": LOOPS.replace(" // 2", " - 1").replace("2 * ", ""),
        "step-of-one": LOOPS.replace("2 * ", ""),
        "average": ANSWER.replace(".max(", ".mean("),
        "corner-only": ANSWER.replace("blocks.max(axis=(1, 3))", "blocks[:, 0, :, 0]"),
        "zero-wins": ANSWER.replace("return blocks", "return np.maximum(blocks, 0)"),
        "scrambled-blocks": ANSWER.replace("rows, 2, columns, 2", "rows, columns, 2, 2").replace(
            "(1, 3)", "(2, 3)"
        ),
        "one-number": "return maps.max()",
        "one-direction": ANSWER.replace("(1, 3)", "1").replace(
            "return blocks", "return blocks.reshape(rows, 2, 2 * columns)"
        ),
        "other-values": ANSWER.replace(".max(", ".min("),
        "printed-not-returned": ANSWER.replace("return blocks.max(axis=(1, 3))", "print(blocks)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Below zero too: a filter's answers are, before its ReLU.
        even, odd = (np.round(rng.normal(-1, 2, shape), 1) for shape in ((6, 8), (7, 5)))
        return {"even": even, "odd": odd}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {name: call(answer, maps) for name, maps in inputs.items()}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name in ("even", "odd"):
            maps, got = inputs[name], data[name]
            if wrong := self._form(maps, got) or self._values(maps, got):
                return wrong
        return passed(
            "the largest of each two by two, for even and for odd sizes.",
            "three of four numbers are gone, and nothing was learned for it: pooling has no "
            "weights.",
        )

    def _form(self, maps: NDArray[Any], got: Any) -> Verdict | None:
        rows, columns = maps.shape
        if isinstance(got, float):
            return not_yet(
                "one-number",
                f"I got one number, {got:g}, for {rows}×{columns} values.",
                "pooling looks at each block of 2×2 by itself, so that where something was "
                "found is still roughly known.",
                "take the maximum of each block, not of everything.",
            )
        if wrong := expect_array(got):
            return wrong
        if got.shape == (rows - 1, columns - 1):
            return not_yet(
                "blocks-overlap",
                f"{rows}×{columns} values became {got.shape[0]}×{got.shape[1]}.",
                "your window moves on by one. Pooling moves on by two, so that blocks lie side by "
                "side and the picture shrinks to half.",
                "let the result have `rows // 2` rows, and start its blocks at `2 * row`.",
            )
        if got.shape in ((rows // 2, columns), (rows, columns // 2)):
            return not_yet(
                "one-direction",
                f"{rows}×{columns} values became {got.shape[0]}×{got.shape[1]}.",
                "one direction is halved, the other is not.",
                "take the maximum over the block's rows and over its columns.",
            )
        if got.shape != (rows // 2, columns // 2) and got.shape == (
            -(-rows // 2),
            -(-columns // 2),
        ):
            return not_yet(
                "odd-edge-kept",
                f"{rows}×{columns} values became {got.shape[0]}×{got.shape[1]}.",
                "an odd row or column at the end has no partner. Keras leaves it out, and so does "
                "the task.",
                "round down: `rows // 2`.",
            )
        return expect_array(got, (rows // 2, columns // 2))

    def _values(self, maps: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        rows, columns = got.shape
        even = maps[: 2 * rows, : 2 * columns]
        blocks = even.reshape(rows, 2, columns, 2)
        want = blocks.max(axis=(1, 3))
        if np.allclose(got, want):
            return None
        if np.allclose(got, blocks.mean(axis=(1, 3))):
            return not_yet(
                "average",
                f"the first block became {got[0, 0]:.2f}, its average; its largest is "
                f"{want[0, 0]:g}.",
                "average pooling exists, too. The largest value says that the stroke is there; "
                "an average waters it down with its empty neighbours.",
                "`max` instead of `mean`.",
            )
        if np.allclose(got, blocks[:, 0, :, 0]):
            return not_yet(
                "corner-only",
                "you keep the upper left value of each block, whatever the others are.",
                "that is a stride of two without pooling. What is found at the other three places "
                "is lost.",
                "compare all four, and keep the largest.",
            )
        if np.allclose(got, np.maximum(want, 0)):
            return not_yet(
                "zero-wins",
                f"you never go below 0, but the largest of a block can: here down to "
                f"{want.min():g}.",
                "whoever starts with `largest = 0` has let a 0 take part that is not in the data.",
                "start with the first value of the block, or use `.max()`.",
            )
        if np.allclose(got, even.reshape(rows, columns, 2, 2).max(axis=(2, 3))):
            return not_yet(
                "scrambled-blocks",
                "your blocks are four values that follow each other in memory.",
                "memory goes along the rows. Two by two values lie in two rows, so the shape must "
                "say (rows, 2, columns, 2): first rows, then columns.",
                "reshape like that, and take the maximum over axes 1 and 3.",
            )
        if all(
            np.isclose(got[i, j], maps[i : i + 2, j : j + 2].max())
            for i, j in np.ndindex(*got.shape)
        ):
            return not_yet(
                "step-of-one",
                "the shape is right, but your blocks start at 0, 1, 2, … and overlap.",
                "the result then covers only the upper left quarter of the picture.",
                "start the blocks at `2 * row` and `2 * column`.",
            )
        return not_yet(
            "other-values",
            f"the first value is {got[0, 0]:g}; the largest of the first block is {want[0, 0]:g}.",
            "blocks of 2×2 lie side by side, and of each the largest value stays.",
            "mark the blocks on a small array on paper, and compare.",
        )
