"""Whether a step may be done: the engine's answer under the rules that the case is pinned to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from casework.deadlines.calendars import Office
from casework.engine.case import Case, Event
from casework.engine.engine import Command, allowed, attempt, decide, migrate
from casework.engine.holders import roles_of
from casework.engine.policy_clocks import finest_limit, lapsed
from casework.engine.refusal_words import refusal_words
from casework.engine.refusals import Refusal, RefusalReason, StepUnfit
from casework.engine.separate_roles import separate_roles
from casework.errors import BeyondCalendar, EventRefused
from casework.event_store.extending import extension_unfit
from casework.event_store.history import (
    ACT_READ,
    BY_ANYBODY,
    CODES,
    StreamEntry,
    codes_of,
    day_of,
    item_of,
    message_of,
    moment_of,
    read_act,
)
from casework.ids import MemberId
from casework.obligations.callback import against_verdict
from casework.obligations.case_schedule import SUPERIORS
from casework.obligations.grade_duties import check_grade_duties
from casework.policy.policy import Policy
from casework.rules.acts import BY_VERDICT, TRAITS, Act, Attribute
from casework.rules.flow import ClockId, StageId
from casework.rules.roles import RoleId
from crypto.case import events as stream

AHEAD: Final = timedelta(minutes=10)
LEAST_LAG: Final = timedelta(minutes=10)
LONGEST_LAG: Final = timedelta(hours=2)
NAMES: Final = frozenset({"item", "grant", "role", "to", "at"}) | CODES
READ_NAMES: Final = frozenset({"item", "n", "act", "to"})
UNVOICED: Final = frozenset({Act.SELF_ASSIGNED, Act.REPLIED, Act.NOTED})
"""Acts that may be written without the role in which they are done."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Under what a case runs: its policy as published, its office's days, the moment, and other versions.

    `is_member` tells who is in the office now: a policy names its people when it is published, and some leave since.
    """

    policy: Policy
    office: Office
    now: datetime
    version: Callable[[str], Policy | None]
    is_member: Callable[[str], bool] = lambda _: True


RulesOf = Callable[[str, str, str], Ruling | None]
"""Gives the ruling of (policy, version, entity); None where that policy was published without rules."""


def check_step(ruling: Ruling, entries: Sequence[StreamEntry], case: Case, event: stream.Event) -> None:
    """Lets pass what the policy allows; raises `StepUnfit` with the engine's refusal, or `EventRefused`.

    `entries` is the stream before the event, and `case` what it gives.
    """
    if event.kind == ACT_READ:
        _judge_read(ruling, entries, case, event)
    elif event.kind in set(Act) and Act(event.kind) not in BY_ANYBODY:
        _judge_member(ruling, case, event)


def _judge_member(ruling: Ruling, case: Case, event: stream.Event) -> None:
    if not set(event.data) <= NAMES:
        raise EventRefused("names")
    command = _command(ruling, case, event)
    found = _answer(ruling, case, command)
    if isinstance(found, Refusal):
        raise StepUnfit(found, refusal_words(ruling.policy, found))
    _check_data(event, found[0], command.act)
    unfit = check_record_rules(ruling, case, found[0]) or check_grade_duties(
        ruling.policy, case, found[0], command.roles
    )
    if unfit is not None:
        raise StepUnfit(unfit, refusal_words(ruling.policy, unfit))


def check_record_rules(ruling: Ruling, case: Case, event: Event) -> Refusal | None:
    """Why the record does not take an event that the engine lets pass; None where it does."""
    unfit = extension_unfit(ruling.policy, case, event, (ruling.office, ruling.now))
    return (
        unfit
        or _recusal_unfit(ruling, event)
        or _escalation_unfit(ruling, event)
        or _successor_unfit(ruling, case, event)
        or _verdict_unfit(ruling, case, event)
    )


def _verdict_unfit(ruling: Ruling, case: Case, event: Event) -> Refusal | None:
    """A round ends after the visit that was agreed in it; what the reporter then said only a reader's client knows."""
    return against_verdict(ruling.policy, case, satisfied=None, to=None) if event.act in BY_VERDICT else None


