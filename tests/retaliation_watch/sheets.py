"""Small feeds for tests, as bytes that HR might push."""

from __future__ import annotations

import io

from retaliation_watch.hr_formats.roster import Roster, read_roster


def sheet(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    """Lines as a file."""
    return io.BytesIO("\n".join(lines).encode(encoding))


def staff(count: int = 10) -> Roster:
    """People 001, 002, … of one unit."""
    return read_roster(sheet("employee_id,org_unit", *(f"{number:03d},A" for number in range(1, count + 1))))
