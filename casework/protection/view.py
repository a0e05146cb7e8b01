"""The reporter's view of the result: whether it is still to be heard, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.engine.case import Case
from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.clauses import SatisfactionUse
from casework.words import Words

HEARING: Final = frozenset({Act.VIEW_HEARD, Act.RATED, Act.JUDGED})
HEARING_OF_VERDICT: Final = HEARING | {Act.REOPENED}
"""Where the reporter's word is the verdict, going round again is one."""
DISCLOSING_ACT: Final = {SatisfactionUse.VERDICT: Act.ORDER_RETURNED}
"""What is asked about where no notice tells a result: the work that came back, in the second call."""


class Hearing(StrEnum):
    """Where the hearing of the reporter's view stands."""

    NOT_ASKED = "not-asked"
    """The text asks for no view."""
    TOO_EARLY = "too-early"
    """The reporter has not heard the result yet, or the work is not done."""
    DUE = "owed"
    HEARD = "heard"


@dataclass(frozen=True, slots=True)
class View:
    """Where it stands, what the view is for, and the rule in words."""

    hearing: Hearing
    use: SatisfactionUse | None = None
    text: Words | None = None
    sends_back: bool = False


def view(policy: Policy, case: Case) -> View:
    """Whether the reporter was heard about the newest result; a view of an earlier one does not count for it."""
    rule = policy.rules.satisfaction
    if rule is None:
        return View(Hearing.NOT_ASKED)
    counted = [event for event in case.events if event.n not in case.uncounted]
    about = DISCLOSING_ACT.get(rule.use, Act.NOTIFIED)
    disclosed = max((event.n for event in counted if event.act is about), default=None)
    if disclosed is None:
        hearing = Hearing.TOO_EARLY
    else:
        hears = HEARING_OF_VERDICT if rule.use is SatisfactionUse.VERDICT else HEARING
        heard = any(event.n > disclosed and event.act in hears for event in counted)
        hearing = Hearing.HEARD if heard else Hearing.DUE
    return View(hearing, rule.use, rule.text, rule.reopens)
