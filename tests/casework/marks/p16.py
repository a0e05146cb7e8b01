"""P16, complaints in a quality system: intake, test, cause, plan and approval, as its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import Outside
from casework.intake.sheets import NOT_GIVEN
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.protection.conduct import duties_of
from casework.rules.clauses import DutyOf
from casework.rules.roles import RoleId
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, CLOCK, DUTIES, ENGINE, INTAKE, PAGE, SHEET
from tests.casework.marks.desk import form, logged, report_page, taken
from tests.casework.marks.life import Life, policy_of

SUPERVISOR, HANDLING, TECHNICAL, GENERAL = "quality-supervisor", "handling-department", "technical", "general"
GENERAL_HEAD = "general-head"
QUALITY_HEAD, MANAGER, OFFICE_STAFF = "quality-head", "manager", "executive-office"


def registered(when: str = "2026-03-02") -> Life:
    """A complaint that was written into the register."""
    return Life("P16", when).does("registered", by=SUPERVISOR)


def tested() -> Life:
    """One whose reasons the technical department has confirmed."""
    return registered().does("checked", by=TECHNICAL)


def assigned() -> Life:
    """One that was taken up and given to a department and a person."""
    life = tested().does("accepted", by=SUPERVISOR).does("routed", by=OFFICE_STAFF, departments="workshop")
    return life.does("assigned", by=OFFICE_STAFF, handler="zhang-san")


def planned() -> Life:
    """One whose cause was found and whose solution awaits approval."""
    life = assigned().does("evidence-gathered", by=HANDLING).does("cause-found", by=HANDLING)
    return life.does("plan-drafted", by=GENERAL)


def approved() -> Life:
    """One whose solution both approvers have approved."""
    return planned().does("approved", by=QUALITY_HEAD).does("approved", by=MANAGER)


def decided(outcome: str = "stands") -> Life:
    """One on which was decided."""
    return approved().decides(outcome, by=OFFICE_STAFF, to="implementation")


def carried_out() -> Life:
    """One whose solution was carried out and told."""
    return decided().does("executed", by=HANDLING).does("notified", by=TECHNICAL)


@mark("P16", "A3", rests_on=INTAKE)
def customers() -> None:
    """Customers complain; a competitor is heard, and marked as not named."""
    assert taken("P16", "letter", by=SUPERVISOR, subject="customer").outside == ()
    assert taken("P16", "letter", by=SUPERVISOR, subject="competitor").outside == (Outside.SUBJECT,)


@mark("P16", "A8", rests_on=(PAGE, INTAKE, CLAUSES))
def departments_of_service() -> None:
    """Customers read that it holds for departments tied to service: those the office lists; others are marked."""
    assert [one.zh for one in report_page("P16").applies] == ["与客户服务相关联的公司各部门"]
    assert "  与客户服务相关联的公司各部门" in list(describe_clauses(policy_of("P16"), in_chinese))
    assert taken("P16", "on-site", by=SUPERVISOR, entity="workshop").outside == ()
    assert taken("P16", "on-site", by=SUPERVISOR, entity="canteen").outside == (Outside.ENTITY,)


@mark("P16", "B1", rests_on=INTAKE)
def telephone() -> None:
    """A call is one of the ways of the text and reaches the quality supervisor."""
    found = logged("P16", "telephone", by=SUPERVISOR)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("电话", (SUPERVISOR,), False)
    assert found.intake.channel.kind == "telephone"


@mark("P16", "B4", rests_on=INTAKE)
def in_writing() -> None:
    """Written complaints reach the quality supervisor."""
    found = taken("P16", "letter", by=SUPERVISOR)
    assert (found.channel.name.zh, found.addressees) == ("书面投诉", (SUPERVISOR,))
    assert logged("P16", "email").beside


@mark("P16", "B5", rests_on=INTAKE)
def on_site() -> None:
    """Anyone who complains on site is heard there and need not write."""
    found = logged("P16", "on-site")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("现场", (SUPERVISOR,), False)
    assert (found.intake.channel.kind, found.intake.to_be_written) == ("counter", False)


@mark("P16", "C1", rests_on=(SHEET, INTAKE))
def register_form() -> None:
    """The form has the name of the text, and rows for complainant, object and material."""
    sheet = form("P16", "telephone", by=SUPERVISOR, fields={"object": "维修班", "material": "返修两次"})
    assert sheet.title.zh == "《申诉和投诉处理登记表》"
    assert [row.label.zh for row in sheet.rows[-3:]] == ["投诉人", "投诉对象", "投诉的资料"]
    assert [row.value.zh for row in sheet.rows[-2:]] == ["维修班", "返修两次"]
    assert sheet.rows[-3].value == NOT_GIVEN


@mark("P16", "C3", rests_on=(SHEET, INTAKE))
def complainant() -> None:
    """Who complains is asked and no condition; object and material are needed, and the form has a line for each."""
    gaps = taken("P16", "letter", by=SUPERVISOR, fields={"material": "返修两次"}).gaps
    assert [(gap.name.zh, gap.need) for gap in gaps] == [("投诉人", "asked"), ("投诉对象", "required")]
    rows = form("P16", "letter", by=SUPERVISOR, fields={"complainant": "李", "material": "返修两次"}).rows[-3:]
    assert [(row.label.zh, row.value.zh) for row in rows] == [
        ("投诉人", "李"), ("投诉对象", "未提供"), ("投诉的资料", "返修两次"),
    ]  # fmt: skip


@mark("P16", "C4", rests_on=ENGINE)
def registration() -> None:
    """A complaint is registered before it is tested; the departments that handle it don't register it."""
    life = Life("P16")
    assert life.refused("checked", by=TECHNICAL) is RefusalReason.NOT_HERE
    assert life.refused("registered", by=HANDLING) is RefusalReason.WRONG_ROLE
    assert life.refused("registered", by=OFFICE_STAFF) is None
    assert life.does("registered", by=SUPERVISOR).stage == "standing"


