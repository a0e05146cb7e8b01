"""Brings what steps made durable to the mailroom: in the same request as a courtesy, else by the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum, auto

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from casework.record.outbox import Load, count_try, drop_load, lease_loads, return_load, waiting
from casework.record.store import CaseId
from crypto.case.items import Item, Place, read_item
from crypto.errors import CryptoError, PayloadDamaged
from crypto.reporter.submission import blobs_document, read_blobs
from crypto.sealing.attachments import BlobListing
from crypto.sealing.erasure import unwrap_erasable, wrap_erasable
from crypto.text import read_json, write_json
from portal.errors import Refusal
from portal.logs import log
from portal.mailroom.context import Mailroom
from portal.mailroom.errors import CaseErased, NoSuchMailbox
from portal.mailroom.grants import StoredGrant
from portal.mailroom.service import deliver_item, erasure_key_of_case, replace_grant
from portal.stores.engines import Store

LOADS_AT_ONCE = 32
LOAD_LIMIT = 1024 * 1024


def deliver_loads(cases: Store, room: Mailroom, now: datetime, case: CaseId | None = None) -> int:
    """Delivers what waits, of one case or of all; gives the number of loads delivered.

    Idempotent: a load that was delivered before its row was dropped is delivered again without
    effect. A load that fails stays, with all later ones of its case, for the next round; one that the mailroom itself
    refuses is set aside after some rounds, and nothing waits behind it any more.
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
        how = _How.LATER if load.case in stuck else _bring(room, load)
        done += how is _How.BROUGHT
        if not _settle(cases, room, load, how):
            stuck.add(load.case)
    return done


class _How(Enum):
    """What became of a load: it is there, the mailroom refused it, or it was not its turn or the store's fault."""

    BROUGHT = auto()
    REFUSED = auto()
    LATER = auto()


def _settle(cases: Store, room: Mailroom, load: Load, how: _How) -> bool:
    """Whether the loads behind it may go on."""
    place = _place(room, load) if how is _How.REFUSED else None
    with cases.write() as connection:
        if how is _How.BROUGHT:
            drop_load(connection, load.event_hash)
        elif how is _How.LATER:
            return_load(connection, load.event_hash)
        elif count_try(connection, load.event_hash, place):
            log.error("set aside", n=load.n)
            return True
    return how is _How.BROUGHT


def _place(room: Mailroom, load: Load) -> Place | None:
    """Where the item of a load stands in its thread, as far as it can be read."""
    if load.item is None:
        return None
    try:
        return _item(unwrapped_load(erasure_key_of_case(room, load.case), load.item)).place
    except (Refusal, CryptoError, SQLAlchemyError, OSError):
        return None


def _bring(room: Mailroom, load: Load) -> _How:
    try:
        key = erasure_key_of_case(room, load.case)
        if load.item is not None:
            item = _item(unwrapped_load(key, load.item))
            deliver_item(room, item, read_blobs(read_json(load.blobs, LOAD_LIMIT)), load.day)
        if load.packet is not None and load.epoch is not None:
            history = None if load.history is None else unwrapped_load(key, load.history)
            replace_grant(room, load.case, StoredGrant(load.epoch, unwrapped_load(key, load.packet), history), load.day)
    except (CaseErased, NoSuchMailbox):
        # Its erasure key was destroyed: there is nothing left to bring this to.
        return _How.BROUGHT
    except (Refusal, CryptoError, DataError, IntegrityError) as error:
        log.warning("not delivered", error=type(error).__name__)
        return _How.REFUSED
    except (SQLAlchemyError, OSError) as error:
        log.warning("not delivered", error=type(error).__name__)
        return _How.LATER
    return _How.BROUGHT


def erasable(room: Mailroom, case: CaseId) -> Callable[[bytes], bytes]:
    """What lays content under the erasure key of a case; raises `NoSuchMailbox` or `CaseErased`."""
    key = erasure_key_of_case(room, case)
    return lambda content: wrap_erasable(key, content, room.rng)


def unwrapped_load(key: bytes, content: bytes) -> bytes:
    """What casework keeps under the erasure key of a case."""
    try:
        return unwrap_erasable(key, content)
    except PayloadDamaged:
        # A row that an earlier release wrote; what is neither is refused by anyone who reads it.
        return content


def _item(content: bytes) -> Item:
    return read_item(read_json(content, LOAD_LIMIT))


def write_blobs(blobs: list[BlobListing]) -> bytes:
    """The uploads of a step as an outbox row keeps them."""
    return write_json(blobs_document(blobs))
