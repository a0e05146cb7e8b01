"""When a proposed measure is answered: on the third working day of the entity after it came, whatever the answer is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from portal.office.current_directory import CurrentDirectory
from portal.office.rules_repository import RulesRepository

DAYS = 3
SATURDAY = 5


def answer_day(directory: CurrentDirectory, entity: str, now: datetime) -> tuple[date, date]:
    """The entity's day on which it came, and that of the answer; by the published calendar, else Monday to Friday."""
    found = directory.on(now.date()).content.entities
    zone = next((ZoneInfo(one.timezone) for one in found if one.id == entity), ZoneInfo("UTC"))
    came = now.astimezone(zone).date()
    office = RulesRepository(directory).office(entity, now.date())
    worked = _weekdays(came) if office is None else (one.date for one in office.calendar.days_after(came) if one.worked)
    return came, next(islice(worked, DAYS - 1, None))


def _weekdays(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        if day.weekday() < SATURDAY:
            yield day
