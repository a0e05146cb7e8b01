"""How much uploads and drafts may take: neither they nor what junk claims take the room that reports need."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, case, func, select

from crypto.case.payloads import Direction
from portal.mailroom.asking import ask
from portal.mailroom.errors import DraftsFull, UploadsFull
from portal.mailroom.tables import BLOB_PARTS, BLOBS, GRANTS, MAILBOXES
from portal.stores.engines import Store

RECOUNT_SECONDS = 10
# A tiny part costs a row and an object: it counts as so much.
LEAST_COUNTED = 64 * 1024
# Left on a disk for reports, messages and the database, whatever uploads would like: a twentieth of it, or this.
RESERVE = 4 * 1024**3
# What came in so many days counts: to claim it costs nothing.
RECENT: Final = timedelta(days=7)
# What the rows of a report and of a draft take, about: text, memo, packets, grant.
REPORT_BYTES: Final = 128 * 1024
DRAFT_BYTES: Final = 96 * 1024
UNBOUNDED: Final = 2**62


@dataclass(frozen=True)
class _Taken:
    """Bytes: uploads that nothing has claimed, all that reporters uploaded lately, and text."""

    unclaimed: int
    recent: int
    text: int


@dataclass
class UploadSpace:
    """What is left for uploads and drafts.

    Uploads that nothing has claimed may take `most` bytes in all, and on a disk half of what is free; with those of the
    last seven days that reports and messages claimed, `recent`. Once the reports of seven days and the drafts that wait
    take `text`, neither uploads nor drafts are taken any more: what is left is for reports.
    """

    store: Store
    most: int
    # The folder on whose disk the blobs lie; None where they lie in a bucket.
    disk: Path | None
    ticks: Callable[[], float] = time.monotonic
    recent: int = UNBOUNDED
    text: int = UNBOUNDED
    _taken: _Taken = _Taken(0, 0, 0)
    _came: int = 0
    _fresh_until: float = float("-inf")
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def require(self, today: date) -> None:
        """Raises `UploadsFull` when the next part would take what others need."""
        taken, came = self._known(today)
        over = taken.unclaimed + came >= self.most or taken.recent + came >= self.recent
        if over or taken.text >= self.text or self._is_low():
            raise UploadsFull
        if self.disk is not None and taken.unclaimed + came > shutil.disk_usage(self.disk).free:
            raise UploadsFull

    def require_for_draft(self, today: date) -> None:
        """Raises `DraftsFull` when what is left is for reports."""
        taken, _ = self._known(today)
        if taken.text >= self.text or self._is_low():
            raise DraftsFull

    def took(self, size: int) -> None:
        """A part was taken: counted here until the store is asked again."""
        with self._turn:
            self._came += max(size, LEAST_COUNTED)

    def _is_low(self) -> bool:
        if self.disk is None:
            return False
        disk = shutil.disk_usage(self.disk)
        return disk.free < min(disk.total // 20, RESERVE)

    def _known(self, today: date) -> tuple[_Taken, int]:
        with self._turn:
            if self.ticks() >= self._fresh_until:
                with self.store.read() as connection:
                    since = today - RECENT
                    count = _count if self.store.embedded else _ask_to_count
                    self._taken, self._came = count(connection, since), 0
                self._fresh_until = self.ticks() + RECOUNT_SECONDS
            return self._taken, self._came


def _count(connection: Connection, since: date) -> _Taken:
    counted = case((BLOB_PARTS.c.size < LEAST_COUNTED, LEAST_COUNTED), else_=BLOB_PARTS.c.size)
    query = select(func.coalesce(func.sum(counted), 0)).join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
    nobodys = BLOBS.c.case_id.is_(None)
    reporters = (BLOBS.c.dir == Direction.TO_OFFICE.value) & (BLOBS.c.day >= since)
    unclaimed, recent = (int(connection.scalar(query.where(one)) or 0) for one in (nobodys, nobodys | reporters))
    reports = connection.scalar(select(func.count()).select_from(GRANTS).where(GRANTS.c.day >= since)) or 0
    waiting = select(func.count()).select_from(MAILBOXES).where(MAILBOXES.c.case_id.is_(None))
    return _Taken(unclaimed, recent, _text(reports, connection.scalar(waiting) or 0))


def _ask_to_count(connection: Connection, since: date) -> _Taken:
    """The same on PostgreSQL."""
    unclaimed = int(ask(connection, "unclaimed_bytes", least=LEAST_COUNTED).scalar_one())
    recent = int(ask(connection, "recent_bytes", since=since, least=LEAST_COUNTED).scalar_one())
    reports = int(ask(connection, "reports_since", day=since).scalar_one())
    return _Taken(unclaimed, recent, _text(reports, int(ask(connection, "waiting_drafts").scalar_one())))


def _text(reports: int, drafts: int) -> int:
    return reports * REPORT_BYTES + drafts * DRAFT_BYTES
