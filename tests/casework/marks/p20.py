"""P20, complaints of consumers with an intake slip: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.ids import CaseId
from casework.intake.entry import Outside
from casework.intake.registration import categories_of
from casework.intake.sheets import IN_THE_ACCOUNT, TICKET, slip
from casework.intake.ticket import read_ticket, ticket_number
from casework.obligations.recurring import DutyStatus, OfficeDuty, duties_of, duty_state
from casework.obligations.retention import RetentionStatus, retention
from casework.statistics.weak_points import evaluate, trend, weak_points
from casework.words import Words
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ACTS_FOR,
    CLOCK,
    END,
    ENGINE,
    EVALUATE,
    INTAKE,
    PAGE,
    RECURRING,
    RETAINED,
    SEALED,
    SHEET,
    STANDING,
    WEAK,
)
from tests.casework.marks.counted import block, untouched
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of

DESK, DEPARTMENT, COMPANY = "receptionist", "department", "company"
CATEGORIES = "casework.intake.registration:categories_of"
SLIP, NUMBER = "casework.intake.sheets:slip", "casework.intake.ticket:ticket_number"
SINCE = moment(FIRST_DAY).date()


def routed() -> Life:
    """A complaint that was recorded, receipted and passed on."""
    life = Life("P20").does("registered", by=DESK).does("slip-issued", by=DESK)
    return life.does("classified", by=DESK, classification="delay").does("routed", by=DESK, departments="logistics")


def checked() -> Life:
    """One whose preliminary findings lie with the receptionist."""
    return routed().does("checked", by=DEPARTMENT).does("report-submitted", by=DEPARTMENT)


def decided(outcome: str = "true-reasonable") -> Life:
    """One that was assessed and has a solution."""
    return checked().does("plan-drafted", by=COMPANY).decides(outcome, by=COMPANY, to="implementation")


def solved(outcome: str = "true-reasonable") -> Life:
    """One whose solution was talked over, followed up and carried out."""
    life = decided(outcome).does("talked", by=COMPANY).does("tracked", by=DEPARTMENT)
    return life.does("executed", by=DEPARTMENT)


def duty(name: str) -> OfficeDuty:
    """A recurring duty of the policy."""
    return next(one for one in duties_of(policy_of("P20")) if one.id == name)


@mark("P20", "A3", rests_on=INTAKE)
def consumers_and_others() -> None:
    """Consumers and other interested parties complain; an employee is heard, and marked as not named."""
    for subject, name in (("consumer", "消费者"), ("interested-party", "相关方")):
        found = taken("P20", "platform", subject=subject)
        assert found.subject is not None
        assert (found.subject.name.zh, found.outside) == (name, ())
    assert taken("P20", "platform", subject="employee").outside == (Outside.SUBJECT,)


@mark("P20", "A6", rests_on=(CATEGORIES, ENGINE))
def catalogue() -> None:
    """Four kinds, and a fifth for everything else that has to do with the company: what fits none is put there."""
    assert [name.zh for name in categories_of(policy_of("P20")).values()] == [
        "产品质量问题", "服务态度", "交付延误", "价格争议", "其他投诉"
    ]  # fmt: skip
    life = Life("P20").does("registered", by=DESK)
    assert life.refused("classified", by=DESK, classification="other") is None
    assert life.refused("classified", by=DESK, classification="weather") is RefusalReason.WRONG_CODE


@mark("P20", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call is one of the ways of the text and reaches the receptionist."""
    found = logged("P20", "telephone")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("电话", (DESK,), False)


@mark("P20", "B2", rests_on=INTAKE)
def mail() -> None:
    """E-mail reaches the receptionist as it is."""
    found = taken("P20", "mailbox")
    assert (found.channel.name.zh, found.channel.kind, found.addressees) == ("电子邮件", "email", (DESK,))


