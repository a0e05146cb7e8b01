"""P03, customer service within 24 hours and five working days: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.intake.sheets import NOT_GIVEN
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.reader import shipped_policy
from casework.protection.secrecy import About, Silence, disclosure, is_pledge_due, protected
from casework.rules.clauses import DisclosureGround
from casework.statistics.weak_points import evaluate, trend
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    CLOCK,
    DISCLOSURE,
    END,
    ENGINE,
    INTAKE,
    PLEDGE,
    PROTECTED,
    RETAINED,
    SEALED,
    SHEET,
)
from tests.casework.marks.counted import block, untouched
from tests.casework.marks.desk import form, logged, taken, turned_back
from tests.casework.marks.life import Life, moment, policy_of

EVALUATE = "casework.statistics.weak_points:evaluate"


def registered(when: str = "2026-03-02T10:00") -> Life:
    """A complaint that customer service has written down."""
    return Life("P03", when).does("registered", by="customer-service")


def decided(when: str = "2026-03-02T10:00", outcome: str = "borne-out") -> Life:
    """One that was checked and decided."""
    life = registered(when).does("checked", by="customer-service")
    return life.decides(outcome, by="customer-service", to="result")


@mark("P03", "A3", rests_on=INTAKE)
def customers() -> None:
    """The text speaks of customers; an employee is heard, and marked as not named."""
    assert taken("P03", "mailbox", subject="customer").outside == ()
    assert taken("P03", "mailbox", subject="employee").outside == (Outside.SUBJECT,)


@mark("P03", "A6", rests_on=INTAKE)
def catalogue() -> None:
    """Attitude, error, quality, and whatever else: the list is open by a class of its own."""
    names = []
    for category in ("attitude", "error", "quality", "other"):
        found = taken("P03", "mailbox", category=category).category
        assert found is not None
        names.append(found.zh)
    assert names == ["服务态度不好", "服务过程中出现失误", "服务质量不符合要求", "其他"]
    assert turned_back("P03", "mailbox", category="price") is IntakeReason.NO_SUCH_CATEGORY


@mark("P03", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call is one of the ways of the text and reaches customer service."""
    found = logged("P03", "telephone", by="customer-service")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == (
        "投诉电话",
        ("customer-service",),
        False,
    )


@mark("P03", "B2", rests_on=INTAKE)
def email() -> None:
    """E-mail is one of the ways of the text and reaches customer service."""
    found = logged("P03", "mailbox")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == (
        "电子邮件", ("customer-service",), False,
    )  # fmt: skip


@mark("P03", "B4", rests_on=INTAKE)
def letter() -> None:
    """A letter is one of the ways of the text and reaches customer service."""
    found = logged("P03", "letter", by="customer-service")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == (
        "信函",
        ("customer-service",),
        False,
    )


@mark("P03", "B9", rests_on=INTAKE)
def any_road() -> None:
    """A way that the text does not name is one of its other ways, and reaches customer service."""
    found = taken("P03", "fax")
    assert (found.channel.kind, found.channel.name.zh) == ("other", "其他途径")
    assert found.addressees == ("customer-service",)


@mark("P03", "C3", rests_on=INTAKE)
def contacts() -> None:
    """Name, address and telephone are collected as far as they can be had, and are no condition."""
    found = taken("P03", "mailbox", fields={"complaint": "态度恶劣"})
    assert [field.name.zh for field in found.unknown] == ["姓名", "地址", "电话"]
    assert found.complete
    assert [field.id for field in taken("P03", "mailbox", fields={"name": "李"}).unknown] == ["address", "telephone"]


@mark("P03", "C4", rests_on=(SHEET, ENGINE))
def registration() -> None:
    """All of the complaint is written into the register before anybody investigates."""
    sheet = form("P03", "mailbox", fields={"complaint": "送错货"})
    assert sheet.rows[-1].value.zh == "送错货"
    assert sheet.rows[-2].value == NOT_GIVEN
    assert Life("P03").refused("checked", by="customer-service") is RefusalReason.NOT_HERE
    assert registered().stage == "investigation"


