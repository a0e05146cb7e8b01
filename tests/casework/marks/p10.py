"""P10, complaints of clients with grades and a ticket: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import CaseId
from casework.intake.entry import IntakeReason, Outside
from casework.intake.registration import missing_fields
from casework.intake.sheets import TICKET, slip
from casework.intake.ticket import read_ticket, ticket_number
from casework.obligations.recurring import DutyStatus, duties_of, duty_state
from casework.rules.acts import Act
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from casework.statistics.weak_points import trend, weak_points
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLOCK, ENGINE, FIELDS, INTAKE, RECURRING, SEALED, SHEET, STANDING
from tests.casework.marks.counted import block, untouched
from tests.casework.marks.desk import form, logged, taken, turned_back
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of

COMPANY, APPROVER = "company", "approver"
KIND = "complaint"
SLIP, TICKET_OF = "casework.intake.sheets:slip", "casework.intake.ticket:ticket_number"


def ticketed() -> Life:
    """A complaint that is on file under its number."""
    return Life("P10").does("registered", by=COMPANY).does("slip-issued", by=COMPANY)


def graded(grade: str = "ordinary") -> Life:
    """One that was graded and whose treatment was chosen."""
    return ticketed().does("graded", by=COMPANY, grade=grade).does("method-chosen", by=COMPANY)


def looked_into() -> Life:
    """One whose preliminary investigation is over."""
    return graded().does("evidence-gathered", by=COMPANY).does("checked", by=COMPANY)


def approved() -> Life:
    """One whose solution was drafted and approved."""
    return (
        looked_into().does("plan-drafted", by=COMPANY).does("plan-reviewed", by=APPROVER).does("approved", by=APPROVER)
    )


@mark("P10", "A3", rests_on=INTAKE)
def clients() -> None:
    """Clients complain; somebody who is none is heard, and marked as not named."""
    found = taken("P10", "sms", kind=KIND, subject="customer")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("客户", ())
    assert taken("P10", "sms", kind=KIND, subject="neighbour").outside == (Outside.SUBJECT,)


@mark("P10", "A4", rests_on=(INTAKE, ENGINE))
def suggestions_count() -> None:
    """A suggestion counts as well as a complaint, in one register; an opinion is neither, and the kind is set right."""
    both = [taken("P10", "sms", kind=kind) for kind in ("complaint", "suggestion")]
    assert [(one.kind.name.zh, one.register) for one in both] == [("投诉", "reports"), ("建议", "reports")]
    assert turned_back("P10", "sms", kind="opinion") is IntakeReason.NO_SUCH_KIND
    assert Life("P10").does("kind-set", by=COMPANY, kind="suggestion").case.codes["kind"] == "suggestion"


@mark("P10", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call is one of the ways of the text and reaches the company."""
    found = logged("P10", "telephone", kind=KIND)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("电话", (COMPANY,), False)


@mark("P10", "B2", rests_on=INTAKE)
def mail() -> None:
    """E-mail comes in as the client wrote it."""
    found = taken("P10", "mailbox", kind=KIND)
    assert (found.channel.kind, found.channel.name.zh, found.addressees) == ("email", "邮件", (COMPANY,))


@mark("P10", "B3", rests_on=INTAKE)
def text_message() -> None:
    """So does a text message; what somebody hands in at the counter is taken too, and marked as another way."""
    found = logged("P10", "sms", kind=KIND)
    assert (found.intake.channel.kind, found.intake.addressees, found.beside) == ("message", (COMPANY,), False)
    assert logged("P10", "counter", kind=KIND).beside


@mark("P10", "B4", rests_on=INTAKE)
def in_writing() -> None:
    """A letter is one of the ways of the text and reaches the company."""
    found = logged("P10", "letter", kind=KIND)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("书面", (COMPANY,), False)
    assert found.intake.channel.kind == "letter"


@mark("P10", "B5", rests_on=INTAKE)
def spoken() -> None:
    """What is said counts as it is said: nobody has to put it in writing."""
    found = logged("P10", "oral", kind=KIND)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("口头", (COMPANY,), False)
    assert not found.intake.to_be_written


