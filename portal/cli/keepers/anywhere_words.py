"""What a policy allows in every stage, as a person reads it: its own acts in full, the common ones by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from casework.policy.policy import Policy
from casework.policy.reader import common_rules
from casework.policy_check.policy_words import Say, say_act, say_rule
from casework.words import Words

HEAD: Final = Words("各阶段均可（未写明角色的，由该阶段经办角色办理）",
                    "In every stage (by who acts in the stage, where no role is named)")  # fmt: skip
COMMON: Final = Words("通用规则：{acts}", "By the common rules: {acts}")
BETWEEN: Final = Words("、", ", ")


def describe_anywhere(policy: Policy, say: Say) -> Iterator[str]:
    """A heading, a line for each `[[anywhere]]` of the policy, and one for the common rules that it leaves on."""
    common = common_rules(policy.language).anywhere
    own = [rule for rule in policy.rules.anywhere if rule not in common]
    shared = [rule.act for rule in policy.rules.anywhere if rule in common]
    if not own and not shared:
        return
    yield f"\n{say(HEAD)}"
    yield from (f"  · {say_rule(policy, rule, say)}" for rule in own)
    if shared:
        yield "  · " + say(COMMON).format(acts=say(BETWEEN).join(say_act(act, say) for act in shared))
