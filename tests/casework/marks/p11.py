"""P11, internal complaints that may end in discipline: what its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.protection.conduct import duties_of, guards_against_revenge
from casework.protection.secrecy import About, Silence, disclosure, protected
from casework.rules.acts import Act
from casework.rules.clauses import DisclosureGround, DutyOf
from casework.rules.flow import StageId
from casework.rules.roles import RoleId
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, CLOCK, DISCLOSURE, DUTIES, ENGINE, INTAKE, PAGE, PROTECTED, SEALED
from tests.casework.marks.desk import logged, report_page, taken, turned_back
from tests.casework.marks.life import Life, policy_of

SUPERIOR, DEPARTMENT, OVERSIGHT = "superior", "related-department", "oversight"
GUARDS = "casework.protection.conduct:guards_against_revenge"


def reported() -> Life:
    """A complaint that the superior verified and reported on."""
    life = Life("P11").does("evidence-gathered", by=SUPERIOR).does("checked", by=SUPERIOR)
    return life.does("report-formed", by=SUPERIOR).does("report-submitted", by=SUPERIOR)


def decided(outcome: str = "borne-out") -> Life:
    """One that the department decided."""
    return reported().decides(outcome, by=DEPARTMENT, to="handling")


def told(outcome: str = "borne-out") -> Life:
    """One whose resolution was told to the complainant."""
    return decided(outcome).does("notified", by=DEPARTMENT)


def under_review() -> Life:
    """One that the oversight body investigates for itself."""
    life = told().reporter("appealed").does("appeal-accepted", by=OVERSIGHT)
    return life.does("reinvestigated", by=OVERSIGHT)


def reviewed() -> Life:
    """One whose review is decided."""
    return under_review().decides("not-borne-out", by=OVERSIGHT, to="final", act="appeal-decided")


def refused_to(life: Life, act: Act, role: str, *, whom: str, to: str | None = None) -> RefusalReason | None:
    """Why a role refuses an act to the very member who acted for `whom` before."""
    roles = frozenset({RoleId(role)})
    stage = None if to is None else StageId(to)
    found = decide(life.policy, life.case, Command(act, life.at, life.member(whom), roles, stage, item=bytes(32)))
    return found.reason if isinstance(found, Refusal) else None


@mark("P11", "A1", rests_on=INTAKE)
def all_employees() -> None:
    """Full-time employees of the company may complain; somebody from outside is heard, and marked as not named."""
    found = taken("P11", "superior", subject="full-time")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("全职员工", ())
    assert taken("P11", "superior", subject="supplier").outside == (Outside.SUBJECT,)


@mark("P11", "A2", rests_on=INTAKE)
def temporary_and_interns() -> None:
    """Temporary staff and interns are named beside them; somebody from outside is heard, and marked as not named."""
    for subject, name in (("temporary", "临时员工"), ("intern", "实习生")):
        found = taken("P11", "superior", subject=subject)
        assert found.subject is not None
        assert (found.subject.name.zh, found.outside) == (name, ())
    assert taken("P11", "superior", subject="customer").outside == (Outside.SUBJECT,)


@mark("P11", "A6", rests_on=INTAKE)
def catalogue() -> None:
    """Environment, management, conflicts, and all other unlawful acts; what is in no class is turned back."""
    names = []
    for category in ("environment", "management", "conflict", "other"):
        found = taken("P11", "superior", category=category).category
        assert found is not None
        names.append(found.zh)
    assert names[-1] == "其他违法行为、违反公司规定的问题"
    assert len(set(names)) == 4
    assert turned_back("P11", "superior", category="canteen") is IntakeReason.NO_SUCH_CATEGORY


@mark("P11", "B4", rests_on=(INTAKE, CLAUSES))
def in_writing() -> None:
    """A complaint is written: what is spoken has still to be put in writing, and the policy tells everybody so."""
    assert (taken("P11", "superior").channel.name.zh, taken("P11", "superior").to_be_written) == (
        "书面向直接上级",
        False,
    )
    for spoken in ("telephone", "oral", "counter"):
        assert (logged("P11", spoken).beside, taken("P11", spoken).to_be_written) == (True, True)
    lines = list(describe_clauses(policy_of("P11"), in_chinese))
    assert lines[lines.index("\n提出方式") + 1] == "  须书面提出"


@mark("P11", "B7", rests_on=INTAKE)
def addressee() -> None:
    """It goes to the direct superior; one about the superior goes to the oversight body instead."""
    assert (taken("P11", "superior").addressees, taken("P11", "superior").diverted) == ((SUPERIOR,), False)
    found = taken("P11", "superior", concerned=SUPERIOR)
    assert (found.addressees, found.diverted) == ((OVERSIGHT,), True)
    assert Life("P11").does("escalated", by=OVERSIGHT).stage == "assessment"


@mark("P11", "C2", rests_on=INTAKE)
def evidence_given() -> None:
    """Evidence and material are asked of the complainant, and a complaint without any is heard all the same."""
    (gap,) = taken("P11", "superior", fields={"description": "人身攻击"}).gaps
    assert (gap.id, gap.name.zh) == ("evidence", "相关证据和材料")
    assert taken("P11", "superior", fields={"description": "人身攻击", "evidence": "录音"}).complete


@mark("P11", "E2", rests_on=ENGINE)
def verification() -> None:
    """The superior verifies, with evidence under seal, before there is anything to report."""
    life = Life("P11").does("evidence-gathered", by=SUPERIOR)
    assert life.events("evidence-gathered")[0].item is not None
    assert life.refused("report-formed", by=SUPERIOR) is RefusalReason.FIRST
    assert life.refused("checked", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    assert life.does("checked", by=SUPERIOR).refused("report-formed", by=SUPERIOR) is None


@mark("P11", "E4", rests_on=ENGINE)
def report_to_another() -> None:
    """The report goes to the department, which decides; anyone who wrote it does not decide on it."""
    life = Life("P11").does("checked", by=SUPERIOR)
    assert life.refused("report-submitted", by=SUPERIOR) is RefusalReason.FIRST
    life.does("report-formed", by=SUPERIOR).does("report-submitted", by=SUPERIOR)
    assert (life.stage, life.events("report-formed")[0].item is not None) == ("assessment", True)
    assert life.refused("decided", by=SUPERIOR, to="handling") is RefusalReason.WRONG_ROLE
    assert refused_to(life, Act.DECIDED, DEPARTMENT, whom=SUPERIOR, to="handling") is RefusalReason.SAME_PERSON
    assert life.refused("decided", by=DEPARTMENT, to="handling") is None


@mark("P11", "E10", rests_on=ENGINE)
def carried_out() -> None:
    """The department deals with anyone who is concerned: until it has, the case does not end."""
    life = told()
    assert life.refused("closed", by=DEPARTMENT, on="2026-06-01") is RefusalReason.FIRST
    assert life.refused("executed", by=OVERSIGHT) is RefusalReason.WRONG_ROLE
    life.does("executed", by=DEPARTMENT)
    assert life.refused("closed", by=DEPARTMENT, on="2026-03-09") is RefusalReason.TOO_EARLY
    assert life.refused("closed", by=DEPARTMENT, on="2026-06-01") is RefusalReason.MEASURE_FIRST
    life.seals("measure-set", "remedy", by=DEPARTMENT)
    assert life.does("closed", by=DEPARTMENT, on="2026-06-01").ended
    partly = told("partly-borne-out").does("executed", by=DEPARTMENT)
    assert partly.refused("closed", by=DEPARTMENT, on="2026-06-01") is RefusalReason.MEASURE_FIRST


@mark("P11", "E11", rests_on=(SEALED, DUTIES))
def remedy() -> None:
    """What is wrong is remedied: a measure on the organisation, and a duty of anyone who was complained of."""
    assert decided("not-borne-out").refused("measure-set", by=SUPERIOR) is RefusalReason.WRONG_ROLE
    life = decided("not-borne-out").seals("measure-set", "remedy", by=DEPARTMENT)
    assert life.sealed.measures == ("remedy",)
    assert "积极整改，接受处理决议" in [one.text.zh for one in duties_of(policy_of("P11"), DutyOf.RESPONDENT)]


@mark("P11", "E15", rests_on=ENGINE)
def unlawful_acts() -> None:
    """What breaks the law goes to an authority that the policy names; until it is back the company's work rests."""
    life = reported()
    assert life.refused("handed-over", by=DEPARTMENT, authority="newspaper") is RefusalReason.WRONG_CODE
    life.does("handed-over", by=DEPARTMENT, authority="labour-inspection")
    assert life.events("handed-over")[0].item is not None
    assert life.refused("decided", by=DEPARTMENT, to="handling") is RefusalReason.FROZEN
    life.does("handed-back", by=DEPARTMENT, on="2026-05-06")
    assert life.refused("decided", by=DEPARTMENT, to="handling") is None


