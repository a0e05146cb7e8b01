"""Places in memory for the parts that a bucket wants whole: one that fills slowly is given to anyone who waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from portal.mailroom.errors import BlobsAway

SLOW_SECONDS: Final = 10
"""A part that has not come by then, at 0.8 MiB a second, keeps its place only while nobody waits for it."""
LOOK_SECONDS: Final = 0.5


class Turn:
    """A part on its way into memory."""

    def __init__(self, since: float, free: threading.Condition) -> None:
        self.since = since
        self.content = bytearray()
        self.whole = False
        self.lost = False
        self._free = free

    def add(self, chunk: bytes) -> None:
        """The next bytes; raises `BlobsAway` when the place was given to somebody else."""
        with self._free:
            self._keep()
            self.content += chunk

    def close(self) -> bytearray:
        """All of it: from now on the place is kept. Raises `BlobsAway` as `add` does."""
        with self._free:
            self._keep()
            self.whole = True
            return self.content

    def _keep(self) -> None:
        if self.lost:
            raise BlobsAway


class Turns:
    """So many parts at once; anyone who waits longer than `patience` seconds is told that the bucket is away."""

    def __init__(self, places: int, patience: float, ticks: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._patience = patience
        self._ticks = ticks
        self._free = threading.Condition()
        self._held: list[Turn] = []

    @contextmanager
    def one(self) -> Generator[Turn]:
        """A place until the block ends; raises `BlobsAway` when none gets free."""
        turn = self._take()
        try:
            yield turn
        finally:
            with self._free:
                if turn in self._held:
                    self._held.remove(turn)
                self._free.notify()

    def _take(self) -> Turn:
        until = self._ticks() + self._patience
        with self._free:
            while len(self._held) >= self._places and not self._give_up_slowest():
                left = until - self._ticks()
                if left <= 0:
                    raise BlobsAway
                self._free.wait(min(left, LOOK_SECONDS))
            turn = Turn(self._ticks(), self._free)
            self._held.append(turn)
            return turn

    def _give_up_slowest(self) -> bool:
        """Whether a part that is still coming, and has been for long, gave its place up."""
        before = self._ticks() - SLOW_SECONDS
        slow = next((turn for turn in self._held if not turn.whole and turn.since < before), None)
        if slow is None:
            return False
        slow.lost, slow.content = True, bytearray()
        self._held.remove(slow)
        return True
