"""What a picture must be like before the network may see it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SIDE = 28
GOOD = ("a digit", "a faint digit", "a digit that touches the edge", "a digit in thick strokes")
ANSWER = """\
if picture.shape != (28, 28):
    return f"its shape is {picture.shape}"
if picture.dtype != "uint8":
    return f"its numbers are {picture.dtype}"
if picture.max() <= 1:
    return "nothing in it is brighter than 1"
edge = np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])
if edge.mean() > 127:
    return "it is dark on light"
return \"\"
"""
FAULTS = {
    "cut off": (
        "lets-through-shape",
        "it has 27 columns.",
        "the network stops with an error in the middle of the chunk, and takes the good ones "
        "with it.",
        "`if picture.shape != (28, 28):`",
    ),
    "fractions": (
        "lets-through-fractions",
        "its dtype is float32, its numbers go from 0 to 1.",
        "somebody has scaled it already. Divided by 255 once more, it is nearly black.",
        '`if picture.dtype != "uint8":`',
    ),
    "scaled": (
        "lets-through-scaled",
        "its dtype is uint8, but its brightest pixel is 1.",
        "somebody has scaled it to 0…1, and then rounded. To a network for 0…255 it is black.",
        "`if picture.max() <= 1:`",
    ),
    "blank": (
        "lets-through-blank",
        "all of its pixels are 0.",
        "an empty form has no digit, and the network will name one all the same.",
        "`if picture.max() <= 1:`",
    ),
    "dark on light": (
        "lets-through-dark-on-light",
        "its edge is nearly white.",
        "it was scanned as ink on paper, and the network learned light on dark.",
        "compare the mean of the four edges with 127.",
    ),
}


class FaultOf(Exercise):
    id = "09-fault-of"
    title = "A contract for the input"
    points = 2
    hints = (
        'Four `if`s, each with a `return` of its own reason; at the end `return ""`. First the '
        "shape, then the dtype, since the others make sense only for those.",
        "The brightest pixel is `picture.max()`. The four edges are `picture[0]`, `picture[-1]`, "
        "`picture[:, 0]` and `picture[:, -1]`.",
        "`np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).mean()`.",
    )
    wrong_answers = {
        "lets-through-shape": ANSWER.replace("!= (28, 28)", "== ()"),
        "lets-through-fractions": ANSWER.replace('picture.dtype != "uint8"', "False").replace(
            "max() <= 1", "max() == 0 or picture.max() == 1 and picture.dtype == 'uint8'"
        ),
        "lets-through-scaled": ANSWER.replace("max() <= 1", "max() < 1"),
        "lets-through-blank": ANSWER.replace("max() <= 1", "max() == 1"),
        "lets-through-dark-on-light": ANSWER.replace("> 127", "> 999"),
        "refuses-good": ANSWER.replace("max() <= 1", "max() < 255"),
        "stops-the-job": ANSWER.replace('return "it is dark on light"', "raise ValueError"),
        "nothing-for-good": ANSWER.replace('return ""', ""),
        "true-or-false": "return bool(picture.max() <= 1)",
        "no-reason": ANSWER.replace('"it is dark on light"', "127"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        digit = np.zeros((SIDE, SIDE), np.uint8)
        digit[5:23, 8:20] = rng.integers(0, 2, (18, 12)) * rng.integers(60, 256, (18, 12))
        digit[12, 12] = 250
        touching = digit.copy()
        touching[:, 0] = 255
        thick = np.zeros((SIDE, SIDE), np.uint8)
        thick[2:-2, 2:-2] = 255  # bright in the mean, and its edge is dark
        scaled = (digit > 127).astype("uint8")
        fractions = (digit / 255).astype("float32")
        return {
            GOOD[0]: digit,
            GOOD[1]: (digit // 8).astype("uint8"),
            GOOD[2]: touching,
            GOOD[3]: thick,
            "cut off": digit[:, :-1].copy(),
            "fractions": fractions,
            "scaled": scaled,
            "blank": np.zeros((SIDE, SIDE), np.uint8),
            "dark on light": 255 - digit,
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        data = {name: call(answer, picture) for name, picture in inputs.items()}
        kinds = {data[name]["observed"] for name in GOOD}
        if kinds == {"nothing"} and any(data[name]["observed"] == "value" for name in FAULTS):
            return {"nothing for good": True}
        if kinds == {"value"}:
            # It works with good pictures, so an exception was meant as the answer to a broken one.
            for name in FAULTS:
                if data[name]["observed"] == "raised":
                    data[name] = {"stopped": f"{data[name]['type']}: {data[name]['message']}"}
        return data

    def judge(self, inputs: Data, data: Data) -> Verdict:
        if "nothing for good" in data:
            return not_yet(
                "nothing-for-good",
                "a broken picture gets its reason. A good one gets `None`.",
                "where no `return` is reached, Python returns `None`. That is no text, and the "
                "table wants text.",
                'end the function with `return ""`, behind the last `if`.',
            )
        for name in (*GOOD, *FAULTS):
            if wrong := self._kind(name, data[name]):
                return wrong
        for name in GOOD:
            if data[name]:
                return self._refused(name, inputs[name], data[name])
        for name, (diagnosis, seen, why, try_this) in FAULTS.items():
            if not data[name]:
                return not_yet(diagnosis, f"you let this one through: {seen}", why, try_this)
        return passed(
            "four good pictures let through, five broken ones refused, each with its reason.",
            "the range of the inputs belongs to the model, as its weights do. It stands on the "
            "model's card: `input_range`.",
        )

    def _kind(self, name: str, got: Any) -> Verdict | None:
        if isinstance(got, dict) and "stopped" in got:
            return not_yet(
                "stops-the-job",
                f"at a broken picture ({name}) your function stopped: `{got['stopped'][:80]}`",
                "nobody is there at night. One bad scan of ten thousand must not stop the others.",
                "`return` the reason in the place of `raise`; look at the shape and the dtype "
                "first.",
            )
        if isinstance(got, bool):
            return not_yet(
                "true-or-false",
                f"you returned `{got}`.",
                "in the morning somebody asks why scan 812 has no prediction. True or False does "
                "not say it.",
                'return the reason as text, and `""` where there is none.',
            )
        if not isinstance(got, str):
            return not_yet(
                "no-reason",
                f"for {name} I got the type `{type(got).__name__}`, not text.",
                "the reason is written into a table and read by a person.",
                'return a few words; `""` for a good picture.',
            )
        return None

    def _refused(self, name: str, picture: NDArray[Any], reason: str) -> Verdict:
        return not_yet(
            "refuses-good",
            f"you refused a good picture, {name} (brightest pixel {picture.max()}): "
            f"`{reason[:60]}`",
            "a contract that is too narrow loses work, and nobody is told by the network.",
            "keep to the four lines of the table: brightest pixel 1 or less, mean of the edge "
            "above 127.",
        )
