"""The four policies of the product's own: safety at work, sexual harassment, unpaid wages, retaliation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from casework.deadlines.limits import read_limit
from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.ids import MemberId
from casework.intake.entry import IncomingReport, Intake, IntakeReason, IntakeRefusal
from casework.intake.registration import take_in
from casework.legal_sources import Source, Statute, Supplied
from casework.obligations.batch import Follower, unanswered
from casework.obligations.grade_duties import grade_duties
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.policy import Policy, policy_document
from casework.policy.questionnaire import PolicyPage, read_page, shown
from casework.policy.reader import shipped_policies, shipped_policy
from casework.policy_check.lint import hindrances
from casework.protection.conduct import duties_of, guards_against_revenge, overdue
from casework.protection.secrecy import About, Silence, disclosure, is_pledge_due, protected
from casework.protection.view import Hearing, view
from casework.rules.acts import Act
from casework.rules.clauses import DisclosureGround, DutyOf
from casework.rules.flow import MeasureOn
from casework.rules.intake_form import IntakeKind
from casework.rules.roles import RoleId
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment
from tests.casework.policies import bound

SAFETY, HARASSMENT = "company-work-safety", "company-sexual-harassment"
WAGES, RETALIATION = "company-wage-arrears", "company-retaliation"
COMPANY = SAFETY, HARASSMENT, WAGES, RETALIATION
DAY = moment(FIRST_DAY).date()
FIGURES = {
    (SAFETY, "accident-report"): ("1 hour", "生产安全事故报告和调查处理条例", "第九条", "seen"),
    (WAGES, "mediation"): ("15 days", "劳动争议调解仲裁法", "第十四条", "second-hand"),
}
"""Every number that one of the four takes from a law, with how sure it is; all others are bound by the operator."""


@cache
def page(name: str) -> PolicyPage:
    """The page as anyone who reports sees it."""
    return read_page(policy_document(bound(name)))


def staffed(name: str) -> Policy:
    """The policy with two members in each role."""
    policy = bound(name)
    held = {role.id: ("li-wei", "sun-fang") for role in policy.rules.roles}
    return replace(policy, bound=replace(policy.bound, holders=held))


def asked(name: str, category: str, **answers: str) -> set[str]:
    """The questions that show."""
    return {str(one.id) for one in shown(page(name), category, answers)}


@pytest.mark.parametrize("name", COMPANY)
def test_it_opens_cases_once_its_days_are_bound_and_its_roles_held(name: str) -> None:
    """Nothing hinders a case but what the law leaves open; as it ships it names each of those."""
    assert hindrances(staffed(name), f"{name}.toml") == ()
    blank = set(shipped_policy(name).unbound())
    assert {f"limits.{clock.id}" for clock in shipped_policy(name).rules.clocks if clock.open} < blank
    assert blank <= {one.key for one in hindrances(shipped_policy(name), f"{name}.toml")}


@pytest.mark.parametrize("name", COMPANY)
def test_every_rule_names_a_law_or_says_why_the_product_adds_it(name: str) -> None:
    """It rests on no text of somebody else: each rule has a law with how sure it is, or a reason."""
    grounds = [ground for _, ground in shipped_policy(name).sources]
    assert not [one for one in grounds if isinstance(one, Source)]
    assert {type(one) for one in grounds} == {Statute, Supplied}


def test_a_number_of_a_law_says_how_sure_it_is_and_no_other_number_ships() -> None:
    """An hour and fifteen days, with article and flag; every other limit is blank or a word."""
    found: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for name in COMPANY:
        for clock in shipped_policy(name).rules.clocks:
            if clock.limit is not None:
                assert isinstance(clock.source, Statute)
                law = clock.source
                found[name, str(clock.id)] = (str(clock.limit), law.law, law.article, law.verified.value)
    wanted = {key: (str(read_limit(limit)), *rest) for key, (limit, *rest) in FIGURES.items()}
    assert found == wanted
    months = {name: shipped_policy(name).rules.retention for name in COMPANY}
    assert {name: one.months for name, one in months.items() if one} == {
        SAFETY: None,
        HARASSMENT: None,
        WAGES: 36,
        RETALIATION: None,
    }


@pytest.mark.parametrize("name", COMPANY)
def test_every_question_shows_to_somebody_and_many_show_to_some_alone(name: str) -> None:
    """Five questions or more hang on an answer, and each of those opens by one that can be given."""
    branching = [one for one in page(name).questions if one.when]
    assert len(branching) >= 5
    for question in branching:
        assert question.when
        opener, answer = str(question.when.question), question.when.answers[0]
        category = answer if opener == "category" else page(name).categories[0].id
        assert question.id not in asked(name, "other")
        assert question.id in asked(
            name, category, **{} if opener == "category" else {opener: answer, **_before(name, opener)}
        )


def _before(name: str, question: str) -> dict[str, str]:
    """The answers by which a question shows that hangs on another itself."""
    found = page(name).question(question)
    if found is None or found.when is None or found.when.question == "category":
        return {}
    opener = str(found.when.question)
    return {opener: found.when.answers[0], **_before(name, opener)}


# Safety at work.


def graded(grade: str, when: str = "2026-03-02T10:00") -> Life:
    """A report of a hazard that was registered and graded."""
    life = Life(bound(SAFETY), when).does("registered", by="safety-department")
    return life.does("graded", by="safety-department", grade=grade)


def test_whoever_is_in_danger_is_told_to_leave_first() -> None:
    """The first question asks for danger now, and its hint says to get away and call for help."""
    first = page(SAFETY).questions[0]
    assert first.hint
    assert "先离开危险处并报警" in first.hint.zh
    assert "call for help first" in first.hint.en
    assert "people-out" in asked(SAFETY, "hazard", **{"danger-now": "yes"})
    assert "people-out" not in asked(SAFETY, "hazard", **{"danger-now": "no"})


def test_an_accident_goes_to_the_authority_within_an_hour_of_the_head_hearing_of_it() -> None:
    """To the minute, through the night; not before the head knows, by nobody else, and for no mere hazard."""
    life = graded("accident", "2026-03-06T22:00")
    assert life.refused("authority-told", by="unit-head") is RefusalReason.FIRST
    life.does("reported-up", by="safety-department", on="2026-03-06T22:30")
    assert life.due("accident-report") == "2026-03-06T23:30"
    assert life.stands("accident-report", "2026-03-06T23:30") == ClockStatus.RUNNING
    assert life.stands("accident-report", "2026-03-06T23:31") == ClockStatus.MISSED
    late = overdue(life.policy, life.case, OFFICE, moment("2026-03-06T23:31"))
    assert [one.who for one in late if one.clock == "accident-report"] == ["unit-head"]
    assert life.refused("authority-told", by="safety-department") is RefusalReason.WRONG_ROLE
    life.does("authority-told", by="unit-head", on="2026-03-06T23:29")
    assert life.stands("accident-report") == ClockStatus.SATISFIED
    assert graded("general").refused("reported-up", by="safety-department") is RefusalReason.ANOTHER_GRADE
    assert not graded("major").knows("accident-report")


def test_danger_starts_the_emergency_response_and_the_head_decides() -> None:
    """What is dangerous now owes response and report at once; the safety department alone decides ordinary hazards."""
    life = graded("danger")
    owed = grade_duties(life.policy, life.case)
    assert (owed.to, owed.due) == ("unit-head", (Act.EMERGENCY_STARTED, Act.REPORTED_UP))
    life.does("emergency-started", by="safety-department").does("reported-up", by="safety-department")
    assert grade_duties(life.policy, life.case).due == ()
    life.does("checked", by="safety-department")
    assert life.refused("decided", by="safety-department", to="answer") is RefusalReason.ANOTHER_GRADE
    assert life.decides("confirmed", by="unit-head", to="answer").stage == "answer"


def test_what_is_put_right_is_verified_by_somebody_else_and_comes_back_if_it_comes_back() -> None:
    """Planned, done by the department responsible, verified by safety, told, rewarded, ended, opened again."""
    life = graded("general").does("checked", by="safety-department")
    life.decides("confirmed", by="safety-department", to="answer").does("task-planned", by="safety-department")
    assert life.refused("task-done", by="safety-department") is RefusalReason.FIRST
    assert life.due("rectification") == "2026-04-01"
    life.does("executed", by="responsible-department", on="2026-03-20")
    assert life.due("verification") == "2026-03-27"
    assert life.refused("task-done", by="responsible-department") is RefusalReason.WRONG_ROLE
    life.does("task-done", by="safety-department").seals("measure-set", "put-right", by="safety-department")
    assert life.refused("closed", by="safety-department") is RefusalReason.FIRST
    life.does("notified", by="safety-department").seals("rewarded", by="unit-head", reward="true-report")
    assert life.does("closed", by="safety-department").ended
    assert life.does("reopened", by="safety-department").stage == "site-check"


def test_a_suggestion_has_a_register_and_a_catalogue_of_its_own() -> None:
    """A hazard that has hurt nobody yet counts as a report; a suggestion is no report."""
    policy = bound(SAFETY)
    found = take_in(policy, IncomingReport("platform", DAY, kind=IntakeKind.REPORT, category="hazard", imminent=True))
    assert isinstance(found, Intake)
    assert (found.register, found.outside) == ("safety-reports", ())
    idea = take_in(policy, IncomingReport("platform", DAY, kind=IntakeKind.SUGGESTION, category="rules"))
    assert isinstance(idea, Intake)
    assert idea.register == "safety-suggestions"
    wrong = take_in(policy, IncomingReport("platform", DAY, kind=IntakeKind.SUGGESTION, category="hazard"))
    assert isinstance(wrong, IntakeRefusal)
    assert wrong.reason is IntakeReason.NO_SUCH_CATEGORY
    assert guards_against_revenge(policy) == ("unit-head",)


# Sexual harassment.


def protected_life() -> Life:
    """A complaint whose complainant was told their rights and is protected."""
    life = Life(bound(HARASSMENT), by_browser=True).does("registered", by="responsible-body")
    life.does("graded", by="responsible-body", grade="ordinary").does("procedure-told", by="responsible-body")
    return life.does("accepted", by="responsible-body")


def shown_findings() -> Life:
    """One whose findings the complainant sees."""
    life = protected_life().does("task-planned", by="responsible-body")
    life.does("assigned", by="responsible-body", handler="zhang-san").does("talked", by="investigators")
    return life.does("report-formed", by="investigators").does("findings-shown", by="investigators")


def told(outcome: str = "established") -> Life:
    """One whose result was told in writing."""
    life = shown_findings().reporter("findings-confirmed").decides(outcome, by="leadership", to="result")
    return life.does("notified", by="responsible-body")


def test_nothing_is_investigated_before_rights_were_told_and_protection_stands() -> None:
    """Rights and support first, then protection, then an investigator."""
    life = Life(bound(HARASSMENT)).does("registered", by="responsible-body")
    life.does("graded", by="responsible-body", grade="urgent")
    assert life.refused("accepted", by="responsible-body") is RefusalReason.FIRST
    assert grade_duties(life.policy, life.case).due == (Act.EMERGENCY_STARTED, Act.REPORTED_UP)
    assert protected_life().refused("assigned", by="responsible-body", handler="zhang-san") is RefusalReason.FIRST
    assert protected_life().refused("talked", by="investigators") is RefusalReason.WRONG_ROLE


def test_only_whoever_it_happened_to_is_asked_what_support_they_want() -> None:
    """A witness is asked whether the person concerned knows; neither has to answer anything."""
    own = asked(HARASSMENT, "touching", whose="me")
    witness = asked(HARASSMENT, "touching", whose="saw")
    assert {"support", "wish", "talk-with", "safe-now"} <= own - witness
    assert witness - own == {"they-know"}
    support = page(HARASSMENT).question("support")
    assert support
    assert support.hint
    assert "不会调动您的岗位" in support.hint.zh


def test_a_complaint_that_was_withdrawn_may_rest_and_none_else() -> None:
    """Anyone who only wanted it on record withdraws with their own signature; the office cannot shelve it alone."""
    life = protected_life()
    assert life.refused("closed", by="responsible-body") is RefusalReason.FIRST
    assert life.reporter("withdrawn").does("closed", by="responsible-body").ended


def test_the_findings_are_seen_contested_and_go_on_without_an_answer() -> None:
    """Contested twice at most; silence for ten working days lets the case go on, and not a day sooner."""
    assert shown_findings().reporter("findings-contested").stage == "investigation"
    life = shown_findings()
    assert life.refused("unanswered", by="investigators", on="2026-03-16T23:59") is RefusalReason.TOO_EARLY
    assert life.does("unanswered", by="investigators", on="2026-03-17").stage == "decision"


def test_the_result_is_told_in_writing_and_reviewed_once_within_the_window() -> None:
    """The window runs from the day on which the notice was seen; the review is another's, and the case still ends."""
    life = told().reporter("notice-received", on="2026-03-02")
    stage = life.policy.rules.stage(life.case.stage)
    assert stage
    assert [rule.act for rule in stage.acts if rule.written] == [Act.NOTIFIED]
    assert life.due("review-window") == "2026-03-16"
    assert life.refused("appealed", on="2026-03-17") is RefusalReason.TOO_LATE
    life.reporter("appealed", on="2026-03-16")
    assert life.refused("appeal-decided", by="union") is RefusalReason.WRONG_ROLE
    life.decides("partly", by="superior-body", to="review-told", act="appeal-decided")
    life.does("notified", by="responsible-body").does("summarised", by="responsible-body")
    assert life.refused("closed", by="responsible-body") is RefusalReason.FIRST
    assert life.does("tracked", by="responsible-body").does("closed", by="responsible-body").ended
    assert life.does("reopened", by="responsible-body").stage == "protection"


