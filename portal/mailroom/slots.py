"""Slots: at each full hour the same number of packets appears in an entity's batch, whatever happened.

A slot takes packets that wait, drawn at random, and dummies for the rest. So the number at any moment follows from
the clock alone, and anyone who only looks learns nothing. Two things show, and both are public: an urgent report opens
a slot of its own at once, and where something waited for a day a slot takes twice as many from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Row, func, insert, select, update

from crypto.case.grant import PACKET_SIZES, seal_dummy_grant
from crypto.sealing.erasure import wrap_erasable
from portal.mailroom.batch import BATCH_DAYS, PACKETS_A_SLOT
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.erasure import unwrapped
from portal.mailroom.tables import BATCH, BATCH_KEYS, GRANTS, MAILBOXES, SLOTS

SECONDS: Final = 3600
HOURS_A_DAY: Final = 24
HOURS_AT_ONCE: Final = 6
"""Missed hours are filled together, so many in one transaction."""
MOST_MISSED: Final = BATCH_DAYS * HOURS_A_DAY
MOST_PACKETS: Final = 64
MAX_WAIT: Final = timedelta(days=1)
"""What has waited for longer makes slots twice as large; `BATCH_DAYS` later they are halved, whatever waits then."""
_WRAP_BYTES: Final = 40
_BUCKETS: Final = {size + _WRAP_BYTES: bucket for bucket, size in PACKET_SIZES.items()}


@dataclass(frozen=True)
class WaitingPacket:
    """A packet that was in no slot yet: its row, the day on which it came, its bucket."""

    grant_id: bytes = field(repr=False)
    day: date
    bucket: int


@dataclass(frozen=True)
class _Fill:
    """What one transaction puts into an entity's batch: so many packets of each bucket."""

    entity: str
    before: Row[tuple[object, ...]]
    after: Mapping[str, object]
    numbers: Mapping[int, int]
    drawn: Sequence[WaitingPacket] = field(repr=False)


def fill_slots(mailroom: Mailroom, buckets: Mapping[str, int], now: datetime) -> int:
    """Fills every entity's slots up to the last full hour; gives the number of packets that appeared.

    `buckets` are the entities of the directory. May be killed at any moment, and run by many workers at once.
    """
    here = now.astimezone(UTC)
    return sum(_fill_due(mailroom, entity, bucket, here) for entity, bucket in buckets.items())


def open_urgent_slots(mailroom: Mailroom, now: datetime, *, everything: bool = False) -> int:
    """Opens a slot of its own for each urgent report that waits: one real packet, one dummy; gives their number.

    With `everything`, as a demo has it, for whatever waits.
    """
    waits = GRANTS.c.waits
    if not everything:
        urgent = select(MAILBOXES.c.case_id).where(MAILBOXES.c.case_id == GRANTS.c.case_id, MAILBOXES.c.urgent)
        waits = waits & (GRANTS.c.epoch == 0) & urgent.exists()
    query = select(GRANTS.c.grant_id, GRANTS.c.entity, func.length(GRANTS.c.sealed).label("size")).where(waits)
    with mailroom.store.read() as connection:
        rows = connection.execute(query).all()
    today = now.astimezone(UTC).date()
    whole = [row for row in rows if row.size in _BUCKETS]
    return sum(_open_urgent_slot(mailroom, bytes(row.grant_id), row.entity, _BUCKETS[row.size], today) for row in whole)


def _open_urgent_slot(mailroom: Mailroom, grant_id: bytes, entity: str, bucket: int, today: date) -> int:
    key = _day_key(mailroom, today)
    dummy = seal_dummy_grant(bucket, mailroom.rng)
    with mailroom.store.write() as tx:
        real = _take_waiting(mailroom, tx, [grant_id])
        # Anyone who takes it out of its waiting places it: two workers never do it twice.
        packets = [*real, dummy] if real else []
        _insert_packets(mailroom, tx, entity, today, key, packets)
    return len(packets)


def _fill_due(mailroom: Mailroom, entity: str, bucket: int, now: datetime) -> int:
    hour, today = int(now.timestamp()) // SECONDS, now.date()
    with mailroom.store.read() as connection:
        before = connection.execute(select(SLOTS).where(SLOTS.c.entity == entity)).one_or_none()
    if before is None:
        row: dict[str, object] = {
            "entity": entity, "hour": hour, "packets": PACKETS_A_SLOT, "bucket": bucket, "day": today,
        }  # fmt: skip
        with mailroom.store.write() as tx:
            insert_new(tx, SLOTS, row)
        return 0
    if before.hour >= hour:
        return 0
    return _fill(mailroom, _plan(mailroom, before, bucket, hour, today), today)


def _plan(mailroom: Mailroom, before: Row[tuple[object, ...]], bucket: int, hour: int, today: date) -> _Fill:
    start = max(before.hour, hour - MOST_MISSED)
    end = min(start + HOURS_AT_ONCE, hour)
    waiting = waiting_packets(mailroom, before.entity)
    numbers = {bucket: (end - start) * before.packets}
    # A directory gave the entity another size: in the former one a whole day's packets appear, however few waited.
    numbers |= dict.fromkeys({before.bucket, *(one.bucket for one in waiting)} - {bucket}, HOURS_A_DAY * before.packets)
    drawn = [one for size, number in numbers.items() for one in draw_random(mailroom, waiting, size, number)]
    placed = {one.grant_id for one in drawn}
    left = [one.day for one in waiting if one.grant_id not in placed]
    after = {"hour": end, "bucket": bucket, **_next_size(before, left, today)}
    return _Fill(before.entity, before, after, numbers, drawn)


