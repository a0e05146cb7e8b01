"""P01, complaints of employees with mediation: what its text says it can do."""

from __future__ import annotations

from casework.engine.refusals import RefusalReason
from casework.intake.entry import IntakeReason, Outside
from casework.obligations.batch import Follower, unanswered
from casework.obligations.recurring import DutyStatus, duties_of, duty_state
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.reader import shipped_policy
from casework.protection.publicity import Account, Withheld, public_text, published_case, recorded_as
from casework.protection.secrecy import About, Silence, disclosure, protected
from casework.rules.acts import Act
from casework.rules.clauses import Audience, DisclosureGround, Published
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ACTS_FOR,
    BATCH,
    BLANKED,
    DISCLOSURE,
    END,
    ENGINE,
    INTAKE,
    PAGE,
    PROTECTED,
    PUBLIC_TEXT,
    PUBLISHED,
    RECORDED,
    RECURRING,
    RETAINED,
    SEALED,
    SHEET,
    STANDING,
)
from tests.casework.marks.desk import acted_for, form, logged, report_page, taken, turned_back
from tests.casework.marks.life import OFFICE, Life, moment, policy_of

ACCOUNT = Account({"matter": "王强被扣工资，已补发", "department": "二车间", "result": "补发"}, ("王强",))


def filed() -> Life:
    """A complaint that HR has put on file."""
    return Life("P01").does("filed", by="hr")


def mediated() -> Life:
    """A complaint that was investigated and talked over with the parties."""
    life = filed().does("evidence-gathered", by="hr").does("checked", by="hr")
    return life.does("mediated", by="hr")


def told(outcome: str = "borne-out") -> Life:
    """A complaint whose result was told and is tracked."""
    life = mediated().decides(outcome, by="hr", to="result").does("notified", by="hr")
    return life.does("tracked", by="hr")


@mark("P01", "A1", rests_on=INTAKE)
def employees() -> None:
    """An employee is whom the text speaks of; somebody from outside is heard, and marked as not named."""
    found = taken("P01", "platform", kind="complaint", subject="employee")
    assert found.subject is not None
    assert (found.subject.name.zh, found.outside) == ("员工", ())
    assert taken("P01", "platform", kind="complaint", subject="customer").outside == (Outside.SUBJECT,)


@mark("P01", "A4", rests_on=(INTAKE, ENGINE))
def kinds() -> None:
    """Grievance, suggestion and collective complaint come in, an opinion does not, and HR may set the kind right."""
    names = [taken("P01", "platform", kind=kind).kind.name.zh for kind in ("complaint", "suggestion", "collective")]
    assert names == ["个人申诉", "建议", "集体投诉"]
    assert turned_back("P01", "platform", kind="opinion") is IntakeReason.NO_SUCH_KIND
    assert Life("P01").does("kind-set", by="hr", kind="suggestion").case.codes["kind"] == "suggestion"
    asked = next(one for one in policy_of("P01").questions if one.id == "kind")
    assert [one.id for one in asked.choices] == ["complaint", "suggestion", "collective"]


@mark("P01", "B3", rests_on=(PAGE, ACTS_FOR))
def platform() -> None:
    """The online platform is the page on which anybody reports; what comes by it is HR's to act on."""
    assert (report_page("P01").title.zh, report_page("P01").label.zh) == (policy_of("P01").title.zh, "投诉什么事？")
    assert taken("P01", "platform", kind="complaint").channel.name.zh == "网上投诉平台"
    assert acted_for("P01", "platform", "hr", kind="complaint")
    assert not acted_for("P01", "platform", "superior", kind="complaint")


@mark("P01", "B4", rests_on=INTAKE)
def in_writing() -> None:
    """The application is written; what is said at the counter has still to be put in writing."""
    found = logged("P01", "application", kind="complaint", by="hr")
    assert (found.intake.channel.name.zh, found.intake.addressees, found.beside) == ("书面申请", ("hr",), False)
    assert (found.intake.channel.kind, found.intake.to_be_written) == ("letter", False)
    assert taken("P01", "hr", kind="complaint", by="hr").to_be_written


@mark("P01", "B6", rests_on=INTAKE)
def box() -> None:
    """The employees' box is emptied by HR and by nobody else."""
    assert taken("P01", "box", kind="complaint", by="hr").channel.name.zh == "员工意见箱"
    assert turned_back("P01", "box", kind="complaint", by="superior") is IntakeReason.NOT_THEIR_CHANNEL


