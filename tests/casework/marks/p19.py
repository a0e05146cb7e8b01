"""P19, complaints of employees with review and publication: from the complaint to its publication."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese
from casework.protection.publicity import Account, Withheld, public_text, published_case, recorded_as
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Published
from casework.rules.roles import RoleId
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    BLANKED,
    CLAUSES,
    CLOCK,
    ENGINE,
    INTAKE,
    PAGE,
    PUBLIC_TEXT,
    PUBLISHED,
    RECORDED,
    SEALED,
)
from tests.casework.marks.desk import logged, report_page, taken, turned_back
from tests.casework.marks.life import Life, policy_of

HR, OWNER, SUPERIOR, COMPANY = "hr", "owning-department", "superior", "company"


def routed(when: str = "2026-03-02") -> Life:
    """A complaint that was reviewed and passed on to the department it belongs to."""
    return Life("P19", when).does("checked", by=HR).does("routed", by=HR, departments="sales")


def investigated(when: str = "2026-03-02") -> Life:
    """One whose report and opinion are written."""
    life = routed(when).does("department-received", by=OWNER).does("evidence-gathered", by=OWNER)
    return life.does("report-formed", by=OWNER).does("plan-drafted", by=OWNER)


def submitted(when: str = "2026-03-02") -> Life:
    """One that lies with HR for review."""
    return investigated(when).does("report-submitted", by=OWNER)


def decided(outcome: str = "borne-out", when: str = "2026-03-02") -> Life:
    """One that HR approved and decided."""
    return submitted(when).does("approved", by=HR).decides(outcome, by=HR, to="notice")


def told(outcome: str = "borne-out", when: str = "2026-03-02") -> Life:
    """One whose complainant was told."""
    return decided(outcome, when).does("notified", by=HR)


@mark("P19", "A1", rests_on=INTAKE)
def all_staff() -> None:
    """Every employee may complain; an outsider is heard, and marked as not named."""
    found = taken("P19", "mailbox", subject="employee")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("公司全体员工", ())
    assert taken("P19", "mailbox", subject="customer").outside == (Outside.SUBJECT,)


@mark("P19", "A8", rests_on=(PAGE, CLAUSES, INTAKE))
def every_department() -> None:
    """It says that it holds for all departments: they may complain themselves, and what concerns none is marked."""
    assert [one.zh for one in report_page("P19").applies] == ["公司全体员工及公司内部各部门"]
    lines = list(describe_clauses(policy_of("P19"), in_chinese))
    assert lines[lines.index("\n适用范围") + 1] == "  公司全体员工及公司内部各部门"
    found = taken("P19", "mailbox", subject="department", entity="workshop")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("公司内部各部门", ())
    assert taken("P19", "mailbox", entity="supplier").outside == (Outside.ENTITY,)


@mark("P19", "B2", rests_on=INTAKE)
def mail() -> None:
    """Internal e-mail is one of the ways of the text, and reaches HR as it is."""
    logged_mail = logged("P19", "mailbox")
    found = logged_mail.intake
    assert (found.channel.name.zh, found.channel.kind, found.addressees) == ("公司内部邮箱", "email", (HR,))
    assert not logged_mail.beside


@mark("P19", "B3", rests_on=INTAKE)
def wechat() -> None:
    """So does the company's WeChat account; a call, which the text does not name, is marked as another way."""
    found = logged("P19", "wechat")
    assert (found.intake.channel.kind, found.intake.addressees, found.beside) == ("message", (HR,), False)
    call = logged("P19", "telephone", by=HR)
    assert (call.intake.addressees, call.beside) == ((SUPERIOR, HR), True)


@mark("P19", "B6", rests_on=INTAKE)
def box() -> None:
    """What lies in the suggestion box is entered by HR, who empty it, and by nobody else."""
    assert turned_back("P19", "box", by=OWNER) is IntakeReason.NOT_THEIR_CHANNEL
    assert taken("P19", "box", by=HR).channel.name.zh == "意见箱"


