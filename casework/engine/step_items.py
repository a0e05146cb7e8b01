"""Whether the sealed item beside a step is the one that an honest program seals for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from casework.engine.refusals import Refusal, RefusalReason
from casework.engine.sealed_steps import SealedCase
from casework.policy.policy import Policy
from casework.rules.acts import DECIDING, NOTE_KINDS, Act
from casework.rules.flow import StageId

WORDED: Final = frozenset({"reply", "letter", "note", "finding", "draft", "witness", "publication"})
"""Items that are words, or files, and nothing else."""
TO_REPORTER: Final = frozenset({"reply", "letter", "status", "unsealing", "notice"})
"""What a reply to the reporter may be; every other act that writes to them goes as a notice."""
UNSEEN: Final = (
    r"\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
"""What nobody sees: white space, controls, and what only shapes or joins other characters."""
NO_WORDS: Final = re.compile(f"[{UNSEEN}]*")


def is_wrong_type(act: Act, item_type: str, *, to_reporter: bool) -> bool:
    """Whether no honest program seals an item of this type beside the act."""
    if act in DECIDING or act is Act.SEALED:
        return item_type != "decision"
    if act is Act.REGRANTED:
        return False
    if to_reporter:
        return item_type not in TO_REPORTER if act is Act.REPLIED else item_type != "notice"
    if act is Act.NOTED:
        return item_type == "decision"
    return item_type not in {NOTE_KINDS[act], "note", "publication"}


def says_nothing(item_type: str, text: str, *, files: bool) -> bool:
    """Whether an item that is words alone has none: what nobody sees is no answer."""
    return item_type in WORDED and not files and NO_WORDS.fullmatch(text) is not None


def tells_otherwise(sealed: SealedCase, outcomes: Collection[str], measures: Collection[str]) -> bool:
    """Whether a notice names an outcome or a measure that was not decided; `sealed` is what stood before it."""
    return not (set(outcomes) <= set(sealed.outcomes) and set(measures) <= set(sealed.measures))


def check_day(policy: Policy, stage: StageId, act: Act, day: str | None) -> Refusal | None:
    """Why a notice of this act may not go out from this stage: the text has it name a day, and it names none."""
    here = policy.rules.stage(stage)
    asks = here is not None and any(rule.by_when for rule in policy.rules.acts_in(here, act))
    return Refusal(RefusalReason.DAY_FIRST, (act,)) if asks and not day else None
