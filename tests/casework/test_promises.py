"""What the first page promises is a clock at the desk, in the unit promised; no policy promises what nothing keeps."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.clock import clock_state
from casework.deadlines.deadline import compute_deadline
from casework.deadlines.limits import Limit, Unit, read_limit
from casework.deadlines.public_holidays import shipped_calendar
from casework.deadlines.terms import ClockKind, ClockStatus
from casework.engine.policy_clocks import facts_of, happenings, terms_of
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy, Promise, PromiseId, policy_document
from casework.policy.promises import FULFILLED_BY, clock_of, most_days, with_promise_clocks
from casework.policy.questionnaire import read_page
from casework.policy.reader import shipped_bindings, shipped_policies, shipped_policy
from casework.policy_check.findings import Fault, Severity
from casework.policy_check.lint import lint
from casework.rules.acts import Act
from tests.casework.policies import NAME, bound, do, opened
from tests.casework.written import SLUGS

ROOT = Path(__file__).parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKS = Office(shipped_calendar("cn"), SHANGHAI)
ACK, ANSWER, RESULT = PromiseId.ACKNOWLEDGE, PromiseId.FIRST_ANSWER, PromiseId.RESULT
NAMED = {
    1: {ACK: [Act.FILED, Act.REFUSED], ANSWER: [Act.MEDIATED, Act.REFUSED]},
    2: {ANSWER: [Act.PLAN_PRESENTED, Act.REFUSED]},
    3: {ANSWER: [Act.CHECKED, Act.NOTIFIED]},
    6: {ACK: [Act.CONTENT_CONFIRMED]},
    7: {ANSWER: [Act.FINDINGS_SHOWN, Act.REFUSED]},
    9: {ACK: [Act.PROGRESS_REPORTED], ANSWER: [Act.PLAN_PRESENTED]},
    10: {ACK: [Act.SLIP_ISSUED]},
    12: {ANSWER: [Act.REPLIED, Act.PROGRESS_REPORTED, Act.NOTIFIED]},
    13: {
        ACK: [Act.CONTENT_CONFIRMED, Act.ACCEPTED, Act.REFUSED],
        ANSWER: [Act.PROCEDURE_EXPLAINED, Act.REFUSED],
    },
    15: {ANSWER: [Act.CONTACTED, Act.CONTACTED_ON_SITE, Act.MEDIATED], RESULT: [Act.JUDGED, Act.REOPENED]},
    16: {ANSWER: [Act.ACCEPTED, Act.REFUSED]},
    18: {ACK: [Act.PROCEDURE_EXPLAINED], ANSWER: [Act.FINDINGS_SHOWN]},
    19: {ANSWER: [Act.DEPARTMENT_RECEIVED]},
    20: {ACK: [Act.SLIP_ISSUED], ANSWER: [Act.CHECKED]},
}
"""Promises of the twenty texts whose words name a step; every other one is kept by any answer."""
ANY_ANSWER = {4, 5, 8, 11, 14, 17}


def status(policy: Policy, promise: PromiseId, acts: tuple[tuple[Act, str | None], ...], day: str) -> tuple[str, str]:
    """How a promise's clock stands late on a day, in a case that came on 30 September 2026, and when it ends."""
    case = opened(policy)
    for act, to in acts:
        case = do(policy, case, act, to)
    (clock,) = [one for one in policy.rules.clocks if one.id == clock_of(promise)]
    now = datetime.fromisoformat(f"{day}T23:59").replace(tzinfo=SHANGHAI)
    state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), WORKS, now)
    return state.status.value, "" if state.due is None else state.due.day.isoformat()


@pytest.mark.parametrize("name", shipped_policies())
def test_each_promise_of_each_shipped_policy_runs(name: str) -> None:
    """Three clocks from receipt, as many calendar days as the page says, under the sentence that the page shows."""
    policy = bound(name)
    clocks = {clock.id: clock for clock in policy.rules.clocks}
    for promise in policy.promises:
        clock = clocks[clock_of(promise.id)]
        assert promise.days is not None
        assert (clock.start, clock.limit) == ((Act.RECEIVED,), Limit(promise.days, Unit.DAYS))
        assert promise.text.zh in clock.name.zh
        assert promise.text.en in clock.name.en
    assert [one.key for one in lint(policy, name) if one.level is Severity.ERROR] == []