@mark("P19", "B7", rests_on=INTAKE)
def addressee() -> None:
    """The direct superior or HR, as the complainant chooses; what concerns the superior goes to HR."""
    assert taken("P19", "superior").addressees == (SUPERIOR,)
    assert taken("P19", "hr", by=HR).addressees == (HR,)
    found = taken("P19", "superior", concerned=SUPERIOR)
    assert (found.addressees, found.diverted) == ((HR,), True)
    asked = next(one for one in policy_of("P19").questions if one.id == "addressee")
    assert [one.id for one in asked.choices] == [SUPERIOR, HR]


@mark("P19", "D4", rests_on=ENGINE)
def owning_department() -> None:
    """HR names the owning department, which receives the case; HR does not receive it for it."""
    life = Life("P19").does("checked", by=HR)
    assert life.refused("routed", by=HR) is RefusalReason.WRONG_CODE
    assert life.refused("routed", by=OWNER, departments="sales") is RefusalReason.WRONG_ROLE
    life.does("routed", by=HR, departments="sales")
    assert life.case.departments == ("sales",)
    assert life.refused("department-received", by=HR) is RefusalReason.WRONG_ROLE
    assert "department-received" in life.may(by=OWNER)


@mark("P19", "E1", rests_on=(ENGINE, CLOCK))
def preliminary_review() -> None:
    """HR reviews first, within its own clock; until it has found the department nobody investigates."""
    assert Life("P19").refused("routed", by=HR, departments="sales") is RefusalReason.FIRST
    life = Life("P19").does("checked", by=HR)
    assert life.refused("evidence-gathered", by=OWNER) is RefusalReason.NOT_HERE
    assert life.stands("preliminary-review") == ClockStatus.RUNNING
    assert life.does("routed", by=HR, departments="sales").stands("preliminary-review") == ClockStatus.SATISFIED
    assert Life("P19").refused("checked", by=OWNER) is RefusalReason.WRONG_ROLE


