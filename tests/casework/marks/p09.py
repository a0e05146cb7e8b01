"""P09, complaints of customers, answered at once: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.engine.step_items import check_day
from casework.intake.entry import Outside
from casework.protection.secrecy import About, Silence, disclosure, protected
from casework.protection.view import Hearing, view
from casework.rules.acts import Act
from casework.rules.clauses import DisclosureGround
from casework.rules.flow import StageId
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ACTS_FOR,
    CLOCK,
    DISCLOSURE,
    ENGINE,
    INTAKE,
    PAGE,
    PROTECTED,
    SEALED,
    SHEET,
    VIEW,
)
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken
from tests.casework.marks.life import Life, policy_of

COMPANY, INVESTIGATOR = "company", "investigator"


def answered() -> Life:
    """A complaint that was registered, told how it stands, and passed on to the departments concerned."""
    life = Life("P09").does("registered", by=COMPANY).does("acknowledged", by=COMPANY)
    return life.does("progress-told", by=COMPANY).does("routed", by=COMPANY, departments="sales")


def assigned() -> Life:
    """A complaint that was registered, answered, passed on and given to somebody."""
    return answered().does("assigned", by=COMPANY, handler="zhang-san")


def looked_into() -> Life:
    """One whose customer was talked to and whose evidence was gathered."""
    life = assigned().does("talked", by=INVESTIGATOR).does("evidence-gathered", by=INVESTIGATOR)
    return life.does("checked", by=INVESTIGATOR)


def explained() -> Life:
    """One that was investigated and whose solution was explained."""
    return looked_into().does("cause-found", by=COMPANY).does("plan-drafted", by=COMPANY).does("plan-told", by=COMPANY)


def decided() -> Life:
    """One that was decided."""
    return explained().decides("borne-out", by=COMPANY, to="feedback")


def solved() -> Life:
    """One whose problem was solved."""
    return decided().does("executed", by=COMPANY)


@mark("P09", "A3", rests_on=INTAKE)
def customers() -> None:
    """Customers complain; a supplier is heard, and marked as not named."""
    assert taken("P09", "platform", subject="customer").outside == ()
    assert taken("P09", "platform", subject="supplier").outside == (Outside.SUBJECT,)


@mark("P09", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call is one of the ways of the text and reaches the company."""
    found = logged("P09", "telephone")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("电话", (COMPANY,), False)


@mark("P09", "B2", rests_on=INTAKE)
def mail() -> None:
    """E-mail comes in as it is."""
    found = logged("P09", "mailbox")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("邮件", (COMPANY,), False)
    assert found.intake.channel.kind == "email"


@mark("P09", "B3", rests_on=(PAGE, ACTS_FOR))
def online() -> None:
    """So does the online channel, which is the report page."""
    assert (report_page("P09").title.zh, report_page("P09").label.zh) == (policy_of("P09").title.zh, "投诉什么事？")
    assert taken("P09", "platform").channel.name.zh == "在线投诉渠道"
    assert acted_for("P09", "platform", COMPANY)
    assert not acted_for("P09", "platform", INVESTIGATOR)


@mark("P09", "B4", rests_on=INTAKE)
def in_writing() -> None:
    """A written complaint is one of the ways of the text, and reaches the company."""
    found = logged("P09", "letter")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("书面投诉", (COMPANY,), False)


@mark("P09", "B5", rests_on=INTAKE)
def at_the_office() -> None:
    """Anyone who comes to the office is heard there."""
    found = logged("P09", "office")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("到公司办公室", (COMPANY,), False)
    assert (found.intake.channel.kind, found.intake.to_be_written) == ("counter", False)


@mark("P09", "C3", rests_on=(SHEET, INTAKE))
def register_fields() -> None:
    """Name, contact, problem and time stand in the register, and what is missing is asked for."""
    given = {"name": "李", "problem": "漏发配件"}
    gaps = taken("P09", "telephone", by=COMPANY, fields=given).gaps
    assert [(gap.name.zh, gap.need, gap.place) for gap in gaps] == [
        ("联系方式", "required", "register"), ("时间", "required", "register"),
    ]  # fmt: skip
    rows = form("P09", "telephone", by=COMPANY, fields=given).rows[-4:]
    assert [(row.label.zh, row.value.zh) for row in rows] == [
        ("投诉人姓名", "李"), ("联系方式", "未提供"), ("投诉的具体问题", "漏发配件"), ("时间", "未提供"),
    ]  # fmt: skip


