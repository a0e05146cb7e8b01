"""P18, complaints of employees with limits by gravity: from the complaint to the answer, as its text says it can do."""

from __future__ import annotations

from casework.engine.refusals import Refusal, RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.intake.registration import missing_fields
from casework.obligations.grade_duties import grade_duties
from casework.protection.conduct import duties_of
from casework.rules.acts import Act
from casework.rules.clauses import DutyOf
from tests.casework.marks.book import mark
from tests.casework.marks.code import ATTENTION, DUTIES, ENGINE, FIELDS, INTAKE, PAGE, SEALED
from tests.casework.marks.desk import report_page, taken, turned_back
from tests.casework.marks.life import Life, policy_of

HR, DEPARTMENT, SUPERIOR = "hr", "related-department", "superior"
OVERSIGHT, LEADERS = "oversight", "leadership"


def registered(when: str = "2026-03-02") -> Life:
    """A complaint that was registered and whose complainant knows the procedure."""
    return Life("P18", when).does("registered", by=HR).does("procedure-told", by=HR)


def reviewed(grade: str = "general", when: str = "2026-03-02") -> Life:
    """One whose nature and gravity are known."""
    life = registered(when).does("checked", by=HR).does("classified", by=HR, classification="pay")
    return life.does("graded", by=HR, grade=grade)


def routed(grade: str = "general", when: str = "2026-03-02", departments: str = "payroll") -> Life:
    """One that was passed on to the departments it belongs to."""
    return reviewed(grade, when).does("routed", by=HR, departments=departments)


def investigated(grade: str = "general", when: str = "2026-03-02") -> Life:
    """One that the department looked into, and whose findings HR has."""
    life = routed(grade, when).does("department-received", by=DEPARTMENT).does("evidence-gathered", by=DEPARTMENT)
    return life.does("report-formed", by=DEPARTMENT).does("report-submitted", by=DEPARTMENT)


def decided(outcome: str = "reasonable", when: str = "2026-03-02", grade: str = "general") -> Life:
    """One that was decided after its findings were shown."""
    life = investigated(grade, when).does("findings-shown", by=HR)
    return life.decides(outcome, by=DEPARTMENT, to="answer")


@mark("P18", "A1", rests_on=INTAKE)
def all_staff() -> None:
    """Every regular employee may complain; somebody from outside is heard, and marked as not named."""
    found = taken("P18", "mailbox", subject="employee")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("正式员工", ())
    assert taken("P18", "mailbox", subject="customer").outside == (Outside.SUBJECT,)


@mark("P18", "A2", rests_on=INTAKE)
def temporary_and_interns() -> None:
    """Temporary staff and interns are named like the others; a contractor is heard, and marked as not named."""
    for subject, name in (("temporary", "临时员工"), ("intern", "实习生")):
        found = taken("P18", "mailbox", subject=subject)
        assert found.subject is not None
        assert (found.subject.name.zh, found.outside) == (name, ())
    assert taken("P18", "mailbox", subject="contractor").outside == (Outside.SUBJECT,)


@mark("P18", "A6", rests_on=(INTAKE, ENGINE))
def catalogue() -> None:
    """Four kinds of matter "and not only those": a fifth takes all others, at the form and at the review."""
    assert turned_back("P18", "mailbox", category="parking") is IntakeReason.NO_SUCH_CATEGORY
    found = taken("P18", "mailbox", category="other").category
    assert found is not None
    assert found.zh == "其他方面"
    assert registered().does("classified", by=HR, classification="other").case.codes["classification"] == "other"


@mark("P18", "B1", rests_on=INTAKE)
def hotline() -> None:
    """What comes by the hotline is written down by a member, and reaches HR."""
    found = taken("P18", "hotline", by=HR)
    assert (found.channel.name.zh, found.addressees) == ("投诉热线", (HR,))


@mark("P18", "B2", rests_on=INTAKE)
def mailbox() -> None:
    """The internal complaint mailbox reaches HR, and nobody has to write it down."""
    found = taken("P18", "mailbox")
    assert (found.channel.name.zh, found.addressees) == ("内部投诉邮箱", (HR,))


@mark("P18", "B7", rests_on=INTAKE)
def addressee() -> None:
    """Direct superior, HR or the oversight department; what concerns the superior goes to the oversight department."""
    assert [taken("P18", one, by=HR).addressees for one in ("superior", "hr", "oversight")] == [
        (SUPERIOR,),
        (HR,),
        (OVERSIGHT,),
    ]
    found = taken("P18", "superior", concerned=SUPERIOR)
    assert (found.addressees, found.diverted) == ((OVERSIGHT,), True)
    asked = next(one for one in policy_of("P18").questions if one.id == "addressee")
    assert [one.id for one in asked.choices] == [SUPERIOR, HR, OVERSIGHT]


