"""P12, complaints to a telecom company, with completeness check and review: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import Outside
from casework.intake.sheets import NOT_GIVEN
from casework.obligations.recurring import DutyStatus, OfficeDuty, duties_of, duty_state
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese
from casework.protection.view import Hearing, view
from casework.rules.clauses import SatisfactionUse
from casework.rules.flow import Finality
from casework.statistics.weak_points import evaluate
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ACTS_FOR,
    CLAUSES,
    CLOCK,
    ENGINE,
    EVALUATE,
    INTAKE,
    PAGE,
    RECURRING,
    RETAINED,
    SEALED,
    SHEET,
    STANDING,
    VIEW,
)
from tests.casework.marks.counted import PROMISED, block, untouched
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of

COMPANY, REGISTRAR, INVESTIGATOR, REVIEW = "company", "registrar", "investigator", "review"
SINCE = moment(FIRST_DAY).date()


def registered() -> Life:
    """A complaint that was written into the register."""
    return Life("P12").does("registered", by=REGISTRAR)


def sorted_in(kind: str = "service") -> Life:
    """One that was classified, graded and given a way of handling."""
    life = registered().does("classified", by=COMPANY, classification=kind).does("graded", by=COMPANY, grade="serious")
    return life.does("method-chosen", by=COMPANY)


def accepted() -> Life:
    """One that is complete and was taken up."""
    return sorted_in().does("completeness-checked", by=COMPANY).does("accepted", by=COMPANY)


def checked() -> Life:
    """One that a named person has investigated."""
    life = accepted().does("assigned", by=COMPANY, handler="zhang-san")
    life.does("talked", by=INVESTIGATOR).does("evidence-gathered", by=INVESTIGATOR)
    return life.does("checked", by=INVESTIGATOR)


def decided(outcome: str = "not-borne-out") -> Life:
    """One that was decided."""
    return checked().does("plan-drafted", by=COMPANY).decides(outcome, by=COMPANY, to="result")


def told() -> Life:
    """One whose result the customer knows."""
    return decided().does("notified", by=COMPANY)


def reviewed(outcome: str = "borne-out") -> Life:
    """One whose result did not satisfy, and which was reviewed."""
    life = told().reporter("appealed")
    return life.decides(outcome, by=REVIEW, to="review-told", act="appeal-decided")


def duty(name: str) -> OfficeDuty:
    """A recurring duty of the policy."""
    return next(one for one in duties_of(policy_of("P12")) if one.id == name)


@mark("P12", "A3", rests_on=INTAKE)
def customers() -> None:
    """Customers complain; an employee is heard, and marked as not named."""
    assert taken("P12", "platform", subject="customer").outside == ()
    assert taken("P12", "platform", subject="employee").outside == (Outside.SUBJECT,)


@mark("P12", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call is one of the ways of the text, reaches the company, and counts as it is."""
    found = logged("P12", "telephone")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("电话", (COMPANY,), False)
    assert not found.intake.to_be_written


@mark("P12", "B2", rests_on=INTAKE)
def mail() -> None:
    """E-mail is one of the ways of the text and reaches the company."""
    found = logged("P12", "mailbox")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("邮件", (COMPANY,), False)
    assert found.intake.channel.kind == "email"


@mark("P12", "B3", rests_on=(PAGE, ACTS_FOR))
def platform() -> None:
    """The online platform is the report page; the company acts on what is written there."""
    assert (report_page("P12").title.zh, report_page("P12").label.zh) == (policy_of("P12").title.zh, "投诉什么事？")
    assert taken("P12", "platform").channel.name.zh == "在线平台"
    assert acted_for("P12", "platform", COMPANY)
    assert not acted_for("P12", "platform", REVIEW)


@mark("P12", "B9", rests_on=(INTAKE, CLAUSES, RECURRING, STANDING))
def open_and_published() -> None:
    """The list of channels is open, each is published, and keeping the contacts current is a duty with a last day."""
    found = taken("P12", "business-hall")
    assert (found.channel.name.zh, found.addressees) == ("其他渠道", (COMPANY,))
    lines = list(describe_clauses(policy_of("P12"), in_chinese))
    for name in ("电话", "邮件", "在线平台", "其他渠道"):
        assert f"  {name} → 电信公司（投诉接待团队） (对外公示)" in lines
    current = duty("publication")
    assert current.text.zh == "公示投诉渠道并及时更新"
    assert duty_state(current, SINCE, (), OFFICE, moment("2026-06-02").date()).status is DutyStatus.DUE
    assert duty_state(current, SINCE, (), OFFICE, moment("2026-06-03").date()).status is DutyStatus.OVERDUE


