"""The three tables that a scoring job writes, the same in SQLite and PostgreSQL."""

from typing import Final

from sqlalchemy import REAL, Column, DateTime, Integer, MetaData, String, Table, Text

CLASSES: Final = 10
PROBABILITIES: Final = tuple(f"p{digit}" for digit in range(CLASSES))

METADATA: Final = MetaData()

RUNS: Final = Table(
    "runs",
    METADATA,
    Column("run", String(40), primary_key=True),
    Column("source", Text, nullable=False),
    Column("model_name", Text, nullable=False),
    Column("model_sha256", String(64), nullable=False),
    Column("items", Integer, nullable=False),
    # The checkpoint: how many items of the source have been dealt with.
    Column("position", Integer, nullable=False),
    # Of these: newly scored, found in the database already, not scored for a reason.
    Column("scored", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("started", DateTime(timezone=True), nullable=False),
    Column("finished", DateTime(timezone=True)),
)

PREDICTIONS: Final = Table(
    "predictions",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("model_sha256", String(64), primary_key=True),
    Column("model_name", Text, nullable=False),
    Column("model_version", Text, nullable=False),
    # Tells whether the item is still the picture that was scored.
    Column("item_sha256", String(64), nullable=False),
    Column("run", String(40), nullable=False),
    Column("digit", Integer, nullable=False),
    *(Column(name, REAL, nullable=False) for name in PROBABILITIES),
    Column("scored_at", DateTime(timezone=True), nullable=False),
    sqlite_with_rowid=False,
)

REJECTED: Final = Table(
    "rejected",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("item", Text, primary_key=True),
    Column("item_sha256", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("run", String(40), nullable=False),
    Column("rejected_at", DateTime(timezone=True), nullable=False),
    sqlite_with_rowid=False,
)
