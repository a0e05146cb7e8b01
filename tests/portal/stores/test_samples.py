"""PostgreSQL's own statistics, which outlive rows and tell which of them were there when, hold no id and no text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text

from portal.mailroom.tables import ORPHANS, OUTBOX_IDENTITY
from portal.settings import Settings, StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_stores
from tests.support.offices.edge import settings_for
from tests.support.servers.postgres import Postgres
from tests.support.servers.s3 import S3
from tests.support.stores.backends import scaled_stores

ROWS = 300
DAY = date(2026, 1, 1)
COUNTABLE = {"boolean", "bigint", "date", "integer", "smallint", "character varying"}
# Every column of the product and of which PostgreSQL would take samples.
WOULD_SAMPLE = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL)
FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget <> 0
"""
SAMPLED = "SELECT tablename, attname FROM pg_stats WHERE schemaname = current_schema() ORDER BY 1, 2"


@pytest.fixture
def settings(postgres: Postgres, s3: S3, tmp_path: Path) -> Iterator[Settings]:
    """An installation on PostgreSQL with the newest schema."""
    with scaled_stores(postgres, s3) as stores:
        settings = settings_for(stores, tmp_path)
        upgrade_stores(settings)
        yield settings


def _opened(settings: Settings, name: StoreName) -> Iterator[Connection]:
    store: Store = open_store(settings, name)
    with store.write() as tx:
        yield tx
    store.engine.dispose()


def _sampled(settings: Settings) -> list[tuple[str, str]]:
    """What the mailroom's statistics hold once they were taken again."""
    (found,) = [
        [(row[0], row[1]) for row in tx.execute(text(SAMPLED))]
        for tx in _opened(settings, StoreName.MAILROOM)
        if tx.execute(text("ANALYZE orphans, outbox_identity"))
    ]
    return found


def test_no_column_of_any_store_is_sampled_but_numbers_days_and_codes(settings: Settings) -> None:
    """In every store all ids, hashes, free text, ciphertext and names of objects are left out."""
    sampled = 0
    for name in StoreName:
        for tx in _opened(settings, name):
            found = {(row[0], row[1]): row[2] for row in tx.execute(text(WOULD_SAMPLE))}
        assert {place: kind for place, kind in found.items() if kind not in COUNTABLE} == {}, name
        assert [place for place in found if place[1] == "place"] == []
        sampled += len(found)
    assert sampled > len(StoreName)


def test_samples_that_were_taken_go_with_the_next_start(settings: Settings) -> None:
    """An older installation loses them, with the rows still there or gone."""
    for tx in _opened(settings, StoreName.MAILROOM):
        for place, column in (("outbox_identity", "key"), ("orphans", "place")):
            tx.execute(text(f"ALTER TABLE {place} ALTER COLUMN {column} SET STATISTICS -1"))
        blank = {"packet": b"?", "content_hash": b"?", "withdrawal_mark": b"?"}
        tx.execute(insert(OUTBOX_IDENTITY), [{"key": os.urandom(16), **blank} for _ in range(ROWS)])
        tx.execute(insert(ORPHANS), [{"place": os.urandom(16).hex(), "day": DAY} for _ in range(ROWS)])
    kept = _sampled(settings)
    ids = {("orphans", "place"), ("outbox_identity", "key")}
    assert kept == [("orphans", "day"), ("orphans", "place"), ("outbox_identity", "key"), ("outbox_identity", "leaves")]
    for tx in _opened(settings, StoreName.MAILROOM):
        tx.execute(text("TRUNCATE outbox_identity"))
    assert _sampled(settings) == kept
    upgrade_stores(settings)
    assert _sampled(settings) == [one for one in kept if one not in ids]
