"""Reads the operator's bindings: they fill what a policy leaves open, and can change nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from casework.deadlines.limits import Limit
from casework.errors import PolicyError
from casework.policy.policy import Policy, Promise
from casework.policy.promises import with_promise_clocks
from casework.policy.reader import MOST_DAYS, shipped_policy
from casework.policy.shape import MOST, in_document, read_limit_at, read_rows, read_shape
from casework.rules.binding import Adoption, Bound, Department, Supply
from casework.rules.clauses import Rhythm
from casework.rules.flow import Appeal, Measure, Outcome, Stage
from casework.rules.intake_form import Channel
from casework.rules.limits import ClockRule
from casework.rules.roles import Role, RoleId, RoleKind, Subject
from casework.rules.rulebook import OpenPart, Part, Rulebook
from casework.strict_file import Table, toml_table

Row = TypeVar("Row", Promise, ClockRule)
SHAPES: dict[Part, type[Any]] = {
    Part.ROLES: Role,
    Part.SUBJECTS: Subject,
    Part.CHANNELS: Channel,
    Part.STAGES: Stage,
    Part.CLOCKS: ClockRule,
    Part.OUTCOMES: Outcome,
    Part.MEASURES: Measure,
    Part.APPEALS: Appeal,
}


def bind_policy(policy: Policy, content: bytes, file: str) -> Policy:
    """The policy with the operator's bindings filled in; `file` is their name in refusals.

    A binding may only fill what the text leaves open, never change it. Raises `PolicyError`.
    """
    with toml_table(content, file, [], policy.language) as table:
        if (table.id("policy"), table.id("version")) != (policy.id, policy.version):
            raise table.refuse("policy", f"must be {policy.id} version {policy.version}")
        refused: list[PolicyError] = []
        with table.table("days") as days:
            promises = tuple(_tried(_promise, promise, days, refused) for promise in policy.promises)
        rules = _supplied(policy.rules, table)
        if table.has("limits"):
            with table.table("limits") as limits:
                rules = replace(rules, clocks=tuple(_tried(_clock, clock, limits, refused) for clock in rules.clocks))
        if refused:
            refused[0].others = tuple(refused[1:])
            raise refused[0]
        bound = replace(policy, promises=promises, rules=rules, bound=_bound(rules, table))
        return with_promise_clocks(bound)


def _tried(bind: Callable[[Row, Table], Row], row: Row, table: Table, refused: list[PolicyError]) -> Row:
    """The row as it is bound; where that is refused the refusal is gathered and reading goes on."""
    try:
        return bind(row, table)
    except PolicyError as error:
        refused.append(error)
        if table.has(row.id):
            table.take(row.id)
        return row


def _promise(promise: Promise, days: Table) -> Promise:
    if not days.has(promise.id):
        return promise
    if promise.days is not None:
        raise days.refuse(promise.id, "is fixed by the policy text")
    return replace(promise, days=days.number(promise.id, MOST_DAYS))


def _clock(clock: ClockRule, limits: Table) -> ClockRule:
    """A number for a blank; where the text names the unit, no other unit."""
    if not limits.has(clock.id):
        return clock
    if clock.limit is not None or clock.tiers:
        raise limits.refuse(clock.id, "is fixed by the policy text")
    limit = read_limit_at(limits, clock.id)
    if clock.unit is not None and limit.unit is not clock.unit:
        raise limits.refuse(clock.id, f"the policy text counts {clock.unit}")
    return replace(clock, limit=limit)


def _supplied(rules: Rulebook, table: Table) -> Rulebook:
    """Every open part that the bindings close, each in one of three ways; the rest stays open."""
    if not table.has("supplies"):
        return rules
    left: list[OpenPart] = []
    with table.table("supplies") as supplies:
        for part in rules.open:
            if not supplies.has(part.id):
                left.append(part)
                continue
            with supplies.table(part.id) as row:
                rules = _close(rules, part.part, row, table)
    return replace(rules, open=tuple(left))


def _close(rules: Rulebook, part: Part, row: Table, table: Table) -> Rulebook:
    match row.choice("how", Supply):
        case Supply.LEFT_OUT:
            row.words("reason")
            return rules
        case Supply.INHERITED:
            return inherit(rules, in_document(shipped_policy(row.id("from")).rules, table.language), part)
        case Supply.OWN if part in SHAPES:
            if not table.has(part):
                raise table.refuse(part, "is missing, though it is said to be supplied here")
            return replace(rules, **{part.value: getattr(rules, part) + read_rows(table, part, SHAPES[part])})
        case Supply.OWN:
            raise row.refuse("how", "clauses cannot be written here: leave them out or inherit them")


def inherit(rules: Rulebook, heir_of: Rulebook, part: Part) -> Rulebook:
    """The rules with the part of another policy added where they have nothing of that name themselves."""
    if part is Part.CLAUSES:
        listed = {part.value for part in Part} | {"open", "without", "state", "metadata", "anywhere"}
        empty = [one.name for one in fields(rules) if one.name not in listed and not getattr(rules, one.name)]
        return replace(rules, **{name: getattr(heir_of, name) for name in empty})
    own: tuple[Any, ...] = getattr(rules, part)
    names = {one.id for one in own}
    added = tuple(one for one in getattr(heir_of, part) if one.id not in names)
    return replace(rules, **{part.value: own + added})


def _bound(rules: Rulebook, table: Table) -> Bound:
    adoption = Adoption()
    if table.has("adoption"):
        with table.table("adoption") as inner:
            adoption = read_shape(inner, Adoption)
    holders = _holders(rules, table)
    return Bound(
        holders=holders,
        adoption=adoption,
        effective=table.day("effective") if table.has("effective") else None,
        retention_months=table.number("retention_months", MOST) if table.has("retention_months") else None,
        entities=_entities(rules, table),
        every=_every(rules, table),
        own_departments=_departments(rules, holders, table),
    )


def _departments(rules: Rulebook, holders: Mapping[RoleId, tuple[str, ...]], table: Table) -> tuple[Department, ...]:
    """The office's departments: those who act for one hold a role that is a department."""
    if not table.has("departments"):
        return ()
    found = read_rows(table, "departments", Department)
    roles = [role.id for role in rules.roles if role.kind is RoleKind.DEPARTMENT]
    acting = {member for role in roles for member in holders.get(role, ())}
    for one in found:
        if one.id in {role.id for role in rules.roles}:
            raise table.refuse(f"departments[{one.id}]", "is the id of a role")
        unbound = [member for member in one.members if member not in acting]
        if unbound:
            names, among = ", ".join(unbound), ", ".join(roles)
            raise table.refuse(f"departments[{one.id}].members", f"{names}: bind them in [holders] to one of {among}")
    return found


