"""What a case's steps bring to the mailroom: items and re-grants, by the worker or by the same request."""

from __future__ import annotations

import json
from datetime import datetime

from casework.outbox import Load, drop_load, lease_loads, return_load
from casework.store import CaseId
from crypto.items import read_item
from crypto.submission import read_blobs
from portal.mailroom.room import Mailroom
from portal.mailroom.service import deliver_item, replace_grant
from portal.stores import Store

LOADS_AT_ONCE = 32


def deliver_loads(cases: Store, room: Mailroom, now: datetime, case: CaseId | None = None) -> int:
    """Delivers waiting loads of one case or of all; gives their number.

    Each is idempotent by item hash and epoch: a kill between delivery and `drop_load` changes nothing.
    Raises what the mailroom refuses; the load then waits for the next attempt.
    """
    with cases.write() as tx:
        loads = lease_loads(tx, int(now.timestamp()), LOADS_AT_ONCE, case)
    for done, load in enumerate(loads):
        try:
            _deliver(room, load)
        except BaseException:
            _give_back(cases, loads[done:])
            raise
        with cases.write() as tx:
            drop_load(tx, load.event_hash)
    return len(loads)


def _deliver(room: Mailroom, load: Load) -> None:
    if load.item is not None:
        deliver_item(room, read_item(json.loads(load.item)), read_blobs(json.loads(load.blobs)), load.day)
    if load.packet is not None and load.epoch is not None:
        replace_grant(room, load.case, load.epoch, load.packet, load.day)


def _give_back(cases: Store, loads: list[Load]) -> None:
    with cases.write() as tx:
        for load in loads:
            return_load(tx, load.event_hash)
