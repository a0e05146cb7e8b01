"""What a reading of the twenty policies against their texts asked for, where no mark of a text has it."""

from __future__ import annotations

from typing import Final

import pytest

from casework.deadlines.clock import ClockStatus
from casework.engine.refusals import RefusalReason
from casework.legal_sources import Supplied
from casework.policy.reader import shipped_policy
from casework.rules.acts import Attribute
from tests.casework.marks.life import Life, policy_of
from tests.casework.written import SLUGS

ADDRESSEES: Final = [
    ("P01", "superior"), ("P01", "department-head"), ("P01", "leadership"), ("P07", "department-head"),
    ("P18", "superior"), ("P19", "superior"),
]  # fmt: skip
SUPPLIED: Final = {
    "P01": 9, "P02": 7, "P03": 3, "P04": 16, "P05": 7, "P06": 11, "P07": 13, "P08": 9, "P09": 7, "P10": 2, "P11": 13,
    "P12": 9, "P13": 1, "P14": 5, "P15": 3, "P16": 5, "P17": 4, "P18": 3, "P19": 9, "P20": 4,
}  # fmt: skip


@pytest.mark.parametrize(("policy", "role"), ADDRESSEES)
def test_the_addressee_of_a_channel_can_pass_a_complaint_on(policy: str, role: str) -> None:
    """The addressee of a channel has a step of their own when the complaint is new, and it moves the case nowhere."""
    life = Life(policy)
    assert "passed-on" in life.may(by=role)
    life.does("passed-on", by=role)
    assert life.stage == "received"
    assert life.refused("passed-on", by="hr") is RefusalReason.WRONG_ROLE


@pytest.mark.parametrize("number", SLUGS)
def test_what_no_text_says_is_marked_as_supplied(number: int) -> None:
    """Each policy has as many rules of its own ground as somebody counted in it, the common ones aside."""
    policy = f"P{number:02d}"
    assert _supplied(policy) == SUPPLIED[policy]


def _supplied(policy: str) -> int:
    shipped = shipped_policy(SLUGS[int(policy[1:])])
    return sum(isinstance(one, Supplied) for key, one in shipped.sources if not key.startswith("common"))


def test_an_ended_case_is_shown_to_employees_and_malice_is_disciplined() -> None:
    """P01: published by HR once it has ended; the discipline of a malicious complaint rests on its approval."""
    life = Life("P01").does("filed", by="hr").does("evidence-gathered", by="hr").does("checked", by="hr")
    life.does("mediated", by="hr")
    life.decides("not-borne-out", by="hr", to="result").does("notified", by="hr").does("tracked", by="hr")
    assert life.seal_refused("measure-set", "discipline", by="hr") is RefusalReason.FIRST
    life.seals("malice-proposed", by="hr").seals("malice-approved", by="leadership", member=2)
    life.seals("measure-set", "discipline", by="hr").does("closed", by="hr")
    assert (life.ended, life.refused("published", by="leadership")) == (True, RefusalReason.WRONG_ROLE)
    assert life.does("published", by="hr").ended


def test_a_malicious_complaint_has_its_measure() -> None:
    """P08: liability follows approved malice and nothing else."""
    life = Life("P08").does("registered", by="complaint-body").does("acknowledged", by="complaint-body")
    life.does("evidence-gathered", by="complaint-body").does("plan-drafted", by="complaint-body")
    life.does("approved", by="leadership")
    life.decides("not-borne-out", by="complaint-body").does("executed", by="related-department")
    assert life.seal_refused("measure-set", "accountability", by="complaint-body") is RefusalReason.FIRST
    life.seals("malice-proposed", by="complaint-body").seals("malice-approved", by="leadership", member=2)
    assert life.seals("measure-set", "accountability", by="complaint-body").sealed.measures == ("accountability",)


def _graded(grade: str) -> Life:
    life = Life("P05").does("registered", by="property-company").does("graded", by="property-company", grade=grade)
    return life.does("checked", by="property-manager").does("cause-found", by="property-company")


@pytest.mark.parametrize("outcome", ["real", "not-real"])
def test_a_problem_that_does_not_exist_is_neither_planned_nor_solved(outcome: str) -> None:
    """P05: nothing is drafted and no measure set; what was found is explained, and the record is that of any other."""
    life = _graded("general").decides(outcome, by="property-company", to="solution")
    life.does("plan-told", by="property-company").reporter("plan-agreed")
    life.does("executed", by="property-company").does("notified", by="property-company")
    assert life.does("archived", by="property-company").ended
    assert (life.events("plan-drafted"), life.sealed.measures) == ([], ())


def test_each_grade_has_its_own_limit() -> None:
    """P05: by nature and urgency, unbound in the text; the complex alone may be extended."""
    unbound = shipped_policy("property-owner-complaint").unbound()
    for grade in ("general", "complex", "urgent"):
        assert f"limits.handling-{grade}" in unbound
        known = [one for one in ("general", "complex", "urgent") if _graded(grade).knows(f"handling-{one}")]
        assert known == [grade]
    assert _graded("urgent").due("handling-urgent") == "2026-03-12"
    longer = _graded("complex").does("extended", by="property-company", clock="handling-complex", until="2026-04-10")
    assert longer.due("handling-complex") == "2026-04-10"


