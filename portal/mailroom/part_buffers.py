"""A pool of memory buffers for parts, which a bucket takes only whole; a slow one is evicted for a waiting caller."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from portal.mailroom.errors import BlobsAway

SLOW_SECONDS: Final = 10
"""A part that has not come by then, at 0.8 MiB a second, keeps its buffer only while nobody waits for one."""
POLL_SECONDS: Final = 0.5


class PartBuffer:
    """A part that is being read into memory."""

    def __init__(self, since: float, free: threading.Condition) -> None:
        self.since = since
        self.content = bytearray()
        self.complete = False
        self.evicted = False
        self._free = free

    def add(self, chunk: bytes) -> None:
        """Appends bytes; raises `BlobsAway` when the buffer was evicted."""
        with self._free:
            self._require_held()
            self.content += chunk

    def close(self) -> bytearray:
        """The complete part, which can no longer be evicted. Raises `BlobsAway` as `add` does."""
        with self._free:
            self._require_held()
            self.complete = True
            return self.content

    def _require_held(self) -> None:
        if self.evicted:
            raise BlobsAway


class BufferPool:
    """A bounded number of buffers; a caller that waits longer than `patience` seconds gets `BlobsAway`."""

    def __init__(self, size: int, patience: float, ticks: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._patience = patience
        self._ticks = ticks
        self._free = threading.Condition()
        self._in_use: list[PartBuffer] = []

    @contextmanager
    def acquire(self) -> Generator[PartBuffer]:
        """A buffer until the block ends; raises `BlobsAway` when none becomes free."""
        buffer = self._acquire()
        try:
            yield buffer
        finally:
            with self._free:
                if buffer in self._in_use:
                    self._in_use.remove(buffer)
                self._free.notify()

    def _acquire(self) -> PartBuffer:
        until = self._ticks() + self._patience
        with self._free:
            while len(self._in_use) >= self._size and not self._evict_slowest():
                left = until - self._ticks()
                if left <= 0:
                    raise BlobsAway
                self._free.wait(min(left, POLL_SECONDS))
            buffer = PartBuffer(self._ticks(), self._free)
            self._in_use.append(buffer)
            return buffer

    def _evict_slowest(self) -> bool:
        """Evicts a part that has been incomplete for too long; False if there is none."""
        before = self._ticks() - SLOW_SECONDS
        slow = next((one for one in self._in_use if not one.complete and one.since < before), None)
        if slow is None:
            return False
        slow.evicted, slow.content = True, bytearray()
        self._in_use.remove(slow)
        return True
