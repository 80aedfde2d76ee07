"""Predictions in SQLite or PostgreSQL, and how far a job has come, in the same transactions."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from workshop.scoring.database import INSERT, checked_url, open_database
from workshop.scoring.item import Item, ScoringError
from workshop.scoring.source import Source
from workshop.scoring.tables import PREDICTIONS, PROBABILITIES, REJECTED, RUNS
from workshop.serving.model import Card


@dataclass(frozen=True)
class Run:
    """One job over one source with one model: `position` of `items` have been dealt with."""

    run: str
    source: str
    model: Card
    items: int
    position: int
    scored: int
    known: int
    rejected: int


class Store:
    """A database of predictions. Use it in a `with` statement."""

    def __init__(self, url: str) -> None:
        """Open a database, and make its tables if they are not there.

        Args:
            url: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/DATABASE`.

        Raises:
            ScoringError: if it cannot be opened, or holds other tables of these names.
        """
        self.url = checked_url(url)
        with self._spoken("cannot be opened"):
            self._engine = open_database(self.url)

    @property
    def shown(self) -> str:
        """The address, without its password."""
        return self.url.render_as_string(hide_password=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()

    def begin(self, source: Source, model: Card) -> Run:
        """Start a job, or find the one that was broken off.

        The name of a job follows from what it does. So two processes that start the same one at
        the same time find each other, and `save` lets one of them go on.
        """
        plan = "\n".join((source.name, source.fingerprint, model.sha256)).encode()
        name = sha256(plan).hexdigest()[:12]
        finished = select(func.count()).where(
            RUNS.c.run.startswith(name), RUNS.c.finished.is_not(None)
        )
        with self._transaction() as connection:
            run = f"{name}-{connection.execute(finished).scalar_one() + 1}"
            row = {
                "run": run,
                "source": source.name,
                "model_name": model.name,
                "model_sha256": model.sha256,
                "items": len(source),
                "started": _now(),
            }
            zero = dict.fromkeys(("position", "scored", "known", "rejected"), 0)
            connection.execute(self._insert(RUNS).on_conflict_do_nothing(), row | zero)
            counts = select(*(RUNS.c[name] for name in zero)).where(RUNS.c.run == run)
            position, scored, known, rejected = connection.execute(counts).one()
        return Run(run, source.name, model, len(source), position, scored, known, rejected)

    def known(self, run: Run, items: Sequence[Item]) -> set[str]:
        """The keys of those items that this model has scored already, and that did not change."""
        asked = select(PREDICTIONS.c.item, PREDICTIONS.c.item_sha256).where(
            PREDICTIONS.c.source == run.source,
            PREDICTIONS.c.model_sha256 == run.model.sha256,
            PREDICTIONS.c.item.in_([item.key for item in items]),
        )
        with self._transaction() as connection:
            stored = dict(connection.execute(asked).all())
        return {
            item.key
            for item in items
            if item.digit is not None and stored.get(item.key) == item.sha256
        }

    def save(
        self, run: Run, items: Sequence[Item], scored: Sequence[Item], answers: NDArray[np.float32]
    ) -> Run:
        """Store a chunk whole or not at all, and move the checkpoint behind it.

        Args:
            run: where the job stands.
            items: the next items of the source.
            scored: those of them that the model was shown.
            answers: (len(scored), 10) float32 probabilities.

        Returns:
            Where the job stands now.

        Raises:
            ScoringError: if another process has stored this chunk in the meantime.
        """
        broken = [item for item in items if item.fault]
        position = run.position + len(items)
        moved = Run(
            run.run,
            run.source,
            run.model,
            run.items,
            position,
            run.scored + len(scored),
            run.known + len(items) - len(scored) - len(broken),
            run.rejected + len(broken),
        )
        now = _now()
        with self._transaction() as connection:
            self._move(connection, run, moved, now)
            self._upsert_predictions(connection, run, scored, answers, now)
            self._upsert_rejected(connection, run, broken, now)
            good = [item.key for item in items if not item.fault]
            mended = REJECTED.delete().where(
                REJECTED.c.source == run.source, REJECTED.c.item.in_(good)
            )
            connection.execute(mended)
        return moved

    def predictions(self, run: Run) -> Iterator[Sequence[Any]]:
        """What this model has said about this source: lists of rows `(item, digit, p0 … p9)`."""
        columns = [PREDICTIONS.c[name] for name in ("item", "digit", *PROBABILITIES)]
        asked = select(*columns).where(
            PREDICTIONS.c.source == run.source, PREDICTIONS.c.model_sha256 == run.model.sha256
        )
        with self._spoken("cannot be read"), self._engine.connect() as connection:
            yield from connection.execution_options(yield_per=10_000).execute(asked).partitions()

    def rejected(self, source: str) -> dict[str, str]:
        """Which items of a source could not be scored, and why."""
        asked = select(REJECTED.c.item, REJECTED.c.reason).where(REJECTED.c.source == source)
        with self._transaction() as connection:
            return dict(connection.execute(asked.order_by(REJECTED.c.item)).all())

    def _move(self, connection: Connection, run: Run, moved: Run, now: datetime) -> None:
        """First of all, because this is where two processes at the same job would meet."""
        checkpoint = (
            update(RUNS)
            .where(RUNS.c.run == run.run, RUNS.c.position == run.position)
            .values(
                position=moved.position,
                scored=moved.scored,
                known=moved.known,
                rejected=moved.rejected,
                finished=now if moved.position >= moved.items else None,
            )
        )
        if connection.execute(checkpoint).rowcount != 1:
            raise ScoringError(
                f"Another process is at work on the same job ({run.run}); this one stops. Nothing "
                "is lost."
            )

    def _upsert_predictions(
        self,
        connection: Connection,
        run: Run,
        items: Sequence[Item],
        answers: NDArray[np.float32],
        now: datetime,
    ) -> None:
        if not items:
            return
        same = {
            "source": run.source,
            "model_sha256": run.model.sha256,
            "model_name": run.model.name,
            "model_version": run.model.version,
            "run": run.run,
            "scored_at": now,
        }
        rows = [
            same
            | {"item": item.key, "item_sha256": item.sha256, "digit": digit}
            | dict(zip(PROBABILITIES, row, strict=True))
            for item, digit, row in zip(
                items, answers.argmax(axis=1).tolist(), answers.tolist(), strict=True
            )
        ]
        insert = self._insert(PREDICTIONS)
        new = {c.name: insert.excluded[c.name] for c in PREDICTIONS.c if not c.primary_key}
        upsert = insert.on_conflict_do_update(index_elements=PREDICTIONS.primary_key, set_=new)
        connection.execute(upsert, rows)

    def _upsert_rejected(
        self, connection: Connection, run: Run, items: Sequence[Item], now: datetime
    ) -> None:
        if not items:
            return
        rows = [
            {
                "source": run.source,
                "item": item.key,
                "item_sha256": item.sha256,
                "reason": item.fault,
                "run": run.run,
                "rejected_at": now,
            }
            for item in items
        ]
        insert = self._insert(REJECTED)
        new = {c.name: insert.excluded[c.name] for c in REJECTED.c if not c.primary_key}
        changed = or_(
            *(REJECTED.c[name] != insert.excluded[name] for name in ("item_sha256", "reason"))
        )
        upsert = insert.on_conflict_do_update(
            index_elements=REJECTED.primary_key, set_=new, where=changed
        )
        connection.execute(upsert, rows)

    def _insert(self, table: Any) -> Any:
        return INSERT[self.url.get_backend_name()](table)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with self._spoken("did not take what was to be stored"), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _spoken(self, what: str) -> Iterator[None]:
        """Turn an error of the database into a sentence; it never shows a password."""
        try:
            yield
        except SQLAlchemyError as error:
            reason = (str(getattr(error, "orig", None) or error).splitlines() or [""])[0]
            raise ScoringError(f"The database {self.shown} {what}: {reason}") from error


def _now() -> datetime:
    return datetime.now(UTC)
