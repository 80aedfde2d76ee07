"""Is it copying? The nearest training digit of each sample."""

import time
import tracemalloc
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

SAMPLES, ORIGINALS, COPIES = 7, 60, 2
MANY = 35
MOST = MANY * ORIGINALS * 784 * 2
"""Bytes: half of what every pixel of every pair takes, and far more than rows and products do."""
BELOW = 200 * 60_000
"""Pairs that the lab compares with this function."""
LONG = 10
"""Minutes for them that are worth a word; a slow answer is right all the same."""

ROWS = (
    "samples = samples.reshape(len(samples), -1)\n"
    "originals = originals.reshape(len(originals), -1)\n"
)
SQUARES = (
    "squares = (samples**2).sum(axis=1)[:, None] - 2 * samples @ originals.T "
    "+ (originals**2).sum(axis=1)\n"
)
END = "return squares.argmin(axis=1), np.sqrt(np.maximum(squares.min(axis=1), 0))"
RIGHT = ROWS + SQUARES + END


class Nearest(Exercise):
    id = "07-nearest"
    title = "Is it copying?"
    points = 2
    hints = (
        "First make rows of 784 pixels: `samples.reshape(len(samples), -1)`. The squared "
        "distance of two rows is |a|² − 2 a·b + |b|², and `samples @ originals.T` has all the "
        "products at once.",
        "`squares = (samples**2).sum(axis=1)[:, None] - 2 * samples @ originals.T + "
        "(originals**2).sum(axis=1)` has a row for each sample. Of each row, the place of the "
        "smallest and its root. Rounding may leave −0.0001 where 0 should be: "
        "`np.maximum(…, 0)` first.",
    )
    wrong_answers = {
        "not-a-pair": RIGHT.replace("return squares.argmin(axis=1), ", "return "),
        "other-way-round": RIGHT.replace("axis=1), np", "axis=0), np").replace(
            "squares.min(axis=1)", "squares.min(axis=0)"
        ),
        "root-of-minus": RIGHT.replace(
            "np.maximum(squares.min(axis=1), 0)", "squares.min(axis=1) - 1e-6"
        ),
        "all-at-once": ROWS + "squares = ((samples[:, None] - originals) ** 2).sum(axis=2)\n" + END,
        "squared": RIGHT.replace(
            "np.sqrt(np.maximum(squares.min(axis=1), 0))", "squares.min(axis=1)"
        ),
        "farthest": RIGHT.replace("argmin", "argmax").replace("squares.min", "squares.max"),
        "mean-not-length": RIGHT.replace(".min(axis=1), 0)", ".min(axis=1), 0) / 784"),
        "sum-of-differences": ROWS
        + "gaps = np.abs(samples[:, None] - originals).sum(axis=2)\n"
        + "return gaps.argmin(axis=1), gaps.min(axis=1)",
        "most-in-common": ROWS + "products = samples @ originals.T\n"
        "return products.argmax(axis=1), products.max(axis=1)",
        "other-numbers": RIGHT.replace("- 2 *", "-"),
        "printed-not-returned": RIGHT.replace("return ", "print(") + ")",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        originals = _strokes(rng, ORIGINALS)
        samples = _strokes(rng, SAMPLES)
        # The first ones are copies, and their distance must be 0 in spite of rounding.
        samples[:COPIES] = originals[rng.permutation(ORIGINALS)[:COPIES]]
        return {"samples": samples, "originals": originals}

    def probe(self, inputs: Data, answer: Any) -> Data:
        with np.errstate(all="ignore"):
            seen = call(answer, inputs["samples"], inputs["originals"])
            works = seen["observed"] == "value"
            minutes = _minutes(answer, inputs) if works else 0.0
            peak = _peak(answer, inputs) if works else 0
            return {"run": {"seen": seen, "minutes": minutes, "peak": peak}}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        seen = data["run"]["seen"]
        if wrong := trouble(seen):
            return wrong
        pair = seen["value"]
        if not isinstance(pair, list) or len(pair) != 2:
            return not_yet(
                "not-a-pair",
                f"I got a `{seen['type']}`; two arrays are wanted.",
                "the place says which original it is, so that you can look at it. The distance "
                "says how near it is.",
                "`return places, distances`.",
            )
        places, distances = (np.asarray(item) for item in pair)
        wrong = self._form(places, distances) or self._values(inputs, places, distances)
        return wrong or self._cost(data["run"]["peak"], data["run"]["minutes"])

    def _form(self, places: Any, distances: Any) -> Verdict | None:
        if places.shape == (ORIGINALS,) and distances.shape == (ORIGINALS,):
            return not_yet(
                "other-way-round",
                f"I gave {SAMPLES} samples and {ORIGINALS} originals, and got {ORIGINALS} answers.",
                "you looked for the nearest sample of each original. Asked is the nearest "
                "original of each sample.",
                "take the smallest along the other axis.",
            )
        fits = places.shape == distances.shape == (SAMPLES,)
        if not fits or places.dtype.kind not in "iu" or distances.dtype.kind not in "iuf":
            return not_yet(
                "not-a-pair",
                f"the shapes are `{places.shape}` and `{distances.shape}`, of dtype "
                f"`{places.dtype}` and `{distances.dtype}`.",
                f"for {SAMPLES} samples there are {SAMPLES} places, whole numbers, and "
                f"{SAMPLES} distances.",
                "`argmin(axis=1)` gives places, `min(axis=1)` the smallest values. Places come "
                "first.",
            )
        if not np.isfinite(distances).all():
            return not_yet(
                "root-of-minus",
                f"{int((~np.isfinite(distances)).sum())} distances are not a number.",
                "two samples are exact copies. Their squared distance is 0, but |a|² − 2a·b + "
                "|b|² is rounded at every step, and may end just below 0. A negative number has "
                "no root.",
                "`np.sqrt(np.maximum(squares, 0))`.",
            )
        return None

    def _cost(self, peak: int, minutes: float) -> Verdict:
        if peak > MOST:
            return not_yet(
                "all-at-once",
                f"all is right. But for {MANY} samples and {ORIGINALS} originals your function "
                f"takes {peak / 1e6:.0f} MB of memory.",
                "it holds every pixel of every pair at once. Below, 200 samples meet 60,000 "
                "digits: no computer of yours has so much, and the kernel dies.",
                "`samples @ originals.T` makes one number for each pair, not 784. The rest is "
                "|a|² + |b|².",
            )
        pace = (
            f" Only, at this pace the 200 samples and 60,000 digits below take about {minutes:.0f} "
            "minutes. A loop goes from number to number; `samples @ originals.T` does the same "
            "work within seconds."
        )
        return passed(
            f"the nearest of {ORIGINALS} originals for {SAMPLES} samples, and exactly the "
            f"{COPIES} that are copies have the distance 0.",
            "a generator that knows its examples by heart would fool every other test of this "
            f"lab. Not this one.{pace if minutes > LONG else ''}",
        )

    def _values(self, inputs: Data, places: Any, distances: Any) -> Verdict | None:
        samples, originals = (inputs[name].reshape(len(inputs[name]), -1) for name in inputs)
        gaps = samples[:, None].astype("float64") - originals
        lengths, sums = np.sqrt((gaps**2).sum(axis=2)), np.abs(gaps).sum(axis=2)
        want = lengths.min(axis=1)
        found = np.array_equal(places, lengths.argmin(axis=1))
        last = f"the last sample's distance is {distances[-1]:.2f}; it should be {want[-1]:.2f}."
        if found and _are(distances, want):
            return None
        if found and _are(distances, want**2):
            return not_yet(
                "squared",
                last,
                "you gave the squared distance. Twice as far is then four times as much.",
                "take the root.",
            )
        if found and _are(distances / distances.max(), want / want.max()):
            return not_yet(
                "mean-not-length",
                f"{last} All are smaller or larger by the same factor.",
                "the distance is the root of the sum of the squared differences, over all pixels.",
                "add up, do not average, and take the root of the sum.",
            )
        if np.array_equal(places, lengths.argmax(axis=1)):
            return not_yet(
                "farthest",
                f"{last} You found the originals that are least alike.",
                "a copy is recognised by the smallest distance.",
                "`argmin` and `min`.",
            )
        if np.array_equal(places, sums.argmin(axis=1)) and _are(distances, sums.min(axis=1)):
            return not_yet(
                "sum-of-differences",
                f"{last} You add up the differences themselves.",
                "that is a distance, too, and it has other nearest neighbours. Asked is the usual "
                "one.",
                "square the differences before you add them up, and take the root at the end.",
            )
        if np.array_equal(places, (samples @ originals.T).argmax(axis=1)):
            return not_yet(
                "most-in-common",
                f"{last} You look for the largest product.",
                "the product grows with the ink of the original: a fat digit has much in common "
                "with everything.",
                "complete it to the squared distance: |a|² − 2 a·b + |b|².",
            )
        return not_yet(
            "other-numbers",
            f"{last} {int((places != lengths.argmin(axis=1)).sum())} of {SAMPLES} neighbours are "
            "not the nearest.",
            "the squared distance of a and b is |a|² − 2 a·b + |b|².",
            "compute one distance with a plain loop, and compare.",
        )


def _minutes(answer: Any, inputs: Data) -> float:
    """What all the pairs below would take, judging by the quicker of two calls."""
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        call(answer, *inputs.values())
        seconds.append(time.perf_counter() - begun)
    return min(seconds) / (SAMPLES * ORIGINALS) * BELOW / 60


def _peak(answer: Any, inputs: Data) -> int:
    """Bytes that one more call takes at most, with more samples; imports are done by now."""
    samples = np.resize(inputs["samples"], (MANY, 28, 28, 1))
    foreign = tracemalloc.is_tracing()  # by a learner who measures on their own
    tracemalloc.start()
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    call(answer, samples, inputs["originals"])
    peak = tracemalloc.get_traced_memory()[1] - before
    if not foreign:
        tracemalloc.stop()
    return peak


def _are(got: NDArray[Any], want: NDArray[Any]) -> bool:
    return bool(np.allclose(got, want, rtol=2e-3, atol=0.02))


def _strokes(rng: np.random.Generator, count: int) -> NDArray[Any]:
    """(count, 28, 28, 1) float32 in 0…1: mostly paper, with different amounts of ink."""
    ink = rng.random((count, 28, 28, 1)) < rng.uniform(0.05, 0.35, (count, 1, 1, 1))
    found: NDArray[Any] = (ink * rng.uniform(0.2, 1, ink.shape)).astype("float32")
    return found
