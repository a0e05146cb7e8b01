"""Grant packets: an opaque batch per entity and day, real ones among dummies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select

from crypto.case.grant import read_packet, seal_dummy_grant
from crypto.sealing.erasure import unwrap_erasable, wrap_erasable
from portal.mailroom.boxes import require_mailbox_of_case
from portal.mailroom.erasure import unwrapped
from portal.mailroom.errors import NoSuchMailbox
from portal.mailroom.room import Mailroom, insert_new
from portal.mailroom.tables import DUMMIES_DUE, DUMMY_DAYS, GRANTS, MAILBOXES

BATCH_DAYS = 30
# The number differs from day to day, so that it says nothing of the number of real ones.
FEWEST_DUMMIES = 8
DUMMY_SPREAD = 4
SECONDS_A_DAY = 86400
DUMMIES_AT_ONCE = 500


@dataclass(frozen=True)
class BatchDay:
    """A day of an entity's batch and its number of entries, dummies included."""

    day: date
    entries: int


@dataclass(frozen=True)
class BatchEntry:
    """One packet under a random id that says nothing."""

    grant_id: bytes
    packet: bytes = field(repr=False)


def batch_days(room: Mailroom, entity: str, today: date) -> list[BatchDay]:
    """The last thirty days that have entries, newest first."""
    query = (
        select(GRANTS.c.day, func.count().label("entries"))
        .where(GRANTS.c.entity == entity, GRANTS.c.day > today - timedelta(days=BATCH_DAYS))
        .group_by(GRANTS.c.day)
        .order_by(GRANTS.c.day.desc())
    )
    with room.store.read() as connection:
        return [BatchDay(row.day, row.entries) for row in connection.execute(query)]


def batch_ids(room: Mailroom, entities: Sequence[str], today: date) -> list[bytes]:
    """The ids of all packets of the last thirty days, in their order, which says nothing."""
    recent = GRANTS.c.day > today - timedelta(days=BATCH_DAYS)
    query = select(GRANTS.c.grant_id).where(GRANTS.c.entity.in_(entities), recent).order_by(GRANTS.c.grant_id)
    with room.store.read() as connection:
        return [bytes(one) for one in connection.scalars(query)]


def batch_entries(room: Mailroom, entity: str, day: date) -> list[BatchEntry]:
    """All packets of one day, in the order of their random ids; destroyed ones are gone."""
    query = (
        select(GRANTS.c.grant_id, GRANTS.c.erasure_id, GRANTS.c.sealed)
        .where(GRANTS.c.entity == entity, GRANTS.c.day == day)
        .order_by(GRANTS.c.grant_id)
    )
    with room.store.read() as connection:
        rows = connection.execute(query).all()
    keys = room.erasure.find({bytes(row.erasure_id) for row in rows})
    return [
        BatchEntry(bytes(row.grant_id), packet)
        for row in rows
        if (key := keys.get(bytes(row.erasure_id))) and (packet := unwrapped(key, bytes(row.sealed))) is not None
    ]


def current_grant(room: Mailroom, case: bytes) -> tuple[int, bytes]:
    """Epoch and packet of a case's newest grant; raises `NoSuchMailbox` or `CaseErased`."""
    query = select(GRANTS).where(GRANTS.c.case_id == case).order_by(GRANTS.c.epoch.desc()).limit(1)
    with room.store.read() as connection:
        box = require_mailbox_of_case(connection, case)
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchMailbox
    return row.epoch, unwrap_erasable(room.erasure.get(box.erasure_id), bytes(row.sealed))


def replace_grant(room: Mailroom, case: bytes, epoch: int, packet: bytes, today: date) -> bool:
    """Puts the re-grant of an epoch into today's batch in place of older ones.

    Idempotent: False when this epoch or a later one lies there. Raises `NoSuchMailbox`, and crypto's
    refusals of what is no packet.
    """
    read_packet(packet)
    with room.store.read() as connection:
        box = require_mailbox_of_case(connection, case)
    key = room.erasure.get(box.erasure_id)
    row: dict[str, object] = {
        "grant_id": room.rng(16),
        "case_id": case,
        "entity": box.entity,
        "day": today,
        "epoch": epoch,
        "erasure_id": box.erasure_id,
        "sealed": wrap_erasable(key, packet, room.rng),
    }
    with room.store.write() as tx:
        # Whoever deletes the case meanwhile must not leave this row behind.
        require_mailbox_of_case(tx, case)
        newest = tx.scalar(select(func.max(GRANTS.c.epoch)).where(GRANTS.c.case_id == case))
        if newest is not None and newest >= epoch:
            return False
        fresh = insert_new(tx, GRANTS, row)
        # Whoever was removed must not be able to fetch the old packet again.
        tx.execute(delete(GRANTS).where(GRANTS.c.case_id == case, GRANTS.c.epoch < epoch))
    return fresh


