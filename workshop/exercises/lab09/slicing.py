"""Chunks: a generator that hands out a few rows at a time, and reads no more than these."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workshop.exercises.base import Exercise
from workshop.exercises.observe import call, observe
from workshop.exercises.plain import Data
from workshop.verdict import Verdict, not_yet, passed

ROWS, SIZE, EVEN = 23, 5, 20
MOST = 60
"""Chunks that are taken from an answer: more than any right one has."""
ANSWER = """\
for first in range(0, len(pictures), size):
    yield first, pictures[first : first + size]
"""

Pixels = NDArray[np.uint8]


class Shelf:
    """An array on the disk, as far as a learner's code can tell; counts the rows it hands out."""

    def __init__(self, rows: Pixels) -> None:
        self._rows = rows
        self.taken = 0
        self.shape, self.dtype, self.ndim = rows.shape, rows.dtype, rows.ndim

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        found = self._rows[place].copy()
        self.taken += len(found) if found.ndim == self.ndim else 1
        return found

    def __iter__(self) -> Iterator[Any]:
        for place in range(len(self)):
            yield self[place]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Pixels:
        self.taken += len(self)
        return np.array(self._rows, dtype)


class Chunks(Exercise):
    id = "09-chunks"
    title = "A few at a time"
    hints = (
        "`range(0, 23, 5)` gives 0, 5, 10, 15, 20: the first row of each chunk.",
        "A slice may reach beyond the end: `pictures[20:25]` of 23 pictures has three. So the last "
        "chunk needs no care.",
        "In the loop: `yield first, pictures[first : first + size]`.",
    )
    wrong_answers = {
        "everything-at-once": "everything = np.array(pictures)\n"
        + ANSWER.replace("pictures[", "everything["),
        "only-the-first": ANSWER.replace("yield", "return"),
        "not-pairs": ANSWER.replace("yield first, ", "yield "),
        "numbers-of-chunks": "for number in range(-(-len(pictures) // size)):\n"
        "    yield number, pictures[number * size : (number + 1) * size]",
        "last-lost": ANSWER.replace("len(pictures)", "len(pictures) - size + 1"),
        "too-many-rows": ANSWER.replace("first + size]", "first + size + 1]"),
        "ends-at-size": ANSWER.replace("first + size]", "size]"),
        "empty-chunk": ANSWER.replace("len(pictures)", "len(pictures) + 1"),
        "other-rows": ANSWER.replace("pictures[first : first + size]", "pictures[:size]"),
    }

    def inputs(self, rng: np.random.Generator) -> Data:
        return {"pictures": rng.integers(0, 256, (ROWS, 2, 2)).astype("uint8")}

    def probe(self, inputs: Data, answer: Any) -> Data:
        if not callable(answer) or isinstance(answer, type):
            return {"chunks": call(answer)}
        pictures = inputs["pictures"]
        return {
            "chunks": observe(lambda: _taken(answer, pictures)),
            "even": observe(lambda: _taken(answer, pictures[:EVEN])),
        }

    def judge(self, inputs: Data, data: Data) -> Verdict:
        pictures = inputs["pictures"]
        for rows, told in ((pictures, data["chunks"]), (pictures[:EVEN], data["even"])):
            if wrong := self._chunks(rows, told["chunks"]) or self._greed(rows, told["early"]):
                return wrong
        return passed(
            f"{ROWS} pictures in chunks of {SIZE}: four of {SIZE}, one of three. When the first "
            f"was handed out, {SIZE} rows had been read.",
            "so the job takes the same memory for a thousand pictures and for a billion.",
        )

    def _greed(self, rows: Pixels, early: int) -> Verdict | None:
        if early <= SIZE:
            return None
        return not_yet(
            "everything-at-once",
            f"before the first chunk came out, {early} of {len(rows)} rows had been read.",
            "ten million scans are eight gigabytes. The job would need them all in memory before "
            "it scores the first.",
            "slice what you were given, `pictures[first : first + size]`, and `yield` each slice "
            "at once; no list, no `np.array(pictures)`.",
        )

    def _chunks(self, rows: Pixels, chunks: Any) -> Verdict | None:
        pairs = [pair for chunk in chunks if (pair := _pair(chunk))]
        if not pairs or len(pairs) < len(chunks):
            return self._no_pairs(chunks)
        starts, parts = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        right = list(range(0, len(rows), SIZE))
        lengths = [len(part) for part in parts]
        if 0 in lengths:
            return self._empty(lengths.index(0), starts[lengths.index(0)], len(rows))
        if max(lengths) > SIZE:
            return not_yet(
                "too-many-rows",
                f"a chunk of yours has {max(lengths)} rows; {SIZE} were asked for.",
                "if chunks overlap, rows are scored twice; if they are too large, the memory is "
                "not what was planned.",
                "a slice ends before its second number: `pictures[first : first + size]`.",
            )
        if starts != right and starts == list(range(len(right))):
            return not_yet(
                "numbers-of-chunks",
                f"your chunks begin with {starts[:4]} …, which are the numbers of the chunks.",
                f"chunk 1 begins with row {SIZE}. The job needs that number to say which scan was "
                "broken.",
                "yield the place of the first row: 0, size, 2 · size, …",
            )
        if starts == right[:-1] and len(rows) % SIZE:
            return not_yet(
                "last-lost",
                f"{sum(lengths)} of {len(rows)} rows came out; the last {len(rows) % SIZE} are "
                "missing.",
                "a number of scans is hardly ever a multiple of the chunk. Nobody would notice.",
                "let the range go to `len(pictures)`; the last slice is shorter by itself.",
            )
        if starts == right and _same(parts, rows):
            return None
        return not_yet(
            "other-rows",
            f"of {len(rows)} rows in chunks of {SIZE}, your chunks begin with {starts[:6]} and "
            f"have {lengths[:6]} rows; they are not those of the file.",
            "put one behind the other, the chunks must give the file again.",
            "call it with `np.arange(7)` and a size of 3, and print every chunk.",
        )

    def _empty(self, number: int, first: int, count: int) -> Verdict:
        if 0 < first < count:
            return not_yet(
                "ends-at-size",
                f"your chunk {number} begins with row {first}, and it is empty.",
                "the second number of a slice is the place where it ends, and not how many rows "
                f"are wanted. `pictures[{first}:{SIZE}]` ends before it has begun.",
                "`pictures[first : first + size]`.",
            )
        return not_yet(
            "empty-chunk",
            f"of {count} rows in chunks of {SIZE}, your chunk {number} is empty.",
            "the network would be asked about nothing, and many libraries stop at that.",
            "`range(0, len(pictures), size)` ends before the end by itself.",
        )

    def _no_pairs(self, chunks: list[Any]) -> Verdict:
        if len(chunks) == 2 and type(chunks[0]) is int:
            return not_yet(
                "only-the-first",
                "I got one pair, the first chunk, and then nothing more.",
                "`return` ends the function. `yield` hands something out, and the function goes on "
                "from there when the next one is wanted.",
                "write `yield` in the place of `return`.",
            )
        return not_yet(
            "not-pairs",
            f"I took {len(chunks)} things from your function; the first is no pair of a number "
            "and an array of rows.",
            "the job must know where in the file a chunk begins, to name what is broken.",
            "`yield first, pictures[first : first + size]`, again and again.",
        )


def _taken(answer: Any, rows: Pixels) -> Any:
    """What comes out, and how many rows had been read when the first was there."""
    shelf = Shelf(rows)
    made = answer(shelf, SIZE)
    if made is None:
        return None
    steps = iter(made)
    chunks = list(islice(steps, 1))
    early = shelf.taken
    chunks += islice(steps, MOST)
    return {"early": early, "chunks": chunks}


def _pair(chunk: Any) -> tuple[int, Pixels] | None:
    """The number of the first row, and the rows; None if it is anything else."""
    if not isinstance(chunk, list) or len(chunk) != 2 or type(chunk[0]) is not int:
        return None
    try:
        part = np.asarray(chunk[1])
    except ValueError:
        return None
    return (chunk[0], part) if part.ndim == 3 or part.size == 0 != part.ndim else None


def _same(parts: list[Pixels], rows: Pixels) -> bool:
    shapes = {part.shape[1:] for part in parts}
    return shapes == {rows.shape[1:]} and np.array_equal(np.concatenate(parts), rows)
