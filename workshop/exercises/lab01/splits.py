"""Which pictures to learn from, and which to keep for judging."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.common import expect_array
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ANSWER = """\
rng = np.random.default_rng(seed)
validation = []
for digit in range(10):
    members = rng.permutation(np.flatnonzero(labels == digit))
    validation.append(members[: round(share * len(members))])
validation = np.concatenate(validation)
train = np.setdiff1d(np.arange(len(labels)), validation)
return train, validation"""
AT_ONCE = """\
indices = np.random.default_rng(seed).permutation(len(labels))
cut = round(len(labels) * share)
return indices[cut:], indices[:cut]"""


class Split(Exercise):
    id = "01-split"
    title = "A fair split"
    points = 3
    hints = (
        "Take one class at a time. `np.flatnonzero(labels == digit)` gives the indices of its "
        "pictures, and `rng.permutation(…)` shuffles them. How many of them do you keep?",
        "The first `round(share * len(members))` of the shuffled indices are this class's part of "
        "the validation set. Collect the ten parts in a list; `np.concatenate` joins them.",
        "All other indices are for training: `np.setdiff1d(np.arange(len(labels)), validation)`.",
    )
    wrong_answers = {
        "not-shuffled": AT_ONCE.replace("np.random.default_rng(seed).permutation", "np.arange"),
        "not-stratified": AT_ONCE,
        "overlap": ANSWER.replace("return train,", "return np.arange(len(labels)),"),
        "drawn-twice": ANSWER.replace("rng.permutation(", "rng.choice(")
        .replace("== digit))", "== digit), 50)")
        .replace("round(share * len(members))", "round(share * (labels == digit).sum())"),
        "indices-lost": ANSWER.replace("return train,", "return train[:400],"),
        "swapped": ANSWER.replace("return train, validation", "return validation, train"),
        "share-ignored": ANSWER.replace("share *", "0.1 *"),
        "unseeded": ANSWER.replace("rng(seed)", "rng()"),
        "seed-ignored": ANSWER.replace("rng(seed)", "rng(42)"),
        "mask-not-indices": "chosen = np.random.default_rng(seed).random(len(labels)) < share\n"
        "return ~chosen, chosen",
        "labels-not-indices": AT_ONCE.replace(
            "return indices[cut:], indices[:cut]",
            "return labels[indices[cut:]], labels[indices[:cut]]",
        ),
        "empty-part": "return np.arange(len(labels)), np.array([], dtype=int)",
        "not-indices": AT_ONCE.replace("permutation(len(labels))", "permutation(len(labels)) + 1"),
        "not-a-pair": ANSWER.replace("return train, validation", "return validation"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        # Sorted, as many collections are, and with classes of different size.
        counts = rng.permutation(np.arange(60, 160, 10))
        seeds = [int(seed) for seed in rng.choice(1000, 2, replace=False)]
        labels = np.repeat(np.arange(10), counts).astype("uint8")
        return {"labels": labels, "share": 0.2, "seeds": seeds}

    def probe(self, inputs: Data, answer: Any) -> Data:
        labels, share, (one, two) = inputs["labels"], inputs["share"], inputs["seeds"]
        return {
            "first": call(answer, labels, share, one),
            "again": call(answer, labels, share, one),
            "other": call(answer, labels, share, two),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        labels = inputs["labels"]
        for pair in data.values():
            if wrong := self._pair(labels, pair):
                return wrong
        train, validation = data["first"]
        return (
            self._disjoint(labels, train, validation)
            or self._sizes(inputs, train, validation)
            or self._fair(inputs, validation)
            or self._seeds(inputs, *(pair[1] for pair in data.values()))
            or passed(
                f"{len(train)} indices to learn from and {len(validation)} to judge by, each "
                "class with its fair share, none in both.",
                "scikit-learn's `train_test_split(…, stratify=labels, random_state=seed)` does "
                "the same; now you know what it promises.",
            )
        )

    def _pair(self, labels: NDArray[Any], pair: Any) -> Verdict | None:
        if not isinstance(pair, list) or len(pair) != 2:
            return not_yet(
                "not-a-pair",
                f"I got one `{type(pair).__name__}` instead of two arrays.",
                "the function hands back two things: the indices to train on, and the indices to "
                "validate on.",
                "`return train, validation`.",
            )
        for part in pair:
            if wrong := expect_array(part):
                return wrong
            if part.dtype == bool:
                return not_yet(
                    "mask-not-indices",
                    f"I got masks of {part.size} times True or False.",
                    "a mask would work as well, but the task asks for indices: whole numbers that "
                    "say which pictures to take, so that their order can be shuffled too.",
                    "`np.flatnonzero(mask)` turns a mask into indices.",
                )
            if wrong := expect_array(part, (part.size,)):
                return wrong
            if not part.size:
                return not_yet(
                    "empty-part",
                    "one of the two arrays is empty.",
                    "without pictures to judge by, you cannot know whether the learning worked; "
                    "without pictures to learn from, there is nothing to judge.",
                    "print the length of both arrays before you return them.",
                )
        everything = np.concatenate(pair)
        if everything.dtype == labels.dtype and everything.max() < 10:
            return not_yet(
                "labels-not-indices",
                f"your values lie between {everything.min()} and {everything.max()}: they are "
                "labels.",
                "with labels alone, nobody can find the pictures that belong to them. Indices fit "
                "both: `x_train[indices]` and `y_train[indices]`.",
                "return the indices themselves.",
            )
        whole = everything.dtype.kind in "iu"
        if not whole or everything.min() < 0 or everything.max() >= len(labels):
            return not_yet(
                "not-indices",
                f"your values are `{everything.dtype}` from {everything.min()} to "
                f"{everything.max()}.",
                f"there are {len(labels)} labels, so an index is a whole number from 0 to "
                f"{len(labels) - 1}.",
                "Python counts from 0; start from `np.arange(len(labels))`.",
            )
        return None

    def _disjoint(
        self, labels: NDArray[Any], train: NDArray[Any], validation: NDArray[Any]
    ) -> Verdict | None:
        if len(shared := np.intersect1d(train, validation)):
            return not_yet(
                "overlap",
                f"{len(shared)} indices are in both parts, such as {shared[0]}.",
                "this is a leak: the network is examined on pictures that it was taught. "
                "Its marks will be too good, and you will believe them.",
                "take the validation indices out of the training indices: `np.setdiff1d`.",
            )
        for name, part in (("training", train), ("validation", validation)):
            if doubled := len(part) - len(np.unique(part)):
                return not_yet(
                    "drawn-twice",
                    f"{doubled} of your {name} indices are repeats.",
                    "`rng.choice` puts each ball back into the urn before it draws the next, "
                    "unless told otherwise. A picture that is drawn twice counts twice.",
                    "shuffle with `rng.permutation` and cut, or pass `replace=False`.",
                )
        if lost := len(labels) - len(train) - len(validation):
            return not_yet(
                "indices-lost",
                f"{lost} of {len(labels)} indices are in neither part.",
                "pictures are precious. What is not used for judging should be learned from.",
                "training gets all indices that validation does not have.",
            )
        return None

    def _sizes(self, inputs: Data, train: NDArray[Any], validation: NDArray[Any]) -> Verdict | None:
        labels, share = inputs["labels"], inputs["share"]
        wanted, got = share * len(labels), len(validation)
        if abs(len(train) - wanted) <= 10:
            return not_yet(
                "swapped",
                f"training got {len(train)} indices, validation {got}.",
                f"a share of {share} was asked for validation. Now most pictures are used for "
                "judging, and few for learning.",
                "return training first, and let it be the larger one.",
            )
        if abs(got - wanted) > 10:
            return not_yet(
                "share-ignored",
                f"with share={share}, validation got {got} of {len(labels)}: "
                f"{got / len(labels):.0%}.",
                "whoever calls the function decides how much is kept back.",
                "use `share` to compute how many indices you cut off.",
            )
        return None

    def _fair(self, inputs: Data, validation: NDArray[Any]) -> Verdict | None:
        labels, share = inputs["labels"], inputs["share"]
        counts = np.bincount(labels, minlength=10)
        got = np.bincount(labels[validation], minlength=10)
        worst = int(np.abs(got - share * counts).argmax())
        if np.abs(got - share * counts).max() <= 1:
            return None
        if np.array_equal(np.sort(validation), np.arange(validation.min(), validation.max() + 1)):
            none = ", ".join(str(digit) for digit in np.flatnonzero(got == 0))
            return not_yet(
                "not-shuffled",
                f"validation is one block, indices {validation.min()} to {validation.max()}. "
                f"It has no {none}.",
                "I sent sorted labels, as many collections are. A block of them is not a sample: "
                "you would judge by some classes and never by others.",
                "shuffle the indices of each class before you cut.",
            )
        return not_yet(
            "not-stratified",
            f"of {counts[worst]} pictures of a {worst}, validation got {got[worst]}; "
            f"its fair share is {share * counts[worst]:.0f}.",
            "shuffling everything at once leaves the shares to luck. With rare classes that "
            "can go far wrong. Stratified means: the same share of every class.",
            "loop over the ten digits, and cut each class by itself.",
        )

    def _seeds(
        self, inputs: Data, first: NDArray[Any], again: NDArray[Any], other: NDArray[Any]
    ) -> Verdict | None:
        one, two = inputs["seeds"]
        if set(first.tolist()) != set(again.tolist()):
            return not_yet(
                "unseeded",
                f"seed {one} gave two different splits in two calls.",
                "after a restart, pictures would move from training to validation: a leak over "
                "time, which no check inside one run can see.",
                "`rng = np.random.default_rng(seed)`, inside the function.",
            )
        if set(first.tolist()) == set(other.tolist()):
            return not_yet(
                "seed-ignored",
                f"seeds {one} and {two} gave the same split.",
                "then nobody can try another split, to see whether a result was luck.",
                "shuffle with `np.random.default_rng(seed)`, with the seed that comes in.",
            )
        return None
