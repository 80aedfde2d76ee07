"""One window, slid over a picture: a convolution by loops."""

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
rows, columns = image.shape
result = np.zeros((rows - 2, columns - 2))
for row in range(rows - 2):
    for column in range(columns - 2):
        window = image[row : row + 3, column : column + 3]
        result[row, column] = (window * kernel).sum() + bias
return result"""


class Convolve(Exercise):
    id = "05-convolve"
    title = "A convolution by loops"
    points = 3
    hints = (
        "Two loops: over the rows and the columns of the result. How many places has a window "
        "of 3 in a row of 28? Not 28: the window must not stick out.",
        "In the inner loop, `window = image[row : row + 3, column : column + 3]`. What happens to "
        "it is in the worked example: `(window * kernel).sum()`, and the bias once.",
        "Start with `rows, columns = image.shape` and "
        "`result = np.zeros((rows - 2, columns - 2))`. `return result` stands after both loops, "
        "as far to the left as the first `for`.",
    )
    wrong_answers = {
        "sticks-out": ANSWER.replace("rows - 2, columns - 2", "rows, columns"),
        "one-place-lost": ANSWER.replace("rows - 2", "rows - 3").replace(
            "columns - 2", "columns - 3"
        ),
        "sides-exchanged": ANSWER.replace("return result", "return result.T"),
        "returned-early": ANSWER.replace("return result", "        return result"),
        "no-bias": ANSWER.replace(" + bias", ""),
        "bias-nine-times": ANSWER.replace(
            "(window * kernel).sum() + bias", "(window * kernel + bias).sum()"
        ),
        "kernel-flipped": ANSWER.replace("* kernel)", "* kernel[::-1, ::-1])"),
        "kernel-transposed": ANSWER.replace("* kernel)", "* kernel.T)"),
        "matrix-product": ANSWER.replace("window * kernel", "window @ kernel"),
        "average-not-sum": ANSWER.replace(".sum()", ".mean()"),
        "last-product-only": ANSWER.replace(
            "(window * kernel).sum()", "window[2, 2] * kernel[2, 2]"
        ),
        "other-values": ANSWER.replace("* kernel", "+ kernel"),
        "not-an-array": ANSWER.replace("return result", "return result.tolist()"),
        "printed-not-returned": ANSWER.replace("return result", "print(result)"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Not square, so that exchanged sides show; one decimal, so that it reads well.
        return {
            "image": np.round(rng.random((6, 9)) * 9, 1),
            "kernel": np.round(rng.permutation(np.linspace(-2, 2, 9)).reshape(3, 3), 1),
            "bias": float(rng.choice([3.0, 5.0, 7.0])),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"result": call(answer, inputs["image"], inputs["kernel"], inputs["bias"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        image, kernel, bias = inputs["image"], inputs["kernel"], inputs["bias"]
        got = data["result"]
        want = convolved(image, kernel) + bias
        if wrong := self._form(image, want, got):
            return wrong
        if np.allclose(got, want, atol=1e-3):
            return passed(
                f"{want.size} windows, nine products and one bias each; all sums are right.",
                "`keras.layers.Conv2D` computes the same, only faster. Your loops are what it "
                "means.",
            )
        return (
            self._sums(image, kernel, bias, got)
            or self._kernel(image, kernel, bias, got)
            or not_yet(
                "other-values",
                _first_value(got, want),
                f"it is the sum of nine products, window times kernel, plus the bias ({bias:g}).",
                "do the first window by hand, as in the worked example, and compare.",
            )
        )

    def _form(self, image: NDArray[Any], want: NDArray[Any], got: Any) -> Verdict | None:
        if wrong := expect_array(got):
            return wrong
        rows, columns = image.shape
        if got.shape == image.shape:
            return not_yet(
                "sticks-out",
                f"the result has the shape of the image, `{got.shape}`.",
                f"in a row of {columns} pixels, a window of 3 has only {columns - 2} places. "
                "Further right it would stick out of the picture.",
                "let both loops, and the array of zeros, end 2 earlier.",
            )
        if got.shape == (rows - 3, columns - 3):
            return not_yet(
                "one-place-lost",
                f"the shape is `{got.shape}`; one row and one column are missing.",
                f"the first window starts at 0 and the last at {rows} − 3 = {rows - 3}. From 0 to "
                f"{rows - 3}, these are {rows - 2} places.",
                "`range(n)` stops before n: use the size minus 2.",
            )
        if got.shape == want.shape[::-1]:
            return not_yet(
                "sides-exchanged",
                f"the shape is `{got.shape}`; the image is `{image.shape}`.",
                "rows come first, columns second, in `shape` and in `[row, column]` alike.",
                "look for a place where the two are swapped.",
            )
        return expect_array(got, want.shape)

    def _sums(
        self, image: NDArray[Any], kernel: NDArray[Any], bias: float, got: NDArray[Any]
    ) -> Verdict | None:
        sums = convolved(image, kernel)
        if np.isclose(got[0, 0], sums[0, 0] + bias) and not got[1:].any():
            return not_yet(
                "returned-early",
                f"the first value is right, and {int((got == 0).sum())} of {got.size} are still 0.",
                "`return` ends the function at once, also in the middle of a loop.",
                "move `return` to the left, below both loops.",
            )
        if np.allclose(got, sums, atol=1e-3):
            return not_yet(
                "no-bias",
                f"every value is {bias:g} too small.",
                f"the bias was {bias:g}. It is added once to each sum, so that a filter can ask "
                "for more or for less than 0.",
                "add `bias` to the sum.",
            )
        if np.allclose(got, sums + 9 * bias, atol=1e-3):
            return not_yet(
                "bias-nine-times",
                f"every value is {8 * bias:g} too large: eight times the bias.",
                "`window * kernel + bias` adds the bias to each of the nine products.",
                "close the bracket and sum first; then add the bias, once.",
            )
        if np.allclose(got, sums / 9 + bias, atol=1e-3):
            return not_yet(
                "average-not-sum",
                f"{_first_value(got, sums + bias)} Your sums are divided by nine.",
                "`mean` averages the nine products. The size of the answer is for the kernel to "
                "decide: it is learned.",
                "use `.sum()`.",
            )
        return None

    def _kernel(
        self, image: NDArray[Any], kernel: NDArray[Any], bias: float, got: NDArray[Any]
    ) -> Verdict | None:
        last = image[2:, 2:] * kernel[2, 2]
        windows = sliding_window_view(image, (3, 3))
        first = _first_value(got, convolved(image, kernel) + bias)
        if np.allclose(got - bias, convolved(image, kernel[::-1, ::-1]), atol=1e-3):
            return not_yet(
                "kernel-flipped",
                f"{first} Your kernel is turned by 180 degrees.",
                "mathematicians turn it, and call that convolution. Networks do not turn it (the "
                "exact word would be cross-correlation), because a learned kernel may as well "
                "be learned the other way round.",
                "lay the kernel on the window as it is: `window * kernel`.",
            )
        if np.allclose(got - bias, convolved(image, kernel.T), atol=1e-3):
            return not_yet(
                "kernel-transposed",
                f"{first} Rows and columns of the kernel are exchanged.",
                "a kernel that finds upright strokes would find level ones instead.",
                "the kernel's first index goes with the row, the second with the column.",
            )
        if np.allclose(got - bias, (windows @ kernel).sum(axis=(2, 3)), atol=1e-3):
            return not_yet(
                "matrix-product",
                f"{first} Your values are those of `window @ kernel`, a matrix product.",
                "it multiplies rows by columns. Here each pixel meets the one weight that lies "
                "on top of it.",
                "write `*`, which multiplies place by place.",
            )
        if np.allclose(got - bias, last, atol=1e-3):
            return not_yet(
                "last-product-only",
                f"{first} Each value holds one product only, the one at the lower right of the "
                "window.",
                "with `=` in the innermost loop, each product replaces the one before it.",
                "collect them with `+=`, or sum at once: `(window * kernel).sum()`.",
            )
        return None


def _first_value(got: NDArray[Any], want: NDArray[Any]) -> str:
    return f"the first value is {got[0, 0]:.2f}; it should be {want[0, 0]:.2f}."


def convolved(image: NDArray[Any], kernel: NDArray[Any]) -> NDArray[Any]:
    """The sums of window times kernel. (rows, columns), (3, 3) → (rows - 2, columns - 2)."""
    windows = sliding_window_view(image, kernel.shape)
    return np.asarray(np.einsum("rcij,ij->rc", windows, kernel))
