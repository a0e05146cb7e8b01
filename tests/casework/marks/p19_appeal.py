"""P19, complaints of employees with review and publication: clocks, appeal, people and the policy's own life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import describe, in_chinese, in_english
from casework.protection.conduct import duties_of
from casework.protection.secrecy import About, Silence, disclosure, protected
from casework.rules.clauses import DisclosureGround, DutyOf
from casework.rules.roles import RoleId
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, CLOCK, DISCLOSURE, DUTIES, ENGINE, PAGE, PROTECTED, SEALED, VERSIONS
from tests.casework.marks.desk import report_page
from tests.casework.marks.life import Life, policy_of
from tests.casework.marks.p19 import COMPANY, HR, OWNER, decided, routed, submitted, told
from tests.casework.marks.published import in_force

WORDS = "casework.policy_check.policy_words:describe"


def received(when: str = "2026-03-02", read: str | None = None) -> Life:
    """One whose complainant has the notice."""
    return told(when=when).reporter("notice-received", on=read)


def appealed(when: str = "2026-03-02") -> Life:
    """One whose complainant appealed."""
    return received(when).reporter("appealed")


def final(outcome: str = "partly-borne-out") -> Life:
    """One that was decided again."""
    life = appealed().does("reinvestigated", by=HR)
    return life.decides(outcome, by=HR, to="final", act="appeal-decided")


@mark("P19", "E10", rests_on=ENGINE)
def carried_out() -> None:
    """What is decided is published and carried out by the owning department, appealed or not, before the case ends."""
    life = final().does("notified", by=HR)
    assert life.refused("closed", by=HR) is RefusalReason.FIRST
    again = received().does("published", by=OWNER).reporter("appealed").does("reinvestigated", by=HR)
    again.decides("not-borne-out", by=HR, to="final", act="appeal-decided").does("notified", by=HR)
    assert again.does("executed", by=OWNER).refused("closed", by=HR) is RefusalReason.FIRST
    assert life.refused("executed", by=HR) is RefusalReason.WRONG_ROLE
    life.does("published", by=OWNER)
    assert life.refused("closed", by=HR) is RefusalReason.FIRST
    assert life.does("executed", by=OWNER).does("closed", by=HR).ended
    accepted = received("2026-02-13", "2026-02-13").does("published", by=OWNER)
    assert accepted.refused("closed", by=HR, on="2026-02-26") is RefusalReason.FIRST
    assert accepted.does("executed", by=OWNER).does("closed", by=HR, on="2026-02-26").ended


@mark("P19", "G1", rests_on=CLOCK)
def a_day_of_hours() -> None:
    """The department is found within 24 hours of the complaint, over a weekend: at the minute, and not after."""
    life = Life("P19", "2026-03-06T16:30").does("checked", by=HR)
    assert life.due("preliminary-review") == "2026-03-07T16:30"
    assert life.stands("preliminary-review", "2026-03-07T16:31") == ClockStatus.MISSED
    life.does("routed", by=HR, departments="sales", on="2026-03-07T16:30")
    assert life.stands("preliminary-review") == ClockStatus.SATISFIED


@mark("P19", "G2", rests_on=CLOCK)
def three_working_days() -> None:
    """The report within three working days of the department's receipt, not counting a weekend."""
    life = routed("2026-03-05").does("department-received", by=OWNER, on="2026-03-05")
    assert life.due("investigation") == "2026-03-10"
    assert life.stands("investigation", "2026-03-11") == ClockStatus.MISSED
    life.does("evidence-gathered", by=OWNER, on="2026-03-11")
    assert life.does("report-formed", by=OWNER, on="2026-03-11").stands("investigation") == ClockStatus.LATE


@mark("P19", "G7", rests_on=CLOCK)
def nested() -> None:
    """HR's day and the department's three days are two clocks in one case: one can be kept and the other not."""
    life = Life("P19", "2026-03-02T10:00").does("checked", by=HR)
    life.does("routed", by=HR, departments="sales", on="2026-03-04")
    life.does("department-received", by=OWNER)
    assert life.due("investigation") == "2026-03-09"
    assert (life.rule("preliminary-review").who, life.rule("investigation").who) == (HR, OWNER)
    assert (life.stands("preliminary-review"), life.stands("investigation")) == (
        ClockStatus.LATE,
        ClockStatus.RUNNING,
    )
    life.does("evidence-gathered", by=OWNER).does("report-formed", by=OWNER, on="2026-03-09")
    assert life.stands("investigation") == ClockStatus.SATISFIED


