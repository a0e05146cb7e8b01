"""What one member asks for and another must agree to: lifting a hold, an export, a deletion by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework.engine.case import ANSWERS, BY_TWO, Case, Event, answers_what_waits, open_askings
from casework.rules.acts import Act, Attribute
from casework.rules.destinations import ABROAD
from casework.rules.flow import ActRule
from casework.rules.roles import RoleId


def asked(case: Case, rule: ActRule) -> Event | None:
    """The asking that an act under this rule answers; None where nobody has asked, or it was answered already."""
    return asking_for(case, rule.act)


def asking_for(case: Case, answer: Act) -> Event | None:
    """The same for the act itself, one of `ANSWERS`."""
    return next(iter(open_askings(case.events, case.uncounted, answer)), None)


def answers_another(case: Case, rule: ActRule, codes: Mapping[Attribute, str]) -> bool:
    """Whether an answer with these codes names another asking than the one that waits, or none after two."""
    if rule.act not in BY_TWO or not answers(rule):
        return False
    answer = Event(len(case.events), rule.act, date.min, codes=codes)
    return not answers_what_waits(answer, open_askings(case.events, case.uncounted, rule.act))


def answers(rule: ActRule) -> bool:
    """Whether the rule asks for somebody who has asked."""
    return ANSWERS.get(rule.act) in rule.ever


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


def who_may_answer(rule: ActRule, case: Case, may: tuple[RoleId, ...]) -> tuple[RoleId, ...]:
    """The roles that may answer: of an export to a court or authority abroad never the role that asked."""
    found = asked(case, rule) if answers(rule) else None
    if found is None or not goes_abroad(found):
        return may
    return tuple(role for role in may if role != found.role)
