"""What one member asks for and another must agree to: lifting a hold, an export, a deletion by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from casework.engine.case import ANSWERS, BY_TWO, Case, Event, answers_what_waits, open_askings
from casework.ids import MemberId
from casework.rules.acts import Act, Attribute
from casework.rules.destinations import ABROAD
from casework.rules.flow import ActRule
from casework.rules.roles import RoleId


class Second(Protocol):
    """Who answers: the member, their roles in the case, and what they name."""

    @property
    def by(self) -> MemberId | None:
        """The member."""
        ...

    @property
    def roles(self) -> frozenset[RoleId]:
        """The roles."""
        ...

    @property
    def codes(self) -> Mapping[Attribute, str]:
        """Among them the number of the asking."""
        ...


def asked(case: Case, rule: ActRule) -> Event | None:
    """The asking that an act under this rule answers; None where nobody has asked, or it was answered already."""
    return asking_for(case, rule.act)


def asking_for(case: Case, answer: Act) -> Event | None:
    """The same for the act itself, one of `ANSWERS`: the newest."""
    return next(iter(open_askings(case.events, case.uncounted, answer)), None)


def asking_meant(case: Case, rule: ActRule, may: tuple[RoleId, ...], second: Second) -> Event | None:
    """The asking that this member's answer means: the one that its codes name, else the newest that they may answer.

    The newest of all where there is none; None where nothing waits. `may` are the roles of the rule.
    """
    waiting = open_askings(case.events, case.uncounted, rule.act) if answers(rule) else []
    named = [one for one in waiting if second.codes.get(Attribute.ASKING) == str(one.n)]
    fit = [one for one in waiting if one.by != second.by and second.roles & set(who_may_answer(one, may))]
    return next(iter(named or fit or waiting), None)


def answered(case: Case, answer: Event) -> Event | None:
    """The asking that a counted answer of the record answered; None where there was none."""
    waiting = open_askings(case.events[: answer.n], case.uncounted, answer.act)
    named = [one for one in waiting if answer.codes.get(Attribute.ASKING) == str(one.n)]
    return next(iter(named or waiting), None)


def answers_another(case: Case, rule: ActRule, codes: Mapping[Attribute, str]) -> bool:
    """Whether an answer with these codes names no asking that waits, or none after two."""
    if rule.act not in BY_TWO:
        return False
    answer = Event(len(case.events), rule.act, date.min, codes=codes)
    return not answers_what_waits(answer, open_askings(case.events, case.uncounted, rule.act))


def answers(rule: ActRule) -> bool:
    """Whether somebody must have asked: for what takes two always, else where the rule says so."""
    return rule.act in BY_TWO or ANSWERS.get(rule.act) in rule.ever


def approved(case: Case, answer: Act) -> Event | None:
    """The approval by a second member that still holds; None where nobody has given one, or something has ended it."""
    for event in reversed(case.events):
        if event.n in case.uncounted:
            continue
        if event.act is answer:
            return event
        if event.act in (Act.HELD, ANSWERS[answer]):
            return None
    return None


def goes_abroad(event: Event) -> bool:
    """Whether an export was asked for a court or an authority of another country."""
    return event.act is Act.EXPORT_ASKED and event.codes.get(Attribute.DESTINATION) in ABROAD


def who_may_answer(asking: Event | None, may: tuple[RoleId, ...]) -> tuple[RoleId, ...]:
    """The roles that may answer: of an export to a court or authority abroad never the role that asked."""
    if asking is None or not goes_abroad(asking):
        return may
    return tuple(role for role in may if role != asking.role)