def test_a_promise_ends_on_the_day_that_was_promised() -> None:
    """Seven days from 30 September are 7 October, a holiday in China; on the next day it is broken."""
    policy = bound()
    for day, found in (("2026-10-07", ClockStatus.RUNNING), ("2026-10-08", ClockStatus.MISSED)):
        assert status(policy, PromiseId.ACKNOWLEDGE, (), day) == (found.value, "2026-10-07")
    assert status(policy, PromiseId.FIRST_ANSWER, (), "2026-10-15") == ("missed", "2026-10-14")
    assert status(policy, PromiseId.RESULT, (), "2026-12-29") == ("running", "2026-12-29")


def test_what_is_promised_stops_its_clock_and_no_other() -> None:
    """A receipt confirms arrival alone; a reply is an answer too; the result is given by its notice."""
    policy, later = bound(), "2026-10-05"
    told: tuple[tuple[Act, str | None], ...] = ((Act.ACKNOWLEDGED, None),)
    answered: tuple[tuple[Act, str | None], ...] = ((Act.REPLIED, None),)
    noted: tuple[tuple[Act, str | None], ...] = (
        (Act.SELF_ASSIGNED, None),
        (Act.NOTED, None),
        (Act.REGISTERED, "registered"),
    )
    for acts, expected in (
        (noted, ("running", "running", "running")),
        (told, ("met", "running", "running")),
        (answered, ("met", "met", "running")),
    ):
        assert tuple(status(policy, one, acts, later)[0] for one in PromiseId) == expected
    way: tuple[tuple[Act, str | None], ...] = (
        (Act.REGISTERED, "registered"),
        (Act.ASSIGNED, "investigation"),
        (Act.CHECKED, "handling"),
        (Act.DECIDED, "result"),
    )
    assert status(policy, PromiseId.RESULT, way, later)[0] == "running"
    assert status(policy, PromiseId.RESULT, (*way, (Act.NOTIFIED, None)), later)[0] == "met"


ASKED: tuple[tuple[Act, str | None], ...] = ((Act.INFORMATION_ASKED, None),)


@pytest.mark.parametrize("name", shipped_policies())
def test_a_question_to_the_reporter_keeps_no_promise(name: str) -> None:
    """Nobody who is only asked for more has heard that the report arrived, or what the office makes of it."""
    kept_by = {clock_of(one.id): one.kept_by for one in bound(name).promises}
    for clock in bound(name).rules.clocks:
        if clock.id in kept_by and Act.INFORMATION_ASKED not in kept_by[clock.id]:
            assert Act.INFORMATION_ASKED not in clock.stop


@pytest.mark.parametrize("name", shipped_policies())
def test_a_confirmed_receipt_is_a_step_before_the_matter_is_decided(name: str) -> None:
    """Where receipt is promised, a step of the first two stages confirms it: nobody need write a reply besides."""
    policy = bound(name)
    (clock,) = [one for one in policy.rules.clocks if one.id == clock_of(PromiseId.ACKNOWLEDGE)]
    early = {rule.act for stage in policy.rules.stages[:2] for rule in stage.acts}
    assert early & set(clock.stop) - {Act.REPLIED, Act.ACCEPTED, Act.REFUSED, Act.NOTIFIED}


def test_the_promises_run_on_after_a_question_until_they_are_kept() -> None:
    """Receipt is confirmed afterwards; the first answer is still owed."""
    policy, later = bound(), "2026-10-05"
    for acts, expected in (
        (ASKED, ("running", "running", "running")),
        ((*ASKED, (Act.ACKNOWLEDGED, None)), ("met", "running", "running")),
        ((*ASKED, (Act.REPLIED, None)), ("met", "met", "running")),
    ):
        assert tuple(status(policy, one, acts, later)[0] for one in PromiseId) == expected


def test_a_policy_may_say_that_a_question_keeps_its_promise() -> None:
    """What the text itself counts as its first answer is one."""
    policy = _changed(PromiseId.FIRST_ANSWER, kept_by=(Act.INFORMATION_ASKED,))
    found = tuple(status(policy, one, ASKED, "2026-10-05")[0] for one in PromiseId)
    assert found == ("running", "met", "running")


