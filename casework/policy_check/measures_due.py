"""What a policy asks for behind its verdicts can be recorded there, and behind every verdict alike."""

from __future__ import annotations

from collections.abc import Iterator

from casework.engine.sealed_steps import BORNE_OUT
from casework.policy.policy import Policy
from casework.policy_check.findings import Fault
from casework.policy_check.path_search import rules_of
from casework.rules.acts import Act
from casework.rules.flow import MeasureId, MeasureOn, Outcome, OutcomeOf, StageId
from casework.rules.rulebook import Rulebook

VERDICTS = frozenset({Act.DECIDED, Act.APPEAL_DECIDED})


def due_measures(outcome: Outcome) -> list[tuple[str, MeasureId]]:
    """Each measure that an outcome owes, with the key that says so."""
    later = [("owes_after_appeal", one) for one in outcome.owes_after_appeal]
    return [*(("owes", one) for one in outcome.owes), *later]


def measures_due(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """What a verdict owes before the end can be set in each stage to which it leads, and the verdict bears it."""
    rules = policy.rules
    on = {one.id: one.on for one in rules.measures}
    sets = _measure_stages(rules)
    for outcome in rules.outcomes:
        bears = outcome.of is OutcomeOf.FACTS and outcome.upholds in BORNE_OUT
        for key, one in due_measures(outcome):
            if not sets.issuperset(outcome.to) or not (bears or on[one] is MeasureOn.ORGANISATION):
                yield f"outcomes[{outcome.id}].{key}", Fault.MEASURE_NOWHERE, one


def unsaid_measures(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Where one verdict owes a measure, each leads to where it can be recorded that none is needed, before an end.

    Else a case with that verdict could never end, since this is asked behind every verdict alike.
    """
    rules = policy.rules
    asking = _asking_acts(rules)
    leads = {to for act in asking for rule in rules_of(policy, act) for to in rule.to}
    for outcome in rules.outcomes:
        silent = (to for to in outcome.to if to in leads and _ends_silently(rules, to))
        yield from ((f"outcomes[{outcome.id}].to", Fault.MEASURES_UNSAID, to) for to in silent)


def _asking_acts(rules: Rulebook) -> frozenset[Act]:
    """The verdicts behind which measures, or that none is needed, must be recorded."""
    if any(one.owes for one in rules.outcomes):
        return VERDICTS
    return frozenset({Act.APPEAL_DECIDED} if any(one.owes_after_appeal for one in rules.outcomes) else ())


def _measure_stages(rules: Rulebook) -> set[StageId]:
    """The stages that are no end in which somebody may record measures."""
    return {
        stage.id
        for stage in rules.stages
        if not stage.end and any(one.act is Act.MEASURE_SET and (one.by or stage.actors) for one in stage.acts)
    }


def _ends_silently(rules: Rulebook, first: StageId) -> bool:
    """Whether a case can get from this stage to an end past no stage that records measures, and by no new verdict."""
    sets, waiting, seen = _measure_stages(rules), [first], set[StageId]()
    while waiting:
        here = rules.stage(waiting.pop())
        if here is None or here.id in seen or here.id in sets:
            continue
        if here.end:
            return True
        seen.add(here.id)
        waiting += [to for rule in rules.acts_in(here) if rule.act not in VERDICTS for to in rule.to]
    return False
