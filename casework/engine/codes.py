"""The codes that stand in clear beside an act: each must name something that is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from casework.engine.case import SEPARATOR, Case, is_day
from casework.policy.policy import Policy
from casework.rules.acts import TRAITS, Act, Attribute
from casework.rules.destinations import Destination
from casework.rules.roles import RoleKind
from casework.strict_file import ID_FORM

CASE_FORM: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""A case's id or the office's own number of it: no room for words in clear."""
ASKING_FORM: Final = re.compile(r"[1-9][0-9]{0,5}")
"""The number of an event of the record, which an answer names."""


def wrong_code(policy: Policy, case: Case, act: Act, codes: Mapping[Attribute, str]) -> Attribute | None:
    """The first code that is missing, too many, or names nothing; None when all fit."""
    trait = TRAITS[act]
    missing = [code for code in trait.codes if code not in codes]
    unexpected = [code for code in codes if code not in trait.codes + trait.may]
    if missing or unexpected:
        return (missing + unexpected)[0]
    wrong = (code for code, value in codes.items() if not _CHECKS[code](policy, case, value))
    return next(wrong, None)


def _is_id(_policy: Policy, _case: Case, value: str) -> bool:
    return ID_FORM.fullmatch(value) is not None


def _is_number(_policy: Policy, _case: Case, value: str) -> bool:
    return CASE_FORM.fullmatch(value) is not None


def _is_asking(_policy: Policy, _case: Case, value: str) -> bool:
    return ASKING_FORM.fullmatch(value) is not None


def _is_kind(policy: Policy, _case: Case, value: str) -> bool:
    return value in {kind.id for kind in policy.rules.kinds}


def _is_grade(policy: Policy, _case: Case, value: str) -> bool:
    return value in {grade.id for grade in policy.rules.grades}


def _is_classification(policy: Policy, _case: Case, value: str) -> bool:
    own = {one.id for one in policy.rules.classifications}
    return value in (own or {category.id for category in policy.categories})


def _are_departments(policy: Policy, _case: Case, value: str) -> bool:
    names = value.split(SEPARATOR)
    known = departments_of(policy)
    return len(set(names)) == len(names) and all(name in known if known else ID_FORM.fullmatch(name) for name in names)


def departments_of(policy: Policy) -> tuple[str, ...]:
    """Where a case may be sent, once the office has named its departments: these, and roles of nobody in them.

    Empty where it has named none: any id is a department then.
    """
    named = policy.bound.own_departments
    members = {member for one in named for member in one.members}
    kinds = (RoleKind.DEPARTMENT, RoleKind.SUPERIOR)
    roles = [role.id for role in policy.rules.roles if role.kind in kinds]
    rest = [one for one in roles if members.isdisjoint(policy.bound.holders.get(one, ()))]
    return (*(one.id for one in named), *rest) if named else ()


def _is_extendable(policy: Policy, case: Case, value: str) -> bool:
    """The clock may be extended, and in this grade."""
    clock = next((clock for clock in policy.rules.clocks if clock.id == value), None)
    if clock is None or clock.extension is None:
        return False
    grades = clock.extension.grades
    return not grades or case.codes.get(Attribute.GRADE) in grades


def _is_day(_policy: Policy, _case: Case, value: str) -> bool:
    return is_day(value)


def _is_authority(policy: Policy, _case: Case, value: str) -> bool:
    named = policy.rules.hand_over
    return value in named.authorities if named and named.authorities else ID_FORM.fullmatch(value) is not None


def _is_destination(_policy: Policy, _case: Case, value: str) -> bool:
    return value in set(Destination)


_CHECKS: Final[Mapping[Attribute, Callable[[Policy, Case, str], bool]]] = {
    Attribute.KIND: _is_kind,
    Attribute.CLASSIFICATION: _is_classification,
    Attribute.GRADE: _is_grade,
    Attribute.DEPARTMENTS: _are_departments,
    Attribute.HANDLER: _is_id,
    Attribute.DEPUTY: _is_id,
    Attribute.CLOCK: _is_extendable,
    Attribute.UNTIL: _is_day,
    Attribute.CASE: _is_number,
    Attribute.AUTHORITY: _is_authority,
    Attribute.MEMBER: _is_id,
    Attribute.POLICY: _is_id,
    Attribute.VERSION: _is_id,
    Attribute.DESTINATION: _is_destination,
    Attribute.ASKING: _is_asking,
}
