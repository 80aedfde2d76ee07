"""One step of k-means: to the nearest centre, then each centre to its members."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.lab06.several import Floats, near, parts_of
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

NEAREST = "assigned = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)\n"
MOVE = """\
moved = centres.copy()
for k in range(len(centres)):
    if (assigned == k).any():
        moved[k] = points[assigned == k].mean(axis=0)
"""
END = "return assigned, moved"
ANSWER = NEAREST + MOVE + END
COUNT, CENTRES = 30, 4
FAR = (40.0, 40.0)


class KmeansStep(Exercise):
    id = "06-kmeans-step"
    title = "One step of k-means"
    points = 2
    hints = (
        "Distances of every point to every centre: `points[:, None] - centres` has the shape "
        "(points, centres, numbers). Square, add up over the last axis, and `argmin` over the "
        "centres.",
        "Then `moved = centres.copy()`, and for each centre `k` the mean of its members: "
        "`points[assigned == k].mean(axis=0)`.",
        "A centre without members stays: `if (assigned == k).any():`.",
    )
    wrong_answers = {
        "empty-cluster": ANSWER.replace("    if (assigned == k).any():\n    ", "").replace(
            ".mean(axis=0)", ".sum(axis=0) / np.float64((assigned == k).sum())"
        ),
        "moved-to-zero": ANSWER.replace("centres.copy()", "np.zeros_like(centres)"),
        "assigned-after-moving": NEAREST + MOVE + NEAREST.replace("centres", "moved") + END,
        "farthest": ANSWER.replace("argmin", "argmax"),
        "largest-product": ANSWER.replace(
            NEAREST, "assigned = (points @ centres.T).argmax(axis=1)\n"
        ),
        "sum-not-mean": ANSWER.replace(".mean(axis=0)", ".sum(axis=0)"),
        "centres-unmoved": NEAREST + "return assigned, centres",
        "order-exchanged": ANSWER.replace(END, "return moved, assigned"),
        "not-two-parts": ANSWER.replace(END, "return moved"),
        "other-neighbours": ANSWER.replace("** 2).sum(axis=2)", "** 2)[:, :, 0]"),
        "other-centres": ANSWER.replace(
            "points[assigned == k].mean(axis=0)",
            "(moved[k] + points[assigned == k].mean(axis=0)) / 2",
        ),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        while True:
            points = rng.normal(0, 1, (COUNT, 2)) + rng.choice([-1.5, 0, 1.5], (COUNT, 2))
            centres = np.concatenate([points[rng.permutation(COUNT)[: CENTRES - 1]] + 0.3, [FAR]])
            assigned, moved = _step(points, centres)
            others = [
                _nearest(points, moved),
                (points @ centres.T).argmax(axis=1),
                np.abs(points[:, None] - centres)[:, :, 0].argmin(axis=1),
            ]
            filled = len(np.unique(assigned)) == CENTRES - 1 and np.bincount(assigned).min() > 1
            if filled and not any(np.array_equal(assigned, other) for other in others):
                return {"points": points, "centres": centres}

    def probe(self, inputs: Data, answer: Any) -> Data:
        return {"step": call(answer, inputs["points"], inputs["centres"])}

    def judge(self, inputs: Data, data: Data) -> Verdict:
        points, centres = inputs["points"], inputs["centres"]
        parts = parts_of(data["step"], 2)
        shapes = [part.shape for part in parts or []]
        if shapes == [centres.shape, (COUNT,)]:
            return not_yet(
                "order-exchanged",
                "the centres come first.",
                "whoever calls this function expects the numbers of the centres first.",
                "`return assigned, moved`.",
            )
        if parts is None or shapes != [(COUNT,), centres.shape]:
            return not_yet(
                "not-two-parts",
                f"for {COUNT} points and {CENTRES} centres I need the shapes `({COUNT},)` and "
                f"`{centres.shape}`.",
                "each point belongs to one centre, and each centre is a point of its own.",
                "`return assigned, moved`.",
            )
        assigned, moved = _step(points, centres)
        if wrong := self._assigned(points, centres, assigned, parts[0]):
            return wrong
        if wrong := self._moved(points, centres, assigned, moved, parts[1]):
            return wrong
        return passed(
            f"{COUNT} points at their nearest centres, the centres in the middle of their points, "
            "and the one without points where it was.",
            "neither half of the step can make the sum of squared distances larger. So it comes "
            "to rest, though not always at the best place.",
        )

    def _assigned(
        self, points: Floats, centres: Floats, assigned: Any, got: Floats
    ) -> Verdict | None:
        if np.array_equal(got, assigned):
            return None
        distances = _distances(points, centres)
        place = int(np.flatnonzero(got != assigned)[0])
        name = int(got[place]) if np.isfinite(got[place]) else -1
        seen = f"you put point {place} to centre {name}; the nearest is centre {assigned[place]}."
        if np.array_equal(got, distances.argmax(axis=1)):
            return not_yet(
                "farthest",
                seen,
                "you took the largest distance.",
                "`argmin` finds the smallest.",
            )
        if np.array_equal(got, _nearest(points, _step(points, centres)[1])):
            return not_yet(
                "assigned-after-moving",
                f"{seen} It is nearest to centre {name} only after the centres have moved.",
                "a step has two halves, in this order: assign, then move. The numbers you return "
                "must be those that the means were taken with.",
                "assign once, before you move anything.",
            )
        if np.array_equal(got, (points @ centres.T).argmax(axis=1)):
            return not_yet(
                "largest-product",
                seen,
                "a product is large for every centre that is far out, near or not.",
                "take squared differences, and the smallest sum.",
            )
        return not_yet(
            "other-neighbours",
            seen,
            "the distance adds up the squared differences of all numbers of a point.",
            "`((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)`.",
        )

    def _moved(
        self, points: Floats, centres: Floats, assigned: Any, moved: Floats, got: Floats
    ) -> Verdict | None:
        if near(got, moved):
            return None
        lonely = CENTRES - 1
        if not np.isfinite(got[lonely]).all():
            return not_yet(
                "empty-cluster",
                f"centre {lonely} has become {got[lonely].tolist()}.",
                "no point is nearest to it, and the mean of nothing is not a number. From then "
                "on it is lost for good.",
                "move a centre only `if (assigned == k).any()`.",
            )
        if near(got[:lonely], moved[:lonely]) and near(got[lonely], [0, 0]):
            return not_yet(
                "moved-to-zero",
                f"centre {lonely}, which has no points, has jumped to 0.",
                "nothing drew it there. It would now take points away from the others.",
                "begin with `centres.copy()`, not with zeros.",
            )
        if near(got, centres):
            return not_yet(
                "centres-unmoved",
                "the centres are where they were.",
                "then the next step finds the same, for ever.",
                "move each centre to the mean of its points.",
            )
        sums = np.array([points[assigned == k].sum(axis=0) for k in range(lonely)])
        if near(got[:lonely], sums):
            return not_yet(
                "sum-not-mean",
                f"centre 0 has moved to {np.round(got[0], 2).tolist()}.",
                "the sum of many points lies far outside of them.",
                "divide by their number: `.mean(axis=0)`.",
            )
        worst = int(np.abs(got - moved).max(axis=1).argmax())
        return not_yet(
            "other-centres",
            f"centre {worst} has moved to {np.round(got[worst], 2).tolist()}; the middle of its "
            f"points is {np.round(moved[worst], 2).tolist()}.",
            "the mean is the place from which the squared distances to the members are smallest.",
            "`points[assigned == k].mean(axis=0)`.",
        )


def _distances(points: Floats, centres: Floats) -> Floats:
    squares: Floats = ((points[:, None] - centres) ** 2).sum(axis=2)
    return squares


def _nearest(points: Floats, centres: Floats) -> Any:
    return _distances(points, centres).argmin(axis=1)


def _step(points: Floats, centres: Floats) -> tuple[Any, Floats]:
    assigned, moved = _nearest(points, centres), centres.copy()
    for k in np.unique(assigned):
        moved[k] = points[assigned == k].mean(axis=0)
    return assigned, moved
