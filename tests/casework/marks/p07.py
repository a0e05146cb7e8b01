"""P07, complaints of employees with confirmed findings: intake and investigation, as its text says it can do."""

from __future__ import annotations

from casework.engine.refusals import RefusalReason
from casework.intake.entry import IntakeReason, Outside
from tests.casework.marks.book import mark
from tests.casework.marks.code import ACTS_FOR, END, ENGINE, INTAKE, PAGE, SEALED, SHEET
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken, turned_back
from tests.casework.marks.life import Life, policy_of


def investigated(when: str = "2026-03-02") -> Life:
    """A complaint that is under investigation."""
    return Life("P07", when).does("accepted", by="hr").does("method-chosen", by="hr")


def shown(when: str = "2026-03-02") -> Life:
    """One whose findings were shown to the complainant."""
    return investigated(when).does("evidence-gathered", by="hr").does("findings-shown", by="hr")


def planned(when: str = "2026-03-02") -> Life:
    """One whose plan was told."""
    life = shown(when).reporter("findings-confirmed").does("plan-drafted", by="hr")
    return life.does("plan-told", by="hr")


def decided(outcome: str = "true", when: str = "2026-03-02") -> Life:
    """One that was decided after the complainant agreed to the plan."""
    return planned(when).reporter("plan-agreed").decides(outcome, by="hr", to="result")


@mark("P07", "A1", rests_on=INTAKE)
def all_staff() -> None:
    """Every regular employee may complain; somebody from outside is heard, and marked as not named."""
    found = taken("P07", "platform", subject="employee")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("正式员工", ())
    assert taken("P07", "platform", subject="customer").outside == (Outside.SUBJECT,)


@mark("P07", "A2", rests_on=INTAKE)
def temporary_and_interns() -> None:
    """Temporary staff and interns are named beside them; somebody from outside is heard, and marked as not named."""
    for subject, name in (("temporary", "临时员工"), ("intern", "实习生")):
        found = taken("P07", "platform", subject=subject)
        assert found.subject is not None
        assert (found.subject.name.zh, found.outside) == (name, ())
    assert taken("P07", "platform", subject="contractor").outside == (Outside.SUBJECT,)


@mark("P07", "A6", rests_on=(INTAKE, ENGINE))
def catalogue() -> None:
    """Seven kinds of matter, the last for all others, and the handler's class is one of them."""
    found = taken("P07", "platform", category="other").category
    assert found is not None
    assert found.zh == "其他影响员工权益的事项"
    assert taken("P07", "platform", category="pay").category != found
    assert turned_back("P07", "platform", category="weather") is IntakeReason.NO_SUCH_CATEGORY
    assert investigated().refused("classified", by="hr", classification="pay") is RefusalReason.NOT_IN_POLICY


@mark("P07", "B1", rests_on=INTAKE)
def hotline() -> None:
    """The inner hotline leads to HR."""
    found = logged("P07", "hotline", by="hr")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("内部投诉热线", ("hr",), False)


@mark("P07", "B3", rests_on=(PAGE, ACTS_FOR))
def inner_platform() -> None:
    """The platform is the report page; a report logged as come by it is not acted on where no reader is of HR."""
    assert (report_page("P07").title.zh, report_page("P07").label.zh) == (policy_of("P07").title.zh, "投诉什么事？")
    assert taken("P07", "platform").channel.name.zh == "内部网络平台"
    assert acted_for("P07", "platform", "hr")
    assert not acted_for("P07", "platform", "department-head")


@mark("P07", "B4", rests_on=INTAKE)
def in_writing() -> None:
    """A complaint on paper goes to HR, and not to the head of the department."""
    found = logged("P07", "letter", by="department-head")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("书面", ("hr",), False)
    assert found.intake.channel.kind == "letter"


@mark("P07", "B7", rests_on=INTAKE)
def addressee() -> None:
    """The head of the own department or HR; a complaint about that head goes elsewhere."""
    assert taken("P07", "superior").addressees == ("department-head",)
    assert taken("P07", "hr", by="hr").addressees == ("hr",)
    found = taken("P07", "superior", concerned="department-head")
    assert (found.addressees, found.diverted) == (("hr",), True)


