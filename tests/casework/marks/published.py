"""Versions of a policy as an office publishes them, each from its own day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from casework.policy.policy import Policy
from portal.office import versions


def in_force(published: Sequence[Policy], day: date) -> Policy | None:
    """The version under which cases open on a day; None before the first."""
    lines = [versions.PolicyVersion(one.id, one.version, one.bound.effective, one.version) for one in published]
    found = versions.in_force(lines, published[0].id, day)
    return None if found is None else next(one for one in published if one.version == found.version)