@mark("P19", "G8", rests_on=CLOCK)
def from_the_notice() -> None:
    """The time to appeal begins when the notice was received, however long that took."""
    life = told("borne-out", "2026-03-02")
    assert life.stands("appeal", "2026-03-20") == ClockStatus.NOT_STARTED
    assert life.reporter("notice-received", on="2026-03-20").due("appeal") == "2026-03-25"


@mark("P19", "G9", rests_on=(CLOCK, CLAUSES))
def quickly() -> None:
    """Handling is to be quick: from the complaint to the notice, without a number, and the charter says it."""
    assert Life("P19").stands("handling", "2026-12-01") == ClockStatus.PROMPTLY
    assert decided().due("handling") is None
    assert told().stands("handling") == ClockStatus.SATISFIED
    lines = list(describe_clauses(policy_of("P19"), in_chinese))
    assert lines[lines.index("\n原则") + 2] == "  迅速、高效"


@mark("P19", "I1", rests_on=ENGINE)
def appeal() -> None:
    """The complainant may appeal once the notice has come, and nobody in the office does it for them."""
    assert told().refused("appealed") is RefusalReason.FIRST
    life = received()
    assert "appealed" in life.may()
    assert "appealed" not in life.may(by=HR)
    life.reporter("appealed")
    assert (life.events("appealed")[0].item is not None, life.stage) == (True, "reexamination")


@mark("P19", "I2", rests_on=(CLOCK, ENGINE))
def window() -> None:
    """The appeal counts on the third working day after the notice, over Spring Festival, and not on the next day."""
    life = received("2026-02-13", "2026-02-13").does("published", by=OWNER).does("executed", by=OWNER)
    assert life.due("appeal") == "2026-02-25"
    assert life.refused("appealed", on="2026-02-25T23:59") is None
    assert life.refused("appealed", on="2026-02-26") is RefusalReason.TOO_LATE
    assert life.refused("closed", by=HR, on="2026-02-25T23:59") is RefusalReason.TOO_EARLY
    assert life.does("closed", by=HR, on="2026-02-26").ended


@mark("P19", "I3", rests_on=CLOCK)
def time_to_decide() -> None:
    """The final decision within three working days of the appeal: on the third in time, on the fourth late."""
    life = appealed("2026-03-05")
    assert life.due("reexamination") == "2026-03-10"
    life.does("reinvestigated", by=HR)
    assert life.stands("reexamination", "2026-03-10T23:59") == ClockStatus.RUNNING
    life.does("appeal-decided", by=HR, to="final", on="2026-03-11")
    assert life.stands("reexamination") == ClockStatus.LATE


@mark("P19", "I4", rests_on=(ENGINE, WORDS))
def same_body() -> None:
    """HR, who decided, re-examine it themselves: neither the department nor the company does."""
    life = appealed()
    for other in (OWNER, COMPANY):
        assert life.refused("reinvestigated", by=other) is RefusalReason.WRONG_ROLE
        assert life.refused("appeal-decided", by=other, to="final") is RefusalReason.WRONG_ROLE
    assert life.refused("appeal-decided", by=HR, to="final") is None
    lines = list(describe(policy_of("P19"), in_chinese))
    assert "  向人力资源部申诉: 人力资源部, final, ×1" in lines


@mark("P19", "I5", rests_on=(ENGINE, SEALED))
def final_decision() -> None:
    """What is decided on appeal replaces the first decision and is final: told, carried out, and over."""
    assert (received().sealed.outcomes, final().sealed.outcomes) == (("borne-out",), ("partly-borne-out",))
    life = final("not-borne-out").does("notified", by=HR).reporter("notice-received")
    assert (life.stage, life.refused("appealed")) == ("final", RefusalReason.NOT_HERE)
    assert (
        life.verdict_refused("borne-out", by=HR, to="reexamination", act="appeal-decided")
        is RefusalReason.ANOTHER_STAGE
    )
    assert [life.refused(act, by="superior") for act in ("measure-set", "rewarded")] == [RefusalReason.WRONG_ROLE] * 2
    assert life.seals("rewarded", by=COMPANY, reward="proposal").refused("measure-set", by=OWNER) is None
    life.does("published", by=OWNER).does("executed", by=OWNER)
    assert life.does("closed", by=HR).stage == "ended"


