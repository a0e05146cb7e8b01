"""P04, the company's own whistleblowing policy: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.obligations.retention import RetentionStatus, retention
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.protection.conduct import guards_against_revenge
from casework.protection.secrecy import About, Silence, disclosure, protected
from casework.rules.clauses import DisclosureGround
from tests.casework.marks.book import mark
from tests.casework.marks.code import ACTS_FOR, END, PAGE
from tests.casework.marks.desk import acted_for, logged, report_page, taken, turned_back
from tests.casework.marks.life import Life, moment, policy_of

ENGINE = "casework.engine.engine:decide"
CLOCK = "casework.deadlines.clock:clock_state"
SEALED = "casework.engine.sealed_steps:check_sealed"
INTAKE = "casework.intake.on_behalf:log_report"


def registered() -> Life:
    """A report that the company has written down and given to its dedicated person."""
    return Life("P04").does("registered", by="company").does("assigned", by="company", handler="zhang-san")


def decided(outcome: str = "substantiated") -> Life:
    """A report that was looked into and decided."""
    life = registered().does("evidence-gathered", by="dedicated-person").does("checked", by="dedicated-person")
    return life.decides(outcome, by="company", to="result")


@mark("P04", "A1", rests_on=INTAKE)
def employees() -> None:
    """An employee's report is one of those the text names; a former one is heard, and marked as not named."""
    found = taken("P04", "platform", kind="report", subject="employee")
    assert found.subject is not None
    assert found.subject.name.zh == "公司内部员工"
    assert not found.outside
    assert taken("P04", "platform", kind="report", subject="former-employee").outside == (Outside.SUBJECT,)


@mark("P04", "A3", rests_on=INTAKE)
def partners() -> None:
    """A partner and any other interested party may report; a passer-by is heard too, but marked as not named."""
    for subject in ("partner", "interested-party"):
        assert not taken("P04", "platform", kind="report", subject=subject).outside
    assert taken("P04", "platform", kind="report", subject="passer-by").outside == (Outside.SUBJECT,)


@mark("P04", "A5", rests_on=INTAKE)
def one_register() -> None:
    """Complaint and report of wrongdoing stand in one register, and a report says which it is."""
    registers = {taken("P04", "platform", kind=kind).register for kind in ("complaint", "report")}
    assert registers == {"reports"}
    assert turned_back("P04", "platform") is IntakeReason.WHICH_KIND


@mark("P04", "A8", rests_on=(PAGE, "casework.policy_check.clause_words:describe_clauses"))
def reach() -> None:
    """Reporters read on their page that it binds all departments, posts and employees, as everybody does."""
    (whom,) = report_page("P04").applies
    assert whom.both() == {
        "zh": "公司内的所有部门、岗位以及所有员工",
        "en": "All departments, posts and employees of the company",
    }
    assert "  公司内的所有部门、岗位以及所有员工" in list(describe_clauses(policy_of("P04"), in_chinese))
    assert "  All departments, posts and employees of the company" in list(
        describe_clauses(policy_of("P04"), in_english)
    )


@mark("P04", "B1", rests_on=INTAKE)
def telephone() -> None:
    """The telephone is one of the ways of the text and reaches the company."""
    found = taken("P04", "telephone", kind="report", by="company")
    assert (found.channel.name.zh, found.addressees) == ("投诉举报电话", ("company",))


@mark("P04", "B2", rests_on=INTAKE)
def mailbox() -> None:
    """The reporting e-mail address is one of the ways of the text and leads to the company."""
    found = logged("P04", "mailbox", kind="report")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == (
        "投诉举报邮箱", ("company",), False,
    )  # fmt: skip


@mark("P04", "B3", rests_on=(PAGE, ACTS_FOR, INTAKE))
def platform() -> None:
    """The platform is the report page and leads to the company; a text message, which is not named, goes there too."""
    assert report_page("P04").label.zh == "发生了什么？"
    found, other = logged("P04", "platform", kind="complaint"), logged("P04", "message", kind="complaint")
    assert (found.intake.channel.name.zh, found.beside) == ("投诉举报平台", False)
    assert (other.beside, other.intake.addressees) == (True, ("company",))
    assert acted_for("P04", "platform", "company", kind="complaint")
    assert not acted_for("P04", "platform", "dedicated-person", kind="complaint")


