"""Engines of the stores."""

from __future__ import annotations

import select
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, LargeBinary, MetaData, Table, create_engine, event, inspect
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from portal.settings import Settings, StoreName

BUSY_SECONDS = 20
# The line that was used last is used next: it has its statements prepared and its pages at hand.
POOL: dict[str, Any] = {"pool_size": 24, "max_overflow": 8, "pool_use_lifo": True, "pool_timeout": 20}
# A database server that is gone without a word is noticed: seconds to connect, milliseconds for what was sent.
SERVER_LINE: dict[str, Any] = {"connect_timeout": 10, "tcp_user_timeout": 20_000}
READING = "yanlu_reading"
USED = "yanlu_used"
PRAGMAS = (
    # Sealed rows are large: half as many pages to write and to copy back. Takes effect in a new file only.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    # A receipt is confirmed only after its report survives a power cut.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # Deleted rows are overwritten, not left in free pages.
    "PRAGMA secure_delete = ON",
    # Nor do they go into a temporary file when a store is rewritten.
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
)


@dataclass(frozen=True)
class Store:
    """One store: an engine, and on SQLite a lock that queues this process's writers fairly."""

    name: StoreName
    engine: Engine
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def embedded(self) -> bool:
        """Whether this is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def write(self) -> Generator[Connection]:
        """A transaction that may write; durable once the block has ended without an error."""
        if not self.embedded:
            with self.engine.begin() as connection:
                yield connection
            return
        # SQLite's own waiting is by sleeping: threads that queue here lose no time to it.
        with self._turn, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Generator[Connection]:
        """For reading only: on SQLite one snapshot, on PostgreSQL each statement its own; never waits for a writer."""
        with self.engine.connect() as connection:
            # PostgreSQL's own default sees no more in a transaction: two round trips for nothing.
            options = {} if self.embedded else {"isolation_level": "AUTOCOMMIT"}
            with connection.execution_options(**{READING: True, **options}).begin():
                yield connection

    @contextmanager
    def snapshot(self) -> Generator[Connection]:
        """For reading very much: one snapshot on both kinds, so that rows can come over the line by and by."""
        if self.embedded:
            with self.read() as connection:
                yield connection
            return
        with self.engine.connect() as connection:
            connection.execution_options(**{READING: True, "isolation_level": "REPEATABLE READ"})
            with connection.begin():
                yield connection


def only_reads(connection: Connection) -> bool:
    """Whether this connection came from `Store.read`."""
    return connection.get_execution_options().get(READING, False)


def open_engine(url: str) -> Engine:
    """An engine with our promises: SQLite in WAL mode and durable, PostgreSQL through psycopg 3."""
    if not url.startswith("sqlite"):
        engine = create_engine(url, **POOL, hide_parameters=True, connect_args=SERVER_LINE)
        event.listen(engine, "checkout", _check_line)
        return engine
    engine = create_engine(
        url,
        **POOL,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _check_line(raw: Any, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    # An idle server says nothing: what can be read here is its farewell. Asking it would be a round trip.
    if entry.info.get(USED) and (raw.closed or _can_be_read(raw.fileno())):
        raise InvalidatePoolError
    entry.info[USED] = True


def _can_be_read(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _prepare_sqlite(raw: Any, _entry: ConnectionPoolEntry) -> None:
    # The driver's own BEGIN comes too late and is never IMMEDIATE: ours replaces it.
    raw.isolation_level = None
    for pragma in PRAGMAS:
        raw.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if only_reads(connection) else "BEGIN IMMEDIATE")


def is_there(settings: Settings, name: StoreName) -> bool:
    """Whether a store can be opened without making it; a server's always can."""
    url = settings.url(name)
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()


def open_store(settings: Settings, name: StoreName) -> Store:
    """Opens one store; its folder is made if it is an embedded one."""
    url = settings.url(name)
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    return Store(name, open_engine(url))


class RestoreUnfinished(Exception):
    """A store is being restored, or a restore was stopped half way: nothing may serve from it."""


# Lies in a store from the beginning of a restore to its end.
MARKER = Table(
    "restoring", MetaData(), Column("archive", LargeBinary(32), primary_key=True), sqlite_with_rowid=False
)  # fmt: skip


def is_restoring(store: Store) -> bool:
    """Whether a restore of this store was begun and not ended."""
    return inspect(store.engine).has_table(MARKER.name)


class SchemaOld(Exception):
    """A store's schema is not the newest, and this process's role may not change it."""


class SchemaUnknown(Exception):
    """A store was made by a version whose history is not this one's: from before the baseline, or newer."""


class StoreAway(Exception):
    """A store's server does not answer, or its file cannot be opened or written just now."""


# What SQLite says of a disk or of others, not of our statements.
SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


def is_crossed(error: BaseException | None) -> bool:
    """Whether a change of rights elsewhere came between us and PostgreSQL's catalogues: nothing was changed, try again.

    The server has no state of its own for it: it says XX000, as for real faults, and this sentence.
    """
    return getattr(error, "sqlstate", None) == "XX000" and "concurrently updated" in str(error)


@contextmanager
def noticing_away(name: StoreName | str) -> Generator[None]:
    """Raises `StoreAway` for what passes once the store's server or disk is well again; all else is left as it is."""
    try:
        yield
    except OperationalError as error:
        cause = error.orig
        if isinstance(cause, sqlite3.Error) and cause.sqlite_errorcode & 0xFF not in SQLITE_AWAY:
            raise
        raise StoreAway(name) from error
    except OSError as error:
        raise StoreAway(name) from error