@mark("P19", "J1", rests_on=(PROTECTED, DISCLOSURE))
def both_sides() -> None:
    """The privacy of complainant and respondent is respected alike, and the text knows no ground to break it."""
    policy = policy_of("P19")
    assert protected(policy) == {About.REPORTER, About.CONTENT, About.RESPONDENT}
    for about in (About.REPORTER, About.RESPONDENT):
        found = disclosure(policy, about, DisclosureGround.CONSENT)
        assert found.text is not None
        assert (found.why, found.text.zh) == (Silence.NO_GROUND, "尊重投诉人及被投诉人的隐私")


@mark("P19", "J4", rests_on=(DUTIES, PAGE))
def truth() -> None:
    """The complainant owes the truth, neither made up nor twisted, and reads so where the report is written."""
    (duty,) = duties_of(policy_of("P19"), DutyOf.REPORTER)
    assert duty.text.zh == "如实反映问题，不得捏造、歪曲事实"
    hint = report_page("P19").hint
    assert hint is not None
    assert hint.zh == "请具体、客观地写，如实反映问题，不捏造、不歪曲事实。"
    assert duties_of(policy_of("P19"), DutyOf.RESPONDENT) == ()


@mark("P19", "J5", rests_on=(SEALED, ENGINE))
def made_up() -> None:
    """Made-up facts are a step of their own: proposed by HR, approved by the company, never by anyone who decided."""
    life = told("not-borne-out")
    assert life.seal_refused("malice-approved", by=COMPANY) is RefusalReason.FIRST
    assert life.refused("malice-proposed", by=OWNER) is RefusalReason.WRONG_ROLE
    life.seals("malice-proposed", by=HR, member=2)
    assert life.seal_refused("malice-approved", by=HR) is RefusalReason.SAME_PERSON
    assert life.seal_refused("malice-approved", by=HR, member=3) is RefusalReason.WRONG_ROLE
    assert life.seal_refused("measure-set", "penalty", by=COMPANY) is RefusalReason.FIRST
    assert life.seals("malice-approved", by=COMPANY).sealed.malice_approved_by == life.member(COMPANY)
    assert life.seals("measure-set", "penalty", by=COMPANY).sealed.measures == ("penalty",)
    again = final("not-borne-out").seals("malice-proposed", by=HR, member=2)
    assert again.refused("malice-approved", by=HR, member=3) is RefusalReason.WRONG_ROLE
    assert again.seals("malice-approved", by=COMPANY).sealed.malice_approved_by == again.member(COMPANY)


@mark("P19", "J7", rests_on=(DUTIES, CLAUSES))
def conduct() -> None:
    """Owning department and HR owe that they do their work with care; the company punishes breaches, and says so."""
    assert "  违反本制度的，依法依规处罚 (公司)" in list(describe_clauses(policy_of("P19"), in_chinese))
    for role in (OWNER, HR):
        (duty,) = duties_of(policy_of("P19"), DutyOf.HANDLER, RoleId(role))
        assert (duty.by, duty.text.zh) == (role, "认真履行职责，确保处理顺利")
    assert duties_of(policy_of("P19"), DutyOf.HANDLER, RoleId("superior")) == ()


@mark("P19", "K6", rests_on=(VERSIONS, CLAUSES))
def from_publication() -> None:
    """In force from its publication: not a day earlier, and with nothing said of older rules."""
    published = replace(policy_of("P19"), bound=replace(policy_of("P19").bound, effective=date(2026, 5, 4)))
    assert in_force([published], date(2026, 5, 3)) is None
    assert in_force([published], date(2026, 5, 4)) is published
    lines = list(describe_clauses(published, in_english))
    assert lines[lines.index("\nIn force") + 1] == "  In force from its publication"
    assert "\nWhat gives way" not in lines


@mark("P19", "K7", rests_on=CLAUSES)
def interpretation() -> None:
    """HR, who run its cases, interpret it too."""
    lines = list(describe_clauses(policy_of("P19"), in_chinese))
    assert lines[lines.index("\n解释") + 1] == "  由人力资源部负责解释 (人力资源部)"
    assert submitted().refused("approved", by=HR) is None
