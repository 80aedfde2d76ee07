"""What a byte can hold, and how pixels become numbers between 0 and 1."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed


class WrapAround(Exercise):
    id = "01-wrap-around"
    title = "200 + 100 in a byte"
    hints = (
        "The result is a `uint8` again, so it lies between 0 and 255, and there is no error. "
        "Think of a clock: what comes after 12?",
        "Count on from 255. The next number is 0, then 1. So 256 becomes 0, and 257 becomes 1. "
        "Downwards, 0 is followed by 255.",
    )
    wrong_answers = {
        "no-limit": "added = 300\nsubtracted = -50",
        "stops-at-the-limit": "added = 255\nsubtracted = 0",
        "off-by-one": "added = 45\nsubtracted = 205",
        "one-of-two": "added = 44\nsubtracted = 0",
        "not-numbers": 'added = "an error"\nsubtracted = "an error"',
        "other-numbers": "added = 100\nsubtracted = 50",
    }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        try:
            added, subtracted = (float(np.asarray(number).item()) for number in data["answer"])
        except (TypeError, ValueError):
            return not_yet(
                "not-numbers",
                f"I got `{str(data['answer'])[:60]}`; I need two numbers.",
                "both lines run without an error, and without a warning. That is what makes "
                "this a trap.",
                "write a number between 0 and 255 for each.",
            )
        said = f"you say {added:g} and {subtracted:g}."
        if (added, subtracted) == (44, 206):
            return passed(
                "200 + 100 is 44, and 50 − 100 is 206.",
                "a `uint8` counts in a circle of 256 numbers. It never complains, so you "
                "have to know. Compute in a floating-point type instead.",
            )
        if added == 300 or subtracted == -50:
            return not_yet(
                "no-limit",
                said,
                "that is right in a Python number, which grows as it needs to. An array's numbers "
                "have a fixed size: a `uint8` is 8 bits, and 8 bits make 256 different values.",
                "0 to 255 is all there is. Where could 300 land, if counting starts again?",
            )
        if added == 255 or (added != 44 and subtracted == 0):
            return not_yet(
                "stops-at-the-limit",
                said,
                "that would be a number that stops at its limit. A camera does so; "
                "a byte does not. It drops the bit that no longer fits and counts from 0 again.",
                "after 255 comes 0, then 1. How many steps are left?",
            )
        if added == 45 or subtracted == 205:
            return not_yet(
                "off-by-one",
                said,
                "close. From 255 to 0 is a step too: the circle has 256 numbers, because 0 is "
                "one of them.",
                "subtract or add 256, not 255.",
            )
        if added == 44 or subtracted == 206:
            return not_yet(
                "one-of-two",
                said,
                "one of them is right. The circle turns both ways: above 255 comes 0, and "
                "below 0 comes 255.",
                "use the same 256 for the other number.",
            )
        return not_yet(
            "other-numbers",
            said,
            "a `uint8` holds 256 different values, 0 to 255, and counts in a circle.",
            "add or subtract 256 until the result lies between 0 and 255.",
        )


class Normalise(Exercise):
    id = "01-normalise"
    title = "Pixels between 0 and 1"
    points = 2
    hints = (
        "Two steps: change the type to `float32`, and divide so that 255 becomes 1. "
        "Which of the two comes first?",
        '`images.astype("float32")` is a copy in the new type. Divide that by 255, and `return` '
        "the result.",
    )
    wrong_answers = {
        "float64": "return images / 255",
        "integer": "return images // 255",
        "divided-by-256": 'return images.astype("float32") / 256',
        "scaled-twice": 'return images.astype("float32") / 255 / 255',
        "not-scaled": 'return images.astype("float32")',
        "own-maximum": 'return images.astype("float32") / images.max()',
        "minus-one-to-one": 'return images.astype("float32") / 127.5 - 1',
        "in-place": "images /= 255\nreturn images",
        "other-values": 'return 1 - images.astype("float32") / 255',
        "printed-not-returned": 'print(images.astype("float32") / 255)',
        "wrong-dtype": 'return (images / 255).astype("float16")',
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images = rng.integers(0, 256, (5, 28, 28)).astype("uint8")
        images[0, 0, :3] = 0, 100, 255
        return {"images": images, "dim": images // 2}

    def probe(self, inputs: Data, answer: Any) -> Data:
        # Nested, so that the judge sees an error too.
        return {name: {"seen": call(answer, images)} for name, images in inputs.items()}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name, images in inputs.items():
            seen = data[name]["seen"]
            if seen["observed"] == "raised" and "Cannot cast ufunc" in seen["message"]:
                return not_yet(
                    "in-place",
                    f"your code stopped with `{seen['message'][:72]}…`",
                    "`/=` writes the result into the array it came from. That array holds bytes, "
                    "and a byte has no place for 0.39.",
                    "make a new array instead: first `.astype(…)`, then `/`.",
                )
            if wrong := (
                trouble(seen)
                or expect_array(seen["value"], images.shape)
                or self._values(images, seen["value"])
                or self._dtype(images, seen["value"])
            ):
                return wrong
        return passed(
            "0 stays 0, 255 becomes 1, and all between keep their distance, as `float32`.",
            "most recipes for networks (how weights start, how large a step is) expect inputs "
            "of about this size.",
        )

    def _dtype(self, images: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        if got.dtype == "float64":
            return not_yet(
                "float64",
                "the values are right, and the dtype is `float64`: eight bytes for each pixel.",
                "NumPy divides whole numbers into `float64`. For MNIST's 47 million pixels that "
                "is 376 MB instead of 188, and slower. A pixel has only 256 levels; "
                "`float32` tells them apart with ease.",
                'convert before you divide: `images.astype("float32")`.',
            )
        return expect_array(got, images.shape, "float32")

    def _values(self, images: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        exact = images.astype("float64")
        before, after = int(images.max()), f"{float(got.max()):.3g}"
        if got.dtype.kind in "iub":
            return not_yet(
                "integer",
                f"the dtype is `{got.dtype}`, and the values are "
                f"{', '.join(str(value) for value in np.unique(got)[:4])}.",
                "whole numbers have no room between 0 and 1. `//` drops the fraction, and so does "
                "`.astype` to a whole type: every grey is lost.",
                'convert with `.astype("float32")` first, then divide with a single `/`.',
            )
        if np.allclose(got * 255 * 255, exact, atol=0.5):
            return not_yet(
                "scaled-twice",
                f"255 became {float(got.max()):.4f} instead of 1.",
                "that is 255 divided by 255 twice. To a network such a picture is blank.",
                "divide once. If this cell is right, was its input scaled already?",
            )
        if np.allclose(got * 256, exact, atol=0.1):
            return not_yet(
                "divided-by-256",
                f"{before} became {float(got.max()):.4f} instead of {before / 255:.4f}.",
                "a byte has 256 values, but the largest is 255, because they start at 0. Divided "
                "by 256, no pixel ever reaches 1.",
                "divide by the largest value, 255.",
            )
        if np.allclose(got, exact):
            return not_yet(
                "not-scaled",
                f"{before} is still {after}.",
                "the type has changed, the size of the numbers has not. Inputs a few hundred "
                "times too large make training jump about.",
                "divide by 255 as well.",
            )
        if np.allclose(got, exact / 127.5 - 1, atol=1e-3):
            return not_yet(
                "minus-one-to-one",
                f"0 became {float(got.min()):.1f}, and {before} became {after}.",
                "−1 to 1 is a good scale too; the GAN in lab 07 uses it. Here the task says "
                "0 to 1, and whoever uses your function relies on that.",
                "divide by 255, and subtract nothing.",
            )
        if before < 255 and np.isclose(got.max(), 1, atol=1e-3):
            return not_yet(
                "own-maximum",
                f"the largest pixel I sent was {before}, and it became 1.",
                "you divide by the largest pixel at hand. Then 100 means one thing in this "
                "picture and another in the next, and a single picture in the app is scaled "
                "differently from 60,000 in training.",
                "divide by 255, whatever the picture holds.",
            )
        if not np.allclose(got, exact / 255, atol=1e-3):
            return not_yet(
                "other-values",
                f"0 became {float(got[0, 0, 0]):.3g}, and {before} became "
                f"{float(got.flat[images.argmax()]):.3g}.",
                f"0 should stay 0, and {before} should become {before / 255:.3g}.",
                "one division is all it takes. Try it on 0, 100 and 255 by hand.",
            )
        return None
