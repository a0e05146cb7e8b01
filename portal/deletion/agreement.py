"""Whether two members agreed, on the record of a case and each under a signature, that it is deleted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.engine.case import Case, fold
from casework.engine.engine import Command, attempt
from casework.engine.holders import roles_of
from casework.engine.refusals import Refusal
from casework.engine.seconding import approved
from casework.errors import NotAHistory
from casework.policy.policy import Policy
from casework.record.history import Entry, history
from casework.record.store import CASES, EVENTS, CaseId
from casework.rules.acts import Act
from crypto.directory import VerifiedDirectory
from crypto.events import WORKER, verify_events
from crypto.framing import b64encode
from portal.rules_shelf import RulesShelf
from portal.stores import Store


@dataclass(frozen=True)
class Agreement:
    """What the record says: `by` are those who asked and agreed; where it is `None`, `may` are the roles that may."""

    by: tuple[str, str] | None
    may: tuple[str, ...] = ()


def agreement_on(store: Store, shelf: RulesShelf, case: CaseId, now: datetime) -> Agreement | None:
    """What the record of a case says of its deletion; None where there is no such case, or no rules to judge it by.

    The stream is verified against the directory of today and judged anew: what the store says of
    signatures is not believed. Raises `NotAHistory`, and `OfficeNotReady` without a directory.
    """
    with store.read() as connection:
        row = connection.execute(select(CASES).where(CASES.c.case_id == case)).one_or_none()
        events = connection.execute(
            select(EVENTS.c.payload, EVENTS.c.signature).where(EVENTS.c.case_id == case).order_by(EVENTS.c.n)
        ).all()
    if row is None:
        return None
    signed = [{"payload": one.payload, "sig": one.signature and b64encode(bytes(one.signature))} for one in events]
    folded = history(row.policy, row.policy_version, _verified(shelf.directory.on(now.date()), case, signed))
    ruling = shelf.rules_of(now)(row.policy, folded.version, row.entity)
    return None if ruling is None else judged(ruling.policy, folded)


def _verified(directory: VerifiedDirectory, case: CaseId, events: Sequence[object]) -> list[Entry]:
    entries: list[Entry] = []
    for one in verify_events(directory, case, events):
        if one.event is None:
            raise NotAHistory
        entries.append(Entry(one.event, signed=one.event.actor != WORKER and one.wrong is None))
    return entries


def judged(policy: Policy, case: Case) -> Agreement:
    """The agreement that holds in a case, by the engine's own word on both steps; else who may agree to one."""
    roles = tuple(role.id for role in policy.rules.roles)
    found = approved(case, Act.DELETION_APPROVED)
    if found is None or found.by is None:
        return Agreement(None, roles)
    asking = next(one for one in reversed(case.events[: found.n]) if one.act is Act.DELETION_ASKED)
    stood = all(_passes(policy, case, n) for n in (asking.n, found.n))
    return Agreement((asking.by or "", found.by), roles) if stood and asking.by else Agreement(None, roles)


def _passes(policy: Policy, case: Case, n: int) -> bool:
    """Whether the engine lets the event pass over the stream before it."""
    event, before = case.events[n], fold(case.events[:n])
    if event.by is None or event.n in case.uncounted:
        return False
    command = Command(event.act, event.at, event.by, roles_of(policy, before, event.by), item=event.item)
    return not isinstance(attempt(policy, before, command), Refusal)