@mark("P09", "C4", rests_on=(SHEET, ENGINE))
def registration() -> None:
    """However it came, it is entered into the register before anybody is sent to look into it."""
    sheet = form("P09", "telephone", by=COMPANY, fields={"problem": "漏发配件"})
    assert "漏发配件" in [row.value.zh for row in sheet.rows]
    life = Life("P09")
    assert life.refused("assigned", by=COMPANY, handler="zhang-san") is RefusalReason.FIRST
    assert life.refused("registered", by=INVESTIGATOR) is RefusalReason.WRONG_ROLE
    life = Life("P09").does("acknowledged", by=COMPANY).does("progress-told", by=COMPANY)
    life.does("routed", by=COMPANY, departments="sales")
    assert life.refused("assigned", by=COMPANY, handler="zhang-san") is RefusalReason.FIRST
    assert life.does("registered", by=COMPANY).refused("assigned", by=COMPANY, handler="zhang-san") is None


@mark("P09", "C6", rests_on=(CLOCK, ENGINE))
def answered_at_once() -> None:
    """The customer is answered at once, before anything else need have been done."""
    life = Life("P09").tells("acknowledged", by=COMPANY)
    assert life.stands("response") == ClockStatus.PROMPTLY
    assert life.refused("acknowledged", by=INVESTIGATOR) is RefusalReason.WRONG_ROLE


@mark("P09", "C7", rests_on=(CLOCK, ENGINE, "casework.engine.step_items:check_day"))
def expected_time() -> None:
    """The answer is whole only with the progress told and the day named; before that nobody is sent to look into it."""
    life = Life("P09").does("acknowledged", by=COMPANY)
    assert life.stands("response") == ClockStatus.PROMPTLY
    life.does("registered", by=COMPANY).does("routed", by=COMPANY, departments="sales")
    assert life.refused("assigned", by=COMPANY, handler="zhang-san") is RefusalReason.FIRST
    life.tells("progress-told", by=COMPANY)
    assert life.refused("assigned", by=COMPANY, handler="zhang-san") is None
    assert life.stands("response") == ClockStatus.SATISFIED
    assert assigned().tells("progress-told", by=INVESTIGATOR).stage == "investigation"
    assert looked_into().tells("progress-told", by=COMPANY).stage == "handling"
    undated = check_day(life.policy, StageId("received"), Act.PROGRESS_REPORTED, None)
    assert undated is not None
    assert undated.reason is RefusalReason.DAY_FIRST
    assert check_day(life.policy, StageId("received"), Act.PROGRESS_REPORTED, "2026-03-20") is None


@mark("P09", "D4", rests_on=ENGINE)
def routed() -> None:
    """It is passed on to the departments concerned, which must be named, before anybody is sent to look into it."""
    life = Life("P09").does("registered", by=COMPANY).does("progress-told", by=COMPANY)
    assert life.refused("assigned", by=COMPANY, handler="zhang-san") is RefusalReason.FIRST
    assert life.refused("routed", by=COMPANY) is RefusalReason.WRONG_CODE
    assert life.does("routed", by=COMPANY, departments="sales").case.departments == ("sales",)


@mark("P09", "D5", rests_on=ENGINE)
def somebody_sent() -> None:
    """Somebody is named to investigate, and only investigators do."""
    life = assigned()
    assert life.case.codes["handler"] == "zhang-san"
    assert life.refused("checked", by=COMPANY) is RefusalReason.WRONG_ROLE
    life.does("talked", by=INVESTIGATOR).does("evidence-gathered", by=INVESTIGATOR)
    assert life.does("checked", by=INVESTIGATOR).stage == "handling"