@mark("P16", "C8", rests_on=ENGINE)
def does_it_stand() -> None:
    """Whether it is taken up is decided once the technical department has confirmed its reasons."""
    life = registered()
    assert life.refused("accepted", by=SUPERVISOR) is RefusalReason.FIRST
    assert life.refused("checked", by=SUPERVISOR) is RefusalReason.WRONG_ROLE
    life.does("checked", by=TECHNICAL)
    assert life.refused("accepted", by=GENERAL) is RefusalReason.WRONG_ROLE
    life.tells("accepted", by=SUPERVISOR)


@mark("P16", "D4", rests_on=ENGINE)
def department() -> None:
    """The handling department is named before any person is."""
    life = tested().does("accepted", by=SUPERVISOR)
    assert life.refused("assigned", by=SUPERVISOR, handler="zhang-san") is RefusalReason.FIRST
    assert life.refused("routed", by=SUPERVISOR) is RefusalReason.WRONG_CODE
    assert life.does("routed", by=SUPERVISOR, departments="workshop,lab").case.departments == ("workshop", "lab")


@mark("P16", "D5", rests_on=ENGINE)
def person() -> None:
    """Then the responsible person is named, and with that the search for the cause begins."""
    life = tested().does("accepted", by=SUPERVISOR).does("routed", by=OFFICE_STAFF, departments="workshop")
    assert life.refused("assigned", by=OFFICE_STAFF) is RefusalReason.WRONG_CODE
    assert life.refused("assigned", by=TECHNICAL, handler="zhang-san") is RefusalReason.WRONG_ROLE
    life.does("assigned", by=OFFICE_STAFF, handler="zhang-san")
    assert (life.case.codes["handler"], life.stage) == ("zhang-san", "cause")