@dataclass(frozen=True)
class DummyPlan:
    """An entity, its own day, the second since 1970 at which that day ends, and its buckets."""

    entity: str
    day: date
    ends: int
    buckets: list[int]


def plan_dummies(room: Mailroom, plan: DummyPlan, now: int) -> bool:
    """Draws when the dummies of an entity's day will come; once per day, whoever asks first."""
    number = FEWEST_DUMMIES + _below(room, DUMMY_SPREAD)
    left = max(1, min(SECONDS_A_DAY, plan.ends - now))
    rows = [
        {
            "key": room.rng(16),
            "entity": plan.entity,
            "day": plan.day,
            "bucket": plan.buckets[_below(room, len(plan.buckets))],
            "due": now + _below(room, left),
        }
        for _ in range(number)
    ]
    with room.store.write() as tx:
        day: dict[str, object] = {"entity": plan.entity, "day": plan.day}
        if not insert_new(tx, DUMMY_DAYS, day):
            return False
        tx.execute(insert(DUMMIES_DUE), rows)
    return True


def _below(room: Mailroom, limit: int) -> int:
    return int.from_bytes(room.rng(8), "big") % limit


def is_planned(room: Mailroom, entity: str, day: date) -> bool:
    """Whether the dummies of an entity's day were drawn already."""
    query = select(DUMMY_DAYS.c.day).where(DUMMY_DAYS.c.entity == entity, DUMMY_DAYS.c.day == day)
    with room.store.read() as connection:
        return connection.scalar(query) is not None


def place_due_dummies(room: Mailroom, now: int) -> int:
    """Puts every dummy whose moment has come into its day's batch; gives their number."""
    query = select(DUMMIES_DUE).where(DUMMIES_DUE.c.due <= now)
    with room.store.read() as connection:
        due = connection.execute(query).all()
    placed = 0
    for row in due:
        placed += _place(room, bytes(row.key), row.entity, row.day, row.bucket)
    return placed


def _place(room: Mailroom, key: bytes, entity: str, day: date, bucket: int) -> int:
    erasure = room.erasure.draw(day)
    sealed = wrap_erasable(erasure.key, seal_dummy_grant(bucket, room.rng), room.rng)
    with room.store.write() as tx:
        # Whoever removes the row places the dummy: two workers never place it twice.
        if tx.execute(delete(DUMMIES_DUE).where(DUMMIES_DUE.c.key == key)).rowcount == 0:
            return 0
        row = {
            "grant_id": room.rng(16),
            "case_id": room.rng(16),
            "entity": entity,
            "day": day,
            "epoch": 0,
            "erasure_id": erasure.erasure_id,
            "sealed": sealed,
        }
        tx.execute(insert(GRANTS), row)
    return 1


def unplanned_days(room: Mailroom, today: date) -> list[tuple[str, date]]:
    """Days that have entries but no dummies drawn: the worker was not there on that day."""
    planned = select(DUMMY_DAYS.c.day).where(DUMMY_DAYS.c.entity == GRANTS.c.entity, DUMMY_DAYS.c.day == GRANTS.c.day)
    query = (
        select(GRANTS.c.entity, GRANTS.c.day)
        .where(GRANTS.c.day < today, GRANTS.c.day > today - timedelta(days=BATCH_DAYS), ~planned.exists())
        .distinct()
    )
    with room.store.read() as connection:
        return [(row.entity, row.day) for row in connection.execute(query)]


def remove_old_dummies(room: Mailroom, today: date) -> int:
    """Removes the dummies of days that no batch shows any more, and their keys; gives their number.

    A case keeps its grant for as long as there is the case.
    """
    real = select(MAILBOXES.c.case_id).where(MAILBOXES.c.case_id == GRANTS.c.case_id)
    # A day more than batches go back: east of Greenwich today is older.
    last = today - timedelta(days=BATCH_DAYS + 1)
    with room.store.write() as tx:
        old = tx.execute(select(GRANTS.c.grant_id, GRANTS.c.erasure_id).where(GRANTS.c.day < last, ~real.exists()))
        rows = old.fetchmany(DUMMIES_AT_ONCE)
        old.close()
        tx.execute(delete(GRANTS).where(GRANTS.c.grant_id.in_([row.grant_id for row in rows])))
        tx.execute(delete(DUMMY_DAYS).where(DUMMY_DAYS.c.day < last))
    if rows:
        room.erasure.destroy(bytes(row.erasure_id) for row in rows)
    return len(rows)
