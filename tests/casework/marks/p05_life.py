"""P05, complaints of owners: clocks, notices, figures and the policy's own life, as its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.obligations.recurring import DutyStatus, OfficeDuty, duties_of, duty_state
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.protection.conduct import overdue
from casework.protection.publicity import Account, Withheld, publication, published_case, publishes_figures
from casework.protection.view import Hearing, view
from casework.rules.clauses import Audience, Publication, Published
from casework.statistics.report import ReportAudience, report
from casework.statistics.weak_points import evaluate, trend
from casework.words import Words
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    CLAUSES,
    CLOCK,
    ENGINE,
    EVALUATE,
    FIGURES,
    OVERDUE,
    PUBLICATION,
    RECURRING,
    REPORT,
    RETAINED,
    SEALED,
    STANDING,
    VERSIONS,
    VIEW,
)
from tests.casework.marks.counted import block, counted, untouched
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of
from tests.casework.marks.p05 import COMPANY, MANAGER, fed_back, graded, looked_into, planned
from tests.casework.marks.published import in_force
from tests.casework.policies import text_alone

SINCE = moment(FIRST_DAY).date()


def duty(name: str) -> OfficeDuty:
    """A recurring duty of the policy."""
    return next(one for one in duties_of(policy_of("P05")) if one.id == name)


@mark("P05", "G1", rests_on=CLOCK)
def a_day_of_hours() -> None:
    """An answer within 24 hours, met at the very minute and missed a minute later."""
    life = graded(when="2026-03-06T17:45")
    assert life.due("response") == "2026-03-07T17:45"
    assert life.stands("response", "2026-03-07T17:45") == ClockStatus.RUNNING
    assert life.stands("response", "2026-03-07T17:46") == ClockStatus.MISSED


@mark("P05", "G3", rests_on=(CLOCK, ENGINE))
def by_grade() -> None:
    """The 24 hours of a general complaint stand; those of a complex one can be made longer."""
    general, complex_ = graded("general"), graded("complex")
    longer = {"clock": "response", "until": "2026-03-06"}
    assert general.refused("extended", by=COMPANY, **longer) is RefusalReason.ANOTHER_GRADE
    complex_.does("extended", by=COMPANY, **longer)
    assert (general.due("response"), complex_.due("response")) == ("2026-03-03T10:00", "2026-03-06")


@mark("P05", "G4", rests_on=(CLOCK, ENGINE))
def extension() -> None:
    """A longer time needs a reason told to the owner and the expected day, in time; the new day is the limit."""
    life = graded("complex", "2026-03-02T10:00")
    assert life.refused("extended", by=COMPANY, clock="response") is RefusalReason.WRONG_CODE
    life.tells("extended", by=COMPANY, on="2026-03-03T09:00", clock="response", until="2026-03-10")
    assert life.stands("response", "2026-03-10T23:00") == ClockStatus.RUNNING
    assert life.stands("response", "2026-03-11") == ClockStatus.MISSED
    late = graded("complex", "2026-03-02T10:00")
    late.does("extended", by=COMPANY, on="2026-03-03T10:01", clock="response", until="2026-03-10")
    assert late.stands("response") == ClockStatus.MISSED


@mark("P05", "G5", rests_on=(CLOCK, "casework.policy.policy:Policy.unbound"))
def prescribed_time() -> None:
    """The time of the preliminary investigation is a blank; bound to two working days it ends on the second."""
    assert "limits.preliminary" in shipped_policy("property-owner-complaint").unbound()
    assert "limits.preliminary" not in policy_of("P05").unbound()
    life = graded(when="2026-03-06T10:00")
    assert life.due("preliminary") == "2026-03-10"
    assert life.stands("preliminary", "2026-03-11") == ClockStatus.MISSED
    assert life.does("checked", by=MANAGER, on="2026-03-10").stands("preliminary") == ClockStatus.SATISFIED


@mark("P05", "G9", rests_on=CLOCK)
def words_without_number() -> None:
    """Registration at once, execution and feedback promptly: each has its start and is never overdue."""
    assert Life("P05").stands("registration", "2026-05-01") == ClockStatus.PROMPTLY
    life = planned().reporter("plan-agreed")
    assert life.stands("execution", "2026-05-01") == ClockStatus.PROMPTLY
    life.does("executed", by=COMPANY)
    assert (life.stands("execution"), life.stands("feedback")) == (ClockStatus.SATISFIED, ClockStatus.PROMPTLY)


@mark("P05", "G10", rests_on=OVERDUE)
def answers_for_delay() -> None:
    """A delay is seen from its first minute, and the company answers for it beside anyone who was late."""
    life = graded(when="2026-03-02T10:00")
    assert overdue(life.policy, life.case, OFFICE, moment("2026-03-03T10:00")) == ()
    found = overdue(life.policy, life.case, OFFICE, moment("2026-03-03T10:01"))
    assert [(one.clock, one.answers) for one in found] == [("response", (COMPANY,))]
    later = overdue(life.policy, life.case, OFFICE, moment("2026-03-05"))
    assert {one.clock: one.answers for one in later}["preliminary"] == (COMPANY, MANAGER)


@mark("P05", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The owner is told what was done before the case is filed away."""
    life = planned().reporter("plan-agreed").does("executed", by=COMPANY)
    assert life.refused("archived", by=COMPANY) is RefusalReason.FIRST
    life.tells("notified", by=COMPANY)
    assert life.does("archived", by=COMPANY).ended