def test_a_case_without_review_ends_after_the_window() -> None:
    """Anyone who never reads the notice holds nothing up."""
    life = told().does("notice-deemed", by="responsible-body", on="2026-04-02")
    assert life.refused("summarised", by="responsible-body", on="2026-04-17T23:59") is RefusalReason.TOO_EARLY
    assert life.does("summarised", by="responsible-body", on="2026-04-20").stage == "aftercare"


def test_nobody_who_complained_is_sanctioned_moved_or_called_malicious() -> None:
    """No measure meets the reporter, no rule speaks of malice, and sanctions need a verdict that bears them."""
    policy = bound(HARASSMENT)
    assert not [one for one in policy.rules.measures if one.on is MeasureOn.REPORTER]
    assert told("not-established").seal_refused("malice-proposed", by="leadership") is RefusalReason.NO_MALICE_RULE
    assert told("not-established").seal_refused("measure-set", "warning", by="leadership") is RefusalReason.NOT_UPHELD
    assert told("not-established").seal_refused("measure-set", "counselling", by="leadership") is None
    assert told().seals("measure-set", "dismissal", by="leadership").sealed.measures == ("dismissal",)


def test_privacy_of_both_and_a_pledge_of_whoever_opens_it() -> None:
    """Secrecy covers the person complained of too; need alone opens nothing; an investigator pledges first."""
    policy = bound(HARASSMENT)
    assert protected(policy) == {About.REPORTER, About.CONTENT, About.RESPONDENT}
    assert disclosure(policy, About.CONTENT, DisclosureGround.NEED).why is Silence.NO_GROUND
    assert is_pledge_due(policy, protected_life().case, MemberId("somebody"))
    talks = [one.text.zh for one in duties_of(policy, DutyOf.HANDLER, RoleId("investigators"))]
    assert "听取被投诉人的陈述和申辩" in talks


