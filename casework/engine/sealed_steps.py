"""What the sealed items of a case say together, and what only those can check who open them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.clauses import RewardFor
from casework.rules.flow import MeasureId, MeasureOn, Outcome, OutcomeId, OutcomeOf, StageId, Upholds
from casework.rules.roles import RoleId

BORNE_OUT = frozenset({Upholds.YES, Upholds.PARTLY})


@dataclass(frozen=True, slots=True)
class SealedStep:
    """What one sealed item of the office decides; `outcomes` go with a decision, the rest with its own act.

    `own_words` tells that a measure is described in words beside its code.
    """

    act: Act
    by: MemberId
    role: RoleId
    outcomes: tuple[OutcomeId, ...] = ()
    measures: tuple[MeasureId, ...] = ()
    own_words: bool = False
    reward: RewardFor | None = None


@dataclass(frozen=True, slots=True)
class SealedCase:
    """The sealed side of a case: only somebody who opened its items can fold it.

    `answered` tells that measures, or that none is needed, were recorded since the last verdict; `since_appeal` are
    the measures since the last decision on an appeal, None where there was none.
    """

    outcomes: tuple[OutcomeId, ...] = ()
    decided_by: MemberId | None = None
    measures: tuple[MeasureId, ...] = ()
    answered: bool = False
    since_appeal: tuple[MeasureId, ...] | None = None
    rewards: tuple[RewardFor, ...] = ()
    malice_proposed_by: MemberId | None = None
    malice_approved_by: MemberId | None = None
    cleared: bool = False


def fold_sealed(steps: Iterable[SealedStep]) -> SealedCase:
    """The sealed side that the opened items give, in their order; a later decision replaces an earlier one."""
    sealed = SealedCase()
    for step in steps:
        sealed = with_step(sealed, step)
    return sealed


def with_step(sealed: SealedCase, step: SealedStep) -> SealedCase:
    """The sealed side behind this step too."""
    match step.act:
        case Act.DECIDED | Act.APPEAL_DECIDED:
            since = () if step.act is Act.APPEAL_DECIDED else sealed.since_appeal
            decision = replace(sealed, outcomes=step.outcomes, decided_by=step.by)
            return replace(decision, answered=False, since_appeal=since)
        case Act.MEASURE_SET:
            since = None if sealed.since_appeal is None else sealed.since_appeal + step.measures
            return replace(sealed, measures=sealed.measures + step.measures, answered=True, since_appeal=since)
        case Act.REWARDED if step.reward is not None:
            return replace(sealed, rewards=(*sealed.rewards, step.reward))
        case Act.MALICE_PROPOSED:
            return replace(sealed, malice_proposed_by=step.by, malice_approved_by=None)
        case Act.MALICE_APPROVED:
            return replace(sealed, malice_approved_by=step.by)
        case Act.CLEARED:
            return replace(sealed, cleared=True)
        case _:
            return sealed


def check_sealed(policy: Policy, sealed: SealedCase, step: SealedStep, to: StageId | None = None) -> Refusal | None:
    """Why a sealed step does not fit the policy and what was decided before; `to` is the next stage picked in clear.

    The server cannot ask this: the member's client does, before it signs and when it opens what others signed.
    """
    match step.act:
        case Act.DECIDED | Act.APPEAL_DECIDED:
            return _verdict(policy, step, to)
        case Act.MEASURE_SET:
            return _measures(policy, sealed, step)
        case Act.COMPENSATED:
            return None if _borne_out(policy, sealed) else Refusal(RefusalReason.NOT_UPHELD)
        case Act.REWARDED:
            return _reward(policy, sealed, step)
        case Act.MALICE_PROPOSED | Act.MALICE_APPROVED:
            return _malice(policy, sealed, step)
        case Act.CLEARED:
            return None if sealed.outcomes else Refusal(RefusalReason.VERDICT_FIRST)
        case _:
            return None


def sealed_hurdle(policy: Policy, sealed: SealedCase, act: Act, by: MemberId, role: RoleId) -> Refusal | None:
    """What stands in the way of a sealed act of this member, whatever it would say.

    No measure and no reward of the policy would pass; None where one would.
    """
    blank = SealedStep(act, by, role)
    found = [check_sealed(policy, sealed, step) for step in _sayable(policy, blank)]
    return None if None in found else next(iter(found), None)


def check_end(policy: Policy, sealed: SealedCase, to: StageId | None) -> Refusal | None:
    """Why a step may not lead to this stage: the case ends there, and what must stand behind its verdict does not.

    That is each measure that the verdict owes and, where any verdict could owe one, a record of the measures or that
    none is needed: it is asked behind every verdict alike, so that it does not tell which one it was. As
    `check_sealed`, this is asked by the member's client alone.
    """
    stage = None if to is None else policy.rules.stage(to)
    if stage is None or not stage.end:
        return None
    if left := _missing(policy, sealed):
        return Refusal(RefusalReason.MEASURE_FIRST, left)
    unsaid = asks_measures(policy, sealed) and not sealed.answered
    return Refusal(RefusalReason.MEASURES_OR_NONE) if unsaid else None


def asks_measures(policy: Policy, sealed: SealedCase) -> bool:
    """Whether measures, or that none is needed, must be recorded behind the verdict that stands, whatever it is."""
    found = policy.rules.outcomes
    after_appeal = sealed.since_appeal is not None and any(one.owes_after_appeal for one in found)
    return bool(sealed.outcomes) and (after_appeal or any(one.owes for one in found))


def none_needed(policy: Policy, sealed: SealedCase) -> bool:
    """Whether it may be recorded now that no measure is needed."""
    return _no_measure(policy, sealed) is None


def _missing(policy: Policy, sealed: SealedCase) -> tuple[MeasureId, ...]:
    """The measures that the verdict owes and nobody has recorded."""
    found = _outcomes(policy, sealed.outcomes)
    due = [one for outcome in found for one in outcome.owes if one not in sealed.measures]
    since = sealed.since_appeal
    if since is not None:
        due += [one for outcome in found for one in outcome.owes_after_appeal if one not in since]
    return tuple(dict.fromkeys(due))


def _sayable(policy: Policy, blank: SealedStep) -> list[SealedStep]:
    """Everything that a step could say, one thing at a time; of a verdict nothing is asked before it is there."""
    match blank.act:
        case Act.DECIDED | Act.APPEAL_DECIDED:
            return []
        case Act.MEASURE_SET:
            return [*(replace(blank, measures=(one.id,)) for one in policy.rules.measures), blank]
        case Act.REWARDED:
            return [replace(blank, reward=one.on) for one in policy.rules.rewards]
        case _:
            return [blank]


def _outcomes(policy: Policy, ids: tuple[OutcomeId, ...]) -> list[Outcome]:
    return [outcome for outcome in policy.rules.outcomes if outcome.id in ids]


def _borne_out(policy: Policy, sealed: SealedCase) -> bool:
    found = _outcomes(policy, sealed.outcomes)
    return any(one.of is OutcomeOf.FACTS and one.upholds in BORNE_OUT for one in found)


def _upheld(policy: Policy, sealed: SealedCase) -> bool:
    """Whether the verdict that stands found the report true, and in no part untrue."""
    return any(one.of is OutcomeOf.FACTS and one.upholds is Upholds.YES for one in _outcomes(policy, sealed.outcomes))


def _verdict(policy: Policy, step: SealedStep, to: StageId | None) -> Refusal | None:
    """One outcome on the facts, one more on acceptance where the policy has such, and a stage that both allow."""
    found = _outcomes(policy, step.outcomes)
    judged = [outcome.of for outcome in found]
    if len(found) != len(step.outcomes) or not found or len(set(judged)) != len(judged):
        return Refusal(RefusalReason.NO_SUCH_OUTCOME, step.outcomes)
    leads = set[StageId].intersection(*(set(outcome.to) for outcome in found))
    if to is not None and to not in leads:
        return Refusal(RefusalReason.ANOTHER_STAGE, tuple(sorted(leads)))
    return None


def _measures(policy: Policy, sealed: SealedCase, step: SealedStep) -> Refusal | None:
    """Known measures, own words only where the list is open; on people only what the verdict bears.

    Where the policy punishes malice, a measure that meets the reporter rests on approved malice, on no verdict. A step
    without measures says that none is needed.
    """
    if not step.measures and not step.own_words:
        return _no_measure(policy, sealed)
    known = {measure.id: measure for measure in policy.rules.measures}
    strange = tuple(one for one in step.measures if one not in known)
    if strange or not step.measures:
        return Refusal(RefusalReason.NO_SUCH_MEASURE, strange)
    if step.own_words and not any(known[one].open for one in step.measures):
        return Refusal(RefusalReason.NO_SUCH_MEASURE, step.measures)
    if not sealed.outcomes:
        return Refusal(RefusalReason.VERDICT_FIRST)
    against_reporter = policy.rules.malice is not None and any(
        known[one].on is MeasureOn.REPORTER for one in step.measures
    )
    if against_reporter:
        return _against_reporter(policy, sealed)
    on_people = any(known[one].on is not MeasureOn.ORGANISATION for one in step.measures)
    return Refusal(RefusalReason.NOT_UPHELD) if on_people and not _borne_out(policy, sealed) else None


def _against_reporter(policy: Policy, sealed: SealedCase) -> Refusal | None:
    """On approved malice alone; an approval falls with a later verdict that upholds the report."""
    if _upheld(policy, sealed):
        return Refusal(RefusalReason.UPHELD)
    return None if sealed.malice_approved_by else Refusal(RefusalReason.FIRST, (Act.MALICE_APPROVED,))


def _no_measure(policy: Policy, sealed: SealedCase) -> Refusal | None:
    """That none is needed is said where the policy asks for it, behind a verdict, and where none is owed any more."""
    outcomes = policy.rules.outcomes
    if not any(one.owes or one.owes_after_appeal for one in outcomes):
        return Refusal(RefusalReason.NO_SUCH_MEASURE)
    if not sealed.outcomes:
        return Refusal(RefusalReason.VERDICT_FIRST)
    if not asks_measures(policy, sealed):
        return Refusal(RefusalReason.NO_SUCH_MEASURE)
    left = _missing(policy, sealed)
    return Refusal(RefusalReason.MEASURE_FIRST, left) if left else None


def _reward(policy: Policy, sealed: SealedCase, step: SealedStep) -> Refusal | None:
    if step.reward is None or step.reward not in {reward.on for reward in policy.rules.rewards}:
        return Refusal(RefusalReason.NO_SUCH_REWARD, (step.reward or "",))
    if not sealed.outcomes:
        return Refusal(RefusalReason.VERDICT_FIRST)
    needs_truth = step.reward is RewardFor.TRUE_REPORT
    return Refusal(RefusalReason.NOT_UPHELD) if needs_truth and not _borne_out(policy, sealed) else None


def _malice(policy: Policy, sealed: SealedCase, step: SealedStep) -> Refusal | None:
    """Never from a verdict: proposed by one, approved in another role by somebody who did not decide the case.

    A report that was found true is not malicious, whatever moved the person who made it.
    """
    rule = policy.rules.malice
    if rule is None:
        return Refusal(RefusalReason.NO_MALICE_RULE)
    if not sealed.outcomes:
        return Refusal(RefusalReason.VERDICT_FIRST)
    if _upheld(policy, sealed):
        return Refusal(RefusalReason.UPHELD)
    if step.act is Act.MALICE_PROPOSED:
        return None
    if sealed.malice_proposed_by is None:
        return Refusal(RefusalReason.FIRST, (Act.MALICE_PROPOSED,))
    if step.by in (sealed.malice_proposed_by, sealed.decided_by):
        return Refusal(RefusalReason.SAME_PERSON, (Act.MALICE_PROPOSED, Act.DECIDED))
    return None if step.role == rule.approved_by else Refusal(RefusalReason.WRONG_ROLE, (rule.approved_by,))
