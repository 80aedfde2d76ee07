"""The same pixels in the shapes that networks want."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed


class Shapes(Exercise):
    id = "01-shapes"
    title = "Shapes for two kinds of network"
    hints = (
        "The first axis counts the pictures, and it stays first in both shapes. "
        "`len(images)` is its length, whatever it is today.",
        "`images.reshape(len(images), 784)` is the first. The second only gains an axis of "
        "length 1 at the end: `images.reshape(len(images), 28, 28, 1)`.",
    )
    wrong_answers = {
        "pixels-first": "return images.reshape(784, -1), images[..., np.newaxis]",
        "transposed": "turned = images.transpose(0, 2, 1)\n"
        "return turned.reshape(-1, 784), images[..., np.newaxis]",
        "all-flat": "return images.reshape(-1), images[..., np.newaxis]",
        "fixed-count": "return images.reshape(60000, 784), images[..., np.newaxis]",
        "channel-elsewhere": "return images.reshape(-1, 784), images[:, np.newaxis]",
        "no-channel": "return images.reshape(-1, 784), images",
        "swapped": "return images[..., np.newaxis], images.reshape(-1, 784)",
        "not-a-pair": "return images.reshape(-1, 784)",
        "wrong-shape": "return images.reshape(-1, 28), images[..., np.newaxis]",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        count = int(rng.integers(5, 12))
        return {"images": rng.integers(0, 256, (count, 28, 28)).astype("uint8")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        # Nested, so that the judge sees an error too.
        return {"pair": {"seen": call(answer, inputs["images"])}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        images, seen = inputs["images"], data["pair"]["seen"]
        if seen["observed"] == "raised" and "60000" in seen["message"]:
            return not_yet(
                "fixed-count",
                f"I sent {len(images)} pictures, and your code said `{seen['message'][:80]}`.",
                "the training set has 60,000 pictures, the test set 10,000, and the app that you "
                "will build has one at a time.",
                "write `len(images)`, or −1, which tells NumPy to work it out.",
            )
        if wrong := trouble(seen):
            return wrong
        pair = seen["value"]
        if not isinstance(pair, list) or len(pair) != 2:
            return not_yet(
                "not-a-pair",
                f"I got one `{seen['type']}`"
                + (f" of length {len(pair)}." if isinstance(pair, list) else "."),
                "the function hands back two arrays at once.",
                "`return flat, with_channel`: a comma makes the pair.",
            )
        return (
            expect_array(pair[0])
            or expect_array(pair[1])
            or self._swapped(pair)
            or self._flat(images, pair[0])
            or self._with_channel(images, pair[1])
            or passed(
                "one row per picture, and one picture with a channel; not a pixel has moved.",
                "reshape never changes the order of the numbers, only where the rows break. "
                "It costs no memory either.",
            )
        )

    def _swapped(self, pair: list[NDArray[Any]]) -> Verdict | None:
        if [array.ndim for array in pair] != [4, 2]:
            return None
        return not_yet(
            "swapped",
            f"the first array has the shape `{pair[0].shape}`, the second `{pair[1].shape}`.",
            "the task asks for the flat one first.",
            "exchange them after `return`.",
        )

    def _flat(self, images: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        count = len(images)
        if got.shape == (784, count):
            return not_yet(
                "pixels-first",
                f"the first array has the shape `{got.shape}`.",
                "the numbers are all there, but a row is no longer a picture. Keras takes the "
                f"first axis for pictures, so it would see 784 pictures of {count} pixels.",
                "the first axis counts pictures: `(n, 784)`.",
            )
        if got.shape == (count * 784,):
            return not_yet(
                "all-flat",
                f"the first array is one long row of {count * 784:,} numbers.",
                "nothing says any more where one picture ends and the next begins.",
                "flatten rows and columns only: two axes must remain.",
            )
        return expect_array(got, (count, 784)) or self._moved(images, got)

    def _with_channel(self, images: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        if got.shape == images.shape:
            return not_yet(
                "no-channel",
                f"the second array still has the shape `{images.shape}`.",
                "a convolution expects the colours of each pixel on an axis of their own: three "
                "for a photograph, one for grey. Without that axis Keras refuses the picture.",
                "add an axis of length 1 at the end.",
            )
        if got.ndim == 4 and 1 in got.shape[:3]:
            return not_yet(
                "channel-elsewhere",
                f"the second array has the shape `{got.shape}`.",
                "there is an axis of length 1, but not at the end. Other libraries put it second; "
                "Keras's default is last.",
                "`(n, 28, 28, 1)`: picture, row, column, channel.",
            )
        return expect_array(got, (*images.shape, 1)) or self._moved(images, got)

    def _moved(self, images: NDArray[Any], got: NDArray[Any]) -> Verdict | None:
        if np.array_equal(got.ravel(), images.ravel()):
            return None
        return not_yet(
            "transposed",
            f"the shape `{got.shape}` is right, and the pixels have moved: the first picture's "
            f"first row was {images[0, 0, :3].tolist()}… and is {got.ravel()[:3].tolist()}….",
            "a transpose turns rows into columns. The shape does not show it, and a network "
            "learns from turned digits without complaint, until it meets an upright one.",
            "use `reshape` alone; leave `.T`, `transpose`, `swapaxes` and `order=` out.",
        )