@mark("P03", "D4", rests_on=ENGINE)
def routed() -> None:
    """The investigation is handed to the department concerned, which gathers evidence too."""
    life = registered().does("routed", by="customer-service", departments="logistics")
    assert life.case.departments == ("logistics",)
    assert life.refused("routed", by="related-department", departments="sales") is RefusalReason.WRONG_ROLE
    assert life.refused("evidence-gathered", by="related-department") is None


@mark("P03", "E2", rests_on=ENGINE)
def investigation() -> None:
    """Nothing is decided before the facts were checked."""
    life = registered().does("evidence-gathered", by="related-department")
    assert life.refused("decided", by="customer-service", to="result") is RefusalReason.FIRST
    life.does("checked", by="customer-service")
    assert life.refused("decided", by="customer-service", to="result") is None


@mark("P03", "E3", rests_on=ENGINE)
def reasons_found() -> None:
    """The reasons are found by talking to the complainant, under seal, in the investigation alone."""
    life = registered().does("talked", by="customer-service")
    assert life.events("talked")[0].item is not None
    assert life.refused("talked", by="related-department") is RefusalReason.WRONG_ROLE
    assert decided().refused("talked", by="customer-service") is RefusalReason.NOT_HERE


@mark("P03", "E11", rests_on=(ENGINE, SEALED, END))
def improvement() -> None:
    """Departments are urged to improve once the result stands; where it was borne out, nothing is archived before."""
    for outcome in ("borne-out", "partly-borne-out"):
        ripe = decided(outcome=outcome).does("summarised", by="customer-service")
        found = ripe.refusal("archived", by="customer-service")
        assert found is not None
        assert (found.reason, found.names) == (RefusalReason.MEASURE_FIRST, ("improvement",))
        ripe.seals("measure-set", "improvement", by="customer-service")
        assert ripe.does("archived", by="customer-service").ended
    life = decided().seals("measure-set", "improvement", by="customer-service")
    assert life.sealed.measures == ("improvement",)
    assert life.refused("measure-set", by="related-department") is RefusalReason.WRONG_ROLE
    assert life.refused("coordinated", by="customer-service") is RefusalReason.NOT_HERE
    life.does("notified", by="customer-service").does("summarised", by="customer-service")
    assert life.does("coordinated", by="customer-service").stage == "summary"


@mark("P03", "G1", rests_on=CLOCK)
def twenty_four_hours() -> None:
    """Handling within 24 hours of the call, to the minute; a browser's report runs from the last minute of its day."""
    life = Life("P03", "2026-03-06T16:30")
    assert life.due("handling") == "2026-03-07T16:30"
    assert life.stands("handling", "2026-03-07T16:30") == ClockStatus.RUNNING
    assert life.stands("handling", "2026-03-07T16:31") == ClockStatus.MISSED
    assert Life("P03", "2026-09-30", by_browser=True).due("handling") == "2026-10-01T23:59"


@mark("P03", "G2", rests_on=CLOCK)
def five_working_days() -> None:
    """The result within five working days: over the October holiday with its make-up day that is the 13th."""
    life = Life("P03", "2026-09-30")
    assert life.due("result") == "2026-10-13"
    assert life.stands("result", "2026-10-13T23:59") == ClockStatus.RUNNING
    assert life.stands("result", "2026-10-14T00:00") == ClockStatus.MISSED
    told = decided("2026-09-30").does("notified", by="customer-service", on="2026-10-13T23:00")
    assert told.stands("result") == ClockStatus.SATISFIED


@mark("P03", "G5", rests_on=(CLOCK, "casework.policy.policy:Policy.unbound"))
def prescribed_time() -> None:
    """The prescribed time of the notice is a blank: bound to three working days it runs from the check."""
    assert "limits.notice" in shipped_policy("customer-service-24h-5wd").unbound()
    assert policy_of("P03").unbound() == ()
    life = registered("2026-03-02T10:00")
    assert life.stands("notice") == ClockStatus.NOT_STARTED
    assert life.does("checked", by="customer-service").due("notice") == "2026-03-05"
    assert life.stands("notice", "2026-03-06") == ClockStatus.MISSED


