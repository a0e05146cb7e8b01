"""The engine: what the policy allows is done, everything else is refused by reason and with what would be allowed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from casework.engine.case import Case, Event, fold
from casework.engine.engine import Command, allowed, decide, migrate
from casework.engine.refusals import WORDS, Refusal, RefusalReason
from casework.errors import NotAHistory
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.policy.reader import shipped_policies
from casework.policy_check.path_search import NO_ITEM
from casework.rules.acts import Act, Attribute
from casework.rules.flow import ClockId, StageId
from casework.rules.roles import RoleId
from tests.casework.policies import DAY, after, bound, changed, do, follow, opened

COMPANY, PERSON = RoleId("company"), RoleId("dedicated-person")
LI, WANG = MemberId("li"), MemberId("wang")
TO_RESULT = ((Act.REGISTERED), (Act.ASSIGNED), (Act.CHECKED), (Act.DECIDED, "result"))
TWO_APPROVE = """
[[anywhere]]
act = "approved"
by = ["company", "dedicated-person"]
to = ["handling"]
every = true
stages = ["investigation"]
source = { line = 1, quote = "批" }
[[anywhere]]
act = "appeal-decided"
apart = ["decided"]
source = { line = 1, quote = "复核" }
[[anywhere]]
act = "appealed"
within = "register"
most = 1
source = { line = 1, quote = "申诉" }
"""


def command(act: Act, by: MemberId | None = LI, role: RoleId = COMPANY, to: str | None = None) -> Command:
    """A command with whatever item the act needs."""
    return Command(act, DAY, by, frozenset({role}), StageId(to) if to else None, item=NO_ITEM)


def refused(policy: Policy, case: Case, wanted: Command) -> Refusal:
    """The refusal of a command that must be refused."""
    found = decide(policy, case, wanted)
    assert isinstance(found, Refusal), found
    return found


def test_a_whole_case_runs_from_arrival_to_archive() -> None:
    """Each act leaves one event, the stage follows the policy, and the fold of all is the case."""
    policy = bound()
    case = follow(policy, *TO_RESULT, Act.MEASURE_SET, Act.NOTIFIED, Act.REWARDED, Act.ARCHIVED)
    assert case.stage == "archived"
    assert [event.act for event in case.events[-4:]] == [Act.SEALED, Act.NOTIFIED, Act.SEALED, Act.ARCHIVED]
    assert fold(case.events) == case


def test_deciding_changes_nothing_and_says_the_same_again() -> None:
    """The same command on the same case gives the same events."""
    policy, case = bound(), opened(bound())
    wanted = replace(command(Act.REGISTERED), item=None)
    assert decide(policy, case, wanted) == decide(policy, case, wanted)
    assert case == opened(policy)


def test_nothing_that_would_tell_the_verdict_can_be_told_apart() -> None:
    """A measure, a reward and a clearing are the same event with another hash of an item."""
    policy = bound()
    case = follow(policy, *TO_RESULT)
    events = [decide(policy, case, command(act)) for act in (Act.MEASURE_SET, Act.REWARDED)]
    assert events[0] == events[1]
    assert events[0] == (Event(5, Act.SEALED, DAY, LI, COMPANY, item=NO_ITEM),)


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (command(Act.ARCHIVED), RefusalReason.NOT_HERE),
        (command(Act.MEDIATED), RefusalReason.NOT_IN_POLICY),
        (command(Act.SEALED), RefusalReason.NOT_IN_POLICY),
        (command(Act.RECEIVED), RefusalReason.NOT_IN_POLICY),
        (replace(command(Act.NOTED), signed=False), RefusalReason.UNSIGNED),
        (command(Act.NOTED, by=None), RefusalReason.MEMBER_ONLY),
        (command(Act.NOTED, role=PERSON), RefusalReason.WRONG_ROLE),
        (command(Act.SEPARATED), RefusalReason.FIRST),
        (command(Act.HANDED_BACK), RefusalReason.FIRST),
        (replace(command(Act.NOTED), item=None), RefusalReason.ITEM_MISSING),
        (command(Act.SELF_ASSIGNED), RefusalReason.ITEM_TOO_MANY),
        (command(Act.RECUSED), RefusalReason.WRONG_CODE),
        (replace(command(Act.MIGRATED), codes={Attribute.VERSION: "2"}), RefusalReason.WHICH_VERSION),
        (replace(command(Act.NOTED), codes={Attribute.GRADE: "high"}), RefusalReason.WRONG_CODE),
        (command(Act.REGISTERED, to="archived"), RefusalReason.ANOTHER_STAGE),
    ],
)
def test_what_a_fresh_case_refuses_it_refuses_by_reason(wanted: Command, reason: RefusalReason) -> None:
    """Each thing that can be wrong with a command has a reason of its own, and the allowed acts beside it."""
    found = refused(bound(), opened(bound()), wanted)
    assert found.reason is reason
    assert found.allowed == allowed(bound(), opened(bound()), wanted)
    assert (Act.REGISTERED in found.allowed) == (
        reason not in (RefusalReason.UNSIGNED, RefusalReason.MEMBER_ONLY, RefusalReason.WRONG_ROLE)
    )


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    """No refusal is a bare code."""
    assert set(WORDS) == set(RefusalReason)
    assert Refusal(RefusalReason.FIRST, ("a", "b")).words.zh == "须先完成：a、b"


def test_a_decision_names_the_next_stage_where_the_policy_leaves_a_choice() -> None:
    """The engine never guesses between two stages."""
    case = follow(bound(), Act.REGISTERED, Act.ASSIGNED, Act.CHECKED)
    assert refused(bound(), case, command(Act.DECIDED)).names == ("result", "investigation")
    assert do(bound(), case, Act.DECIDED, "investigation").stage == "investigation"


def test_a_member_who_steps_back_does_nothing_more_in_the_case() -> None:
    """Recusal binds whatever role the member holds."""
    recusal = replace(command(Act.RECUSED), codes={Attribute.MEMBER: "li"})
    found = decide(bound(), opened(bound()), recusal)
    assert isinstance(found, tuple)
    case = after(opened(bound()), found)
    assert refused(bound(), case, command(Act.NOTED)).reason is RefusalReason.RECUSED
    assert isinstance(decide(bound(), case, command(Act.NOTED, by=WANG)), tuple)


def test_a_case_that_an_authority_has_stands_still_until_it_comes_back() -> None:
    """Handing over freezes the office's work, not its notes, and only what was handed over comes back."""
    over = replace(command(Act.HANDED_OVER), codes={Attribute.AUTHORITY: "police"})
    found = decide(bound(), opened(bound()), over)
    assert isinstance(found, tuple)
    case = after(opened(bound()), found)
    assert refused(bound(), case, replace(command(Act.REGISTERED), item=None)).reason is RefusalReason.FROZEN
    back = do(bound(), do(bound(), case, Act.NOTED), Act.HANDED_BACK)
    assert do(bound(), back, Act.REGISTERED).stage == "registered"


