"""P15, complaints of customers by callback and work order: intake, order and handling, as its text says it can do."""

from __future__ import annotations

from casework.engine.engine import Command, decide
from casework.engine.holders import roles_of
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.intake.entry import IntakeReason, Outside
from casework.intake.sheets import IN_THE_ACCOUNT, TO_BE_WRITTEN, TO_DEPARTMENT, work_order
from casework.obligations.recurring import DutyStatus, duties_of, duty_state
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese
from casework.rules.acts import Act
from casework.rules.roles import RoleId
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, CLOCK, ENGINE, INTAKE, PAGE, RECURRING, SHEET, STANDING
from tests.casework.marks.desk import form, logged, report_page, taken, turned_back
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of

SPECIALIST, STAFF, MANAGER = "callback-specialist", "staff", "department-manager"
KIND = "complaint"
HOLDERS, ORDER = "casework.engine.holders:roles_of", "casework.intake.sheets:work_order"


def registered(by: str = SPECIALIST, when: str = "2026-03-02T10:00") -> Life:
    """A complaint that was written down and routed to a department."""
    return Life("P15", when).does("registered", by=by).does("routed", by=by, departments="after-sales")


def ordered(when: str = "2026-03-02T10:00", on: str | None = None) -> Life:
    """One whose work order lies with the manager."""
    return registered(when=when).does("order-issued", by=SPECIALIST, on=on)


def agreed(when: str = "2026-03-02T10:00") -> Life:
    """One whose solution was agreed with the customer."""
    return ordered(when).does("plan-drafted", by=MANAGER).does("mediated", by=MANAGER)


def returned(when: str = "2026-03-02T10:00", on: str | None = None) -> Life:
    """One whose order came back with its result."""
    return agreed(when).does("executed", by=MANAGER).does("order-returned", by=MANAGER, on=on)


@mark("P15", "A3", rests_on=INTAKE)
def customers() -> None:
    """Customers are whom the text speaks of; somebody else is heard, and marked as not named."""
    found = taken("P15", "web", kind=KIND, subject="customer")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("客户", ())
    assert taken("P15", "web", kind=KIND, subject="supplier").outside == (Outside.SUBJECT,)


@mark("P15", "A4", rests_on=(INTAKE, ENGINE))
def inputs() -> None:
    """Opinion, suggestion, complaint: which of them must be said, and staff who write it down may set it right."""
    names = [taken("P15", "web", kind=kind).kind.name.zh for kind in ("opinion", "suggestion", "complaint")]
    assert names == ["意见", "建议", "抱怨和投诉"]
    assert turned_back("P15", "web") is IntakeReason.WHICH_KIND
    assert Life("P15").does("kind-set", by=STAFF, kind="opinion").case.codes["kind"] == "opinion"


@mark("P15", "A8", rests_on=(PAGE, CLAUSES, INTAKE))
def reach() -> None:
    """Customers read that it holds for departments connected with their service; what concerns another is marked."""
    assert [one.zh for one in report_page("P15").applies] == ["与客户服务相关联的公司各部门"]
    lines = list(describe_clauses(policy_of("P15"), in_chinese))
    assert lines[lines.index("\n适用范围") + 1] == "  与客户服务相关联的公司各部门"
    assert taken("P15", "web", kind=KIND, entity="after-sales").outside == ()
    assert taken("P15", "web", kind=KIND, entity="payroll").outside == (Outside.ENTITY,)


