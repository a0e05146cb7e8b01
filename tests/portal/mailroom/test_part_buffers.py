"""A slow part keeps its place in memory only while nobody waits for it; a fast one, or a whole one, keeps it."""

from __future__ import annotations

import threading

import pytest

from portal.mailroom.errors import BlobsAway
from portal.mailroom.part_buffers import SLOW_SECONDS, BufferPool


class Hours:
    """A clock that moves when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


def test_a_slow_part_gives_its_place_to_whoever_waits() -> None:
    """Before its time is up the newcomer is told that the bucket is away; afterwards the slow one is."""
    hours = Hours()
    turns = BufferPool(2, 0, hours)
    with turns.acquire() as first, turns.acquire() as second:
        first.add(b"slow")
        second.add(b"fast")
        assert second.close() == b"fast"
        with pytest.raises(BlobsAway), turns.acquire():
            pass
        hours.now += SLOW_SECONDS + 1
        with turns.acquire() as third:
            assert first.content == b""
            with pytest.raises(BlobsAway):
                first.add(b"more")
            with pytest.raises(BlobsAway):
                first.close()
            third.add(b"x")
            # The second is whole and is being put: nobody takes its place.
            with pytest.raises(BlobsAway), turns.acquire():
                pass
    with turns.acquire(), turns.acquire():
        pass


def test_alone_a_slow_part_may_take_its_time() -> None:
    """However long it takes, nobody takes the place that nobody else wants."""
    hours = Hours()
    turns = BufferPool(1, 0, hours)
    with turns.acquire() as only:
        hours.now += 100 * SLOW_SECONDS
        only.add(b"whole")
        assert only.close() == b"whole"


def test_whoever_waits_gets_the_place_that_gets_free() -> None:
    """A waiting part goes on as soon as another one ends."""
    turns = BufferPool(1, 30)
    inside, got = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        with turns.acquire():
            got.set()

    with turns.acquire():
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert inside.wait(10)
        assert not got.is_set()
    waiting.join(10)
    assert got.is_set()
