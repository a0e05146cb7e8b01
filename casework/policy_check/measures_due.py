"""What a policy asks for behind its verdicts can be recorded there, and behind every verdict alike."""

from __future__ import annotations

from collections.abc import Iterator

from casework.engine.sealed_steps import BORNE_OUT
from casework.policy.policy import Policy
from casework.policy_check.findings import Fault
from casework.policy_check.path_search import rules_of
from casework.rules.acts import Act
from casework.rules.flow import NO_MEASURE, MeasureId, MeasureOn, Outcome, OutcomeOf, StageId
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
    if NO_MEASURE in on:
        yield f"measures[{NO_MEASURE}].id", Fault.RESERVED, NO_MEASURE
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
        silent = (to for to in outcome.to if to in leads and _traps(rules, to))
        yield from ((f"outcomes[{outcome.id}].to", Fault.MEASURES_UNSAID, to) for to in silent)


def _asking_acts(rules: Rulebook) -> frozenset[Act]:
    """The verdicts behind which measures, or that none is needed, must be recorded."""
    if any(one.owes for one in rules.outcomes):
        return VERDICTS
    return frozenset({Act.APPEAL_DECIDED} if any(one.owes_after_appeal for one in rules.outcomes) else ())


def _measure_stages(rules: Rulebook) -> set[StageId]:
    """The stages that are no end in which somebody may record measures."""
    sets = {stage: rules.acts_in(stage, Act.MEASURE_SET) for stage in rules.stages if not stage.end}
    return {stage.id for stage, found in sets.items() if any(one.by or stage.actors for one in found)}


def _traps(rules: Rulebook, first: StageId) -> bool:
    """Whether a case that came here by a verdict can be stuck: it comes to a stage with no way to record measures.

    Nobody need record them where it could first be done, so the way out of such a stage is followed too.
    """
    sets, ends = _measure_stages(rules), {stage.id for stage in rules.stages if stage.end}
    open_ones = {first, *(_stages_from(rules, first) - ends)}
    return any(sets.isdisjoint(_stages_from(rules, one)) for one in open_ones)


def _stages_from(rules: Rulebook, first: StageId) -> set[StageId]:
    """This stage and each to which some act leads from it; from an end nothing leads on."""
    waiting, seen = [first], set[StageId]()
    while waiting:
        here = rules.stage(waiting.pop())
        if here is not None and here.id not in seen:
            seen.add(here.id)
            waiting += () if here.end else [to for rule in rules.acts_in(here) for to in rule.to]
    return seen
