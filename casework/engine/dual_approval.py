"""What one member asks for and another must agree to: lifting a hold, an export, a deletion by hand. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from casework.engine.case import Case, Event
from casework.rules.acts import Act, Attribute
from casework.rules.destinations import ABROAD
from casework.rules.flow import ActRule
from casework.rules.roles import RoleId

ANSWERS: Final[Mapping[Act, Act]] = {
    Act.RELEASED: Act.RELEASE_ASKED,
    Act.EXPORT_APPROVED: Act.EXPORT_ASKED,
    Act.EXPORTED: Act.EXPORT_APPROVED,
    Act.DELETION_APPROVED: Act.DELETION_ASKED,
}
"""Each act that has to be asked for, and what asks for it; a rule says so by naming that in `ever`."""
ENDS: Final[Mapping[Act, frozenset[Act]]] = {
    Act.RELEASED: frozenset({Act.RELEASED, Act.HELD}),
    Act.EXPORT_APPROVED: frozenset({Act.EXPORT_APPROVED}),
    # Anyone who asks again, for another addressee say, needs a new approval.
    Act.EXPORTED: frozenset({Act.EXPORTED, Act.EXPORT_ASKED}),
    Act.DELETION_APPROVED: frozenset({Act.DELETION_APPROVED, Act.HELD}),
}
"""What ends the asking for an act: the answer to it, or what makes it another question."""
BY_TWO: Final = frozenset({Act.RELEASED, Act.EXPORT_APPROVED, Act.DELETION_APPROVED})
"""Answers that the one who asked can't give."""


def asked(case: Case, rule: ActRule) -> Event | None:
    """The asking that an act under this rule answers; None where nobody has asked, or it was answered already."""
    return asking_for(case, rule.act)


def asking_for(case: Case, answer: Act) -> Event | None:
    """The same for the act itself, one of `ANSWERS`."""
    wanted, ends = ANSWERS[answer], ENDS[answer]
    for event in reversed(case.events):
        if (event.act is wanted or event.act in ends) and event.n not in case.uncounted:
            return event if event.act is wanted else None
    return None


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
