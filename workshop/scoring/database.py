"""Databases that predictions may go to, and how each says "insert, or change what is there"."""

from typing import Final

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from workshop.scoring.item import ScoringError
from workshop.scoring.tables import METADATA
from workshop.serving.model import HOW_TO_INSTALL

INSERT: Final = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
PATIENCE: Final = 30
"""Seconds to wait for an answer, or while another process writes."""


def checked_url(text: str) -> URL:
    """Read a database's address.

    Raises:
        ScoringError: if it is none, or one of a database that is not written to here.
    """
    forms = "sqlite:///FILE or postgresql://USER@HOST/DATABASE"
    try:
        url = make_url(text)
        kind = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise ScoringError(f"That is no address of a database; give {forms}.") from error
    if kind not in INSERT:
        raise ScoringError(f"Databases of the kind {kind!r} are not written to; give {forms}.")
    if kind == "sqlite" and url.database in (None, "", ":memory:"):
        raise ScoringError("A SQLite database in memory would keep nothing; give sqlite:///FILE.")
    return url.set(drivername="postgresql+psycopg") if kind == "postgresql" else url


def open_database(url: URL) -> Engine:
    """Connect, and make the tables if they are not there.

    Raises:
        ScoringError: if the driver is not installed, or tables of these names hold something else.
        SQLAlchemyError: if the database cannot be reached.
    """
    waiting = "timeout" if url.get_backend_name() == "sqlite" else "connect_timeout"
    try:
        engine = create_engine(url, connect_args={waiting: PATIENCE})
    except ImportError as error:
        raise ScoringError(f"{error.name} is not installed. {HOW_TO_INSTALL}") from error
    try:
        METADATA.create_all(engine)
    except SQLAlchemyError:  # another process that started just now may have been quicker
        METADATA.create_all(engine)
    for table in METADATA.sorted_tables:
        there = {column["name"] for column in inspect(engine).get_columns(table.name)}
        missing = [column.name for column in table.c if column.name not in there]
        if missing:
            raise ScoringError(
                f"{url.render_as_string()} has a table {table.name} of another kind, without a "
                f"column {missing[0]}. Give another database."
            )
    return engine
