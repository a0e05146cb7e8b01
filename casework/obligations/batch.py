"""Many reporters in one matter: one case is worked, each of them is answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.engine.case import Case
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute

ANSWERS = frozenset({Act.NOTIFIED, Act.REPLIED, Act.PROGRESS_REPORTED, Act.REFUSED})
"""What reaches a reporter as an answer."""


@dataclass(frozen=True, slots=True)
class Follower:
    """A case that was merged into another: its name in the office, and the case."""

    name: str
    case: Case


def merged_into(case: Case) -> str | None:
    """The case that this one was merged into and not separated from again."""
    master: str | None = None
    for event in case.events:
        if event.n in case.uncounted:
            continue
        if event.act is Act.MERGED:
            master = event.codes[Attribute.CASE]
        elif event.act is Act.SEPARATED:
            master = None
    return master


def followers(master: str, cases: Iterable[Follower]) -> tuple[Follower, ...]:
    """The cases that stand merged into `master`, in the order given."""
    return tuple(one for one in cases if merged_into(one.case) == master)


def unanswered(policy: Policy, merged: Iterable[Follower]) -> tuple[str, ...]:
    """The merged cases whose reporter has heard nothing since; none where the text wants one answer only."""
    if policy.rules.batch is not None and not policy.rules.batch.each_answered:
        return ()
    return tuple(one.name for one in merged if not _answered(one.case))


def _answered(case: Case) -> bool:
    merged = max((one.n for one in case.events if one.act is Act.MERGED), default=-1)
    later = (one for one in case.events if one.n > merged and one.n not in case.uncounted)
    return any(one.act in ANSWERS for one in later)
