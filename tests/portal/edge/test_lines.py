"""Lines to the database: one that the server has closed is replaced before anybody meets it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from portal.settings import StoreName
from portal.stores.engines import Store, open_engine
from tests.support.servers.postgres import Postgres


@pytest.fixture
def store(postgres: Postgres) -> Iterator[Store]:
    """A store on an empty PostgreSQL database."""
    database = postgres.create("lines")
    opened = Store(StoreName.MAILROOM, open_engine(postgres.url(database)))
    yield opened
    opened.engine.dispose()
    postgres.drop(database)


def test_a_line_that_the_server_closed_is_not_used_again(store: Store, postgres: Postgres) -> None:
    """After the server has ended every session, the next read and the next transaction go through at once."""
    for transaction in (store.read, store.write):
        with transaction() as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        # With a time limit the server answers only when the sessions are gone.
        postgres.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname LIKE 'lines%'")
        with transaction() as connection:
            assert connection.scalar(text("SELECT 1")) == 1


def test_a_line_is_used_again_without_being_asked(store: Store) -> None:
    """Two transactions in a row share one session of the server, and nothing but their own words goes over it."""
    seen: set[int] = set()
    for transaction in (store.read, store.write, store.read):
        with transaction() as connection:
            seen.add(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
    assert len(seen) == 1