@mark("P12", "C3", rests_on=(SHEET, INTAKE))
def necessary_information() -> None:
    """Name, contact, content and day are the necessary information; without it one is heard all the same."""
    given = {"content": "乱扣话费", "date": "三月一日"}
    gaps = taken("P12", "telephone", by=COMPANY, fields=given).gaps
    assert [(gap.name.zh, gap.need) for gap in gaps] == [("客户姓名", "required"), ("联系方式", "required")]
    rows = form("P12", "telephone", by=COMPANY, fields=given).rows[-4:]
    assert [(row.label.zh, row.value.zh) for row in rows] == [
        ("客户姓名", "未提供"), ("联系方式", "未提供"), ("投诉内容", "乱扣话费"), ("投诉日期", "三月一日"),
    ]  # fmt: skip
    assert taken("P12", "telephone", by=COMPANY, fields=given | {"name": "李", "contact": "…"}).complete


@mark("P12", "C4", rests_on=(SHEET, ENGINE))
def registration() -> None:
    """A register of its own, kept by somebody dedicated to it, before the complaint is taken up."""
    sheet = form("P12", "telephone", by=COMPANY, fields={"content": "乱扣话费"})
    assert [row.value for row in sheet.rows[-4:-2]] == [NOT_GIVEN, NOT_GIVEN]
    assert sheet.rows[-2].value.zh == "乱扣话费"
    life = Life("P12").does("completeness-checked", by=COMPANY).does("graded", by=COMPANY, grade="normal")
    life.does("classified", by=COMPANY, classification="other").does("method-chosen", by=COMPANY)
    assert life.refused("registered", by=COMPANY) is RefusalReason.WRONG_ROLE
    assert life.refused("accepted", by=COMPANY) is RefusalReason.FIRST
    assert life.does("registered", by=REGISTRAR).refused("accepted", by=COMPANY) is None


@mark("P12", "C6", rests_on=(CLOCK, ENGINE))
def answered_on_receipt() -> None:
    """The customer hears that the complaint arrived; receipt is promptly due until then."""
    life = Life("P12")
    assert life.stands("receipt", "2026-04-01") == ClockStatus.PROMPTLY
    assert life.refused("acknowledged", by=INVESTIGATOR) is RefusalReason.WRONG_ROLE
    life.tells("acknowledged", by=COMPANY)
    assert life.stands("receipt") == ClockStatus.SATISFIED


@mark("P12", "C9", rests_on=ENGINE)
def completeness() -> None:
    """What is incomplete is not taken up: more is asked of the customer, who supplies it, and it is checked again."""
    life = sorted_in()
    assert life.refused("accepted", by=COMPANY) is RefusalReason.FIRST
    life.does("completeness-checked", by=COMPANY).tells("information-asked", by=COMPANY)
    assert life.refused("accepted", by=COMPANY) is RefusalReason.FIRST
    life.does("completeness-checked", by=COMPANY).reporter("information-supplied")
    assert life.refused("accepted", by=COMPANY) is RefusalReason.FIRST
    assert life.does("completeness-checked", by=COMPANY).does("accepted", by=COMPANY).stage == "investigation"


@mark("P12", "D1", rests_on=ENGINE)
def classification() -> None:
    """The company classifies a complaint, in a class of the policy, and until then no way of handling is chosen."""
    assert registered().refused("classified", by=REGISTRAR, classification="other") is RefusalReason.WRONG_ROLE
    assert registered().refused("method-chosen", by=COMPANY) is RefusalReason.FIRST
    assert registered().does("classified", by=COMPANY, classification="other").case.codes["classification"] == "other"
    assert registered().refused("classified", by=COMPANY, classification="praise") is RefusalReason.WRONG_CODE


@mark("P12", "D2", rests_on=ENGINE)
def gravity_and_urgency() -> None:
    """A complaint is graded by gravity and urgency, or it is not taken up."""
    for grade in ("normal", "serious", "urgent", "serious-urgent"):
        assert registered().does("graded", by=COMPANY, grade=grade).case.codes["grade"] == grade
    assert registered().refused("graded", by=COMPANY, grade="purple") is RefusalReason.WRONG_CODE
    life = registered().does("completeness-checked", by=COMPANY)
    life.does("classified", by=COMPANY, classification="service").does("method-chosen", by=COMPANY)
    assert life.refused("accepted", by=COMPANY) is RefusalReason.FIRST
    assert life.does("graded", by=COMPANY, grade="urgent").refused("accepted", by=COMPANY) is None