@mark("P07", "C1", rests_on=(SHEET, INTAKE))
def material() -> None:
    """Matter, evidence and demand make up the material; the last two are asked for, and no condition."""
    gaps = taken("P07", "letter", by="hr", fields={"matter": "加班"}).gaps
    assert [(gap.name.zh, gap.need) for gap in gaps] == [("事实证据", "asked"), ("诉求要求", "asked")]
    rows = form("P07", "letter", by="hr", fields={"matter": "加班", "demand": "补发"}).rows[-3:]
    assert [(row.label.zh, row.value.zh) for row in rows] == [
        ("投诉事项", "加班"), ("事实证据", "未提供"), ("诉求要求", "补发"),
    ]  # fmt: skip


@mark("P07", "C2", rests_on=INTAKE)
def evidence_given() -> None:
    """Evidence is asked for, and counts once it is there."""
    assert "evidence" in [gap.id for gap in taken("P07", "platform", fields={"matter": "加班"}).gaps]
    full = {"matter": "加班", "evidence": "打卡记录", "demand": "补发"}
    assert taken("P07", "platform", fields=full).complete


@mark("P07", "C8", rests_on=ENGINE)
def acceptance() -> None:
    """HR says whether the conditions are met: accepted, or refused and ended; nobody else says it."""
    life = Life("P07")
    assert life.refused("accepted", by="department-head") is RefusalReason.WRONG_ROLE
    assert life.refused("method-chosen", by="hr") is RefusalReason.NOT_HERE
    assert life.does("accepted", by="hr").stage == "method"
    assert Life("P07").does("refused", by="hr").ended


@mark("P07", "E1", rests_on=ENGINE)
def preliminary_review() -> None:
    """The preliminary review stands before any investigation."""
    life = Life("P07")
    assert life.refused("evidence-gathered", by="hr") is RefusalReason.NOT_HERE
    assert {"accepted", "refused", "acknowledged"} <= life.may(by="hr")
    assert life.stage == "received"


@mark("P07", "E2", rests_on=ENGINE)
def investigation() -> None:
    """On the spot and by asking people: evidence and talks, under seal, before findings are shown."""
    life = investigated().does("evidence-gathered", by="hr").does("talked", by="hr")
    assert all(event.item is not None for event in life.events("evidence-gathered", "talked"))
    assert life.refused("evidence-gathered", by="leadership") is RefusalReason.WRONG_ROLE
    assert life.does("findings-shown", by="hr").stage == "confirmation"


@mark("P07", "E6", rests_on=ENGINE)
def findings_confirmed() -> None:
    """Findings are shown; confirmed they lead to a plan, contested back to the investigation, and silence waits."""
    assert investigated().does("evidence-gathered", by="hr").tells("findings-shown", by="hr").stage == "confirmation"
    assert shown().refused("plan-drafted", by="hr") is RefusalReason.NOT_HERE
    assert shown().reporter("findings-confirmed").stage == "planning"
    assert shown().reporter("findings-contested").stage == "investigation"
    life = shown("2026-03-02")
    assert life.refused("unanswered", by="hr", on="2026-03-09T23:59") is RefusalReason.TOO_EARLY
    assert life.does("unanswered", by="hr", on="2026-03-10").stage == "planning"


@mark("P07", "E7", rests_on=ENGINE)
def plan() -> None:
    """HR drafts a plan once the findings are confirmed, not before, and tells it; what was not drafted is not told."""
    assert shown().refused("plan-drafted", by="hr") is RefusalReason.NOT_HERE
    life = shown().reporter("findings-confirmed")
    assert life.refused("plan-drafted", by="leadership") is RefusalReason.WRONG_ROLE
    assert life.refused("plan-told", by="hr") is RefusalReason.FIRST
    assert life.does("plan-drafted", by="hr").events("plan-drafted")[0].item is not None
    assert life.tells("plan-told", by="hr").stage == "plan"
    assert life.refused("plan-drafted", by="hr") is RefusalReason.NOT_HERE
    again = shown().reporter("findings-contested").does("findings-shown", by="hr").reporter("findings-confirmed")
    assert again.refused("plan-told", by="hr") is RefusalReason.FIRST
    stood = shown().reporter("findings-contested").does("plan-drafted", by="hr")
    assert stood.tells("plan-told", by="hr").stage == "plan"


