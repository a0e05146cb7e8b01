"""Leaving no trace of what was deleted: neither in free pages nor in a write-ahead log."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, MetaData, Table, inspect, text
from sqlalchemy.exc import DBAPIError

from portal.stores.engines import Store
from portal.stores.rewriting import is_busy, rewrite_tables, together

# Above this a SQLite store is not rewritten: writers would wait for too long, and it is read into memory.
REWRITE_LIMIT = 64 * 1024 * 1024
PATIENCE_MS = 250
LOCK_PATIENCE_MS = 500


def scrub(store: Store, table: str) -> None:
    """After rows of one table were deleted, as often as one likes: the log is emptied, free rows are reclaimed."""
    if store.embedded:
        # Deleted content was overwritten already (secure_delete); the log still has the old pages.
        _alone(store.engine, "PRAGMA wal_checkpoint(TRUNCATE)")
        return
    if _may_vacuum(store):
        _alone(store.engine, f"VACUUM {table}")
    else:
        _rewrite_small(store, {table})


def scrub_whole(store: Store, *, full: bool = False) -> bool:
    """Rewrites a store without what was deleted; False when somebody was in the way and it must be tried again.

    SQLite: pages that cells were moved between may keep copies, so the file is rewritten as well.
    PostgreSQL: `full` rewrites each table into a new file, for a small store whose rows are keys. A role that may
    not vacuum has small tables rewritten; large ones are, with all others, at the turn of the day (`arrival_order`).
    """
    if not store.embedded and not _may_vacuum(store):
        return _rewrite_small(store)
    try:
        return _rewrite_file(store) if store.embedded else _vacuum(store, "VACUUM FULL" if full else "VACUUM")
    except (sqlite3.OperationalError, psycopg.OperationalError):
        return False


def _may_vacuum(store: Store) -> bool:
    """Whether our role owns the tables, or has been given their upkeep; PostgreSQL would only warn."""
    owned = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'alembic_version'::regclass")
    with store.read() as connection:
        return bool(connection.scalar(owned))


def _rewrite_small(store: Store, chosen: Collection[str] = ()) -> bool:
    """Rewrites the chosen tables, or all, that nobody waits long for; False when somebody was in the way."""
    metadata = MetaData()
    metadata.reflect(store.engine, only=list(chosen) or None)
    groups = [group for group in together(metadata) if group[0].name != "alembic_version"]
    return all(_bytes_of(store, group) > REWRITE_LIMIT or _rewritten(store, group) for group in groups)


def _rewritten(store: Store, group: list[Table]) -> bool:
    try:
        rewrite_tables(store, group)
    except DBAPIError as error:
        if not is_busy(error):
            raise
        return False
    return True


def _bytes_of(store: Store, group: list[Table]) -> int:
    query = text("SELECT sum(pg_table_size(name::regclass)) FROM unnest(CAST(:names AS text[])) AS name")
    with store.read() as connection:
        return int(connection.scalar(query, {"names": [table.name for table in group]}) or 0)


def _vacuum(store: Store, how: str) -> bool:
    for name in inspect(store.engine).get_table_names():
        _alone(store.engine, f"{how} {name}")
    return True


def _rewrite_file(store: Store) -> bool:
    # While somebody reads, a backup say, a rewrite would only make the log longer.
    if not _log_emptied(store.engine):
        return False
    if _size(store.engine) <= REWRITE_LIMIT:
        _alone(store.engine, "VACUUM")
    return _log_emptied(store.engine)


def _log_emptied(engine: Engine) -> bool:
    busy, _, _ = _alone(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    return busy == 0


def _size(engine: Engine) -> int:
    file = engine.url.database
    return Path(file).stat().st_size if file else 0


def _alone(engine: Engine, statement: str) -> Any:
    """Runs a statement outside of any transaction, on a connection of its own; gives its first row, if any."""
    raw = engine.raw_connection()
    driver: Any = raw.driver_connection
    raw.detach()
    try:
        if engine.dialect.name == "postgresql":
            driver.autocommit = True
            # Anyone who waits for a table alone holds up everybody behind.
            driver.execute(f"SET lock_timeout = {LOCK_PATIENCE_MS}")
        else:
            # Emptying the log holds up writers for as long as it waits for readers.
            driver.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        cursor = driver.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        cursor.close()
        return row
    finally:
        driver.close()
