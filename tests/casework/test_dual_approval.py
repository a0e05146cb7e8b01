"""What takes two: one member asks, another agrees, each under a signature, whatever the policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.engine.case import Case, Event
from casework.engine.dual_approval import answered, approved
from casework.engine.engine import Command, allowed, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.policy_check.path_search import NO_ITEM
from casework.rules.acts import TRAITS, Act, Attribute, Item
from casework.rules.destinations import ABROAD, Destination
from casework.rules.roles import RoleId
from tests.casework.policies import DAY, after, bound, opened

COMPANY, PERSON = RoleId("company"), RoleId("dedicated-person")
LI, WANG = MemberId("li"), MemberId("wang")
POLICY = bound()
PAIRS = [
    (Act.RELEASE_ASKED, Act.RELEASED),
    (Act.EXPORT_ASKED, Act.EXPORT_APPROVED),
    (Act.DELETION_ASKED, Act.DELETION_APPROVED),
]


def command(act: Act, by: MemberId = LI, role: RoleId = COMPANY, **codes: str) -> Command:
    """A command with whatever item the act needs."""
    named = {Attribute(name): value for name, value in codes.items()}
    if act is Act.EXPORT_ASKED:
        named = {Attribute.DESTINATION: Destination.COUNSEL.value} | named
    item = None if TRAITS[act].item is Item.NONE else NO_ITEM
    return Command(act, DAY, by, frozenset({role}), codes=named, item=item)


def done(case: Case, wanted: Command) -> Case:
    """The case after what must be let through."""
    found = decide(POLICY, case, wanted)
    assert not isinstance(found, Refusal), found
    return after(case, found)


def refused(case: Case, wanted: Command) -> tuple[RefusalReason, tuple[str, ...]]:
    """Why it is refused, and about what."""
    found = decide(POLICY, case, wanted)
    assert isinstance(found, Refusal), found
    return found.reason, found.names


def held() -> Case:
    """A case under a legal hold."""
    return done(opened(POLICY), command(Act.HELD))


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_nobody_agrees_with_themselves(ask: Act, answer: Act) -> None:
    """Without asking nothing, by the one who asked nothing; another may, once for each asking."""
    case = held()
    assert refused(case, command(answer, WANG)) == (RefusalReason.FIRST, (ask,))
    case = done(case, command(ask))
    reason, names = refused(case, command(answer))
    assert reason is RefusalReason.SECOND_PERSON
    assert {COMPANY, PERSON} <= set(names)
    assert answer not in allowed(POLICY, case, command(answer))
    assert answer in allowed(POLICY, case, command(answer, WANG))
    case = done(case, command(answer, WANG))
    assert refused(case, command(answer, WANG)) == (RefusalReason.FIRST, (ask,))
    # The other way round the next time: anyone who asked once is not shut out for good.
    case = done(done(case, command(Act.HELD)), command(ask, WANG))
    assert done(case, command(answer, LI)).counts[answer] == 2


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_they_may_in_every_stage_and_after_the_end(ask: Act, answer: Act) -> None:
    """A hold, an export and a deletion come up most often when the case is over."""
    for stage in POLICY.rules.stages:
        case = replace(held(), stage=stage.id)
        roles = [RoleId(role.id) for role in POLICY.rules.roles]
        asking = next(
            one for role in roles if not isinstance(one := decide(POLICY, case, command(ask, LI, role)), Refusal)
        )
        assert isinstance(decide(POLICY, after(case, asking), command(answer, WANG, roles[0])), tuple), stage.id


def test_a_hold_that_was_set_again_wipes_no_request_to_end_it() -> None:
    """A request to lift it stands and one to delete what is held now does not; what was asked under no hold is over."""
    case = done(done(held(), command(Act.RELEASE_ASKED)), command(Act.DELETION_ASKED))
    asking = str(len(case.events) - 2)
    case = done(case, command(Act.HELD, WANG))
    assert refused(case, command(Act.DELETION_APPROVED, WANG)) == (RefusalReason.FIRST, (Act.DELETION_ASKED,))
    released = done(case, command(Act.RELEASED, WANG, asking=asking))
    assert not released.held
    # Asked for while there was no hold, it says nothing of one that is set later.
    again = done(done(released, command(Act.RELEASE_ASKED)), command(Act.HELD, WANG))
    assert refused(again, command(Act.RELEASED, WANG)) == (RefusalReason.FIRST, (Act.RELEASE_ASKED,))


def test_an_export_is_written_once_for_each_approval() -> None:
    """Neither before the approval, nor twice, nor after somebody asked again for another addressee."""
    case = done(opened(POLICY), command(Act.EXPORT_ASKED))
    assert refused(case, command(Act.EXPORTED)) == (RefusalReason.FIRST, (Act.EXPORT_APPROVED,))
    agreed = done(case, command(Act.EXPORT_APPROVED, WANG))
    again = done(agreed, command(Act.EXPORT_ASKED, destination="court"))
    assert refused(again, command(Act.EXPORTED)) == (RefusalReason.FIRST, (Act.EXPORT_APPROVED,))
    written = done(agreed, command(Act.EXPORTED))
    assert refused(written, command(Act.EXPORTED)) == (RefusalReason.FIRST, (Act.EXPORT_APPROVED,))


@pytest.mark.parametrize("destination", sorted(ABROAD))
def test_abroad_needs_another_role_and_the_authority_that_approved(destination: Destination) -> None:
    """The role that asked can't approve, nor can anybody without naming the competent authority."""
    case = done(opened(POLICY), command(Act.EXPORT_ASKED, destination=destination))
    reason, names = refused(case, command(Act.EXPORT_APPROVED, WANG, authority="procuratorate"))
    assert reason is RefusalReason.SECOND_PERSON
    assert COMPANY not in names
    assert PERSON in names
    assert refused(case, command(Act.EXPORT_APPROVED, WANG, PERSON)) == (
        RefusalReason.WRONG_CODE,
        (Attribute.AUTHORITY,),
    )
    both = replace(command(Act.EXPORT_APPROVED, WANG, authority="procuratorate"), roles=frozenset({COMPANY, PERSON}))
    assert done(case, both).events[-1].role == PERSON