@pytest.mark.parametrize("promise", PromiseId)
def test_the_mailbox_goes_by_the_same_acts_as_the_desk(promise: PromiseId) -> None:
    """What is a notice there stops the clock here; a message counts as a reply."""
    text = (ROOT / "templates/intake/mailbox/promises.ts").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^  {promise.value.replace('-', '_')}_days: new Set\(\[(.*)\]\),$", text, re.MULTILINE)
    named = [Act(one) for one in re.findall(r'"([a-z-]+)"', row.replace("...ANSWERS", _answers(text)))]
    assert set(named) == set(FULFILLED_BY[promise])


@pytest.mark.parametrize("name", shipped_policies())
def test_pages_read_which_acts_keep_a_promise(name: str) -> None:
    """What the text names itself stands in the document that a mailbox reads; where it names none, nothing does."""
    policy = bound(name)
    document = policy_document(policy)
    assert read_page(document).fulfilled_by == {one.id: one.kept_by for one in policy.promises if one.kept_by}
    assert (b'"kept_by"' in document) is (name in {SLUGS[number] for number in SLUGS if number not in ANY_ANSWER})


@pytest.mark.parametrize(("number", "promise"), [(number, one) for number in SLUGS for one in PromiseId])
def test_a_promise_of_a_named_step_is_kept_by_that_step(number: int, promise: PromiseId) -> None:
    """Where the words promise a step of the text, no bare answer stops the clock; the rest any answer keeps."""
    (kept,) = [one.kept_by for one in bound(SLUGS[number]).promises if one.id is promise]
    assert list(kept) == NAMED.get(number, {}).get(promise, [])
    assert number in NAMED or number in ANY_ANSWER


def test_an_acknowledgement_keeps_no_promise_of_a_later_step() -> None:
    """Under P01 a receipt files no case, and a reply is no mediation: each clock waits for its own step."""
    policy = bound(SLUGS[1])
    told: tuple[tuple[Act, str | None], ...] = ((Act.ACKNOWLEDGED, None), (Act.REPLIED, None))
    filed: tuple[tuple[Act, str | None], ...] = (*told, (Act.FILED, "investigation"))
    day = "2026-10-05"
    assert [status(policy, one, told, day)[0] for one in (ACK, ANSWER)] == ["running", "running"]
    assert [status(policy, one, filed, day)[0] for one in (ACK, ANSWER)] == ["met", "running"]


def _answers(text: str) -> str:
    (row,) = re.findall(r"^const ANSWERS = \[(.*)\];$", text, re.MULTILINE)
    return row


def _changed(promise: PromiseId, **changes: object) -> Policy:
    """The whistleblowing policy with another promise."""
    policy = bound()
    rows = tuple(replace(one, **changes) if one.id is promise else one for one in policy.promises)  # type: ignore[arg-type]
    return with_promise_clocks(replace(policy, promises=rows))


def _errors(policy: Policy) -> list[tuple[str, Fault, str]]:
    return [(one.key, one.fault, one.name) for one in lint(policy, "mine") if one.level is Severity.ERROR]


def test_a_promise_that_nothing_keeps_is_refused() -> None:
    """No act of the policy would stop its clock: it has none, and the linter says which promise."""
    lacking = _changed(PromiseId.RESULT, kept_by=(Act.JUDGED,))
    assert _errors(lacking) == [("promises[result]", Fault.NO_CLOCK, "")]
    text = bound()
    kept = tuple(clock for clock in text.rules.clocks if clock.id != clock_of(PromiseId.ACKNOWLEDGE))
    taken = replace(text, rules=replace(text.rules, clocks=kept))
    assert _errors(taken) == [("promises[acknowledge]", Fault.NO_CLOCK, "")]


def test_a_clock_that_outlasts_its_promise_is_refused() -> None:
    """Fifteen working days may be twenty-one on the calendar: a promise of twenty is refused, one of 21 is not."""
    policy = bind_policy(shipped_policy("cn-samr-report"), shipped_bindings("cn-samr-report"), "x")

    def promised(days: int) -> list[tuple[str, Fault, str]]:
        rows = tuple(replace(one, days=days) if one.id is PromiseId.FIRST_ANSWER else one for one in policy.promises)
        return _errors(with_promise_clocks(replace(policy, promises=rows)))

    assert promised(21) == []
    assert promised(20) == [("clocks[filing]", Fault.OUTLASTS, "first-answer")]


def test_a_longer_tier_outlasts_a_promise_too() -> None:
    """Thirty working days for grave cases are 42 on the calendar, whatever the ordinary limit is."""
    policy = bound("employee-complaint-resolution-sla")
    rows = tuple(replace(one, days=41) if one.id is PromiseId.RESULT else one for one in policy.promises)
    found = _errors(with_promise_clocks(replace(policy, promises=rows)))
    assert found == [("clocks[answer]", Fault.OUTLASTS, "result")]