@mark("P18", "C1", rests_on=(PAGE, INTAKE, FIELDS))
def concrete_content() -> None:
    """The page asks for concrete and definite content; with an account, nothing else is a condition."""
    hint = report_page("P18").hint
    assert hint is not None
    assert hint.zh == "内容应具体、明确。"
    assert [field.name.zh for field in missing_fields(policy_of("P18").rules, ())] == ["投诉内容"]
    assert taken("P18", "hr").gaps == ()


@mark("P18", "C4", rests_on=ENGINE)
def registration() -> None:
    """HR registers before anything else is done with it, and nobody else does."""
    life = Life("P18")
    assert life.refused("procedure-told", by=HR) is RefusalReason.FIRST
    assert life.refused("registered", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    assert life.does("registered", by=HR).refused("procedure-told", by=HR) is None


@mark("P18", "C7", rests_on=ENGINE)
def procedure_told() -> None:
    """The complainant is told the procedure, in an item of their own, before the review begins."""
    life = Life("P18").does("registered", by=HR)
    assert life.refused("checked", by=HR) is RefusalReason.NOT_HERE
    life.tells("procedure-told", by=HR)
    assert life.stage == "review"


@mark("P18", "D1", rests_on=ENGINE)
def nature() -> None:
    """HR determines the nature of a complaint in one of the policy's words, and without it nothing is passed on."""
    life = registered().does("checked", by=HR).does("graded", by=HR, grade="general")
    assert life.refused("routed", by=HR, departments="payroll") is RefusalReason.FIRST
    assert life.refused("classified", by=HR, classification="parking") is RefusalReason.WRONG_CODE
    assert life.refused("classified", by=DEPARTMENT, classification="relations") is RefusalReason.WRONG_ROLE
    life.does("classified", by=HR, classification="relations")
    assert life.refused("routed", by=HR, departments="payroll") is None


@mark("P18", "D2", rests_on=ENGINE)
def gravity() -> None:
    """A complaint is graded general or major before it is passed on."""
    life = registered().does("checked", by=HR).does("classified", by=HR, classification="pay")
    assert life.refused("routed", by=HR, departments="payroll") is RefusalReason.FIRST
    assert life.refused("graded", by=HR, grade="gigantic") is RefusalReason.WRONG_CODE
    assert life.refused("graded", by=DEPARTMENT, grade="major") is RefusalReason.WRONG_ROLE
    assert life.does("graded", by=HR, grade="major").case.codes["grade"] == "major"


@mark("P18", "D3", rests_on=(ATTENTION, ENGINE))
def leadership_attends() -> None:
    """A major complaint is the leadership's own concern, at any stage; a general one is none of theirs."""
    major, general = reviewed("major"), reviewed("general")
    assert grade_duties(major.policy, major.case).attended_by == LEADERS
    assert grade_duties(general.policy, general.case).attended_by is None
    assert general.refused("overseen", by=LEADERS) is RefusalReason.ANOTHER_GRADE
    assert major.refused("overseen", by=LEADERS) is None
    assert routed("major").does("overseen", by=LEADERS).stage == "investigation"


@mark("P18", "D4", rests_on=ENGINE)
def owning_department() -> None:
    """HR names the department it belongs to, and from then on that department works."""
    life = reviewed()
    assert life.refused("routed", by=HR) is RefusalReason.WRONG_CODE
    life.does("routed", by=HR, departments="payroll")
    assert (life.case.departments, life.stage) == (("payroll",), "investigation")
    assert life.refused("department-received", by=HR) is RefusalReason.WRONG_ROLE


@mark("P18", "E1", rests_on=ENGINE)
def preliminary_review() -> None:
    """HR looks at a complaint first: nature, gravity, department. Until then no department looks into it."""
    life = registered()
    assert {"checked", "classified", "graded"} <= life.may(by=HR)
    for act in ("department-received", "evidence-gathered", "report-formed"):
        assert life.refused(act, by=DEPARTMENT) is RefusalReason.NOT_HERE
    life.does("classified", by=HR, classification="pay").does("graded", by=HR, grade="general")
    assert life.refused("routed", by=HR, departments="payroll") is RefusalReason.FIRST
    assert life.does("checked", by=HR).stage == "review"
    assert life.refused("routed", by=HR, departments="payroll") is None


@mark("P18", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The department gathers evidence and writes a report, both sealed, before it hands anything to HR."""
    life = routed().does("department-received", by=DEPARTMENT).does("evidence-gathered", by=DEPARTMENT)
    assert life.refused("report-submitted", by=DEPARTMENT) is RefusalReason.FIRST
    assert life.refused("evidence-gathered", by=HR) is RefusalReason.WRONG_ROLE
    life.does("report-formed", by=DEPARTMENT)
    assert all(event.item is not None for event in life.events("evidence-gathered", "report-formed"))
    assert life.does("report-submitted", by=DEPARTMENT).stage == "findings"


@mark("P18", "E6", rests_on=ENGINE)
def findings_told() -> None:
    """The findings go through HR to the complainant before anything is decided; the department does not tell them."""
    life = investigated()
    assert life.refused("decided", by=DEPARTMENT, to="answer") is RefusalReason.NOT_HERE
    assert life.refused("findings-shown", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    life.tells("findings-shown", by=HR)
    assert life.stage == "solving"


@mark("P18", "E10", rests_on=ENGINE)
def action_taken() -> None:
    """The department puts things right itself, and the case does not end before it did."""
    life = decided().does("notified", by=HR)
    assert life.refused("executed", by=HR) is RefusalReason.WRONG_ROLE
    assert life.refused("closed", by=HR) is RefusalReason.FIRST
    assert life.does("executed", by=DEPARTMENT).does("closed", by=HR).ended


@mark("P18", "E12", rests_on=ENGINE)
def across_departments() -> None:
    """What needs several departments is coordinated by HR, with each of them on the record."""
    life = routed(departments="payroll,legal").does("department-received", by=DEPARTMENT)
    life.does("report-formed", by=DEPARTMENT).does("report-submitted", by=DEPARTMENT).does("findings-shown", by=HR)
    assert life.case.departments == ("payroll", "legal")
    assert life.refused("coordinated", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    assert [event.role for event in life.does("coordinated", by=HR).events("coordinated")] == [HR]


@mark("P18", "E14", rests_on=(ATTENTION, ENGINE))
def reported_up() -> None:
    """A major complaint owes the report to the leadership and their presence, and does not end before the report."""
    life = routed("major")
    owed = grade_duties(life.policy, life.case)
    assert (owed.to, owed.due) == (LEADERS, (Act.REPORTED_UP, Act.OVERSEEN))
    life.does("reported-up", by=HR).does("overseen", by=OVERSIGHT)
    assert grade_duties(life.policy, life.case).due == (Act.OVERSEEN,)
    life.does("overseen", by=LEADERS)
    assert grade_duties(life.policy, life.case).due == ()
    assert routed("general").refused("reported-up", by=HR) is RefusalReason.ANOTHER_GRADE
    life = decided(grade="major").does("executed", by=DEPARTMENT).does("notified", by=HR)
    for closer in (HR, DEPARTMENT):
        assert life.refusal("closed", by=closer) == Refusal(RefusalReason.FIRST, (Act.REPORTED_UP,))
    # The leadership's own attention stays owed; somebody else, or nobody, may be all that is left of it.
    assert life.does("reported-up", by=HR).does("closed", by=HR).ended
    assert grade_duties(life.policy, life.case).due == (Act.OVERSEEN,)


@mark("P18", "F1", rests_on=SEALED)
def reasonable_and_lawful() -> None:
    """A complaint is reasonable and lawful or it is not: one of two words, and the stage does not tell which."""
    life = investigated().does("findings-shown", by=HR)
    assert life.verdict_refused("reasonable", by=DEPARTMENT, to="answer") is None
    assert life.verdict_refused("reasonable", "unreasonable", by=DEPARTMENT) is RefusalReason.NO_SUCH_OUTCOME
    assert life.verdict_refused("substantiated", by=DEPARTMENT) is RefusalReason.NO_SUCH_OUTCOME
    assert {decided("reasonable").stage, decided("unreasonable").stage} == {"answer"}


@mark("P18", "F3", rests_on=(DUTIES, SEALED))
def explained() -> None:
    """An unreasonable complaint is explained with patience: a duty of handlers, told to the complainant, no penalty."""
    patience, guidance = duties_of(policy_of("P18"), DutyOf.HANDLER)
    assert patience.text.zh == "对不合理、非法的投诉耐心解释、引导"
    assert (guidance.by, guidance.text.zh[-9:]) == (DEPARTMENT, "指导其正确反映问题")
    life = decided("unreasonable")
    assert life.seal_refused("malice-proposed", by=DEPARTMENT) is RefusalReason.NO_MALICE_RULE
    assert life.seal_refused("compensated", by=DEPARTMENT) is RefusalReason.NOT_UPHELD
    life.does("executed", by=DEPARTMENT)
    assert life.refused("closed", by=DEPARTMENT) is RefusalReason.FIRST
    assert life.does("notified", by=DEPARTMENT).does("closed", by=DEPARTMENT).ended