def test_nobody_hands_a_case_over_again_that_a_colleague_took_back() -> None:
    """Another member may, and who took it back themselves; what does not count changes nothing."""
    over = replace(command(Act.HANDED_OVER), codes={Attribute.AUTHORITY: "police"})

    def done(case: Case, wanted: Command) -> Case:
        found = decide(bound(), case, wanted)
        assert isinstance(found, tuple), found
        return after(case, found)

    away = done(opened(bound()), over)
    back = done(away, command(Act.HANDED_BACK, by=WANG))
    found = refused(bound(), back, over)
    assert (found.reason, found.names) == (RefusalReason.SAME_PERSON, (Act.HANDED_OVER,))
    assert Act.HANDED_OVER not in found.allowed
    unsigned = Event(len(back.events), Act.HANDED_OVER, DAY, WANG, COMPANY, signed=False)
    assert refused(bound(), after(back, [unsigned]), over).reason is RefusalReason.SAME_PERSON
    assert done(back, replace(over, by=WANG)).frozen
    assert done(done(away, command(Act.HANDED_BACK)), over).frozen
    again = done(done(back, replace(over, by=WANG)), command(Act.HANDED_BACK))
    assert done(again, over).frozen


def test_where_two_must_approve_the_case_moves_with_the_second() -> None:
    """One role's approval leaves the case where it is, and neither role nor person counts twice."""
    policy = changed(added=TWO_APPROVE)
    case = follow(policy, Act.REGISTERED, Act.ASSIGNED)
    first = decide(policy, case, command(Act.APPROVED))
    assert isinstance(first, tuple)
    case = after(case, first)
    assert case.stage == "investigation"
    assert refused(policy, case, command(Act.APPROVED, by=WANG)).reason is RefusalReason.ALREADY
    assert refused(policy, case, command(Act.APPROVED, role=PERSON)).reason is RefusalReason.ALREADY
    second = decide(policy, case, command(Act.APPROVED, by=WANG, role=PERSON))
    assert isinstance(second, tuple)
    assert after(case, second).stage == "handling"


