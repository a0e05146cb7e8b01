"""The vectors of what an item beside a step may be, and of the characters that are no words."""

from __future__ import annotations

import sys
import unicodedata
from typing import Final

from casework.engine.step_items import TO_REPORTER, WORDED, check_day, is_wrong_type, says_nothing
from casework.policy.reader import shipped_policies
from casework.rules.acts import Act
from tests.casework.policies import bound
from tests.casework.vector_rows import Row

TYPES: Final = sorted({*TO_REPORTER, *WORDED, "decision", "report"})
TEXTS: Final = ("", " \u200b\ufeff\x85\x1c\n", "\u200b.\u200b", "\u3000\u4e2d", "\u2800\U000e0020", "a\U000e0020")


def items() -> Row:
    """For each act the types that fit it, each way; every character that is no word; texts, and which say nothing.

    `days` are the stages and acts of each policy in which a notice names a day.
    """
    return {
        "types": TYPES,
        "fits": [[act, _fitting(act, to_reporter=True), _fitting(act, to_reporter=False)] for act in Act],
        "unseen": _unseen(),
        "texts": [
            [text, item_type, files, says_nothing(item_type, text, files=files)]
            for text in TEXTS
            for item_type in TYPES
            for files in (False, True)
        ],
        "days": {name: _dated(name) for name in shipped_policies()},
    }


def _dated(name: str) -> list[list[str]]:
    policy = bound(name)
    pairs = [(stage.id, act) for stage in policy.rules.stages for act in Act]
    return [[stage, act] for stage, act in pairs if check_day(policy, stage, act, None)]


def _fitting(act: Act, *, to_reporter: bool) -> list[str]:
    return [one for one in TYPES if not is_wrong_type(act, one, to_reporter=to_reporter)]


def _unseen() -> list[list[int]]:
    """The first and the last of each run of characters that are no words."""
    found: list[list[int]] = []
    for point in range(sys.maxunicode + 1):
        if not says_nothing("reply", chr(point), files=False):
            continue
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return found


def unseen_by_kind() -> list[int]:
    """The characters that Unicode calls a space, a separator, a control or a format, but for those that are drawn."""
    kinds = {"Zs", "Zl", "Zp", "Cc", "Cf"}
    drawn = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}
    return [one for one in range(sys.maxunicode + 1) if unicodedata.category(chr(one)) in kinds and one not in drawn]