@mark("P04", "B4", rests_on=INTAKE)
def letter() -> None:
    """A letter is taken in by the company as what it is."""
    found = logged("P04", "letter", kind="report", by="company")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("书面", ("company",), False)
    assert found.intake.channel.kind == "letter"


@mark("P04", "B5", rests_on=INTAKE)
def by_word_of_mouth() -> None:
    """Spoken reports count as one of the ways of the text, and reach the company."""
    found = logged("P04", "oral", kind="report")
    assert (found.intake.channel.name.en, found.intake.addressees, found.beside) == ("Orally", ("company",), False)


@mark("P04", "C1", rests_on=(PAGE, INTAKE))
def content() -> None:
    """The page asks who did what, when and where, in detail; with an account, evidence alone is still asked for."""
    hint = report_page("P04").hint
    assert hint is not None
    assert hint.zh.startswith("谁、什么时间、在哪里、做了什么、您是怎么知道的。")
    assert [field.id for field in policy_of("P04").rules.fields if field.need == "required"] == ["content"]
    assert [field.id for field in taken("P04", "mailbox", kind="report").gaps] == ["evidence"]


@mark("P04", "C2", rests_on=INTAKE)
def evidence_given() -> None:
    """Evidence is asked of the reporter, and a report without any is taken in all the same."""
    assert [gap.id for gap in taken("P04", "platform", kind="report", fields={"content": "…"}).gaps] == ["evidence"]
    assert taken("P04", "platform", kind="report", fields={"content": "…", "evidence": "…"}).complete


@mark("P04", "C4", rests_on=ENGINE)
def registration() -> None:
    """Nothing is assigned before it is registered, and only the company registers."""
    life = Life("P04")
    assert life.refused("assigned", by="company", handler="zhang-san") is RefusalReason.NOT_HERE
    assert life.refused("registered", by="dedicated-person") is RefusalReason.WRONG_ROLE
    assert life.does("registered", by="company").stage == "registered"


@mark("P04", "D5", rests_on=ENGINE)
def dedicated_person() -> None:
    """A case is looked into by its dedicated person, who must be named."""
    life = Life("P04").does("registered", by="company")
    assert life.refused("assigned", by="company") is RefusalReason.WRONG_CODE
    life.does("assigned", by="company", handler="zhang-san")
    assert life.refused("checked", by="company") is RefusalReason.WRONG_ROLE
    assert life.does("checked", by="dedicated-person").stage == "handling"


@mark("P04", "E2", rests_on=ENGINE)
def investigation() -> None:
    """Evidence is gathered and people are talked to before anything is decided."""
    life = registered()
    assert {"evidence-gathered", "talked", "checked"} <= life.may(by="dedicated-person")
    life.does("evidence-gathered", by="dedicated-person").does("talked", by="dedicated-person")
    assert life.refused("decided", by="company", to="result") is RefusalReason.NOT_HERE
    assert [event.item is not None for event in life.events("evidence-gathered", "talked")] == [True, True]


@mark("P04", "E11", rests_on=(ENGINE, SEALED, END))
def corrective_action() -> None:
    """What proves true is put right before it is filed away: a measure, sealed, and not before there is a decision."""
    life = registered().does("checked", by="dedicated-person")
    assert life.seal_refused("measure-set", "corrective", by="company") is RefusalReason.VERDICT_FIRST
    life.decides("substantiated", by="company", to="result").seals("measure-set", "corrective", by="company")
    assert life.sealed.measures == ("corrective",)
    bare = decided("substantiated").does("notified", by="company")
    assert bare.refused("archived", by="company") is RefusalReason.MEASURE_FIRST
    assert bare.seals("measure-set", "corrective", by="company").does("archived", by="company").ended
    unfounded = decided("unfounded").does("notified", by="company")
    assert unfounded.refused("archived", by="company") is RefusalReason.MEASURES_OR_NONE
    assert unfounded.seals("measure-set", by="company").does("archived", by="company").ended