@mark("P01", "B7", rests_on=INTAKE)
def addressee() -> None:
    """Superior, head of department, HR or leadership, as the employee likes; never the one complained of."""
    for role in ("superior", "department-head", "hr", "leadership"):
        assert taken("P01", role, kind="complaint", by=role).addressees == (role,)
    found = taken("P01", "superior", kind="complaint", by="hr", concerned="superior")
    assert found.diverted
    assert "superior" not in found.addressees
    asked = next(one for one in policy_of("P01").questions if one.id == "addressee")
    assert [one.id for one in asked.choices] == ["superior", "department-head", "hr", "leadership"]


@mark("P01", "C1", rests_on=(SHEET, INTAKE))
def application_form() -> None:
    """The form has the name that the text gives it, and asks for content, reason, purpose and evidence."""
    said = {"content": "加班费", "reason": "未付"}
    found = taken("P01", "application", kind="complaint", by="hr", fields=said)
    sheet = form("P01", "application", kind="complaint", by="hr", fields=said)
    assert sheet.title.zh == "投诉申请书"
    assert [row.value.zh for row in sheet.rows[-4:]] == ["加班费", "未付", "未提供", "未提供"]
    assert [gap.id for gap in found.gaps] == ["purpose", "evidence"]


@mark("P01", "C2", rests_on=INTAKE)
def evidence_asked() -> None:
    """Evidence is asked for with the application until somebody has given it, and is no condition."""
    said = {"reason": "未付", "purpose": "补发"}
    (gap,) = taken("P01", "application", kind="complaint", fields=said).gaps
    assert (gap.name.zh, gap.need) == ("证据", "asked")
    sheet = form("P01", "application", kind="complaint", fields=said | {"evidence": "工资条"})
    assert (sheet.rows[-1].label.zh, sheet.rows[-1].value.zh) == ("证据", "工资条")


@mark("P01", "C8", rests_on=ENGINE)
def formal_filing() -> None:
    """HR puts the complaint on file, or refuses it with reasons; before that nothing is investigated."""
    life = Life("P01")
    assert life.refused("evidence-gathered", by="hr") is RefusalReason.NOT_HERE
    assert life.refused("filed", by="leadership") is RefusalReason.WRONG_ROLE
    assert life.does("filed", by="hr").stage == "investigation"
    assert Life("P01").does("refused", by="hr").ended


@mark("P01", "E2", rests_on=ENGINE)
def investigation() -> None:
    """HR investigates and takes evidence, which is sealed, before the parties are brought together."""
    life = filed()
    assert life.refused("mediated", by="hr") is RefusalReason.NOT_HERE
    assert life.refused("checked", by="hr") is RefusalReason.FIRST
    for other in ("superior", "department-head", "leadership"):
        assert life.refused("evidence-gathered", by=other) is RefusalReason.WRONG_ROLE
    life.does("evidence-gathered", by="hr")
    assert life.events("evidence-gathered")[0].item is not None
    assert life.does("checked", by="hr").stage == "mediation"


@mark("P01", "E5", rests_on=ENGINE)
def mediation() -> None:
    """There is no decision without mediation, and the complainant may agree to what came of it."""
    life = filed().does("evidence-gathered", by="hr").does("checked", by="hr")
    assert life.refused("decided", by="hr", to="result") is RefusalReason.FIRST
    life.does("mediated", by="hr").does("plan-drafted", by="hr").does("plan-told", by="hr").reporter("plan-agreed")
    assert life.decides("borne-out", by="hr", to="result").stage == "result"


@mark("P01", "E7", rests_on=SEALED)
def solution() -> None:
    """A solution is drafted before the parties agree to it; what was found is sealed, by HR, after the decision."""
    assert mediated().refused("plan-agreed") is RefusalReason.FIRST
    assert mediated().refused("plan-drafted", by="superior") is RefusalReason.WRONG_ROLE
    drafted = mediated().does("plan-drafted", by="hr")
    assert drafted.refused("plan-agreed") is RefusalReason.FIRST
    agreed = drafted.does("plan-told", by="hr").reporter("plan-agreed")
    assert agreed.decides("borne-out", by="hr", to="result").stage == "result"
    assert mediated().seal_refused("measure-set", "solved", by="hr") is RefusalReason.VERDICT_FIRST
    life = mediated().decides("partly-borne-out", by="hr", to="result")
    assert life.refused("measure-set", by="superior") is RefusalReason.WRONG_ROLE
    assert life.seals("measure-set", "solved", by="hr").sealed.measures == ("solved",)


