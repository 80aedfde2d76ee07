"""The leaderboard: who reads most digits right, with how many parameters.

Nobody can post a number, only a model. The board itself runs it (`workshop.untrusted`) on pictures
that only the board has (`workshop.leaderboard.digits`), and counts what it read right.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workshop.data import BrokenData, NoData
from workshop.leaderboard.client import post
from workshop.leaderboard.content import file_content
from workshop.leaderboard.digits import UnseenDigits, unseen_digits
from workshop.leaderboard.entry import DATASETS, TITLES, DatasetName, Entry, Kind, RefusedEntry
from workshop.leaderboard.names import checked_name
from workshop.leaderboard.store import Store, refuse_too_many
from workshop.leaderboard.table import html_table, text_table
from workshop.places import leaderboard_file
from workshop.untrusted import Limits, ModelFile, RefusedModel, answers_of

if TYPE_CHECKING:
    from workshop.plots import Picture

STATUS = {"size": 413, "format": 415, "content": 422, "limits": 422}


class Leaderboard:
    """A board in a file of this computer. Its pictures are made once, at the first entry.

    A board may be used by several threads and processes at once.
    """

    post = staticmethod(post)

    def __init__(
        self, path: str | os.PathLike[str] | None = None, *, limits: Limits | None = None
    ) -> None:
        """Open a board; its file is made when it is first needed.

        Args:
            path: its file. Without it the learner's own, beside the progress; the environment
                variable WORKSHOP_LEADERBOARD names another.
            limits: what a network may take when it is run.

        Raises:
            ValueError: for the address of a served board: `post` sends to one.
        """
        if "://" in str(path):
            raise ValueError(f"To send to the board of a room: post({str(path)!r}, …, name=…).")
        self.store = Store(Path(path) if path else leaderboard_file())
        self.limits = limits or Limits()
        self._digits: dict[DatasetName, UnseenDigits] = {}
        self._making = threading.Lock()

    def submit(self, model: Any, *, name: str, dataset: DatasetName = "mnist") -> Entry:
        """Score a network and put it on the board. It takes from 10 to 30 seconds.

        Args:
            model: the path of a `.keras` file, or a Keras model, which is saved to one first. It
                gets pictures (n, 28, 28, 1), (n, 28, 28) or (n, 784), as it was built for: float32
                from 0 to 1. It answers with ten numbers for each; the largest is what it read.
            name: who sends it, 24 characters at most.
            dataset: "mnist" or "fashion".

        Returns:
            The entry. A network that is on the board already is not scored again: then it is the
            earlier entry, under the name that it has there.

        Raises:
            RefusedEntry: if the name, the file or the network is not accepted; the message says
                what to do.
            NotABoard: if the board's file is something else.
        """
        return self.submit_bytes(file_content(model), name=name, dataset=dataset)

    def submit_bytes(self, content: bytes, *, name: str, dataset: DatasetName) -> Entry:
        """As `submit`, for the bytes of a `.keras` file."""
        name = checked_name(name)
        if dataset not in DATASETS:
            raise RefusedEntry(
                f"There is no board {str(dataset)[:30]!r}. Choose one of: {', '.join(DATASETS)}.",
                400,
            )
        try:
            model = ModelFile.read(content)
            digits = self._unseen(dataset)
            earlier = self.store.find(dataset, digits.kind, model.sha256)
            if earlier:
                return earlier
            refuse_too_many(name, self.store.count(name))
            reading = answers_of(model, digits.images, self.limits)
        except RefusedModel as refusal:
            raise RefusedEntry(str(refusal), STATUS[refusal.fault]) from refusal
        except (NoData, BrokenData) as missing:
            raise RefusedEntry(f"This cannot be scored here. {missing}") from missing
        right = int((reading.classes == digits.labels).sum())
        seen = len(digits.labels)
        now = datetime.now(UTC).replace(microsecond=0)
        return self.store.add(
            Entry(name, dataset, digits.kind, reading.parameters, right, seen, model.sha256, now)
        )

    def entries(self, dataset: DatasetName = "mnist", digits: Kind | None = None) -> list[Entry]:
        """The entries of one board, best first; those on the front are marked.

        Args:
            dataset: "mnist" or "fashion".
            digits: "real" or "stand-in": they never compete. Without it, the board on which the
                latest entry of this dataset stands.
        """
        return self.store.entries(dataset, digits)

    def picture(self, dataset: DatasetName = "mnist", digits: Kind | None = None) -> Picture:
        """Accuracy against parameters with the front drawn through the best.

        Raises:
            ValueError: if there is no entry yet.
        """
        from workshop.leaderboard.drawing import draw_board  # matplotlib takes a second

        return draw_board(self.entries(dataset, digits))

    def boards(self) -> list[tuple[str, list[Entry]]]:
        """The title and the entries of every board that has entries."""
        found = [(title, self.entries(*key)) for key, title in TITLES.items()]
        return [(title, entries) for title, entries in found if entries]

    def __str__(self) -> str:
        return text_table(self.boards())

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from workshop.leaderboard.drawing import draw_board

        boards = self.boards()
        pictures = "".join(f"<p>{draw_board(entries).html}</p>" for _, entries in boards)
        return html_table(boards) + pictures

    def _unseen(self, dataset: DatasetName) -> UnseenDigits:
        with self._making:  # one thread makes the pictures, the others wait for them
            if dataset not in self._digits:
                self._digits[dataset] = unseen_digits(dataset, self.store.seed())
            return self._digits[dataset]
