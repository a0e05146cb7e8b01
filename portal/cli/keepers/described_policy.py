"""All that a policy rules, line by line, and what differs between two."""

from __future__ import annotations

from difflib import unified_diff

from casework.policy.policy import Policy
from casework.policy_check.binding_words import describe_bindings
from casework.policy_check.clause_words import describe_clauses
from casework.policy_check.policy_words import Say, describe
from portal.cli.keepers.anywhere_words import describe_anywhere


def described(one: Policy, say: Say) -> list[str]:
    """All that binds: rules, what every stage allows, clauses, page and bindings."""
    clauses = (*describe_bindings(one, say), *describe_clauses(one, say))
    return [*describe(one, say), *describe_anywhere(one, say), *clauses]


def differing_lines(old: Policy, new: Policy, say: Say) -> list[str]:
    """The lines that only one of the two has, `-` of the old one and `+` of the new one."""
    lines = unified_diff(described(old, say), described(new, say), lineterm="", n=0)
    return [line for line in list(lines)[2:] if line[1:].strip() and not line.startswith("@@")]
