"""P07, complaints of employees with confirmed findings: clocks, notices and appeals, as its text says it can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from casework.deadlines.terms import ClockStatus
from casework.engine.engine import Command, migrate
from casework.engine.refusals import Refusal, RefusalReason
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import describe, in_chinese
from casework.rules.acts import Act, Attribute
from casework.rules.roles import RoleId
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, CLOCK, ENGINE, MIGRATE, VERSIONS
from tests.casework.marks.life import Life, moment, policy_of
from tests.casework.marks.p07 import decided, planned, shown
from tests.casework.marks.published import in_force

WORDS = "casework.policy_check.policy_words:describe"


def told(when: str = "2026-03-02", read: str = "2026-03-02") -> Life:
    """A complaint whose written result the complainant has read."""
    return decided(when=when).does("notified", by="hr").reporter("notice-received", on=read)


@mark("P07", "G2", rests_on=CLOCK)
def five_working_days() -> None:
    """The written result within five working days of the decision, counted over a weekend."""
    life = decided(when="2026-03-06")
    assert life.due("written-result") == "2026-03-13"
    assert life.stands("written-result", "2026-03-13T23:59") == ClockStatus.RUNNING
    assert life.stands("written-result", "2026-03-14T00:00") == ClockStatus.MISSED


@mark("P07", "G5", rests_on=(CLOCK, ENGINE, "casework.policy.policy:Policy.unbound"))
def prescribed_time() -> None:
    """The prescribed time to appeal against a plan must be bound; bound to five working days it ends on the fifth."""
    assert "limits.plan-appeal" in shipped_policy("employee-complaint-confirm-appeal").unbound()
    assert "limits.plan-appeal" not in policy_of("P07").unbound()
    life = planned("2026-03-02")
    assert life.due("plan-appeal") == "2026-03-09"
    assert life.refused("appealed", on="2026-03-09T23:59") is None
    assert life.refused("appealed", on="2026-03-10") is RefusalReason.TOO_LATE


@mark("P07", "G8", rests_on=CLOCK)
def from_the_decision() -> None:
    """The limit of the written result begins with the decision, however old the complaint is."""
    life = planned("2026-03-02")
    assert life.stands("written-result", "2026-03-05") == ClockStatus.NOT_STARTED
    life.reporter("plan-agreed", on="2026-03-09").decides("true", by="hr", to="result", on="2026-03-09T16:00")
    assert life.due("written-result") == "2026-03-16"


@mark("P07", "G9", rests_on=CLOCK)
def promptly() -> None:
    """The plan is told promptly: the clock runs from the draft without a number."""
    life = shown().reporter("findings-confirmed").does("plan-drafted", by="hr")
    assert life.stands("plan-notice", "2026-08-03") == ClockStatus.PROMPTLY
    assert life.does("plan-told", by="hr").stands("plan-notice") == ClockStatus.SATISFIED


@mark("P07", "H1", rests_on=ENGINE)
def result_told() -> None:
    """The case cannot be closed before the complainant was told."""
    life = decided()
    assert life.refused("closed", by="hr", on="2026-06-01") is RefusalReason.FIRST
    life.tells("notified", by="hr")
    assert life.refused("notified", by="department-head") is RefusalReason.WRONG_ROLE


@mark("P07", "H2", rests_on=ENGINE)
def in_writing() -> None:
    """Neither the first result nor the final one after a review is given without a letter to the complainant."""
    life = decided("groundless").tells("notified", by="hr").reporter("notice-received").reporter("appealed")
    life.does("reinvestigated", by="leadership").does("appeal-decided", by="leadership", to="final")
    assert life.refused("closed", by="hr") is RefusalReason.FIRST
    assert life.tells("notified", by="hr").seals("measure-set", by="hr").does("closed", by="hr").ended


@mark("P07", "I1", rests_on=ENGINE)
def appeal() -> None:
    """The complainant may appeal against the plan and against the result, once the notice of it was read."""
    assert "appealed" in planned().may()
    assert planned().reporter("appealed").stage == "reinvestigation"
    life = told()
    assert "appealed" in life.may()
    assert life.reporter("appealed").stage == "review"
    assert decided().does("notified", by="hr").refused("appealed") is RefusalReason.FIRST


@mark("P07", "I2", rests_on=(CLOCK, ENGINE))
def window() -> None:
    """The appeal counts on the fifth working day after the notice was read, over Spring Festival, not on the next."""
    life = told("2026-02-13", "2026-02-13")
    assert life.due("appeal") == "2026-02-27"
    assert life.refused("appealed", on="2026-02-27T23:00") is None
    assert life.refused("appealed", on="2026-02-28") is RefusalReason.TOO_LATE
    assert life.refused("closed", by="hr", on="2026-02-27T23:00") is RefusalReason.TOO_EARLY
    assert life.seals("measure-set", "corrected", by="hr").does("closed", by="hr", on="2026-02-28").ended


@mark("P07", "I4", rests_on=(ENGINE, WORDS))
def who_reviews() -> None:
    """An appeal against the plan goes to HR itself, one against the result to the leadership: the charter says both."""
    assert planned().reporter("appealed").refused("reinvestigated", by="leadership") is RefusalReason.WRONG_ROLE
    again = planned().reporter("appealed")
    assert again.refused("appeal-decided", by="hr") is RefusalReason.FIRST
    assert again.does("reinvestigated", by="hr").does("appeal-decided", by="hr").stage == "result"
    life = told().reporter("appealed")
    assert life.refused("appeal-decided", by="hr", to="final") is RefusalReason.WRONG_ROLE
    assert life.refused("appeal-decided", by="leadership", to="final") is None
    lines = list(describe(policy_of("P07"), in_chinese))
    assert [line for line in lines if line.startswith("  对处理方案的申诉")] == [
        "  对处理方案的申诉: 人力资源部, final, ×1"
    ]
    assert [line for line in lines if line.startswith("  对处理结果的申诉")] == [
        "  对处理结果的申诉: 公司领导, final, ×1"
    ]


@mark("P07", "I5", rests_on=ENGINE)
def final() -> None:
    """What the leadership decides is final: told in writing, no further appeal, and the case ends."""
    life = told().reporter("appealed").does("reinvestigated", by="leadership")
    life.decides("partly-true", by="leadership", to="final", act="appeal-decided").does("notified", by="hr")
    assert life.stage == "final"
    assert life.refused("appealed") is RefusalReason.NOT_HERE
    assert life.refused("closed", by="hr") is RefusalReason.MEASURE_FIRST
    assert life.seals("measure-set", "corrected", by="hr").does("closed", by="hr").ended


@mark("P07", "K6", rests_on=(VERSIONS, MIGRATE, CLAUSES))
def versions() -> None:
    """A newer version prevails for what comes in from its day on; a running case moves only on the record."""
    old = policy_of("P07")
    lines = list(describe_clauses(old, in_chinese))
    assert lines[lines.index("\n效力") + 1] == "  原有规定不一致的，以本制度为准"
    new = replace(old, version="2", bound=replace(old.bound, effective=date(2026, 7, 1)))
    assert in_force([old, new], moment("2026-06-30").date()) is old
    assert in_force([old, new], moment("2026-07-01").date()) is new
    life = decided()
    hr = (life.member("hr"), frozenset({RoleId("hr")}))
    command = Command(Act.MIGRATED, moment("2026-07-02"), *hr, codes={Attribute.VERSION: "2"}, item=bytes(32))
    moved = migrate(old, new, life.case, command)
    assert not isinstance(moved, Refusal)
    assert (moved[0].to, moved[0].codes[Attribute.VERSION]) == ("result", "2")
    assert isinstance(migrate(old, new, life.case, replace(command, item=None)), Refusal)


@mark("P07", "K7", rests_on=CLAUSES)
def interpretation() -> None:
    """HR interprets the policy."""
    lines = list(describe_clauses(policy_of("P07"), in_chinese))
    assert lines[lines.index("\n解释") + 1] == "  由人力资源部负责解释 (人力资源部)"
