"""Erases arrival order at the end of each day: attachments get new names, then the stores are rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import ColumnElement, MetaData, delete, insert, select, update

from portal.logs import log
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.tables import BLOB_PARTS, BLOBS, MAILBOXES, OUTBOX_RECEIVED, SHUFFLES
from portal.stores.engines import Store
from portal.stores.rewriting import forget_logs, rewrite, size_of

# Greenwich, for whatever has no entity yet; its hours count too.
NOWHERE: Final = ""
PARTS_AT_ONCE: Final = 8
# Stores up to this size are rewritten every hour, larger ones at the turn of a day.
SMALL_STORE_BYTES: Final = 32 * 1024 * 1024
LEASE_SECONDS: Final = 900
RETRY_SECONDS: Final = 60

Periods = dict[str, tuple[date, int]]
"""Each entity's day with hour 0, and day and hour at Greenwich."""


@dataclass(frozen=True)
class ReporterStores:
    """The stores that hold what reporters cause, each with its tables; the mailroom's is the first."""

    mailroom: Mailroom
    stores: Sequence[tuple[Store, MetaData]]


def erase_due_order(reporter_stores: ReporterStores, days: Mapping[str, date], now: datetime) -> int:
    """Does what is due after an hour or an entity's day has ended, in small steps; returns the number of steps.

    May be killed at any moment: unfinished steps are repeated.
    """
    mailroom = reporter_stores.mailroom
    periods = _periods(days, now)
    recorded = _recorded_periods(mailroom)
    changed = {entity for entity, turn in periods.items() if recorded.get(entity) != turn}
    if not changed:
        return 0
    whole = any(recorded.get(entity, (None,))[0] != periods[entity][0] for entity in changed)
    moved = _move_parts(mailroom, days, now) if whole else 0
    if moved:
        return moved
    if not _lease(mailroom, int(now.timestamp())):
        return 0
    return _rewrite(reporter_stores, periods, int(now.timestamp()), whole=whole)


def _periods(days: Mapping[str, date], now: datetime) -> Periods:
    here = now.astimezone(UTC)
    return {entity: (day, 0) for entity, day in days.items()} | {NOWHERE: (here.date(), here.hour)}


def _recorded_periods(mailroom: Mailroom) -> Periods:
    with mailroom.store.read() as connection:
        return {row.entity: (row.day, row.hour) for row in connection.execute(select(SHUFFLES))}


@dataclass(frozen=True)
class _Part:
    """A part whose object name and age still reveal when it arrived."""

    blob: bytes = field(repr=False)
    k: int
    place: str = field(repr=False)


def _move_parts(mailroom: Mailroom, days: Mapping[str, date], now: datetime) -> int:
    """Moves a few parts of days that are over, drawn at random: a file's age and number then reveal only that."""
    today = now.astimezone(UTC).date()
    waiting = _parts_of_past_days(mailroom, lambda entity: days.get(entity or NOWHERE, today))
    drawn = sorted(waiting, key=lambda _part: mailroom.rng(16))[:PARTS_AT_ONCE]
    for part in drawn:
        _move(mailroom, part)
    return len(drawn)


def _parts_of_past_days(mailroom: Mailroom, today: Callable[[str | None], date]) -> list[_Part]:
    query = (
        select(BLOB_PARTS.c.blob_id, BLOB_PARTS.c.k, BLOB_PARTS.c.place, BLOBS.c.day, MAILBOXES.c.entity)
        .join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        .outerjoin(MAILBOXES, MAILBOXES.c.case_id == BLOBS.c.case_id)
        .where(~BLOB_PARTS.c.moved)
    )
    with mailroom.store.read() as connection:
        rows = connection.execute(query).all()
    return [_Part(bytes(row.blob_id), row.k, row.place) for row in rows if row.day < today(row.entity)]


def _move(mailroom: Mailroom, part: _Part) -> None:
    """Stores the part under a new random name; a reader of the old name retries."""
    place = mailroom.rng(16).hex()
    mine = (BLOB_PARTS.c.blob_id == part.blob) & (BLOB_PARTS.c.k == part.k) & (BLOB_PARTS.c.place == part.place)
    try:
        mailroom.blobs.store(place, mailroom.blobs.read(part.place))
    except FileNotFoundError:
        _skip_missing(mailroom, mine)
        return
    with mailroom.store.write() as tx:
        tx.execute(select(BLOBS.c.blob_id).where(BLOBS.c.blob_id == part.blob).with_for_update())
        moved = tx.execute(update(BLOB_PARTS).where(mine).values(place=place, moved=True)).rowcount == 1
    mailroom.blobs.remove(part.place if moved else place)


def _skip_missing(mailroom: Mailroom, mine: ColumnElement[bool]) -> None:
    """A part whose object is not there: removed meanwhile with its row, or lost, and then it must not stop the rest."""
    with mailroom.store.write() as tx:
        lost = tx.execute(update(BLOB_PARTS).where(mine).values(moved=True)).rowcount
    if lost:
        log.error("object missing", count=lost)


def _lease(mailroom: Mailroom, now: int) -> bool:
    """Whether this worker holds the lease for rewriting; the lease of a killed worker expires."""
    row: dict[str, object] = {"entity": NOWHERE, "day": date.min, "hour": 0, "leased_until": 0}
    free = (SHUFFLES.c.entity == NOWHERE) & (SHUFFLES.c.leased_until <= now)
    with mailroom.store.write() as tx:
        insert_new(tx, SHUFFLES, row)
        return tx.execute(update(SHUFFLES).where(free).values(leased_until=now + LEASE_SECONDS)).rowcount == 1


def _rewrite(reporter_stores: ReporterStores, periods: Periods, now: int, *, whole: bool) -> int:
    mailroom = reporter_stores.mailroom
    # Expired leases would reveal when a row was taken.
    _forget_leases(mailroom, now)
    chosen = [
        (store, tables) for store, tables in reporter_stores.stores if whole or size_of(store) <= SMALL_STORE_BYTES
    ]
    done = [rewrite(store, tables) for store, tables in chosen]
    finished = all(done)
    if finished and not forget_logs([store for store, _ in chosen]):
        log.warning("the database keeps its log", kind="order")
    if finished:
        _record_periods(mailroom, periods)
    else:
        _retry_at(mailroom, now + RETRY_SECONDS)
    return len(chosen) if finished else 0


def _forget_leases(mailroom: Mailroom, now: int) -> None:
    over = (OUTBOX_RECEIVED.c.leased_until > 0) & (OUTBOX_RECEIVED.c.leased_until <= now)
    with mailroom.store.write() as tx:
        tx.execute(update(OUTBOX_RECEIVED).where(over).values(leased_until=0))


def _record_periods(mailroom: Mailroom, periods: Periods) -> None:
    rows = [{"entity": entity, "day": day, "hour": hour, "leased_until": 0} for entity, (day, hour) in periods.items()]
    with mailroom.store.write() as tx:
        tx.execute(delete(SHUFFLES))
        tx.execute(insert(SHUFFLES), rows)


def _retry_at(mailroom: Mailroom, until: int) -> None:
    """Another process, such as a backup, was in the way; each attempt delays others, so the next one waits."""
    with mailroom.store.write() as tx:
        tx.execute(update(SHUFFLES).where(SHUFFLES.c.entity == NOWHERE).values(leased_until=until))
