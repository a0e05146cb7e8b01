"""P08, complaints of employees to a body of their own: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.intake.sheets import IN_THE_ACCOUNT
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.protection.conduct import duties_of, overdue
from casework.protection.secrecy import About, Silence, disclosure, protected
from casework.protection.view import Hearing, view
from casework.rules.clauses import DisclosureGround, DutyOf
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ACTS_FOR,
    CLAUSES,
    CLOCK,
    DISCLOSURE,
    DUTIES,
    ENGINE,
    INTAKE,
    OVERDUE,
    PAGE,
    PROTECTED,
    SEALED,
    SHEET,
    VIEW,
)
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken, turned_back
from tests.casework.marks.life import OFFICE, Life, moment, policy_of
from tests.casework.policies import text_alone

BODY, LEADERS, DEPARTMENT = "complaint-body", "leadership", "related-department"


def registered(when: str = "2026-03-02T10:00") -> Life:
    """A complaint that was registered and acknowledged."""
    return Life("P08", when).does("registered", by=BODY).does("acknowledged", by=BODY)


def drafted() -> Life:
    """One whose handling was proposed to the leadership."""
    return registered().does("evidence-gathered", by=BODY).does("plan-drafted", by=BODY)


def decided(outcome: str = "borne-out") -> Life:
    """One that was approved and decided."""
    return drafted().does("approved", by=LEADERS).decides(outcome, by=BODY, to="implementation")


def told(outcome: str = "borne-out") -> Life:
    """One that was carried out and told."""
    return decided(outcome).does("executed", by=DEPARTMENT).does("notified", by=BODY)


@mark("P08", "A1", rests_on=INTAKE)
def all_staff() -> None:
    """All regular employees may complain; somebody from outside is heard, and marked as not named."""
    found = taken("P08", "platform", subject="employee")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("正式员工", ())
    assert taken("P08", "platform", subject="customer").outside == (Outside.SUBJECT,)


@mark("P08", "A2", rests_on=INTAKE)
def temporary_and_interns() -> None:
    """So may temporary staff and interns; a contractor is heard, and marked as not named."""
    for subject in ("temporary", "intern"):
        found = taken("P08", "mailbox", subject=subject)
        assert found.subject is not None
        assert (found.subject.id, found.outside) == (subject, ())
    assert taken("P08", "mailbox", subject="contractor").outside == (Outside.SUBJECT,)


@mark("P08", "A6", rests_on=INTAKE)
def catalogue() -> None:
    """Six kinds of matter and one for all other rights of employees."""
    found = taken("P08", "platform", category="other").category
    assert found is not None
    assert found.zh == "其他影响员工合法权益的问题"
    assert turned_back("P08", "platform", category="lottery") is IntakeReason.NO_SUCH_CATEGORY


@mark("P08", "B2", rests_on=INTAKE)
def email() -> None:
    """E-mail reaches the complaint body."""
    assert (taken("P08", "mailbox").channel.name.zh, taken("P08", "mailbox").addressees) == ("电子邮件", (BODY,))


@mark("P08", "B3", rests_on=(PAGE, ACTS_FOR))
def inner_platform() -> None:
    """The platform is the report page; a report logged as come by it is not acted on where no reader is of the body."""
    assert (report_page("P08").title.zh, report_page("P08").label.zh) == (policy_of("P08").title.zh, "投诉什么事？")
    assert taken("P08", "platform").channel.name.zh == "公司内部投诉平台"
    assert acted_for("P08", "platform", BODY)
    assert not acted_for("P08", "platform", "hr")


@mark("P08", "B4", rests_on=INTAKE)
def in_writing() -> None:
    """A complaint on paper is one of the ways of the text and reaches the complaint body."""
    found = logged("P08", "letter")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("书面", (BODY,), False)
    assert found.intake.channel.kind == "letter"


@mark("P08", "B5", rests_on=INTAKE)
def spoken() -> None:
    """A spoken complaint counts as it is."""
    found = logged("P08", "oral")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("口头", (BODY,), False)
    assert not found.intake.to_be_written


@mark("P08", "C1", rests_on=(SHEET, INTAKE))
def content() -> None:
    """Name, department, contact and matter are needed, the factual basis is asked for; the form has a line for each."""
    gaps = taken("P08", "letter").gaps
    assert [(gap.name.zh, gap.need) for gap in gaps] == [
        ("投诉人姓名", "required"), ("部门", "required"), ("联系方式", "required"), ("事实依据", "asked"),
    ]  # fmt: skip
    rows = form("P08", "letter", fields={"name": "王强", "department": "二车间", "basis": "工资条"}).rows[-5:]
    assert [row.label.zh for row in rows] == ["投诉人姓名", "部门", "联系方式", "投诉事项", "事实依据"]
    assert [row.value.zh for row in rows] == ["王强", "二车间", "未提供", IN_THE_ACCOUNT.zh, "工资条"]


@mark("P08", "C2", rests_on=INTAKE)
def factual_basis() -> None:
    """The factual basis is asked of the complainant until it is there."""
    fields = {"name": "李", "department": "二车间", "contact": "信箱", "matter": "欠薪"}
    assert [gap.id for gap in taken("P08", "platform", fields=fields).gaps] == ["basis"]
    assert taken("P08", "platform", fields=fields | {"basis": "工资条"}).complete


@mark("P08", "C3", rests_on=(SHEET, INTAKE))
def who_complains() -> None:
    """Name, department and contact stand on the register; anyone who gives none is heard all the same."""
    found = taken("P08", "platform", fields={"matter": "欠薪"})
    sheet = form("P08", "platform", fields={"matter": "欠薪"})
    assert [row.value.zh for row in sheet.rows[-5:-2]] == ["未提供", "未提供", "未提供"]
    assert {"name", "department", "contact"} <= {gap.id for gap in found.gaps}


@mark("P08", "C4", rests_on=(CLOCK, ENGINE))
def registered_in_time() -> None:
    """Registered within 24 hours by the body, before anything is acknowledged."""
    life = Life("P08", "2026-03-02T10:00")
    assert life.refused("acknowledged", by=BODY) is RefusalReason.FIRST
    assert life.refused("registered", by="hr") is RefusalReason.WRONG_ROLE
    life.does("registered", by=BODY, on="2026-03-03T10:00")
    assert life.stands("registration") == ClockStatus.RUNNING
    assert Life("P08", "2026-03-02T10:00").stands("registration", "2026-03-03T10:01") == ClockStatus.MISSED


@mark("P08", "C6", rests_on=(CLOCK, ENGINE))
def acknowledged() -> None:
    """The complainant is told that it was registered: only then is the day's duty done."""
    life = Life("P08", "2026-03-02T10:00").does("registered", by=BODY).tells("acknowledged", by=BODY)
    assert life.stands("registration") == ClockStatus.SATISFIED
    assert life.stage == "investigation"


