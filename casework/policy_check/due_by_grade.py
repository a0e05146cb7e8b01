"""What the grades of a policy owe at once, and whether anybody could do it."""

from __future__ import annotations

from collections.abc import Iterator

from casework.obligations.grade_duties import is_major, required_acts
from casework.policy.policy import Policy
from casework.policy_check.findings import Fault
from casework.rules.acts import Act
from casework.rules.flow import Grade


def due_by_grade(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Acts that a grade owes and no stage allows, and a rule for emergencies that no grade comes under."""
    rules = policy.rules
    for grade in rules.grades:
        due = set(required_acts(policy, grade)) if is_major(policy, grade) else set[Act]()
        due |= {Act.OVERSEEN} if grade.attended_by is not None else set()
        yield from (
            (f"grades[{grade.id}]", Fault.DUE_NOWHERE, act) for act in sorted(due) if not _allowed(policy, act, grade)
        )
    if rules.emergency is not None and rules.grades and not any(is_major(policy, one) for one in rules.grades):
        yield "emergency.reported_to", Fault.NO_MAJOR_GRADE, ""


def _allowed(policy: Policy, act: Act, grade: Grade) -> bool:
    """Oversight counts by the role of the grade alone."""
    doers = [rule.by or stage.actors for stage in policy.rules.stages for rule in stage.acts if rule.act is act] + [
        rule.by for rule in policy.rules.anywhere if rule.act is act
    ]
    if act is not Act.OVERSEEN:
        return bool(doers)
    return any(not roles or grade.attended_by in roles for roles in doers)