# Unpaid wages.


def accepted(grade: str = "ordinary") -> Life:
    """A complaint that was taken up."""
    life = Life(bound(WAGES)).does("registered", by="human-resources").does("graded", by="human-resources", grade=grade)
    return life.does("procedure-told", by="human-resources").does("accepted", by="human-resources")


def planned() -> Life:
    """One whose wages were checked and whose plan was told."""
    life = accepted().does("checked", by="human-resources").does("checked", by="finance")
    return life.does("plan-drafted", by="human-resources").does("plan-told", by="human-resources")


def paying(outcome: str = "owed") -> Life:
    """One that was decided."""
    return planned().reporter("plan-agreed").decides(outcome, by="leadership", to="payment")


def test_payroll_and_payments_are_checked_by_two_departments() -> None:
    """Both or it does not go on; hardship is checked in three working days, others in seven."""
    life = accepted().does("checked", by="human-resources")
    assert life.stage == "wage-check"
    assert life.refused("checked", by="human-resources") is RefusalReason.ALREADY
    assert life.does("checked", by="finance").stage == "settlement"
    assert (accepted("hardship").due("hardship-check"), accepted().due("wage-check")) == ("2026-03-05", "2026-03-11")
    assert not accepted().knows("hardship-check")


def test_after_fifteen_days_of_mediation_arbitration_is_open() -> None:
    """Anyone who refuses the plan comes before the committee; on the sixteenth day the outside road is open, by law."""
    life = planned().reporter("plan-refused", on="2026-03-02")
    assert (life.stage, life.due("mediation")) == ("mediation", "2026-03-17")
    assert life.stands("mediation", "2026-03-17T23:59") == ClockStatus.RUNNING
    assert life.stands("mediation", "2026-03-18") == ClockStatus.OPEN
    assert life.refused("mediated", by="human-resources") is RefusalReason.WRONG_ROLE
    assert life.does("mediation-ended", by="mediation-committee").stage == "decision"


