"""What feedback looks like: a number, then a function."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed


class Pixels(Exercise):
    id = "00-pixels"
    title = "How many pixels?"
    hints = (
        "A digit is a grid. How many rows does it have, and how many pixels stand in each row?",
        "28 rows of 28 pixels: multiply. Python writes × as `*`.",
    )
    wrong_answers = {
        "added": "pixels = 28 + 28",
        "one-side": "pixels = 28",
        "text": 'pixels = "784"',
        "other-number": "pixels = 785",
    }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        pixels = data["answer"]
        if isinstance(pixels, str):
            return not_yet(
                "text",
                f'I got the text `"{pixels}"`, not a number.',
                "quotation marks make text, and Python cannot count with text: "
                '`"784" + 1` is an error.',
                "leave the quotation marks out.",
            )
        if pixels == 28 * 28:
            return passed(
                "784 pixels: 28 rows of 28.",
                "a network that reads a digit as a list of numbers has 784 inputs. "
                "You will meet this number in every lab.",
            )
        if pixels == 56:
            return not_yet(
                "added",
                "56 is 28 + 28.",
                "that counts one row and one column. A grid is filled: "
                "every one of its 28 rows holds 28 pixels.",
                "multiply instead of adding.",
            )
        if pixels == 28:
            return not_yet(
                "one-side",
                "28 is the number of pixels in one row.",
                "the picture has 28 such rows.",
                "how many pixels are in two rows? And in all 28?",
            )
        return not_yet(
            "other-number",
            f"I got {pixels}.",
            "the number of pixels in a grid is its rows times its columns.",
            "let Python do the multiplication, so that no digit slips.",
        )


class Invert(Exercise):
    id = "00-invert"
    title = "A function that inverts a picture"
    points = 2
    hints = (
        "0 must become 255, and 255 must become 0. What about 100? It becomes 155. "
        "What do the two numbers of each pair add up to?",
        "NumPy works on the whole picture at once: `255 - image` subtracts every pixel from 255. "
        "Hand the result back with `return`.",
    )
    wrong_answers = {
        "printed-not-returned": "print(255 - image)",
        "negated": "return -image",
        "scaled-inverse": "return 1 - image / 255",
        "unchanged": "return image",
        "other-values": "return 200 - image",
        "text-not-numbers": "return (255 - image).astype(str)",
    }
    wrong_checks = {"not-a-function": "invert(x_train[0])"}

    def inputs(self, rng: np.random.Generator) -> Data:
        image = rng.integers(1, 256, (28, 28)).astype("uint8")
        image[0, :2] = 0, 255
        return {"image": image}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"inverted": call(answer, inputs["image"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        image, inverted = inputs["image"], data["inverted"]
        if wrong := expect_array(inverted, image.shape):
            return wrong
        if np.array_equal(inverted, 255 - image):
            return passed(
                "paper became ink and ink became paper, in every pixel.",
                "arrays make loops unnecessary: one expression worked on 784 numbers.",
            )
        if np.array_equal(inverted, image):
            return not_yet(
                "unchanged",
                "the picture came back as it went in.",
                "nothing was subtracted from anything.",
                "return an expression that uses both `255` and `image`.",
            )
        if inverted.max() <= 1:
            return not_yet(
                "scaled-inverse",
                f"the values lie between {inverted.min():g} and {inverted.max():g}.",
                "you inverted, and you also divided by 255. The task keeps the scale 0 to 255; "
                "lab 01 shows when dividing is right.",
                "leave the division out.",
            )
        if np.array_equal(inverted, -image):
            return not_yet(
                "negated",
                "a pixel of 100 became 156, and 0 stayed 0.",
                "a pixel is a `uint8`: it holds 0 to 255 and nothing else. A negative number "
                "does not fit, so it wraps around. Lab 01 returns to this trap.",
                "start from 255 and take the pixel away.",
            )
        return not_yet(
            "other-values",
            f"a pixel of 0 became {inverted[0, 0]}, and a pixel of 255 became {inverted[0, 1]}.",
            "inverting swaps the two ends of the scale: 0 and 255.",
            "which number do you have to subtract 255 from, so that 0 is left?",
        )
