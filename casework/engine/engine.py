"""What may be done in a case, and what doing it leaves: pure, without clock, store or chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Final

from casework.engine.case import Case, Event
from casework.engine.codes import wrong_code
from casework.engine.dual_approval import (
    ANSWERS,
    BY_TWO,
    answers,
    answers_another,
    asked,
    asking_meant,
    goes_abroad,
    who_may_answer,
)
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import TRAITS, Act, Attribute, Item, Party
from casework.rules.flow import ActRule, ClockId, Stage, StageId
from casework.rules.roles import RoleId

GOES_ON_FROZEN: Final = frozenset(
    {
        Act.SELF_ASSIGNED, Act.REPLIED, Act.NOTED, Act.REGRANTED, Act.INFORMATION_SUPPLIED, Act.NOTICE_RECEIVED,
        Act.WITHDRAWN, Act.RECUSED, Act.PLEDGED, Act.HELD, Act.RELEASED, Act.ISOLATED, Act.HANDED_BACK,
        Act.RELEASE_ASKED, Act.EXPORT_ASKED, Act.EXPORT_APPROVED, Act.EXPORTED, Act.REASSIGNED,
    }
)  # fmt: skip
"""What may still be done while an authority has the matter."""

HANDING: Final = (Act.HANDED_OVER, Act.HANDED_BACK)
NOT_UNDONE_BY_RECUSAL: Final = frozenset({Act.RECUSED})

FOR_OTHERS: Final = frozenset({RefusalReason.WRONG_ROLE, RefusalReason.ANOTHER_GRADE})
"""Why a rule does not speak of this member or this case at all."""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants to do.

    `by` and `roles` are the member and the roles that the member holds for this case; both empty for
    an act of the reporter, which counts only with `signed`: the signature inside the sealed item was
    verified. `lapsed` are the clocks that have run out at `at`, as the caller reckons them from
    policy, calendar and events. `to` picks the stage where the policy leaves a choice, `item` is the
    hash of the sealed item that comes along.
    """

    act: Act
    at: date
    by: MemberId | None = None
    roles: frozenset[RoleId] = frozenset()
    to: StageId | None = None
    codes: Mapping[Attribute, str] = field(default_factory=dict[Attribute, str])
    item: bytes | None = None
    signed: bool = True
    lapsed: frozenset[ClockId] = frozenset()


def decide(policy: Policy, case: Case, command: Command) -> tuple[Event, ...] | Refusal:
    """The events that a command leaves, or why it is refused and what would be allowed instead.

    The same arguments always give the same answer. Nothing is read or written.
    """
    found = attempt(policy, case, command)
    if isinstance(found, Refusal):
        return Refusal(found.reason, found.names, allowed(policy, case, command))
    return found


def attempt(policy: Policy, case: Case, command: Command) -> tuple[Event, ...] | Refusal:
    """As `decide`, but a refusal does not say what would be allowed: for anyone who tries many commands."""
    if command.act is Act.MIGRATED:
        # Only `migrate` knows the other version, and whether the case has a stage there.
        return Refusal(RefusalReason.WHICH_VERSION)
    return _done(policy, case, command)


def _done(policy: Policy, case: Case, command: Command) -> tuple[Event, ...] | Refusal:
    found = _judge(policy, case, command)
    if isinstance(found, Refusal):
        return found
    rule, role = found
    trait = TRAITS[command.act]
    moves = bool(rule.to) and (not rule.every or _last_of(rule, case, role))
    return (
        Event(
            n=len(case.events),
            act=Act.SEALED if trait.masked else command.act,
            at=command.at,
            by=command.by,
            role=role,
            to=_next_stage(rule, command) if moves else None,
            codes=dict(command.codes),
            item=command.item,
            signed=command.signed,
        ),
    )


def migrate(old: Policy, new: Policy, case: Case, command: Command) -> tuple[Event, ...] | Refusal:
    """Moves a case to another version of its policy, on the record: `command` is `migrated` with its reason.

    The case goes on in the stage of the same name. Where the new version has none, it goes on in `command.to`, which
    is no end: by a move alone no case passes what its policy asks for on the way.
    """
    stage, landings = command.to or case.stage, landings_of(new, case)
    if new.id != old.id or command.codes.get(Attribute.VERSION) != new.version or new.version == old.version:
        return Refusal(RefusalReason.WRONG_CODE, (Attribute.VERSION,))
    if stage not in landings:
        return Refusal(RefusalReason.ANOTHER_STAGE, landings)
    found = _done(old, case, replace(command, act=Act.MIGRATED, to=None))
    return found if isinstance(found, Refusal) else (replace(found[0], to=stage),)


def landings_of(new: Policy, case: Case) -> tuple[StageId, ...]:
    """The stages in which the case may go on under another version of its policy."""
    same = new.rules.stage(case.stage)
    return (same.id,) if same is not None else tuple(one.id for one in new.rules.stages if not one.end)


