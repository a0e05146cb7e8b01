"""What an office owes beside the steps of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.engine import Command
from casework.engine.holders import roles_of
from casework.engine.refusals import Refusal, RefusalReason, StepUnfit
from casework.errors import PolicyError
from casework.event_store.history import StreamEntry, history
from casework.event_store.step_check import Ruling, check_step
from casework.ids import MemberId
from casework.obligations.batch import Follower, followers, merged_into, unanswered
from casework.obligations.callback import against_verdict, rated_at, reopens_case, rounds
from casework.obligations.grade_duties import grade_duties
from casework.obligations.recurring import DutyStatus, duties_of, duty_state, missed_days
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.binding import bind_policy
from casework.policy.reader import shipped_bindings, shipped_policy
from casework.policy_check.clause_words import HEADS, describe_clauses
from casework.policy_check.path_search import NO_ITEM, path_to_end
from casework.policy_check.policy_words import in_chinese, in_english
from casework.rules.acts import Act, Attribute
from casework.rules.binding import Bound
from casework.rules.clauses import Batch, Rhythm
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from crypto import Event as Told
from crypto import b64encode
from tests.casework.policies import DAY, after, bound, changed, do, follow, follow_on, opened

OFFICE = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
CALLBACK = bound("customer-callback-workorder")
SPECIALIST = RoleId("callback-specialist")
BOX = duties_of(CALLBACK)[0]
QUARTERLY = {Rhythm.EVALUATION: Limit(3, Unit.MONTHS)}
HR = replace(Command(Act.NOTIFIED, DAY, MemberId("li"), frozenset({RoleId("company")})), item=NO_ITEM)


def test_a_box_is_emptied_every_day_but_for_days_on_which_nobody_works() -> None:
    """After Wednesday the 30th seven days of holiday pass; the box is due on the 8th, and late on the 9th."""
    said = {day: duty_state(BOX, DAY, [], OFFICE, date(2026, 10, day)) for day in (7, 8, 9)}
    assert [said[day].status for day in (7, 8, 9)] == [DutyStatus.DONE, DutyStatus.DUE, DutyStatus.OVERDUE]
    assert said[9].late == 1
    assert duty_state(BOX, DAY, [date(2026, 10, 8)], OFFICE, date(2026, 10, 9)).status is DutyStatus.DUE


def test_a_week_without_emptying_is_five_missed_days() -> None:
    """Each day that went by is told once, and a day on which it was done is not among them."""
    assert len(missed_days(BOX, date(2026, 11, 6), [], OFFICE, date(2026, 11, 16))) == 5
    kept = missed_days(BOX, date(2026, 11, 6), [date(2026, 11, 11)], OFFICE, date(2026, 11, 16))
    assert [day.day for day in kept] == [9, 10, 12, 13]


def test_a_regularly_that_nobody_bound_is_never_late_and_a_bound_one_is() -> None:
    """定期 gives no date; three months that the operator bound end on a day of work."""
    policy = bound("telecom-complaint")
    free = duties_of(replace(policy, bound=Bound()))[0]
    assert duty_state(free, DAY, [], OFFICE, date(2030, 1, 1)).status is DutyStatus.UNBOUND
    assert missed_days(free, DAY, [], OFFICE, date(2030, 1, 1)) == ()
    duty = duties_of(replace(policy, bound=Bound(every=QUARTERLY)))[0]
    found = duty_state(duty, date(2026, 5, 9), [], OFFICE, date(2026, 8, 11))
    assert found.status is DutyStatus.OVERDUE
    assert found.due is not None
    assert found.due.day == date(2026, 8, 10)


@pytest.mark.parametrize(
    ("line", "key"), [('report = "1 month"', "every.report"), ('evaluation = "24 hours"', "every.evaluation")]
)
def test_how_often_is_bound_only_for_what_the_text_names_and_in_days_or_longer(line: str, key: str) -> None:
    """A duty that the text does not know, and one that recurs by the hour, are refused by key."""
    content = shipped_bindings("telecom-complaint").split(b"[every]")[0] + f"[every]\n{line}\n".encode()
    with pytest.raises(PolicyError) as refused:
        bind_policy(shipped_policy("telecom-complaint"), content, "bindings.toml")
    assert refused.value.key == key


def test_a_major_case_owes_its_report_up_and_the_presence_of_the_leadership() -> None:
    """What is owed falls away with each act; somebody else's oversight is not the leadership's."""
    policy = bound("employee-complaint-resolution-sla")
    case = follow(policy, Act.REGISTERED, Act.PROCEDURE_EXPLAINED)
    assert grade_duties(policy, case).due == ()
    graded = replace(do(policy, case, Act.GRADED).events[-1], codes={Attribute.GRADE: "major"})
    case = after(case, [graded])
    assert grade_duties(policy, case).due == (Act.REPORTED_UP, Act.OVERSEEN)
    case = do(policy, case, Act.REPORTED_UP)
    case = after(case, [replace(do(policy, case, Act.OVERSEEN).events[-1], role=RoleId("oversight"))])
    assert grade_duties(policy, case).due == (Act.OVERSEEN,)
    case = after(case, [replace(do(policy, case, Act.OVERSEEN).events[-1], role=RoleId("leadership"))])
    assert grade_duties(policy, case).due == ()


def test_of_many_merged_cases_each_is_answered_unless_the_text_wants_one_answer() -> None:
    """Who has heard nothing since the merging is owed an answer; who was answered, or separated again, is not."""
    policy = bound()
    ready = do(policy, follow(policy, Act.REGISTERED, Act.ASSIGNED, Act.CHECKED, (Act.DECIDED, "result")), Act.MERGED)
    cases = [Follower("a", ready), Follower("b", do(policy, opened(policy), Act.MERGED)), Follower("c", opened(policy))]
    assert merged_into(ready) == "somebody"
    merged = followers("somebody", cases)
    assert unanswered(policy, merged) == ("a", "b")
    assert unanswered(policy, [Follower("a", do(policy, ready, Act.NOTIFIED))]) == ()
    assert merged_into(do(policy, ready, Act.SEPARATED)) is None
    rules = replace(policy.rules, batch=Batch(policy.title, policy.sources[0][1], each_answered=False))
    assert unanswered(replace(policy, rules=rules), merged) == ()


def test_only_the_last_word_of_a_round_counts_and_leads_where_it_says() -> None:
    """Satisfied leads to the signatures, unsatisfied back to work; what was said before a reopening is past."""
    case = follow(CALLBACK, Act.REGISTERED, Act.ROUTED, Act.ORDER_ISSUED, Act.PLAN_DRAFTED, Act.MEDIATED, Act.EXECUTED)
    case = do(CALLBACK, do(CALLBACK, case, Act.ORDER_RETURNED), Act.CONTACTED_AGAIN)
    assert rated_at(case) is None
    rated = do(CALLBACK, case, Act.RATED)
    assert rated_at(rated) == len(rated.events) - 1
    assert rated_at(do(CALLBACK, rated, Act.REOPENED)) is None
    signing, handling = StageId("signing"), StageId("handling")
    assert against_verdict(CALLBACK, rated, satisfied=True, to=signing) is None
    refused = against_verdict(CALLBACK, rated, satisfied=False, to=signing)
    assert refused is not None
    assert (refused.reason, refused.names) == (RefusalReason.ANOTHER_STAGE, (handling,))
    assert against_verdict(CALLBACK, rated, satisfied=False, to=handling) is None
    assert against_verdict(bound(), rated, satisfied=False, to=signing) is None


def test_a_verdict_that_waits_for_a_second_visit_waits() -> None:
    """Where a second visit was agreed, the customer's word counts after it; what was agreed holds for its round."""
    agreed = follow(CALLBACK, Act.REGISTERED, Act.ROUTED, Act.ORDER_ISSUED, Act.PLAN_DRAFTED, Act.MEDIATED)
    done = (Act.EXECUTED, Act.ORDER_RETURNED)
    signing = StageId("signing")
    assert against_verdict(CALLBACK, follow_on(CALLBACK, agreed, *done), satisfied=True, to=signing) is None
    case = follow_on(CALLBACK, agreed, Act.VISIT_AGREED, *done)
    first = against_verdict(CALLBACK, case, satisfied=True, to=None)
    assert first == Refusal(RefusalReason.FIRST, (Act.VISITED_AGAIN,))
    early = do(CALLBACK, do(CALLBACK, do(CALLBACK, case, Act.CONTACTED_AGAIN), Act.RATED), Act.VISITED_AGAIN)
    unrated = against_verdict(CALLBACK, early, satisfied=True, to=signing)
    assert unrated == Refusal(RefusalReason.FIRST, (Act.CONTACTED_AGAIN,))
    visited = do(CALLBACK, early, Act.RATED)
    assert against_verdict(CALLBACK, visited, satisfied=True, to=signing) is None
    astray = against_verdict(CALLBACK, visited, satisfied=False, to=signing)
    assert astray == Refusal(RefusalReason.ANOTHER_STAGE, ("handling",))
    again = do(CALLBACK, do(CALLBACK, case, Act.CONTACTED_AGAIN), Act.REOPENED)
    assert (rounds(case), rounds(again)) == (1, 2)
    assert against_verdict(CALLBACK, again, satisfied=True, to=signing) is None
    assert (reopens_case(CALLBACK), reopens_case(bound())) == (True, False)


