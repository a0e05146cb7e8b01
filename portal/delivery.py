"""Brings what steps made durable to the mailroom: in the same request as a courtesy, else by the worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from casework.outbox import Load, drop_load, lease_loads, return_load, waiting
from casework.store import CaseId
from crypto.attachments import BlobListing
from crypto.errors import CryptoError
from crypto.items import Item, read_item
from crypto.submission import blobs_document, read_blobs
from crypto.text import read_json, write_json
from portal.errors import Refusal
from portal.logs import log
from portal.mailroom.errors import CaseErased, NoSuchMailbox
from portal.mailroom.room import Mailroom
from portal.mailroom.service import deliver_item, replace_grant
from portal.stores import Store

LOADS_AT_ONCE = 32
LOAD_LIMIT = 1024 * 1024


def deliver_loads(cases: Store, room: Mailroom, now: datetime, case: CaseId | None = None) -> int:
    """Delivers what waits, of one case or of all; gives the number of loads delivered.

    Idempotent: a load that was delivered before its row was dropped is delivered again without
    effect. A load that fails stays, with all later ones of its case, for the next round.
    """
    second = int(now.timestamp())
    with cases.read() as connection:
        if not waiting(connection, second, case):
            return 0
    with cases.write() as connection:
        loads = lease_loads(connection, second, LOADS_AT_ONCE, case)
    stuck: set[CaseId] = set()
    done = 0
    for load in loads:
        brought = load.case not in stuck and _bring(room, load)
        with cases.write() as connection:
            (drop_load if brought else return_load)(connection, load.event_hash)
        done += brought
        if not brought:
            stuck.add(load.case)
    return done


def _bring(room: Mailroom, load: Load) -> bool:
    try:
        if load.item is not None:
            deliver_item(room, _item(load.item), read_blobs(read_json(load.blobs, LOAD_LIMIT)), load.day)
        if load.packet is not None and load.epoch is not None:
            replace_grant(room, load.case, load.epoch, load.packet, load.day)
    except (CaseErased, NoSuchMailbox):
        # Its erasure key was destroyed: there is nothing left to bring this to.
        return True
    except (Refusal, CryptoError, SQLAlchemyError, OSError) as error:
        log.warning("not delivered", error=type(error).__name__)
        return False
    return True


def _item(content: bytes) -> Item:
    return read_item(read_json(content, LOAD_LIMIT))


def write_blobs(blobs: list[BlobListing]) -> bytes:
    """The uploads of a step as an outbox row keeps them."""
    return write_json(blobs_document(blobs))