@mark("P01", "E13", rests_on=(INTAKE, BATCH, ENGINE))
def collective() -> None:
    """A collective complaint is one case, and each of those merged into it is owed an answer of their own."""
    assert taken("P01", "platform", kind="collective").kind.id == "collective"
    one = filed().does("merged", by="hr", case="K-1")
    assert unanswered(policy_of("P01"), [Follower("K-2", one.case)]) == ("K-2",)
    one.does("replied", by="hr")
    assert unanswered(policy_of("P01"), [Follower("K-2", one.case)]) == ()


@mark("P01", "G9", rests_on=(STANDING, RECURRING))
def regularly() -> None:
    """“Regularly” has no number in the text: until somebody binds one nothing is due."""
    duty, _ = duties_of(shipped_policy("org-employee-mediation"))
    assert duty.word == "定期"
    day = moment("2026-03-02").date()
    assert duty_state(duty, day, (), OFFICE, moment("2036-03-02").date()).status is DutyStatus.UNBOUND


@mark("P01", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The complainant is told before anything is tracked."""
    life = mediated().decides("not-borne-out", by="hr", to="result")
    assert life.refused("tracked", by="hr") is RefusalReason.FIRST
    life.tells("notified", by="hr")
    assert life.refused("tracked", by="hr") is None


@mark("P01", "H2", rests_on=ENGINE)
def result_in_writing() -> None:
    """HR alone tells the result, by a letter to the complainant, and without it the case does not go on."""
    life = mediated().decides("borne-out", by="hr", to="result")
    assert life.refused("tracked", by="hr") is RefusalReason.FIRST
    assert life.refused("notified", by="leadership") is RefusalReason.WRONG_ROLE
    assert life.tells("notified", by="hr").events("notified")[0].role == "hr"


@mark("P01", "H5", rests_on=(ENGINE, END))
def follow_up() -> None:
    """HR goes on tracking the solution until it closes the case, and what proved true not before it is solved."""
    life = told()
    assert life.stage == "follow-up"
    life.does("tracked", by="hr", on="2026-04-01").does("tracked", by="hr", on="2026-05-06")
    assert len(life.events("tracked")) == 3
    found = life.refusal("closed", by="hr")
    assert found is not None
    assert (found.reason, found.names) == (RefusalReason.MEASURE_FIRST, ("solved",))
    assert life.seals("measure-set", "solved", by="hr").does("closed", by="hr").ended
    assert told("partly-borne-out").refused("closed", by="hr") is RefusalReason.MEASURE_FIRST
    unfounded = told("not-borne-out")
    assert unfounded.refused("closed", by="hr") is RefusalReason.MEASURES_OR_NONE
    assert unfounded.seals("measure-set", by="hr").does("closed", by="hr").ended


@mark("P01", "H6", rests_on=(PUBLISHED, PUBLIC_TEXT, BLANKED, RECORDED, ENGINE))
def publicity() -> None:
    """Posts are told where needed; employees see ended cases as examples, without names or departments.

    At the desk: the section `publication` of the case page, its form `publication-form` and `published-text`.
    """
    life = mediated().decides("borne-out", by="hr", to="result")
    assert life.refused("posts-notified", by="hr") is RefusalReason.FIRST
    shown = (life.policy, life.case, Published.CASES, Audience.COMPANY, ACCOUNT)
    assert published_case(*shown) is Withheld.NOT_ENDED
    life.does("notified", by="hr").does("posts-notified", by="hr").seals("measure-set", "solved", by="hr")
    life.does("tracked", by="hr").does("closed", by="hr")
    found = published_case(life.policy, life.case, Published.CASES, Audience.COMPANY, ACCOUNT)
    assert published_case(life.policy, life.case, Published.RESULT, Audience.POSTS, ACCOUNT) == found
    assert found == {"matter": "×××被扣工资，已补发", "result": "补发"}
    text = public_text(Published.CASES, Audience.COMPANY, found, "zh")
    assert text == "案例公示\n公示对象：本单位\n\n事项\n×××被扣工资，已补发\n\n处理结果\n补发"
    assert recorded_as(life.policy, life.case, Audience.COMPANY) is Act.PUBLISHED
    assert recorded_as(life.policy, life.case, Audience.POSTS) is Act.NOTED
    assert (
        published_case(life.policy, life.case, Published.CASES, Audience.CONSTITUENCY, ACCOUNT)
        is Withheld.NOT_IN_POLICY
    )


@mark("P01", "J1", rests_on=(PROTECTED, DISCLOSURE))
def secrecy() -> None:
    """Secrecy covers content and reporter: the matter is told where need be, who reported is not.

    The page of a case says it: `disclosureLines`, held to this by `tests/browser/test_policy_words.py`.
    """
    policy = policy_of("P01")
    assert protected(policy) == {About.CONTENT, About.REPORTER}
    assert disclosure(policy, About.CONTENT, DisclosureGround.NEED).why is None
    assert disclosure(policy, About.REPORTER, DisclosureGround.NEED).why is Silence.REPORTER_NOT_ASKED
    assert disclosure(policy, About.CONTENT, DisclosureGround.CONSENT).why is Silence.NO_GROUND


@mark("P01", "J2", rests_on=DISCLOSURE)
def need_to_know() -> None:
    """The matter is told to those concerned where need be, on no other ground; who complained is not."""
    policy = policy_of("P01")
    assert disclosure(policy, About.CONTENT, DisclosureGround.NEED).why is None
    assert disclosure(policy, About.REPORTER, DisclosureGround.NEED).why is Silence.REPORTER_NOT_ASKED
    for ground in (DisclosureGround.LAW, DisclosureGround.CONSENT):
        assert disclosure(policy, About.CONTENT, ground).why is Silence.NO_GROUND


@mark("P01", "J5", rests_on=(SEALED, ENGINE))
def malice() -> None:
    """Discipline for malice follows from no verdict: HR proposes, the leadership approves, then it may be set."""
    life = mediated().decides("not-borne-out", by="hr", to="result")
    assert life.seal_refused("measure-set", "discipline", by="hr") is RefusalReason.FIRST
    life.does("notified", by="hr").does("tracked", by="hr")
    assert life.seal_refused("malice-approved", by="leadership") is RefusalReason.FIRST
    life.seals("malice-proposed", by="hr", member=2)
    assert life.refused("malice-approved", by="hr") is RefusalReason.WRONG_ROLE
    life.seals("malice-approved", by="leadership")
    assert life.seal_refused("measure-set", "discipline", by="hr") is None
    true = mediated().decides("borne-out", by="hr", to="result").does("notified", by="hr").does("tracked", by="hr")
    assert true.seal_refused("malice-proposed", by="hr", member=2) is RefusalReason.UPHELD
    assert true.seal_refused("measure-set", "discipline", by="hr") is RefusalReason.UPHELD


@mark("P01", "J6", rests_on=(SEALED, ENGINE))
def reward() -> None:
    """A complaint that led to improvement is rewarded by the leadership."""
    life = told()
    assert life.seal_refused("rewarded", by="leadership", reward="true-report") is RefusalReason.NO_SUCH_REWARD
    assert life.refused("rewarded", by="hr") is RefusalReason.WRONG_ROLE
    assert life.seals("rewarded", by="leadership", reward="improvement").sealed.rewards == ("improvement",)


@mark("P01", "K1", rests_on=(RETAINED, ENGINE))
def kept() -> None:
    """The record of a closed case is kept to the last day that the office bound."""
    life = told("not-borne-out").seals("measure-set", by="hr").does("closed", by="hr", on="2026-06-01")
    assert retention(life.policy, life.case, moment("2029-06-01").date()).why is RetentionStatus.RUNNING
    assert retention(life.policy, life.case, moment("2029-06-02").date()).why is RetentionStatus.OVER
    assert life.refused("tracked", by="hr") is RefusalReason.NOT_HERE


@mark("P01", "K5", rests_on=(STANDING, RECURRING))
def evaluation() -> None:
    """Once its rhythm is bound, the process is due for evaluation on a day, and overdue on the next."""
    duty, shown = duties_of(policy_of("P01"))
    assert (shown.id, shown.text.zh) == ("publication", "向员工公示投诉案例和处理结果")
    since = moment("2026-03-02").date()
    assert duty_state(duty, since, (), OFFICE, moment("2026-09-02").date()).status is DutyStatus.DUE
    late = duty_state(duty, since, (), OFFICE, moment("2026-09-03").date())
    assert (late.status, late.late) == (DutyStatus.OVERDUE, 1)
    done = duty_state(duty, since, (moment("2026-09-02").date(),), OFFICE, moment("2026-09-03").date())
    assert done.status is DutyStatus.DONE
