"""Finds the way from where a case stands to its end, with the engine itself: no stage may be a trap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.engine.engine import Command, attempt
from casework.engine.refusals import Refusal
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import TRAITS, Act, Attribute, Item, Party
from casework.rules.flow import ActRule, ClockId, Stage, StageId
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId

NO_ITEM = b"\0" * 32
STEPS_PER_STAGE = 60
"""More than any written policy needs from one end to the other."""


def path_to_end(policy: Policy, case: Case, at: date, reporter: bool = False) -> tuple[Event, ...] | None:
    """The events by which the office closes a case from where it stands; None when it cannot.

    Every role is held by three members, every clock that runs has run out, and the reporter says nothing unless
    `reporter`: a case must never wait for somebody who stays away.
    """
    return find_path(policy, case, at, lambda one: has_ended(policy, one), reporter)


def has_ended(policy: Policy, case: Case) -> bool:
    """Whether the case stands in a stage that ends it."""
    stage = policy.rules.stage(case.stage)
    return stage is not None and stage.end


def find_path(
    policy: Policy, case: Case, at: date, reached: Callable[[Case], bool], reporter: bool = False
) -> tuple[Event, ...] | None:
    """As `path_to_end`, to wherever `reached` says; it is asked where the case comes into a stage."""
    first = len(case.events)
    seen: set[tuple[StageId, frozenset[Act]]] = set()
    stack = [case]
    for _ in range(STEPS_PER_STAGE * max(1, len(policy.rules.stages))):
        if not stack:
            return None
        here = stack.pop()
        if reached(here):
            return here.events[first:]
        stage, key = policy.rules.stage(here.stage), (here.stage, frozenset(here.counts))
        if stage is None or key in seen:
            continue
        seen.add(key)
        stack += reversed(_next_cases(policy, _handed_back(policy, here, at), stage, at, reporter))
    return None


def shorten_path(
    policy: Policy, case: Case, path: tuple[Event, ...], reached: Callable[[Case], bool], idle: Callable[[Act], bool]
) -> tuple[Event, ...]:
    """The path without masked steps, on which nothing depends, and without those `idle` acts that it does not need."""
    plain = replay_path(policy, case, tuple(event for event in path if event.act is not Act.SEALED))
    path = plain.events[len(case.events) :] if plain is not None else path
    for position in reversed(range(len(path))):
        if idle(path[position].act):
            shorter = replay_path(policy, case, path[:position] + path[position + 1 :])
            path = shorter.events[len(case.events) :] if shorter is not None and reached(shorter) else path
    return path


def replay_path(policy: Policy, case: Case, path: tuple[Event, ...]) -> Case | None:
    """The case after acts done once more, each by anyone who did it; None where one is not allowed any longer."""
    for event in path:
        roles = frozenset({event.role} if event.role else ())
        done = attempt(
            policy,
            case,
            Command(
                event.act,
                event.at,
                event.by,
                roles,
                event.to,
                event.codes,
                event.item,
                lapsed=_lapsed(policy, case, event.act),
            ),
        )
        if isinstance(done, Refusal):
            return None
        case = apply_events(case, done)
    return case


def _lapsed(policy: Policy, case: Case, act: Act) -> frozenset[ClockId]:
    """Every clock that runs and can run out, but for the windows within which the act must be done."""
    windows = {rule.within for rule in rules_of(policy, act)}
    acts = [event.act for event in case.events if event.n not in case.uncounted]
    running = (clock for clock in policy.rules.clocks if _runs(clock, acts))
    return frozenset(clock.id for clock in running if clock.id not in windows and not _endless(clock))


def _runs(clock: ClockRule, acts: Sequence[Act]) -> bool:
    """Whether a clock has started and nothing has stopped it since: one that was stopped never runs out."""
    starts = [number for number, act in enumerate(acts) if act in clock.start]
    if not starts:
        return False
    since = set(acts[starts[-1 if clock.restarts else 0] + 1 :])
    stopped = any(act in since for act in clock.stop) if clock.any_stop else since.issuperset(clock.stop)
    return not stopped


def _endless(clock: ClockRule) -> bool:
    """A word without a number: such a clock never runs out."""
    return clock.word is not None and clock.limit is None


def reachable_cases(policy: Policy, at: date) -> dict[StageId, Case]:
    """One case in each stage that can be reached at all, the reporter's help included."""
    found: dict[StageId, Case] = {}
    waiting = [fold([opening(policy.id, policy.version, at)])]
    while waiting:
        case = waiting.pop(0)
        stage = policy.rules.stage(case.stage)
        if stage is None or stage.id in found:
            continue
        found[stage.id] = case
        waiting += _next_cases(policy, case, stage, at, reporter=True)
    return found


def _handed_back(policy: Policy, case: Case, at: date) -> Case:
    """A case that an authority has is taken back first."""
    return _after_act(policy, case, Act.HANDED_BACK, None, at) or case if case.frozen else case


