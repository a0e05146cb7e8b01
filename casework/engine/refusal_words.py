"""A refusal in words: acts, roles, stages, clocks and grades under the names that the policy gives them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from casework.engine.refusals import Refusal, RefusalReason, said_with
from casework.policy.policy import Policy
from casework.rules.acts import ACT_WORDS, TRAITS, Act, Party
from casework.words import Words

NOBODY: Final[Mapping[str, Words]] = {}
OF_CLOCKS: Final = frozenset({RefusalReason.TOO_EARLY, RefusalReason.TOO_LATE})
"""They name a clock, and a role or a stage may have the same id."""


def refusal_words(policy: Policy, refusal: Refusal, people: Mapping[str, Words] = NOBODY) -> Words:
    """The sentence, with names in place of ids wherever the policy, the product or `people` has one."""
    name = _clock_name if refusal.reason in OF_CLOCKS else name_of
    return said_with(refusal.reason, [people.get(one) or name(policy, one) for one in refusal.names])


def allowed_words(refusal: Refusal) -> tuple[tuple[Act, Words], ...]:
    """What the same member could do instead, in words: nothing of the reporter's."""
    return tuple((act, ACT_WORDS[act]) for act in refusal.allowed if TRAITS[act].party is Party.MEMBER)


def _clock_name(policy: Policy, one: str) -> Words:
    return next((clock.name for clock in policy.rules.clocks if clock.id == one), Words(one, one))


def name_of(policy: Policy, one: str) -> Words:
    """What an id is called; itself where it has no name."""
    if one in set(Act):
        return ACT_WORDS[Act(one)]
    rules = policy.rules
    named = (*rules.roles, *rules.stages, *rules.clocks, *rules.grades, *rules.measures)
    return next((known.name for known in named if known.id == one), Words(one, one))
