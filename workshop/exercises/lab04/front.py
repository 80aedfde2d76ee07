"""The Pareto front: entries that no other entry beats."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

LOOP = """\
front = []
for i in range(len(parameters)):
    beaten = False
    for j in range(len(parameters)):
        as_good = parameters[j] <= parameters[i] and accuracies[j] >= accuracies[i]
        better = parameters[j] < parameters[i] or accuracies[j] > accuracies[i]
        beaten = beaten or (as_good and better)
    if not beaten:
        front.append(i)
return front"""


class ParetoFront(Exercise):
    id = "04-pareto-front"
    title = "Who is beaten by nobody?"
    points = 2
    hints = (
        "Take one entry and ask of each other one: does it beat this one? If none does, it is on "
        "the front.",
        "Entry `j` beats entry `i` if it is as good in both "
        "(`parameters[j] <= parameters[i] and accuracies[j] >= accuracies[i]`) and really better "
        "in one of them.",
        "Really better: `parameters[j] < parameters[i] or accuracies[j] > accuracies[i]`. Two "
        "loops, and `front.append(i)` where nobody has beaten `i`.",
    )
    wrong_answers = {
        "best-only": "return [int(np.argmax(accuracies))]",
        "beaten-by-itself": LOOP.replace("(as_good and better)", "as_good"),
        "twins-dropped": LOOP.replace("(as_good and better)", "(as_good and i != j)"),
        "ties-kept": LOOP.replace("as_good and better", "parameters[j] < parameters[i] and "
        "accuracies[j] > accuracies[i]"),
        "one-twin-kept": (
            "front, best = [], 0\n"
            "for i in np.lexsort([-accuracies, parameters]):\n"
            "    if accuracies[i] > best:\n"
            "        front.append(i)\n"
            "        best = accuracies[i]\n"
            "return front"
        ),
        "large-is-good": LOOP.replace("parameters[j] <= parameters[i]", "parameters[j] >= "
        "parameters[i]").replace("parameters[j] < parameters[i]", "parameters[j] > parameters[i]"),
        "in-the-given-order": (
            "front, best = [], 0\n"
            "for i, accuracy in enumerate(accuracies):\n"
            "    if accuracy > best:\n"
            "        front.append(i)\n"
            "        best = accuracy\n"
            "return front"
        ),
        "the-beaten-ones": LOOP.replace("if not beaten", "if beaten"),
        "sizes-not-places": LOOP.replace("front.append(i)", "front.append(parameters[i])"),
        "everybody": "return list(range(len(parameters)))",
        "not-places": 'return "the smallest"',
        "other-front": "return [int(np.argmin(parameters))]",
    }  # fmt: skip

    def inputs(self, rng: np.random.Generator) -> Data:
        # Two twins on the front (0 and 5), a tie in accuracy (3) and one in size (6), in no order.
        base = int(rng.integers(1, 5)) * 1000
        high = round(float(rng.uniform(97, 98)), 2)
        entries = np.array(
            [
                (4 * base, high), (9 * base, high + 1.2), (base, high - 3.0), (6 * base, high),
                (7 * base, high - 0.5), (4 * base, high), (9 * base, high + 0.4),
                (2 * base, high - 1.1), (12 * base, high + 0.9),
            ]
        )  # fmt: skip
        return {"parameters": entries[:, 0].astype(int), "accuracies": entries[:, 1].round(2)}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"front": call(answer, inputs["parameters"], inputs["accuracies"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        sizes, scores = inputs["parameters"], inputs["accuracies"]
        got = _places(data["front"], len(sizes))
        if got is None:
            if _are_values(data["front"], {*sizes.tolist(), *scores.tolist()}):
                return not_yet(
                    "sizes-not-places",
                    f"I got `{str(data['front'])[:60]}`: the values themselves.",
                    "from a value one cannot find the name that belongs to it; from a place one "
                    "can.",
                    "return the places, counted from 0.",
                )
            return not_yet(
                "not-places",
                f"I got `{str(data['front'])[:60]}`.",
                "the lab goes on to name the entries on the front, so it must know which they are.",
                "return a list of places, such as `[0, 3]`.",
            )
        if got == _front(sizes, scores):
            return passed(
                f"{len(got)} of {len(sizes)} entries are on the front.",
                "there is no single best among them. Which one you take depends on what a "
                "parameter costs you, and that no table can know.",
            )
        return _slip(sizes, scores, got)


def _places(value: Any, count: int) -> set[int] | None:
    """The places as a set, from a list, an array, a set's list or a mask; None for other things."""
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    if array.dtype == bool and array.shape == (count,):
        return set(np.flatnonzero(array).tolist())
    if array.size == 0 and array.ndim == 1:
        return set()
    whole = array.ndim == 1 and array.dtype.kind in "iuf" and (array == np.floor(array)).all()
    if not whole or array.min() < 0 or array.max() >= count:
        return None
    return {int(place) for place in array}