@pytest.mark.parametrize(("act", "to"), [("judged", "signing"), ("reopened", "handling")])
def test_the_record_takes_no_end_of_a_round_before_the_visit_that_was_agreed_in_it(act: str, to: str) -> None:
    """Though a member's own client lets it pass: the visit and what was said of it stand on the clear record."""
    done = ("registered", "routed", "order-issued", "plan-drafted", "mediated", "visit-agreed", "executed")
    later = ("order-returned", "contacted-again", "followed-up")
    names = {"order-issued": {"to": "handling"}, "order-returned": {"to": "judging"}, "received": {}}
    entries = [
        StreamEntry(Told(bytes(16), n, kind, "2026-11-24", "li", names.get(kind, {})), signed=n > 0)
        for n, kind in enumerate(("received", *done, *later))
    ]
    policy = replace(CALLBACK, bound=replace(CALLBACK.bound, holders={SPECIALIST: (MemberId("li"),)}))
    ruling = Ruling(policy, OFFICE, datetime(2026, 11, 25, 4, 0, tzinfo=UTC), lambda _: None)

    def refused(*more: str) -> Refusal | None:
        known = [*entries]
        for kind in more:
            known.append(StreamEntry(Told(bytes(16), len(known), kind, "2026-11-24", "li", {}), signed=True))
        case = history(CALLBACK.id, CALLBACK.version, known)
        item = b64encode(bytes(32))
        last = Told(bytes(16), len(known), act, "2026-11-25", "li", {"role": SPECIALIST, "to": to, "item": item})
        try:
            check_step(ruling, known, case, last)
        except StepUnfit as error:
            return error.refusal
        return None

    assert refused() == Refusal(RefusalReason.FIRST, (Act.VISITED_AGAIN,))
    assert refused("visited-again") == Refusal(RefusalReason.FIRST, (Act.CONTACTED_AGAIN,))
    assert refused("visited-again", "contacted-again") is None
    assert refused("unanswered") is None


