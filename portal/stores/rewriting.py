"""Rewrites a store in the order of its keys: its files then say nothing of the order in which rows came."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from portal.stores.engines import BUSY_SECONDS, Store, is_crossed

# While we wait for a table nobody else gets at it: rather try again in a second.
PATIENCE_MS: Final = 500
NOT_NOW: Final = frozenset({"55P03", "40P01"})
# Up to here a store is rebuilt in memory, beyond it in a temporary file.
IN_MEMORY: Final = 64 * 1024 * 1024
FORGET_TIMES: Final = (
    "SELECT pg_stat_reset_single_table_counters(oid) FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')"
)
FORGET_LOG: Final = ("SELECT pg_switch_wal()", "CHECKPOINT")
# Settings of PostgreSQL that keep what no rewriting reaches: an archive, the time of every row, segments for reuse.
RETAINING: Final = ("archive_mode", "track_commit_timestamp", "wal_recycle")


def rewrite(store: Store, metadata: MetaData) -> bool:
    """Rewrites every table; False when others were in the way, and then nothing was changed for the worse.

    A kill at any moment leaves the store as it was before or after, never in between. On SQLite
    writers wait until all is done, readers never; on PostgreSQL each table is closed meanwhile.
    """
    try:
        if store.embedded:
            return _rebuild(store)
        for group in together(metadata):
            rewrite_tables(store, group)
    except (DBAPIError, sqlite3.OperationalError) as error:
        if is_busy(error):
            return False
        raise
    return True


def size_of(store: Store) -> int:
    """The store's size in bytes."""
    with store.read() as connection:
        if store.embedded:
            pages, page = (connection.exec_driver_sql(f"PRAGMA page_{what}").scalar_one() for what in ("count", "size"))
            return pages * page
        return connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()


def forget_logs(stores: Sequence[Store]) -> bool:
    """Makes PostgreSQL drop its log of the past and its times of use; False if it keeps them or our role may not.

    On SQLite the log went with the rewriting.
    """
    servers = {(store.engine.url.host, store.engine.url.port): store for store in stores if not store.embedded}
    alone = [(store, FORGET_TIMES) for store in stores if not store.embedded]
    alone += [(store, statement) for store in servers.values() for statement in FORGET_LOG]
    allowed = [_may(store, statement) for store, statement in alone]
    return all(allowed) and not any(settings_that_keep(store) for store in servers.values())


def settings_that_keep(store: Store) -> list[str]:
    """Which of RETAINING are not off on the store's server; on SQLite there are none."""
    if store.embedded:
        return []
    query = text("SELECT name FROM pg_settings WHERE name = ANY(:names) AND setting <> 'off' ORDER BY name")
    with store.read() as connection:
        return list(connection.scalars(query, {"names": list(RETAINING)}))


def _may(store: Store, statement: str) -> bool:
    with store.engine.connect() as connection:
        try:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(statement)
        except (ProgrammingError, OperationalError):
            return False
    return True


def _rebuild(store: Store) -> bool:
    """VACUUM copies tables and indexes in the order of their keys; then the log of old pages goes."""
    with closing(store.engine.raw_connection()) as pooled:
        raw = pooled.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101  # what `open_engine` opens for SQLite
        # While somebody reads an older state, a backup say, a copy would only make the log longer.
        raw.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if busy:
            return False
        (pages,), (page,) = (raw.execute(f"PRAGMA page_{what}").fetchone() for what in ("count", "size"))
        raw.execute(f"PRAGMA temp_store = {'MEMORY' if pages * page <= IN_MEMORY else 'FILE'}")
        raw.execute("VACUUM")
        raw.execute("PRAGMA temp_store = MEMORY")
        (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        files = [row[2] for row in raw.execute("PRAGMA database_list") if row[1] == "main"]
    for name in files:
        _touch(Path(name))
    return busy == 0


def _touch(database: Path) -> None:
    """The files' own times say when this was; a mapped file would keep an older one."""
    for file in (database, *(database.with_name(f"{database.name}-{more}") for more in ("wal", "shm"))):
        if file.exists():
            os.utime(file)


def together(metadata: MetaData) -> list[list[Table]]:
    """Tables that refer to each other can be emptied only together; each other one goes alone."""
    tables = metadata.sorted_tables
    linked = [table for table in tables if table.foreign_keys or any(_refers(other, table) for other in tables)]
    return [*([linked] if linked else []), *([table] for table in tables if table not in linked)]


def _refers(one: Table, other: Table) -> bool:
    return any(key.column.table is other for key in one.foreign_keys)


def rewrite_tables(store: Store, tables: Sequence[Table]) -> None:
    """On PostgreSQL: all rows get one transaction's number, new places and new files, and the old files are removed.

    A function of the store's owner does it, since no other role may empty a table.
    """
    with store.write() as tx:
        tx.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
        _ask(tx, [table.name for table in tables])


def _ask(tx: Connection, names: list[str]) -> None:
    tx.execute(text("SELECT rewrite_tables(:names)"), {"names": names})


def is_busy(error: Exception) -> bool:
    """Whether somebody was in the way: try again in a second."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(cause, "sqlstate", None) in NOT_NOW or is_crossed(cause)