@mark("P16", "D6", rests_on=(DUTIES, CLAUSES))
def duties_by_department() -> None:
    """Three departments have twelve duties, each its own, and the charter tells whose each is."""
    policy = policy_of("P16")
    own = {by: duties_of(policy, DutyOf.HANDLER, RoleId(by)) for by in (TECHNICAL, GENERAL, OFFICE_STAFF, MANAGER)}
    assert [len(found) for found in own.values()] == [3, 3, 6, 0]
    assert own[TECHNICAL][2].text.zh == "迅速传达处理结果"
    assert own[GENERAL][0].text.en == "To organise the investigation and propose who is responsible"
    assert "  受理人员: 检验确认投诉质量 (综合部)" in list(describe_clauses(policy, in_chinese))
    assert "  handlers: To pass on the result without delay (Technical department)" in list(
        describe_clauses(policy, in_english)
    )


@mark("P16", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The general department organises the investigation; evidence is sealed."""
    life = assigned().does("evidence-gathered", by=GENERAL)
    assert life.events("evidence-gathered")[0].item is not None
    assert life.refused("evidence-gathered", by=TECHNICAL) is RefusalReason.WRONG_ROLE
    assert tested().refused("evidence-gathered", by=GENERAL) is RefusalReason.NOT_HERE


@mark("P16", "E3", rests_on=ENGINE)
def cause_and_person() -> None:
    """Cause and person responsible are found under seal before a solution is drafted."""
    life = assigned()
    assert life.refused("plan-drafted", by=GENERAL) is RefusalReason.NOT_HERE
    assert life.refused("cause-found", by=SUPERVISOR) is RefusalReason.WRONG_ROLE
    assert life.refused("cause-found", by=HANDLING) is RefusalReason.FIRST
    life.does("evidence-gathered", by=GENERAL_HEAD).does("cause-found", by=HANDLING)
    assert (life.events("cause-found")[0].item is not None, life.stage) == (True, "plan")


@mark("P16", "E7", rests_on=ENGINE)
def solution() -> None:
    """The general department drafts the solution, under seal, and hands it up."""
    life = assigned().does("evidence-gathered", by=GENERAL).does("cause-found", by=GENERAL_HEAD)
    assert life.refused("plan-drafted", by=HANDLING) is RefusalReason.WRONG_ROLE
    life.does("plan-drafted", by=GENERAL)
    assert (life.events("plan-drafted")[0].item is not None, life.stage) == (True, "approval")


@mark("P16", "E8", rests_on=ENGINE)
def two_approvers() -> None:
    """Head of quality and manager both approve, in either order, neither twice; or one of them sends it back."""
    for first, second in ((QUALITY_HEAD, MANAGER), (MANAGER, QUALITY_HEAD)):
        life = planned().does("approved", by=first)
        assert life.stage == "approval"
        assert life.refused("approved", by=first) is RefusalReason.ALREADY
        assert life.does("approved", by=second).stage == "decision"
    assert planned().refused("approved", by=GENERAL) is RefusalReason.WRONG_ROLE
    assert planned().does("sent-back", by=MANAGER).stage == "plan"


@mark("P16", "E10", rests_on=(ENGINE, CLOCK))
def implementation() -> None:
    """The handling department carries the solution out promptly once it was approved and decided."""
    assert approved().refused("executed", by=HANDLING) is RefusalReason.NOT_HERE
    life = decided()
    assert life.refused("executed", by=GENERAL) is RefusalReason.WRONG_ROLE
    assert life.stands("implementation", "2026-12-01") == ClockStatus.PROMPTLY
    assert life.does("executed", by=HANDLING).stands("implementation") == ClockStatus.SATISFIED


@mark("P16", "E12", rests_on=ENGINE)
def helping_departments() -> None:
    """The executive office helps the departments concerned with the customer while the solution is carried out."""
    life = decided().does("coordinated", by=OFFICE_STAFF)
    assert [event.role for event in life.events("coordinated")] == [OFFICE_STAFF]
    assert life.refused("coordinated", by=HANDLING) is RefusalReason.WRONG_ROLE
    assert planned().refused("coordinated", by=OFFICE_STAFF) is RefusalReason.NOT_HERE
