"""Asks a store whether it answers: on a line of its own, for one row, and for seconds at most."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from portal.settings import Settings, StoreName
from portal.stores.engines import StoreAway

SECONDS = 2
# Each ends by itself where the server is gone without a word: seconds to connect, milliseconds for the rest.
LINE = {
    "connect_timeout": SECONDS,
    "tcp_user_timeout": SECONDS * 1000,
    "options": f"-c statement_timeout={SECONDS * 1000}",
}
FILE = "sqlite:///"


def asks_store(settings: Settings, name: StoreName) -> Callable[[], None]:
    """What asks one store; it raises `StoreAway`.

    No line is kept: a server that takes no new ones, or a file that somebody took away, is noticed.
    """
    url = settings.url(name)
    if url.startswith(FILE):
        return lambda: _ask_file(name, Path(url.removeprefix(FILE)))
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=LINE)

    def ask() -> None:
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except (SQLAlchemyError, OSError) as error:
            raise StoreAway(name) from error

    return ask


def _ask_file(name: StoreName, file: Path) -> None:
    try:
        # Without this mode SQLite would make the file that it does not find.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=SECONDS)) as line:
            tables = line.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        raise StoreAway(name) from error
    if not tables:
        raise StoreAway(name)