def _next_size(before: Row[tuple[object, ...]], left: Sequence[date], today: date) -> dict[str, object]:
    """How many packets the next slots take: twice as many once something waited, half as many after thirty days."""
    if before.packets < MOST_PACKETS and any(day < today - MAX_WAIT for day in left):
        return {"packets": before.packets * 2, "day": today}
    if before.packets > PACKETS_A_SLOT and today - before.day >= timedelta(days=BATCH_DAYS):
        return {"packets": before.packets // 2, "day": today}
    return {}


def waiting_packets(mailroom: Mailroom, entity: str) -> list[WaitingPacket]:
    """All that wait for a slot of an entity."""
    size = func.length(GRANTS.c.sealed).label("size")
    query = select(GRANTS.c.grant_id, GRANTS.c.day, size).where(GRANTS.c.waits, GRANTS.c.entity == entity)
    with mailroom.store.read() as connection:
        rows = connection.execute(query).all()
    # A row that was damaged must not hold up the others.
    return [WaitingPacket(bytes(row.grant_id), row.day, _BUCKETS[row.size]) for row in rows if row.size in _BUCKETS]


def draw_random(mailroom: Mailroom, waiting: Sequence[WaitingPacket], bucket: int, number: int) -> list[WaitingPacket]:
    """As many as a slot takes, at random: the order reveals nothing about arrival."""
    fitting = [one for one in waiting if one.bucket == bucket]
    return sorted(fitting, key=lambda _one: mailroom.rng(16))[:number]


def _fill(mailroom: Mailroom, fill: _Fill, today: date) -> int:
    key = _day_key(mailroom, today)
    mine = (SLOTS.c.entity == fill.entity) & (SLOTS.c.hour == fill.before.hour)
    dummies = {
        bucket: [seal_dummy_grant(bucket, mailroom.rng) for _ in range(number - _count(fill.drawn, bucket))]
        for bucket, number in fill.numbers.items()
    }
    with mailroom.store.write() as tx:
        # Anyone who moves the hour on fills the slot: two workers never fill it twice.
        if tx.execute(update(SLOTS).where(mine).values(fill.after)).rowcount == 0:
            return 0
        placed = 0
        for bucket, number in fill.numbers.items():
            packets = _take_waiting(mailroom, tx, [one.grant_id for one in fill.drawn if one.bucket == bucket])
            packets += dummies[bucket]
            # Somebody deleted a case meanwhile: a slot takes the same number all the same.
            packets += [seal_dummy_grant(bucket, mailroom.rng) for _ in range(number - len(packets))]
            _insert_packets(mailroom, tx, fill.entity, today, key, packets)
            placed += len(packets)
    return placed


def _count(drawn: Sequence[WaitingPacket], bucket: int) -> int:
    return sum(one.bucket == bucket for one in drawn)


def _take_waiting(mailroom: Mailroom, tx: Connection, grant_ids: Sequence[bytes]) -> list[bytes]:
    """The packets of those that still wait, which from now on do not; damaged and deleted ones are left out."""
    if not grant_ids:
        return []
    mine = GRANTS.c.grant_id.in_(grant_ids) & GRANTS.c.waits
    rows = tx.execute(
        select(GRANTS.c.grant_id, GRANTS.c.erasure_id, GRANTS.c.sealed).where(mine).with_for_update()
    ).all()
    tx.execute(update(GRANTS).where(mine).values(waits=False))
    keys = mailroom.erasure.find({bytes(row.erasure_id) for row in rows})
    found = [(keys.get(bytes(row.erasure_id)), bytes(row.sealed)) for row in rows]
    opened = [unwrapped(key, sealed) for key, sealed in found if key is not None]
    return [packet for packet in opened if packet is not None]


def _insert_packets(
    mailroom: Mailroom, tx: Connection, entity: str, day: date, key: bytes, packets: Sequence[bytes]
) -> None:
    rows = [
        {
            "packet_id": mailroom.rng(16),
            "entity": entity,
            "day": day,
            "sealed": wrap_erasable(key, packet, mailroom.rng),
        }
        for packet in packets
    ]
    if rows:
        tx.execute(insert(BATCH), rows)


def _day_key(mailroom: Mailroom, day: date) -> bytes:
    """The key of a day, made by anyone who needs it first."""
    query = select(BATCH_KEYS.c.erasure_id).where(BATCH_KEYS.c.day == day)
    with mailroom.store.read() as connection:
        found = connection.scalar(query)
    if found is not None:
        return mailroom.erasure.get(bytes(found))
    made = mailroom.erasure.draw(day)
    row: dict[str, object] = {"day": day, "erasure_id": made.erasure_id}
    with mailroom.store.write() as tx:
        if insert_new(tx, BATCH_KEYS, row):
            return made.key
        theirs = bytes(tx.execute(query).scalar_one())
    mailroom.erasure.give_back(made, day)
    return mailroom.erasure.get(theirs)