def test_money_is_released_by_one_and_paid_by_another() -> None:
    """Finance pays what the leadership released, in five working days; nothing is paid without."""
    life = paying()
    assert life.refused("executed", by="finance") is RefusalReason.FIRST
    assert life.stands("payment") == ClockStatus.NOT_STARTED
    life.does("approved", by="leadership")
    assert life.due("payment") == "2026-03-09"
    assert life.does("executed", by="finance").stands("payment") == ClockStatus.SATISFIED
    assert paying("not-owed").seal_refused("measure-set", "responsible", by="leadership") is RefusalReason.NOT_UPHELD


def test_money_that_did_not_come_opens_the_case_again() -> None:
    """The complainant is asked whether it came; silence ends the case after ten working days, and it opens again."""
    life = paying().does("notified", by="human-resources")
    assert view(life.policy, life.case).hearing is Hearing.DUE
    assert view(life.policy, life.case).sends_back
    assert life.refused("closed", by="human-resources") is RefusalReason.FIRST
    assert life.does("closed", by="human-resources", on="2026-03-17").ended
    kept = retention(life.policy, life.case, moment("2029-03-17").date())
    assert (kept.why, str(kept.until)) == (RetentionStatus.RUNNING, "2029-03-17")
    assert life.does("reopened", by="union").stage == "wage-check"