def test_whoever_decided_does_not_decide_the_appeal() -> None:
    """Separation of duties follows the person, not the role."""
    policy = changed(added=TWO_APPROVE)
    case = follow(policy, Act.REGISTERED, Act.ASSIGNED, Act.CHECKED)
    found = decide(policy, case, command(Act.DECIDED, to="result"))
    assert isinstance(found, tuple)
    case = after(case, found)
    assert refused(policy, case, command(Act.APPEAL_DECIDED)).reason is RefusalReason.SAME_PERSON
    assert isinstance(decide(policy, case, command(Act.APPEAL_DECIDED, by=WANG)), tuple)


def test_an_appeal_counts_within_its_window_once_and_signed() -> None:
    """A lapsed window, a second appeal and an unsigned one are each refused by name."""
    policy, case = changed(added=TWO_APPROVE), opened(changed(added=TWO_APPROVE))
    appeal = Command(Act.APPEALED, DAY, item=NO_ITEM)
    assert refused(policy, case, replace(appeal, signed=False)).reason is RefusalReason.UNSIGNED
    late = refused(policy, case, replace(appeal, lapsed=frozenset({ClockId("register")})))
    assert (late.reason, late.names) == (RefusalReason.TOO_LATE, ("register",))
    found = decide(policy, case, appeal)
    assert isinstance(found, tuple)
    assert refused(policy, after(case, found), appeal).reason is RefusalReason.TOO_OFTEN


def test_an_unread_notice_counts_as_received_only_after_its_time() -> None:
    """A not-before clock refuses until it has run out."""
    case = do(bound(), follow(bound(), *TO_RESULT), Act.NOTIFIED)
    deemed = replace(command(Act.NOTICE_DEEMED), item=None)
    assert refused(bound(), case, deemed).reason is RefusalReason.TOO_EARLY
    assert isinstance(decide(bound(), case, replace(deemed, lapsed=frozenset({ClockId("notice-waits")}))), tuple)


def test_a_notice_that_was_received_is_not_counted_as_received_again() -> None:
    """What the reporter has done the office cannot put to a later day."""
    case = do(bound(), do(bound(), follow(bound(), *TO_RESULT), Act.NOTIFIED), Act.NOTICE_RECEIVED)
    deemed = replace(command(Act.NOTICE_DEEMED), item=None, lapsed=frozenset({ClockId("notice-waits")}))
    assert refused(bound(), case, deemed).reason is RefusalReason.ALREADY


