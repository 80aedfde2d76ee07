"""What repeats and what does not: the kernel's memory, and random numbers."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed


class HiddenState(Exercise):
    id = "00-hidden-state"
    title = "What does the kernel remember?"
    hints = (
        "The kernel runs cells in the order in which you run them, and it remembers. "
        "Play it with a pencil: total is 10, then …",
        "A, B, B gives 10 + 5 + 5. A restart forgets everything; Run All then runs each cell "
        "once: A, then B.",
    )
    wrong_answers = {
        "page-order": "before_restart = 15\nafter_restart = 15",
        "survives-restart": "before_restart = 20\nafter_restart = 20",
        "forgot-the-start": "before_restart = 10\nafter_restart = 5",
        "other-totals": "before_restart = 25\nafter_restart = 15",
    }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        match data["answer"]:
            case [20, 15]:
                return passed(
                    "20 before the restart, 15 after it.",
                    "what you see on the page may differ from what the kernel holds. "
                    "Before you trust a result: Restart Kernel and Run All Cells.",
                )
            case [15, 15]:
                return not_yet(
                    "page-order",
                    "you say 15 both times.",
                    "on the page, B stands there once. The kernel does not read the page; "
                    "it ran B twice, because it was told to twice.",
                    "count how often B ran before the restart.",
                )
            case [20, 20]:
                return not_yet(
                    "survives-restart",
                    "you say that 20 is still there after the restart.",
                    "a restart starts a new Python. All names are gone; Run All then runs "
                    "each cell exactly once.",
                    "play it again from nothing: A once, B once.",
                )
            case [10, 5] | [10, _] | [_, 5]:
                return not_yet(
                    "forgot-the-start",
                    f"you say {data['answer'][0]} and {data['answer'][1]}.",
                    "`total = total + 5` reads the old total first. A has made that 10.",
                    "write down `total` after every step: A gives 10, then each B adds 5.",
                )
        return not_yet(
            "other-totals",
            f"you say {data['answer'][0]} and {data['answer'][1]}.",
            "each run of A sets `total` to 10; each run of B adds 5 to what is there.",
            "write down `total` after every step.",
        )


class SameNumbers(Exercise):
    id = "00-same-numbers"
    title = "The same random numbers twice"
    points = 2
    hints = (
        "A generator made from a seed always starts at the same place. "
        "`np.random.default_rng(seed)` makes one. Where does it have to be made?",
        "Make it inside the function, from the `seed` that comes in, then return "
        "`rng.integers(0, 10, size=5)`.",
    )
    wrong_answers = {
        "unseeded": "return np.random.default_rng().integers(0, 10, size=5)",
        "seed-ignored": "return np.random.default_rng(42).integers(0, 10, size=5)",
        "not-digits": "return np.random.default_rng(seed).integers(0, 100, size=5)",
        "other-generator": "return np.arange(seed, seed + 5) % 10",
        "wrong-shape": "return np.random.default_rng(seed).integers(0, 10, size=4)",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"seeds": [int(seed) for seed in rng.choice(1000, 3, replace=False)]}

    def probe(self, inputs: Data, answer: Any) -> Data:
        one, two, three = inputs["seeds"]
        return {
            "first": call(answer, one),
            "again": call(answer, one),
            "second": call(answer, two),
            "third": call(answer, three),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        first = data["first"]
        if wrong := expect_array(first, (5,)):
            return wrong
        if not np.array_equal(first, data["again"]):
            return not_yet(
                "unseeded",
                f"seed {inputs['seeds'][0]} gave `{first}` and then `{data['again']}`.",
                "a generator without a seed starts somewhere new each time, so no one can "
                "repeat your experiment, not even you.",
                "make the generator inside the function, from `seed`.",
            )
        if np.array_equal(first, data["second"]) and np.array_equal(first, data["third"]):
            return not_yet(
                "seed-ignored",
                f"three different seeds all gave `{first}`.",
                "your function does not use the seed it is given. Then nobody can try another "
                "one, to see whether a result was luck.",
                "pass `seed` on to `default_rng`.",
            )
        if min(first) < 0 or max(data["first"].max(), data["second"].max()) > 9:
            return not_yet(
                "not-digits",
                f"I got `{first}`; digits lie between 0 and 9.",
                "the upper end of `integers(low, high)` is left out, as in `range`.",
                "`integers(0, 10)` gives 0 to 9.",
            )
        if not np.array_equal(first, np.random.default_rng(inputs["seeds"][0]).integers(0, 10, 5)):
            return not_yet(
                "other-generator",
                f"your five numbers repeat, but they are not those of `default_rng`: `{first}`.",
                "the same seed gives the same numbers only with the same generator "
                "and the same call.",
                "use `np.random.default_rng(seed)` and one call of `.integers(0, 10, size=5)`.",
            )
        return passed(
            "the same seed gives the same five digits, and another seed gives others.",
            "this is what makes an experiment repeatable. With networks, "
            "`keras.utils.set_random_seed(…)` does it for weights, shuffling and dropout at once.",
        )