@mark("P12", "D3", rests_on=ENGINE)
def way_by_type() -> None:
    """Each type has its own way of handling: it is chosen once the type is known, and nothing begins without it."""
    life = registered().does("completeness-checked", by=COMPANY).does("graded", by=COMPANY, grade="normal")
    assert life.refused("method-chosen", by=COMPANY) is RefusalReason.FIRST
    life.does("classified", by=COMPANY, classification="service")
    assert life.refused("accepted", by=COMPANY) is RefusalReason.FIRST
    assert life.refused("method-chosen", by=REGISTRAR) is RefusalReason.WRONG_ROLE
    life.does("method-chosen", by=COMPANY)
    assert life.events("method-chosen")[0].item is not None
    assert life.does("accepted", by=COMPANY).stage == "investigation"


@mark("P12", "D5", rests_on=ENGINE)
def somebody_assigned() -> None:
    """Somebody is named to investigate, and until then nothing is found."""
    life = accepted()
    assert life.refused("checked", by=INVESTIGATOR) is RefusalReason.FIRST
    assert life.refused("assigned", by=COMPANY) is RefusalReason.WRONG_CODE
    life.does("assigned", by=COMPANY, handler="zhang-san")
    assert life.case.codes["handler"] == "zhang-san"
    life.does("talked", by=INVESTIGATOR).does("evidence-gathered", by=INVESTIGATOR)
    assert life.refused("checked", by=COMPANY) is RefusalReason.WRONG_ROLE
    assert life.does("checked", by=INVESTIGATOR).stage == "handling"


