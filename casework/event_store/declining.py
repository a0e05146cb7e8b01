"""What one asks and another must answer is declined by those who could agree, and taken back by who asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from casework.engine.case import Case, Event, open_askings
from casework.engine.dual_approval import BY_TWO, answers, asking_for, who_may_answer
from casework.engine.holders import roles_of
from casework.errors import EventRefused
from casework.event_store.event_kinds import EventKind
from casework.event_store.history import StreamEntry
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Act
from crypto.case import events as stream

NAMES: Final = frozenset({"n", "item"})
"""What the event names: the number of the asking, and the note that says why."""


def is_declined_shape(event: stream.Event) -> bool:
    """Whether it names these and nothing else."""
    return frozenset(event.data) == NAMES


def open_answer(case: Case, n: object) -> Act | None:
    """The answer for which the asking at `n` of the stream waits; None where there is none, or it waits no more."""
    found = _open_at(case, n)
    return None if found is None else found[0]


def _open_at(case: Case, n: object) -> tuple[Act, Event] | None:
    """The same with the asking itself: any that waits, for a later one by somebody else ends none before it."""
    waiting = {one.n: (answer, one) for answer in BY_TWO for one in open_askings(case.events, case.uncounted, answer)}
    return waiting.get(n) if type(n) is int else None


def may_agree(policy: Policy, case: Case, answer: Act, member: MemberId, asking: Event | None = None) -> bool:
    """Whether this member is one of those whose agreement what was asked for waits for; the newest if not given."""
    stage, asking = policy.rules.stage(case.stage), asking or asking_for(case, answer)
    if stage is None or asking is None or asking.by == member or member in case.recused:
        return False
    own = roles_of(policy, case, member)
    rules = [rule for rule in policy.rules.acts_in(stage) if rule.act is answer and answers(rule)]
    return any(own & set(who_may_answer(asking, rule.by or stage.actors)) for rule in rules)


def declines(
    policy: Policy, case: Case, entries: Sequence[StreamEntry], answer: Act, asking: Event | None = None
) -> list[stream.Event]:
    """Who does not agree to what waits for this answer, one event each; only those count who could agree.

    A decline ends nothing: anybody else of them may agree, and so may who declined. A new asking has none; the
    newest is meant where no other that waits is given.
    """
    asking = asking or asking_for(case, answer)
    if asking is None:
        return []
    found: dict[str, stream.Event] = {}
    for one in entries:
        event = one.event
        names = one.signed and event.kind == EventKind.STEP_DECLINED and _number(event) == asking.n
        if names and may_agree(policy, case, answer, MemberId(event.actor), asking):
            found.setdefault(event.actor, event)
    return list(found.values())


def check_declined(policy: Policy | None, case: Case, entries: Sequence[StreamEntry], event: stream.Event) -> None:
    """Lets pass a decline of what waits: by who asked, or where rules are known by who could agree; once each.

    By who asked it takes the request back (`casework.event_store.history`). Raises `EventRefused`.
    """
    found = _open_at(case, event.data.get("n"))
    if found is None:
        raise EventRefused("declined")
    answer, asking = found
    if asking.by == event.actor:
        return
    if policy is not None and not may_agree(policy, case, answer, MemberId(event.actor), asking):
        raise EventRefused("declined")
    if any(
        (one.event.kind, one.event.actor, _number(one.event)) == (event.kind, event.actor, asking.n) for one in entries
    ):
        raise EventRefused("twice")


def _number(event: stream.Event) -> int | None:
    """The asking that a decline names; it stands before it."""
    n = event.data.get("n")
    return n if type(n) is int and n < event.n else None