def test_at_home_another_person_of_the_same_role_is_enough() -> None:
    """The gate is for what leaves the country: counsel needs a second person and no authority."""
    case = done(opened(POLICY), command(Act.EXPORT_ASKED))
    assert done(case, command(Act.EXPORT_APPROVED, WANG)).events[-1].role == COMPANY
    assert refused(opened(POLICY), command(Act.EXPORT_ASKED, destination="the-moon"))[0] is RefusalReason.WRONG_CODE


def test_what_nobody_signed_is_no_agreement() -> None:
    """An asking or an agreement without its member's signature is shown and counts for nothing."""
    case = opened(POLICY)
    case = after(case, [Event(len(case.events), Act.DELETION_ASKED, DAY, LI, COMPANY, signed=False)])
    assert refused(case, command(Act.DELETION_APPROVED, WANG)) == (RefusalReason.FIRST, (Act.DELETION_ASKED,))
    case = done(case, command(Act.DELETION_ASKED))
    forged = after(case, [Event(len(case.events), Act.DELETION_APPROVED, DAY, WANG, PERSON, signed=False)])
    assert approved(forged, Act.DELETION_APPROVED) is None


def test_an_approval_holds_until_something_ends_it() -> None:
    """A deletion that was agreed to is off once a hold is set, or once somebody asks again."""
    case = done(opened(POLICY), command(Act.DELETION_ASKED))
    assert approved(case, Act.DELETION_APPROVED) is None
    agreed = done(case, command(Act.DELETION_APPROVED, WANG))
    found = approved(agreed, Act.DELETION_APPROVED)
    assert found is not None
    assert found.by == WANG
    for act in (Act.HELD, Act.DELETION_ASKED):
        assert approved(done(agreed, command(act)), Act.DELETION_APPROVED) is None


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_an_agreement_that_nobody_asked_for_is_none_whatever_the_rules(ask: Act, answer: Act) -> None:
    """Rules that know no asking would let one person do alone what takes two; no reader counts it either."""
    rules = (rule for rule in POLICY.rules.anywhere if rule.act is not ask)
    earlier = tuple(replace(rule, ever=()) if rule.act is answer else rule for rule in rules)
    older = replace(POLICY, rules=replace(POLICY.rules, anywhere=earlier))
    found = decide(older, held(), command(answer, WANG))
    assert isinstance(found, Refusal)
    assert (found.reason, found.names) == (RefusalReason.FIRST, (ask,))
    told = after(held(), [Event(len(held().events), answer, DAY, WANG, COMPANY)])
    assert (told.held, approved(told, answer), told.counts.get(answer, 0)) == (True, None, 0)
    assert refused(told, command(Act.EXPORTED, WANG)) == (RefusalReason.FIRST, (Act.EXPORT_APPROVED,))


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_an_answer_counts_for_the_request_that_it_names_and_for_no_other(ask: Act, answer: Act) -> None:
    """Asked again while the second person reads, each waits: who names neither, or another, agrees to nothing."""
    first = done(held(), command(ask))
    read = str(len(first.events) - 1)
    again = done(first, command(ask))
    now = str(len(again.events) - 1)
    assert done(first, command(answer, WANG, asking=read)).counts[answer] == 1
    assert refused(again, command(answer, WANG, asking="1")) == (RefusalReason.ASKED_AGAIN, (now,))
    assert refused(again, command(answer, WANG)) == (RefusalReason.ASKED_AGAIN, (now,))
    for named in (read, now):
        agreed = done(again, command(answer, WANG, asking=named))
        assert agreed.counts[answer] == 1
        meant = answered(agreed, agreed.events[-1])
        assert meant is not None
        assert str(meant.n) == named
        # One answer ends them all: what was asked besides has to be asked again.
        assert refused(agreed, command(answer, WANG, asking=now)) == (RefusalReason.FIRST, (ask,))


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_no_answer_of_one_reader_counts_for_what_somebody_else_asked_who_does_not(ask: Act, answer: Act) -> None:
    """It names nothing, and nothing that counts waits; nor does it count for what the same reader asked."""
    case = held()
    unread = after(case, [Event(len(case.events), ask, DAY, MemberId("sun"), COMPANY, signed=False)])
    alone = after(unread, [Event(len(unread.events), answer, DAY, WANG, COMPANY)])
    own = done(case, command(ask, WANG))
    named = {Attribute.ASKING: str(len(own.events) - 1)}
    itself = [after(own, [Event(len(own.events), answer, DAY, WANG, COMPANY, codes=one)]) for one in ({}, named)]
    for one in (alone, *itself):
        assert one.counts.get(answer, 0) == 0
        assert one.held


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_nobody_keeps_a_request_from_being_answered_by_asking_too(ask: Act, answer: Act) -> None:
    """Who asked last agrees to the one of before by naming it, and it is offered; to their own they still cannot."""
    case = done(done(held(), command(ask)), command(ask, WANG))
    first, last = str(len(case.events) - 2), str(len(case.events) - 1)
    assert answer in allowed(POLICY, case, command(answer, WANG))
    assert done(case, command(answer, WANG, asking=first)).counts[answer] == 1
    assert refused(case, command(answer, WANG, asking=last))[0] is RefusalReason.SECOND_PERSON
    assert done(case, command(answer, LI, asking=last)).counts[answer] == 1


