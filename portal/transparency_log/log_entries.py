"""Where the entries come from: casework's outbox, the office's documents, the deletion list, custodians' votes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from casework.event_store.log_outbox import PendingFact
from crypto.custody.names import Ground
from crypto.framing import frame, sha256, u64
from crypto.office.signed_notes import read_note
from crypto.transparency_log.filing import Fact, case_log_key, log_entry, office_log_key
from portal.identity.store import REQUESTS, REVIEWS, VOTES
from portal.mailroom.context import Mailroom
from portal.mailroom.tables import MAILBOXES
from portal.office import OfficeFolder
from portal.stores.engines import Store
from retaliation_watch.outbox import WatchFact

EVENTS = "events"
DELETIONS = "deletions"
DANGERS = "dangers"
DANGERS_DAYS = 60
"""Shorter than a request in danger to life is kept for its review: what is missing among these was taken away."""
_AT_ONCE = 500


@dataclass(frozen=True)
class CaseEntries:
    """Entries of facts that wait, and the facts that need wait no longer once they are in the log."""

    entries: list[bytes]
    done: list[PendingFact]


def case_keys(mailroom: Mailroom, cases: Iterable[bytes]) -> dict[bytes, bytes]:
    """The log keys of those of the cases that were not deleted."""
    wanted = sorted(set(cases))
    erasure_ids: dict[bytes, bytes] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(MAILBOXES.c.case_id, MAILBOXES.c.erasure_id)
        with mailroom.store.read() as connection:
            rows = connection.execute(query.where(MAILBOXES.c.case_id.in_(wanted[at : at + _AT_ONCE]))).all()
        erasure_ids |= {bytes(row.case_id): bytes(row.erasure_id) for row in rows}
    keys = mailroom.erasure.find(erasure_ids.values())
    return {case: case_log_key(keys[one]) for case, one in erasure_ids.items() if one in keys}


def case_entries(mailroom: Mailroom, waiting: Sequence[PendingFact]) -> CaseEntries:
    """The entries of facts of cases; a deleted case's facts have none any more, and are done with."""
    keys = case_keys(mailroom, (fact.case for fact in waiting))
    entries = [log_entry(keys[one.case], Fact(one.fact), one.content) for one in waiting if one.case in keys]
    return CaseEntries(entries, list(waiting))


def office_facts(folder: OfficeFolder, office: bytes) -> list[bytes]:
    """The entries of every root and of the directory that is published now."""
    key = office_log_key(office)
    notes = [(Fact.ROOT, root) for root in folder.roots()]
    directory = folder.directory()
    notes += [(Fact.DIRECTORY, directory)] if directory is not None else []
    return [log_entry(key, fact, sha256(read_note(note.encode()).text)) for fact, note in notes]


def unsealing_facts(identity: Store, office: bytes) -> list[bytes]:
    """The entries of requests for identities, of votes and reviews: no case is named, nor who asked, voted or wrote."""
    key = office_log_key(office)
    with identity.read() as connection:
        requests = connection.execute(select(REQUESTS).where(REQUESTS.c.body != b"")).all()
        votes = connection.execute(select(VOTES.c.request_id, VOTES.c.seat)).all()
        reviews = connection.execute(select(REVIEWS)).all()
    cast = [frame("yanlu/v1/log-vote", bytes(row.request_id), bytes(row.seat)) for row in votes]
    found = [
        frame("yanlu/v1/log-review", bytes(row.request_id), bytes(row.seat), row.review.encode()) for row in reviews
    ]
    return [
        *(_request_entry(key, row) for row in requests),
        *(log_entry(key, Fact.UNSEAL_VOTE, sha256(one)) for one in cast),
        *(log_entry(key, Fact.UNSEAL_REVIEW, sha256(one)) for one in found),
    ]


def _request_entry(key: bytes, row: Row[Any]) -> bytes:
    day, sealed = row.expires.isoformat(), (bytes(row.reason), bytes(row.body))
    content = frame("yanlu/v1/log-unseal", bytes(row.request_id), row.ground, row.notify, day, *sealed)
    return log_entry(key, Fact.UNSEAL_REQUEST, sha256(content))


def dangers_digest(identity: Store, office: bytes, hour: datetime, written: Collection[bytes]) -> bytes:
    """SHA-256 over the requests in danger to life that ended less than `DANGERS_DAYS` before this hour, or have not.

    Those that are open count where their entry is among those `written`; one that is over is old enough to be.
    """
    key = office_log_key(office)
    query = select(REQUESTS).where(REQUESTS.c.ground == Ground.DANGER_TO_LIFE.value)
    recent = REQUESTS.c.expires > hour.astimezone(UTC).date() - timedelta(days=DANGERS_DAYS)
    with identity.read() as connection:
        rows = connection.execute(query.where(recent).order_by(REQUESTS.c.request_id)).all()
    counted = [row for row in rows if not row.body or _request_entry(key, row) in written]
    frames = (
        frame("yanlu/v1/log-danger", bytes(row.request_id), row.expires.isoformat(), bytes(row.reason))
        for row in counted
    )
    return sha256(*(sha256(one) for one in frames))


def watch_facts(waiting: Iterable[WatchFact], office: bytes) -> list[bytes]:
    """The entries of what the watch has entered: requests for links and evidence, of nobody who could be told."""
    key = office_log_key(office)
    return [log_entry(key, one.fact, one.content) for one in waiting]


def state_entry(office: bytes, hour: datetime, of: str, digest: bytes) -> bytes:
    """The entry of what a store held at a checkpoint: events of cases, or marks of deletions."""
    content = sha256(frame("yanlu/v1/log-state", of, u64(int(hour.timestamp())), digest))
    return log_entry(office_log_key(office), Fact.STATE, content)


def marks_digest(marks: Iterable[bytes]) -> bytes:
    """SHA-256 over the marks in their order."""
    return sha256(*sorted(marks))


def salted(salt: bytes | None, digest: bytes) -> bytes:
    """A state that nobody recognizes who lacks the salt: that of an empty store is known to everybody else."""
    return digest if salt is None else sha256(frame("yanlu/v1/log-salted", salt, digest))


def deletion_facts(marks: Iterable[bytes], office: bytes) -> list[bytes]:
    """The entries of what stands on the deletion list: marks, that nobody can link to a case that is gone."""
    key = office_log_key(office)
    return [log_entry(key, Fact.DELETION, mark) for mark in marks]
