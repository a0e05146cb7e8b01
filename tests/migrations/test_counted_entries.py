"""From when on HR's records count: entries of an older release count from the month in which they were made."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from sqlalchemy import insert, select

from portal.settings import StoreName
from portal.stores.engines import open_store
from portal.stores.schemas import move_schema, upgrade_store
from retaliation_watch.store import ENTRIES
from tests.support.edge import settings_for
from tests.support.stores import Stores

STARTS = (date(2026, 12, 1), date(2027, 1, 1))


def entry(start: date) -> dict[str, object]:
    """An entry as older code writes it."""
    row: dict[str, object] = {name: os.urandom(size) for name, size in (("entry_id", 16), ("person", 32))}
    return row | {"handle_mark": os.urandom(32), "link": bytes(7356), "start": start, "until": date(2029, 1, 1)}


def test_an_older_entry_counts_from_its_month_and_letters_keep_their_day(stores: Stores, tmp_path: Path) -> None:
    """One that began with December was made in November, and counts from there; the day of letters is as it was."""
    store = open_store(settings_for(stores, tmp_path), StoreName.WATCH)
    upgrade_store(store)
    with store.write() as tx:
        tx.execute(insert(ENTRIES), [entry(date(2026, 9, 1)) | {"counted": date(2026, 7, 1)}])
        move_schema(tx, store.name, "0008", back=True)
        tx.execute(insert(ENTRIES), [entry(start) for start in STARTS])
        move_schema(tx, store.name, "head")
        found = {(row.start, row.counted) for row in tx.execute(select(ENTRIES.c.start, ENTRIES.c.counted))}
    assert found == {(date(2026, 9, 1), date(2026, 7, 1)), *zip(STARTS, (date(2026, 11, 1), STARTS[0]), strict=True)}
    store.engine.dispose()