@mark("P20", "B3", rests_on=(PAGE, ACTS_FOR, INTAKE))
def platform() -> None:
    """So does the online platform, the report page; a letter, not named in the text, goes there as another way."""
    assert [one.id for one in report_page("P20").categories][:2] == ["quality", "attitude"]
    assert acted_for("P20", "platform", DESK)
    assert not acted_for("P20", "platform", DEPARTMENT)
    letter = logged("P20", "letter")
    assert (letter.beside, letter.intake.addressees, logged("P20", "platform").beside) == (True, (DESK,), False)


@mark("P20", "C4", rests_on=(SHEET, ENGINE))
def recorded() -> None:
    """The receptionist records the content before any slip is given; else the form points to the account."""
    sheet = form("P20", "telephone", by=DESK, fields={"content": "三周未到货"})
    assert sheet.value(Words("投诉内容", "Content")) == Words("三周未到货", "三周未到货")
    assert form("P20", "telephone", by=DESK).rows[-1].value.zh == IN_THE_ACCOUNT.zh
    life = Life("P20")
    assert life.refused("registered", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    assert life.refused("slip-issued", by=DESK) is RefusalReason.FIRST


@mark("P20", "C5", rests_on=(SLIP, NUMBER, ENGINE))
def slip_given() -> None:
    """The complainant gets a slip with the case number and nothing of the matter; without it nothing goes on."""
    number = ticket_number(CaseId(bytes(range(16))))
    paper = slip(policy_of("P20"), SINCE, number)
    assert paper.value(TICKET) == Words(number, number)
    assert [row.value.zh for row in paper.rows] == [number, FIRST_DAY, "公司投诉管理制度及处理流程"]
    assert read_ticket(number.lower()) == number
    life = Life("P20").does("registered", by=DESK)
    assert life.refused("routed", by=DESK, departments="logistics") is RefusalReason.FIRST
    life.tells("slip-issued", by=DESK)
    assert life.refused("routed", by=DESK, departments="logistics") is None


@mark("P20", "D1", rests_on=ENGINE)
def classified() -> None:
    """A complaint is put into one of the five classes of the text, and into no other."""
    life = Life("P20").does("registered", by=DESK)
    for one in ("quality", "attitude", "delay", "price", "other"):
        assert life.refused("classified", by=DESK, classification=one) is None
    assert life.refused("classified", by=DESK, classification="harassment") is RefusalReason.WRONG_CODE
    assert routed().case.codes["classification"] == "delay"


@mark("P20", "D4", rests_on=ENGINE)
def passed_on() -> None:
    """The receptionist passes it on to the department or person concerned, by name."""
    life = Life("P20").does("registered", by=DESK).does("slip-issued", by=DESK)
    assert life.refused("routed", by=DESK) is RefusalReason.WRONG_CODE
    assert life.refused("routed", by=COMPANY, departments="logistics") is RefusalReason.WRONG_ROLE
    life.does("routed", by=DESK, departments="logistics")
    assert (life.case.departments, life.stage) == (("logistics",), "preliminary")


@mark("P20", "D5", rests_on=(INTAKE, ENGINE))
def reception() -> None:
    """A receptionist for complaints is named: every channel leads there, and nobody else takes a complaint in."""
    channels = [one.id for one in policy_of("P20").rules.channels]
    assert {taken("P20", one, by=DESK).addressees for one in channels} == {(DESK,)}
    for other in (DEPARTMENT, COMPANY):
        assert Life("P20").refused("registered", by=other) is RefusalReason.WRONG_ROLE
        assert Life("P20").refused("classified", by=other, classification="price") is RefusalReason.WRONG_ROLE
    assert {"registered", "classified"} <= Life("P20").may(by=DESK)


@mark("P20", "E1", rests_on=ENGINE)
def preliminary() -> None:
    """The department checks whether it is true before anything is decided, and reports to the receptionist."""
    life = routed()
    assert life.refused("plan-drafted", by=COMPANY) is RefusalReason.NOT_HERE
    assert life.refused("report-submitted", by=DEPARTMENT) is RefusalReason.FIRST
    assert life.refused("checked", by=DESK) is RefusalReason.WRONG_ROLE
    assert life.does("checked", by=DEPARTMENT).does("report-submitted", by=DEPARTMENT).stage == "decision"


@mark("P20", "E5", rests_on=ENGINE)
def talked_over() -> None:
    """The company talks with the complainant on its own account, sealed, and nothing counts as solved before."""
    life = decided()
    assert life.refused("executed", by=DEPARTMENT) is RefusalReason.FIRST
    assert life.refused("talked", by=DESK) is RefusalReason.WRONG_ROLE
    life.does("talked", by=COMPANY)
    assert life.events("talked")[0].item is not None
    assert life.refused("executed", by=DEPARTMENT) is None


@mark("P20", "E7", rests_on=ENGINE)
def solution() -> None:
    """The company works out a solution from the findings before it decides."""
    life = checked()
    assert life.refused("decided", by=COMPANY, to="implementation") is RefusalReason.FIRST
    assert life.refused("plan-drafted", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    life.does("plan-drafted", by=COMPANY)
    assert life.events("plan-drafted")[0].item is not None
    assert life.refused("decided", by=COMPANY, to="implementation") is None


@mark("P20", "E10", rests_on=ENGINE)
def carried_out() -> None:
    """The solution is carried out by the department after the decision, and before the result is told."""
    assert checked().refused("executed", by=DEPARTMENT) is RefusalReason.NOT_HERE
    life = decided().does("talked", by=DEPARTMENT)
    assert life.refused("notified", by=COMPANY) is RefusalReason.NOT_HERE
    assert life.refused("executed", by=DESK) is RefusalReason.WRONG_ROLE
    assert life.does("executed", by=DEPARTMENT).stage == "feedback"


@mark("P20", "E11", rests_on=(SEALED, END))
def prevention() -> None:
    """The company acts against the same happening again, and must where the complaint was true and reasonable."""
    assert checked().seal_refused("measure-set", "preventive", by=COMPANY) is RefusalReason.VERDICT_FIRST
    assert decided().seal_refused("measure-set", "dismissal", by=COMPANY) is RefusalReason.NO_SUCH_MEASURE
    for outcome in ("true-reasonable", "untrue"):
        assert decided(outcome).seals("measure-set", "preventive", by=COMPANY).sealed.measures == ("preventive",)
    life = solved().does("notified", by=DESK)
    assert life.refused("archived", by=DESK) is RefusalReason.MEASURE_FIRST
    assert life.refused("measure-set", by=DESK) is RefusalReason.WRONG_ROLE
    assert life.seals("measure-set", "preventive", by=COMPANY).does("archived", by=DESK).ended
    for outcome in ("untrue", "true-unreasonable"):
        plain = solved(outcome).does("notified", by=DESK)
        assert plain.refused("archived", by=DESK) is RefusalReason.MEASURES_OR_NONE
        assert plain.seals("measure-set", by=COMPANY).does("archived", by=DESK).ended


@mark("P20", "F1", rests_on=SEALED)
def true_and_reasonable() -> None:
    """Is it true, and is it reasonable: one of three answers, sealed, and every one leads on alike."""
    life = checked().does("plan-drafted", by=COMPANY)
    for outcome in ("true-reasonable", "true-unreasonable", "untrue"):
        assert life.verdict_refused(outcome, by=COMPANY, to="implementation") is None
    assert life.verdict_refused("true-reasonable", "untrue", by=COMPANY) is RefusalReason.NO_SUCH_OUTCOME
    assert life.verdict_refused("untrue", by=COMPANY, to="ended") is RefusalReason.ANOTHER_STAGE
    assert decided("true-unreasonable").sealed.outcomes == ("true-unreasonable",)


@mark("P20", "G9", rests_on=CLOCK)
def words_without_number() -> None:
    """Findings as soon as possible, solved as soon as possible, told promptly: begun, met, never overdue."""
    assert routed().stands("findings", "2026-12-01") == ClockStatus.PROMPTLY
    assert (checked().stands("findings"), decided().stands("solution", "2026-12-01")) == (
        ClockStatus.SATISFIED,
        ClockStatus.PROMPTLY,
    )
    life = solved()
    assert (life.stands("solution"), life.stands("feedback")) == (ClockStatus.SATISFIED, ClockStatus.PROMPTLY)
    assert [life.due(name) for name in ("findings", "solution", "feedback")] == [None, None, None]


@mark("P20", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The complainant is told the result once it is solved, and without that nothing goes on record."""
    life = solved()
    assert life.refused("archived", by=DESK) is RefusalReason.FIRST
    assert life.refused("notified", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    life.tells("notified", by=COMPANY)


@mark("P20", "H5", rests_on=(ENGINE, RECURRING, STANDING))
def followed_up() -> None:
    """How the solution works is followed up, or the case never goes on record; and again and again in the company."""
    assert checked().refused("tracked", by=COMPANY) is RefusalReason.NOT_HERE
    life = decided().does("talked", by=COMPANY).does("executed", by=DEPARTMENT).does("notified", by=DESK)
    assert life.refused("archived", by=DESK) is RefusalReason.FIRST
    life.seals("measure-set", "preventive", by=COMPANY)
    life.does("tracked", by=COMPANY).does("tracked", by=DESK)
    assert (life.case.counts["tracked"], life.refused("archived", by=DESK)) == (2, None)
    owed = duty("evaluation-2")
    assert (owed.by, owed.text.zh) == (COMPANY, "定期跟踪和评估解决方案的执行情况")
    assert duty_state(owed, SINCE, (), OFFICE, moment("2026-09-02").date()).status is DutyStatus.DUE


@mark("P20", "K1", rests_on=(ENGINE, RETAINED))
def on_record() -> None:
    """Solution, measures and result go on record; it takes no further step and is kept as long as the office bound."""
    life = solved("true-reasonable").does("notified", by=COMPANY)
    assert life.refused("archived", by=DESK) is RefusalReason.MEASURE_FIRST
    life.seals("measure-set", "preventive", by=COMPANY)
    assert (life.sealed.outcomes, life.sealed.measures) == (("true-reasonable",), ("preventive",))
    life.does("archived", by=DESK, on="2026-03-09")
    assert life.ended
    assert life.refused("tracked", by=DESK) is RefusalReason.NOT_HERE
    assert retention(life.policy, life.case, moment("2029-03-09").date()).why is RetentionStatus.RUNNING
    assert retention(life.policy, life.case, moment("2029-03-10").date()).why is RetentionStatus.OVER


@mark("P20", "K3", rests_on=(WEAK, STANDING))
def analysis() -> None:
    """What comes in is analysed every three months here: how many came when, and where cases lie too long."""
    assert duty("statistics").by == COMPANY
    assert duty_state(duty("statistics"), SINCE, (), OFFICE, moment("2026-06-02").date()).status is DutyStatus.DUE
    assert duty_state(duty("statistics"), SINCE, (), OFFICE, moment("2026-06-03").date()).status is DutyStatus.OVERDUE
    found = block("P20", untouched("P20"), "2026-06-03")
    assert trend(found) == (("2026-03", 7), ("2026-04", 13))
    assert "received" in {point.id for point in weak_points(found)}


@mark("P20", "K5", rests_on=(RECURRING, STANDING, EVALUATE))
def evaluation() -> None:
    """How the policy is carried out is evaluated twice a year here, from the cases that came in."""
    owed = duty("evaluation")
    assert (owed.by, owed.text.zh) == (COMPANY, "定期评估制度的执行情况")
    assert duty_state(owed, SINCE, (), OFFICE, moment("2026-09-02").date()).status is DutyStatus.DUE
    assert duty_state(owed, SINCE, (moment("2026-08-03").date(),), OFFICE, moment("2026-09-03").date()).late == 0
    assert duty_state(owed, SINCE, (), OFFICE, moment("2026-09-03").date()).late == 1
    assert evaluate(block("P20", untouched("P20"), "2026-05-06")).cases == 20
