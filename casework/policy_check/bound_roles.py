"""Whether the members to whom roles are bound can do what the text wants of several people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


def one_hand(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """A signature of one role and, in another stage, that of another, which some member may give both of."""
    signing = [(stage, rule) for stage, rule in _rules(policy) if rule.act is Act.SIGNED]
    for at, (stage, rule) in enumerate(signing):
        for earlier, first in signing[:at]:
            roles, others = rule.by or stage.actors, first.by or earlier.actors
            both = _doers(policy, stage, rule) & _doers(policy, earlier, first)
            if both and set(roles).isdisjoint(others) and Act.SIGNED not in rule.apart:
                held = _held_by(policy, [*others, *roles], both)
                yield f"stages[{stage.id}].acts[{rule.act}]", Fault.ONE_HAND, _about("", both, held)


def _not_apart(policy: Policy, file: str) -> Iterator[Finding]:
    for stage, rule in _rules(policy):
        doers, roles = _doers(policy, stage, rule), dict.fromkeys(rule.by or stage.actors)
        for act in rule.apart:
            others, other_roles = _who(policy, act)
            if not doers or not others:
                continue
            key = f"stages[{stage.id}].acts[{rule.act}].apart"
            both = doers & others
            held = _held_by(policy, [*roles, *other_roles], both)
            if len(doers | others) < 2:
                yield Finding(file, key, Fault.SAME_PERSON, _about(act, both, held))
            elif set(roles).isdisjoint(other_roles) and both:
                yield Finding(file, key, Fault.JOINED, _about("", both, held))


def _not_each(policy: Policy, file: str) -> Iterator[Finding]:
    for stage, rule in _rules(policy):
        roles = list(dict.fromkeys(rule.by))
        held = [set(policy.bound.holders.get(role, ())) for role in roles]
        if not rule.every or len(held) < 2:
            continue
        key, people = f"stages[{stage.id}].acts[{rule.act}].every", set[str]().union(*held)
        if all(held) and len(people) < len(held):
            yield Finding(file, key, Fault.SAME_PERSON, _about(rule.act, people, roles))
            continue
        both = {member for members in held for member in members if sum(member in one for one in held) > 1}
        if both:
            yield Finding(file, key, Fault.JOINED, _about("", both, _held_by(policy, roles, both)))


def _held_by(policy: Policy, roles: Iterable[RoleId], members: set[str]) -> list[RoleId]:
    """Those of the roles that any of these members holds, each once."""
    return [role for role in dict.fromkeys(roles) if members & set(policy.bound.holders.get(role, ()))]


def _about(act: str, members: Iterable[str], roles: Iterable[str]) -> str:
    """What a finding about people and roles is about, in the three parts that its sentence takes."""
    return "|".join((act, ",".join(sorted(members)), ",".join(roles)))


def _rules(policy: Policy) -> Iterator[tuple[Stage, ActRule]]:
    return ((stage, rule) for stage in policy.rules.stages for rule in stage.acts)


def _doers(policy: Policy, stage: Stage, rule: ActRule) -> set[str]:
    return {member for role in rule.by or stage.actors for member in policy.bound.holders.get(role, ())}


def _who(policy: Policy, act: Act) -> tuple[set[str], list[RoleId]]:
    """The members and the roles who may do an act in any stage."""
    own = [(stage, rule) for stage, rule in _rules(policy) if rule.act is act]
    members = {member for stage, rule in own for member in _doers(policy, stage, rule)}
    return members, list(dict.fromkeys(role for stage, rule in own for role in rule.by or stage.actors))