def _successor_unfit(ruling: Ruling, case: Case, event: Event) -> Refusal | None:
    """A case goes to somebody who has a role in it, and from a handler with a deputy only by one of these two.

    Else one signature would take the handler's roles from the deputy, or put the case out of everybody's sight. Who was
    recused, has no role of the policy, or left the office is none of the two.
    """
    if event.act not in (Act.ASSIGNED, Act.REASSIGNED):
        return None
    named = [case.codes[code] for code in (Attribute.HANDLER, Attribute.DEPUTY) if code in case.codes]
    pair = [one for one in named if _may_act(ruling, case, one)]
    is_handed_on = event.act is Act.REASSIGNED and Attribute.DEPUTY in case.codes
    if is_handed_on and pair and event.by not in pair:
        return Refusal(RefusalReason.WRONG_ROLE, tuple(pair))
    to = event.codes.get(Attribute.HANDLER)
    if to is not None and not _may_act(ruling, case, to):
        return Refusal(RefusalReason.WRONG_CODE, (Attribute.HANDLER,))
    return _deputy_unfit(ruling, case, event)


def _deputy_unfit(ruling: Ruling, case: Case, event: Event) -> Refusal | None:
    """Naming a handler gives nobody a role that the signer lacks, as deputy of somebody who has it.

    A deputy could act in the handler's roles, and the handler has signed nothing. Nobody is the deputy of no handler,
    of themselves, or without a role of the policy; and nobody gains a role that is kept apart from one of their own.
    """
    handler, deputy = (event.codes.get(code) for code in (Attribute.HANDLER, Attribute.DEPUTY))
    if deputy is None:
        return None
    if handler is None or deputy == handler or not _may_act(ruling, case, deputy):
        return Refusal(RefusalReason.WRONG_CODE, (Attribute.DEPUTY,))
    own = frozenset[RoleId]() if event.by is None else roles_of(ruling.policy, case, event.by)
    holders = ruling.policy.bound.holders
    gained = [role for role, who in holders.items() if handler in who and deputy not in who]
    lacked = tuple(role for role in gained if role not in own)
    if lacked:
        return Refusal(RefusalReason.WRONG_ROLE, lacked)
    parted = separate_roles(ruling.policy, [role for role, who in holders.items() if deputy in who], gained)
    return Refusal(RefusalReason.SEPARATE_ROLES, parted) if parted else None


def _may_act(ruling: Ruling, case: Case, member: str) -> bool:
    """Whether somebody has a role of the policy, is in the office, and was not recused."""
    held = any(member in members for members in ruling.policy.bound.holders.values())
    return held and member not in case.recused and ruling.is_member(member)


def _escalation_unfit(ruling: Ruling, event: Event) -> Refusal | None:
    """Nobody gives themselves the roles of another by naming that one handler and themselves the deputy."""
    if event.act is not Act.ASSIGNED or event.by is None or event.codes.get(Attribute.DEPUTY) != event.by:
        return None
    holders = ruling.policy.bound.holders.values()
    handler = event.codes.get(Attribute.HANDLER)
    more = any(handler in members and event.by not in members for members in holders)
    return Refusal(RefusalReason.SAME_PERSON, (event.act,)) if more else None


def above_roles(policy: Policy) -> tuple[RoleId, ...]:
    """The roles that may say of others that they step back."""
    return tuple(role.id for role in policy.rules.roles if role.kind in SUPERIORS)


def _recusal_unfit(ruling: Ruling, event: Event) -> Refusal | None:
    """Anyone who steps back says so, or a role above them says it: else one of two accused could send away all others.

    Anyone who must not read a case any more is left out of a new grant, which has the signatures that it needs.
    """
    if event.act is not Act.RECUSED or event.codes[Attribute.MEMBER] == event.by:
        return None
    above = above_roles(ruling.policy)
    return None if event.role in above else Refusal(RefusalReason.WRONG_ROLE, (event.codes[Attribute.MEMBER], *above))


def _command(ruling: Ruling, case: Case, event: stream.Event) -> Command:
    """What the event asks for, in the role that it names, else in all that the member has."""
    member = MemberId(event.actor)
    held = roles_of(ruling.policy, case, member)
    role = event.data.get("role")
    to = event.data.get("to")
    return Command(
        act=Act(event.kind),
        at=_when(ruling, event),
        by=member,
        roles=held if role is None else held & {RoleId(str(role))},
        to=None if to is None else StageId(str(to)),
        codes=codes_of(event),
        item=item_of(event),
        lapsed=_lapsed(ruling, case, ruling.now),
    )


