"""Whose duty what is, who answers for lateness, and who guards a reporter against revenge."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.terms import ClockKind, ClockStatus
from casework.engine.case import Case
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, terms_of
from casework.errors import StartRefused
from casework.policy.policy import Policy
from casework.rules.clauses import Clause, Duty, DutyOf
from casework.rules.flow import ClockId
from casework.rules.roles import RoleId
from casework.words import Words

FREE: Final = Words(
    "（不妨碍依法向有权机关反映，也不妨碍咨询律师、医生、工会，或者维护自己的合法权益）",
    " (this never keeps anybody from an authority or court, from a lawyer, doctor or union, or from their own rights)",
)
"""What follows every duty of secrecy of a reporter: no policy can silence anyone who turns to the law."""
OVERDUE = frozenset({ClockStatus.MISSED, ClockStatus.LATE})


@dataclass(frozen=True, slots=True)
class Overdue:
    """A limit that the office did not keep: which, whose, by how many days, and the clause by which they answer.

    `answers` are those who answer, `clause` None where the text sets no liability: then lateness is only seen.
    """

    clock: ClockId
    who: RoleId
    late: int
    clause: Clause | None
    answers: tuple[RoleId, ...]


def overdue(policy: Policy, case: Case, office: Office, now: datetime) -> tuple[Overdue, ...]:
    """The limits that the office has not kept at `now`, and who answers for each; a reporter's limit is nobody's debt.

    Raises `BeyondCalendar` where no clock runs.
    """
    roles = {role.id for role in policy.rules.roles}
    clause = next(iter(policy.rules.liability), None)
    found: list[Overdue] = []
    for clock in clocks_of(policy, case):
        if clock.who not in roles or clock.kind is not ClockKind.DEADLINE:
            continue
        state: ClockState | None = None
        with suppress(StartRefused):
            state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), office, now)
        if state is not None and state.status in OVERDUE:
            answers = tuple(dict.fromkeys(one for one in (clause.by, clock.who) if one)) if clause else ()
            found.append(Overdue(clock.id, clock.who, state.late, clause, answers))
    return tuple(found)


def duties_of(policy: Policy, of: DutyOf, role: RoleId | None = None) -> tuple[Duty, ...]:
    """What the text asks of reporter, respondent or handler, in its order: shown before each of them begins.

    With `role` only what it asks of anyone who acts in that role: their own duties and those of everybody.
    The secrecy that a text asks of the reporter is a duty too, and says what it cannot forbid.
    """
    own = tuple(duty for duty in policy.rules.duties if duty.of is of and (role is None or duty.by in (None, role)))
    bound = (rule for rule in policy.rules.secrecy if rule.binds_reporter and of is DutyOf.REPORTER)
    return own + tuple(Duty(of, Words(rule.text.zh + FREE.zh, rule.text.en + FREE.en), rule.source) for rule in bound)


def guards_against_revenge(policy: Policy) -> tuple[RoleId, ...]:
    """Who answers for it that nobody is punished for reporting; empty where the text says nothing of it.

    A clause that names nobody binds everybody who works on cases.
    """
    everybody = tuple(role.id for role in policy.rules.roles)
    named = [(clause.by,) if clause.by else everybody for clause in policy.rules.retaliation]
    return tuple(dict.fromkeys(role for roles in named for role in roles))
