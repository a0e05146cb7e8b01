"""The second call: whether a handling succeeded is the reporter's to say, and sometimes later than the call."""

from __future__ import annotations

from casework.engine.case import Case
from casework.engine.refusals import Refusal, RefusalReason
from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.clauses import SatisfactionUse
from casework.rules.flow import Outcome, OutcomeId, OutcomeOf, StageId, Upholds


def verdict_refused(
    policy: Policy, case: Case, outcome: OutcomeId, to: StageId | None, deferred: bool
) -> Refusal | None:
    """Why the reporter's verdict does not count yet, or does not lead to the stage picked; None where it does.

    `deferred` tells that the agreement, which is sealed, waits for an event of the policy (the second
    visit): only anyone who opened it knows, so the member's client asks this, as `check_sealed`.
    """
    rule = policy.rules.satisfaction
    known = next((one for one in policy.rules.outcomes if one.id == outcome and one.of is OutcomeOf.ACCEPTANCE), None)
    if rule is None or rule.use is not SatisfactionUse.VERDICT or known is None:
        return Refusal(RefusalReason.NO_SUCH_OUTCOME, (outcome,))
    if deferred and rule.deferred is not None and not _since_agreement(case, rule.deferred):
        return Refusal(RefusalReason.FIRST, (rule.deferred,))
    if to is not None and to not in known.to:
        return Refusal(RefusalReason.ANOTHER_STAGE, known.to)
    return None


def rated_at(case: Case) -> int | None:
    """The event with which the reporter's last verdict of this round went on the record; None before there is one."""
    counted = [one for one in case.events if one.n not in case.uncounted]
    begun = max((one.n for one in counted if one.act is Act.REOPENED), default=-1)
    return max((one.n for one in counted if one.act is Act.RATED and one.n > begun), default=None)


def against_verdict(policy: Policy, *, satisfied: bool, to: StageId | None) -> Refusal | None:
    """Why a stage is not the one to which the reporter's verdict leads; None where the policy asks for none."""
    rule = policy.rules.satisfaction
    if rule is None or rule.use is not SatisfactionUse.VERDICT or to is None:
        return None
    upholds = Upholds.YES if satisfied else Upholds.NO
    accepts = (one for one in policy.rules.outcomes if one.of is OutcomeOf.ACCEPTANCE)
    known = next((one for one in accepts if one.upholds is upholds), None)
    return None if known is None or to in known.to else Refusal(RefusalReason.ANOTHER_STAGE, known.to)


def reopens_case(policy: Policy, outcome: Outcome) -> bool:
    """Whether an unsatisfied reporter sends the case back to work, however often."""
    rule = policy.rules.satisfaction
    return rule is not None and rule.reopens and outcome.of is OutcomeOf.ACCEPTANCE and outcome.upholds is Upholds.NO


def rounds(case: Case) -> int:
    """How often the handling has begun: once, and once more for each time it was reopened."""
    return 1 + case.counts.get(Act.REOPENED, 0)


def _since_agreement(case: Case, act: Act) -> bool:
    """Done after the last agreement: an earlier visit was about what was agreed before."""
    counted = [one for one in case.events if one.n not in case.uncounted]
    agreed = max((one.n for one in counted if one.act is Act.MEDIATED), default=-1)
    return any(one.act is act and one.n > agreed for one in counted)
