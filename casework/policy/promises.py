"""What the first page promises, as clocks: what a reporter is told to expect is what the desk is reminded of."""

from __future__ import annotations

from dataclasses import replace
from math import ceil
from typing import Final

from casework.deadlines.deadline import LastDay
from casework.deadlines.limits import Limit, Unit
from casework.policy.policy import Policy, Promise, PromiseId
from casework.policy.shape import in_document
from casework.rules.acts import Act
from casework.rules.flow import ClockId
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId
from casework.rules.rulebook import Rulebook
from casework.words import DEFAULT, LocalizedText, Words, localized

ANSWERS: Final = (
    Act.REPLIED,
    Act.PROCEDURE_EXPLAINED,
    Act.PROGRESS_REPORTED,
    Act.ACCEPTED,
    Act.REFUSED,
    Act.CONTACTED,
    Act.CONTACTED_ON_SITE,
    Act.FINDINGS_SHOWN,
    Act.PLAN_PRESENTED,
    Act.NOTIFIED,
)
"""What is an answer to the reporter, whatever else it is. A question is none: it tells nothing and asks for more."""
FULFILLED_BY: Final[dict[PromiseId, tuple[Act, ...]]] = {
    PromiseId.ACKNOWLEDGE: (Act.ACKNOWLEDGED, Act.SLIP_ISSUED, Act.CONTENT_CONFIRMED, *ANSWERS),
    PromiseId.FIRST_ANSWER: ANSWERS,
    PromiseId.RESULT: (Act.NOTIFIED, Act.REFUSED),
}
"""By which acts a promise is kept, where its policy names none of its own: the first of them stops its clock.

In a mailbox `templates/intake/mailbox/promises.ts` goes by the same acts.
"""
OWN: Final[dict[PromiseId, frozenset[Act]]] = {
    PromiseId.ACKNOWLEDGE: frozenset({Act.ACKNOWLEDGED, Act.SLIP_ISSUED, Act.CONTENT_CONFIRMED}),
    PromiseId.FIRST_ANSWER: frozenset(ANSWERS) - {Act.NOTIFIED},
    PromiseId.RESULT: frozenset({Act.NOTIFIED}),
}
"""What is promised by this promise and by no earlier one: a clock of the text that stops with it must not end later."""
SINCE: Final = localized(Words("收到举报", "receipt of the report").both(), DEFAULT)
SAID: Final = Words("对举报人的承诺：{text}", "Promised to the reporter: {text}").both()
"""By language; in another one the promise stands alone."""
WEEK_WORKED, WEEKEND = 5, 2


def clock_of(promise: PromiseId) -> ClockId:
    """The id of a promise's clock."""
    return ClockId(f"promise-{promise.value}")


def with_promise_clocks(policy: Policy) -> Policy:
    """The policy with one clock for each promise that has its days; made again where there were some.

    They count what the page says: calendar days from receipt, whatever the office's calendar is. A policy
    without stages, or without an act that would keep a promise, gets none for it: the linter says so.
    """
    ours = {clock_of(one) for one in PromiseId}
    own = tuple(clock for clock in policy.rules.clocks if clock.id not in ours)
    made = [clock for promise in policy.promises if (clock := _clock(policy, promise)) is not None]
    return replace(policy, rules=replace(policy.rules, clocks=(*own, *made)))


def _clock(policy: Policy, promise: Promise) -> ClockRule | None:
    rules = policy.rules
    there = {rule.act for rule in rules.anywhere} | {rule.act for stage in rules.stages for rule in stage.acts}
    stop = tuple(act for act in promise.kept_by or FULFILLED_BY[promise.id] if act in there)
    if promise.days is None or not stop or not rules.roles:
        return None
    return ClockRule(
        id=clock_of(promise.id),
        name=_promised(promise.text),
        start=(Act.RECEIVED,),
        stop=stop,
        who=_who_keeps(rules, stop),
        source=promise.source,
        limit=Limit(promise.days, Unit.DAYS),
        any_stop=True,
        last_day=LastDay.STANDS,
        since=in_document(SINCE, policy.language),
    )


def _who_keeps(rules: Rulebook, stop: tuple[Act, ...]) -> RoleId:
    """The role that answers for a promise: of the first stage, or the first that may take a step that keeps it."""
    first = next((role for stage in rules.stages[:1] for role in stage.actors), rules.roles[0].id)
    everybody = tuple(role.id for role in rules.roles)
    here = [(rule, stage.actors) for stage in rules.stages for rule in stage.acts]
    steps = [*here, *((rule, everybody) for rule in rules.anywhere)]
    keepers = [role for rule, actors in steps if rule.act in stop for role in rule.by or actors or everybody]
    return first if first in keepers else keepers[0]


def _promised(text: Words) -> LocalizedText:
    """The name of a promise's clock, in the languages of the promise."""
    known = text if isinstance(text, LocalizedText) else localized(text.both(), DEFAULT)
    texts = {tag: SAID.get(tag.partition("-")[0], "{text}").format(text=one) for tag, one in known.texts}
    return localized(texts, known.language)


def outlasts(clock: ClockRule, promise: Promise) -> bool:
    """Whether a clock from receipt to what is promised may end later than the promise, by its text's own numbers."""
    limits = [one for one in (clock.limit, *(tier.limit for tier in clock.tiers)) if one is not None]
    return serves(clock, promise) and promise.days is not None and any(most_days(one) > promise.days for one in limits)


def serves(clock: ClockRule, promise: Promise) -> bool:
    """Whether a clock of the text runs from receipt to what is promised."""
    return Act.RECEIVED in clock.start and not OWN[promise.id].isdisjoint(clock.stop)


def most_days(limit: Limit) -> int:
    """In how many calendar days at most a limit ends, holidays aside."""
    match limit.unit:
        case Unit.MINUTES | Unit.HOURS:
            return ceil(limit.amount / (24 if limit.unit is Unit.HOURS else 24 * 60))
        case Unit.DAYS:
            return limit.amount
        case Unit.WORKING_DAYS:
            return limit.amount + WEEKEND * ceil(limit.amount / WEEK_WORKED)
        case Unit.WEEKS:
            return limit.amount * 7
        case Unit.MONTHS:
            return limit.amount * 31
        case Unit.YEARS:
            return limit.amount * 366
