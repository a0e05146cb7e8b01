"""The calendars of an office: what ships for each entity's country, and what the office uploaded."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.deadlines.calendar_document import calendars_document
from casework.deadlines.calendar_files import CalendarFile, read_calendar
from casework.deadlines.calendars import Calendar, Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.errors import CalendarRefused, CalendarUnknown
from portal.office.config import EntityConfig, OfficeConfig
from portal.office.errors import FAULT, ConfigRefused
from portal.office.files import write_published
from portal.office.folder import OfficeFolder

FORMS = (".toml", ".ics")
YEARS_COVERED = 10
"""So long a case may have run and still have its days in the document."""


def office_calendars(folder: OfficeFolder, config: OfficeConfig, today: date) -> bytes:
    """The calendars document of an office; raises ConfigRefused for a calendar, file or zone that is none."""
    uploaded = [read_uploaded(file) for file in uploads(folder)]
    offices = {entity.id: _office(entity, uploaded) for entity in config.entities}
    return calendars_document(offices, today.year - YEARS_COVERED, config.language)


def uploads(folder: OfficeFolder) -> list[Path]:
    """The calendar files that the office uploaded, in the order in which they are laid upon each other."""
    return sorted(one for one in (folder.path / "texts/calendars").glob("*") if one.suffix in FORMS)


def store_upload(folder: OfficeFolder, read: CalendarFile, content: bytes, today: date, form: str = ".toml") -> Path:
    """Stores an uploaded calendar for the next signing; raises ConfigRefused and stores nothing then.

    One of the same year takes the place of the one before, whatever its form. Nobody but the keepers can
    put it in force: the directory that they sign names the calendars by their hash.
    """
    year = "closures" if read.year is None else str(read.year.year)
    stem = folder.path / "texts/calendars" / f"{read.calendar}-{year}"
    before = {file: file.read_bytes() for file in (stem.with_suffix(one) for one in FORMS) if file.is_file()}
    for file in before:
        file.unlink()
    stored = stem.with_suffix(form if form in FORMS else ".toml")
    write_published(stored, content)
    try:
        office_calendars(folder, folder.config(), today)
    except ConfigRefused:
        stored.unlink()
        for file, old in before.items():
            write_published(file, old)
        raise
    return stored


def read_uploaded(file: Path) -> CalendarFile:
    """One uploaded calendar; raises ConfigRefused with file, key and reason."""
    try:
        return _read_ics(file) if file.suffix == ".ics" else read_calendar(file.read_bytes(), file.name)
    except CalendarRefused as error:
        raise ConfigRefused((FAULT, {"file": error.file, "key": error.key, "reason": error.reason})) from error


def _read_ics(file: Path) -> CalendarFile:
    """An ICS file tells neither its calendar nor which of its years is meant: its name here does."""
    # Loaded only for such a file: it takes a moment.
    from casework.deadlines.calendar_ics import read_ics

    name, _, year = file.stem.rpartition("-")
    if not year.isdecimal():
        raise ConfigRefused(("{file}: must be named calendar-year.ics", {"file": file.name}))
    return read_ics(file.read_bytes(), file.name, name, int(year))


def _office(entity: EntityConfig, uploaded: list[CalendarFile]) -> Office:
    name = entity.calendar.lower()
    try:
        calendar: Calendar = shipped_calendar(name)
        for read in uploaded:
            if read.calendar == name:
                calendar = read.added_to(calendar)
        return Office(calendar, ZoneInfo(entity.timezone), time.fromisoformat(entity.opens))
    except CalendarUnknown as error:
        raise ConfigRefused(
            ("entities: {entity}: there is no calendar {calendar}.", {"entity": entity.id, "calendar": entity.calendar})
        ) from error
    except CalendarRefused as error:
        raise ConfigRefused((FAULT, {"file": error.file, "key": error.key, "reason": error.reason})) from error
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigRefused(
            ("entities: {entity}: {zone} is no time zone.", {"entity": entity.id, "zone": entity.timezone})
        ) from error
