"""P06, complaints about products: intake, check, investigation, as its text says it can do."""

from __future__ import annotations

from casework.engine.refusals import RefusalReason
from casework.intake.entry import Outside
from casework.intake.registration import missing_fields
from tests.casework.marks.book import mark
from tests.casework.marks.code import ACTS_FOR, END, ENGINE, FIELDS, INTAKE, PAGE, SEALED
from tests.casework.marks.desk import acted_for, logged, report_page, taken
from tests.casework.marks.life import Life, policy_of

SERVICE, DEPARTMENT, TOP = "customer-service", "related-department", "top-management"


def confirmed(when: str = "2026-03-02T10:00") -> Life:
    """A complaint that was recorded and whose basics the consumer confirmed."""
    return Life("P06", when).does("registered", by=SERVICE).does("content-confirmed", by=SERVICE)


def checked(grade: str = "quality") -> Life:
    """One that was checked and graded."""
    return confirmed().does("checked", by=SERVICE).does("graded", by=SERVICE, grade=grade)


def routed(grade: str = "quality") -> Life:
    """One that lies with the department concerned."""
    return checked(grade).does("routed", by=SERVICE, departments="workshop")


def decided(grade: str = "quality", outcome: str = "borne-out") -> Life:
    """One that was investigated and decided."""
    life = routed(grade).does("evidence-gathered", by=DEPARTMENT).does("cause-found", by=DEPARTMENT)
    return life.does("plan-drafted", by=DEPARTMENT).decides(outcome, by=DEPARTMENT, to="result")


@mark("P06", "A3", rests_on=INTAKE)
def consumers() -> None:
    """Consumers complain about products; a dealer is heard, and marked as not named."""
    assert taken("P06", "website", kind="complaint", subject="consumer").outside == ()
    assert taken("P06", "website", kind="complaint", subject="dealer").outside == (Outside.SUBJECT,)


@mark("P06", "A7", rests_on=(INTAKE, ENGINE))
def product_or_not() -> None:
    """What is no matter of product quality is marked at intake, and takes another way after the check."""
    assert taken("P06", "website", kind="complaint", left_out=True).outside == (Outside.SCOPE,)
    life = checked("other")
    assert life.refused("routed", by=SERVICE, departments="workshop") is RefusalReason.ANOTHER_GRADE
    assert life.does("assigned", by=SERVICE, handler="zhang-san").stage == "investigation"


@mark("P06", "B1", rests_on=INTAKE)
def hotline() -> None:
    """The hotline is one of the ways of the text and leads to customer service."""
    found = logged("P06", "hotline", kind="complaint", by=SERVICE)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("客服热线", (SERVICE,), False)


@mark("P06", "B2", rests_on=INTAKE)
def mailbox() -> None:
    """The service mailbox is one of the ways of the text and leads to customer service."""
    found = logged("P06", "mailbox", kind="complaint")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("客服邮箱", (SERVICE,), False)


@mark("P06", "B3", rests_on=(PAGE, ACTS_FOR))
def website() -> None:
    """The complaints column of the website is the report page; customer service acts on what is written there."""
    assert (report_page("P06").title.zh, report_page("P06").label.zh) == (policy_of("P06").title.zh, "投诉什么事？")
    assert taken("P06", "website", kind="complaint").channel.name.zh == "网站投诉专栏"
    assert acted_for("P06", "website", SERVICE, kind="complaint")
    assert not acted_for("P06", "website", DEPARTMENT, kind="complaint")


@mark("P06", "B4", rests_on=INTAKE)
def letter() -> None:
    """A letter is one of the ways of the text and leads to customer service."""
    found = logged("P06", "letter", kind="complaint", by=SERVICE)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("信件", (SERVICE,), False)
    assert found.intake.channel.kind == "letter"


@mark("P06", "B9", rests_on=INTAKE)
def other_lawful_ways() -> None:
    """Any other lawful way is one of the text's, and leads to customer service."""
    found = taken("P06", "notary", kind="complaint")
    assert (found.channel.name.zh, found.addressees) == ("其他合法途径", (SERVICE,))


@mark("P06", "C3", rests_on=(FIELDS, ENGINE))
def basics() -> None:
    """The consumer's basics are asked for and confirmed before the check."""
    assert [field.id for field in missing_fields(policy_of("P06").rules, ("content",))] == ["complainant"]
    life = Life("P06").does("registered", by=SERVICE)
    assert life.refused("checked", by=SERVICE) is RefusalReason.NOT_HERE
    assert life.does("content-confirmed", by=SERVICE).stage == "check"


