"""Mini-batches: every example once, in a new order, the last batch smaller."""

from typing import Any

import numpy as np

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ORDER = "order = rng.permutation(count)\n"
CUT = "return [order[start : start + size] for start in range(0, {}, size)]"


class Batches(Exercise):
    id = "03-batches"
    title = "Mini-batches, none lost"
    points = 2
    hints = (
        "Two steps: shuffle all indices once, `rng.permutation(count)`, then cut the row into "
        "pieces. Where does each piece begin?",
        "`range(0, count, size)` gives the beginnings. A slice that reaches past the end is simply "
        "shorter, so the last batch needs no special case.",
        "`[order[start : start + size] for start in range(0, count, size)]`.",
    )
    wrong_answers = {
        "last-batch-lost": ORDER + CUT.format("count - size + 1"),
        "not-shuffled": "order = np.arange(count)\n" + CUT.format("count"),
        "drawn-with-repeats": "order = rng.integers(0, count, count)\n" + CUT.format("count"),
        "even-parts": ORDER + "return np.array_split(order, -(-count // size))",
        "filled-up": ORDER + "order = np.resize(order, -(-count // size) * size)\n"
        "return list(order.reshape(-1, size))",
        "empty-batch": ORDER
        + "parts = count // size + 1\n"
        + "return [order[k * size : (k + 1) * size] for k in range(parts)]",
        "same-every-time": "order = np.random.default_rng(0).permutation(count)\n"
        + CUT.format("count"),
        "batches-shuffled-only": "parts = [np.arange(s, min(s + size, count)) "
        "for s in range(0, count, size)]\n"
        "return [parts[k] for k in rng.permutation(len(parts))]",
        "one-array": "return rng.permutation(count)",
        "not-indices": ORDER + "return [(order + 1)[s : s + size] for s in range(0, count, size)]",
        "wrong-sizes": ORDER + "return [order[:size], order[size:]]",
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        size = int(rng.integers(20, 40))
        one, two = rng.choice(1000, 2, replace=False)
        return {
            "size": size,
            "counts": [3 * size + int(rng.integers(2, 6)), 4 * size],
            "seeds": [int(one), int(two)],
        }

    def probe(self, inputs: Data, answer: Any) -> Data:
        runs = {}
        for count in inputs["counts"]:
            for seed in inputs["seeds"]:
                rng = np.random.default_rng(seed)
                runs[f"{count} {seed}"] = call(answer, count, inputs["size"], rng)
        return runs

    def judge(self, inputs: Data, data: Data) -> Verdict:
        size = inputs["size"]
        for count in inputs["counts"]:
            one, two = (data[f"{count} {seed}"] for seed in inputs["seeds"])
            for got in (one, two):
                if wrong := self._form(count, size, got) or self._content(count, size, got):
                    return wrong
            if np.array_equal(np.concatenate(one), np.concatenate(two)):
                return not_yet(
                    "same-every-time",
                    "two generators with different seeds gave the same batches.",
                    "in every epoch the network would see the same digits together, in the same "
                    "order. The function is handed an `rng` to avoid that.",
                    "shuffle with the `rng` that comes in.",
                )
        return passed(
            f"{inputs['counts'][0]} examples: three batches of {size} and one of "
            f"{inputs['counts'][0] - 3 * size}. {inputs['counts'][1]}: four of {size}.",
            "every example once in each epoch. Keras's `fit` does exactly this, every time.",
        )

    def _form(self, count: int, size: int, got: Any) -> Verdict | None:
        if not isinstance(got, list):
            return not_yet(
                "one-array",
                f"I got one `{type(got).__name__}`, not a list of batches.",
                "the training loop takes one batch, makes a step, and takes the next.",
                "cut the shuffled indices into slices, and collect these in a list.",
            )
        sizes = [np.asarray(batch).size for batch in got]
        told = f"of {count} examples, your batches have the sizes {sizes}."
        if 0 in sizes:
            return not_yet(
                "empty-batch",
                told,
                f"{count} is {count // size} times {size}, so nothing is left over. The mean of "
                "an empty batch is NaN, and one NaN spoils all weights.",
                "`range(0, count, size)` stops in time.",
            )
        wanted = [min(size, count - start) for start in range(0, count, size)]
        if sorted(sizes, reverse=True) == wanted:  # the smaller one may stand anywhere
            return None
        if sizes == wanted[:-1]:
            return not_yet(
                "last-batch-lost",
                told,
                f"{wanted[-1]} examples are never used in this epoch. With small data that is "
                "much, and it is easy to overlook: nothing fails.",
                "let the last batch be smaller: a slice may reach past the end.",
            )
        if len(sizes) == len(wanted) and max(sizes) - min(sizes) <= 1 and sum(sizes) == count:
            return not_yet(
                "even-parts",
                told,
                f"nobody is lost, but no batch has the {size} that were asked for.",
                f"cut after every {size}, and let the last one be smaller.",
            )
        if sizes == [size] * len(wanted):
            return not_yet(
                "filled-up",
                told,
                "that is more than there are: the last batch was filled up, so some examples "
                "count twice.",
                "let the last batch be smaller.",
            )
        return not_yet(
            "wrong-sizes",
            told,
            f"they should be {wanted}.",
            "`order[start : start + size]` for every `start` in `range(0, count, size)`.",
        )

    def _content(self, count: int, size: int, got: Any) -> Verdict | None:
        everything = np.concatenate([np.asarray(batch).ravel() for batch in got])
        if everything.dtype.kind not in "iu" or everything.min() < 0 or everything.max() >= count:
            return not_yet(
                "not-indices",
                f"your values are `{everything.dtype}`, the first ones {everything[:3].tolist()}"
                f", the last one in order is {np.sort(everything)[-1]}.",
                f"an index is a whole number from 0 to {count - 1}.",
                "`rng.permutation(count)` gives each of them once.",
            )
        missing = count - len(np.unique(everything))
        if missing:
            return not_yet(
                "drawn-with-repeats",
                f"{missing} of {count} examples are in no batch, others in several.",
                "drawing puts each ball back into the urn. An epoch means: every example once.",
                "shuffle with `rng.permutation(count)`.",
            )
        if np.array_equal(everything, np.arange(count)):
            return not_yet(
                "not-shuffled",
                f"your batches go from 0 to {count - 1} in order.",
                "data often come sorted. A batch of one class alone pulls the network to that "
                "class, and the next one pulls it away again.",
                "cut a shuffled row: `rng.permutation(count)`.",
            )
        if all(np.array_equal(np.diff(batch), np.ones(len(batch) - 1)) for batch in got):
            return not_yet(
                "batches-shuffled-only",
                f"your first batch is {got[0][0]} to {got[0][-1]}, without a gap.",
                "the batches come in a new order, but the same examples always sit together.",
                "shuffle first, then cut.",
            )
        return None