@mark("P12", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The investigator talks to the customer and gathers evidence under seal; the company does not."""
    life = accepted().does("talked", by=INVESTIGATOR).does("evidence-gathered", by=INVESTIGATOR)
    assert [event.item is not None for event in life.events("talked", "evidence-gathered")] == [True, True]
    assert life.refused("evidence-gathered", by=COMPANY) is RefusalReason.WRONG_ROLE
    assert life.refused("plan-drafted", by=COMPANY) is RefusalReason.NOT_HERE


@mark("P12", "E7", rests_on=ENGINE)
def solution() -> None:
    """There is no decision without a solution drafted from what was found."""
    life = checked()
    assert life.refused("decided", by=COMPANY, to="result") is RefusalReason.FIRST
    assert life.refused("plan-drafted", by=REVIEW) is RefusalReason.WRONG_ROLE
    assert life.does("plan-drafted", by=COMPANY).events("plan-drafted")[0].item is not None
    assert life.refused("decided", by=COMPANY, to="result") is None


@mark("P12", "G9", rests_on=CLOCK)
def reasonable_time() -> None:
    """The result is due in reasonable time: from receipt, with no date, over when the customer is told."""
    life = Life("P12")
    assert (life.stands("result", "2027-03-02"), life.due("result")) == (ClockStatus.PROMPTLY, None)
    assert told().stands("result") == ClockStatus.SATISFIED
    assert told().stands("review-result") == ClockStatus.NOT_STARTED
    assert reviewed().stands("review-result", "2026-12-01") == ClockStatus.PROMPTLY
    assert reviewed().does("notified", by=REVIEW).stands("review-result") == ClockStatus.SATISFIED


@mark("P12", "H1", rests_on=(ENGINE, SEALED))
def result_told() -> None:
    """The customer is told result and measures before the case goes on record."""
    life = decided()
    assert life.seals("measure-set", "solution", by=COMPANY).sealed.measures == ("solution",)
    assert life.refused("archived", by=COMPANY, on="2026-06-01") is RefusalReason.FIRST
    life.tells("notified", by=COMPANY)
    assert life.does("archived", by=COMPANY, on="2026-06-01").ended


@mark("P12", "H3", rests_on=(VIEW, ENGINE))
def satisfaction() -> None:
    """The customer's own rating is surveyed once the result was told, and it sends nothing back."""
    assert (decided().refused("rated"), decided().refused("view-heard", by=COMPANY)) == (
        RefusalReason.FIRST,
        RefusalReason.FIRST,
    )
    life = told()
    assert (view(life.policy, life.case).hearing, view(life.policy, life.case).use) == (
        Hearing.DUE,
        SatisfactionUse.SURVEY,
    )
    assert life.refused("view-heard", by=COMPANY) is None
    found = view(life.policy, life.reporter("rated").case)
    assert (found.hearing, found.sends_back, life.stage) == (Hearing.HEARD, False, "result")


@mark("P12", "I1", rests_on=(ENGINE, CLOCK))
def review() -> None:
    """Anyone who is not satisfied may ask for one review, by a body of its own, even after the case is on record."""
    assert decided().refused("appealed") is RefusalReason.FIRST
    life = told()
    assert life.refused("archived", by=COMPANY, on="2026-03-23T23:59") is RefusalReason.TOO_EARLY
    assert life.stands("review-wait", "2026-03-24") == ClockStatus.OPEN
    life.does("archived", by=COMPANY, on="2026-03-24").reporter("appealed", on="2026-05-06")
    assert life.stage == "review"
    assert life.refused("appeal-decided", by=COMPANY) is RefusalReason.WRONG_ROLE
    assert life.member(REVIEW, 7) == life.member(COMPANY)
    assert life.refused("appeal-decided", by=REVIEW, member=7) is RefusalReason.SAME_PERSON
    assert life.does("reinvestigated", by=REVIEW).refused("appeal-decided", by=REVIEW) is None


@mark("P12", "I5", rests_on=(SEALED, ENGINE))
def adjustment() -> None:
    """The review replaces the result, leads to an adjustment and improvement, is told, and there is no second one."""
    life = reviewed("borne-out")
    (road,) = life.policy.rules.appeals
    assert (road.finality, road.body, road.decision) == (Finality.ADJUSTS, REVIEW, "review-result")
    assert (decided().sealed.outcomes, life.sealed.outcomes) == (("not-borne-out",), ("borne-out",))
    assert life.seals("measure-set", "adjustment", by=COMPANY).sealed.measures == ("adjustment",)
    assert life.refused("archived", by=COMPANY) is RefusalReason.FIRST
    life.does("notified", by=COMPANY).does("archived", by=COMPANY)
    assert life.refused("appealed") is RefusalReason.TOO_OFTEN
    unadjusted = reviewed("borne-out").does("notified", by=COMPANY)
    assert unadjusted.refused("archived", by=COMPANY) is RefusalReason.MEASURE_FIRST
    plain = reviewed("not-borne-out").does("notified", by=COMPANY)
    assert plain.refused("archived", by=COMPANY) is RefusalReason.MEASURES_OR_NONE
    assert plain.seals("measure-set", by=COMPANY).does("archived", by=COMPANY).ended


@mark("P12", "K1", rests_on=(RETAINED, ENGINE))
def on_record() -> None:
    """The result is recorded in the company and the record kept until the bound day."""
    life = told()
    assert retention(life.policy, life.case, moment("2026-03-25").date()).why is RetentionStatus.OPEN
    life.does("archived", by=COMPANY, on="2026-03-25")
    kept = retention(life.policy, life.case, moment("2026-03-26").date())
    assert (kept.why, str(kept.until)) == (RetentionStatus.RUNNING, "2029-03-25")
    assert life.refused("measure-set", by=COMPANY) is RefusalReason.NOT_HERE


@mark("P12", "K5", rests_on=(EVALUATE, RECURRING, STANDING))
def evaluation() -> None:
    """The effect of the rules is evaluated in a rhythm that must be bound: once a year here."""
    (unbound, _, improved) = duties_of(shipped_policy("telecom-complaint"))
    assert (unbound.word, duty_state(unbound, SINCE, (), OFFICE, SINCE).status) == ("定期", DutyStatus.UNBOUND)
    assert duty_state(duty("evaluation"), SINCE, (), OFFICE, moment("2027-03-02").date()).status is DutyStatus.DUE
    assert duty_state(duty("evaluation"), SINCE, (), OFFICE, moment("2027-03-03").date()).late == 1
    assert improved.text.zh == "根据评估结果改进和优化，提升处理效率和满意度"
    found = evaluate(block("P12", untouched("P12"), "2026-07-01"))
    # The text sets no number: what is counted in time is what the page promises.
    assert (found.cases, [(one.id, one.low) for one in found.in_time]) == (20, [(one, 0) for one in PROMISED])
    assert {point.id for point in found.weak_points} == {"received", *PROMISED}
