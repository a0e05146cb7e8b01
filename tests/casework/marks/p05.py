"""P05, complaints of owners: intake, grading and the way of a complaint, as its text says it can do."""

from __future__ import annotations

from casework.engine.refusals import RefusalReason
from casework.intake.entry import Outside
from tests.casework.marks.book import mark
from tests.casework.marks.code import ACTS_FOR, ENGINE, INTAKE, PAGE, SEALED, SHEET
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken
from tests.casework.marks.life import Life, policy_of

COMPANY, MANAGER = "property-company", "property-manager"


def graded(grade: str = "general", when: str = "2026-03-02T10:00") -> Life:
    """A complaint that was registered and graded."""
    return Life("P05", when).does("registered", by=COMPANY).does("graded", by=COMPANY, grade=grade)


def looked_into(grade: str = "general") -> Life:
    """One whose preliminary investigation is over and whose cause was found."""
    return graded(grade).does("checked", by=MANAGER).does("cause-found", by=COMPANY)


def planned(outcome: str = "real") -> Life:
    """One whose solution was told to the owner."""
    life = looked_into().decides(outcome, by=COMPANY, to="solution")
    return life.does("plan-drafted", by=COMPANY).does("plan-told", by=COMPANY)


def fed_back(outcome: str = "real") -> Life:
    """One whose solution was agreed, carried out and told."""
    life = planned(outcome).reporter("plan-agreed").does("executed", by=COMPANY)
    return life.does("notified", by=COMPANY)


@mark("P05", "A3", rests_on=INTAKE)
def owners() -> None:
    """Owners may complain; a visitor is heard, and marked as not named."""
    assert taken("P05", "chat", subject="owner").outside == ()
    assert taken("P05", "chat", subject="visitor").outside == (Outside.SUBJECT,)


@mark("P05", "A7", rests_on=(INTAKE, ENGINE))
def jurisdiction() -> None:
    """What is no matter of the property company is marked at intake and ends with a refusal once the cause is known."""
    assert taken("P05", "chat", left_out=True).outside == (Outside.SCOPE,)
    life = graded().does("checked", by=MANAGER)
    assert life.refused("refused", by=COMPANY) is RefusalReason.FIRST
    assert life.does("cause-found", by=COMPANY).does("refused", by=COMPANY).ended


@mark("P05", "B1", rests_on=INTAKE)
def hotline() -> None:
    """What comes by the hotline goes to the company, and the manager may write it down too."""
    for writer in (COMPANY, MANAGER):
        found = taken("P05", "hotline", by=writer)
        assert (found.channel.name.zh, found.addressees) == ("服务热线", (COMPANY,))


@mark("P05", "B3", rests_on=(PAGE, ACTS_FOR))
def live_chat() -> None:
    """The owner writes online, on the report page; the company acts on it."""
    assert (report_page("P05").title.zh, report_page("P05").label.zh) == (policy_of("P05").title.zh, "投诉什么事？")
    assert taken("P05", "chat").channel.name.zh == "在线客服"
    assert acted_for("P05", "chat", COMPANY)
    assert not acted_for("P05", "chat", MANAGER)


@mark("P05", "B5", rests_on=INTAKE)
def at_the_counter() -> None:
    """Anyone who comes in person is heard, and need not write."""
    found = logged("P05", "counter", by=COMPANY)
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("现场接待", (COMPANY,), False)
    assert not found.intake.to_be_written


@mark("P05", "B9", rests_on=INTAKE)
def open_list() -> None:
    """The list of channels is not a closed one: what comes another way reaches the company."""
    found = taken("P05", "owners-group")
    assert (found.channel.name.zh, found.channel.kind, found.addressees) == ("其他渠道", "other", (COMPANY,))


@mark("P05", "C3", rests_on=(SHEET, INTAKE))
def basics() -> None:
    """Person, content and time are written into the register: time is needed, the person is asked for."""
    gaps = taken("P05", "counter", by=COMPANY).gaps
    assert [(gap.name.zh, gap.need) for gap in gaps] == [("投诉人的基本信息", "asked"), ("时间", "required")]
    sheet = form("P05", "counter", by=COMPANY, fields={"time": "昨晚", "content": "漏水"})
    assert [(row.label.zh, row.value.zh) for row in sheet.rows[-3:]] == [
        ("投诉人的基本信息", "未提供"), ("投诉内容", "漏水"), ("时间", "昨晚"),
    ]  # fmt: skip


@mark("P05", "C4", rests_on=ENGINE)
def registration() -> None:
    """A complaint is registered before it is graded, and by the company."""
    life = Life("P05")
    assert life.refused("graded", by=COMPANY, grade="general") is RefusalReason.FIRST
    assert life.refused("registered", by=MANAGER) is RefusalReason.WRONG_ROLE
    assert life.does("registered", by=COMPANY).refused("graded", by=COMPANY, grade="general") is None


