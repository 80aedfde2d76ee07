"""DuckDB, without its habit of fetching from the network what it lacks."""

import duckdb


def offline_duckdb() -> duckdb.DuckDBPyConnection:
    """A database in memory that installs nothing."""
    return duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