@mark("P05", "H3", rests_on=(VIEW, ENGINE))
def owners_heard() -> None:
    """The owner's view of the result is gathered, and it closes or reopens nothing."""
    life = fed_back()
    assert view(life.policy, life.case).hearing is Hearing.DUE
    life.does("view-heard", by=COMPANY)
    found = view(life.policy, life.case)
    assert (found.hearing, found.sends_back, life.stage) == (Hearing.HEARD, False, "feedback")


@mark("P05", "H7", rests_on=(PUBLICATION, REPORT))
def figures_for_owners() -> None:
    """All owners see how many complaints, of which kinds, how quickly: figures, and no single case."""
    policy, account = policy_of("P05"), Account({"matter": "漏水"})
    rule = publication(policy, Published.FIGURES, Audience.CONSTITUENCY)
    assert isinstance(rule, Publication)
    assert rule.text.zh == "定期公布投诉数量、类型、处理效率"
    shown = published_case(policy, fed_back().case, Published.CASES, Audience.CONSTITUENCY, account)
    assert shown is Withheld.NOT_IN_POLICY
    found = counted("P05", untouched("P05"), "2026-05-06")
    bulletin = report(found, {policy.id: policy}, Words("物业公司", "Property company"), ReportAudience.PUBLIC, "zh")
    assert "本期共收到 20 件。" in bulletin.sections[0].sentences
    assert "时限遵守：按期的比例" in [section.title for section in bulletin.sections]


@mark("P05", "J5", rests_on=(SEALED, ENGINE))
def malice() -> None:
    """A malicious complaint is proposed by one member and approved by another who did not decide; a real one never."""
    assert fed_back().seal_refused("malice-proposed", by=COMPANY, member=2) is RefusalReason.UPHELD
    life = fed_back("not-real")
    assert life.seal_refused("malice-approved", by=COMPANY, member=3) is RefusalReason.FIRST
    life.seals("malice-proposed", by=COMPANY, member=2)
    assert life.refused("malice-approved", by="property-manager") is RefusalReason.WRONG_ROLE
    assert life.seal_refused("malice-approved", by=COMPANY, member=2) is RefusalReason.SAME_PERSON
    assert life.seal_refused("malice-approved", by=COMPANY, member=1) is RefusalReason.SAME_PERSON
    assert life.seals("malice-approved", by=COMPANY, member=3).sealed.malice_approved_by is not None


@mark("P05", "J7", rests_on=OVERDUE)
def liability() -> None:
    """Anyone who handles late answers by law, in the words of the text."""
    life = graded(when="2026-03-02T10:00")
    (found,) = overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-03-04T12:00"))
    assert found.clause is not None
    assert found.clause.text.zh == "处理不当或延误造成损失的，承担法律责任"
    assert found.late == 1


