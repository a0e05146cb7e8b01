"""P06, complaints about products: many consumers, major events, clocks and reward, as its text says it can do."""

from __future__ import annotations

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import Refusal, RefusalReason
from casework.obligations import recurring
from casework.obligations.batch import Follower, followers, unanswered
from casework.obligations.grade_duties import grade_duties
from casework.obligations.recurring import DutyStatus, duty_state
from casework.obligations.retention import RetentionStatus, retention
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese
from casework.protection.conduct import duties_of
from casework.rules.acts import Act
from casework.rules.clauses import DutyOf
from casework.rules.roles import RoleId
from casework.statistics.weak_points import trend, weak_points
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    ATTENTION,
    BATCH,
    CLAUSES,
    CLOCK,
    DUTIES,
    ENGINE,
    INTAKE,
    RETAINED,
    SEALED,
    STANDING,
    WEAK,
)
from tests.casework.marks.counted import block, untouched
from tests.casework.marks.desk import taken
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of
from tests.casework.marks.p06 import DEPARTMENT, SERVICE, TOP, checked, confirmed, decided, routed


@mark("P06", "E13", rests_on=(BATCH, "casework.obligations.batch:followers", ENGINE, INTAKE))
def many_consumers() -> None:
    """A complaint of many consumers is marked as one; merged, they are solved at once and each is answered alone."""
    assert taken("P06", "website", kind="collective").kind.name.zh == "涉及多个消费者的投诉"
    for found in (Life("P06"), confirmed()):
        assert found.refused("kind-set", by=DEPARTMENT, kind="collective") is RefusalReason.WRONG_ROLE
        assert found.does("kind-set", by=SERVICE, kind="collective").case.codes["kind"] == "collective"
    lives = [confirmed().does("merged", by=SERVICE, case="K-1") for _ in range(3)]
    merged = [Follower(f"K-{n}", life.case) for n, life in enumerate(lives, start=2)]
    policy = policy_of("P06")
    assert unanswered(policy, merged) == ("K-2", "K-3", "K-4")
    assert followers("K-1", merged) == tuple(merged)
    answered = [
        Follower(one.name, life.does("replied", by=SERVICE).case) for one, life in zip(merged[:2], lives, strict=False)
    ]
    assert unanswered(policy, [*answered, merged[2]]) == ("K-4",)
    items = {life.events("replied")[0].item for life in lives[:2]}
    assert None not in items


@mark("P06", "E14", rests_on=(ATTENTION, ENGINE))
def emergency() -> None:
    """A major event starts the emergency plan and goes up before it is filed; an ordinary one does neither."""
    life = checked("major")
    owed = grade_duties(life.policy, life.case)
    assert (owed.to, owed.due) == (TOP, (Act.EMERGENCY_STARTED, Act.REPORTED_UP))
    assert checked("quality").refused("emergency-started", by=SERVICE) is RefusalReason.ANOTHER_GRADE
    life.does("emergency-started", by=SERVICE).does("reported-up", by=SERVICE)
    assert grade_duties(life.policy, life.case).due == ()
    life = decided("major").does("notified", by=DEPARTMENT).does("executed", by=DEPARTMENT)
    life.seals("measure-set", "corrective", "solved", by=DEPARTMENT)
    owed = Refusal(RefusalReason.FIRST, (Act.EMERGENCY_STARTED, Act.REPORTED_UP))
    assert life.refusal("archived", by=SERVICE) == owed
    life.does("emergency-started", by=SERVICE).does("reported-up", by=SERVICE)
    assert life.does("archived", by=SERVICE).ended
    ordinary = checked("quality")
    assert grade_duties(ordinary.policy, ordinary.case).due == ()


@mark("P06", "G1", rests_on=CLOCK)
def a_day_of_hours() -> None:
    """Contact within 24 hours of receipt: a minute later it is missed, and a late contact stays late."""
    life = Life("P06", "2026-03-02T15:20")
    assert life.due("contact") == "2026-03-03T15:20"
    assert life.stands("contact", "2026-03-03T15:20") == ClockStatus.RUNNING
    assert life.stands("contact", "2026-03-03T15:21") == ClockStatus.MISSED
    life.does("contacted", by=SERVICE).does("progress-told", by=SERVICE, on="2026-03-03T15:21")
    assert life.stands("contact") == ClockStatus.LATE


@mark("P06", "G2", rests_on=CLOCK)
def seven_working_days() -> None:
    """Seven working days from 18 September, with the make-up Sunday and Mid-Autumn off: 29 September."""
    life = Life("P06", "2026-09-18").does("registered", by=SERVICE).does("content-confirmed", by=SERVICE)
    life.does("checked", by=SERVICE).does("graded", by=SERVICE, grade="quality")
    assert life.due("measures") == "2026-09-29"
    assert life.stands("measures", "2026-09-29T23:59") == ClockStatus.RUNNING
    assert life.stands("measures", "2026-09-30T00:00") == ClockStatus.MISSED