@pytest.mark.parametrize(
    ("limit", "days"),
    [
        ("90 minutes", 1),
        ("24 hours", 1),
        ("25 hours", 2),
        ("7 days", 7),
        ("2 weeks", 14),
        ("1 working day", 3),
        ("5 working days", 7),
        ("6 working days", 10),
        ("3 months", 93),
        ("1 year", 366),
    ],
)
def test_how_long_a_limit_is_at_most(limit: str, days: int) -> None:
    """In calendar days, days of rest included and holidays aside."""
    assert most_days(read_limit(limit)) == days


def test_a_promise_without_days_has_no_clock_and_no_fault() -> None:
    """What nobody has bound is said to be unbound, and by nothing else."""
    policy = shipped_policy(NAME)
    assert not {clock.id for clock in policy.rules.clocks} & {clock_of(one) for one in PromiseId}
    assert all(isinstance(one, Promise) and one.days is None for one in policy.promises)
    assert _errors(policy) == []


FIRST, LAST = date(2024, 1, 1), date(2026, 9, 30)
"""Three years whose official calendars are known, with a long and a short Spring Festival."""
SOON_AFTER = {Act.RECEIVED, Act.REGISTERED, Act.GRADED, Act.ACCEPTED}
BEFORE_THE_RESULT = {Act.EXECUTED, Act.DECIDED, Act.NOTIFIED}


@cache
def _due(limit: Limit, day: date) -> date:
    return compute_deadline(limit, day, Office(shipped_calendar("cn"), SHANGHAI)).day


@cache
def _sooner(days: int, limit: Limit) -> list[date]:
    """The days of receipt on which a promise of so many days ends before a limit does."""
    received = (FIRST + timedelta(days=k) for k in range((LAST - FIRST).days + 1))
    return [day for day in received if _due(Limit(days, Unit.DAYS), day) < _due(limit, day)]


@pytest.mark.parametrize("name", shipped_policies())
def test_no_example_promises_a_result_before_the_limits_beside_it_end(name: str) -> None:
    """On whatever day a report comes, the holidays of China included."""
    policy = bound(name)
    days = next(one.days for one in policy.promises if one.id is PromiseId.RESULT)
    assert days is not None
    clocks = [
        one
        for one in policy.rules.clocks
        if one.kind is ClockKind.DEADLINE and {*one.start} & SOON_AFTER and {*one.stop} & BEFORE_THE_RESULT
    ]
    limits = {limit for one in clocks for limit in (one.limit, *(tier.limit for tier in one.tiers)) if limit}
    assert {str(limit): _sooner(days, limit)[:1] for limit in limits if _sooner(days, limit)} == {}


@pytest.mark.parametrize("name", shipped_policies())
def test_no_example_promises_a_result_before_all_the_limits_on_the_way_to_it(name: str) -> None:
    """They run one after the other; the linter adds them up."""
    assert [one.reason.en for one in lint(bound(name), name) if one.fault is Fault.TOO_SOON] == []


def test_a_promise_is_answered_for_by_a_role_that_can_keep_it() -> None:
    """Of the first stage where it can, or else whose step it is; a step of any time is everybody's."""

    def whose(number: int, promise: PromiseId) -> str:
        return next(str(clock.who) for clock in bound(SLUGS[number]).rules.clocks if clock.id == clock_of(promise))

    assert whose(15, ACK) == "callback-specialist"
    assert whose(15, ANSWER) == "department-manager"
    assert whose(19, ANSWER) == "owning-department"
    assert whose(20, ANSWER) == "department"
    assert whose(11, RESULT) == "related-department"


@pytest.mark.parametrize("policy", sorted(shipped_policies()))
def test_whoever_answers_for_a_promise_may_take_a_step_that_keeps_it(policy: str) -> None:
    """In every shipped policy."""
    rules = bound(policy).rules
    steps = [(rule, stage.actors) for stage in rules.stages for rule in stage.acts]
    steps += [(rule, tuple(role.id for role in rules.roles)) for rule in rules.anywhere]
    for clock in rules.clocks:
        if clock.id in {clock_of(one) for one in PromiseId}:
            assert clock.who in {role for rule, actors in steps if rule.act in clock.stop for role in rule.by or actors}