def _event(grade: str) -> Life:
    life = Life("P06").does("registered", by="customer-service").does("content-confirmed", by="customer-service")
    return life.does("checked", by="customer-service").does("graded", by="customer-service", grade=grade)


def test_a_major_event_need_not_be_one_of_quality() -> None:
    """P06: it has the plan and the report up, stays with customer service, and no seven days of the department."""
    life = _event("major-other")
    assert [life.knows(one) for one in ("emergency", "report-up", "measures")] == [True, True, False]
    assert life.refused("routed", by="customer-service", departments="lab") is RefusalReason.ANOTHER_GRADE
    life.does("emergency-started", by="customer-service").does("reported-up", by="customer-service")
    assert (life.stands("emergency"), life.stands("report-up")) == (ClockStatus.SATISFIED, ClockStatus.SATISFIED)
    life.does("assigned", by="customer-service", handler="zhang-san")
    assert life.refused("plan-drafted", by="related-department") is RefusalReason.ANOTHER_GRADE
    assert life.does("plan-drafted", by="customer-service").stage == "investigation"


def test_a_matter_of_quality_is_the_departments() -> None:
    """P06: customer service neither drafts nor decides what the text gives to the department."""
    life = _event("quality").does("routed", by="customer-service", departments="workshop")
    for act in ("evidence-gathered", "cause-found", "plan-drafted"):
        assert life.refused(act, by="customer-service") is not None
        life.does(act, by="related-department")
    assert life.refused("decided", by="customer-service", to="result") is not None
    assert life.decides("borne-out", by="related-department", to="result").refused("notified", by="customer-service")


def test_the_emergency_plan_starts_before_anything_was_checked() -> None:
    """P06: at once means in the first minute, and what was done then is not owed again."""
    life = Life("P06").does("emergency-started", by="customer-service").does("reported-up", by="customer-service")
    life.does("registered", by="customer-service").does("content-confirmed", by="customer-service")
    life.does("checked", by="customer-service").does("graded", by="customer-service", grade="major")
    assert (life.stands("emergency"), life.stands("report-up")) == (ClockStatus.SATISFIED, ClockStatus.SATISFIED)


def test_a_complaint_may_be_serious_and_urgent() -> None:
    """P12: gravity and urgency are two things; the wait for the customer moves no word without a number."""
    life = Life("P12").does("registered", by="registrar").does("graded", by="company", grade="serious-urgent")
    assert life.case.codes[Attribute.GRADE] == "serious-urgent"
    assert life.does("information-asked", by="company").stands("result") == ClockStatus.PROMPTLY


def test_the_time_of_an_important_complaint_is_senior_managements() -> None:
    """P13: each grade's clocks name who deals with it."""
    who = {str(clock.id): clock.who for clock in policy_of("P13").rules.clocks}
    assert (who["handling"], who["handling-important"]) == ("service-team", "senior-management")
    assert (who["investigation"], who["investigation-important"]) == ("service-team", "senior-management")


def _ordered() -> Life:
    life = Life("P15", "2026-03-02T10:00").does("registered", by="callback-specialist")
    life.does("routed", by="callback-specialist", departments="workshop").does("order-issued", by="callback-specialist")
    return life.does("plan-drafted", by="department-manager").does("mediated", by="department-manager")


def test_the_follow_up_call_is_not_lost_when_the_order_comes_back_first() -> None:
    """P15: the specialist hears of the agreement, the team carries it out, and the call can be made afterwards."""
    life = _ordered().does("agreement-passed-on", by="department-manager").does("executed", by="team")
    life.does("order-returned", by="department-manager")
    assert life.refused("followed-up", by="callback-specialist") is RefusalReason.TOO_EARLY
    assert life.does("followed-up", by="callback-specialist", on="2026-03-02T12:00").stage == "judging"


def test_what_was_upheld_has_a_measure_and_any_channel_on_line_is_one() -> None:
    """P19: the problem is solved as a sealed measure; beside WeChat the text names other channels on line."""
    assert [one.id for one in policy_of("P19").rules.measures] == ["solved", "penalty"]
    assert "online" in {one.id for one in policy_of("P19").rules.channels}
    life = Life("P19").does("checked", by="hr").does("routed", by="hr", departments="payroll")
    life.does("department-received", by="owning-department").does("evidence-gathered", by="owning-department")
    life.does("report-formed", by="owning-department").does("plan-drafted", by="owning-department")
    life.does("report-submitted", by="owning-department").does("approved", by="hr", member=2)
    life.decides("borne-out", by="hr", to="notice")
    assert life.seals("measure-set", "solved", by="owning-department").sealed.measures == ("solved",)