def _next_cases(policy: Policy, case: Case, stage: Stage, at: date, reporter: bool) -> list[Case]:
    """The case in each next stage, after everything in this one that does not move it."""
    staying = [rule for rule in _rules(policy, stage, reporter) if not rule.to and rule.act is not Act.HANDED_OVER]
    # Twice, since an act may need another that stands below it.
    for rule in (*staying, *staying):
        if rule.act not in {event.act for event in case.since_entry()}:
            after = _after_act(policy, case, rule.act, None, at)
            # An act that is allowed anywhere may be one that this stage begins again by.
            case = after if after is not None and after.entered == case.entered else case
    rows = {one.id: number for number, one in enumerate(policy.rules.stages)}
    moves = [(rule, to) for rule in _rules(policy, stage, reporter) for to in rule.to]
    # The next stage of the text first, then those further on, then the ways back.
    moves.sort(key=lambda move: (rows[move[1]] <= rows[stage.id], abs(rows[move[1]] - rows[stage.id])))
    ahead = [_after_move(policy, case, rule, to, at) for rule, to in moves]
    return [one for one in ahead if one is not None]


def _rules(policy: Policy, stage: Stage, reporter: bool) -> list[ActRule]:
    """What the office can do itself, in the order of the policy; the reporter's own acts where they may count."""
    parties = {Party.MEMBER, Party.REPORTER} if reporter else {Party.MEMBER}
    excluded = {
        Act.MIGRATED,
        Act.RECUSED,
        Act.HELD,
        Act.MERGED,
        Act.SELF_ASSIGNED,
        Act.REASSIGNED,
        Act.REGRANTED,
        Act.EXPORT_ASKED,
        Act.DELETION_ASKED,
    }
    return [
        rule for rule in policy.rules.acts_in(stage) if TRAITS[rule.act].party in parties and rule.act not in excluded
    ]


def _after_move(policy: Policy, case: Case, rule: ActRule, to: StageId, at: date) -> Case | None:
    """The case after an act that leads on; where each of several roles must do it, all do."""
    for _ in rule.by if rule.every else ("once",):
        after = _after_act(policy, case, rule.act, to, at)
        if after is None:
            return None
        case = after
    return case if case.stage == to else None


def _after_act(policy: Policy, case: Case, act: Act, to: StageId | None, at: date) -> Case | None:
    """The case after an act by the first of all members who is let."""
    for command in _commands(policy, case, act, to, at):
        events = attempt(policy, case, command)
        if not isinstance(events, Refusal):
            return apply_events(case, events)
    return None


def commands(policy: Policy, case: Case, act: Act, to: StageId | None, at: date) -> list[Command]:
    """The same act by each of three members of every role, with all that it must bring."""
    return list(_commands(policy, case, act, to, at))


def _commands(policy: Policy, case: Case, act: Act, to: StageId | None, at: date) -> Iterator[Command]:
    trait = TRAITS[act]
    item = None if trait.item is Item.NONE else NO_ITEM
    lapsed = _lapsed(policy, case, act)
    codes = {code: sample_code(policy, code) for code in trait.codes}
    if trait.party is Party.REPORTER:
        yield Command(act, at, to=to, item=item, lapsed=lapsed, codes=codes)
        return
    for number in (1, 2, 3):
        for role in policy.rules.roles:
            yield Command(act, at, member_of(role.id, number), frozenset({role.id}), to, codes, item, lapsed=lapsed)


def rules_of(policy: Policy, act: Act) -> list[ActRule]:
    """Every rule of the policy about an act, in whatever stage."""
    own = (rule for stage in policy.rules.stages for rule in stage.acts)
    return [rule for rule in (*own, *policy.rules.anywhere) if rule.act is act]


def member_of(role: RoleId, number: int) -> MemberId:
    """A member who holds one role and no other."""
    return MemberId(f"{role}-{number}"[-48:].lstrip("-"))


def sample_code(policy: Policy, code: Attribute) -> str:
    """Something that a code may name under this policy."""
    rules = policy.rules
    extendable = [clock.id for clock in rules.clocks if clock.extension]
    authorities = rules.hand_over.authorities if rules.hand_over else ()
    choices: dict[Attribute, tuple[str, ...]] = {
        Attribute.KIND: tuple(kind.id for kind in rules.kinds),
        Attribute.GRADE: tuple(grade.id for grade in rules.grades),
        Attribute.CLASSIFICATION: tuple(one.id for one in rules.classifications) + tuple(map(str, _categories(policy))),
        Attribute.CLOCK: tuple(extendable),
        Attribute.UNTIL: ("2099-12-31",),
        Attribute.AUTHORITY: tuple(authorities),
    }
    return next(iter(choices.get(code, ())), "somebody")


def _categories(policy: Policy) -> list[str]:
    return [category.id for category in policy.categories]
