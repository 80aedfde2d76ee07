"""The backward pass: the chain rule, layer by layer."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array, trouble
from workshop.exercises.lab03.network import (
    NAMES,
    all_close,
    close,
    copied,
    differing,
    gradients,
    hidden_and_logits,
    softmax,
    tiny,
)
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

START = "w1, b1, w2, b2 = network\nhidden, logits = forward(network, x)\n"
AT_LOGITS = "d_logits = softmax(logits)\nd_logits[np.arange(len(labels)), labels] -= 1\n"
MEAN = "d_logits /= len(labels)\n"
AT_HIDDEN = "d_hidden = d_logits @ w2.T * (hidden > 0)\n"
END = "return [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)]"
RIGHT = START + AT_LOGITS + MEAN + AT_HIDDEN + END


class Backward(Exercise):
    id = "03-backward"
    title = "The backward pass"
    points = 3
    hints = (
        "Begin as the worked example does: `d_logits`, then the gradients of `w2` and `b2`. "
        "What is new is `d_hidden`: rule 2 takes you from the outputs of a layer to its inputs.",
        "`d_hidden = d_logits @ w2.T`, and 0 wherever ReLU gave 0: multiply by `(hidden > 0)`. "
        "From there, layer 1 is layer 2 again, with `x` as its input.",
        "`return [x.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_logits, "
        "d_logits.sum(axis=0)]`.",
    )
    wrong_answers = {
        "no-relu": RIGHT.replace(" * (hidden > 0)", ""),
        "not-averaged": RIGHT.replace(MEAN, ""),
        "uphill": RIGHT.replace(MEAN, MEAN.replace("len(", "-len(")),
        "label-not-subtracted": RIGHT.replace(AT_LOGITS.splitlines()[1], ""),
        "biases-averaged": RIGHT.replace("sum(axis=0)", "mean(axis=0)"),
        "mask-on-hidden": RIGHT.replace("@ w2.T * (hidden > 0)", "@ w2.T * hidden"),
        "mask-without-bias": RIGHT.replace("(hidden > 0)", "(x @ w1 > 0)"),
        "wrong-order": RIGHT.replace(
            END,
            "return [hidden.T @ d_logits, d_logits.sum(axis=0), x.T @ d_hidden, "
            "d_hidden.sum(axis=0)]",
        ),
        "transposed": RIGHT.replace("x.T @ d_hidden", "d_hidden.T @ x").replace(
            "hidden.T @ d_logits", "d_logits.T @ hidden"
        ),
        "not-four-arrays": RIGHT.replace("return [", "return (").replace(
            ", hidden.T @ d_logits, d_logits.sum(axis=0)]", ")"
        ),
        "wrong-shape": RIGHT.replace("sum(axis=0)", "sum(axis=1)"),
        "first-layer": RIGHT.replace("@ w2.T", "@ abs(w2.T)"),
        "second-layer": RIGHT.replace("hidden.T @ d_logits", "hidden.T @ d_logits / 2"),
        "wrong-from-the-start": RIGHT.replace("softmax(logits)", "1 / (1 + np.exp(-logits))"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Enough examples and units that every misconception shows in some number.
        return tiny(rng, inputs=7, hidden=6, classes=4, count=12)

    def probe(self, inputs: Data, answer: Any) -> Data:
        network = copied(inputs["network"])
        return {"run": {"seen": call(answer, network, inputs["x"], inputs["labels"])}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        network, x, labels = inputs["network"], inputs["x"], inputs["labels"]
        seen = data["run"]["seen"]
        if wrong := trouble(seen):
            return wrong
        got, right = seen["value"], gradients(network, x, labels)
        if not isinstance(got, list) or len(got) != len(right):
            count = f" of {len(got)}" if isinstance(got, list) else ""
            return not_yet(
                "not-four-arrays",
                f"I got a `{seen['type']}`{count}; I need a list of four arrays.",
                "each of the four arrays of the network has its own gradient.",
                "`return [d_w1, d_b1, d_w2, d_b2]`.",
            )
        for item in got:
            if wrong := expect_array(item):
                return wrong
        return self._shapes(got, right) or self._values(inputs, got, right)

    def _shapes(self, got: list[Any], right: list[Any]) -> Verdict | None:
        shapes, wanted = [item.shape for item in got], [item.shape for item in right]
        if shapes == wanted[2:] + wanted[:2]:
            return not_yet(
                "wrong-order",
                f"the shapes are {shapes}: layer 2 comes first.",
                "backward you meet the last layer first, but the list has the order of "
                "`network`, so that weight and gradient can be paired.",
                "`return [d_w1, d_b1, d_w2, d_b2]`.",
            )
        if shapes[0] == wanted[0][::-1] or shapes[2] == wanted[2][::-1]:
            return not_yet(
                "transposed",
                f"the gradients of the weights are {shapes[0]} and {shapes[2]}; the weights are "
                f"{wanted[0]} and {wanted[2]}.",
                "a gradient has the shape of what it belongs to: one number for each weight.",
                "rule 1: `inputs.T @ d_outputs`, in this order.",
            )
        for name, item, like in zip(NAMES, got, right, strict=True):
            if item.shape != like.shape:
                return not_yet(
                    "wrong-shape",
                    f"the gradient of {name} has the shape {item.shape}; it should be "
                    f"{like.shape}.",
                    "a gradient has the shape of what it belongs to. Each weight and each bias "
                    "served all examples, so their axis is summed away.",
                    "`.sum(axis=0)` for biases, `inputs.T @ d_outputs` for weights.",
                )
        return None

    def _values(self, inputs: Data, got: list[Any], right: list[Any]) -> Verdict:
        count = len(inputs["x"])
        fits = [close(one, other) for one, other in zip(got, right, strict=True)]
        said = ", ".join(
            f"{name} {'right' if fit else 'wrong'}" for name, fit in zip(NAMES, fits, strict=True)
        )
        if all(fits):
            return passed(
                "all four gradients agree with calculus within a millionth.",
                "one pass back costs about twice one pass forward, however many weights there "
                "are. Finite differences would need 200,000 passes for your next network.",
            )
        if all_close(got, [count * item for item in right]):
            return not_yet(
                "not-averaged",
                f"all four gradients are {count} times too large; I sent {count} examples.",
                "the loss is the mean over the batch, so each example counts one n-th.",
                "divide `d_logits` by `len(labels)`.",
            )
        if all_close(got, [-item for item in right]):
            return not_yet(
                "uphill",
                "all four gradients have the wrong sign.",
                "raising the logit of a wrong class raises the loss: its gradient is positive.",
                "probabilities minus one-hot, not the other way round.",
            )
        if not fits[3] and close(got[3] * count, right[3]):
            return not_yet(
                "biases-averaged",
                f"{said}. Your biases' gradients are {count} times too small.",
                "`d_logits` has been divided by the number of examples already.",
                "`.sum(axis=0)` for the biases.",
            )
        if not fits[3] or not fits[2]:
            return self._second_layer(inputs, got, right, said)
        return self._first_layer(inputs, got, said)

    def _second_layer(self, inputs: Data, got: list[Any], right: list[Any], said: str) -> Verdict:
        shares = softmax(hidden_and_logits(inputs["network"], inputs["x"])[1])
        if close(got[3], shares.mean(axis=0)):
            return not_yet(
                "label-not-subtracted",
                f"{said}. Your biases' gradient sums to {got[3].sum():.2f}; it should be 0.",
                "that is the mean probability of each class. The labels do not occur in it, so "
                "the network could not learn from them.",
                "subtract 1 at the place of each label: probabilities minus one-hot.",
            )
        if close(got[3], right[3]):
            return not_yet(
                "second-layer",
                f"{said}. In the gradient of {NAMES[2]}, {differing(got[2], right[2])}.",
                "`d_logits` is right, since the biases are. Layer 2 reads the hidden outputs.",
                "rule 1: `hidden.T @ d_logits`.",
            )
        return not_yet(
            "wrong-from-the-start",
            f"{said}. In the gradient of {NAMES[3]}, {differing(got[3], right[3])}.",
            "the biases of layer 2 come straight from `d_logits`, so that is where it starts.",
            "`d_logits` is softmax of the logits, minus 1 at each label, divided by n.",
        )

    def _first_layer(self, inputs: Data, got: list[Any], said: str) -> Verdict:
        network, x, labels = inputs["network"], inputs["x"], inputs["labels"]
        hidden, logits = hidden_and_logits(network, x)
        back = (softmax(logits) - np.eye(logits.shape[1])[labels]) / len(x) @ network[2].T
        if close(got[0], x.T @ back):
            return not_yet(
                "no-relu",
                f"{said}. ReLU is missing on the way back.",
                "where ReLU gave 0, a tiny change of the sum changes nothing, so nothing flows "
                "back there.",
                "multiply by `(hidden > 0)`.",
            )
        if close(got[0], x.T @ (back * hidden)):
            return not_yet(
                "mask-on-hidden",
                f"{said}. You multiply by the hidden outputs themselves.",
                "the slope of ReLU is 1 above 0, however far above.",
                "multiply by `(hidden > 0)`, which is 0 or 1.",
            )
        if close(got[0], x.T @ (back * (x @ network[0] > 0))):
            return not_yet(
                "mask-without-bias",
                f"{said}. You switch units off by `x @ w1`, without their biases.",
                "ReLU saw the sum with the bias. As long as all biases are 0 you cannot see "
                "the difference, and that is how training starts.",
                "use what the forward pass gave: `(hidden > 0)`.",
            )
        return not_yet(
            "first-layer",
            f"{said}. Layer 2 is fine, and the error enters on the way to layer 1.",
            "rule 2 goes back through the weights of layer 2, rule 3 through ReLU.",
            "`d_hidden = d_logits @ w2.T * (hidden > 0)`; then rule 1 with `x`.",
        )