@mark("P06", "C4", rests_on=ENGINE)
def recorded() -> None:
    """What is complained of is recorded before anything is confirmed."""
    life = Life("P06")
    assert life.refused("content-confirmed", by=SERVICE) is RefusalReason.FIRST
    assert life.refused("registered", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    assert life.does("registered", by=SERVICE).refused("content-confirmed", by=SERVICE) is None


@mark("P06", "C6", rests_on=ENGINE)
def contacted() -> None:
    """Customer service gets in touch with the consumer, in whatever stage."""
    assert Life("P06").does("contacted", by=SERVICE).events("contacted")[0].role == SERVICE
    assert routed().refused("contacted", by=SERVICE) is None
    assert routed().refused("contacted", by=DEPARTMENT) is RefusalReason.WRONG_ROLE


@mark("P06", "C7", rests_on=("casework.deadlines.clock:clock_state", ENGINE))
def progress() -> None:
    """The contact alone does not do: the consumer must be told how the matter stands."""
    life = Life("P06", "2026-03-02T10:00").does("contacted", by=SERVICE)
    assert life.stands("contact") == "running"
    life.tells("progress-told", by=SERVICE)
    assert life.stands("contact") == "met"


@mark("P06", "D1", rests_on=ENGINE)
def quality_or_not() -> None:
    """Whether it is a matter of quality is decided in the check."""
    assert checked("quality").case.codes["grade"] == "quality"
    assert checked("other").case.codes["grade"] == "other"
    assert Life("P06").refused("graded", by=SERVICE, grade="quality") is RefusalReason.NOT_HERE


@mark("P06", "D2", rests_on=ENGINE)
def major_events() -> None:
    """A major event has a grade of its own."""
    assert checked("major").case.codes["grade"] == "major"
    assert confirmed().refused("graded", by=SERVICE, grade="colossal") is RefusalReason.WRONG_CODE


@mark("P06", "D3", rests_on=ENGINE)
def way_by_grade() -> None:
    """Matters of quality go to the department, the rest to customer service: neither does the other's work."""
    assert checked("quality").refused("assigned", by=SERVICE, handler="zhang-san") is RefusalReason.ANOTHER_GRADE
    assert checked("other").refused("routed", by=SERVICE, departments="lab") is RefusalReason.ANOTHER_GRADE
    assert checked("major").refused("routed", by=SERVICE, departments="lab") is None
    quality, other = routed(), checked("other").does("assigned", by=SERVICE, handler="zhang-san")
    for act in ("evidence-gathered", "cause-found", "plan-drafted"):
        for life, own, stranger in ((quality, DEPARTMENT, SERVICE), (other, SERVICE, DEPARTMENT)):
            assert life.refused(act, by=stranger) in (RefusalReason.WRONG_ROLE, RefusalReason.ANOTHER_GRADE)
            life.does(act, by=own)
    assert quality.refused("decided", by=SERVICE, to="result") is RefusalReason.WRONG_ROLE
    assert other.refused("decided", by=DEPARTMENT, to="result") is RefusalReason.ANOTHER_GRADE


@mark("P06", "D4", rests_on=ENGINE)
def handed_to_department() -> None:
    """The departments must be named, and the investigation begins with them."""
    life = checked("quality")
    assert life.refused("routed", by=SERVICE) is RefusalReason.WRONG_CODE
    life.does("routed", by=SERVICE, departments="workshop,lab")
    assert (life.stage, life.case.departments) == ("investigation", ("workshop", "lab"))


@mark("P06", "E1", rests_on=ENGINE)
def preliminary_check() -> None:
    """Nothing is handed on before the preliminary check and the grade."""
    life = confirmed().does("graded", by=SERVICE, grade="quality")
    assert life.refused("routed", by=SERVICE, departments="lab") is RefusalReason.FIRST
    assert life.does("checked", by=SERVICE).refused("routed", by=SERVICE, departments="lab") is None


@mark("P06", "E2", rests_on=ENGINE)
def investigation() -> None:
    """The department investigates in detail, with evidence under seal."""
    life = routed().does("evidence-gathered", by=DEPARTMENT)
    assert life.events("evidence-gathered")[0].item is not None
    assert life.refused("evidence-gathered", by=TOP) is RefusalReason.WRONG_ROLE
    assert checked().refused("evidence-gathered", by=DEPARTMENT) is RefusalReason.NOT_HERE


@mark("P06", "E3", rests_on=ENGINE)
def root_cause() -> None:
    """There is no decision before the cause was found."""
    life = routed().does("plan-drafted", by=DEPARTMENT)
    assert life.refused("decided", by=DEPARTMENT, to="result") is RefusalReason.FIRST
    life.does("cause-found", by=DEPARTMENT)
    assert life.refused("decided", by=DEPARTMENT, to="result") is None


@mark("P06", "E7", rests_on=ENGINE)
def measures_planned() -> None:
    """There is no decision before corrective measures were drafted."""
    life = routed().does("cause-found", by=DEPARTMENT)
    assert life.refused("decided", by=DEPARTMENT, to="result") is RefusalReason.FIRST
    assert life.does("plan-drafted", by=DEPARTMENT).events("plan-drafted")[0].item is not None


@mark("P06", "E10", rests_on=(ENGINE, SEALED))
def carried_out() -> None:
    """The department carries out what solves the problem, once it is decided."""
    assert routed().refused("executed", by=DEPARTMENT) is RefusalReason.NOT_HERE
    life = decided().seals("measure-set", "solved", by=DEPARTMENT).does("executed", by=DEPARTMENT)
    assert [event.role for event in life.events("executed")] == [DEPARTMENT]


@mark("P06", "E11", rests_on=(SEALED, END))
def corrective() -> None:
    """Corrective measures are taken before a complaint that proved true is archived, and no others are known."""
    life = decided().seals("measure-set", "corrective", by=DEPARTMENT)
    assert life.sealed.measures == ("corrective",)
    found = life.does("notified", by=DEPARTMENT).refusal("archived", by=SERVICE)
    assert found is not None
    assert (found.reason, found.names) == (RefusalReason.MEASURE_FIRST, ("solved",))
    partly = decided(outcome="partly-borne-out").does("notified", by=DEPARTMENT).refusal("archived", by=SERVICE)
    assert partly is not None
    assert (partly.reason, set(partly.names)) == (RefusalReason.MEASURE_FIRST, {"corrective", "solved"})
    assert life.seal_refused("measure-set", "fine", by=DEPARTMENT) is RefusalReason.NO_SUCH_MEASURE
    assert life.refused("measure-set", by=TOP) is RefusalReason.WRONG_ROLE