@mark("P06", "G3", rests_on="casework.engine.policy_clocks:clocks_of")
def by_kind() -> None:
    """The seven days hold for matters of quality and major events, for nothing else."""
    assert checked("quality").knows("measures")
    assert checked("major").knows("measures")
    assert not checked("other").knows("measures")


@mark("P06", "G7", rests_on=CLOCK)
def nested() -> None:
    """Customer service has a day, the department seven working days, from the same receipt."""
    life = routed()
    assert (life.rule("contact").who, life.rule("measures").who) == (SERVICE, DEPARTMENT)
    assert (life.due("contact"), life.due("measures")) == ("2026-03-03T10:00", "2026-03-11")
    life.does("contacted", by=SERVICE).does("progress-told", by=SERVICE)
    assert (life.stands("contact"), life.stands("measures")) == (ClockStatus.SATISFIED, ClockStatus.RUNNING)
    life.does("plan-drafted", by=DEPARTMENT)
    assert life.stands("measures") == ClockStatus.RUNNING


@mark("P06", "G9", rests_on=CLOCK)
def at_once() -> None:
    """Recording, handing on and the emergency plan are due at once, each from its own start, without a number."""
    assert Life("P06").stands("recording") == ClockStatus.PROMPTLY
    life = checked("major")
    assert [life.stands(name) for name in ("recording", "transfer", "emergency")] == [
        ClockStatus.SATISFIED,
        ClockStatus.PROMPTLY,
        ClockStatus.PROMPTLY,
    ]
    assert life.does("emergency-started", by=SERVICE).stands("emergency") == ClockStatus.SATISFIED


@mark("P06", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The consumer is told the result before the complaint is archived."""
    life = decided()
    assert life.refused("archived", by=SERVICE) is RefusalReason.FIRST
    life.seals("measure-set", "corrective", "solved", by=DEPARTMENT)
    life.tells("notified", by=DEPARTMENT)
    assert life.refused("archived", by=SERVICE) is None


@mark("P06", "J6", rests_on=(SEALED, ENGINE))
def praise() -> None:
    """Who handled a complaint well is rewarded by top management alone, for the handling and not for the report."""
    life = decided()
    assert life.seal_refused("rewarded", by=TOP, reward="true-report") is RefusalReason.NO_SUCH_REWARD
    assert life.refused("rewarded", by=SERVICE) is RefusalReason.WRONG_ROLE
    assert life.seals("rewarded", by=TOP, reward="good-handling").sealed.rewards == ("good-handling",)


@mark("P06", "J7", rests_on=DUTIES)
def conduct() -> None:
    """Customer service is polite and patient and does not shirk; neither other roles nor reporters are shown it."""
    (duty,) = duties_of(policy_of("P06"), DutyOf.HANDLER, RoleId(SERVICE))
    assert (duty.by, duty.text.zh) == (SERVICE, "礼貌、热情、耐心，不得推诿、敷衍")
    assert [duties_of(policy_of("P06"), DutyOf.HANDLER, RoleId(role)) for role in (DEPARTMENT, TOP)] == [(), ()]
    assert duties_of(policy_of("P06"), DutyOf.REPORTER) == ()


@mark("P06", "K1", rests_on=(RETAINED, ENGINE))
def archive() -> None:
    """Customer service archives what is done with, and the material is kept for looking up."""
    life = decided().seals("measure-set", "corrective", "solved", by=DEPARTMENT).does("notified", by=DEPARTMENT)
    assert life.refused("archived", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
    life.does("archived", by=SERVICE, on="2026-03-16")
    assert retention(life.policy, life.case, moment("2029-03-16").date()).why is RetentionStatus.RUNNING
    assert retention(life.policy, life.case, moment("2029-03-17").date()).why is RetentionStatus.OVER


@mark("P06", "K3", rests_on=(WEAK, STANDING))
def statistics() -> None:
    """Figures are due monthly here, and show how many came when and which limit is weak."""
    (duty,) = recurring.duties_of(policy_of("P06"))
    since = moment(FIRST_DAY).date()
    assert duty_state(duty, since, (), OFFICE, moment("2026-04-03").date()).status is DutyStatus.OVERDUE
    found = block("P06", untouched("P06"), "2026-05-06")
    assert trend(found) == (("2026-03", 7), ("2026-04", 13))
    assert "contact" in {point.id for point in weak_points(found)}


@mark("P06", "K7", rests_on=CLAUSES)
def basis() -> None:
    """The policy names the laws that it rests on."""
    lines = list(describe_clauses(policy_of("P06"), in_chinese))
    assert lines[lines.index("\n依据") + 1] == "  《产品质量法》《消费者权益保护法》等"
