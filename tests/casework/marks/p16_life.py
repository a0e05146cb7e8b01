"""P16, complaints in a quality system: verdict, measures, time, result and what is learnt, as its text says."""

from __future__ import annotations

import json

from casework.deadlines.terms import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.obligations.recurring import DutyStatus, duties_of, duty_state
from casework.policy.document import rules_document
from casework.policy.reader import shipped_policy
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import in_chinese, in_english
from casework.protection.conduct import overdue
from casework.protection.view import Hearing, view
from casework.statistics.report import ReportAudience, report
from casework.statistics.weak_points import Weakness, weak_points
from casework.words import Words
from tests.casework.marks.book import mark
from tests.casework.marks.code import (
    CLAUSES,
    CLOCK,
    END,
    ENGINE,
    FIGURES,
    OVERDUE,
    REPORT,
    SEALED,
    STANDING,
    VIEW,
    WEAK,
)
from tests.casework.marks.counted import PROMISED, block, counted, untouched
from tests.casework.marks.life import FIRST_DAY, OFFICE, Life, moment, policy_of
from tests.casework.marks.p16 import (
    GENERAL,
    HANDLING,
    OFFICE_STAFF,
    SUPERVISOR,
    TECHNICAL,
    approved,
    carried_out,
    decided,
    registered,
    tested,
)
from tests.casework.policies import text_alone

UNBOUND = "casework.policy.policy:Policy.unbound"
SINCE = moment(FIRST_DAY).date()


def late() -> list[Life]:
    """Ten cases whose result was told in time, and ten that nobody touched after registration."""
    return [carried_out()] * 10 + [registered()] * 10


def summing_up(outcome: str) -> Life:
    """One whose handling was confirmed and that waits to be summed up."""
    life = decided(outcome).does("executed", by=HANDLING).does("notified", by=TECHNICAL)
    life.does("tracked", by=GENERAL).does("view-heard", by=HANDLING)
    return life.does("checked", by=GENERAL)


@mark("P16", "E11", rests_on=(SEALED, END))
def corrective_and_preventive() -> None:
    """Action meets the organisation, whatever the verdict; what stands ends with it, the rest with it or a no to it."""
    assert approved().seal_refused("measure-set", "corrective", by=HANDLING) is RefusalReason.VERDICT_FIRST
    life = decided("does-not-stand").seals("measure-set", "corrective", "preventive", by=HANDLING)
    assert life.sealed.measures == ("corrective", "preventive")
    assert life.seal_refused("measure-set", "bonus", by=HANDLING) is RefusalReason.NO_SUCH_MEASURE
    life = summing_up("stands").seals("measure-set", "responsible", by=GENERAL)
    found = life.refusal("summarised", by=OFFICE_STAFF)
    assert found is not None
    assert (found.reason, set(found.names)) == (RefusalReason.MEASURE_FIRST, {"corrective", "preventive"})
    life.seals("measure-set", "corrective", "preventive", by=OFFICE_STAFF)
    assert life.does("summarised", by=OFFICE_STAFF).ended
    unfounded = summing_up("does-not-stand")
    assert unfounded.refused("summarised", by=OFFICE_STAFF) is RefusalReason.MEASURES_OR_NONE
    assert unfounded.seals("measure-set", by=GENERAL).does("summarised", by=OFFICE_STAFF).ended


@mark("P16", "F1", rests_on=(SEALED, ENGINE))
def stands_or_not() -> None:
    """It stands or it does not: one of the two, under seal, and the stage tells nobody which."""
    life = approved()
    assert life.refused("decided", by=GENERAL) is RefusalReason.WRONG_ROLE
    for outcome in ("stands", "does-not-stand"):
        assert life.verdict_refused(outcome, by=OFFICE_STAFF, to="implementation") is None
        assert life.verdict_refused(outcome, by=OFFICE_STAFF, to="ended") is RefusalReason.ANOTHER_STAGE
    assert life.verdict_refused("stands", "does-not-stand", by=OFFICE_STAFF) is RefusalReason.NO_SUCH_OUTCOME


@mark("P16", "F3", rests_on=ENGINE)
def answered_gently() -> None:
    """A complaint that does not stand is answered, in an item to the customer, after its test, and ends there."""
    assert registered().refused("refused", by=SUPERVISOR) is RefusalReason.FIRST
    life = tested().tells("refused", by=SUPERVISOR)
    assert life.ended
    assert life.refused("routed", by=SUPERVISOR, departments="workshop") is RefusalReason.NOT_HERE


@mark("P16", "F4", rests_on=(SEALED, END))
def responsible_person() -> None:
    """Anyone who is responsible meets with a fitting measure in own words, if the complaint stands; else with none."""
    assert decided().seal_refused("measure-set", "responsible", by=HANDLING, own_words=True) is None
    assert (
        decided().seal_refused("measure-set", "corrective", by=HANDLING, own_words=True)
        is RefusalReason.NO_SUCH_MEASURE
    )
    unfounded = decided("does-not-stand")
    assert unfounded.seal_refused("measure-set", "responsible", by=HANDLING, own_words=True) is RefusalReason.NOT_UPHELD
    life = summing_up("stands").seals("measure-set", "corrective", "preventive", by=GENERAL)
    assert life.refused("summarised", by=OFFICE_STAFF) is RefusalReason.MEASURE_FIRST


