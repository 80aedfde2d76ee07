"""Step 1: pixels become what the network reads."""

from typing import Any

import numpy as np

from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.exercises.script.step import Step
from workshop.verdict import Verdict, not_yet, passed


class Prepare(Step):
    id = "script-prepare"
    title = "Pixels become what the network reads"
    hints = (
        "Two things: each picture becomes one row of 784 numbers, and each number lies "
        "between 0 and 1.",
        '`images.reshape(len(images), 784)` makes the rows; `.astype("float32") / 255` scales.',
    )
    wrong_answers = {
        "not-scaled": 'return images.reshape(len(images), 784).astype("float32")',
        "whole-numbers": "return images.reshape(len(images), 784) // 255",
        "wrong-shape": 'return images.astype("float32") / 255',
        "wrong-dtype": "return images.reshape(len(images), 784) / 255",
        "mixed-up": 'return images.reshape(784, len(images)).T.astype("float32") / 255',
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        images = rng.integers(0, 256, (5, 28, 28)).astype("uint8")
        images[0, 0, 0] = 255
        return {"images": images}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"rows": call(answer, inputs["images"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        images, rows = inputs["images"], data["rows"]
        if wrong := expect_array(rows, (len(images), 784)):
            return wrong
        if rows.dtype.kind in "iu":
            return not_yet(
                "whole-numbers",
                f"the numbers are whole (`{rows.dtype}`), from {rows.min()} to {rows.max()}.",
                "`//` throws away everything behind the point, so every grey pixel becomes 0.",
                "divide with `/`.",
            )
        if rows.max() > 1:
            return not_yet(
                "not-scaled",
                f"the largest number is {rows.max():g}; it should be 1.",
                "weights start small, for inputs near 1. With inputs up to 255 the first steps "
                "of training are far too large.",
                "divide by 255.",
            )
        if wrong := expect_array(rows, dtype="float32"):
            return wrong
        if not np.allclose(rows, images.reshape(len(images), 784) / 255, atol=1e-6):
            return not_yet(
                "mixed-up",
                "the shape is right, but the first row is not the first picture.",
                "`reshape` keeps the order of the numbers. It must cut them into pictures, "
                "so the number of pictures comes first.",
                "use `reshape(len(images), 784)`, without a transpose.",
            )
        return passed(
            "one row of 784 numbers for each picture, all between 0 and 1.",
            "whatever you do to the training digits, do it to every digit that comes later.",
        )