@mark("P15", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call reaches the specialist, and somebody writes it down."""
    found = taken("P15", "telephone", kind=KIND, by=SPECIALIST)
    assert (found.channel.name.zh, found.addressees) == ("电话", (SPECIALIST,))


@mark("P15", "B5", rests_on=(INTAKE, ENGINE))
def on_site() -> None:
    """On site the manager of the department hears the customer at once, without an order, once it is called."""
    found = logged("P15", "on-site", kind=KIND, by=STAFF)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("现场", (MANAGER,), False)
    life = Life("P15")
    assert life.refused("contacted-on-site", by=MANAGER) is RefusalReason.FIRST
    assert life.refused("department-received", by=STAFF) is RefusalReason.WRONG_ROLE
    life.does("department-received", by=MANAGER)
    assert life.refused("contacted-on-site", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    assert life.does("contacted-on-site", by=MANAGER).stage == "handling"


@mark("P15", "B6", rests_on=(INTAKE, RECURRING, STANDING))
def box() -> None:
    """The specialist empties the box, nobody else, every day: on the second day without it that is overdue."""
    assert turned_back("P15", "box", kind=KIND, by=MANAGER) is IntakeReason.NOT_THEIR_CHANNEL
    assert taken("P15", "box", kind=KIND, by=SPECIALIST).channel.kind == "box"
    (daily,) = duties_of(policy_of("P15"))
    since = moment(FIRST_DAY).date()
    assert (daily.id, daily.by) == ("channel-box", SPECIALIST)
    assert duty_state(daily, since, (), OFFICE, moment("2026-03-03").date()).status is DutyStatus.DUE
    assert duty_state(daily, since, (), OFFICE, moment("2026-03-04").date()).status is DutyStatus.OVERDUE


@mark("P15", "B8", rests_on=(INTAKE, ENGINE))
def heard_by_staff() -> None:
    """What any member of the staff hears from a customer is written down by them and goes to the specialist."""
    for hearer in (STAFF, MANAGER, "administration"):
        assert taken("P15", "staff", kind="opinion", by=hearer).addressees == (SPECIALIST,)
    life = registered(by=STAFF).does("order-issued", by=STAFF)
    assert [event.role for event in life.events("registered", "order-issued")] == [STAFF, STAFF]


@mark("P15", "B9", rests_on=INTAKE)
def other_sources() -> None:
    """Any other source is one of the text's, and leads to the specialist."""
    found = taken("P15", "parcel-note", kind=KIND)
    assert (found.channel.name.zh, found.channel.kind, found.addressees) == ("其它来源", "other", (SPECIALIST,))


@mark("P15", "C1", rests_on=(ORDER, INTAKE))
def order_form() -> None:
    """The work order has its name, says what the customer said and whom it goes to, and has room to answer."""
    found = logged("P15", "staff", kind="opinion", by=STAFF, fields={"opinion": "等了两个小时"})
    sheet = work_order(found.policy, found.entry, found.intake, "K", RoleId(MANAGER))
    assert sheet.title.zh == "《协调工作单》"
    assert "等了两个小时" in [row.value.zh for row in sheet.rows]
    ends = [sheet.value(label) for label in (TO_DEPARTMENT, *TO_BE_WRITTEN)]
    assert [one.zh for one in ends if one is not None] == ["部门经理（或其代理人）", "", "", "", ""]


@mark("P15", "C4", rests_on=(INTAKE, SHEET, ENGINE))
def recorded() -> None:
    """What the customer says is recorded before an order can go out: the form has it, or points to the account."""
    assert form("P15", "telephone", kind=KIND, by=SPECIALIST).rows[-1].value.zh == IN_THE_ACCOUNT.zh
    said = form("P15", "telephone", kind=KIND, by=SPECIALIST, fields={"opinion": "噪音"})
    assert (said.rows[-1].label.zh, said.rows[-1].value.zh) == ("客户意见", "噪音")
    life = Life("P15").does("routed", by=SPECIALIST, departments="after-sales")
    assert life.refused("order-issued", by=SPECIALIST) is RefusalReason.FIRST
    assert life.refused("registered", by="general-manager") is RefusalReason.WRONG_ROLE
    assert life.does("registered", by=SPECIALIST).refused("order-issued", by=SPECIALIST) is None


@mark("P15", "C6", rests_on=(ENGINE, CLOCK))
def calmed_and_contacted() -> None:
    """The specialist calms the customer when it comes in; the manager's first call is due within its minutes."""
    life = Life("P15", "2026-03-02T10:00").tells("acknowledged", by=SPECIALIST)
    life = ordered(on="2026-03-02T10:10")
    assert life.due("first-contact") == "2026-03-02T10:40"
    assert life.refused("contacted", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    for act in ("contacted", "contacted-on-site"):
        assert life.wordless(act, by=MANAGER) is RefusalReason.UNWRITTEN
    on_site = registered().does("department-received", by=MANAGER)
    assert on_site.wordless("contacted-on-site", by=MANAGER) is RefusalReason.UNWRITTEN
    assert life.does("contacted", by=MANAGER, on="2026-03-02T10:40").stands("first-contact") == "met"


@mark("P15", "D4", rests_on=ENGINE)
def routed() -> None:
    """The order goes to the department complained of, which must be named; from then on its manager acts."""
    life = Life("P15").does("registered", by=SPECIALIST)
    assert life.refused("order-issued", by=SPECIALIST) is RefusalReason.FIRST
    assert life.refused("routed", by=SPECIALIST) is RefusalReason.WRONG_CODE
    life.does("routed", by=SPECIALIST, departments="showroom").does("order-issued", by=SPECIALIST)
    assert (life.stage, life.case.departments) == ("handling", ("showroom",))
    assert "plan-drafted" in life.may(by=MANAGER)


@mark("P15", "D5", rests_on=ENGINE)
def specialist() -> None:
    """Following up and judging are the specialist's, and nobody else's."""
    life = returned()
    for other in (STAFF, MANAGER, "service-manager", "administration"):
        assert life.refused("contacted-again", by=other) is RefusalReason.WRONG_ROLE
    life.does("contacted-again", by=SPECIALIST).does("followed-up", by=SPECIALIST, on="2026-03-03")
    assert life.refused("judged", by=MANAGER) is RefusalReason.WRONG_ROLE
    assert life.refused("judged", by=SPECIALIST) is None


@mark("P15", "D6", rests_on=(HOLDERS, ENGINE))
def deputy() -> None:
    """The manager names a deputy, who then acts in the manager's role in that case."""
    life, who = ordered(), MemberId("li-wei")
    assert roles_of(life.policy, life.case, who) == {SPECIALIST, "administration"}

    def draft() -> object:
        command = Command(Act.PLAN_DRAFTED, life.at, who, roles_of(life.policy, life.case, who), item=bytes(32))
        found = decide(life.policy, life.case, command)
        return found.reason if isinstance(found, Refusal) else found[0].role

    assert draft() is RefusalReason.WRONG_ROLE
    named = life.refused("assigned", by=SPECIALIST, handler="zhao-min", deputy="li-wei")
    assert named is RefusalReason.WRONG_ROLE
    life.does("assigned", by=MANAGER, handler="zhao-min", deputy="li-wei")
    assert draft() == MANAGER


@mark("P15", "E5", rests_on=ENGINE)
def agreement() -> None:
    """Without an agreement with the customer the order does not go back, and there is one agreement a round."""
    life = ordered().does("plan-drafted", by=MANAGER).does("executed", by=MANAGER)
    assert life.refused("order-returned", by=MANAGER) is RefusalReason.FIRST
    assert life.refused("mediated", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    assert life.wordless("mediated", by=MANAGER) is RefusalReason.UNWRITTEN
    life.does("mediated", by=MANAGER)
    assert life.refused("mediated", by=MANAGER) is RefusalReason.ALREADY
    assert life.refused("order-returned", by=MANAGER) is None


@mark("P15", "E7", rests_on=ENGINE)
def plan() -> None:
    """A plan is drafted, under seal, before it can be agreed."""
    life = ordered()
    assert life.refused("mediated", by=MANAGER) is RefusalReason.FIRST
    assert life.does("plan-drafted", by=MANAGER).events("plan-drafted")[0].item is not None
    assert life.refused("mediated", by=MANAGER) is None


@mark("P15", "E10", rests_on=ENGINE)
def result_on_the_order() -> None:
    """The department carries it out and writes the result on the order, which else does not go back."""
    life = agreed()
    assert life.refused("order-returned", by=MANAGER) is RefusalReason.FIRST
    assert life.refused("executed", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    assert life.wordless("executed", by=MANAGER) is RefusalReason.UNWRITTEN
    life.does("executed", by=MANAGER).does("order-returned", by=MANAGER)
    assert (life.stage, [event.role for event in life.events("order-returned")]) == ("judging", [MANAGER])


@mark("P15", "E12", rests_on=ENGINE)
def coordination() -> None:
    """One order can go to several departments, and the manager brings in teams and persons while it is handled."""
    life = Life("P15").does("registered", by=SPECIALIST)
    life.does("routed", by=SPECIALIST, departments="after-sales,showroom").does("order-issued", by=SPECIALIST)
    assert life.case.departments == ("after-sales", "showroom")
    assert life.does("coordinated", by=MANAGER).does("coordinated", by=MANAGER).stage == "handling"
    assert life.refused("coordinated", by=SPECIALIST) is RefusalReason.WRONG_ROLE
    assert returned().refused("coordinated", by=MANAGER) is RefusalReason.NOT_HERE
