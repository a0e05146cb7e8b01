"""How much uploads may take before a report claims them: attachments never take the room that reports need."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import case, func, select

from portal.mailroom.asking import ask
from portal.mailroom.errors import UploadsFull
from portal.mailroom.tables import BLOB_PARTS, BLOBS
from portal.stores.engines import Store

RECOUNT_SECONDS = 10
# A tiny part costs a row and an object: it counts as so much.
LEAST_COUNTED = 64 * 1024
# Left on a disk for reports, messages and the database, whatever uploads would like: a twentieth of it, or this.
RESERVE = 4 * 1024**3


@dataclass
class UploadSpace:
    """What is left for uploads that nothing has claimed: `most` bytes in all, and on a disk half of what is free."""

    store: Store
    most: int
    # The folder on whose disk the blobs lie; None where they lie in a bucket.
    disk: Path | None
    ticks: Callable[[], float] = time.monotonic
    _unclaimed: int = 0
    _fresh_until: float = float("-inf")
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def require(self) -> None:
        """Raises `UploadsFull` when the next part would take what others need."""
        unclaimed = self._known()
        if unclaimed >= self.most:
            raise UploadsFull
        if self.disk is None:
            return
        disk = shutil.disk_usage(self.disk)
        if disk.free < min(disk.total // 20, RESERVE) or unclaimed > disk.free:
            raise UploadsFull

    def took(self, size: int) -> None:
        """A part was taken: counted here until the store is asked again."""
        with self._turn:
            self._unclaimed += max(size, LEAST_COUNTED)

    def _known(self) -> int:
        with self._turn:
            if self.ticks() >= self._fresh_until:
                self._unclaimed = self._count()
                self._fresh_until = self.ticks() + RECOUNT_SECONDS
            return self._unclaimed

    def _count(self) -> int:
        counted = case((BLOB_PARTS.c.size < LEAST_COUNTED, LEAST_COUNTED), else_=BLOB_PARTS.c.size)
        query = select(func.coalesce(func.sum(counted), 0)).join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        with self.store.read() as connection:
            if not self.store.embedded:
                return int(ask(connection, "unclaimed_bytes", least=LEAST_COUNTED).scalar_one())
            return int(connection.scalar(query.where(BLOBS.c.case_id.is_(None))) or 0)
