"""Requests to open links: each goes into the public log and stays on record; a month takes so many of one seat."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import Connection, func, insert, select

from crypto.framing import frame, sha256
from crypto.transparency_log.filing import Fact
from retaliation_watch.errors import TooManyRequests
from retaliation_watch.locks import advisory_lock
from retaliation_watch.outbox import note_fact
from retaliation_watch.store import NAMINGS

REQUESTS_A_MONTH: Final = 20
"""A watch of 300 people gives about three false alarms a month: so many may be cleared up, and seven times as many."""
LINKS: Final = b"request-of-links"
"""In the place of an alert where a request for links was entered."""


def enter_request(tx: Connection, seat: str, content: bytes, today: date) -> None:
    """Has a request entered in the log; the same one again changes nothing. Raises `TooManyRequests`."""
    advisory_lock(tx, "link-requests", seat)
    naming = sha256(frame("yanlu/v1/watch-request", content))[:16]
    if tx.scalar(select(NAMINGS.c.naming).where(NAMINGS.c.naming == naming)) is None:
        mine = (NAMINGS.c.officer == seat) & (NAMINGS.c.alert == LINKS) & (NAMINGS.c.day >= today.replace(day=1))
        if (tx.scalar(select(func.count()).select_from(NAMINGS).where(mine)) or 0) >= REQUESTS_A_MONTH:
            raise TooManyRequests
        tx.execute(insert(NAMINGS), [{"naming": naming, "officer": seat, "day": today, "alert": LINKS}])
    note_fact(tx, Fact.WATCH_UNSEAL, content)
