"""When notices go out: at the same hours of every day, whatever happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.notices.config import NoticeSettings


def last_moment(settings: NoticeSettings, now: datetime) -> datetime:
    """The last moment up to `now` at which a notice was to go out: of many that were missed one is enough."""
    here = now.astimezone(settings.zone)
    days = (here.date(), here.date() - timedelta(days=1))
    moments = (datetime.combine(day, hour, settings.zone) for day in days for hour in settings.hours)
    return max(moment for moment in moments if moment <= here)
