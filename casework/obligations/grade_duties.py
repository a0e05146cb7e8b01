"""Whose matter a case is by its grade, and what has to be done at once in a major one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from casework.engine.case import Case, Event
from casework.engine.refusals import Refusal, RefusalReason
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.rules.flow import Grade
from casework.rules.roles import RoleId
from casework.words import Words

WITHOUT_WORK: Final = frozenset({Act.WITHDRAWN, Act.REFUSED, Act.MERGED, Act.MIGRATED, Act.HANDED_OVER})
"""Acts that end a case which the office does not work through to its result."""


@dataclass(frozen=True, slots=True)
class GradeDuties:
    """What the grade of a case asks: who handles it, who attends to it in person, and what is still owed.

    `due` are acts that the policy demands for this grade and nobody has done yet, in the order in which
    they are to be done; `to` is the role that a major matter goes up to, and `text` the rule in words.
    """

    grade: Grade | None = None
    handled_by: RoleId | None = None
    attended_by: RoleId | None = None
    to: RoleId | None = None
    due: tuple[Act, ...] = ()
    text: Words | None = None


def grade_duties(policy: Policy, case: Case) -> GradeDuties:
    """Whose matter a case is, and what its grade still owes; nothing beyond that before it was graded."""
    grade = next((one for one in policy.rules.grades if one.id == case.codes.get(Attribute.GRADE)), None)
    if grade is None:
        return GradeDuties()
    rule = policy.rules.emergency
    if rule is None or not is_major(policy, grade):
        return GradeDuties(grade, grade.handled_by, grade.attended_by)
    due = tuple(act for act in required_acts(policy, grade) if not _is_done(case, act, grade))
    return GradeDuties(grade, grade.handled_by, grade.attended_by, rule.reported_to, due, rule.text)


def check_grade_duties(policy: Policy, case: Case, event: Event, roles: Collection[RoleId]) -> Refusal | None:
    """Why an event may not end the case: its grade asks for acts that nobody has done.

    Only acts that a member in these roles can do here count, so that no case is stuck where the others are away, bound
    to nobody or concerned in it; what the leadership does in person stays owed, and keeps nobody else from the end.
    """
    stage, here = (None if to is None else policy.rules.stage(to) for to in (event.to, case.stage))
    if stage is None or here is None or not stage.end or event.act in WITHOUT_WORK:
        return None
    grade = case.codes.get(Attribute.GRADE)
    mine = {
        rule.act for rule in policy.rules.acts_in(here)
        if not (rule.grades and grade not in rule.grades) and not set(roles).isdisjoint(rule.by or here.actors)
    }  # fmt: skip
    due = tuple(act for act in grade_duties(policy, case).due if act in mine)
    return Refusal(RefusalReason.FIRST, due) if due else None


def is_major(policy: Policy, grade: Grade) -> bool:
    """A grade for which the text has an emergency plan, or one that the leadership handles or attends to."""
    rule = policy.rules.emergency
    return rule is not None and (grade.emergency or rule.reported_to in (grade.handled_by, grade.attended_by))


def required_acts(policy: Policy, grade: Grade) -> Iterator[Act]:
    """What a policy demands at once for a major grade, in its order."""
    rule = policy.rules.emergency
    if rule is not None and rule.plan:
        yield Act.EMERGENCY_STARTED
    yield Act.REPORTED_UP
    if grade.attended_by is not None:
        yield Act.OVERSEEN


def _is_done(case: Case, act: Act, grade: Grade) -> bool:
    """Attending in person is done by the role itself; anybody's oversight is not it."""
    events = (one for one in case.events if one.act is act and one.n not in case.uncounted)
    return any(act is not Act.OVERSEEN or one.role == grade.attended_by for one in events)