@mark("P16", "G5", rests_on=(CLOCK, UNBOUND))
def blanks() -> None:
    """The blank of step 5, the missing article and the time without figure are named, and must be bound."""
    shipped = shipped_policy("quality-system-complaint")
    blank = {"limits.time-limit", "supplies.step-five", "supplies.article-four"}
    assert blank <= set(shipped.unbound())
    assert policy_of("P16").unbound() == ()
    life = registered("2026-09-18")
    assert life.due("time-limit") == "2026-10-15"
    assert life.stands("time-limit", "2026-10-15T23:59") == ClockStatus.RUNNING
    assert life.stands("time-limit", "2026-10-16") == ClockStatus.MISSED


@mark("P16", "G9", rests_on=CLOCK)
def without_delay() -> None:
    """The result is passed on without delay, views are gathered as soon as possible: words, and no date."""
    life = decided()
    assert (life.stands("notice"), life.stands("feedback")) == (ClockStatus.NOT_STARTED, ClockStatus.NOT_STARTED)
    life.does("executed", by=HANDLING)
    assert (life.stands("notice", "2027-01-04"), life.due("notice")) == (ClockStatus.PROMPTLY, None)
    life.does("notified", by=TECHNICAL)
    assert (life.stands("notice"), life.stands("feedback")) == (ClockStatus.SATISFIED, ClockStatus.PROMPTLY)
    assert life.does("view-heard", by=HANDLING).stands("feedback") == ClockStatus.SATISFIED


@mark("P16", "G10", rests_on=OVERDUE)
def reaction_to_lateness() -> None:
    """The executive office keeps the time and reacts from the first day on which it has run out."""
    life = registered()
    assert overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-03-23")) == ()
    (found,) = overdue(text_alone(life.policy), life.case, OFFICE, moment("2026-03-24"))
    assert found.clause is not None
    assert found.clause.text.zh == "逾期由总经办作出反应"
    assert (found.clock, found.late, found.answers) == ("time-limit", 1, (OFFICE_STAFF,))


@mark("P16", "H1", rests_on=(ENGINE, CLOCK))
def customer_told() -> None:
    """The customer is told, which stops the time of handling; without it nothing is confirmed."""
    life = decided().does("executed", by=HANDLING).does("tracked", by=GENERAL)
    assert life.refused("checked", by=GENERAL) is RefusalReason.FIRST
    assert life.stands("time-limit") == ClockStatus.RUNNING
    life.tells("notified", by=TECHNICAL)
    assert life.stands("time-limit") == ClockStatus.SATISFIED
    assert life.does("view-heard", by=HANDLING).refused("checked", by=GENERAL) is None


@mark("P16", "H3", rests_on=(VIEW, ENGINE))
def views_gathered() -> None:
    """The customer's view is gathered soon after the notice."""
    assert decided().refused("view-heard", by=HANDLING) is RefusalReason.FIRST
    life = carried_out()
    assert view(life.policy, life.case).hearing is Hearing.DUE
    assert view(life.policy, life.does("view-heard", by=HANDLING).case).hearing is Hearing.HEARD
    silent = carried_out().does("tracked", by=GENERAL)
    assert silent.refused("checked", by=GENERAL) is RefusalReason.FIRST
    assert silent.refused("checked", by=GENERAL, on="2026-03-10") is RefusalReason.FIRST
    assert silent.refused("checked", by=GENERAL, on="2026-03-14") is None


@mark("P16", "H5", rests_on=(ENGINE, STANDING))
def effect_confirmed() -> None:
    """The measures are followed up and their effect confirmed before the summing up; improvements twice a year."""
    life = carried_out().does("view-heard", by=HANDLING)
    assert life.refused("checked", by=GENERAL) is RefusalReason.FIRST
    assert life.refused("tracked", by=HANDLING) is RefusalReason.WRONG_ROLE
    life.does("tracked", by=GENERAL)
    assert life.refused("summarised", by=OFFICE_STAFF) is RefusalReason.NOT_HERE
    life.seals("measure-set", "responsible", "corrective", "preventive", by=HANDLING)
    assert life.does("checked", by=GENERAL).does("summarised", by=OFFICE_STAFF).ended
    (improvement, _) = duties_of(policy_of("P16"))
    assert improvement.by == OFFICE_STAFF
    assert duty_state(improvement, SINCE, (), OFFICE, moment("2026-09-03").date()).status is DutyStatus.OVERDUE


@mark("P16", "K3", rests_on=(WEAK, FIGURES, REPORT, ENGINE))
def lessons() -> None:
    """Each case is summed up at its end, and over many the report names what was late and where cases lie."""
    assert carried_out().refused("summarised", by=OFFICE_STAFF) is RefusalReason.NOT_HERE
    found = weak_points(block("P16", late(), "2026-07-01"))
    assert [point.id for point in found if point.weakness is Weakness.LATE] == [*PROMISED, "time-limit"]
    policy = policy_of("P16")
    told = report(
        counted("P16", untouched("P16"), "2026-07-01"), {policy.id: policy}, Words("公司", "Company"),
        ReportAudience.LEADERSHIP, "zh",
    )  # fmt: skip
    assert "投诉反映的意见提报有关部门追踪改善" in told.sections[2].sentences


@mark("P16", "K7", rests_on=("casework.policy.document:rules_document", CLAUSES))
def quality_system() -> None:
    """The rules rest on policy and goals of the company's quality system: the page of a case says it, and the command.

    On the page it is `clausesCard`, held to every shipped policy by `tests/browser/test_policy_words.py`.
    """
    (basis,) = json.loads(rules_document(policy_of("P16")))["metadata"]["basis"]
    assert basis["text"]["zh"] == "公司质量管理体系的方针、目标及规定"
    lines = list(describe_clauses(policy_of("P16"), in_chinese))
    assert lines[lines.index("\n依据") + 1] == "  公司质量管理体系的方针、目标及规定"
    assert "\nInterpreted by" not in list(describe_clauses(policy_of("P16"), in_english))