@mark("P11", "F4", rests_on=SEALED)
def ladder() -> None:
    """Five sanctions, others in own words, one on departments; none of them where the complaint was not borne out."""
    life, cleared = decided("partly-borne-out"), decided("not-borne-out")
    ladder = ("oral-warning", "written-warning", "transfer", "suspension", "expulsion", "other", "department")
    for measure in ladder:
        assert life.seal_refused("measure-set", measure, by=DEPARTMENT) is None
        assert cleared.seal_refused("measure-set", measure, by=DEPARTMENT) is RefusalReason.NOT_UPHELD
    assert life.seal_refused("measure-set", "fine", by=DEPARTMENT) is RefusalReason.NO_SUCH_MEASURE
    assert life.seal_refused("measure-set", "transfer", by=DEPARTMENT, own_words=True) is RefusalReason.NO_SUCH_MEASURE
    assert life.seal_refused("measure-set", "other", by=DEPARTMENT, own_words=True) is None


@mark("P11", "G9", rests_on=CLOCK)
def words_without_number() -> None:
    """At once, as soon as possible, promptly: each has its own start, and none is ever overdue."""
    later, life = "2027-03-02", Life("P11")
    assert [life.stands(name, later) for name in ("verification", "report")] == [
        ClockStatus.PROMPTLY,
        ClockStatus.NOT_STARTED,
    ]
    life = reported()
    assert [life.stands(name, later) for name in ("verification", "report", "resolution")] == [
        ClockStatus.SATISFIED,
        ClockStatus.SATISFIED,
        ClockStatus.PROMPTLY,
    ]
    assert (decided().stands("notice", later), decided().due("notice")) == (ClockStatus.PROMPTLY, None)


