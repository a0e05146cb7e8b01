"""Whether two members agreed, on the record of a case and each under a signature, that it is deleted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select

from casework.engine.case import Case, Event, fold
from casework.engine.dual_approval import answered, approved
from casework.engine.engine import Command, attempt
from casework.engine.holders import roles_of
from casework.engine.refusals import Refusal
from casework.errors import NotAHistory
from casework.event_store.history import StreamEntry, history
from casework.event_store.store import CASES, EVENTS, CaseId
from casework.policy.policy import Policy
from casework.rules.acts import Act
from crypto.case.events import WORKER, verify_events
from crypto.framing import b64encode
from crypto.office.directory import VerifiedDirectory
from portal.office.rules_repository import RulesRepository
from portal.stores.engines import Store

LASTS: Final = timedelta(days=30)
"""So long after it was given an agreement may be carried out: what was right then may be wrong a year later."""

CLOCK_SKEW: Final = timedelta(days=2)
"""So far ahead a day may be, in another time zone; an agreement that is dated beyond would never run out."""


@dataclass(frozen=True)
class Agreement:
    """What the record says: `by` are those who asked and agreed; where it is `None`, `may` are the roles that may.

    `until` is the last day on which it may be carried out; it is there without `by` where it has run out.
    """

    by: tuple[str, str] | None
    may: tuple[str, ...] = ()
    until: date | None = None


def agreement_on(store: Store, rules: RulesRepository, case: CaseId, now: datetime) -> Agreement | None:
    """What the record of a case says of its deletion; None where there is no such case.

    The stream is verified against the directory of today and judged again: what the store says of
    signatures is not believed. Without rules two different readers of such cases have to have signed.
    Raises `NotAHistory`, and `OfficeNotReady` without a directory.
    """
    with store.read() as connection:
        row = connection.execute(select(CASES).where(CASES.c.case_id == case)).one_or_none()
        events = connection.execute(
            select(EVENTS.c.payload, EVENTS.c.signature).where(EVENTS.c.case_id == case).order_by(EVENTS.c.n)
        ).all()
    if row is None:
        return None
    signed = [{"payload": one.payload, "sig": one.signature and b64encode(bytes(one.signature))} for one in events]
    directory = rules.directory.on(now.date())
    folded = history(row.policy, row.policy_version, _verified(directory, case, signed))
    ruling = rules.rules_of(now)(row.policy, folded.version, row.entity)
    if ruling is not None:
        return judged(ruling.policy, folded, now.date())
    return judged_without_rules(folded, readers_of(directory, row.entity, row.policy), now.date())


def _verified(directory: VerifiedDirectory, case: CaseId, events: Sequence[object]) -> list[StreamEntry]:
    entries: list[StreamEntry] = []
    for one in verify_events(directory, case, events):
        if one.event is None:
            raise NotAHistory
        entries.append(StreamEntry(one.event, signed=one.event.actor != WORKER and one.wrong is None))
    return entries


def readers_of(directory: VerifiedDirectory, entity: str, policy: str) -> frozenset[str]:
    """Everybody who may be given a case of this entity and policy, valid today, outside holders among them."""
    rows = [one.members for one in directory.content.holders if (one.entity, one.policy) == (entity, policy)]
    outside = [one.outside for one in directory.content.entities]
    named = {member for members in (*rows, *outside) for member in members}
    return frozenset(member for member in named if directory.valid_member(member) is not None)


def judged(policy: Policy, case: Case, today: date) -> Agreement:
    """The agreement that holds in a case, by the engine's own word on both steps; else who may agree to one."""
    roles = tuple(role.id for role in policy.rules.roles)
    pair = _pair(case)
    if pair is None or not all(_passes(policy, case, one.n) for one in pair):
        return Agreement(None, roles)
    return _unless_over(pair, roles, today)


def judged_without_rules(case: Case, readers: frozenset[str], today: date) -> Agreement:
    """The same where no rules say who may: two of these people, each under a signature."""
    pair = _pair(case)
    if pair is None or pair[0].by == pair[1].by or not all(one.signed and one.by in readers for one in pair):
        return Agreement(None, tuple(sorted(readers)))
    return _unless_over(pair, tuple(sorted(readers)), today)


def _pair(case: Case) -> tuple[Event, Event] | None:
    """The agreeing that stands last on the record, and the asking that it answers."""
    found = approved(case, Act.DELETION_APPROVED)
    if found is None or found.by is None:
        return None
    asking = answered(case, found)
    return None if asking is None or asking.by is None else (asking, found)


def _unless_over(pair: tuple[Event, Event], may: tuple[str, ...], today: date) -> Agreement:
    asking, found = pair
    given = found.day
    if given > today + CLOCK_SKEW:
        return Agreement(None, may)
    by = (str(asking.by), str(found.by)) if today <= given + LASTS else None
    return Agreement(by, may, given + LASTS)


def _passes(policy: Policy, case: Case, n: int) -> bool:
    """Whether the engine lets the event pass over the stream before it."""
    event, before = case.events[n], fold(case.events[:n])
    if event.by is None or event.n in case.uncounted:
        return False
    roles = roles_of(policy, before, event.by)
    command = Command(event.act, event.at, event.by, roles, codes=event.codes, item=event.item)
    return not isinstance(attempt(policy, before, command), Refusal)
