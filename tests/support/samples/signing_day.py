"""The day that members sign, which is not always the machine's: in China it begins at 16:00 UTC."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def desk_day() -> date:
    """Today in the time zone of the sample office's group."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()
