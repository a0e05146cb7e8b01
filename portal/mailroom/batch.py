"""The batch: what members fetch to look for grants; the same for all, and unchanged for thirty days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select

from portal.mailroom.context import Mailroom
from portal.mailroom.erasure import unwrapped
from portal.mailroom.pg_functions import call
from portal.mailroom.tables import BATCH, BATCH_KEYS, SLOTS

BATCH_DAYS: Final = 30
PACKETS_A_SLOT: Final = 2
"""What a slot takes until reports have waited for a day."""


@dataclass(frozen=True)
class BatchEntry:
    """One packet under a random id that says nothing."""

    packet_id: bytes
    packet: bytes = field(repr=False)


def oldest_day(today: date) -> date:
    """The oldest day of the batch: whatever appeared on it has been there for less than 31 days."""
    return today - timedelta(days=BATCH_DAYS)


def batch_ids(mailroom: Mailroom, entities: Sequence[str], today: date) -> dict[date, list[bytes]]:
    """The ids of all packets by their days, the newest first; those of a day in their own order, which says nothing."""
    query = (
        select(BATCH.c.day, BATCH.c.packet_id)
        .where(BATCH.c.entity.in_(entities), BATCH.c.day >= oldest_day(today))
        .order_by(BATCH.c.day.desc(), BATCH.c.packet_id)
    )
    found: dict[date, list[bytes]] = {}
    with mailroom.store.read() as connection:
        for row in connection.execute(query):
            found.setdefault(row.day, []).append(bytes(row.packet_id))
    return found


def batch_entries(
    mailroom: Mailroom, entities: Sequence[str], day: date, wanted: Collection[bytes] | None = None
) -> list[BatchEntry]:
    """The packets of a day, or those of them that are wanted, in the order of their ids."""
    query = select(BATCH.c.packet_id, BATCH.c.sealed).where(BATCH.c.entity.in_(entities), BATCH.c.day == day)
    if wanted is not None:
        query = query.where(BATCH.c.packet_id.in_(list(wanted)))
    with mailroom.store.read() as connection:
        erasure_id = connection.scalar(select(BATCH_KEYS.c.erasure_id).where(BATCH_KEYS.c.day == day))
        rows = connection.execute(query.order_by(BATCH.c.packet_id)).all()
    key = None if erasure_id is None else mailroom.erasure.find_one(bytes(erasure_id))
    if key is None:
        return []
    opened = [(bytes(row.packet_id), unwrapped(key, bytes(row.sealed))) for row in rows]
    return [BatchEntry(number, packet) for number, packet in opened if packet is not None]


def slot_numbers(mailroom: Mailroom) -> dict[str, int]:
    """How many packets a slot takes, for each entity that has had one; a public number."""
    with mailroom.store.read() as connection:
        if mailroom.store.embedded:
            rows = connection.execute(select(SLOTS.c.entity, SLOTS.c.packets)).all()
        else:
            rows = call(connection, "slot_numbers").all()
    return {row.entity: row.packets for row in rows}


def expire_old_days(mailroom: Mailroom, today: date) -> int:
    """Destroys the key of each day that no batch shows any more, with its packets; gives the number of days.

    A case keeps its own copy of its grant for as long as there is the case.
    """
    with mailroom.store.read() as connection:
        over = connection.execute(select(BATCH_KEYS).where(BATCH_KEYS.c.day < oldest_day(today))).all()
    if over:
        # Before the rows go: anyone who is killed in between leaves noise, and does it again.
        mailroom.erasure.destroy(bytes(row.erasure_id) for row in over)
    for row in over:
        with mailroom.store.write() as tx:
            tx.execute(delete(BATCH).where(BATCH.c.day == row.day))
            tx.execute(delete(BATCH_KEYS).where(BATCH_KEYS.c.day == row.day))
    return len(over)