@mark("P10", "C3", rests_on=(FIELDS, INTAKE))
def what_is_collected() -> None:
    """Name, contact, content, time and place are collected, and what is missing is asked for."""
    rules = policy_of("P10").rules
    asked = missing_fields(rules, ())
    assert [field.name.zh for field in asked] == ["客户姓名", "联系方式", "投诉内容", "服务时间", "服务地点"]
    given = {"name": "李", "content": "迟到", "time": "周二"}
    assert [gap.id for gap in taken("P10", "sms", kind=KIND, fields=given).gaps] == ["contact", "place"]


@mark("P10", "C4", rests_on=(SHEET, ENGINE))
def registration() -> None:
    """What was collected is entered in the register before anything else can be done with it."""
    sheet = form("P10", "telephone", kind=KIND, by=COMPANY, fields={"content": "漏水", "place": "三楼"})
    assert [row.value.zh for row in sheet.rows[-5:]] == ["未提供", "未提供", "漏水", "未提供", "三楼"]
    life = Life("P10")
    assert life.refused("slip-issued", by=COMPANY) is RefusalReason.FIRST
    assert life.refused("registered", by=APPROVER) is RefusalReason.WRONG_ROLE
    assert life.does("registered", by=COMPANY).refused("slip-issued", by=COMPANY) is None


@mark("P10", "C5", rests_on=(SLIP, TICKET_OF, ENGINE))
def ticket() -> None:
    """The client gets a number to ask by, on a slip that says nothing of the matter; only then it is classified."""
    number = ticket_number(CaseId(bytes(range(16))))
    paper = slip(policy_of("P10"), moment(FIRST_DAY).date(), number)
    shown = paper.value(TICKET)
    assert shown is not None
    assert read_ticket(shown.zh.lower().replace("-", " ")) == number
    assert "漏水" not in "".join(row.value.zh for row in paper.rows)
    life = Life("P10").does("registered", by=COMPANY)
    assert life.refused("graded", by=COMPANY, grade="ordinary") is RefusalReason.NOT_HERE
    life.tells("slip-issued", by=COMPANY)
    assert life.stage == "classification"


@mark("P10", "C7", rests_on=ENGINE)
def progress() -> None:
    """How it stands is told in whatever stage, in an item for the client alone, and moves nothing."""
    for life in (Life("P10"), ticketed(), graded(), looked_into(), approved()):
        before = life.stage
        life.tells("progress-told", by=COMPANY)
        assert life.stage == before
    assert graded().refused("progress-told", by=APPROVER) is RefusalReason.WRONG_ROLE


@mark("P10", "D1", rests_on=ENGINE)
def classification() -> None:
    """A complaint is put into one of the classes, and into no other, once it is on file."""
    life = ticketed().does("classified", by=COMPANY, classification="suggestion")
    assert life.case.codes["classification"] == "suggestion"
    assert life.refused("classified", by=COMPANY, classification="joke") is RefusalReason.WRONG_CODE
    assert Life("P10").refused("classified", by=COMPANY, classification="suggestion") is RefusalReason.NOT_HERE


@mark("P10", "D2", rests_on=ENGINE)
def grades() -> None:
    """Ordinary, important, special: three grades and no fourth."""
    names = {one.id: one.name.zh for one in policy_of("P10").rules.grades}
    for grade, name in (("ordinary", "一般投诉"), ("important", "重要投诉"), ("special", "特殊投诉")):
        life = ticketed().does("graded", by=COMPANY, grade=grade)
        assert names[life.case.codes["grade"]] == name
    assert ticketed().refused("graded", by=COMPANY, grade="urgent") is RefusalReason.WRONG_CODE


@mark("P10", "D3", rests_on=ENGINE)
def treatment_by_grade() -> None:
    """How it is treated is chosen by its grade: nothing is chosen, and nothing looked into, without one."""
    life = ticketed().does("classified", by=COMPANY, classification="complaint")
    assert life.refused("method-chosen", by=COMPANY) is RefusalReason.FIRST
    assert life.refused("checked", by=COMPANY) is RefusalReason.NOT_HERE
    life.does("graded", by=COMPANY, grade="ordinary").does("graded", by=COMPANY, grade="special")
    life.does("method-chosen", by=COMPANY)
    assert (life.stage, life.case.codes["grade"]) == ("preliminary", "special")
    assert life.events("method-chosen")[0].item is not None
    assert life.refused("graded", by=COMPANY, grade="ordinary") is RefusalReason.NOT_HERE