@mark("P05", "C6", rests_on=("casework.deadlines.clock:clock_state", ENGINE))
def answer() -> None:
    """The owner gets an answer within the day: being told of progress is one."""
    assert graded(when="2026-03-02T10:00").stands("response", "2026-03-03T10:01") == "missed"
    life = graded(when="2026-03-02T10:00")
    assert life.stands("response") == "running"
    life.tells("progress-told", by=MANAGER, on="2026-03-03T10:00")
    assert life.stands("response") == "met"
    # The limit is the company's: it answers before the grading, and while its managers look into the matter.
    for early in (Life("P05", "2026-03-02T10:00"), graded(when="2026-03-02T10:00")):
        assert early.tells("progress-told", by=COMPANY, on="2026-03-03T10:00").stands("response") == "met"


@mark("P05", "D2", rests_on=ENGINE)
def urgency() -> None:
    """A complaint is graded general or complex, and moves on with its grade."""
    life = graded("complex")
    assert (life.case.codes["grade"], life.stage) == ("complex", "preliminary")
    assert (
        Life("P05").does("registered", by=COMPANY).refused("graded", by=COMPANY, grade="red")
        is RefusalReason.WRONG_CODE
    )


@mark("P05", "E1", rests_on=ENGINE)
def preliminary() -> None:
    """The property manager looks into it first; until then nobody is held responsible."""
    life = graded()
    assert life.refused("cause-found", by=COMPANY) is RefusalReason.NOT_HERE
    assert life.refused("checked", by=COMPANY) is RefusalReason.WRONG_ROLE
    assert life.does("checked", by=MANAGER).stage == "responsibility"


@mark("P05", "E3", rests_on=ENGINE)
def responsibility() -> None:
    """Whose responsibility it is must be found before anything is decided."""
    life = graded().does("checked", by=MANAGER)
    assert life.refused("decided", by=COMPANY, to="solution") is RefusalReason.FIRST
    life.does("cause-found", by=COMPANY)
    assert life.refused("decided", by=COMPANY, to="solution") is None
    assert life.events("cause-found")[0].item is not None


@mark("P05", "E5", rests_on=ENGINE)
def agreed_with_the_owner() -> None:
    """The solution is carried out once the owner agrees, or when no answer came in the bound time."""
    assert planned().refused("executed", by=COMPANY) is RefusalReason.NOT_HERE
    assert planned().reporter("plan-agreed").stage == "execution"
    assert planned().reporter("plan-refused").stage == "solution"
    life = planned()
    assert life.refused("unanswered", by=COMPANY, on="2026-03-09T23:59") is RefusalReason.TOO_EARLY
    assert life.does("unanswered", by=COMPANY, on="2026-03-10").stage == "execution"


@mark("P05", "E7", rests_on=ENGINE)
def solution() -> None:
    """For what is real a solution is drafted, sealed, by the company."""
    life = looked_into().decides("real", by=COMPANY, to="solution")
    assert life.refused("plan-drafted", by=MANAGER) is RefusalReason.WRONG_ROLE
    assert life.does("plan-drafted", by=COMPANY).events("plan-drafted")[0].item is not None


@mark("P05", "E10", rests_on=ENGINE)
def execution() -> None:
    """Once the owner agreed, the solution is carried out, and only then the owner is told that it was."""
    life = planned().reporter("plan-agreed")
    assert life.refused("notified", by=COMPANY) is RefusalReason.NOT_HERE
    assert life.refused("executed", by=MANAGER) is RefusalReason.WRONG_ROLE
    assert life.does("executed", by=COMPANY).stage == "feedback"
    assert len(life.events("executed")) == 1


@mark("P05", "E12", rests_on=ENGINE)
def coordination() -> None:
    """Others are brought in where a solution needs them."""
    life = looked_into("complex").decides("real", by=COMPANY, to="solution")
    assert life.does("coordinated", by=COMPANY).stage == "solution"
    assert looked_into().refused("coordinated", by=COMPANY) is RefusalReason.NOT_HERE


@mark("P05", "F1", rests_on=SEALED)
def reality() -> None:
    """Whether the problem is real is the verdict, under seal; both verdicts lead to the same stage."""
    life = looked_into()
    assert life.verdict_refused("real", by=COMPANY, to="solution") is None
    assert life.verdict_refused("not-real", by=COMPANY, to="solution") is None
    assert life.verdict_refused("real", by=COMPANY, to="ended") is RefusalReason.ANOTHER_STAGE
    assert life.verdict_refused("half-real", by=COMPANY) is RefusalReason.NO_SUCH_OUTCOME
