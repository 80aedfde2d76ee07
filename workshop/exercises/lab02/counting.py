"""How many numbers does a network learn? Count before you run."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

PIXELS, HIDDEN, CLASSES = 784, 64, 10
SMALL = PIXELS * CLASSES + CLASSES
LARGE = PIXELS * HIDDEN + HIDDEN + HIDDEN * CLASSES + CLASSES


def _answer(small: str, large: str) -> str:
    return f"without_hidden = {small}\nwith_hidden = {large}"


class Parameters(Exercise):
    id = "02-parameters"
    title = "Count before you run"
    hints = (
        "Look at one unit of the last layer. How many inputs does it read? It has one weight for "
        "each of them, and one bias.",
        "A layer of `u` units that reads `n` numbers has n · u weights and u biases. "
        "Without a hidden layer: 784 · 10 + 10.",
        "With a hidden layer there are two layers to count. The second reads the 64 outputs of "
        "the first, not the pixels: 64 · 10 + 10 for that one.",
    )
    wrong_answers = {
        "no-biases": _answer("784 * 10", "784 * 64 + 64 * 10"),
        "one-bias-per-layer": _answer("784 * 10 + 1", "784 * 64 + 1 + 64 * 10 + 1"),
        "biases-for-inputs": _answer("784 * 10 + 784", "784 * 64 + 784 + 64 * 10 + 64"),
        "added": _answer("784 + 10", "784 + 64 + 10"),
        "multiplied-through": _answer("784 * 10 + 10", "784 * 64 * 10"),
        "last-layer-reads-pixels": _answer("784 * 10 + 10", "784 * 64 + 64 + 784 * 10 + 10"),
        "first-layer-only": _answer("784 * 10 + 10", "784 * 64 + 64"),
        "not-numbers": _answer('"784 * 10 + 10"', '"?"'),
        "other-number": _answer("784 * 10 + 10", "50000"),
    }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        try:
            small, large = (_number(item) for item in data["answer"])
        except (TypeError, ValueError):
            return not_yet(
                "not-numbers",
                f"I got `{str(data['answer'])[:60]}`; I need two numbers.",
                "quotation marks make text, which Python does not compute.",
                "write the sum itself, such as `784 * 10 + …`, and Python works it out.",
            )
        if (small, large) == (SMALL, LARGE):
            return passed(
                f"{SMALL:,} without and {LARGE:,} with the hidden layer.",
                "weights are inputs times units, and each unit has one bias. Nearly all of them "
                "sit in the first layer, because a picture is wide.",
            )
        said = f"you say {small:,} and {large:,}."
        if small == PIXELS * CLASSES or large == PIXELS * HIDDEN + HIDDEN * CLASSES:
            return not_yet(
                "no-biases",
                said,
                "that counts the weights alone. Each unit also has a bias, a number that it "
                "adds whatever the input is. It is learned, too.",
                "add one for each unit.",
            )
        if small == PIXELS * CLASSES + 1 or large == (PIXELS + CLASSES) * HIDDEN + 2:
            return not_yet(
                "one-bias-per-layer",
                said,
                "that gives each layer a single bias, shared by its units. But every unit has one "
                "of its own.",
                "a layer of 10 units has 10 biases.",
            )
        if small == PIXELS * CLASSES + PIXELS:
            return not_yet(
                "biases-for-inputs",
                said,
                "that gives every input a bias. Pixels only bring values; the units that read "
                "them own the weights and the biases.",
                "count biases where the layer's outputs are: 10 for the last layer.",
            )
        if small == PIXELS + CLASSES or large == PIXELS + HIDDEN + CLASSES:
            return not_yet(
                "added",
                said,
                "784 + 10 counts pixels and units. What is learned sits on the lines between "
                "them, and each unit has a line to every pixel.",
                "how many lines lead to one unit? And to ten?",
            )
        if large == PIXELS * HIDDEN * CLASSES:
            return not_yet(
                "multiplied-through",
                said,
                "784 · 64 · 10 would be one weight for each path through the network. The "
                "paths share their lines.",
                "count the lines of each layer alone, then add the two layers.",
            )
        if large == (PIXELS + 1) * HIDDEN + SMALL:
            return not_yet(
                "last-layer-reads-pixels",
                said,
                "you let the last layer read the 784 pixels. It never sees them: it reads the "
                "64 outputs of the hidden layer.",
                "replace 784 in the second layer.",
            )
        if large == (PIXELS + 1) * HIDDEN:
            return not_yet(
                "first-layer-only",
                said,
                "the second number counts the hidden layer alone. The ten outputs after it have "
                "weights and biases as well.",
                "add 64 · 10 + 10.",
            )
        return not_yet(
            "other-number",
            f"{said} The {'first' if small != SMALL else 'second'} is not right.",
            "each layer has (its inputs) · (its units) weights and one bias per unit.",
            "write out each layer as `inputs * units + units`, and let Python add.",
        )


def _number(item: Any) -> int | float:
    value = float(np.asarray(item).item()) if not isinstance(item, str) else None
    if value is None:
        raise ValueError(item)
    return int(value) if value.is_integer() else value
