"""P18, complaints of employees with limits by gravity: clocks, notice, oversight and the policy's own life."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.statistics.assessment import assess
from casework.statistics.lines import line_of
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, CLOCK, ENGINE, VERSIONS
from tests.casework.marks.life import OFFICE, Life, moment, policy_of
from tests.casework.marks.p18 import DEPARTMENT, HR, OVERSIGHT, decided, investigated, registered, reviewed, routed
from tests.casework.marks.published import in_force

ASSESS = "casework.statistics.assessment:assess"


@mark("P18", "G2", rests_on=CLOCK)
def fifteen_working_days() -> None:
    """The answer within fifteen working days, over May Day and its make-up Saturday: on the last, not after."""
    life = Life("P18", "2026-04-24")
    assert life.due("answer") == "2026-05-19"
    assert life.stands("answer", "2026-05-19T23:59") == ClockStatus.RUNNING
    assert life.stands("answer", "2026-05-20") == ClockStatus.MISSED


@mark("P18", "G3", rests_on=CLOCK)
def thirty_by_gravity() -> None:
    """A major complaint, or one of two departments, has thirty working days, over the autumn holidays."""
    when = "2026-09-18"
    assert reviewed("general", when).due("answer") == "2026-10-15"
    assert reviewed("major", when).due("answer") == "2026-11-05"
    assert routed("general", when, "payroll").due("answer") == "2026-10-15"
    life = routed("general", when, "payroll,legal")
    assert life.due("answer") == "2026-11-05"
    assert life.stands("answer", "2026-11-06") == ClockStatus.MISSED


@mark("P18", "G5", rests_on=(CLOCK, "casework.policy.policy:Policy.unbound"))
def prescribed_time() -> None:
    """The prescribed time is the fifteen or thirty working days of the answer: no limit of the text is left to bind."""
    left = shipped_policy("employee-complaint-resolution-sla").unbound()
    assert [one for one in left if one.startswith("limits.") and one != "limits.notice-waits"] == []
    assert (policy_of("P18").unbound(), decided(when="2026-03-02").due("answer")) == ((), "2026-03-23")
    assert decided(when="2026-03-02").stands("answer", "2026-03-24") == ClockStatus.MISSED
    assert investigated("major").due("answer") == "2026-04-14"
    assert decided().does("executed", by=DEPARTMENT).refused("closed", by=DEPARTMENT) is not None


@mark("P18", "G7", rests_on=CLOCK)
def nested() -> None:
    """Inside HR's fifteen days the department has five of its own, from its own receipt: each can be late alone."""
    life = routed(when="2026-04-24").does("department-received", by=DEPARTMENT, on="2026-04-30")
    assert (life.due("investigation"), life.due("answer")) == ("2026-05-11", "2026-05-19")
    late = "2026-05-12"
    assert (life.stands("investigation", late), life.stands("answer", late)) == (
        ClockStatus.MISSED,
        ClockStatus.RUNNING,
    )
    assert (life.rule("investigation").who, life.rule("answer").who) == (DEPARTMENT, HR)


@mark("P18", "G9", rests_on=CLOCK)
def at_once() -> None:
    """Registered and acted on at once: begun, met, and never overdue."""
    assert Life("P18").stands("registration", "2026-12-01") == ClockStatus.PROMPTLY
    assert registered().stands("registration") == ClockStatus.SATISFIED
    life = decided()
    assert (life.stands("action", "2026-12-01"), life.due("action")) == (ClockStatus.PROMPTLY, None)
    assert life.does("executed", by=DEPARTMENT).stands("action") == ClockStatus.SATISFIED


@mark("P18", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The complainant is told the result before the case can end, and not before there is one."""
    assert investigated().refused("notified", by=HR) is RefusalReason.NOT_HERE
    life = decided().does("executed", by=DEPARTMENT)
    assert life.refused("closed", by=HR) is RefusalReason.FIRST
    life.tells("notified", by=HR)
    assert life.refused("closed", by=HR) is None


@mark("P18", "K6", rests_on=(VERSIONS, CLAUSES))
def prevails() -> None:
    """In force from its publication, and prevailing over earlier rules that differ: for what comes in from its day."""
    old = policy_of("P18")
    new = replace(old, version="2", bound=replace(old.bound, effective=date(2026, 9, 1)))
    lines = list(describe_clauses(old, in_chinese))
    assert lines[lines.index("\n施行") + 1] == "  自发布之日起施行"
    assert lines[lines.index("\n效力") + 1] == "  原有规定不一致的，以本制度为准"
    assert in_force([new, old], date(2026, 8, 31)) is old
    assert in_force([old, new], date(2026, 9, 1)) is new


@mark("P18", "K7", rests_on=CLAUSES)
def interpretation() -> None:
    """HR interprets the policy, and `yanlu policy show` says so in both languages."""
    lines = list(describe_clauses(policy_of("P18"), in_chinese))
    assert lines[lines.index("\n解释") + 1] == "  由人力资源部门负责解释 (人力资源部门)"
    assert "  HR interprets the policy (HR department)" in list(describe_clauses(policy_of("P18"), in_english))


@mark("P18", "K8", rests_on=(ENGINE, CLAUSES))
def watched() -> None:
    """The oversight department watches over every case at every stage; nobody who handles one does."""
    for life in (Life("P18"), routed(), decided()):
        stage = life.stage
        assert life.refused("overseen", by=DEPARTMENT) is RefusalReason.WRONG_ROLE
        assert life.refused("overseen", by=HR) is RefusalReason.WRONG_ROLE
        assert life.does("overseen", by=OVERSIGHT).stage == stage
    lines = list(describe_clauses(policy_of("P18"), in_chinese))
    assert lines[lines.index("\n监督") + 1] == "  内部监督部门监督处理情况 (公司内部监督部门)"


@mark("P18", "K9", rests_on=ASSESS)
def assessed() -> None:
    """Departments are assessed by how they kept the limits, as the text asks; an entity may switch that off."""
    policy = policy_of("P18")
    late = [routed(when="2026-03-02").does("department-received", by=DEPARTMENT) for _ in range(5)]
    lives = [*late, *(investigated() for _ in range(5)), routed(departments="legal")]
    lines = [line_of(str(n), "works", policy, one.case, OFFICE, moment("2026-03-13")) for n, one in enumerate(lives)]
    sheet = assess(lines, policy, "works", {})
    assert sheet is not None
    assert sheet.rule is not None
    assert sheet.rule.text.zh == "人力资源部门考核处理情况，作为绩效依据"
    assert [(one.who, one.cases, one.satisfied, one.overdue) for one in sheet.departments] == [("payroll", 10, 5, 5)]
    assert sheet.too_few == ("legal",)
    assert assess(lines, policy, "works", {"works": False}) is None
