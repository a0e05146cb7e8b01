"""Whether the members to whom roles are bound can do what the text wants of several people."""

from __future__ import annotations

from collections.abc import Iterator

from casework.policy.policy import Policy
from casework.policy_check.findings import Fault, Finding
from casework.rules.acts import Act
from casework.rules.flow import ActRule, Stage
from casework.rules.roles import RoleId


def few_holders(policy: Policy, file: str) -> tuple[Finding, ...]:
    """Roles that fewer than two members hold: with one person away their cases would stand still."""
    held = policy.bound.holders
    return tuple(
        Finding(file, f"holders.{role.id}", Fault.ONE_HOLDER, str(len(set(held.get(role.id, ())))))
        for role in policy.rules.roles
        if len(set(held.get(role.id, ()))) < 2
    )


def joined_holders(policy: Policy, file: str) -> tuple[Finding, ...]:
    """Members who hold two roles that the text keeps apart (`apart`), or of which each must act (`every`)."""
    found = [*_not_apart(policy, file), *_not_each(policy, file)]
    return tuple(dict.fromkeys(found))


def _not_apart(policy: Policy, file: str) -> Iterator[Finding]:
    for stage, rule in _rules(policy):
        doers, roles = _doers(policy, stage, rule), set(rule.by or stage.actors)
        for act in rule.apart:
            others, other_roles = _who(policy, act)
            if not doers or not others:
                continue
            key = f"stages[{stage.id}].acts[{rule.act}].apart"
            if len(doers | others) < 2:
                yield Finding(file, key, Fault.SAME_PERSON, act)
            elif roles.isdisjoint(other_roles) and doers & others:
                yield Finding(file, key, Fault.JOINED, ", ".join(sorted(doers & others)))


def _not_each(policy: Policy, file: str) -> Iterator[Finding]:
    for stage, rule in _rules(policy):
        held = [set(policy.bound.holders.get(role, ())) for role in dict.fromkeys(rule.by)]
        if not rule.every or len(held) < 2:
            continue
        if all(held) and len(set[str]().union(*held)) < len(held):
            yield Finding(file, f"stages[{stage.id}].acts[{rule.act}].every", Fault.SAME_PERSON, rule.act)
            continue
        both = {member for members in held for member in members if sum(member in one for one in held) > 1}
        if both:
            key = f"stages[{stage.id}].acts[{rule.act}].every"
            yield Finding(file, key, Fault.JOINED, ", ".join(sorted(both)))


def _rules(policy: Policy) -> Iterator[tuple[Stage, ActRule]]:
    return ((stage, rule) for stage in policy.rules.stages for rule in stage.acts)


def _doers(policy: Policy, stage: Stage, rule: ActRule) -> set[str]:
    return {member for role in rule.by or stage.actors for member in policy.bound.holders.get(role, ())}


def _who(policy: Policy, act: Act) -> tuple[set[str], set[RoleId]]:
    """The members and the roles who may do an act in any stage."""
    own = [(stage, rule) for stage, rule in _rules(policy) if rule.act is act]
    members = {member for stage, rule in own for member in _doers(policy, stage, rule)}
    return members, {role for stage, rule in own for role in rule.by or stage.actors}