@mark("P11", "H1", rests_on=ENGINE)
def resolution_told() -> None:
    """The complainant is told the resolution, and can ask for no review of what they were not told."""
    life = decided()
    assert life.refused("appealed") is RefusalReason.FIRST
    life.tells("notified", by=DEPARTMENT)
    assert life.refused("notified", by=SUPERIOR) is RefusalReason.WRONG_ROLE


@mark("P11", "I1", rests_on=(ENGINE, CLOCK))
def review() -> None:
    """The complainant may ask for a review, while the case waits for it and once more after it has ended."""
    assert "appealed" in told().may()
    life = told().seals("measure-set", "remedy", by=DEPARTMENT).does("executed", by=DEPARTMENT)
    assert life.refused("closed", by=DEPARTMENT, on="2026-03-23T23:00") is RefusalReason.TOO_EARLY
    life.does("closed", by=DEPARTMENT, on="2026-03-24")
    assert life.reporter("appealed", on="2026-08-03").stage == "review"


@mark("P11", "I4", rests_on=ENGINE)
def who_reviews() -> None:
    """The oversight body takes the application up and decides it: neither superior nor department does."""
    life = told().reporter("appealed")
    for other in (SUPERIOR, DEPARTMENT):
        assert life.refused("appeal-accepted", by=other) is RefusalReason.WRONG_ROLE
    assert life.refused("appeal-decided", by=OVERSIGHT, to="final") is RefusalReason.FIRST
    life.does("appeal-accepted", by=OVERSIGHT)
    assert refused_to(life, Act.REINVESTIGATED, OVERSIGHT, whom=DEPARTMENT) is RefusalReason.SAME_PERSON
    life.does("reinvestigated", by=OVERSIGHT)
    assert life.refused("appeal-decided", by=DEPARTMENT, to="final") is RefusalReason.WRONG_ROLE
    assert life.refused("appeal-decided", by=OVERSIGHT, to="final") is None


