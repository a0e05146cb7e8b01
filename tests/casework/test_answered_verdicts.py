"""Where a verdict may owe a measure, the clear record of a case is the same whatever its verdicts were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import pytest

from casework.engine.case import Case, Event
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import (
    SealedCase,
    SealedStep,
    asks_measures,
    check_end,
    check_sealed,
    fold_sealed,
    none_needed,
    with_step,
)
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.policy_check.path_search import commands, find_path, has_ended, path_to_end, rules_of
from casework.rules.acts import Act
from casework.rules.flow import MeasureId, Outcome, OutcomeOf, StageId
from casework.rules.roles import RoleId
from tests.casework.policies import DAY, after, bound, opened
from tests.casework.written import SLUGS

LI, SOMEBODY = MemberId("li"), RoleId("somebody")
VERDICTS = (Act.DECIDED, Act.APPEAL_DECIDED)


def owes(policy: Policy) -> bool:
    """Whether some verdict of a policy owes a measure."""
    return any(one.owes or one.owes_after_appeal for one in policy.rules.outcomes)


OWING = {f"P{number:02}": slug for number, slug in SLUGS.items() if owes(bound(slug))}


def final(policy: Policy) -> list[Outcome]:
    """The outcomes on the facts by which a case may end."""
    return [one for one in policy.rules.outcomes if one.of is OutcomeOf.FACTS and one.final]


def settled(policy: Policy, sealed: SealedCase) -> tuple[MeasureId, ...]:
    """What must be recorded now: each measure that is owed, else that none is needed."""
    left = next(found for stage in policy.rules.stages if stage.end and (found := check_end(policy, sealed, stage.id)))
    return tuple(map(MeasureId, left.names))


def clear_way(policy: Policy, *, appeal: bool) -> tuple[Event, ...]:
    """The events from arrival to the end, without masked ones; with a verdict on an appeal where one is asked for."""
    case = opened(policy)
    if appeal:
        way = find_path(policy, case, DAY, lambda one: set(VERDICTS) <= set(one.counts), reporter=True)
        assert way is not None
        case = after(case, way)
    end = path_to_end(policy, case, DAY)
    assert end is not None
    return tuple(event for event in (*case.events[1:], *end) if event.act is not Act.SEALED)


def again(policy: Policy, case: Case, event: Event) -> Case | None:
    """The case after the same act by the same member once more; None where the clear rules refuse it."""
    same = [one for one in commands(policy, case, event.act, event.to, DAY) if one.by == event.by]
    return first_done(policy, case, same)


def first_done(policy: Policy, case: Case, tried: Iterable[Command]) -> Case | None:
    """The case after the first of these acts that the clear rules let pass."""
    done = (decide(policy, case, one) for one in tried)
    found = next((one for one in done if not isinstance(one, Refusal)), None)
    return None if found is None else after(case, found)


def lived(policy: Policy, way: tuple[Event, ...], judged: Callable[[int], Outcome]) -> tuple[Case, int]:
    """The case after the way, its nth verdict being `judged(n)`; behind each what must stand there is recorded at once.

    Everything that a member's client checks is checked here too; the number is that of its verdicts.
    """
    case, sealed, verdicts = opened(policy), SealedCase(), 0
    for event in way:
        step = SealedStep(event.act, event.by or LI, event.role or SOMEBODY)
        if event.act in VERDICTS:
            step = SealedStep(event.act, step.by, step.role, outcomes=(judged(verdicts).id,))
            verdicts += 1
            assert check_sealed(policy, sealed, step, event.to) is None
        sealed = with_step(sealed, step)
        assert check_end(policy, sealed, event.to) is None
        moved = again(policy, case, event)
        assert moved is not None, (event.act, case.stage)
        case = moved
        if asks_measures(policy, sealed) and not sealed.answered:
            case, sealed = answered(policy, case, sealed)
    assert has_ended(policy, case)
    return case, verdicts


def answered(policy: Policy, case: Case, sealed: SealedCase) -> tuple[Case, SealedCase]:
    """The case with the measures, or that none is needed, recorded by the first who may, right here."""
    step = SealedStep(Act.MEASURE_SET, LI, SOMEBODY, measures=settled(policy, sealed))
    assert check_sealed(policy, sealed, step) is None
    assert none_needed(policy, sealed) is not bool(step.measures)
    done = first_done(policy, case, commands(policy, case, Act.MEASURE_SET, None, DAY))
    assert done is not None, case.stage
    assert done.events[-1].act is Act.SEALED
    return done, with_step(sealed, step)


@pytest.mark.parametrize(("slug", "appeal"), [(slug, appeal) for slug in OWING.values() for appeal in (False, True)])
def test_the_clear_record_of_a_case_is_the_same_whatever_was_decided(slug: str, appeal: bool) -> None:
    """Acts, stages, roles and members up to the end, for each verdict and for each pair of a verdict and a review."""
    policy = bound(slug)
    if appeal and not rules_of(policy, Act.APPEAL_DECIDED):
        return
    way = clear_way(policy, appeal=appeal)
    records: set[tuple[object, ...]] = set()
    for chosen in product(final(policy), repeat=2 if appeal else 1):
        case, verdicts = lived(policy, way, lambda nth, chosen=chosen: chosen[nth])
        assert verdicts == len(chosen)
        records.add(tuple((one.act, one.to, one.by, one.role, one.at) for one in case.events))
    assert len(records) == 1
    assert len(final(policy)) > 1


def sequences(policy: Policy) -> Iterator[list[SealedStep]]:
    """Every three steps of verdicts, a review, each measure alone and none, as far as each fits those before it."""
    found = [(act, (one.id,), ()) for act in VERDICTS for one in policy.rules.outcomes]
    measures = [(Act.MEASURE_SET, (), (one.id,)) for one in policy.rules.measures]
    steps = [
        SealedStep(act, LI, SOMEBODY, outcomes=outcomes, measures=said)
        for act, outcomes, said in (*found, *measures, (Act.MEASURE_SET, (), ()))
    ]
    for way in product(steps, repeat=3):
        taken: list[SealedStep] = []
        for step in way:
            if check_sealed(policy, fold_sealed(taken), step) is None:
                taken.append(step)
        yield taken


@pytest.mark.parametrize("slug", OWING.values())
def test_no_case_with_a_verdict_ends_without_a_sealed_step_behind_it(slug: str) -> None:
    """Whatever was decided and recorded: an end is open only where measures, or that none is needed, came last."""
    policy = bound(slug)
    ends = [stage.id for stage in policy.rules.stages if stage.end]
    reviews_alone = not any(one.owes for one in policy.rules.outcomes)
    for taken in sequences(policy):
        judged = [number for number, step in enumerate(taken) if step.act in VERDICTS]
        asked = [number for number in judged if not reviews_alone or taken[number].act is Act.APPEAL_DECIDED]
        recorded = [number for number, step in enumerate(taken) if step.act is Act.MEASURE_SET]
        behind = not asked or max(recorded, default=-1) > judged[-1]
        open_ends = [check_end(policy, fold_sealed(taken), one) is None for one in ends]
        assert behind or not any(open_ends), taken


@pytest.mark.parametrize("slug", OWING.values())
def test_every_final_verdict_leads_to_the_same_stages_and_ends_no_case(slug: str) -> None:
    """No stage tells an upheld case from another, and a case without any verdict ends without a word on measures."""
    policy = bound(slug)
    assert len({frozenset(one.to) for one in final(policy)}) == 1
    for outcome in policy.rules.outcomes:
        stages = [policy.rules.stage(to) for to in outcome.to]
        assert not any(stage is None or stage.end for stage in stages)
    assert all(check_end(policy, SealedCase(), stage.id) is None for stage in policy.rules.stages)


def test_where_no_verdict_owes_a_measure_nobody_says_that_none_is_needed() -> None:
    """Nothing is asked there behind a verdict, and a step without measures stays refused."""
    for slug in set(SLUGS.values()) - set(OWING.values()):
        policy = bound(slug)
        sealed = SealedCase(outcomes=tuple(one.id for one in policy.rules.outcomes[:1]))
        refused = check_sealed(policy, sealed, SealedStep(Act.MEASURE_SET, LI, SOMEBODY))
        assert refused is not None
        assert refused.reason is RefusalReason.NO_SUCH_MEASURE
        ends = [stage.id for stage in policy.rules.stages if stage.end] or [StageId("none")]
        assert all(check_end(policy, sealed, one) is None for one in ends)


def test_the_security_page_names_what_still_differs() -> None:
    """Eleven policies of the twenty; who may record a reward or malice there, and in which the roles differ."""
    assert len(OWING) == 11
    further = (Act.REWARDED, Act.MALICE_PROPOSED, Act.MALICE_APPROVED, Act.COMPENSATED, Act.CLEARED)
    found = {name: {act for act in further if rules_of(bound(slug), act)} for name, slug in OWING.items()}
    rewarding = {name for name, acts in found.items() if Act.REWARDED in acts}
    malice = {name for name, acts in found.items() if Act.MALICE_PROPOSED in acts}
    assert (rewarding, malice) == ({"P01", "P04", "P06", "P17"}, {"P01"})
    assert not any(acts & {Act.COMPENSATED, Act.CLEARED} for acts in found.values())