def test_an_ended_case_is_kept_so_long_and_a_hold_keeps_it_longer() -> None:
    """On the last day it is still kept, on the next no longer; a hold, an authority and a missing number keep it."""
    policy = replace(bound(), bound=Bound(retention_months=36))
    open_case = follow(policy, Act.REGISTERED)
    case = after(open_case, path_to_end(policy, open_case, DAY) or ())
    assert retention(policy, open_case, DAY).why is RetentionStatus.OPEN
    assert retention(policy, case, date(2029, 9, 30)).why is RetentionStatus.RUNNING
    assert retention(policy, case, date(2029, 10, 1)).why is RetentionStatus.OVER
    assert retention(policy, replace(case, held=True), date(2029, 10, 1)).why is RetentionStatus.HELD
    assert retention(policy, replace(case, frozen=True), date(2029, 10, 1)).why is RetentionStatus.WITH_AUTHORITY
    assert retention(changed(), case, date(2029, 10, 1)).why is RetentionStatus.UNBOUND
    # Closed at one in the morning in Shanghai: in UTC it is the day before, and the last day is that of the office.
    night = replace(case.events[case.entered], at=datetime(2026, 9, 30, 17, 5, tzinfo=UTC), said=date(2026, 10, 1))
    late = replace(case, events=(*case.events[: case.entered], night, *case.events[case.entered + 1 :]))
    assert retention(policy, late, date(2029, 10, 1)).until == date(2029, 10, 1)


def test_a_deputy_acts_in_the_roles_of_the_handler_in_that_case_alone() -> None:
    """Named deputy of the manager, a member may do what the manager may; in another case nothing of it."""
    manager = RoleId("department-manager")
    policy = replace(CALLBACK, bound=Bound(holders={manager: ("li", "wang"), SPECIALIST: ("zhao",)}))
    case = follow(policy, Act.REGISTERED, Act.ROUTED, Act.ORDER_ISSUED)
    named = replace(
        do(policy, case, Act.ASSIGNED).events[-1], codes={Attribute.HANDLER: "li", Attribute.DEPUTY: "zhao"}
    )
    assert roles_of(policy, case, MemberId("zhao")) == {SPECIALIST}
    assert roles_of(policy, after(case, [named]), MemberId("zhao")) == {SPECIALIST, manager}
    assert roles_of(policy, after(case, [named]), MemberId("nobody")) == frozenset()


def test_a_policy_says_in_both_languages_what_it_rests_on_and_whom_it_binds() -> None:
    """Every head that has rules is there, and nothing else."""
    policy = bound("employee-complaint-resolution-sla")
    chinese, english = ("\n".join(describe_clauses(policy, say)) for say in (in_chinese, in_english))
    assert "由人力资源部门负责解释 (人力资源部门)" in chinese
    assert "Prevails over earlier rules that differ" in english
    assert HEADS["supersedes"].zh in chinese
    assert "依据\n" not in chinese
