"""Cross-entropy that survives any logit."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.lab03.network import close
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

TOP = "top = logits.max(axis=1, keepdims=True)\n"
LOG_SUM = "log_sum = top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))\n"
RIGHT = "right = logits[np.arange(len(labels)), labels]\n"
SHARES = TOP + "powers = np.exp(logits - top)\np = powers / powers.sum(axis=1, keepdims=True)\n"
PICK = "[np.arange(len(labels)), labels]"
LARGE = 1000.0
SETS = ("usual", "large", "certain", "apart")


class CrossEntropy(Exercise):
    id = "03-cross-entropy"
    title = "Cross-entropy without overflow"
    points = 2
    hints = (
        "Two parts for each row: log-sum-exp, and the logit of the right class. The second is "
        "`logits[np.arange(len(labels)), labels]`: from row 0 take column `labels[0]`, and so on.",
        "Log-sum-exp of a row: its largest logit, plus the logarithm of the sum of "
        "`exp(logit − largest)`. `logits.max(axis=1, keepdims=True)` has the shape (n, 1), so "
        "that it can be subtracted from every column.",
        "With `top` for that maximum: "
        "`top[:, 0] + np.log(np.exp(logits - top).sum(axis=1))` is log-sum-exp. Subtract the "
        "right logits, and return the `.mean()`.",
    )
    wrong_answers = {
        "overflow": f"p = np.exp(logits)\np = p / p.sum(axis=1, keepdims=True)\n"
        f"return -np.log(p{PICK}).mean()",
        "log-of-zero": SHARES + f"return -np.log(p{PICK}).mean()",
        "clipped": SHARES + f"return -np.log(np.clip(p{PICK}, 1e-7, 1)).mean()",
        "one-maximum": "top = logits.max()\n"
        "log_sum = top + np.log(np.exp(logits - top).sum(axis=1))\n"
        + RIGHT
        + "return (log_sum - right).mean()",
        "top-not-added": TOP
        + LOG_SUM.replace("top[:, 0] + ", "")
        + RIGHT
        + "return (log_sum - right).mean()",
        "negative": TOP + LOG_SUM + RIGHT + "return (right - log_sum).mean()",
        "per-example": TOP + LOG_SUM + RIGHT + "return log_sum - right",
        "summed": TOP + LOG_SUM + RIGHT + "return (log_sum - right).sum()",
        "every-pair": TOP + LOG_SUM + "return (log_sum[:, None] - logits[:, labels]).mean()",
        "other-number": TOP + LOG_SUM + "return (log_sum - logits[:, 0]).mean()",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        usual = rng.normal(0, 2, (6, 4))
        labels = np.array([1, 3, 2, 0, 1, 3])[rng.permutation(6)]
        # Certain and wrong: the probability of the right class is below any float.
        certain = usual.copy()
        certain[np.arange(6), (labels + 1) % 4] += LARGE
        # One row far below the others: no single maximum suits them all.
        apart = usual.copy()
        apart[2] -= 2 * LARGE
        return {
            "usual": usual,
            "large": usual + LARGE,
            "certain": certain,
            "apart": apart,
            "labels": labels,
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        # Nested, so that the judge sees NaN and infinity too, and can say where they come from.
        with np.errstate(all="ignore"):
            return {k: {"seen": call(answer, inputs[k], inputs["labels"])} for k in SETS}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        for name, item in data.items():
            seen = item["seen"]
            got = seen.get("value")
            right = _losses(inputs[name], inputs["labels"])
            broken = isinstance(got, float) and not np.isfinite(got)
            if broken and name in {"large", "certain"}:
                return self._broken(name, got)
            if broken and name == "apart":
                return not_yet(
                    "one-maximum",
                    f"with rows that lie {2 * LARGE:.0f} apart, the loss is {got}.",
                    "you subtract one maximum from all rows. In a row that is far below it, every "
                    "power becomes 0, and log 0 is minus infinity.",
                    "each row needs its own: `logits.max(axis=1, keepdims=True)`.",
                )
            if wrong := trouble(seen) or self._number(inputs, name, got, right):
                return wrong
        return passed(
            f"the loss is right for usual logits, and with logits of {LARGE:.0f}, where the plain "
            "formula gives NaN.",
            "log-sum-exp never takes the power of a positive number, so nothing can overflow. "
            "Keras does the same when you tell a loss `from_logits=True`.",
        )

    def _broken(self, name: str, got: float) -> Verdict:
        if name == "large":
            return not_yet(
                "overflow",
                f"usual logits are fine. With logits of {LARGE:.0f}, the loss is {got}.",
                f"exp({LARGE:.0f}) is larger than any float, so it becomes infinity, and infinity "
                "divided by infinity is not a number.",
                "subtract the row's maximum before you take `np.exp`.",
            )
        return not_yet(
            "log-of-zero",
            f"nothing overflows any more. But the network that is certain and wrong by "
            f"{LARGE:.0f} has the loss {got}.",
            "its probability for the right class is smaller than any float: exactly 0. And log 0 "
            "is minus infinity.",
            "do not go by way of the probability: the loss is log-sum-exp minus the right logit.",
        )

    def _number(self, inputs: Data, name: str, got: Any, right: Any) -> Verdict | None:
        want = right.mean()
        if isinstance(got, np.ndarray) and got.shape in {(len(right),), (len(right), 1)}:
            return not_yet(
                "per-example",
                f"I got {len(right)} numbers, one for each example.",
                "a gradient needs one number to go down on: their mean.",
                "add `.mean()`.",
            )
        number = got if isinstance(got, np.ndarray) else np.array(got if _is_number(got) else "")
        if number.size != 1 or number.dtype.kind not in "iuf":
            shape = f" of shape {number.shape}" if number.ndim else ""
            return not_yet(
                "other-number",
                f"I got a `{type(got).__name__}`{shape}, not a number.",
                "the loss of a batch is a single number.",
                "finish with `.mean()`.",
            )
        value = float(number.item())
        if close(value, want):
            return None
        seen = f"the loss of the {name} logits is {value:.3f}; it should be {want:.3f}."
        if close(value, -want):
            return not_yet(
                "negative",
                seen,
                "the sign is turned round. A probability is at most 1, so its logarithm is "
                "negative, and the loss is minus that.",
                "log-sum-exp minus the right logit, in this order.",
            )
        if close(value, right.sum()):
            return not_yet(
                "summed",
                seen,
                "you add the losses up. Then a large batch has a large loss, and takes large "
                "steps.",
                "`.mean()` instead of `.sum()`.",
            )
        if close(value, self._every_pair(inputs, name)):
            return not_yet(
                "every-pair",
                seen,
                "`logits[:, labels]` takes, for every row, the columns of all labels: "
                f"a square of {len(right)} × {len(right)}.",
                "name the row as well: `logits[np.arange(len(labels)), labels]`.",
            )
        if close(value, (right - inputs[name].max(axis=1)).mean()):
            return not_yet(
                "top-not-added",
                seen,
                "you subtracted the maximum before `exp`, and did not put it back after `log`.",
                "log-sum-exp is the maximum plus the logarithm of the rest.",
            )
        if name == "certain" and value < want / 2:
            return not_yet(
                "clipped",
                f"usual logits are fine. For a network that is certain and wrong, the loss is "
                f"{value:.2f}; it should be {want:.2f}.",
                "you keep the probability above a tiny number. So all that is worse costs the "
                "same, the gradient is 0, and a network that is badly wrong cannot learn why.",
                "do not go by way of the probability: the loss is log-sum-exp minus the right "
                "logit.",
            )
        return not_yet(
            "other-number",
            seen,
            "for each row: log-sum-exp of its logits, minus the logit at the label. Then the mean.",
            "take one row, and compute both parts by hand.",
        )

    def _every_pair(self, inputs: Data, name: str) -> Any:
        logits, labels = inputs[name], inputs["labels"]
        return (_log_sum(logits)[:, None] - logits[:, labels]).mean()


def _is_number(got: Any) -> bool:
    return isinstance(got, int | float)


def _log_sum(logits: Any) -> Any:
    top = logits.max(axis=1)
    return top + np.log(np.exp(logits - top[:, None]).sum(axis=1))


def _losses(logits: Any, labels: Any) -> Any:
    return _log_sum(logits) - logits[np.arange(len(labels)), labels]