@mark("P19", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The owning department investigates and verifies; its evidence is sealed, and HR does not gather it."""
    assert routed().does("evidence-gathered", by=OWNER).refused("report-formed", by=OWNER) is RefusalReason.FIRST
    life = routed().does("department-received", by=OWNER)
    assert life.refused("report-formed", by=OWNER) is RefusalReason.FIRST
    life.does("evidence-gathered", by=OWNER)
    assert life.events("evidence-gathered")[0].item is not None
    assert life.refused("evidence-gathered", by=HR) is RefusalReason.WRONG_ROLE


@mark("P19", "E4", rests_on=ENGINE)
def report_to_another() -> None:
    """A report is written and handed to HR, who decide: anyone who investigated does not."""
    life = routed().does("department-received", by=OWNER).does("evidence-gathered", by=OWNER)
    assert life.refused("report-submitted", by=OWNER) is RefusalReason.FIRST
    life.does("report-formed", by=OWNER).does("plan-drafted", by=OWNER).does("report-submitted", by=OWNER)
    assert (life.stage, life.events("report-formed")[0].item is not None) == ("audit", True)
    assert life.refused("decided", by=OWNER, to="notice") is RefusalReason.WRONG_ROLE
    assert life.refused("approved", by=HR, member=OWNER) is RefusalReason.SAME_PERSON


@mark("P19", "E7", rests_on=ENGINE)
def opinion() -> None:
    """With its report the department drafts how it would handle the matter, sealed; without that HR gets nothing."""
    life = routed().does("department-received", by=OWNER).does("evidence-gathered", by=OWNER)
    assert life.refused("plan-drafted", by=OWNER) is RefusalReason.FIRST
    life.does("report-formed", by=OWNER)
    assert life.refused("report-submitted", by=OWNER) is RefusalReason.FIRST
    assert life.does("plan-drafted", by=OWNER).events("plan-drafted")[0].item is not None
    assert life.refused("report-submitted", by=OWNER) is None


@mark("P19", "E8", rests_on=ENGINE)
def review() -> None:
    """HR reviews report and opinion before the decision; anyone who wrote the report does not approve it."""
    life = submitted()
    assert life.refused("decided", by=HR, to="notice") is RefusalReason.FIRST
    assert life.refused("approved", by=OWNER) is RefusalReason.WRONG_ROLE
    assert life.does("approved", by=HR).refused("decided", by=HR, to="notice") is None
    both = Command(Act.APPROVED, life.at, life.member(OWNER), frozenset({RoleId(HR)}))
    found = decide(life.policy, submitted().case, both)
    assert isinstance(found, Refusal)
    assert found.reason is RefusalReason.SAME_PERSON


@mark("P19", "E9", rests_on=(ENGINE, CLOCK))
def sent_back() -> None:
    """Where the opinion will not do, HR sends the matter back, with its reason sealed; all is done again, in time."""
    life = submitted("2026-03-02").does("sent-back", by=HR, on="2026-03-05")
    assert (life.stage, life.events("sent-back")[0].item is not None) == ("investigation", True)
    assert (life.due("investigation"), life.stands("investigation")) == ("2026-03-10", ClockStatus.RUNNING)
    assert life.refused("report-submitted", by=OWNER) is RefusalReason.FIRST
    life.does("evidence-gathered", by=OWNER).does("report-formed", by=OWNER)
    life.does("plan-drafted", by=OWNER).does("report-submitted", by=OWNER)
    assert life.does("sent-back", by=HR).case.counts["sent-back"] == 2


@mark("P19", "H1", rests_on=ENGINE)
def result_told() -> None:
    """HR tells the complainant the result; without that no case ends and nothing is published."""
    life = decided()
    assert life.refused("notified", by=OWNER) is RefusalReason.WRONG_ROLE
    assert life.refused("closed", by=HR, on="2026-06-01") is RefusalReason.FIRST
    assert life.refused("published", by=OWNER) is RefusalReason.FIRST
    life.tells("notified", by=HR)


@mark("P19", "H6", rests_on=(PUBLISHED, PUBLIC_TEXT, BLANKED, RECORDED, ENGINE))
def published() -> None:
    """The owning department publishes the result in the company, after the notice and without a name.

    At the desk: the section `publication` of the case page, its form `publication-form` and `published-text`.
    """
    account = Account({"result": "李四已向王五道歉", "reporter": "王五"}, ("李四", "王五"))
    shown = published_case(policy_of("P19"), told().case, Published.RESULT, Audience.COMPANY, account)
    assert shown == {"result": "×××已向×××道歉"}
    text = public_text(Published.RESULT, Audience.COMPANY, shown, "zh")
    assert text == "处理结果公示\n公示对象：本单位\n\n处理结果\n×××已向×××道歉"
    assert recorded_as(policy_of("P19"), told().case, Audience.COMPANY) is Act.PUBLISHED
    early = published_case(policy_of("P19"), decided().case, Published.RESULT, Audience.COMPANY, account)
    assert early is Withheld.NO_RESULT
    public = published_case(policy_of("P19"), told().case, Published.RESULT, Audience.CONSTITUENCY, account)
    assert public is Withheld.NOT_IN_POLICY
    assert told().refused("published", by=HR) is RefusalReason.WRONG_ROLE
    assert told().does("published", by=OWNER).case.counts["published"] == 1


@mark("P19", "J6", rests_on=(SEALED, ENGINE))
def reward() -> None:
    """Anyone who proposed something useful is rewarded by the company, whatever became of the complaint."""
    life = told("not-borne-out")
    assert life.refused("rewarded", by=HR) is RefusalReason.WRONG_ROLE
    assert life.seal_refused("rewarded", by=COMPANY, reward="true-report") is RefusalReason.NO_SUCH_REWARD
    assert life.seals("rewarded", by=COMPANY, reward="proposal").sealed.rewards == ("proposal",)
    assert submitted().seal_refused("rewarded", by=COMPANY, reward="proposal") is RefusalReason.VERDICT_FIRST