def allowed(policy: Policy, case: Case, command: Command) -> tuple[Act, ...]:
    """What the same person could do now, words and codes apart, in the order of the policy."""
    stage = policy.rules.stage(case.stage)
    if stage is None or (case.policy, case.version) != (policy.id, policy.version):
        return ()
    rules = (rule for rule in policy.rules.acts_in(stage) if _hurdle(rule, stage, case, command) is None)
    return tuple(dict.fromkeys(rule.act for rule in rules))


def _judge(policy: Policy, case: Case, command: Command) -> tuple[ActRule, RoleId | None] | Refusal:
    """The rule under which the command stands and the role in which it is done, or the nearest refusal."""
    # 1. The case is pinned to this very version, and stands in one of its stages.
    if (case.policy, case.version) != (policy.id, policy.version):
        return Refusal(RefusalReason.ANOTHER_VERSION, (case.policy, case.version))
    stage = policy.rules.stage(case.stage)
    if stage is None:
        return Refusal(RefusalReason.NO_SUCH_STAGE, (case.stage,))
    # 2. The policy knows the act, and allows it in this stage.
    rules = policy.rules.acts_in(stage, command.act)
    if not rules:
        return Refusal(
            RefusalReason.NOT_HERE if _knows(policy, command.act) else RefusalReason.NOT_IN_POLICY, (command.act,)
        )
    # 3. Who acts may, and what must come first has come.
    hurdles = [_hurdle(rule, stage, case, command) for rule in rules]
    passed = [rule for rule, hurdle in zip(rules, hurdles, strict=True) if hurdle is None]
    if not passed:
        return _nearest([hurdle for hurdle in hurdles if hurdle is not None])
    rule = next((one for one in passed if command.to in one.to), passed[0])
    # 4. It brings the item and the codes that it must, and names the next stage.
    refused = _load(policy, case, (rule, stage), command)
    return refused or (rule, _role(rule, stage, case, command))


def _nearest(hurdles: list[Refusal]) -> Refusal:
    """What stands in the way under the rule that is meant: one for another role or grade only where no other is."""
    return next((hurdle for hurdle in hurdles if hurdle.reason not in FOR_OTHERS), hurdles[0])


def _knows(policy: Policy, act: Act) -> bool:
    own = (rule.act for stage in policy.rules.stages for rule in stage.acts)
    return act in {*own, *(rule.act for rule in policy.rules.anywhere)}


def _hurdle(rule: ActRule, stage: Stage, case: Case, command: Command) -> Refusal | None:
    """The first thing that stands in the way of an act under one rule, words and codes apart."""
    about = (_about_actor(rule, stage, case, command), _about_case(rule, case), _about_time(rule, command))
    return next(chain.from_iterable(about), None)


def _about_actor(rule: ActRule, stage: Stage, case: Case, command: Command) -> Iterator[Refusal]:
    if TRAITS[rule.act].party is Party.WORKER:
        yield Refusal(RefusalReason.WORKER_ONLY)
    if not command.signed:
        yield Refusal(RefusalReason.UNSIGNED)
    if TRAITS[rule.act].party is Party.REPORTER:
        return
    if command.by is None:
        yield Refusal(RefusalReason.MEMBER_ONLY)
        return
    if command.by in case.recused and rule.act not in NOT_UNDONE_BY_RECUSAL:
        yield Refusal(RefusalReason.RECUSED, (command.by,))
    second, may = _second(rule, stage, case, command)
    if second is not None and (command.by == second.by or not command.roles & set(may)):
        yield Refusal(RefusalReason.SECOND_PERSON, may)
    if not command.roles & set(may):
        yield Refusal(RefusalReason.WRONG_ROLE, may)
    done = _done_before(rule, case, command.by)
    if done:
        yield Refusal(RefusalReason.SAME_PERSON, done)
    if rule.every and (_role(rule, stage, case, command) is None or command.by in _seconders(rule, case).values()):
        yield Refusal(RefusalReason.ALREADY, (rule.act,))


def _done_before(rule: ActRule, case: Case, member: MemberId) -> tuple[Act, ...]:
    """What this member did that somebody else must have done for them to act under the rule."""
    if rule.act is Act.HANDED_OVER and _was_given_back(case, member):
        return (rule.act,)
    return rule.apart if any(member in case.done_by(act) for act in rule.apart) else ()


def _was_given_back(case: Case, member: MemberId) -> bool:
    """Whether this member handed the case over last, and somebody else said that it has come back.

    Handing over stops the office's work and every limit, and no authority signs: nobody does it again alone.
    """
    about = [one for one in case.events if one.act in HANDING and one.n not in case.uncounted]
    return [one.act for one in about[-2:]] == list(HANDING) and about[-2].by == member != about[-1].by