@mark("P04", "F1", rests_on=SEALED)
def verdict() -> None:
    """The verdict says whether the report proved true, in one of the policy's words, and the stage does not tell it."""
    life = registered().does("checked", by="dedicated-person")
    assert life.verdict_refused("guilty", by="company", to="result") is RefusalReason.NO_SUCH_OUTCOME
    assert life.verdict_refused("substantiated", by="company", to="investigation") is RefusalReason.ANOTHER_STAGE
    assert {decided("substantiated").stage, decided("unfounded").stage} == {"result"}


@mark("P04", "F4", rests_on=(SEALED, ENGINE))
def sanctions() -> None:
    """Warning, transfer, dismissal and others in own words; nobody is punished on an unfounded report."""
    life = decided()
    for measure in ("warning", "transfer", "dismissal"):
        assert life.seal_refused("measure-set", measure, by="company") is None
        assert decided("unfounded").seal_refused("measure-set", measure, by="company") is RefusalReason.NOT_UPHELD
    assert life.seal_refused("measure-set", "warning", by="company", own_words=True) is RefusalReason.NO_SUCH_MEASURE
    assert life.seal_refused("measure-set", "other", by="company", own_words=True) is None
    assert life.refused("measure-set", by="dedicated-person") is RefusalReason.WRONG_ROLE


@mark("P04", "G9", rests_on=CLOCK)
def promptly() -> None:
    """Registration is due promptly: it runs from the arrival, has no number, and is never called overdue."""
    life = Life("P04")
    assert life.stands("register") == ClockStatus.PROMPTLY
    assert life.due("register") is None
    assert life.stands("register", "2026-12-31") == ClockStatus.PROMPTLY
    assert life.does("registered", by="company").stands("register") == ClockStatus.SATISFIED


@mark("P04", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The reporter is told the result, in an item of their own, before the case can be filed away."""
    life = decided()
    assert life.refused("archived", by="company") is RefusalReason.FIRST
    life.seals("measure-set", "corrective", by="company").tells("notified", by="company")
    assert life.does("archived", by="company").ended


@mark("P04", "J1", rests_on=("casework.protection.secrecy:disclosure", "casework.protection.secrecy:protected"))
def secrecy() -> None:
    """Neither who reported nor what is told to anybody outside, on any ground."""
    policy = policy_of("P04")
    assert protected(policy) == {About.REPORTER, About.CONTENT}
    for ground in DisclosureGround:
        assert disclosure(policy, About.REPORTER, ground).why is Silence.NEVER
        assert disclosure(policy, About.CONTENT, ground).why is Silence.NEVER


@mark("P04", "J3", rests_on=("casework.protection.conduct:guards_against_revenge", INTAKE))
def no_revenge() -> None:
    """The company answers for it that nobody is punished for reporting, and revenge is a matter to report itself."""
    assert guards_against_revenge(policy_of("P04")) == ("company",)
    found = taken("P04", "platform", kind="report", category="retaliation")
    assert found.category is not None
    assert (found.category.zh, found.outside) == ("打击报复", ())


@mark("P04", "J6", rests_on=(ENGINE, SEALED))
def reward() -> None:
    """A reporter whose report proved true is rewarded by the company, sealed; nobody else is."""
    assert decided("unfounded").seal_refused("rewarded", by="company", reward="true-report") is RefusalReason.NOT_UPHELD
    life = decided()
    assert life.seal_refused("rewarded", by="company", reward="good-handling") is RefusalReason.NO_SUCH_REWARD
    assert life.refused("rewarded", by="dedicated-person") is RefusalReason.WRONG_ROLE
    assert life.seals("rewarded", by="company", reward="true-report").sealed.rewards == ("true-report",)


@mark("P04", "K1", rests_on=(ENGINE, "casework.obligations.retention:retention"))
def archive() -> None:
    """An archived case takes no further step and is kept for as long as the office bound."""
    life = decided("unfounded").does("notified", by="company").seals("measure-set", by="company")
    life.does("archived", by="dedicated-person", on="2026-03-06")
    assert life.stage == "archived"
    assert life.refused("evidence-gathered", by="dedicated-person") is RefusalReason.NOT_HERE
    kept = retention(life.policy, life.case, moment("2026-03-07").date())
    assert kept.why is RetentionStatus.RUNNING
    assert str(kept.until) == "2029-03-06"
