"""Compares the stores with the log: every fact is in the log or pending, and none was removed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import sha256 as digester

from sqlalchemy import select

from casework.event_store.log_head import log_salt
from casework.event_store.store import EVENTS as EVENT_ROWS
from casework.event_store.store import OUTBOX_LOG
from crypto.case.events import event_hash
from crypto.case.payloads import Direction
from crypto.transparency_log.filing import Fact, filed_content, log_entry
from portal.deletion.deletion_list import DeletionList
from portal.mailroom.context import Mailroom
from portal.mailroom.tables import ITEMS, MAILBOXES
from portal.office import OfficeFolder
from portal.stores.engines import Store
from portal.transparency_log.ledger import MOST_FACTS
from portal.transparency_log.log_entries import (
    DANGERS,
    DELETIONS,
    EVENTS,
    case_keys,
    dangers_digest,
    deletion_facts,
    marks_digest,
    office_facts,
    salted,
    state_entry,
    unsealing_facts,
    watch_facts,
)
from portal.transparency_log.verifying import Fault, LogFaulty, VerifiedLog
from retaliation_watch.outbox import pending_facts

_PAGE_SIZE = 2000
_START = bytes(32)


@dataclass(frozen=True)
class Sources:
    """The stores that the log's entries come from."""

    mailroom: Mailroom
    cases: Store
    identity: Store
    watch: Store
    deleted: DeletionList
    office: OfficeFolder


@dataclass(frozen=True)
class _Event:
    case: bytes
    n: int
    hash: bytes
    payload: str
    signature: bytes | None
    waits: bool


def check_sources(found: VerifiedLog, sources: Sources) -> int:
    """Raises `LogFaulty` where the stores hold what the log does not, or hold no more what it does.

    Returns the number of facts that are pending for the next checkpoint. After a deletion the events of cases are
    compared with the last state only once the next checkpoint is written: until then nobody knows which of them were
    deleted with the case.
    """
    known, office = frozenset(found.entries), found.log.office
    with sources.cases.read() as connection:
        # None in a store of which no checkpoint was written since states are salted.
        salt = log_salt(connection)
    # 1. What is on the deletion list now, but for what came since the newest checkpoint.
    marks = sources.deleted.marks()
    deleted = frozenset(mark for mark in marks if deletion_facts([mark], office)[0] in known)
    _require_state(found, DELETIONS, salted(salt, marks_digest(deleted)))
    # 2. Each event stands in the log or waits for it, and follows from its own bytes; so does each report.
    digest, missing, waiting = digester(), 0, len(marks) - len(deleted)
    for event, is_known, is_whole in _events(sources, known):
        missing += not is_whole or not (is_known or event.waits)
        waiting += event.waits and not is_known
        if is_known or not event.waits:
            digest.update(event.case + event.n.to_bytes(8, "big") + event.hash)
    missing += _missing_reports(sources, known)
    if missing:
        raise LogFaulty(Fault.UNWRITTEN, missing)
    # 3. No event and no case is gone.
    if deleted == marks:
        _require_state(found, EVENTS, salted(salt, digest.digest()))
    # 4. No request in danger to life is gone before it could be reviewed.
    if salt is not None:
        dangers = dangers_digest(sources.identity, office, found.checkpoints[-1].hour, known)
        _require_state(found, DANGERS, salted(salt, dangers))
    # 5. What the office and its custodians do has no outbox: it waits, or stands there.
    others = [*office_facts(sources.office, office), *unsealing_facts(sources.identity, office)]
    with sources.watch.read() as connection:
        others += watch_facts(pending_facts(connection, MOST_FACTS), office)
    return waiting + sum(one not in known for one in others)


def _require_state(found: VerifiedLog, of: str, digest: bytes) -> None:
    newest = found.checkpoints[-1]
    before = found.checkpoints[-2].size if len(found.checkpoints) > 1 else 0
    if state_entry(found.log.office, newest.hour, of, digest) not in found.entries[before:]:
        raise LogFaulty(Fault.REMOVED, newest.size)


def _events(sources: Sources, known: Collection[bytes]) -> Iterator[tuple[_Event, bool, bool]]:
    """Every event, whether it stands in the log, and whether its hash is the one of its bytes and those before."""
    case, prev = b"", _START
    last = (b"", -1)
    while rows := _event_page(sources.cases, last):
        keys = case_keys(sources.mailroom, (one.case for one in rows))
        for one in rows:
            prev = prev if one.case == case else _START
            key = keys.get(one.case)
            # A case whose key was destroyed is being deleted: nothing tells its entries apart any more.
            is_known = key is None or log_entry(key, Fact.EVENT, one.hash) in known
            yield one, is_known, event_hash(prev, one.payload, one.signature) == one.hash
            case, prev = one.case, one.hash
        last = (rows[-1].case, rows[-1].n)


def _event_page(cases: Store, last: tuple[bytes, int]) -> list[_Event]:
    rows = EVENT_ROWS.c
    waits = select(OUTBOX_LOG.c.content).where(OUTBOX_LOG.c.content == rows.event_hash).exists()
    after = (rows.case_id > last[0]) | ((rows.case_id == last[0]) & (rows.n > last[1]))
    query = select(rows.case_id, rows.n, rows.event_hash, rows.payload, rows.signature, waits).where(after)
    with cases.read() as connection:
        found = connection.execute(query.order_by(rows.case_id, rows.n).limit(_PAGE_SIZE)).all()
    return [
        _Event(bytes(case), n, bytes(digest), payload, None if sig is None else bytes(sig), bool(waiting))
        for case, n, digest, payload, sig, waiting in found
    ]


def _missing_reports(sources: Sources, known: Collection[bytes]) -> int:
    """How many reports of open cases neither stand in the log nor wait for it, as stored in the mailroom."""
    with sources.cases.read() as connection:
        waits = {bytes(content) for content in connection.scalars(select(OUTBOX_LOG.c.content))}
        opened = {bytes(case) for case in connection.scalars(select(EVENT_ROWS.c.case_id).where(EVENT_ROWS.c.n == 0))}
    first = (ITEMS.c.case_id == MAILBOXES.c.case_id) & (ITEMS.c.dir == Direction.TO_OFFICE.value) & (ITEMS.c.seq == 1)
    query = select(MAILBOXES.c.case_id, MAILBOXES.c.submission_hash, ITEMS.c.item_hash).join(ITEMS, first)
    with sources.mailroom.store.read() as connection:
        rows = [(bytes(case), bytes(sent), bytes(item)) for case, sent, item in connection.execute(query)]
    keys = case_keys(sources.mailroom, (case for case, _, _ in rows))
    return sum(
        case in opened
        and case in keys
        and filed_content(item, sent) not in waits
        and log_entry(keys[case], Fact.SUBMISSION, filed_content(item, sent)) not in known
        for case, sent, item in rows
    )
