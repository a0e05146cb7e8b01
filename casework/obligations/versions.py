"""Which version of a policy governs a case that comes in: never one that a running case is not pinned to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from casework.policy.policy import Policy


def in_force(versions: Iterable[Policy], day: date) -> Policy | None:
    """The version in force on `day`: the latest whose effective day has come; None before the first.

    A later version prevails over an earlier one that says otherwise (以本制度为准) for what comes in from its
    day on; cases that are open stay under theirs until somebody migrates them.
    """
    begun = [one for one in versions if one.bound.effective is not None and one.bound.effective <= day]
    return max(begun, key=lambda one: (one.bound.effective or date.min, one.version), default=None)
