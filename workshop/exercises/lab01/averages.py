"""Many pictures become one: the average of a class."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed


class MeanImage(Exercise):
    id = "01-mean-image"
    title = "The average picture of a class"
    points = 2
    hints = (
        "First choose the pictures, then average them. `labels == digit` is True where the "
        "label fits. What does `images[labels == digit]` give?",
        "`images[labels == digit]` has the shape (count, 28, 28). Which axis counts the pictures? "
        "Average over that one alone: `.mean(axis=…)`.",
    )
    wrong_answers = {
        "no-mask": "return images.mean(axis=0)",
        "index-not-class": "return images[digit]",
        "fixed-class": "return images[labels == 3].mean(axis=0)",
        "one-number": "return images[labels == digit].mean()",
        "wrong-axis": "return images[labels == digit].mean(axis=(1, 2))",
        "not-averaged": "return images[labels == digit]",
        "whole-numbers": 'return images[labels == digit].mean(axis=0).astype("uint8")',
        "wrapped-sum": "chosen = images[labels == digit]\nreturn sum(chosen) / len(chosen)",
        "not-divided": "return images[labels == digit].sum(axis=0)",
        "other-picture": "return np.median(images[labels == digit], axis=0)",
        "printed-not-returned": "print(images[labels == digit].mean(axis=0))",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        labels = rng.permutation(np.arange(60) % 10).astype("uint8")
        images = rng.integers(0, 256, (60, 28, 28)).astype("uint8")
        first, second = rng.choice(10, 2, replace=False)
        return {"images": images, "labels": labels, "digits": [int(first), int(second)]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        images, labels = inputs["images"], inputs["labels"]
        return {str(digit): call(answer, images, labels, digit) for digit in inputs["digits"]}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for digit in inputs["digits"]:
            got, chosen = data[str(digit)], inputs["images"][inputs["labels"] == digit]
            if wrong := self._shape(got, chosen) or self._values(inputs, digit, chosen, got):
                return wrong
        return passed(
            "the average of exactly the pictures that carry the label, pixel by pixel.",
            "choose with a mask, then reduce along one axis: most statistics on data sets are "
            "these two steps.",
        )

    def _shape(self, got: Any, chosen: NDArray[Any]) -> Verdict | None:
        if isinstance(got, int | float):
            return not_yet(
                "one-number",
                f"I got the single number {float(got):.1f}.",
                "`.mean()` without `axis` runs over everything: pictures, rows and columns. "
                "It answers: how large is the average pixel?",
                "keep rows and columns: average over the axis that counts the pictures.",
            )
        if isinstance(got, np.ndarray) and got.shape == chosen.shape:
            return not_yet(
                "not-averaged",
                f"the shape is `{got.shape}`: still {len(chosen)} pictures.",
                "the mask chose the right pictures. Nothing has made one of them yet.",
                "add `.mean(axis=…)` with the axis that counts the pictures.",
            )
        if isinstance(got, np.ndarray) and got.ndim < 3 and got.shape != (28, 28):
            return not_yet(
                "wrong-axis",
                f"the shape is `{got.shape}`; a picture is `(28, 28)`.",
                "`axis` names what disappears. You kept the axis that counts the pictures "
                "and averaged rows or columns away.",
                "the axes are (picture, row, column) = (0, 1, 2). Which one has to go?",
            )
        return expect_array(got, (28, 28))

    def _values(
        self, inputs: Data, digit: int, chosen: NDArray[Any], got: NDArray[Any]
    ) -> Verdict | None:
        images, labels = inputs["images"], inputs["labels"]
        pixel, want = f"{got[0, 0]:.1f}", f"{chosen[:, 0, 0].mean():.1f}"
        if np.array_equal(got, images[digit]):
            return not_yet(
                "index-not-class",
                f"for digit {digit} I got picture number {digit}, which shows a {labels[digit]}.",
                "`images[k]` asks for the picture with index k. What a picture shows stands in "
                "`labels`, not in its index.",
                "choose with `images[labels == digit]`.",
            )
        if got.dtype.kind in "iu" and np.abs(got - chosen.mean(axis=0)).max() <= 1:
            return not_yet(
                "whole-numbers",
                f"the dtype is `{got.dtype}`: the average {want} became {got[0, 0]}.",
                "an average of whole numbers is seldom whole. Cutting the fraction off makes "
                "every pixel a little too small.",
                "leave the dtype that `.mean` returns.",
            )
        if np.allclose(got, images.mean(axis=0), atol=0.01):
            return not_yet(
                "no-mask",
                f"I got the average of all {len(images)} pictures, not of the {len(chosen)} "
                f"that show a {digit}.",
                "all classes on top of each other give one grey cloud.",
                "choose with `images[labels == digit]` first.",
            )
        others = [k for k in range(10) if k != digit]
        means = [images[labels == k].mean(axis=0) for k in others]
        if fits := [k for k, mean in zip(others, means, strict=True) if np.allclose(got, mean)]:
            return not_yet(
                "fixed-class",
                f"asked for {digit}, your function gave the average of class {fits[0]}.",
                "the function must use the `digit` that it is given.",
                "write `digit` where your code has a number.",
            )
        if np.allclose(got * len(chosen), chosen.sum(axis=0, dtype="uint8"), atol=0.5):
            return not_yet(
                "wrapped-sum",
                f"{len(chosen)} pixels whose average is {want} gave you {pixel}.",
                "Python's `sum` adds `uint8` to `uint8`, and that type cannot hold more than 255: "
                "it starts again at 0. The next section is about this trap.",
                "use NumPy's own `.mean(axis=…)`; it adds up in a larger type.",
            )
        if np.allclose(got, chosen.sum(axis=0, dtype="int64")):
            return not_yet(
                "not-divided",
                f"the first pixel is {pixel}; a pixel never exceeds 255.",
                "that is the sum of the pictures, not yet their average.",
                "`.mean(axis=…)` divides by their number.",
            )
        if not np.allclose(got, chosen.mean(axis=0), rtol=1e-3, atol=0.1):
            return not_yet(
                "other-picture",
                f"for digit {digit}, the first pixel is {pixel}; the average is {want}.",
                "the average adds the values of one pixel over the chosen pictures and divides "
                "by how many there are.",
                "do it for one pixel by hand: `images[labels == digit][:, 0, 0]`.",
            )
        return None