def _are_values(given: Any, values: set[float]) -> bool:
    """Whether somebody returned sizes or accuracies."""
    items = given.tolist() if isinstance(given, np.ndarray) else given
    if not isinstance(items, list) or not all(isinstance(item, int | float) for item in items):
        return False
    return bool(items) and set(items) <= values


def _front(
    sizes: NDArray[Any], scores: NDArray[Any], *, twins: bool = True, ties: bool = False
) -> set[int]:
    front = set()
    for i, (size, score) in enumerate(zip(sizes, scores, strict=True)):
        smaller, better = sizes < size, scores > score
        as_good = (sizes <= size) & (scores >= score)
        beats = smaller & better if ties else as_good & (smaller | better)
        if not twins:
            beats = as_good & (np.arange(len(sizes)) != i)
        if not beats.any():
            front.add(i)
    return front


def _slip(sizes: NDArray[Any], scores: NDArray[Any], got: set[int]) -> Verdict:
    right = _front(sizes, scores)
    said = f"you say {_told(got)}; right is {_told(right)}."

    def entry(i: int) -> str:
        return f"number {i} ({sizes[i]:,} parameters, {scores[i]:g} %)"

    if not got:
        return not_yet(
            "beaten-by-itself",
            "your front is empty.",
            "every entry is as small and as good as itself. If that counts as beaten, nobody is "
            "left.",
            "whoever beats must be really better in one of the two.",
        )
    if len(got) == len(sizes):
        return not_yet(
            "everybody",
            "you put all entries on the front.",
            f"{entry(0)} beats {entry(4)}: it is smaller and better.",
            "leave out an entry as soon as another one beats it.",
        )
    if got == set(range(len(sizes))) - right:
        return not_yet(
            "the-beaten-ones",
            said,
            "these are the ones that are beaten.",
            "keep an entry if nobody beats it: `if not beaten`.",
        )
    if got == _front(sizes, scores, ties=True):
        return not_yet(
            "ties-kept",
            said,
            f"{entry(3)} is as accurate as {entry(0)}, and larger. Who would take it?",
            "as good in both, and really better in one, is enough to beat.",
        )
    if got == _front(sizes, scores, twins=False):
        return not_yet(
            "twins-dropped",
            said,
            f"{entry(0)} and {entry(5)} are equal in both. Each of your loops lets one throw out "
            "the other, and both are gone.",
            "to beat takes really better in one of the two.",
        )
    if got in (right - {0}, right - {5}):
        return not_yet(
            "one-twin-kept",
            said,
            f"{entry(0)} and {entry(5)} are equal in both. Neither is really better, so neither "
            "beats the other.",
            "compare each entry with all others. Or, if you go through them in order: whoever is "
            "equal to the last one kept stays, too.",
        )
    if got == _front(-sizes, scores):
        return not_yet(
            "large-is-good",
            said,
            "you prefer more parameters. They are the price: fewer are better.",
            "number `j` is as small as number `i` if `parameters[j] <= parameters[i]`.",
        )
    if got == {int(i) for i in np.flatnonzero(scores == scores.max())}:
        return not_yet(
            "best-only",
            said,
            "that is the most accurate. One with a tenth of its parameters may be almost as good, "
            "and beaten by nobody.",
            "an entry falls only if another is as small and as good.",
        )
    running = np.maximum.accumulate(np.concatenate([[0], scores[:-1]]))
    if got == {int(i) for i in np.flatnonzero(scores > running)}:
        return not_yet(
            "in-the-given-order",
            said,
            "you keep whoever is better than all before. That works when the entries are sorted "
            "by size, and these are not.",
            "sort by parameters first (`np.argsort`), or compare each with all others.",
        )
    return not_yet("other-front", said, *_example(sizes, scores, got, entry))


def _example(
    sizes: NDArray[Any], scores: NDArray[Any], got: set[int], entry: Callable[[int], str]
) -> tuple[str, str]:
    """One entry that stands there wrongly or is missing; and what to try."""
    if missing := sorted(_front(sizes, scores) - got):
        said = f"nobody beats {entry(missing[0])}, so it belongs to the front."
        return said, "compare that one with each other one, by hand and then by your code."
    wrong = min(got - _front(sizes, scores))
    as_good = (sizes <= sizes[wrong]) & (scores >= scores[wrong])
    winner = int(np.flatnonzero(as_good & ((sizes < sizes[wrong]) | (scores > scores[wrong])))[0])
    said = f"{entry(winner)} beats {entry(wrong)}."
    return said, "compare these two by hand, and then by your code."


def _told(places: set[int]) -> str:
    return ", ".join(map(str, sorted(places))) or "nobody"