def test_many_are_checked_as_one_and_each_is_answered() -> None:
    """A complaint of ten goes up to the leadership, who attend to it; each of them is owed an answer."""
    life = accepted("group")
    owed = grade_duties(life.policy, life.case)
    assert (owed.to, owed.attended_by, owed.due) == ("leadership", "leadership", (Act.REPORTED_UP, Act.OVERSEEN))
    one = accepted().does("merged", by="human-resources", case="K-1")
    assert unanswered(life.policy, [Follower("K-2", one.case)]) == ("K-2",)


def test_whoever_has_left_is_warned_of_the_year() -> None:
    """The question of the day of leaving says that arbitration is barred after a year; people who stay don't see it."""
    question = page(WAGES).question("left-when")
    assert question
    assert question.hint
    assert "时效是一年" in question.hint.zh
    assert "for one year" in question.hint.en
    assert "left-when" in asked(WAGES, "leaving", **{"work-for": "left"})
    assert "left-when" not in asked(WAGES, "leaving", **{"work-for": "company"})


def test_there_are_four_beside_the_whistleblowing_policy() -> None:
    """Four of its own: the count that the README tells."""
    assert {name for name in shipped_policies() if name.startswith("company-")} == {*COMPANY, "company-whistleblowing"}
    assert len(shipped_policies()) == 20 + 16 + 4
