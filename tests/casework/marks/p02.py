"""P02, the framework of what a policy for customers must contain: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import Outside
from casework.obligations.recurring import DutyStatus, OfficeDuty, duties_of, duty_state
from casework.policy.reader import shipped_policy
from casework.protection.view import Hearing, view
from casework.rules.clauses import SatisfactionUse
from casework.statistics.report import ReportAudience, report
from casework.statistics.weak_points import Weakness, trend, weak_points
from casework.words import Words
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    CLOCK,
    END,
    ENGINE,
    FIGURES,
    INTAKE,
    RECURRING,
    REPORT,
    SEALED,
    STANDING,
    VERSIONS,
    VIEW,
    WEAK,
)
from tests.casework.marks.counted import block, counted, untouched
from tests.casework.marks.desk import taken
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of
from tests.casework.marks.published import in_force

HINDERED = "casework.policy.policy:Policy.unbound"
DEPARTMENT = "related-department"


def accepted() -> Life:
    """A customer's complaint that was taken up."""
    life = Life("P02").does("classified", by="receptionist", classification="complaint")
    return life.does("graded", by="receptionist", grade="ordinary").does("accepted", by="receptionist")


def planned() -> Life:
    """One whose solution was drafted and told."""
    life = accepted().does("cause-found", by="company").does("checked", by="company")
    return life.does("plan-drafted", by="company").does("plan-told", by="company")


def decided(outcome: str = "borne-out") -> Life:
    """One that was decided."""
    return planned().decides(outcome, by="company", to="tracking")


def duty(name: str) -> OfficeDuty:
    """A recurring duty of the policy."""
    return next(one for one in duties_of(policy_of("P02")) if one.id == name)


@mark("P02", "A3", rests_on=INTAKE)
def customers() -> None:
    """Customers are whom the framework is made for; a supplier is heard, and marked as not named."""
    found = taken("P02", "any", subject="customer")
    assert found.subject is not None
    assert (found.subject.name.zh, found.addressees) == ("客户", ("receptionist",))
    assert found.outside == ()
    assert taken("P02", "any", subject="supplier").outside == (Outside.SUBJECT,)


@mark("P02", "C6", rests_on=(CLOCK, ENGINE))
def feedback_at_intake() -> None:
    """The receptionist answers the customer when the complaint comes in, before it is taken up."""
    life = Life("P02").tells("acknowledged", by="receptionist")
    assert life.stands("acceptance") == ClockStatus.PROMPTLY
    assert life.refused("acknowledged", by="leadership") is RefusalReason.WRONG_ROLE


@mark("P02", "C8", rests_on=ENGINE)
def acceptance() -> None:
    """Taken up or refused with reasons by the receptionist: nothing is investigated before."""
    life = Life("P02")
    assert life.refused("checked", by="company") is RefusalReason.NOT_HERE
    assert life.refused("accepted", by="company") is RefusalReason.WRONG_ROLE
    assert life.refused("accepted", by="receptionist") is RefusalReason.FIRST
    assert life.does("refused", by="receptionist").ended
    assert accepted().stage == "investigation"


@mark("P02", "D1", rests_on=ENGINE)
def classification() -> None:
    """A complaint is put into one of the classes, and into no other."""
    life = Life("P02").does("classified", by="receptionist", classification="complaint")
    assert life.case.codes["classification"] == "complaint"
    assert life.refused("classified", by="company", classification="other") is RefusalReason.WRONG_ROLE
    assert life.refused("classified", by="receptionist", classification="praise") is RefusalReason.WRONG_CODE


@mark("P02", "D2", rests_on=ENGINE)
def grading() -> None:
    """A complaint is graded ordinary or important."""
    life = Life("P02").does("graded", by="receptionist", grade="important")
    assert life.case.codes["grade"] == "important"
    assert life.refused("graded", by="receptionist", grade="catastrophic") is RefusalReason.WRONG_CODE


@mark("P02", "D5", rests_on=(INTAKE, ENGINE))
def reception() -> None:
    """Complaints reach the receptionist, who alone deals with what has just come in."""
    assert taken("P02", "any").addressees == ("receptionist",)
    life = Life("P02")
    for other in ("company", "related-department", "leadership"):
        assert life.refused("acknowledged", by=other) is RefusalReason.WRONG_ROLE
    assert life.refused("acknowledged", by="receptionist") is None


@mark("P02", "D6", rests_on=ENGINE)
def division_of_labour() -> None:
    """The receptionist takes in, the company investigates and handles; neither does the other's work."""
    life = accepted()
    assert "checked" not in life.may(by="receptionist")
    assert "checked" in life.may(by="company")
    assert life.refused("checked", by="receptionist") is RefusalReason.WRONG_ROLE
    assert Life("P02").refused("graded", by="company", grade="ordinary") is RefusalReason.WRONG_ROLE


