"""Delivers the outbox of casework to the mailroom: in the request that wrote it, else by the worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from datetime import datetime
from enum import Enum, auto

from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from casework.event_store.outbox import (
    LEASE_SECONDS,
    OutboxItem,
    count_try,
    delete_item,
    is_waiting,
    lease_items,
    leased_among,
    return_item,
    undelivered_among,
)
from casework.event_store.store import CaseId
from crypto.case.items import Item, Place, read_item
from crypto.errors import CryptoError, PayloadDamaged
from crypto.reporter.submission import blobs_document, read_blobs
from crypto.sealing.attachments import BlobListing
from crypto.sealing.erasure import unwrap_erasable, wrap_erasable
from crypto.text import read_json, write_json
from portal.errors import ProblemRefusal
from portal.logs import log
from portal.mailroom.context import Mailroom
from portal.mailroom.errors import CaseErased, NoSuchMailbox
from portal.mailroom.grants import StoredGrant
from portal.mailroom.service import deliver_item, erasure_key_of_case, replace_grant
from portal.stores.engines import Store

DELIVERIES_AT_ONCE = 32
CONTENT_LIMIT = 1024 * 1024
# Two seconds: a delivery takes milliseconds.
WAITS, WAIT_SECONDS = 40, 0.05


def deliver_pending(
    cases: Store, mailroom: Mailroom, now: datetime, case: CaseId | None = None, *, stolen: bool = False
) -> int:
    """Delivers pending loads, of one case or of all; returns the number delivered.

    Idempotent: a load that was delivered before its row was dropped is delivered again without
    effect. A load that fails stays, with all later ones of its case, for the next round; one that the mailroom itself
    refuses is set aside after some rounds, and nothing waits behind it any more. `stolen` takes what another process
    has taken up too.
    """
    second = int(now.timestamp())
    with cases.read() as connection:
        if not is_waiting(connection, second + LEASE_SECONDS if stolen else second, case):
            return 0
    with cases.write() as connection:
        loads = lease_items(connection, second, DELIVERIES_AT_ONCE, case, stolen=stolen)
    stuck: set[CaseId] = set()
    done = 0
    for load in loads:
        outcome = _Outcome.LATER if load.case in stuck else _deliver(mailroom, load)
        done += outcome is _Outcome.DELIVERED
        if not _settle(cases, mailroom, load, outcome):
            stuck.add(load.case)
    return done


def deliver_pending_of(cases: Store, mailroom: Mailroom, now: datetime, wanted: Collection[CaseId]) -> None:
    """The same of some cases, which are asked about together: those of which nothing is pending cost nothing more.

    Anyone who reads a case must find every step that was confirmed. What another process is delivering is therefore
    waited for, up to `WAITS` times, and then delivered here: that process may have died with its lease, and a delivery
    may be repeated. A load that can't even be read concerns its own case alone, and stays.
    """
    pending: list[CaseId] = []
    for _ in range(WAITS):
        with cases.read() as connection:
            pending = undelivered_among(connection, wanted)
        if not pending:
            return
        _deliver_each(cases, mailroom, now, pending)
        with cases.read() as connection:
            if not leased_among(connection, int(now.timestamp()), pending):
                return
        time.sleep(WAIT_SECONDS)
    _deliver_each(cases, mailroom, now, pending, stolen=True)


def _deliver_each(
    cases: Store, mailroom: Mailroom, now: datetime, pending: Collection[CaseId], *, stolen: bool = False
) -> None:
    for case in pending:
        try:
            deliver_pending(cases, mailroom, now, case, stolen=stolen)
        except (ProblemRefusal, CryptoError, ValueError) as error:
            log.warning("not delivered", error=type(error).__name__)


class _Outcome(Enum):
    """The outcome of a delivery: delivered, refused by the mailroom, or to be retried later."""

    DELIVERED = auto()
    REFUSED = auto()
    LATER = auto()


def _settle(cases: Store, mailroom: Mailroom, load: OutboxItem, outcome: _Outcome) -> bool:
    """Whether the loads behind it may go on."""
    place = _place(mailroom, load) if outcome is _Outcome.REFUSED else None
    with cases.write() as connection:
        if outcome is _Outcome.DELIVERED:
            delete_item(connection, load.event_hash)
        elif outcome is _Outcome.LATER:
            return_item(connection, load.event_hash)
        elif count_try(connection, load.event_hash, place):
            log.error("set aside", n=load.n)
            return True
    return outcome is _Outcome.DELIVERED


def _place(mailroom: Mailroom, load: OutboxItem) -> Place | None:
    """The place of a load's item in its thread, if it can be read."""
    if load.item is None:
        return None
    try:
        return _item(unwrap_content(erasure_key_of_case(mailroom, load.case), load.item)).place
    except (ProblemRefusal, CryptoError, SQLAlchemyError, OSError):
        return None


def _deliver(mailroom: Mailroom, load: OutboxItem) -> _Outcome:
    try:
        key = erasure_key_of_case(mailroom, load.case)
        if load.item is not None:
            item = _item(unwrap_content(key, load.item))
            deliver_item(mailroom, item, read_blobs(read_json(load.blobs, CONTENT_LIMIT)), load.day)
        if load.packet is not None and load.epoch is not None:
            history = None if load.history is None else unwrap_content(key, load.history)
            replace_grant(
                mailroom, load.case, StoredGrant(load.epoch, unwrap_content(key, load.packet), history), load.day
            )
    except (CaseErased, NoSuchMailbox):
        # Its erasure key was destroyed: there is no case to deliver to.
        return _Outcome.DELIVERED
    except (ProblemRefusal, CryptoError, DataError, IntegrityError) as error:
        log.warning("not delivered", error=type(error).__name__)
        return _Outcome.REFUSED
    except (SQLAlchemyError, OSError) as error:
        log.warning("not delivered", error=type(error).__name__)
        return _Outcome.LATER
    return _Outcome.DELIVERED


def erasure_wrapper(mailroom: Mailroom, case: CaseId) -> Callable[[bytes], bytes]:
    """A function that wraps content with the erasure key of a case; raises `NoSuchMailbox` or `CaseErased`."""
    key = erasure_key_of_case(mailroom, case)
    return lambda content: wrap_erasable(key, content, mailroom.rng)


def unwrap_content(key: bytes, content: bytes) -> bytes:
    """Content that casework stores wrapped with the erasure key of a case."""
    try:
        return unwrap_erasable(key, content)
    except PayloadDamaged:
        # A row that an earlier release wrote; what is neither is refused by anyone who reads it.
        return content


def _item(content: bytes) -> Item:
    return read_item(read_json(content, CONTENT_LIMIT))


def write_blobs(blobs: list[BlobListing]) -> bytes:
    """The uploads of a step as an outbox row keeps them."""
    return write_json(blobs_document(blobs))
