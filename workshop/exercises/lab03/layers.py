"""The forward pass: pixels become hidden units, hidden units become logits."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, trouble
from workshop.exercises.lab03.network import (
    close,
    copied,
    differing,
    hidden_and_logits,
    softmax,
    tiny,
)
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "w1, b1, w2, b2 = network\n"
HIDDEN = START + "hidden = np.maximum(x @ w1 + b1, 0)\n"


class Forward(Exercise):
    id = "03-forward"
    title = "The forward pass"
    points = 2
    hints = (
        "Take the four arrays apart first: `w1, b1, w2, b2 = network`. The first layer reads `x`, "
        "the second reads what the first one gives.",
        "`hidden = np.maximum(dense(x, w1, b1), 0)`. The second layer is the same move, without "
        "ReLU, because a logit may be negative.",
        "`return hidden, dense(hidden, w2, b2)`.",
    )
    wrong_answers = {
        "no-relu": START + "hidden = x @ w1 + b1\nreturn hidden, hidden @ w2 + b2",
        "relu-at-the-end": HIDDEN + "return hidden, np.maximum(hidden @ w2 + b2, 0)",
        "no-biases": START + "hidden = np.maximum(x @ w1, 0)\nreturn hidden, hidden @ w2",
        "bias-after-relu": START
        + "hidden = np.maximum(x @ w1, 0) + b1\nreturn hidden, hidden @ w2 + b2",
        "columns": START + "hidden = np.maximum(w1.T @ x.T + b1[:, None], 0)\n"
        "return hidden, w2.T @ hidden + b2[:, None]",
        "shapes-do-not-meet": START + "hidden = np.maximum(w1 @ x + b1, 0)\n"
        "return hidden, hidden @ w2 + b2",
        "not-a-matrix-product": START + "hidden = np.maximum(x * w1 + b1, 0)\n"
        "return hidden, hidden * w2 + b2",
        "softmax-already": HIDDEN + "powers = np.exp(hidden @ w2 + b2)\n"
        "return hidden, powers / powers.sum(axis=1, keepdims=True)",
        "logits-only": HIDDEN + "return hidden @ w2 + b2",
        "swapped": HIDDEN + "return hidden @ w2 + b2, hidden",
        "other-hidden": START + "hidden = abs(x @ w1 + b1)\nreturn hidden, hidden @ w2 + b2",
        "other-logits": HIDDEN + "return hidden, hidden @ w2 - b2",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return tiny(rng, inputs=6, hidden=5, classes=3, count=8)

    def probe(self, inputs: Data, answer: Any) -> Data:
        # Nested, so that the judge sees an error too.
        return {"run": {"seen": call(answer, copied(inputs["network"]), inputs["x"])}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        seen = data["run"]["seen"]
        network, x = inputs["network"], inputs["x"]
        shapes = f"`x` is {x.shape}, `w1` is {network[0].shape}"
        if seen["observed"] == "raised" and "broadcast" in seen["message"]:
            return not_yet(
                "not-a-matrix-product",
                f"your code stopped with `{seen['message'][:90]}`.",
                f"`*` and `+` work number by number, and need shapes that fit. {shapes}.",
                "a weighted sum over all inputs is the matrix product, `@`. The biases are added "
                "as they are.",
            )
        if seen["observed"] == "raised" and "matmul" in seen["message"]:
            return not_yet(
                "shapes-do-not-meet",
                f"your code stopped with `{seen['message'][:60]}…`.",
                f"{shapes}. In a matrix product, the two inner numbers must be the same.",
                "rows stand on the left: `x @ w1` is (8, 6) @ (6, 5), which gives (8, 5).",
            )
        if wrong := trouble(seen):
            return wrong
        hidden, logits = hidden_and_logits(network, x)
        pair = seen["value"]
        if not isinstance(pair, list) or len(pair) != 2:
            return not_yet(
                "logits-only",
                f"I got one `{seen['type']}` instead of two arrays.",
                "the way back will need the hidden outputs as well; computing them twice would "
                "be a waste.",
                "`return hidden, logits`: a comma makes the pair.",
            )
        if close(pair[0], logits) and close(pair[1], hidden):
            return not_yet(
                "swapped",
                f"the first array has the shape {pair[0].shape}, the second {pair[1].shape}.",
                "both are right, in the other order.",
                "`return hidden, logits`.",
            )
        return (
            self._columns(pair, hidden)
            or expect_array(pair[0], hidden.shape)
            or expect_array(pair[1], logits.shape)
            or self._hidden(inputs, pair[0], hidden)
            or self._logits(pair[1], logits, hidden @ network[2])
            or passed(
                f"{len(x)} examples went through both layers at once, one row each.",
                "the same two lines serve one picture or ten thousand. That is what the first "
                "axis is for.",
            )
        )

    def _columns(self, pair: list[Any], hidden: Any) -> Verdict | None:
        if np.shape(pair[0]) != hidden.T.shape:
            return None
        return not_yet(
            "columns",
            f"the hidden outputs have the shape {np.shape(pair[0])}; they should be "
            f"{hidden.shape}.",
            "you let each example be a column. Some books do, and it can work. But here, as in "
            "Keras, examples are rows, and whoever calls your function expects rows.",
            "`x @ w1 + b1`: no `.T`, and the biases fit as they are.",
        )

    def _hidden(self, inputs: Data, got: Any, hidden: Any) -> Verdict | None:
        w1, b1 = inputs["network"][:2]
        x = inputs["x"]
        if close(got, hidden):
            return None
        if close(got, x @ w1 + b1):
            return not_yet(
                "no-relu",
                f"your hidden outputs go down to {got.min():.2f}.",
                "without ReLU, two layers are no better than one: a weighted sum of weighted sums "
                "is a weighted sum.",
                "replace what is negative by 0: `np.maximum(…, 0)`.",
            )
        if close(got, np.maximum(x @ w1, 0)):
            return not_yet(
                "no-biases",
                f"in your hidden outputs, {differing(got, hidden)}.",
                "the biases are missing. They move the point at which a unit wakes up.",
                "add `b1` before ReLU, and `b2` in the second layer.",
            )
        if close(got, np.maximum(x @ w1, 0) + b1):
            return not_yet(
                "bias-after-relu",
                f"your hidden outputs go down to {got.min():.2f}, though ReLU cuts at 0.",
                "the bias belongs to the sum. Added after ReLU, it no longer decides whether the "
                "unit wakes up.",
                "first the sum with its bias, then ReLU.",
            )
        return not_yet(
            "other-hidden",
            f"in your hidden outputs, {differing(got, hidden)}.",
            "a hidden unit is a weighted sum plus its bias, and 0 where that is negative.",
            "compute one by hand: `x[0] @ w1[:, 0] + b1[0]`.",
        )

    def _logits(self, got: Any, logits: Any, no_bias: Any) -> Verdict | None:
        if close(got, logits):
            return None
        if close(got, np.maximum(logits, 0)):
            return not_yet(
                "relu-at-the-end",
                f"your smallest logit is {got.min():.2f}; it should be {logits.min():.2f}.",
                "ReLU on the last layer makes all unlikely classes alike, and where it says 0, no "
                "error can flow back. A published example had this bug, and still reached 80 %.",
                "leave ReLU out of the second layer.",
            )
        if close(got, softmax(logits)):
            return not_yet(
                "softmax-already",
                "each row of your second array sums to 1: these are probabilities.",
                "the loss wants logits. It can handle huge ones, as you will see in a moment; "
                "probabilities have lost that chance.",
                "leave softmax out here.",
            )
        missing = " The biases are missing." if close(got, no_bias) else ""
        return not_yet(
            "other-logits",
            f"the hidden outputs are right. In your logits, {differing(got, logits)}.{missing}",
            "the second layer is dense, too: it reads the hidden outputs, with `w2` and `b2`.",
            "`hidden @ w2 + b2`.",
        )