def _second(rule: ActRule, stage: Stage, case: Case, command: Command) -> tuple[Event | None, tuple[RoleId, ...]]:
    """What somebody asked for and this act answers as the second of two, if it does; and the roles that may act."""
    may = rule.by or stage.actors
    asking = asking_meant(case, rule, may, command) if rule.act in BY_TWO else None
    return asking, who_may_answer(asking, may)


def _about_case(rule: ActRule, case: Case) -> Iterator[Refusal]:
    if case.frozen and rule.act not in GOES_ON_FROZEN:
        yield Refusal(RefusalReason.FROZEN)
    if not case.frozen and rule.act is Act.HANDED_BACK:
        yield Refusal(RefusalReason.FIRST, (Act.HANDED_OVER,))
    grade = case.codes.get(Attribute.GRADE)
    if rule.grades and grade not in rule.grades:
        yield Refusal(RefusalReason.ANOTHER_GRADE, rule.grades)
    fresh = {event.act for event in case.since_entry()}
    missing = [act for act in rule.needs if act not in fresh] + [act for act in rule.ever if not case.happened(act)]
    if not missing and answers(rule) and asked(case, rule) is None:
        missing = [ANSWERS[rule.act]]
    if missing:
        yield Refusal(RefusalReason.FIRST, tuple(missing))
    if fresh & set(rule.unless):
        yield Refusal(RefusalReason.ALREADY, tuple(act for act in rule.unless if act in fresh))
    if rule.most is not None and case.counts.get(rule.act, 0) >= rule.most:
        yield Refusal(RefusalReason.TOO_OFTEN, (str(rule.most),))


def _about_time(rule: ActRule, command: Command) -> Iterator[Refusal]:
    if rule.within is not None and rule.within in command.lapsed:
        yield Refusal(RefusalReason.TOO_LATE, (rule.within,))
    if rule.after is not None and rule.after not in command.lapsed:
        yield Refusal(RefusalReason.TOO_EARLY, (rule.after,))


def _seconders(rule: ActRule, case: Case) -> dict[RoleId | None, MemberId | None]:
    """Who has done this act since the case came into the stage, by role."""
    return {event.role: event.by for event in case.since_entry() if event.act is rule.act}


def _role(rule: ActRule, stage: Stage, case: Case, command: Command) -> RoleId | None:
    """The role in which the member acts: the first that fits and, where each role counts, is still missing."""
    if TRAITS[rule.act].party is not Party.MEMBER:
        return None
    done = _seconders(rule, case) if rule.every else {}
    _, may = _second(rule, stage, case, command)
    return next((role for role in may if role in command.roles and role not in done), None)


def _last_of(rule: ActRule, case: Case, role: RoleId | None) -> bool:
    """Whether with this role every role of the rule has done the act."""
    return set(rule.by) <= {*_seconders(rule, case), role}


def _next_stage(rule: ActRule, command: Command) -> StageId:
    return command.to if command.to is not None else rule.to[0]


def _unapproved(case: Case, rule: ActRule, stage: Stage, command: Command) -> Attribute | None:
    """An export to a court or an authority abroad names the authority that has approved it."""
    second, _ = _second(rule, stage, case, command)
    abroad = second is not None and goes_abroad(second)
    return Attribute.AUTHORITY if abroad and Attribute.AUTHORITY not in command.codes else None


def _unfit_item(rule: ActRule, command: Command) -> Refusal | None:
    trait = TRAITS[rule.act]
    if trait.item not in (Item.NONE, Item.OPTIONAL) and command.item is None:
        return Refusal(RefusalReason.ITEM_MISSING, (trait.item,))
    if trait.item is Item.NONE and command.item is not None:
        return Refusal(RefusalReason.ITEM_TOO_MANY)
    if rule.written and command.item is None:
        return Refusal(RefusalReason.UNWRITTEN, (rule.act,))
    return None


def _load(policy: Policy, case: Case, place: tuple[ActRule, Stage], command: Command) -> Refusal | None:
    """Item, codes and next stage of a command that may be done under a rule in a stage."""
    rule, stage = place
    unfit = _unfit_item(rule, command)
    if unfit is not None:
        return unfit
    wrong = wrong_code(policy, case, command.act, command.codes) or _unapproved(case, rule, stage, command)
    if wrong is not None:
        return Refusal(RefusalReason.WRONG_CODE, (wrong,))
    if answers_another(case, rule, command.codes) and (waits := asked(case, rule)) is not None:
        return Refusal(RefusalReason.ASKED_AGAIN, (str(waits.n),))
    if command.to is None and len(rule.to) > 1:
        return Refusal(RefusalReason.WHICH_STAGE, rule.to)
    if command.to is not None and command.to not in rule.to:
        return Refusal(RefusalReason.ANOTHER_STAGE, rule.to)
    return None