def test_an_act_without_the_signature_of_whoever_did_it_is_shown_and_never_counts() -> None:
    """A worker, or a server that writes in a member's name, moves no case."""
    case = opened(bound())
    forged = Event(1, Act.REGISTERED, DAY, LI, COMPANY, StageId("registered"), signed=False)
    nobody = Event(2, Act.REGISTERED, DAY, None, None, StageId("registered"))
    folded = after(case, [forged, nobody])
    assert folded.stage == "received"
    assert folded.uncounted == {1, 2}
    assert Act.REGISTERED not in folded.counts


def test_a_stream_with_a_gap_or_another_beginning_is_no_history() -> None:
    """Removed and reordered events are noticed before anything is folded."""
    events = follow(bound(), *TO_RESULT).events
    for wrong in ((), events[1:], events[:2] + events[3:], (events[0], events[2], events[1])):
        with pytest.raises(NotAHistory):
            fold(wrong)


def test_an_act_that_does_not_say_what_it_moves_is_no_history() -> None:
    """An arrival under no policy, an extension of no clock or to no day, a recusal of nobody: all refused."""
    case = opened(bound())
    with pytest.raises(NotAHistory):
        fold([Event(0, Act.RECEIVED, DAY)])
    for act, codes in (
        (Act.EXTENDED, {Attribute.CLOCK: "appeal"}),
        (Act.EXTENDED, {Attribute.CLOCK: "appeal", Attribute.UNTIL: "soon"}),
        (Act.RECUSED, dict[Attribute, str]()),
        (Act.MIGRATED, dict[Attribute, str]()),
    ):
        with pytest.raises(NotAHistory):
            after(case, [Event(1, act, DAY, LI, COMPANY, codes=codes)])
        assert after(case, [Event(1, act, DAY, LI, COMPANY, codes=codes, signed=False)]).uncounted == {1}


def test_a_case_stays_under_its_version_until_somebody_moves_it_on_the_record() -> None:
    """A new version refuses the case; to migrate, it goes on in the stage of the same name, and nowhere else."""
    old, new = bound(), replace(bound(), version="2")
    case = follow(old, Act.REGISTERED)
    assert refused(new, case, command(Act.NOTED)).reason is RefusalReason.ANOTHER_VERSION
    moving = replace(command(Act.MIGRATED), codes={Attribute.VERSION: "2"})
    for to in ("limbo", *(stage.id for stage in new.rules.stages if stage.id != case.stage)):
        refusal = Refusal(RefusalReason.ANOTHER_STAGE, (case.stage,))
        assert migrate(old, new, case, replace(moving, to=StageId(to))) == refusal, to
    found = migrate(old, new, case, moving)
    assert isinstance(found, tuple)
    moved = after(case, found)
    assert (moved.version, moved.stage) == ("2", "registered")
    assert do(new, moved, Act.ASSIGNED).stage == "investigation"
    # Where the new version has no such stage, any but an end.
    stages = tuple(replace(one, id=StageId("entered")) if one.id == case.stage else one for one in new.rules.stages)
    other = replace(new, rules=replace(new.rules, stages=stages))
    for stage in stages:
        found = migrate(old, other, case, replace(moving, to=stage.id))
        assert isinstance(found, Refusal) is stage.end, stage.id
    assert any(stage.end for stage in stages)


@pytest.mark.parametrize("name", shipped_policies())
def test_a_reporter_who_writes_after_the_end_is_answered(name: str) -> None:
    """By those who act in the end or in what leads there, which moves nothing; roles that act in neither may not."""
    policy = bound(name)
    for stage in (one for one in policy.rules.stages if one.end):
        leading = [one for one in policy.rules.stages if any(stage.id in rule.to for rule in one.acts)]
        may = set(stage.actors) or {role for one in leading for role in one.actors}
        assert may
        ended = replace(opened(policy), stage=stage.id)
        for act, role in product((Act.REPLIED, Act.NOTED), (one.id for one in policy.rules.roles)):
            found = decide(policy, ended, command(act, role=role))
            assert isinstance(found, Refusal) is (role not in may), (stage.id, role)
            if not isinstance(found, Refusal):
                assert after(ended, found).stage == stage.id
