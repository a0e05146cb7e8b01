"""Why a policy file or its bindings are refused, in both languages; what no pattern knows stays in English."""

from __future__ import annotations

import re
from typing import Final

from casework.deadlines.calendar_files import IN_CHINESE
from casework.words import Words

OF_POLICIES: Final = (
    (r"asks for an answer that nobody can have given", "依赖一个不可能有人给出的答案"),
    (r"clauses cannot be written here: leave them out or inherit them", "这里不能写条款：请删去，或沿用原文"),
    (r"is fixed by the policy text", "已由制度条文规定，不能另定"),
    (r"is kept for what every report says", "此名称留给每份举报都有的内容"),
    (r"is missing, though it is said to be supplied here", "注明在此提供，却没有写"),
    (r"is no recurring duty of this policy", "不是本制度的定期事项"),
    (r"is no role of this policy", "不是本制度的角色"),
    (r"must be a limit such as 24 hours, 5 working days, 3 months", "须为期限，例如 24小时、5个工作日、3个月"),
    (r"must be names of acts", "须为办理动作的名称"),
    (r"must be two or more for a choice, and none for a text", "选择题至少两项，文本题不得有选项"),
    (r"must be (\S+) version (\S+)", r"须为 \1 的第 \2 版"),
    (r"must have at least one entry", "至少须有一项"),
    (r"recurs in days, weeks, months or years", "只能按日、周、月或年重复"),
    (r"stands twice", "重复出现"),
    (r"the policy text counts (.+)", r"制度条文按 \1 计算"),
    (r"the policy text does not say where it applies", "制度条文没有写明适用于哪里"),
    (r"(.+) is none of (.+)", r"\1 不在可选项之列：\2"),
    (r"no policy of this name is there", "没有这个名称的制度"),
)


def reason_in_both(reason: str) -> Words:
    """A reason of a `PolicyError`; the same English twice where it is TOML's own, or nobody has put it into Chinese."""
    for pattern, chinese in (*OF_POLICIES, *IN_CHINESE):
        found = re.fullmatch(pattern, reason)
        if found:
            return Words(zh=found.expand(chinese), en=reason)
    return Words(zh=reason, en=reason)