@mark("P11", "I5", rests_on=(ENGINE, SEALED))
def final() -> None:
    """The review takes the place of the resolution, is told and carried out, and there is no second one."""
    assert decided().sealed.outcomes == ("borne-out",)
    life = reviewed()
    assert life.sealed.outcomes == ("not-borne-out",)
    assert life.seal_refused("measure-set", "suspension", by=DEPARTMENT) is RefusalReason.NOT_UPHELD
    assert life.refused("appealed") is RefusalReason.NOT_HERE
    assert life.refused("closed", by=OVERSIGHT) is RefusalReason.FIRST
    life.does("notified", by=OVERSIGHT).does("executed", by=DEPARTMENT)
    assert life.refused("closed", by=OVERSIGHT) is RefusalReason.MEASURES_OR_NONE
    life.seals("measure-set", by=DEPARTMENT).does("closed", by=OVERSIGHT)
    assert (life.ended, life.refused("appealed")) == (True, RefusalReason.TOO_OFTEN)


@mark("P11", "J1", rests_on=(PROTECTED, DISCLOSURE))
def secrecy() -> None:
    """All information is secret, for both sides, and no ground opens any of it."""
    policy = policy_of("P11")
    assert protected(policy) == {About.REPORTER, About.CONTENT, About.RESPONDENT}
    silences = {disclosure(policy, about, ground).why for about in About for ground in DisclosureGround}
    assert silences == {Silence.NEVER}


@mark("P11", "J3", rests_on=(GUARDS, DUTIES))
def no_revenge() -> None:
    """Anyone who is complained of may take no revenge and is told so; everybody who works on a case guards it."""
    told_to = [duty.text.zh for duty in duties_of(policy_of("P11"), DutyOf.RESPONDENT)]
    assert "不得以任何形式打击报复投诉人" in told_to
    assert guards_against_revenge(policy_of("P11")) == (SUPERIOR, DEPARTMENT, OVERSIGHT)


@mark("P11", "J4", rests_on=(DUTIES, PAGE))
def duties() -> None:
    """Truth, cooperation and secrecy of the complainant, which bars no way to the law; cooperation of the other.

    The page of a case says both, held to this by `tests/browser/test_policy_words.py`.
    """
    truth, acceptance, secret = duties_of(policy_of("P11"), DutyOf.REPORTER)
    assert truth.text.zh == "如实提供证据和材料，配合调查及处理"
    assert acceptance.text.zh == "接受复核决议并执行"
    assert secret.text.zh.startswith("投诉人对调查内容保密（不妨碍依法向有权机关反映")
    assert "never keeps anybody from an authority" in secret.text.en
    other = [duty.text.zh for duty in duties_of(policy_of("P11"), DutyOf.RESPONDENT)]
    assert other[0] == "配合调查，如实提供证据和材料"
    hint = report_page("P11").hint
    assert hint is not None
    # Who verifies it is said before anything is written: somebody who fears the superior has to know.
    assert hint.zh.startswith("投诉由您的直接上级核实；投诉的就是直接上级的，请写明，由内部监督机构接手。")
    assert "请认真描述问题，如实提供证据和材料，并配合调查及处理。对调查内容请保密" in hint.zh
    assert hint.zh.endswith("这不妨碍您依法向有权机关反映，也不妨碍咨询律师、医生、工会。")


@mark("P11", "K7", rests_on=CLAUSES)
def basis() -> None:
    """The policy names the law that it rests on."""
    lines = list(describe_clauses(policy_of("P11"), in_chinese))
    assert lines[lines.index("\n依据") + 1] == "  《劳动法》等相关法律法规"


@mark("P11", "K8", rests_on=(CLAUSES, ENGINE))
def watched() -> None:
    """The oversight body looks into it for itself: nobody who reported or decided takes part, as the charter says."""
    life = under_review()
    for whom in (SUPERIOR, DEPARTMENT):
        assert refused_to(life, Act.APPEAL_DECIDED, OVERSIGHT, whom=whom, to="final") is RefusalReason.SAME_PERSON
    assert refused_to(life, Act.APPEAL_DECIDED, OVERSIGHT, whom=OVERSIGHT, to="final") is None
    lines = list(describe_clauses(policy_of("P11"), in_english))
    assert lines[lines.index("\nOversight") + 1] == (
        "  The oversight body investigates independently (Internal oversight body)"
    )