@mark("P07", "E11", rests_on=(SEALED, END))
def put_right() -> None:
    """What proved true, even in part, is put right by HR before the end; else HR records that no measure is needed."""
    ripe = decided("true").does("notified", by="hr").reporter("notice-received", on="2026-03-02")
    found = ripe.refusal("closed", by="hr", on="2026-03-10")
    assert found is not None
    assert (found.reason, found.names) == (RefusalReason.MEASURE_FIRST, ("corrected",))
    assert ripe.seals("measure-set", "corrected", by="hr").does("closed", by="hr", on="2026-03-10").ended
    partly = decided("partly-true").does("notified", by="hr").reporter("notice-received", on="2026-03-02")
    assert partly.refused("closed", by="hr", on="2026-03-10") is RefusalReason.MEASURE_FIRST
    assert partly.seals("measure-set", "corrected", by="hr").does("closed", by="hr", on="2026-03-10").ended
    plain = decided("groundless").does("notified", by="hr").reporter("notice-received", on="2026-03-02")
    assert plain.refused("closed", by="hr", on="2026-03-10") is RefusalReason.MEASURES_OR_NONE
    assert plain.seals("measure-set", by="hr").does("closed", by="hr", on="2026-03-10").ended
    appealed = decided("groundless").does("notified", by="hr").reporter("notice-received").reporter("appealed")
    appealed.decides("true", by="leadership", to="final", act="appeal-decided").does("notified", by="hr")
    assert appealed.refused("closed", by="hr") is RefusalReason.MEASURE_FIRST
    assert appealed.seals("measure-set", "corrected", by="hr").does("closed", by="hr").ended
    life = decided("true").seals("measure-set", "corrected", by="hr")
    assert life.sealed.measures == ("corrected",)
    assert decided("true").refused("measure-set", by="leadership") is RefusalReason.WRONG_ROLE
    assert planned().seal_refused("measure-set", "corrected", by="hr") is RefusalReason.VERDICT_FIRST
    assert decided("partly-true").seals("measure-set", "corrected", by="hr").sealed.measures == ("corrected",)
    assert decided("groundless").seal_refused("measure-set", "corrected", by="hr") is RefusalReason.NOT_UPHELD


@mark("P07", "E12", rests_on=ENGINE)
def method() -> None:
    """HR chooses the method before it investigates."""
    life = Life("P07").does("accepted", by="hr")
    assert life.refused("talked", by="hr") is RefusalReason.NOT_HERE
    assert life.refused("method-chosen", by="leadership") is RefusalReason.WRONG_ROLE
    assert life.does("method-chosen", by="hr").stage == "investigation"


@mark("P07", "F1", rests_on=SEALED)
def four_outcomes() -> None:
    """Groundless, true, partly true, unclear: one of them, and only the unclear one leads back."""
    life = planned().reporter("plan-agreed")
    for outcome in ("groundless", "true", "partly-true"):
        assert life.verdict_refused(outcome, by="hr", to="result") is None
        assert life.verdict_refused(outcome, by="hr", to="investigation") is RefusalReason.ANOTHER_STAGE
    assert life.verdict_refused("unclear", by="hr", to="investigation") is None
    assert life.verdict_refused("unclear", by="hr", to="result") is RefusalReason.ANOTHER_STAGE
    assert life.verdict_refused("proven", by="hr", to="result") is RefusalReason.NO_SUCH_OUTCOME
    assert life.verdict_refused("true", "groundless", by="hr") is RefusalReason.NO_SUCH_OUTCOME


@mark("P07", "F2", rests_on=(SEALED, ENGINE))
def unclear() -> None:
    """Facts that stay unclear are investigated further, and the case can still be decided afterwards."""
    life = planned().reporter("plan-agreed")
    assert life.verdict_refused("unclear", by="hr", to="result") is RefusalReason.ANOTHER_STAGE
    life.decides("unclear", by="hr", to="investigation")
    assert life.stage == "investigation"
    life.does("findings-shown", by="hr").reporter("findings-confirmed")
    # What was planned before was planned on other findings.
    assert life.refused("plan-told", by="hr") is RefusalReason.FIRST
    life.does("plan-drafted", by="hr").does("plan-told", by="hr").reporter("plan-agreed").decides(
        "true", by="hr", to="result"
    )
    assert life.sealed.outcomes == ("true",)


@mark("P07", "F3", rests_on=SEALED)
def groundless() -> None:
    """What is groundless is not acted on: no measure on anybody, and the stage is that of every other result."""
    life = decided("groundless")
    assert (life.stage, life.sealed.outcomes) == (decided("true").stage, ("groundless",))
    assert life.seal_refused("measure-set", "corrected", by="hr") is RefusalReason.NOT_UPHELD
    assert life.seal_refused("malice-proposed", by="hr") is RefusalReason.NO_MALICE_RULE
