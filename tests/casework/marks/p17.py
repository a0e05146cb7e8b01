"""P17, grievances and reports: its text breaks off after what counts as which, and this is what it says it can do."""

from __future__ import annotations

from casework.intake.entry import IntakeReason, Outside
from casework.intake.registration import categories_of
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.rules.intake_form import IntakeKind
from tests.casework.marks.book import mark
from tests.casework.marks.code import CLAUSES, INTAKE, PAGE
from tests.casework.marks.counted import register_rows
from tests.casework.marks.desk import report_page, taken, turned_back
from tests.casework.marks.life import policy_of

REGISTER = "casework.statistics.register:register"
CATALOGUE = "casework.intake.registration:categories_of"
GRIEVANCE, REPORT = "complaint", "report"


@mark("P17", "A1", rests_on=INTAKE)
def employees() -> None:
    """Employees may complain and report; a customer is heard too, but marked as not named."""
    for kind in (GRIEVANCE, REPORT):
        found = taken("P17", "platform", kind=kind, subject="employee")
        assert found.subject is not None
        assert (found.subject.name.zh, found.outside) == ("员工", ())
        assert taken("P17", "platform", kind=kind, subject="customer").outside == (Outside.SUBJECT,)


@mark("P17", "A5", rests_on=(INTAKE, REGISTER))
def two_registers() -> None:
    """A report of wrongdoing has a register of its own beside that of grievances, done or about to be done.

    The list filters by it (`tests/browser/desk/filters.test.ts`), and the register has its column.
    """
    assert turned_back("P17", "platform") is IntakeReason.WHICH_KIND
    report = taken("P17", "platform", kind=REPORT, category="corruption", imminent=True)
    grievance = taken("P17", "platform", kind=GRIEVANCE, category="wages", imminent=True)
    assert (report.register, grievance.register) == ("reports", "grievances")
    assert (report.outside, grievance.outside) == ((), ())
    assert [row["种类"] for row in register_rows("P17", "corruption", "wages")] == ["举报", "投诉"]
    assert turned_back("P17", "platform", kind=GRIEVANCE, category="corruption") is IntakeReason.NO_SUCH_CATEGORY
    assert turned_back("P17", "platform", kind=REPORT, category="wages") is IntakeReason.NO_SUCH_CATEGORY


@mark("P17", "A6", rests_on=(INTAKE, CATALOGUE))
def catalogue() -> None:
    """Eight kinds of grievance and twelve of report, and the last of each catches what no other does."""
    policy = policy_of("P17")
    own = {kind: list(categories_of(policy, IntakeKind(kind))) for kind in (GRIEVANCE, REPORT)}
    assert {kind: (len(ids), ids[-1]) for kind, ids in own.items()} == {
        GRIEVANCE: (8, "other-grievance"),
        REPORT: (12, "other-report"),
    }
    found = taken("P17", "platform", kind=GRIEVANCE, category="other-grievance").category
    assert found is not None
    assert found.zh == "其他侵犯或妨碍员工合法权益的行为"
    assert turned_back("P17", "platform", kind=GRIEVANCE, category="weather") is IntakeReason.NO_SUCH_CATEGORY


@mark("P17", "A7", rests_on=(INTAKE, CLAUSES))
def left_out() -> None:
    """Questions about the company's secrets fall outside: marked at intake for triage, and the charter says so."""
    within = taken("P17", "platform", kind=GRIEVANCE, category="no-answer")
    without = taken("P17", "platform", kind=GRIEVANCE, category="no-answer", left_out=True)
    assert (within.outside, without.outside) == ((), (Outside.SCOPE,))
    lines = list(describe_clauses(shipped_policy("grievance-and-whistleblowing-scope"), in_chinese))
    assert lines[lines.index("\n除外与管辖") + 1] == "  咨询涉及公司保密信息而不予答复的，不属于投诉"


@mark("P17", "A8", rests_on=(PAGE, CLAUSES, INTAKE))
def reach() -> None:
    """Employees read that it holds for the regional company and its subsidiaries; what concerns another is marked."""
    assert [one.zh for one in report_page("P17").applies] == ["直辖地区公司及下属各子公司、分公司"]
    lines = list(describe_clauses(policy_of("P17"), in_english))
    assert lines[lines.index("\nWhere it holds") + 1] == "  The regional company with its subsidiaries and branches"
    for entity in ("headquarters", "subsidiary", "branch"):
        assert taken("P17", "platform", kind=REPORT, entity=entity).outside == ()
    assert taken("P17", "platform", kind=REPORT, entity="supplier").outside == (Outside.ENTITY,)


@mark("P17", "J3", rests_on=INTAKE)
def no_revenge() -> None:
    """Revenge for a normal grievance is itself a grievance, even before it happens, and no matter of the reports."""
    found = taken("P17", "platform", kind=GRIEVANCE, category="retaliation", subject="employee", imminent=True)
    assert found.category is not None
    assert (found.category.zh, found.register, found.outside) == ("滥用职权打击报复", "grievances", ())
    assert turned_back("P17", "platform", kind=REPORT, category="retaliation") is IntakeReason.NO_SUCH_CATEGORY
