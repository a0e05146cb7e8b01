"""Objects without a row: of a deleted case, or of an upload that was killed between object and row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from sqlalchemy import Connection, delete, select

from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.tables import BLOB_PARTS, ORPHANS

AT_ONCE = 500
# An upload's object is there before its row: a request lives for minutes, so a second look a day later decides.
WAIT_DAYS = 2


def schedule_removal(tx: Connection, places: Iterable[str], day: date) -> None:
    """Writes down that these objects may be removed from `day` on; durable with the caller's transaction."""
    for place in places:
        row: dict[str, object] = {"place": place, "day": day}
        insert_new(tx, ORPHANS, row)


def find_orphans(mailroom: Mailroom, today: date) -> int:
    """Looks through every object and writes down those that no row names; gives their number."""
    found = 0
    names = mailroom.blobs.places()
    while batch := list(islice(names, AT_ONCE)):
        with mailroom.store.write() as tx:
            strays = sorted(set(batch) - _named(tx, batch))
            schedule_removal(tx, strays, today + timedelta(days=WAIT_DAYS))
        found += len(strays)
    return found


def remove_orphans(mailroom: Mailroom, today: date) -> int:
    """Removes the objects whose day has come, unless a row names them by now; gives the number removed."""
    removed = 0
    for batch in _due(mailroom, today):
        with mailroom.store.read() as connection:
            named = _named(connection, batch)
        for place in batch:
            if place not in named:
                mailroom.blobs.remove(place)
                removed += 1
        with mailroom.store.write() as tx:
            tx.execute(delete(ORPHANS).where(ORPHANS.c.place.in_(batch)))
    return removed


def _due(mailroom: Mailroom, today: date) -> Iterator[list[str]]:
    query = select(ORPHANS.c.place).where(ORPHANS.c.day <= today).order_by(ORPHANS.c.place).limit(AT_ONCE)
    while True:
        with mailroom.store.read() as connection:
            batch = list(connection.scalars(query))
        if not batch:
            return
        yield batch


def _named(connection: Connection, places: Iterable[str]) -> set[str]:
    query = select(BLOB_PARTS.c.place).where(BLOB_PARTS.c.place.in_(list(places)))
    return set(connection.scalars(query))