@mark("P03", "G7", rests_on=CLOCK)
def nested() -> None:
    """Two clocks run from one receipt: the check stops the hours, and the days run on to the notice."""
    life = registered("2026-03-02T10:00").does("checked", by="customer-service", on="2026-03-03T10:00")
    assert (life.stands("handling"), life.stands("result")) == (ClockStatus.SATISFIED, ClockStatus.RUNNING)
    assert (life.due("handling"), life.due("result")) == ("2026-03-03T10:00", "2026-03-09")
    life.decides("borne-out", by="customer-service", to="result").does(
        "notified", by="customer-service", on="2026-03-10"
    )
    assert (life.stands("handling"), life.stands("result")) == (ClockStatus.SATISFIED, ClockStatus.LATE)


@mark("P03", "G9", rests_on=CLOCK)
def first_opportunity() -> None:
    """Recording is due at the first opportunity: no number, never overdue, over once it is registered."""
    assert Life("P03").stands("recording", "2026-12-01") == ClockStatus.PROMPTLY
    assert registered().stands("recording") == ClockStatus.SATISFIED


@mark("P03", "H1", rests_on=ENGINE)
def result_where_needed() -> None:
    """The result is told within 5 working days of receipt; where none is needed it goes on, and no limit is missed."""
    life = decided()
    assert life.due("result") == "2026-03-09"
    assert life.refused("summarised", by="customer-service") is None
    silent = decided().does("summarised", by="customer-service")
    assert [silent.stands(name, "2026-12-01") for name in ("result", "notice")] == [ClockStatus.SATISFIED] * 2
    assert life.refused("notified", by="related-department") is RefusalReason.WRONG_ROLE
    life.tells("notified", by="customer-service")


@mark("P03", "J1", rests_on=(PROTECTED, DISCLOSURE))
def secrecy() -> None:
    """Information and plan are kept secret: the text gives no ground on which they leave the department."""
    policy = policy_of("P03")
    assert protected(policy) == {About.REPORTER, About.CONTENT}
    assert {disclosure(policy, About.CONTENT, ground).why for ground in DisclosureGround} == {Silence.NO_GROUND}


@mark("P03", "J2", rests_on=(PLEDGE, ENGINE))
def pledge() -> None:
    """Who has not signed the agreement of secrecy owes it before opening a case."""
    life = registered()
    one, other = life.member("customer-service"), life.member("customer-service", 2)
    assert is_pledge_due(life.policy, life.case, one)
    life.does("pledged", by="customer-service")
    assert not is_pledge_due(life.policy, life.case, one)
    assert is_pledge_due(life.policy, life.case, other)


@mark("P03", "K1", rests_on=(RETAINED, ENGINE))
def archive() -> None:
    """The record is archived after the summary, by customer service, and kept for later questions."""
    life = decided(outcome="not-borne-out").does("notified", by="customer-service")
    assert life.refused("archived", by="customer-service") is RefusalReason.NOT_HERE
    assert retention(life.policy, life.case, moment("2026-03-09").date()).why is RetentionStatus.OPEN
    life.does("summarised", by="customer-service").seals("measure-set", by="customer-service")
    life.does("archived", by="customer-service")
    assert retention(life.policy, life.case, moment("2026-03-09").date()).why is RetentionStatus.RUNNING


@mark("P03", "K3", rests_on=(EVALUATE, "casework.statistics.weak_points:trend"))
def analysis() -> None:
    """Complaints are analysed: how many came when, and which limit is not kept."""
    found = block("P03", untouched("P03"), "2026-05-06")
    assert trend(found)[-1] == ("2026-04", 13)
    weak = evaluate(found)
    assert {point.id for point in weak.weak_points} >= {"handling", "result"}
    assert weak.cases == 20
