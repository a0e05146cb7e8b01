"""Snapshots: each store as it is at one moment while others write, and mailroom and cases at the same one."""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, func, inspect, select

from casework.event_store.store import CASES, OUTBOX_ITEMS
from portal.backup.errors import NoQuietMoment
from portal.settings import StoreName
from portal.stores.engines import Store

TRIES = 50
# What was carried lies twice rather than nowhere: the store that things leave is looked at first,
# and the erasure store after the mailboxes whose keys it holds. The deletion list comes last.
ORDER = (
    StoreName.MAILROOM,
    StoreName.CASES,
    StoreName.ACCOUNTS,
    StoreName.ERASURE,
    StoreName.IDENTITY,
    StoreName.WATCH,
    StoreName.DELETIONS,
    StoreName.LEDGER,
)


@contextmanager
def snapshot(store: Store) -> Generator[Connection]:
    """A connection that sees the store as it is now, whatever is written meanwhile; it holds up nobody."""
    if store.embedded:
        with store.read() as connection:
            # SQLite takes its snapshot with the first look at the file.
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            yield connection
        return
    names = inspect(store.engine).get_table_names()
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            # A table that somebody empties to write it again would look empty to us: it waits for us instead.
            if names:
                connection.exec_driver_sql(f"LOCK TABLE {', '.join(names)} IN ACCESS SHARE MODE")
            connection.exec_driver_sql("SELECT 1")
            yield connection


@contextmanager
def consistent_snapshots(
    stores: Mapping[StoreName, Store], names: Collection[StoreName]
) -> Generator[dict[StoreName, Connection]]:
    """Snapshots of the named stores; raises `NoQuietMoment`.

    Reports go from the mailroom to the cases, and answers back: only if no answer was on its way
    between the two looks does what one has let go lie in the other.
    """
    with ExitStack() as stack:
        found: dict[StoreName, Connection] = {}
        if {StoreName.MAILROOM, StoreName.CASES} <= set(names):
            found = _together(stack, stores)
        for name in ORDER:
            if name in names and name not in found:
                found[name] = stack.enter_context(snapshot(stores[name]))
        yield found


def _together(stack: ExitStack, stores: Mapping[StoreName, Store]) -> dict[StoreName, Connection]:
    for _ in range(TRIES):
        with stores[StoreName.CASES].read() as connection:
            before = _answers(connection)
        with ExitStack() as attempt:
            mailroom = attempt.enter_context(snapshot(stores[StoreName.MAILROOM]))
            cases = attempt.enter_context(snapshot(stores[StoreName.CASES]))
            if _answers(cases) == before:
                stack.enter_context(attempt.pop_all())
                return {StoreName.MAILROOM: mailroom, StoreName.CASES: cases}
    raise NoQuietMoment("Staff were answering cases at every moment: run the backup again.")


def _answers(connection: Connection) -> tuple[object, ...]:
    """What every answer and every delivery of one changes."""
    sums = select(*(func.sum(CASES.c[name]) for name in ("to_reporter", "office_only", "epoch")))
    waiting = select(OUTBOX_ITEMS.c.event_hash).order_by(OUTBOX_ITEMS.c.event_hash)
    return (*connection.execute(sums).one(), *(bytes(row) for row in connection.scalars(waiting)))
