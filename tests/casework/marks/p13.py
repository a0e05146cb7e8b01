"""P13, complaints to an airline, ordinary and important, as far as its text goes: what it says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.engine.step_items import check_day
from casework.intake.entry import Outside
from casework.intake.sheets import NOT_GIVEN
from casework.obligations.grade_duties import grade_duties
from casework.obligations.recurring import DutyStatus, OfficeDuty, duties_of, duty_state
from casework.policy.reader import shipped_policy
from casework.rules.acts import Act
from casework.rules.flow import StageId
from casework.statistics.weak_points import Weakness, evaluate, trend, weak_points
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ACTS_FOR,
    ATTENTION,
    CLOCK,
    ENGINE,
    EVALUATE,
    INTAKE,
    PAGE,
    RECURRING,
    SEALED,
    SHEET,
    STANDING,
    WEAK,
)
from tests.casework.marks.counted import PROMISED, block, untouched
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of

RECEIVING, SERVICE, SENIOR = "receiving-team", "service-team", "senior-management"
SINCE = moment(FIRST_DAY).date()


def graded(grade: str = "ordinary") -> Life:
    """A complaint that was registered and graded."""
    return Life("P13").does("registered", by=RECEIVING).does("graded", by=RECEIVING, grade=grade)


def confirmed(grade: str = "ordinary") -> Life:
    """One whose content was verified and confirmed with the customer."""
    return graded(grade).does("checked", by=RECEIVING).does("content-confirmed", by=RECEIVING)


def accepted(grade: str = "ordinary") -> Life:
    """One that was taken up."""
    return confirmed(grade).does("procedure-told", by=RECEIVING).does("accepted", by=RECEIVING)


def investigated(grade: str = "ordinary") -> Life:
    """One whose cause was found by anyone who handles its grade."""
    by = SENIOR if grade == "important" else SERVICE
    return accepted(grade).does("evidence-gathered", by=by).does("cause-found", by=by)


def decided(outcome: str = "borne-out") -> Life:
    """An ordinary one that was decided."""
    return investigated().decides(outcome, by=SERVICE, to="result")


def duty(name: str) -> OfficeDuty:
    """A recurring duty of the policy."""
    return next(one for one in duties_of(policy_of("P13")) if one.id == name)


@mark("P13", "A3", rests_on=INTAKE)
def customers() -> None:
    """Customers complain about product or service; anyone else who writes is heard, and marked as not named."""
    found = taken("P13", "platform", subject="customer", category="service")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("客户", ())
    assert taken("P13", "platform", subject="ground-staff").outside == (Outside.SUBJECT,)


@mark("P13", "A7", rests_on=(INTAKE, ENGINE))
def within_the_rules() -> None:
    """What the rules do not cover is marked at intake, and refused only once its content was verified."""
    assert taken("P13", "platform", left_out=True).outside == (Outside.SCOPE,)
    life = graded()
    assert life.refused("refused", by=RECEIVING) is RefusalReason.FIRST
    life.does("checked", by=RECEIVING)
    assert life.does("refused", by=RECEIVING).ended


@mark("P13", "B1", rests_on=INTAKE)
def hotline() -> None:
    """Calls to the hotline are one of the ways of the text and reach the receiving team."""
    found = logged("P13", "hotline")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == (
        "客户服务热线",
        (RECEIVING,),
        False,
    )


@mark("P13", "B3", rests_on=(PAGE, ACTS_FOR))
def platform() -> None:
    """The platform is the report page; a report logged as come by it is not acted on where no reader is of the team."""
    assert (report_page("P13").title.zh, report_page("P13").label.zh) == (policy_of("P13").title.zh, "投诉什么事？")
    assert taken("P13", "platform").channel.name.zh == "在线平台"
    assert acted_for("P13", "platform", RECEIVING)
    assert not acted_for("P13", "platform", SERVICE)


@mark("P13", "C3", rests_on=(SHEET, INTAKE))
def basics() -> None:
    """Who complains, of what, and when stand on the form: the first is asked for, the time is needed, all are heard."""
    given = {"content": "行李破损"}
    gaps = taken("P13", "hotline", by=RECEIVING, fields=given).gaps
    assert [(gap.name.zh, gap.need) for gap in gaps] == [("客户基本信息", "asked"), ("投诉时间", "required")]
    rows = form("P13", "hotline", by=RECEIVING, fields=given | {"time": "三月一日"}).rows[-3:]
    assert [(row.label.zh, row.value.zh) for row in rows] == [
        ("客户基本信息", "未提供"), ("投诉内容", "行李破损"), ("投诉时间", "三月一日"),
    ]  # fmt: skip
    assert taken("P13", "hotline", by=RECEIVING, fields=given | {"time": "…", "complainant": "…"}).complete


@mark("P13", "C4", rests_on=(SHEET, CLOCK, ENGINE))
def registered_promptly() -> None:
    """The receiving team registers promptly, before anything is graded."""
    sheet = form("P13", "hotline", by=RECEIVING, fields={"content": "行李破损", "time": "三月一日"})
    assert [row.value.zh for row in sheet.rows[-2:]] == ["行李破损", "三月一日"]
    assert sheet.rows[-3].value == NOT_GIVEN
    life = Life("P13")
    assert life.refused("graded", by=RECEIVING, grade="ordinary") is RefusalReason.FIRST
    assert life.stands("registration", "2026-09-01") == ClockStatus.PROMPTLY
    assert life.does("registered", by=RECEIVING).stands("registration") == ClockStatus.SATISFIED


@mark("P13", "C6", rests_on=ENGINE)
def content_confirmed() -> None:
    """The content is confirmed with the customer before the complaint is taken up."""
    life = graded().does("checked", by=RECEIVING).does("procedure-told", by=RECEIVING)
    assert life.refused("accepted", by=RECEIVING) is RefusalReason.FIRST
    assert life.refused("content-confirmed", by=SERVICE) is RefusalReason.WRONG_ROLE
    assert life.does("content-confirmed", by=RECEIVING).refused("accepted", by=RECEIVING) is None


@mark("P13", "C7", rests_on=(ENGINE, "casework.engine.step_items:check_day"))
def time_and_process_told() -> None:
    """The customer is told time and process of the handling, with a day, or the complaint is not taken up."""
    life = confirmed()
    assert life.refused("accepted", by=RECEIVING) is RefusalReason.FIRST
    life.tells("procedure-told", by=RECEIVING)
    assert life.does("accepted", by=RECEIVING).stage == "investigation"
    undated = check_day(life.policy, StageId("acceptance"), Act.PROCEDURE_EXPLAINED, None)
    assert undated is not None
    assert undated.reason is RefusalReason.DAY_FIRST
    assert check_day(life.policy, StageId("acceptance"), Act.PROCEDURE_EXPLAINED, "2026-03-20") is None


@mark("P13", "C8", rests_on=ENGINE)
def acceptance() -> None:
    """The receiving team decides whether it is taken up; until then nothing is investigated."""
    life = confirmed().does("procedure-told", by=RECEIVING)
    assert life.refused("evidence-gathered", by=SERVICE) is RefusalReason.NOT_HERE
    assert life.refused("accepted", by=SENIOR) is RefusalReason.WRONG_ROLE
    life.tells("accepted", by=RECEIVING)
    assert life.refused("refused", by=RECEIVING) is RefusalReason.NOT_HERE


@mark("P13", "D2", rests_on=ENGINE)
def grades() -> None:
    """Ordinary or important, in no other grade, and nothing goes on ungraded."""
    assert [graded(grade).case.codes["grade"] for grade in ("ordinary", "important")] == ["ordinary", "important"]
    life = Life("P13").does("registered", by=RECEIVING)
    assert life.refused("graded", by=RECEIVING, grade="special") is RefusalReason.WRONG_CODE
    assert life.refused("checked", by=RECEIVING) is RefusalReason.NOT_HERE


@mark("P13", "D3", rests_on=(ATTENTION, ENGINE))
def handled_by_grade() -> None:
    """Ordinary ones are the service team's, important ones senior management's, in cause and decision."""
    ordinary, important = accepted(), accepted("important")
    assert grade_duties(ordinary.policy, ordinary.case).handled_by == SERVICE
    assert grade_duties(important.policy, important.case).handled_by == SENIOR
    assert ordinary.refused("cause-found", by=SENIOR) is RefusalReason.WRONG_ROLE
    assert important.refused("cause-found", by=SERVICE) is RefusalReason.ANOTHER_GRADE
    assert investigated("important").refused("decided", by=SERVICE, to="result") is RefusalReason.ANOTHER_GRADE
    assert investigated("important").refused("decided", by=SENIOR, to="result") is None


@mark("P13", "D5", rests_on=(INTAKE, ENGINE))
def receiving_team() -> None:
    """A team of its own receives whatever comes, and registers it."""
    for channel in ("hotline", "platform"):
        assert taken("P13", channel, by=RECEIVING).addressees == (RECEIVING,)
    assert Life("P13").refused("registered", by=SERVICE) is RefusalReason.WRONG_ROLE
    assert Life("P13").refused("registered", by=SENIOR) is RefusalReason.WRONG_ROLE


@mark("P13", "E2", rests_on=ENGINE)
def evidence() -> None:
    """Evidence and records are gathered under seal in the investigation, and not by the receiving team."""
    life = accepted().does("evidence-gathered", by=SERVICE)
    assert life.events("evidence-gathered")[0].item is not None
    assert life.refused("evidence-gathered", by=RECEIVING) is RefusalReason.WRONG_ROLE
    assert investigated().refused("evidence-gathered", by=SERVICE) is RefusalReason.NOT_HERE


@mark("P13", "E3", rests_on=ENGINE)
def cause() -> None:
    """There is no decision before the cause was found."""
    life = accepted()
    assert life.refused("decided", by=SERVICE, to="result") is RefusalReason.NOT_HERE
    assert life.refused("cause-found", by=RECEIVING) is RefusalReason.WRONG_ROLE
    assert life.refused("cause-found", by=SERVICE) is RefusalReason.FIRST
    life.does("evidence-gathered", by=SERVICE).does("cause-found", by=SERVICE)
    assert life.events("cause-found")[0].item is not None
    assert life.refused("decided", by=SERVICE, to="result") is None


@mark("P13", "E11", rests_on=SEALED)
def improvement() -> None:
    """Measures are taken to improve, whatever became of the complaint, and none without a decision."""
    assert investigated().seal_refused("measure-set", "improvement", by=SERVICE) is RefusalReason.VERDICT_FIRST
    life = decided("not-borne-out").seals("measure-set", "improvement", by=SERVICE)
    assert life.sealed.measures == ("improvement",)


@mark("P13", "E14", rests_on=(ATTENTION, ENGINE))
def up_to_senior_management() -> None:
    """A matter of safety goes up to senior management and is owed until it did; an ordinary one does not."""
    life = graded("important")
    owed = grade_duties(life.policy, life.case)
    assert (owed.to, owed.due) == (SENIOR, (Act.REPORTED_UP,))
    life.does("reported-up", by=RECEIVING)
    assert grade_duties(life.policy, life.case).due == ()
    assert graded().refused("reported-up", by=RECEIVING) is RefusalReason.ANOTHER_GRADE
    assert grade_duties(graded().policy, graded().case).due == ()


@mark("P13", "F5", rests_on=(SEALED, ENGINE))
def compensation() -> None:
    """Reasonable compensation for a complaint that was borne out, sealed; for none else."""
    assert decided("not-borne-out").seal_refused("compensated", by=SERVICE) is RefusalReason.NOT_UPHELD
    assert decided("not-borne-out").seal_refused("measure-set", "compensation", by=SERVICE) is RefusalReason.NOT_UPHELD
    life = decided().seals("measure-set", "compensation", by=SERVICE).seals("compensated", by=SERVICE)
    assert (life.sealed.measures, len(life.events("sealed"))) == (("compensation",), 2)
    assert life.refused("compensated", by=RECEIVING) is RefusalReason.WRONG_ROLE
    senior = investigated("important").decides("borne-out", by=SENIOR, to="result")
    senior.seals("measure-set", "compensation", by=SENIOR).seals("compensated", by=SENIOR)
    assert (senior.sealed.measures, len(senior.events("sealed"))) == (("compensation",), 2)


@mark("P13", "G5", rests_on=(CLOCK, "casework.policy.policy:Policy.unbound"))
def time_that_is_told() -> None:
    """The time that the customer is told is nowhere printed: bound to ten working days it ends over Qingming."""
    assert "limits.handling" in shipped_policy("airline-complaint").unbound()
    assert policy_of("P13").unbound() == ()
    life = confirmed().does("procedure-told", by=RECEIVING)
    assert life.stands("handling") == ClockStatus.NOT_STARTED
    life.does("accepted", by=RECEIVING, on="2026-03-30")
    assert life.due("handling") == "2026-04-14"
    assert life.stands("handling", "2026-04-14T23:59") == ClockStatus.RUNNING
    assert life.stands("handling", "2026-04-15") == ClockStatus.MISSED


@mark("P13", "G9", rests_on=CLOCK)
def at_once() -> None:
    """Acceptance at once, investigation as soon as possible: begun by its event, without a date, over by its stop."""
    assert (graded().stands("acceptance", "2026-12-01"), graded().due("acceptance")) == (ClockStatus.PROMPTLY, None)
    assert graded().stands("investigation") == ClockStatus.NOT_STARTED
    assert (accepted().stands("acceptance"), accepted().stands("investigation")) == (
        ClockStatus.SATISFIED,
        ClockStatus.PROMPTLY,
    )
    assert (
        graded().does("checked", by=RECEIVING).does("refused", by=RECEIVING).stands("acceptance")
        == ClockStatus.SATISFIED
    )
    assert investigated().stands("investigation") == ClockStatus.SATISFIED


@mark("P13", "K3", rests_on=(WEAK, "casework.statistics.weak_points:trend", STANDING))
def causes_and_trends() -> None:
    """The trend by months, the stage in which complaints lie too long, and the month in which it must be looked at."""
    found = block("P13", untouched("P13"), "2026-07-01")
    assert trend(found) == (("2026-03", 7), ("2026-04", 13))
    broken = [(Weakness.LATE, one) for one in PROMISED]
    assert [(point.weakness, point.id) for point in weak_points(found)] == [*broken, (Weakness.SLOW, "received")]
    assert duty_state(duty("statistics"), SINCE, (), OFFICE, moment("2026-04-03").date()).late == 1


@mark("P13", "K5", rests_on=(EVALUATE, RECURRING, STANDING))
def evaluation() -> None:
    """The figures are evaluated at intervals: twice a year here, and unbound nothing is due."""
    unbound = next(one for one in duties_of(shipped_policy("airline-complaint")) if one.id == "evaluation")
    assert duty_state(unbound, SINCE, (), OFFICE, moment("2030-03-02").date()).status is DutyStatus.UNBOUND
    assert duty_state(duty("evaluation"), SINCE, (), OFFICE, moment("2026-09-02").date()).status is DutyStatus.DUE
    assert duty_state(duty("evaluation"), SINCE, (), OFFICE, moment("2026-09-03").date()).status is DutyStatus.OVERDUE
    assert evaluate(block("P13", untouched("P13"), "2026-07-01")).cases == 20
