"""The day on which what a member signs about a case is dated: that of the company to which the case belongs."""

from __future__ import annotations

from crypto.office.directory import VerifiedDirectory
from portal.clock import day_in, system_clock

NOWHERE = "UTC"


def day_at(directory: VerifiedDirectory, entity: str) -> str:
    """Today in the entity's time zone (YYYY-MM-DD), as the page has it; in UTC for one that is no longer there."""
    zone = next((one.timezone for one in directory.content.entities if one.id == entity), NOWHERE)
    return day_in(zone, system_clock()).isoformat()