def _entities(rules: Rulebook, table: Table) -> tuple[str, ...]:
    """The companies and departments behind the text's words; a text that names no reach holds everywhere."""
    if not table.has("entities"):
        return ()
    if not rules.applies:
        raise table.refuse("entities", "the policy text does not say where it applies")
    return table.ids("entities")


def _every(rules: Rulebook, table: Table) -> dict[Rhythm, Limit]:
    """How often each recurring duty of the text is owed, in days or longer: a 定期 is nobody's guess."""
    if not table.has("every"):
        return {}
    known = {one.what for one in rules.recurring}
    with table.table("every") as inner:
        unknown = [key for key in inner.keys() if key not in known]  # noqa: SIM118  # a table of ours, no mapping
        if unknown:
            raise inner.refuse(unknown[0], "is no recurring duty of this policy")
        found = {what: read_limit_at(inner, what) for what in sorted(known) if inner.has(what)}
        hasty = [what for what, limit in found.items() if limit.unit.is_clock_time]
        if hasty:
            raise inner.refuse(hasty[0], "recurs in days, weeks, months or years")
        return found


def _holders(rules: Rulebook, table: Table) -> dict[RoleId, tuple[str, ...]]:
    if not table.has("holders"):
        return {}
    roles = {role.id for role in rules.roles}
    with table.table("holders") as inner:
        unknown = [key for key in inner.keys() if key not in roles]  # noqa: SIM118  # a table of ours, no mapping
        if unknown:
            raise inner.refuse(unknown[0], "is no role of this policy")
        return {role: inner.ids(role) for role in sorted(roles) if inner.has(role)}