@mark("P10", "E1", rests_on=ENGINE)
def preliminary() -> None:
    """There is no solution before the preliminary investigation."""
    life = graded()
    assert life.refused("plan-drafted", by=COMPANY) is RefusalReason.NOT_HERE
    assert life.refused("checked", by=APPROVER) is RefusalReason.WRONG_ROLE
    assert life.refused("checked", by=COMPANY) is RefusalReason.FIRST
    life.does("evidence-gathered", by=COMPANY)
    assert life.does("checked", by=COMPANY).stage == "plan"


@mark("P10", "E2", rests_on=ENGINE)
def data_gathered() -> None:
    """Data and information are gathered by the company while it is looked into, under seal."""
    life = graded().does("evidence-gathered", by=COMPANY).does("evidence-gathered", by=COMPANY)
    assert [event.item is not None for event in life.events("evidence-gathered")] == [True, True]
    assert ticketed().refused("evidence-gathered", by=COMPANY) is RefusalReason.NOT_HERE
    assert life.refused("evidence-gathered", by=APPROVER) is RefusalReason.WRONG_ROLE


@mark("P10", "E7", rests_on=ENGINE)
def solution() -> None:
    """A solution is drafted, under seal; without one there is nothing to approve."""
    life = looked_into()
    assert life.refused("approved", by=APPROVER) is RefusalReason.FIRST
    assert life.refused("plan-reviewed", by=APPROVER) is RefusalReason.FIRST
    assert life.does("plan-drafted", by=COMPANY).events("plan-drafted")[0].item is not None
    assert life.refused("plan-reviewed", by=APPROVER) is None


@mark("P10", "E8", rests_on=ENGINE)
def approval() -> None:
    """A solution is reviewed and then approved, or sent back; nobody approves what they drafted themselves."""
    life = looked_into().does("plan-drafted", by=COMPANY)
    assert life.refused("approved", by=COMPANY) is RefusalReason.WRONG_ROLE
    assert life.refused("approved", by=APPROVER) is RefusalReason.FIRST
    life.does("plan-reviewed", by=APPROVER)
    own = Command(Act.APPROVED, life.at, life.member(COMPANY), frozenset({RoleId(APPROVER)}), StageId("execution"))
    judged = decide(life.policy, life.case, own)
    assert isinstance(judged, Refusal)
    assert judged.reason is RefusalReason.SAME_PERSON
    life.does("sent-back", by=APPROVER)
    assert (life.stage, life.refused("approved", by=APPROVER)) == ("plan", RefusalReason.FIRST)
    life.does("plan-drafted", by=COMPANY).does("plan-reviewed", by=APPROVER)
    assert life.does("approved", by=APPROVER).stage == "execution"


@mark("P10", "E11", rests_on=(SEALED, RECURRING))
def improvement() -> None:
    """What was found lacking is bettered, whatever the verdict, and the office owes it again and again."""
    assert approved().seal_refused("measure-set", "improvement", by=COMPANY) is RefusalReason.VERDICT_FIRST
    life = approved().decides("not-borne-out", by=COMPANY, to="result")
    assert life.seals("measure-set", "improvement", by=COMPANY).sealed.measures == ("improvement",)
    assert [duty.text.zh for duty in duties_of(policy_of("P10")) if duty.id == "improvement"] == [
        "改进和完善，提升服务质量"
    ]


@mark("P10", "G9", rests_on=CLOCK)
def promptly() -> None:
    """Telling how it stands is due promptly from the day it came: no number, never overdue, over once told."""
    life = Life("P10")
    assert (life.stands("feedback", "2027-03-02"), life.due("feedback")) == (ClockStatus.PROMPTLY, None)
    assert graded().does("progress-told", by=COMPANY).stands("feedback") == ClockStatus.SATISFIED


@mark("P10", "K3", rests_on=("casework.statistics.weak_points:trend", STANDING))
def analysis() -> None:
    """Complaints are analysed: monthly here, with how many came when; a limit of a mere word is no weak point."""
    owed = next(duty for duty in duties_of(policy_of("P10")) if duty.id == "statistics")
    since = moment(FIRST_DAY).date()
    assert duty_state(owed, since, (), OFFICE, moment("2026-04-02").date()).status is DutyStatus.DUE
    assert duty_state(owed, since, (), OFFICE, moment("2026-04-03").date()).status is DutyStatus.OVERDUE
    found = block("P10", untouched("P10"), "2026-05-06")
    assert trend(found) == (("2026-03", 7), ("2026-04", 13))
    assert "feedback" not in {point.id for point in weak_points(found)}