@mark("P08", "D5", rests_on=ENGINE)
def body() -> None:
    """A body of its own receives, investigates and answers: HR does none of it, the others neither of the first two."""
    for other in ("hr", LEADERS, DEPARTMENT):
        assert Life("P08").refused("registered", by=other) is RefusalReason.WRONG_ROLE
        # A department that was invited takes part; nobody else looks into it.
        expected = RefusalReason.FIRST if other == DEPARTMENT else RefusalReason.WRONG_ROLE
        assert registered().refused("evidence-gathered", by=other) is expected
    assert registered().refused("evidence-gathered", by=BODY) is None
    answering = decided().does("executed", by=DEPARTMENT)
    assert answering.refused("notified", by="hr") is RefusalReason.WRONG_ROLE
    assert answering.refused("notified", by=BODY) is None


@mark("P08", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The body looks into the matter before it proposes anything to the leadership."""
    life = Life("P08").does("registered", by=BODY)
    assert life.refused("plan-drafted", by=BODY) is RefusalReason.NOT_HERE
    life.does("acknowledged", by=BODY).does("evidence-gathered", by=BODY)
    assert life.events("evidence-gathered")[0].item is not None


@mark("P08", "E7", rests_on=ENGINE)
def opinion() -> None:
    """From what was found the body drafts an opinion, which goes up for approval."""
    life = registered()
    assert life.refused("decided", by=BODY, to="implementation") is RefusalReason.NOT_HERE
    assert life.refused("plan-drafted", by=LEADERS) is RefusalReason.WRONG_ROLE
    assert life.refused("plan-drafted", by=BODY) is RefusalReason.FIRST
    life.does("evidence-gathered", by=BODY).does("plan-drafted", by=BODY)
    assert (life.stage, life.events("plan-drafted")[0].item is not None) == ("approval", True)


@mark("P08", "E8", rests_on=ENGINE)
def approval() -> None:
    """The leadership approves before the body decides, or sends the matter back; the body never approves itself."""
    life = drafted()
    assert life.refused("decided", by=BODY, to="implementation") is RefusalReason.FIRST
    assert life.refused("approved", by=BODY) is RefusalReason.WRONG_ROLE
    assert life.member(LEADERS, 3) == life.member(BODY)
    assert life.refused("approved", by=LEADERS, member=3) is RefusalReason.SAME_PERSON
    assert drafted().does("sent-back", by=LEADERS).stage == "investigation"
    life.does("approved", by=LEADERS)
    assert life.refused("decided", by=BODY, to="implementation") is None


@mark("P08", "E10", rests_on=ENGINE)
def implementation() -> None:
    """The departments concerned carry it out, not the body that decided."""
    life = decided()
    assert life.refused("executed", by=BODY) is RefusalReason.WRONG_ROLE
    assert life.refused("measure-set", by=BODY) is RefusalReason.WRONG_ROLE
    assert life.refused("notified", by=BODY) is RefusalReason.NOT_HERE
    assert life.does("executed", by=DEPARTMENT).stage == "feedback"


@mark("P08", "E12", rests_on=ENGINE)
def others_invited() -> None:
    """Other departments are invited where needed, by the body, while it investigates."""
    assert registered().does("coordinated", by=BODY).stage == "investigation"
    assert registered().refused("evidence-gathered", by=DEPARTMENT) is RefusalReason.FIRST
    assert registered().refused("routed", by=DEPARTMENT, departments="workshop") is RefusalReason.WRONG_ROLE
    invited = registered().does("routed", by=BODY, departments="workshop").does("evidence-gathered", by=DEPARTMENT)
    assert [event.role for event in invited.events("evidence-gathered")] == [DEPARTMENT]
    assert (invited.stage, invited.case.departments) == ("investigation", ("workshop",))
    assert registered().refused("coordinated", by=LEADERS) is RefusalReason.WRONG_ROLE
    assert drafted().refused("coordinated", by=BODY) is RefusalReason.NOT_HERE


@mark("P08", "G1", rests_on=CLOCK)
def a_day_of_hours() -> None:
    """Registered and told within 24 hours: in time at the minute, late after it, even where it was registered."""
    life = Life("P08", "2026-03-06T18:00").does("registered", by=BODY)
    assert life.due("registration") == "2026-03-07T18:00"
    assert life.stands("registration", "2026-03-07T18:01") == ClockStatus.MISSED
    assert life.does("acknowledged", by=BODY, on="2026-03-07T18:01").stands("registration") == ClockStatus.LATE


@mark("P08", "G5", rests_on=(CLOCK, "casework.policy.policy:Policy.unbound"))
def prescribed_time() -> None:
    """The prescribed time of handling must be bound; bound to 30 working days it runs over Qingming and May Day."""
    assert "limits.handling" in shipped_policy("employee-complaint-resolution").unbound()
    assert policy_of("P08").unbound() == ()
    life = Life("P08", "2026-04-01")
    assert life.due("handling") == "2026-05-18"
    assert life.stands("handling", "2026-05-19") == ClockStatus.MISSED


@mark("P08", "G9", rests_on=CLOCK)
def promptly() -> None:
    """What was decided is carried out promptly: from the decision, without a number."""
    assert drafted().stands("implementation") == ClockStatus.NOT_STARTED
    assert decided().stands("implementation", "2026-12-01") == ClockStatus.PROMPTLY


@mark("P08", "G10", rests_on=OVERDUE)
def overdue_seen() -> None:
    """Whatever was not done in time is seen, from the minute after, and whose it was answers for it."""
    life = Life("P08", "2026-03-02T10:00")
    assert overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-03-03T10:00")) == ()
    seen = overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-03-03T10:01"))
    assert [(one.clock, one.who) for one in seen] == [("registration", BODY)]
    both = overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-06-01"))
    assert [one.clock for one in both] == ["registration", "handling"]
    assert both[0].clause is not None
    assert (both[0].answers, "承担责任" in both[0].clause.text.zh) == ((BODY,), True)


@mark("P08", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The complainant is told the result after it was carried out, and before the case is closed."""
    life = decided().does("executed", by=DEPARTMENT)
    assert life.refused("closed", by=BODY) is RefusalReason.FIRST
    life.tells("notified", by=BODY)


@mark("P08", "H3", rests_on=(VIEW, ENGINE))
def heard() -> None:
    """The complainant's view is heard before the case closes, or the wait for it has run out."""
    life = told()
    assert view(life.policy, life.case).hearing is Hearing.DUE
    assert life.refused("closed", by=BODY) is RefusalReason.FIRST
    life.does("view-heard", by=BODY)
    assert view(life.policy, life.case).hearing is Hearing.HEARD
    assert life.does("closed", by=BODY).ended
    assert told().does("closed", by=BODY, on="2026-03-17").ended


@mark("P08", "J1", rests_on=(PROTECTED, DISCLOSURE))
def secrecy() -> None:
    """The complainant's and everybody else's privacy is guarded, the respondent's too; no ground opens it."""
    policy = policy_of("P08")
    assert protected(policy) == {About.REPORTER, About.CONTENT, About.RESPONDENT}
    assert disclosure(policy, About.RESPONDENT, DisclosureGround.NEED).why is Silence.NO_GROUND


@mark("P08", "J4", rests_on=(DUTIES, PAGE))
def truth() -> None:
    """The complainant owes true, exact and complete information, and the page of the report says so."""
    (duty,) = duties_of(policy_of("P08"), DutyOf.REPORTER)
    assert duty.text.zh == "提供真实、准确、完整的投诉信息"
    hint = report_page("P08").hint
    assert hint is not None
    assert hint.zh == "投诉事项及事实依据。请提供真实、准确、完整的信息。"
    assert duties_of(policy_of("P08"), DutyOf.RESPONDENT) == ()


@mark("P08", "J5", rests_on=(SEALED, ENGINE))
def malice() -> None:
    """False accusation is proposed by the body and approved by the leadership; an unfounded complaint alone is none."""
    life = told("not-borne-out")
    assert life.sealed.malice_approved_by is None
    life.seals("malice-proposed", by=BODY, member=2)
    assert life.refused("malice-approved", by=BODY, member=3) is RefusalReason.WRONG_ROLE
    assert life.seals("malice-approved", by=LEADERS).sealed.malice_approved_by == life.member(LEADERS)


@mark("P08", "J7", rests_on=OVERDUE)
def liability() -> None:
    """The body that registered too late answers for it, in the words of the text, and one in time for nothing."""
    assert overdue(text_alone(policy_of("P08")), registered().case, OFFICE, moment("2026-03-04T10:00")) == ()
    life = Life("P08", "2026-03-02T10:00")
    (found,) = overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-03-04T10:00"))
    assert found.clause is not None
    assert found.clause.text.zh == "未按期处理或处理不当的，机构及责任人承担责任"
    assert (found.answers, found.late) == ((BODY,), 1)


@mark("P08", "K7", rests_on=CLAUSES)
def basis() -> None:
    """The policy rests on the state's laws and is interpreted by HR, who do not handle its cases."""
    lines = list(describe_clauses(policy_of("P08"), in_chinese))
    assert lines[lines.index("\n依据") + 1] == "  国家相关法律法规"
    assert lines[lines.index("\n解释") + 1] == "  由公司人力资源部负责解释 (人力资源部)"
    assert "\nBased on" in list(describe_clauses(policy_of("P08"), in_english))