@mark("P02", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The matter is investigated before it is handled, with evidence under seal; the customer is heard in both."""
    for heard in (accepted(), accepted().does("checked", by="company")):
        assert heard.does("talked", by="company").events("talked")[0].item is not None
    life = accepted().does("evidence-gathered", by="company")
    assert life.refused("plan-drafted", by="company") is RefusalReason.NOT_HERE
    assert life.refused("evidence-gathered", by="receptionist") is RefusalReason.WRONG_ROLE
    assert life.events("evidence-gathered")[0].item is not None
    assert life.does("checked", by="company").stage == "handling"


@mark("P02", "E3", rests_on=ENGINE)
def cause() -> None:
    """Why it came to the complaint is found in the investigation and kept under seal."""
    life = accepted()
    assert life.refused("cause-found", by="receptionist") is RefusalReason.WRONG_ROLE
    assert life.does("cause-found", by="company").events("cause-found")[0].item is not None
    assert life.does("checked", by="company").refused("cause-found", by="company") is RefusalReason.NOT_HERE


@mark("P02", "E7", rests_on=ENGINE)
def solution() -> None:
    """A solution is drafted, told to the customer, and only then decided."""
    life = accepted().does("checked", by="company")
    assert life.refused("plan-told", by="company") is RefusalReason.FIRST
    life.does("plan-drafted", by="company")
    assert life.refused("decided", by="company", to="tracking") is RefusalReason.FIRST
    life.does("plan-told", by="company")
    assert life.refused("decided", by="company", to="tracking") is None


@mark("P02", "E11", rests_on=(SEALED, END))
def improvement() -> None:
    """Where a complaint was borne out the improvement is recorded before the end, else that none is needed, or one."""
    for outcome in ("borne-out", "partly-borne-out"):
        ripe = decided(outcome).does("notified", by="company").does("tracked", by="company")
        ripe.does("summarised", by="company")
        found = ripe.refusal("closed", by="company")
        assert found is not None
        assert (found.reason, found.names) == (RefusalReason.MEASURE_FIRST, ("improvement",))
        assert ripe.seals("measure-set", "improvement", by="company").does("closed", by="company").ended
        assert ripe.seal_refused("measure-set", by="company") is None
    life = planned().decides("not-borne-out", by="company", to="tracking")
    assert life.seal_refused("measure-set", by="company") is None
    assert decided("borne-out").seal_refused("measure-set", by="company") is RefusalReason.MEASURE_FIRST
    assert life.refused("measure-set", by="receptionist") is RefusalReason.WRONG_ROLE
    assert life.seals("measure-set", "improvement", by="company").sealed.measures == ("improvement",)
    assert life.seal_refused("measure-set", "warning", by="company") is RefusalReason.NO_SUCH_MEASURE


@mark("P02", "E12", rests_on=ENGINE)
def coordination() -> None:
    """Other departments are brought in while the complaint is handled: each records what it has done, and no other."""
    assert accepted().refused("coordinated", by="company") is RefusalReason.NOT_HERE
    life = accepted().does("checked", by="company")
    assert life.refused("department-received", by=DEPARTMENT) is RefusalReason.FIRST
    assert life.refused("routed", by=DEPARTMENT, departments="workshop") is RefusalReason.WRONG_ROLE
    life.does("routed", by="company", departments="workshop,stores").does("coordinated", by="company")
    assert life.case.departments == ("workshop", "stores")
    assert life.refused("task-done", by=DEPARTMENT) is RefusalReason.FIRST
    assert life.refused("task-done", by="company") is RefusalReason.WRONG_ROLE
    life.does("department-received", by=DEPARTMENT).does("task-done", by=DEPARTMENT)
    assert [event.role for event in life.events("task-done")] == [DEPARTMENT]
    assert life.refused("decided", by=DEPARTMENT, to="tracking") is not None
    assert life.stage == "handling"


@mark("P02", "F1", rests_on=SEALED)
def truth() -> None:
    """Whether the complaint is true is said in the decision: wholly, partly, or not."""
    life = planned()
    for outcome in ("borne-out", "partly-borne-out", "not-borne-out"):
        assert life.verdict_refused(outcome, by="company", to="tracking") is None
    assert life.verdict_refused("maybe", by="company", to="tracking") is RefusalReason.NO_SUCH_OUTCOME
    assert life.verdict_refused("borne-out", "not-borne-out", by="company") is RefusalReason.NO_SUCH_OUTCOME


@mark("P02", "G5", rests_on=(CLOCK, HINDERED))
def prescribed_time() -> None:
    """The time of handling is a blank that must be bound; bound to 15 working days it ends on the fifteenth."""
    assert "limits.handling" in shipped_policy("customer-complaint-framework").unbound()
    assert policy_of("P02").unbound() == ()
    life = Life("P02")
    assert life.due("handling") == "2026-03-23"
    assert life.stands("handling", "2026-03-23T23:59") == ClockStatus.RUNNING
    assert life.stands("handling", "2026-03-24") == ClockStatus.MISSED


@mark("P02", "G9", rests_on=CLOCK)
def promptly() -> None:
    """Taking up, offering a solution and telling the result are due promptly, each from its own start."""
    life = Life("P02")
    assert [life.stands(name) for name in ("acceptance", "solution", "feedback")] == [
        ClockStatus.PROMPTLY, ClockStatus.NOT_STARTED, ClockStatus.NOT_STARTED,
    ]  # fmt: skip
    life = accepted()
    assert [life.stands(name) for name in ("acceptance", "solution")] == [ClockStatus.SATISFIED, ClockStatus.PROMPTLY]
    assert decided().stands("feedback", "2027-03-02") == ClockStatus.PROMPTLY


@mark("P02", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The customer is told the result before the complaint is summed up."""
    life = decided().does("tracked", by="company")
    assert life.refused("summarised", by="company") is RefusalReason.FIRST
    life.tells("notified", by="company")
    assert life.does("summarised", by="company").stage == "summary"


@mark("P02", "H3", rests_on=(VIEW, ENGINE))
def survey() -> None:
    """After the result a survey is owed; the customer's own rating answers it."""
    life = decided()
    assert life.refused("view-heard", by="company") is RefusalReason.FIRST
    assert view(life.policy, life.case).hearing is Hearing.TOO_EARLY
    life.does("notified", by="company")
    found = view(life.policy, life.case)
    assert (found.hearing, found.use) == (Hearing.DUE, SatisfactionUse.SURVEY)
    life.reporter("rated")
    assert view(life.policy, life.case).hearing is Hearing.HEARD


@mark("P02", "H5", rests_on=ENGINE)
def tracking() -> None:
    """The solution is tracked: without it there is no summing up and no end."""
    life = decided("not-borne-out").does("notified", by="company")
    assert life.refused("summarised", by="company") is RefusalReason.FIRST
    assert life.refused("closed", by="company") is RefusalReason.NOT_HERE
    life.does("tracked", by="company", on="2026-03-20").does("summarised", by="company")
    assert life.seals("measure-set", by="company").does("closed", by="company").ended


@mark("P02", "K3", rests_on=(FIGURES, WEAK))
def analysis() -> None:
    """Complaints are counted by month, and what is handled too late is named as a weak point."""
    found = block("P02", untouched("P02"), "2026-07-01")
    assert trend(found) == (("2026-03", 7), ("2026-04", 13))
    assert [(point.weakness, point.at_least) for point in weak_points(found) if point.id == "handling"] == [
        (Weakness.LATE, 75)
    ]


@mark("P02", "K4", rests_on=(REPORT, STANDING))
def report_to_leadership() -> None:
    """The report is owed to the leadership, overdue on the day after its last, and says how many came in."""
    owed = duty("report")
    since = moment(FIRST_DAY).date()
    assert owed.to == "leadership"
    assert duty_state(owed, since, (), OFFICE, moment("2026-06-02").date()).status is DutyStatus.DUE
    assert duty_state(owed, since, (), OFFICE, moment("2026-06-03").date()).status is DutyStatus.OVERDUE
    found = counted("P02", [Life("P02") for _ in range(6)], "2026-03-03")
    bound = policy_of("P02")
    told = report(found, {bound.id: bound}, Words("公司", "Company"), ReportAudience.LEADERSHIP, "zh")
    assert "本期共收到 6 件。" in told.sections[0].sentences
    assert any("定期向公司领导层报告" in sentence for section in told.sections for sentence in section.sentences)


@mark("P02", "K5", rests_on=(RECURRING, STANDING))
def evaluation() -> None:
    """Results are evaluated in the rhythm that the office binds: half a year here."""
    owed = duty("evaluation")
    since = moment(FIRST_DAY).date()
    assert duty_state(owed, since, (), OFFICE, moment("2026-09-02").date()).status is DutyStatus.DUE
    assert duty_state(owed, since, (), OFFICE, moment("2026-09-04").date()).late == 2


@mark("P02", "K6", rests_on=(VERSIONS, RECURRING, STANDING))
def revision() -> None:
    """The policy itself is due for revision after a year, and governs what comes in from its day on."""
    owed = duty("revision")
    since = moment(FIRST_DAY).date()
    assert duty_state(owed, since, (), OFFICE, moment("2027-03-01").date()).status is DutyStatus.DONE
    assert duty_state(owed, since, (), OFFICE, moment("2027-03-03").date()).status is DutyStatus.OVERDUE
    assert in_force([policy_of("P02")], moment("2025-12-31").date()) is None
    assert in_force([policy_of("P02")], moment("2026-01-01").date()) is policy_of("P02")