@mark("P09", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The investigator talks to the customer and gathers evidence, under seal, and is not done without either."""
    assert assigned().does("talked", by=INVESTIGATOR).refused("checked", by=INVESTIGATOR) is RefusalReason.FIRST
    life = assigned().does("evidence-gathered", by=INVESTIGATOR)
    assert life.refused("checked", by=INVESTIGATOR) is RefusalReason.FIRST
    life.does("talked", by=INVESTIGATOR)
    assert life.refused("checked", by=INVESTIGATOR) is None
    assert all(event.item is not None for event in life.events("talked", "evidence-gathered"))
    assert life.refused("plan-drafted", by=COMPANY) is RefusalReason.NOT_HERE


@mark("P09", "E5", rests_on=ENGINE)
def talked_over() -> None:
    """The solution is explained to the customer, and their wishes talked over, before it is decided."""
    life = looked_into().does("cause-found", by=COMPANY).does("plan-drafted", by=COMPANY)
    assert life.refused("decided", by=COMPANY, to="feedback") is RefusalReason.FIRST
    life.does("talked", by=COMPANY)
    assert life.refused("decided", by=COMPANY, to="feedback") is RefusalReason.FIRST
    assert life.does("plan-told", by=COMPANY).refused("decided", by=COMPANY, to="feedback") is None


@mark("P09", "E7", rests_on=ENGINE)
def solution() -> None:
    """The problem is analysed before a solution is drafted, and that before it can be explained."""
    life = looked_into()
    assert life.refused("plan-drafted", by=COMPANY) is RefusalReason.FIRST
    assert life.does("cause-found", by=COMPANY).events("cause-found")[0].item is not None
    assert life.refused("plan-told", by=COMPANY) is RefusalReason.FIRST
    assert life.does("plan-drafted", by=COMPANY).events("plan-drafted")[0].item is not None


@mark("P09", "E11", rests_on=(SEALED, ENGINE))
def better_services() -> None:
    """What was learnt betters flows and services, and without a summary the case does not close."""
    life = solved().seals("measure-set", "improvement", by=COMPANY).does("notified", by=COMPANY)
    assert life.sealed.measures == ("improvement",)
    assert life.refused("closed", by=COMPANY) is RefusalReason.FIRST
    life.does("view-heard", by=COMPANY)
    assert life.refused("closed", by=COMPANY) is RefusalReason.FIRST
    assert life.does("summarised", by=COMPANY).does("closed", by=COMPANY).ended


@mark("P09", "G9", rests_on=CLOCK)
def words_without_number() -> None:
    """At once, promptly, within a reasonable time: none of them has a date, each has its start and stop."""
    life = Life("P09")
    assert {life.stands(name, "2026-12-01") for name in ("response", "transfer", "solution")} == {ClockStatus.PROMPTLY}
    assert [life.due(name) for name in ("response", "transfer", "solution", "feedback")] == [None] * 4
    assert (decided().stands("solution"), decided().stands("feedback")) == (ClockStatus.PROMPTLY, "not-started")
    assert (solved().stands("solution"), solved().stands("feedback")) == (ClockStatus.SATISFIED, ClockStatus.PROMPTLY)


@mark("P09", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The result is told once the problem was solved, and before views are heard or the case is summed up."""
    assert decided().refused("notified", by=COMPANY) is RefusalReason.FIRST
    life = solved()
    assert life.refused("summarised", by=COMPANY) is RefusalReason.FIRST
    assert life.refused("view-heard", by=COMPANY) is RefusalReason.FIRST
    life.tells("notified", by=COMPANY)


@mark("P09", "H3", rests_on=(VIEW, ENGINE))
def heard() -> None:
    """The customer's views on the result are heard; without them the case stays open until their time is over."""
    life = solved().does("notified", by=COMPANY)
    assert view(life.policy, life.case).hearing is Hearing.DUE
    assert view(life.policy, life.does("view-heard", by=COMPANY).case).hearing is Hearing.HEARD
    assert view(life.policy, life.does("notified", by=COMPANY).case).hearing is Hearing.DUE
    told = solved().does("notified", by=COMPANY, on="2026-03-03").does("summarised", by=COMPANY)
    assert told.due("view") == "2026-03-17"
    assert told.refused("closed", by=COMPANY, on="2026-03-17") is not None
    assert told.refused("closed", by=COMPANY, on="2026-03-18") is None


@mark("P09", "J1", rests_on=PROTECTED)
def privacy() -> None:
    """The customer's privacy and personal information are protected."""
    assert protected(policy_of("P09")) == {About.REPORTER, About.CONTENT}


@mark("P09", "J2", rests_on=DISCLOSURE)
def law_or_consent() -> None:
    """By law or with the customer's consent, and on no other ground."""
    policy = policy_of("P09")
    for about in (About.REPORTER, About.CONTENT):
        assert disclosure(policy, about, DisclosureGround.LAW).why is None
        assert disclosure(policy, about, DisclosureGround.CONSENT).why is None
        assert disclosure(policy, about, DisclosureGround.NEED).why is Silence.NO_GROUND
