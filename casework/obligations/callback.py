"""The second call: whether a handling succeeded is the reporter's to say, and sometimes later than the call."""

from __future__ import annotations

from typing import Final

from casework.engine.case import Case
from casework.engine.refusals import Refusal, RefusalReason
from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.clauses import SatisfactionUse
from casework.rules.flow import OutcomeOf, StageId, Upholds


def rated_at(case: Case) -> int | None:
    """The event with which the reporter's last verdict of this round went on the record; None before there is one."""
    counted = [one for one in case.events if one.n not in case.uncounted]
    begun = max((one.n for one in counted if one.act is Act.REOPENED), default=-1)
    return max((one.n for one in counted if one.act is Act.RATED and one.n > begun), default=None)


def against_verdict(policy: Policy, case: Case, *, satisfied: bool | None, to: StageId | None) -> Refusal | None:
    """Why the reporter's verdict does not count yet or leads to another stage; None where nothing is against it.

    `satisfied` is None where no verdict of this round was opened. Where a second visit was agreed and the policy lets
    the verdict wait for it, the verdict comes after the visit and after what the reporter then says.
    """
    rule = policy.rules.satisfaction
    if rule is None or rule.use is not SatisfactionUse.VERDICT:
        return None
    missing = None if rule.deferred is None else _missing_first(case, rule.deferred)
    if missing is not None:
        return Refusal(RefusalReason.FIRST, (missing,))
    if satisfied is None or to is None:
        return None
    upholds = Upholds.YES if satisfied else Upholds.NO
    accepts = (one for one in policy.rules.outcomes if one.of is OutcomeOf.ACCEPTANCE)
    known = next((one for one in accepts if one.upholds is upholds), None)
    return None if known is None or to in known.to else Refusal(RefusalReason.ANOTHER_STAGE, known.to)


def reopens_case(policy: Policy) -> bool:
    """Whether a reporter who is not satisfied sends the case back to work, as often as it takes."""
    rule = policy.rules.satisfaction
    return rule is not None and rule.use is SatisfactionUse.VERDICT and rule.reopens


def rounds(case: Case) -> int:
    """How often the handling has begun: once, and once more for each time it was reopened."""
    return 1 + case.counts.get(Act.REOPENED, 0)


HEARD: Final = frozenset({Act.RATED, Act.CONTACTED_AGAIN})
"""By which the reporter's word of a visit is on the record: written in the mailbox, or spoken and noted."""


def _missing_first(case: Case, awaited: Act) -> Act | None:
    """What has yet to be done where a visit was agreed in this round: the visit, and then the reporter's word of it.

    A reporter who never came is put on the record as unanswered, with the reason: nothing waits for them for ever.
    """
    counted = [one for one in case.events if one.n not in case.uncounted]
    begun = max((one.n for one in counted if one.act is Act.REOPENED), default=-1)
    agreed = max((one.n for one in counted if one.act is Act.VISIT_AGREED and one.n > begun), default=None)
    since = [] if agreed is None else [one for one in counted if one.n > agreed]
    if agreed is None or any(one.act is Act.UNANSWERED for one in since):
        return None
    done = max((one.n for one in since if one.act is awaited), default=None)
    if done is None:
        return awaited
    return None if any(one.act in HEARD and one.n > done for one in since) else Act.CONTACTED_AGAIN
