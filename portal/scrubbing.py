"""Leaving no trace of what was deleted: neither in free pages nor in a write-ahead log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect

from portal.stores import Store

# Above this a SQLite store is not rewritten: writers would wait for too long, and it is read into memory.
REWRITE_LIMIT = 64 * 1024 * 1024


def scrub(store: Store, table: str) -> None:
    """After rows of one table were deleted, as often as one likes: the log is emptied, free rows are reclaimed."""
    if store.embedded:
        # Deleted content was overwritten already (secure_delete); the log still has the old pages.
        _alone(store.engine, "PRAGMA wal_checkpoint(TRUNCATE)")
        return
    _alone(store.engine, f"VACUUM {table}")


def scrub_whole(store: Store, *, full: bool = False) -> bool:
    """Rewrites a store without what was deleted; False when somebody was reading and it must be tried again.

    SQLite: pages that cells were moved between may keep copies, so the file is rewritten as well.
    PostgreSQL: `full` rewrites each table into a new file, for a small store whose rows are keys.
    """
    if not store.embedded:
        for name in inspect(store.engine).get_table_names():
            _alone(store.engine, f"VACUUM {'FULL ' if full else ''}{name}")
        return True
    if _size(store.engine) <= REWRITE_LIMIT:
        _alone(store.engine, "VACUUM")
    busy, _, _ = _alone(store.engine, "PRAGMA wal_checkpoint(TRUNCATE)")
    return busy == 0


def _size(engine: Engine) -> int:
    file = engine.url.database
    return Path(file).stat().st_size if file else 0


def _alone(engine: Engine, statement: str) -> Any:
    """Runs a statement outside of any transaction; gives its first row, if it has one."""
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        before = getattr(driver, "autocommit", None)
        if engine.dialect.name == "postgresql":
            driver.autocommit = True
        cursor = driver.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        cursor.close()
        if engine.dialect.name == "postgresql":
            driver.autocommit = before
        return row
    finally:
        raw.close()
