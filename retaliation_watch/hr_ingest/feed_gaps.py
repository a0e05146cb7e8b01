"""Gaps of a feed: a source that fell silent, a kind that used to come; then nothing is all-clear."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.store import DELIVERIES, EVENTS, SOURCES

LONGEST_SILENCE: Final = 14
"""Days without a delivery of a source; a feed comes once a week."""
RECENT_WEEKS: Final = 8
YEAR_WEEKS: Final = 52
SELDOM: Final = 1e-3
"""So improbable must a kind's silence be, at its rate over the year before, to be called a gap."""


@dataclass(frozen=True)
class Gap:
    """A source, and a kind where only one is missing; since when."""

    source: str
    kind: str | None
    since: date


def gaps_of(connection: Connection, entity: str, today: date) -> list[Gap]:
    """Every gap of an entity's sources as of today."""
    found: list[Gap] = []
    sources = connection.scalars(
        select(SOURCES.c.source).where((SOURCES.c.entity == entity) & ~SOURCES.c.ended).order_by(SOURCES.c.source)
    ).all()
    for source in sources:
        last = _last_delivery(connection, source)
        if last is None or (today - last).days > LONGEST_SILENCE:
            found.append(Gap(source, None, last or today))
        found += [Gap(source, kind, since) for kind, since in _silent_kinds(connection, source, last or today)]
    return found


def _last_delivery(connection: Connection, source: str) -> date | None:
    accepted = (
        (DELIVERIES.c.source == source)
        & (DELIVERIES.c.state == DeliveryState.ACCEPTED.value)
        & (DELIVERIES.c.kind == "events")
    )
    return connection.scalar(select(DELIVERIES.c.day).where(accepted).order_by(DELIVERIES.c.day.desc()).limit(1))


def _silent_kinds(connection: Connection, source: str, until: date) -> list[tuple[str, date]]:
    """Kinds of which none was recorded for weeks, though at last year's rate some would have been."""
    recent = until - timedelta(weeks=RECENT_WEEKS)
    start = recent - timedelta(weeks=YEAR_WEEKS)
    mine = (EVENTS.c.source == source) & EVENTS.c.kind.is_not(None) & (EVENTS.c.recorded <= until)
    first = connection.scalar(select(func.min(EVENTS.c.recorded)).where(mine & (EVENTS.c.recorded > start)))
    weeks = max((recent - max(first or until, start)).days / 7, 1)
    still = select(EVENTS.c.kind).where(mine & (EVENTS.c.recorded > recent)).distinct()
    # Only what came no more is counted: the others are most of a year's rows.
    silent = mine & (EVENTS.c.recorded > start) & EVENTS.c.kind.not_in(connection.scalars(still).all())
    counts = select(EVENTS.c.kind, func.max(EVENTS.c.recorded), func.count()).where(silent).group_by(EVENTS.c.kind)
    return sorted(
        (str(kind), last)
        for kind, last, count in connection.execute(counts)
        if math.exp(-count / weeks * RECENT_WEEKS) < SELDOM
    )
