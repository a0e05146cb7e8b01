"""The calendars of an office: what ships for each entity's country, and what the office uploaded."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.clocks.calendar_document import calendars_document
from casework.clocks.calendar_files import CalendarFile, read_calendar
from casework.clocks.calendars import Calendar, Office
from casework.clocks.official_days import shipped_calendar
from casework.errors import CalendarRefused, CalendarUnknown
from portal.office.config import EntityConfig, OfficeConfig
from portal.office.errors import ConfigRefused
from portal.office.files import write_published
from portal.office.folder import OfficeFolder

YEARS_KEPT = 10
"""So long a case may have run and still have its days in the document."""


def office_calendars(folder: OfficeFolder, config: OfficeConfig, today: date) -> bytes:
    """The calendars document of an office; raises ConfigRefused for a calendar, file or zone that is none."""
    uploaded = [read_uploaded(file) for file in uploads(folder)]
    offices = {entity.id: _office(entity, uploaded) for entity in config.entities}
    return calendars_document(offices, today.year - YEARS_KEPT)


def uploads(folder: OfficeFolder) -> list[Path]:
    """The calendar files that the office uploaded, in the order in which they are laid upon each other."""
    return sorted((folder.path / "texts/calendars").glob("*.toml"))


def keep_upload(folder: OfficeFolder, read: CalendarFile, content: bytes, today: date) -> Path:
    """Keeps an uploaded calendar and publishes the calendars anew; raises ConfigRefused and keeps nothing then."""
    year = "closures" if read.year is None else str(read.year.year)
    file = folder.path / "texts/calendars" / f"{read.calendar}-{year}.toml"
    before = file.read_bytes() if file.is_file() else None
    write_published(file, content)
    try:
        document = office_calendars(folder, folder.config(), today)
    except ConfigRefused:
        if before is None:
            file.unlink()
        else:
            write_published(file, before)
        raise
    folder.write_calendars(document)
    return file


def read_uploaded(file: Path) -> CalendarFile:
    """One uploaded calendar; raises ConfigRefused with file, key and reason."""
    try:
        return read_calendar(file.read_bytes(), file.name)
    except CalendarRefused as error:
        raise ConfigRefused(f"{error.file}: {error.key}: {error.reason.en}") from error


def _office(entity: EntityConfig, uploaded: list[CalendarFile]) -> Office:
    name = entity.calendar.lower()
    try:
        calendar: Calendar = shipped_calendar(name)
        for read in uploaded:
            if read.calendar == name:
                calendar = read.added_to(calendar)
        return Office(calendar, ZoneInfo(entity.timezone), time.fromisoformat(entity.opens))
    except CalendarUnknown as error:
        raise ConfigRefused(f"entities: {entity.id}: there is no calendar {entity.calendar}") from error
    except CalendarRefused as error:
        raise ConfigRefused(f"{error.file}: {error.key}: {error.reason.en}") from error
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigRefused(f"entities: {entity.id}: {entity.timezone} is no time zone") from error