def _when(ruling: Ruling, event: stream.Event) -> date | datetime:
    if "at" not in event.data:
        return day_of(event)
    moment, finest = moment_of(event), finest_limit(ruling.policy, Act(event.kind))
    if moment is None or finest is None or not -allowed_lag(finest) <= moment - ruling.now <= AHEAD:
        raise EventRefused("at")
    return moment


def allowed_lag(finest: timedelta) -> timedelta:
    """How long before the server's minute an act may be told: a quarter of its limit, within bounds.

    Clocks of devices differ and words take their time on the way; nobody gains more of a limit than that by it.
    """
    return min(LONGEST_LAG, max(LEAST_LAG, finest / 4))


def _answer(ruling: Ruling, case: Case, command: Command) -> tuple[Event, ...] | Refusal:
    if command.act is Act.MIGRATED:
        target = ruling.version(command.codes.get(Attribute.VERSION, ""))
        if target is None:
            return Refusal(RefusalReason.WRONG_CODE, (Attribute.VERSION,), allowed(ruling.policy, case, command))
        found = migrate(ruling.policy, target, case, command)
        return replace(found, allowed=allowed(ruling.policy, case, command)) if isinstance(found, Refusal) else found
    if command.act is not Act.SEALED:
        return decide(ruling.policy, case, command)
    # Which of the masked acts it is, nobody learns here: one of them must be allowed.
    masked = [act for act in Act if TRAITS[act].masked]
    answers = [attempt(ruling.policy, case, replace(command, act=act)) for act in masked]
    done = next((one for one in answers if not isinstance(one, Refusal)), None)
    return done or Refusal(RefusalReason.NOT_HERE, (Act.SEALED,), allowed(ruling.policy, case, command))


def _check_data(event: stream.Event, left: Event, act: Act) -> None:
    """The event tells the very role and stage that the engine found: anyone who folds it must find them there."""
    recorded = event.data.get("role"), event.data.get("to")
    if recorded[1] != left.to:
        raise EventRefused("to")
    if recorded[0] is None and act in UNVOICED:
        return
    if recorded[0] != left.role:
        raise EventRefused("role")


def _judge_read(ruling: Ruling, entries: Sequence[StreamEntry], case: Case, event: stream.Event) -> None:
    """The reporter's act that a member read, judged as on the day on which its message arrived."""
    act, recorded = read_act(event), message_of(entries, event)
    if frozenset(event.data) | {"to"} != READ_NAMES or act is None or recorded is None:
        raise EventRefused("act-read")
    if any(one.event.kind == ACT_READ and one.event.data.get("n") == recorded.n for one in entries):
        raise EventRefused("act-read")
    to = event.data.get("to")
    found = decide_read(ruling, case, act, recorded, None if to is None else StageId(str(to)))
    if isinstance(found, Refusal):
        raise StepUnfit(found, refusal_words(ruling.policy, found))
    if to != found.to:
        raise EventRefused("to")


def decide_read(ruling: Ruling, case: Case, act: Act, recorded: stream.Event, to: StageId | None) -> Event | Refusal:
    """The event that a reporter's act leaves, as on the day on which its message arrived; `told` is that arrival."""
    day = day_of(recorded)
    morning = datetime.combine(day, time(), ruling.office.zone)
    night = morning + timedelta(days=1)
    # Of a message only the day is known: a window of that day is still open, a waiting that ends on it is over.
    rules = ruling.policy.rules
    listed = (*rules.anywhere, *(rule for stage in rules.stages for rule in stage.acts))
    waits = {rule.after for rule in listed if rule.after and rule.act is act}
    run_out = _lapsed(ruling, case, morning) | (_lapsed(ruling, case, night) & waits)
    found = decide(ruling.policy, case, Command(act, day, to=to, item=item_of(recorded), lapsed=run_out))
    return found if isinstance(found, Refusal) else found[0]


def _lapsed(ruling: Ruling, case: Case, now: datetime) -> frozenset[ClockId]:
    """The clocks that had run out at `now`, by what had happened until that day."""
    today = ruling.office.day_of(now)
    ahead = frozenset(one.n for one in case.events if one.day > today)
    try:
        return lapsed(ruling.policy, replace(case, uncounted=case.uncounted | ahead), ruling.office, now)
    except BeyondCalendar as error:
        raise EventRefused("day") from error
