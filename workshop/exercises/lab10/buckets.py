"""A percentile from a histogram's buckets, as Prometheus works it out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import trouble
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

Floats = NDArray[np.float64]

RIGHT = """\
rank = share * counts[-1]
place = int(np.searchsorted(counts, rank))
if place == len(edges) - 1:
    return edges[-2]
low, before = (0, 0) if place == 0 else (edges[place - 1], counts[place - 1])
return low + (edges[place] - low) * (rank - before) / (counts[place] - before)"""
LAST = "if place == len(edges) - 1:\n    return edges[-2]\n"


class Percentile(Exercise):
    id = "10-percentile"
    title = "A percentile from buckets"
    points = 3
    hints = (
        "`counts[-1]` is how many there were altogether. The one that you look for has the rank "
        "`share * counts[-1]`. Its bucket is the first whose count reaches that rank.",
        "`np.searchsorted(counts, rank)` finds it. The bucket goes from the edge before (0 for the "
        "first) to its own edge, and holds `counts[place] - counts[place - 1]` requests.",
        "How far inside: `(rank - before) / (counts[place] - before)`. Go that share of the way "
        "from `low` to `edges[place]`. In the last bucket, `edges[-1]` is infinite: return "
        "`edges[-2]`.",
    )
    wrong_answers = {
        "not-one-number": "return edges[:-1]",
        "infinite": RIGHT.replace(LAST, ""),
        "not-cumulative": RIGHT.replace("rank =", "counts = np.cumsum(counts)\nrank ="),
        "upper-edge": RIGHT.replace(
            "return low + (edges[place] - low) * (rank - before) / (counts[place] - before)",
            "return edges[place]",
        ),
        "lower-edge": RIGHT.replace(
            "return low + (edges[place] - low) * (rank - before) / (counts[place] - before)",
            "return low",
        ),
        "middle": RIGHT.replace("(rank - before) / (counts[place] - before)", "0.5"),
        "share-in-percent": RIGHT.replace("share *", "share / 100 *"),
        "an-edge-for-the-rank": RIGHT.replace(
            "(rank - before) / (counts[place] - before)", "share"
        ),
        "before-not-taken-off": RIGHT.replace("(rank - before)", "rank"),
        "first-bucket": RIGHT.replace("(0, 0) if place == 0 else ", ""),
        "bucket-beyond": RIGHT.replace(LAST, "").replace(
            "rank))", "rank)) + 1\nplace = min(place, len(edges) - 2)"
        ),
        "other-value": RIGHT.replace("rank = share", "rank = (1 - share)"),
        "printed-not-returned": "print(edges[0])",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        edges = np.array([1, 2, 5, 10, 25, 100, np.inf])
        each = rng.integers(60, 200, 7)
        each[0] = rng.integers(300, 400)
        each[-1] = rng.integers(30, 60)
        return {
            "edges": edges,
            "counts": np.cumsum(each),
            "shares": np.array([0.7, 0.5, 0.1, 0.999]),
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        with np.errstate(all="ignore"):
            return {
                "answers": [
                    call(answer, inputs["edges"], inputs["counts"], float(share))
                    for share in inputs["shares"]
                ]
            }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        edges, counts = inputs["edges"], inputs["counts"]
        for share, seen in zip(inputs["shares"], data["answers"], strict=True):
            if wrong := _form(seen, edges, counts, share):
                return wrong
            got = float(np.ravel(seen["value"])[0])
            want = estimate(edges, counts, share)
            if not np.isclose(got, want, rtol=1e-3):
                return _which(edges, counts, share, got, want)
        half, most = (estimate(edges, counts, share) for share in (0.5, 0.9))
        return passed(
            f"half of the requests within {half:.1f} ms, 90 of 100 within {most:.1f} ms, and the "
            "last bucket is not taken for a number.",
            "it is an estimate: inside of a bucket, everything is taken to be spread evenly. It is "
            "never finer than the bucket is wide.",
        )


def _form(seen: Data, edges: Floats, counts: Floats, share: float) -> Verdict | None:
    got = seen.get("value")
    value = np.asarray(got if isinstance(got, int | float | np.ndarray) else None)
    number = value.size == 1 and value.dtype.kind in "iuf"
    if number and not np.isfinite(value.ravel()[0]):
        if share * counts[-1] <= counts[0]:
            return _first_bucket(f"for the share {share:g}, I got {value.ravel()[0]}.")
        return not_yet(
            "infinite",
            f"for the share {share:g}, I got {value.ravel()[0]}.",
            f"the last bucket has no end. All one knows of a request in there is that it took "
            f"longer than {edges[-2]:g} ms.",
            "if the last bucket is the one, return the edge before: `edges[-2]`.",
        )
    if wrong := trouble(seen):
        return wrong
    if not number:
        return not_yet(
            "not-one-number",
            f"I got a `{seen['type']}`.",
            "a percentile is one number, in milliseconds.",
            "`edges[place]` is one edge; `edges` alone are all of them.",
        )
    return None


def _which(edges: Floats, counts: Floats, share: float, got: float, want: float) -> Verdict:
    """What went wrong on the way."""
    seen = f"for the share {share:g}, I got {got:.4g} ms; it should be {want:.4g} ms."
    place = int(np.searchsorted(counts, share * counts[-1]))
    low = edges[place - 1] if place else 0.0

    def near(other: float) -> bool:
        return bool(np.isclose(got, other, rtol=1e-3))

    if near(estimate(edges, np.cumsum(counts), share)):
        return not_yet(
            "not-cumulative",
            seen,
            "you added the counts up. They are added up already: each says how many took at most "
            "so long.",
            "use `counts` as it is.",
        )
    if near(low + (edges[place] - low) / 2):
        return not_yet(
            "middle",
            seen,
            "that is the middle of the bucket, whatever the share. But the first and the last in a "
            "bucket differ.",
            "go as far into the bucket as the rank goes into its count.",
        )
    if near(low + (edges[place] - low) * share):
        return not_yet(
            "an-edge-for-the-rank",
            seen,
            "you go `share` of the way through the bucket. But `share` is of all requests, not of "
            "those in this bucket.",
            "`(rank - before) / (counts[place] - before)`.",
        )
    if near(low + (edges[place] - low) * share * counts[-1] / _held(counts, place)):
        return not_yet(
            "before-not-taken-off",
            seen,
            "you go into the bucket by the whole rank. But most of those are in the buckets "
            "before.",
            "`rank - before`: how many of this bucket's own have passed.",
        )
    if place and near(edges[place]):
        return not_yet(
            "upper-edge",
            seen,
            "it is the right bucket. Its upper edge is where the last of its requests may be.",
            "go only a part of the way from the lower to the upper edge.",
        )
    if near(low):
        return not_yet(
            "lower-edge",
            seen,
            "it is the right bucket. Its lower edge is where the first of its requests may be.",
            "go on into the bucket, by the share of its requests that the rank has passed.",
        )
    if near(estimate(edges, counts, share / 100)):
        return not_yet(
            "share-in-percent",
            seen,
            "the share is a part of 1: 0.99, and not 99.",
            "`share * counts[-1]`, without 100.",
        )
    return _edge_cases(edges, counts, share, got, seen)


def _edge_cases(edges: Floats, counts: Floats, share: float, got: float, seen: str) -> Verdict:
    place = int(np.searchsorted(counts, share * counts[-1]))
    if place == 0:
        return _first_bucket(seen)
    if got >= edges[place] or np.isclose(got, _inside(edges, counts, share, place + 1)):
        return not_yet(
            "bucket-beyond",
            seen,
            f"the rank lies between {edges[place - 1]:g} and {edges[place]:g} ms; you looked in a "
            "later bucket.",
            "the first bucket whose count reaches the rank: `np.searchsorted(counts, rank)`.",
        )
    return not_yet(
        "other-value",
        seen,
        "the rank is `share` of all; its bucket is the first whose count reaches it; inside, one "
        "goes on evenly.",
        "take the lab's own example: edges `[10, 20, inf]`, counts `[60, 90, 100]`, share 0.75. It "
        "gives 15.",
    )


def _first_bucket(seen: str) -> Verdict:
    return not_yet(
        "first-bucket",
        seen,
        "it is in the first bucket, which has none before it. `edges[-1]` is no error in Python: "
        "it is the last edge.",
        "the first bucket begins at 0, and nothing was counted before it.",
    )


def estimate(edges: Floats, counts: Floats, share: float) -> float:
    """A quantile as PromQL's `histogram_quantile` gives it.

    Args:
        edges: (n,) upper ends, the last infinite.
        counts: (n,) cumulative.
    """
    rank = share * counts[-1]
    place = int(np.searchsorted(counts, rank))
    if place == len(edges) - 1:
        return float(edges[-2])
    return _inside(edges, counts, share, place)


def _inside(edges: Floats, counts: Floats, share: float, place: int) -> float:
    """Where in this bucket the rank would be."""
    low, before = (0.0, 0.0) if place == 0 else (edges[place - 1], counts[place - 1])
    part = (share * counts[-1] - before) / _held(counts, place)
    return float(low + (edges[place] - low) * part)


def _held(counts: Floats, place: int) -> float:
    """How many are in this bucket alone."""
    return float(counts[place] - (counts[place - 1] if place else 0))
