"""Every store's history ends exactly at the tables that the code uses."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect

from casework.event_store import store as cases
from portal.accounts import tables as accounts
from portal.deletion import deletion_list as deletions
from portal.identity import store as identity
from portal.mailroom import erasure
from portal.mailroom import tables as mailroom
from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.stores.schemas import upgrade_stores
from portal.transparency_log import tables as ledger
from retaliation_watch import store as watch
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

METADATA: dict[StoreName, MetaData] = {
    StoreName.MAILROOM: mailroom.METADATA,
    StoreName.ERASURE: erasure.METADATA,
    StoreName.CASES: cases.METADATA,
    StoreName.ACCOUNTS: accounts.METADATA,
    StoreName.IDENTITY: identity.METADATA,
    StoreName.WATCH: watch.METADATA,
    StoreName.DELETIONS: deletions.METADATA,
    StoreName.LEDGER: ledger.METADATA,
}


def test_the_history_makes_the_tables_of_the_code(empty_stores: Stores, tmp_path: Path) -> None:
    """After all steps of its history each store has the code's tables and columns; a second run does nothing."""
    settings = settings_for(empty_stores, tmp_path)
    first, second = upgrade_stores(settings), upgrade_stores(settings)
    assert first == second
    assert set(first) == set(METADATA) == set(StoreName)
    for name, metadata in METADATA.items():
        assert first[name] is not None
        store = open_store(settings, name)
        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == [], name
        store.engine.dispose()


def test_rows_have_no_order_on_sqlite(tmp_path: Path) -> None:
    """No table of any store has a hidden row number on SQLite."""
    from tests.support.stores.backends import embedded_stores

    settings = settings_for(embedded_stores(tmp_path), tmp_path)
    upgrade_stores(settings)
    for name in StoreName:
        store = open_store(settings, name)
        with store.engine.connect() as connection:
            for table in inspect(connection).get_table_names():
                (text,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).one()
                assert "WITHOUT ROWID" in text or table == "alembic_version"
        store.engine.dispose()


def test_no_row_of_a_reporter_has_a_time() -> None:
    """No column of these stores is a time of day: dates, and seconds only for leases and dummies."""
    import sqlalchemy as sa

    for metadata in (mailroom.METADATA, identity.METADATA, watch.METADATA, erasure.METADATA, deletions.METADATA):
        for table in metadata.tables.values():
            kinds = {column.name: type(column.type) for column in table.columns}
            assert not {sa.DateTime, sa.Time, sa.TIMESTAMP} & set(kinds.values()), table.name
            assert not [name for name in kinds if name.endswith(("_at", "time"))]


def test_sqlite_is_durable(tmp_path: Path) -> None:
    """An embedded store runs in WAL mode with full synchronisation, waits for others and overwrites what it deletes."""
    from tests.support.stores.backends import embedded_stores

    store = open_store(settings_for(embedded_stores(tmp_path), tmp_path), StoreName.MAILROOM)
    with store.engine.connect() as connection:
        names = ("journal_mode", "synchronous", "busy_timeout", "secure_delete")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    store.engine.dispose()
    assert values == ["wal", 2, 20000, 1]


def test_nothing_joins_identity_or_watch_with_anything() -> None:
    """Neither store refers to another, nor has a column that any other store has, but for what packets are kept by."""
    apart = {StoreName.IDENTITY, StoreName.WATCH}
    elsewhere = {
        column.name
        for name, metadata in METADATA.items()
        if name not in apart
        for table in metadata.tables.values()
        for column in table.columns
    }
    # Sealed bytes, a word of deletions, and the last day of an invitation: none holds what the other holds.
    shared = {"expires", "packet", "reason"}
    # Words of HR's records and of what the office does itself, in tables that no reporter's act writes.
    words = {"entity", "day", "month", "seen", "grade", "ended", "content", "kind", "after", "key", "state", "code"}
    words |= {"due", "level", "reason", "fact"}
    caused = {"packets", "entries"}
    for name in apart:
        for table in METADATA[name].tables.values():
            assert not table.foreign_keys
            own = name is StoreName.WATCH and table.name not in caused
            assert {column.name for column in table.columns} & elsewhere <= (words if own else shared), table.name
            # What rows are found by is no column of another store at all.
            keyed = {column.name for column in table.primary_key}
            keyed |= {column.name for index in table.indexes for column in index.columns}
            assert keyed & elsewhere <= ({"entity", "month", "content", "version", "kind"} if own else set()), (
                table.name
            )


def test_nothing_is_in_the_stores_apart_but_their_tables(tmp_path: Path) -> None:
    """As they lie there: no index beyond those of the code, no view, no trigger, and no store attached to another."""
    from tests.support.stores.backends import embedded_stores

    settings = settings_for(embedded_stores(tmp_path), tmp_path)
    upgrade_stores(settings)
    for name in StoreName:
        store = open_store(settings, name)
        with store.engine.connect() as connection:
            kinds = dict(connection.exec_driver_sql("SELECT name, type FROM sqlite_master").all())
            attached = [row[1] for row in connection.exec_driver_sql("PRAGMA database_list").all()]
        store.engine.dispose()
        assert attached == ["main"], name
        assert set(kinds.values()) <= {"table", "index"}, name
        made = {str(index.name) for table in METADATA[name].tables.values() for index in table.indexes}
        found = {one for one, kind in kinds.items() if kind == "index" and not one.startswith("sqlite_autoindex")}
        assert found == made, name
        if name in (StoreName.IDENTITY, StoreName.WATCH):
            assert {one for one, kind in kinds.items() if kind == "table"} == {
                *METADATA[name].tables,
                "alembic_version",
            }
