"""Which roles a policy keeps in different hands: who holds one of them may not be given the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.flow import ActRule, Stage
from casework.rules.roles import RoleId

Pair = tuple[frozenset[RoleId], frozenset[RoleId]]


def separate_roles(policy: Policy, held: Iterable[RoleId], gained: Iterable[RoleId]) -> tuple[RoleId, ...]:
    """Those of the gained roles that the policy keeps apart from one that is held, in the order given."""
    own, pairs = frozenset(held), tuple(_pairs(policy))
    return tuple(role for role in gained if any(_parted(pair, role, own) for pair in pairs))


def _parted(pair: Pair, role: RoleId, own: frozenset[RoleId]) -> bool:
    one, other = pair
    return (role in one and bool(own & other)) or (role in other and bool(own & one))


def _pairs(policy: Policy) -> Iterator[Pair]:
    """By `apart`, by `every`, and two signatures of different roles; where one role may do both, they are not apart."""
    rules = [(stage, rule) for stage in policy.rules.stages for rule in stage.acts]
    for stage, rule in rules:
        roles = _roles(stage, rule)
        others = [_doing(rules, act) for act in rule.apart]
        yield from ((roles, one) for one in others if not roles & one)
        if rule.every:
            yield from ((frozenset({one}), frozenset({other})) for one, other in combinations(set(rule.by), 2))
    signing = [_roles(stage, rule) for stage, rule in rules if rule.act is Act.SIGNED]
    yield from ((one, other) for one, other in combinations(signing, 2) if not one & other)


def _doing(rules: Iterable[tuple[Stage, ActRule]], act: Act) -> frozenset[RoleId]:
    return frozenset(role for stage, rule in rules if rule.act is act for role in _roles(stage, rule))


def _roles(stage: Stage, rule: ActRule) -> frozenset[RoleId]:
    return frozenset(rule.by or stage.actors)