def test_a_request_to_send_abroad_takes_no_role_from_one_that_stays_at_home() -> None:
    """Which roles may answer, and whether an authority must be named, hangs on the request that is named."""
    case = done(opened(POLICY), command(Act.EXPORT_ASKED))
    home = str(len(case.events) - 1)
    case = done(case, command(Act.EXPORT_ASKED, destination=next(iter(ABROAD)).value))
    abroad = str(len(case.events) - 1)
    assert Act.EXPORT_APPROVED in allowed(POLICY, case, command(Act.EXPORT_APPROVED, WANG))
    assert done(case, command(Act.EXPORT_APPROVED, WANG, asking=home)).counts[Act.EXPORT_APPROVED] == 1
    wanted = command(Act.EXPORT_APPROVED, WANG, asking=abroad)
    assert refused(case, wanted)[0] is RefusalReason.SECOND_PERSON
    assert refused(case, replace(wanted, roles=frozenset({PERSON})))[0] is RefusalReason.WRONG_CODE


@pytest.mark.parametrize(("ask", "answer"), PAIRS)
def test_an_answer_to_another_request_stands_on_the_record_and_counts_for_nothing(ask: Act, answer: Act) -> None:
    """What a server let through all the same no reader counts; the request goes on waiting."""
    case = done(done(held(), command(ask)), command(ask))
    for codes in ({}, {Attribute.ASKING: "1"}):
        told = after(case, [Event(len(case.events), answer, DAY, WANG, COMPANY, codes=codes)])
        assert (told.held, approved(told, answer), answer in told.counts) == (True, None, False)
        assert done(told, command(answer, WANG, asking=str(len(case.events) - 1))).counts[answer] == 1
