"""Storage quotas for uploads and drafts: neither they nor attachments of junk use the space that reports need."""

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
from portal.mailroom.errors import DraftsFull, UploadsFull
from portal.mailroom.pg_functions import call
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
class _Usage:
    """Bytes: uploads that nothing has claimed, all that reporters uploaded lately, and text."""

    unclaimed: int
    recent: int
    text: int


@dataclass
class StorageQuota:
    """What is left for uploads and drafts.

    Uploads that nothing has claimed may take `most` bytes in all, and on a disk half of what is free; with those of the
    last seven days that reports and messages claimed, `recent`. Once the reports of seven days and the drafts that wait
    take `text`, neither uploads nor drafts are taken any more: what is left is for reports.
    """

    store: Store
    most: int
    # The folder on whose disk the blobs are; None for a bucket.
    disk: Path | None
    ticks: Callable[[], float] = time.monotonic
    recent: int = UNBOUNDED
    text: int = UNBOUNDED
    _usage: _Usage = _Usage(0, 0, 0)
    _added: int = 0
    _fresh_until: float = float("-inf")
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def require(self, today: date) -> None:
        """Raises `UploadsFull` when the quota for uploads is used up."""
        usage, added = self._current_usage(today)
        over = usage.unclaimed + added >= self.most or usage.recent + added >= self.recent
        if over or usage.text >= self.text or self._is_disk_low():
            raise UploadsFull
        if self.disk is not None and usage.unclaimed + added > shutil.disk_usage(self.disk).free:
            raise UploadsFull

    def require_for_draft(self, today: date) -> None:
        """Raises `DraftsFull` when the remaining space is reserved for reports."""
        usage, _ = self._current_usage(today)
        if usage.text >= self.text or self._is_disk_low():
            raise DraftsFull

    def record(self, size: int) -> None:
        """Counts a stored part until usage is measured again."""
        with self._turn:
            self._added += max(size, LEAST_COUNTED)

    def _is_disk_low(self) -> bool:
        if self.disk is None:
            return False
        disk = shutil.disk_usage(self.disk)
        return disk.free < min(disk.total // 20, RESERVE)

    def _current_usage(self, today: date) -> tuple[_Usage, int]:
        with self._turn:
            if self.ticks() >= self._fresh_until:
                with self.store.read() as connection:
                    since = today - RECENT
                    count = _measure if self.store.embedded else _measure_pg
                    self._usage, self._added = count(connection, since), 0
                self._fresh_until = self.ticks() + RECOUNT_SECONDS
            return self._usage, self._added


def _measure(connection: Connection, since: date) -> _Usage:
    counted = case((BLOB_PARTS.c.size < LEAST_COUNTED, LEAST_COUNTED), else_=BLOB_PARTS.c.size)
    query = select(func.coalesce(func.sum(counted), 0)).join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
    nobodys = BLOBS.c.case_id.is_(None)
    reporters = (BLOBS.c.dir == Direction.TO_OFFICE.value) & (BLOBS.c.day >= since)
    unclaimed, recent = (int(connection.scalar(query.where(one)) or 0) for one in (nobodys, nobodys | reporters))
    reports = connection.scalar(select(func.count()).select_from(GRANTS).where(GRANTS.c.day >= since)) or 0
    waiting = select(func.count()).select_from(MAILBOXES).where(MAILBOXES.c.case_id.is_(None))
    return _Usage(unclaimed, recent, _text_bytes(reports, connection.scalar(waiting) or 0))


def _measure_pg(connection: Connection, since: date) -> _Usage:
    """The same on PostgreSQL."""
    unclaimed = int(call(connection, "unclaimed_bytes", least=LEAST_COUNTED).scalar_one())
    recent = int(call(connection, "recent_bytes", since=since, least=LEAST_COUNTED).scalar_one())
    reports = int(call(connection, "reports_since", day=since).scalar_one())
    return _Usage(unclaimed, recent, _text_bytes(reports, int(call(connection, "waiting_drafts").scalar_one())))


def _text_bytes(reports: int, drafts: int) -> int:
    return reports * REPORT_BYTES + drafts * DRAFT_BYTES