@mark("P05", "K1", rests_on=(RETAINED, ENGINE))
def on_record() -> None:
    """The result is put on record, and the record is kept."""
    life = fed_back()
    assert life.refused("archived", by=MANAGER) is RefusalReason.WRONG_ROLE
    life.does("archived", by=COMPANY, on="2026-03-09")
    kept = retention(life.policy, life.case, moment("2026-03-10").date())
    assert (kept.why, str(kept.until)) == (RetentionStatus.RUNNING, "2029-03-09")


def of_kind(kind: str, day: int) -> Life:
    """A complaint of March that was put under a kind and answered at once."""
    life = Life("P05", f"2026-03-{day:02d}T10:00").does("classified", by=COMPANY, classification=kind)
    life.does("registered", by=COMPANY).does("graded", by=COMPANY, grade="general")
    return life.does("progress-told", by=MANAGER)


@mark("P05", "K3", rests_on=("casework.statistics.weak_points:trend", FIGURES, ENGINE))
def numbers() -> None:
    """How many complaints came in which month, of which kinds, and which share was answered within its limit."""
    assert trend(block("P05", untouched("P05"), "2026-05-06")) == (("2026-03", 7), ("2026-04", 13))
    kinds = [of_kind("service", day) for day in range(2, 12)] + [of_kind("other", day) for day in range(2, 8)]
    found = block("P05", [*kinds, *untouched("P05")], "2026-05-06")
    table = found.table("trend")
    assert table is not None
    assert [(row.id, of) for row, of in zip(table.rows, table.row_totals or (), strict=True)] == [
        ("service", 10), ("other", 6), ("none", 20),
    ]  # fmt: skip
    shares = {one.id: (one.low, one.high) for one in found.in_time}
    assert (shares["response"], shares["preliminary"]) == ((40, 60), (0, 20))
    known = looked_into()
    assert known.refused("classified", by=MANAGER, classification="other") is RefusalReason.WRONG_ROLE
    assert known.refused("classified", by=COMPANY, classification="noise") is RefusalReason.WRONG_CODE
    assert known.does("classified", by=COMPANY, classification="other").stage == "responsibility"


@mark("P05", "K5", rests_on=(EVALUATE, STANDING))
def evaluation() -> None:
    """Efficiency and effect are evaluated twice a year here, and the evaluation names what is late."""
    assert duty_state(duty("evaluation"), SINCE, (), OFFICE, moment("2026-09-02").date()).status is DutyStatus.DUE
    assert duty_state(duty("evaluation"), SINCE, (), OFFICE, moment("2026-09-03").date()).status is DutyStatus.OVERDUE
    found = evaluate(block("P05", untouched("P05"), "2026-05-06"))
    assert {point.id for point in found.weak_points} >= {"response", "preliminary"}


@mark("P05", "K6", rests_on=(VERSIONS, STANDING, RECURRING))
def revision() -> None:
    """The policy is reviewed once a year here, and holds for what comes in from its day on."""
    assert duty_state(duty("revision"), SINCE, (), OFFICE, moment("2027-03-02").date()).status is DutyStatus.DUE
    assert in_force([policy_of("P05")], moment("2026-01-01").date()) is policy_of("P05")
    assert in_force([policy_of("P05")], moment("2025-12-31").date()) is None


@mark("P05", "K8", rests_on=(CLAUSES, PUBLICATION, "casework.protection.publicity:publishes_figures"))
def watched_by_owners() -> None:
    """The owners themselves watch over it: the charter says so, and the bulletin counts their figures, no other's.

    `yanlu stats bulletin` asks `publishes_figures`, and refuses without (`tests/portal/cli/test_command_journey.py`).
    """
    assert [name for name in ("P05", "P04", "P02", "P15") if publishes_figures(policy_of(name))] == ["P05"]
    assert "  接受业主的监督" in list(describe_clauses(policy_of("P05"), in_chinese))
    assert "\nOversight" in list(describe_clauses(policy_of("P05"), in_english))
    assert not isinstance(publication(policy_of("P05"), Published.FIGURES, Audience.CONSTITUENCY), Withheld)
    assert publication(policy_of("P05"), Published.FIGURES, Audience.COMPANY) is Withheld.NOT_IN_POLICY
