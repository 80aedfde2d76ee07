"""One line of the board, and who of them is on the front."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, get_args

DatasetName = Literal["mnist", "fashion"]
Kind = Literal["real", "stand-in"]
DATASETS: Final[tuple[DatasetName, ...]] = get_args(DatasetName)
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
TITLES: Final[dict[tuple[DatasetName, Kind], str]] = {
    ("mnist", "real"): "MNIST",
    ("mnist", "stand-in"): "MNIST, stand-in digits",
    ("fashion", "real"): "Fashion-MNIST",
}
"""The boards: entries of one never compete with those of another."""


class RefusedEntry(Exception):  # noqa: N818 (a name that learners read)
    """This entry does not go on the board. The message says what is wrong and what to do.

    Attributes:
        status: what the server answers it with, as an HTTP status: 400 for a name or a dataset
            that is not accepted, 403 for a wrong word of the room, 413 for a file that is too
            large, 415 for one that is no `.keras` file, 422 for a network that is not accepted,
            429 for too many entries.
    """

    def __init__(self, sentence: str, status: int = 422) -> None:
        self.status = status
        super().__init__(sentence)


@dataclass(frozen=True)
class Entry:
    """A network on the board.

    Attributes:
        name: who sent it.
        dataset: "mnist" or "fashion".
        digits: whether it was scored on pictures made from real test digits or from stand-in ones.
        parameters: how many numbers it has, trainable or not.
        right: how many pictures it read right,
        seen: of how many.
        sha256: the fingerprint of the network; the same network saved twice has the same one.
        when: the time it was scored, in UTC.
        on_front: whether no other network is both as small and as good.
    """

    name: str
    dataset: DatasetName
    digits: Kind
    parameters: int
    right: int
    seen: int
    sha256: str
    when: datetime
    on_front: bool = False

    @property
    def accuracy(self) -> float:
        """Pictures read right, in %."""
        return 100 * self.right / self.seen


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """Best first, and of equals the smaller and then the earlier; the front is marked.

    The front (Pareto front) holds every entry that no other beats: none is at least as accurate
    with at most as many parameters, and better in one of the two. All entries have to be of one
    board.
    """
    order = sorted(entries, key=lambda e: (-e.accuracy, e.parameters, e.when))
    return [
        replace(entry, on_front=not any(_beats(other, entry) for other in order)) for entry in order
    ]


def _beats(one: Entry, other: Entry) -> bool:
    as_good = one.accuracy >= other.accuracy and one.parameters <= other.parameters
    better = one.accuracy > other.accuracy or one.parameters < other.parameters
    return as_good and better
