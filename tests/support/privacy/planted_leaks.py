"""Leaks of a hidden report into the batch, for tests to plant: what looks for leaks has to find each of them."""

from __future__ import annotations

import os
from datetime import datetime

import crypto
from portal.mailroom.context import Mailroom
from portal.mailroom.slots import open_urgent_slots
from portal.mailroom.tables import BATCH


def take_one_away(room: Mailroom) -> None:
    """An entry that was shown vanishes."""
    with room.store.write() as tx:
        first = tx.execute(BATCH.select().limit(1)).first()
        assert first is not None
        tx.execute(BATCH.delete().where(BATCH.c.packet_id == first.packet_id))


def add_more(room: Mailroom, now: datetime) -> None:
    """What waits appears at once."""
    open_urgent_slots(room, now, everything=True)


def of_another_size(_packet: bytes) -> bytes:
    """A packet as long as those of a larger entity."""
    return crypto.seal_dummy_grant(16, os.urandom)


def signed_in_clear(packet: bytes, member: str) -> bytes:
    """The packet with a member's id where zeros stand."""
    return packet[: -len(member)] + member.encode()
