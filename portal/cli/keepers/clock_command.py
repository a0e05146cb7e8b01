"""`yanlu clock` and `yanlu calendar`: when a limit ends and why, and which days an office works."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from babel import Locale
from babel.core import get_global

from casework.deadlines.calendar_files import CalendarFile, read_calendar
from casework.deadlines.calendars import Calendar, Day, DayKind, Office
from casework.deadlines.deadline import Due, LastDay, compute_deadline
from casework.deadlines.explanations import explain
from casework.deadlines.limits import Limit, read_limit
from casework.deadlines.public_holidays import shipped_calendar, shipped_calendars
from casework.errors import BeyondCalendar, CalendarRefused, CalendarUnknown, LimitRefused, StartRefused
from casework.words import Words
from portal.cli.errors import CommandError, Exit
from portal.cli.keepers.publish_commands import publish_calendar
from portal.cli.terminal import Terminal, pass_terminal
from portal.languages import SOURCE, world_in

PRIMARY_ZONES = {
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "UA": "Europe/Kyiv",
    "UZ": "Asia/Tashkent",
}
"""The zone of countries that have small ones beside it, by Unicode CLDR's `primaryZones`."""
KINDS = {DayKind.HOLIDAY: "off", DayKind.MAKE_UP: "worked instead", DayKind.CLOSED: "closed"}
FILES = click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A calendar of your own (TOML); may be repeated.",
)


@click.command()
@click.option("--calendar", "name", required=True, help="cn, a country such as de, or a part of it such as de-by.")
@click.option("--start", required=True, help="The day, or the moment that staff noted: 2026-09-30, 2026-09-30T14:05.")
@click.option("--limit", "limit_text", required=True, help="5 working days, 24 hours, 3 months, 5个工作日 …")
@click.option("--zone", help="The office's time zone, such as Europe/Berlin; else that of the country.")
@click.option("--stands", is_flag=True, help="The last day stays where nobody works on it.")
@FILES
@pass_terminal
def clock(  # one argument for each option
    terminal: Terminal,
    name: str,
    start: str,
    limit_text: str,
    zone: str | None,
    stands: bool,
    files: tuple[Path, ...],
) -> None:
    """Tell when a time limit ends, and why, in Chinese and English."""
    limit = _limit(limit_text)
    needed = limit.unit.is_clock_time or "T" in start
    office = Office(_calendar(terminal, name, files), _zone(name, zone, needed=needed))
    try:
        end = compute_deadline(limit, _start(start, office), office, LastDay.STANDS if stands else LastDay.MOVES)
    except BeyondCalendar as error:
        raise CommandError(Exit.USAGE, "No clock runs before 1900 or after 2999.") from error
    except StartRefused as error:
        raise CommandError(Exit.USAGE, "Minutes run from a moment: give --start with a time.") from error
    _print_due(terminal, name, limit, end)


def _print_due(terminal: Terminal, name: str, limit: Limit, end: Due) -> None:
    said = explain(end)
    own = terminal.words.of(said)
    other = said.zh if own == said.en else said.en
    moment = None if end.moment is None else end.moment.isoformat(timespec="minutes")
    document: dict[str, object] = {
        "calendar": name,
        "limit": str(limit),
        "start": end.start.isoformat(),
        "due": end.day.isoformat(),
        "moment": moment,
        "provisional": end.provisional,
        "missing": list(end.missing),
        "explanation": said.both(),
    }
    terminal.result(document, moment or end.day.isoformat(), own, other)


@click.group()
def calendar() -> None:
    """The days on which an office works: list, show, check and publish a calendar of your own."""


@calendar.command("list")
@pass_terminal
def list_(terminal: Terminal) -> None:
    """List the calendars that ship."""
    own = world_in(terminal.words.language) or Locale(SOURCE)
    territories = cast("Mapping[str, str]", own.territories)
    names = shipped_calendars()
    terminal.result({"calendars": list(names)}, *(f"{name}  {territories.get(name.upper(), '')}" for name in names))


@calendar.command()
@click.argument("name")
@click.argument("year", type=click.IntRange(1900, 2999))
@FILES
@pass_terminal
def show(terminal: Terminal, name: str, year: int, files: tuple[Path, ...]) -> None:
    """Show the days off and the make-up days of calendar NAME in YEAR."""
    _show(terminal, _calendar(terminal, name, files), year)


@calendar.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--calendar", "name", default="cn", show_default=True, help="Which calendar an ICS file belongs to.")
@click.option("--year", type=click.IntRange(1900, 2999), help="The year to take from an ICS file.")
@pass_terminal
def check(terminal: Terminal, file: Path, name: str, year: int | None) -> None:
    """Check FILE (TOML or ICS) and show what it brings; exit code 6 with the reason when it is refused."""
    read = _read(terminal, file, name, year)
    known = _added(terminal, _shipped(read.calendar), read)
    if read.year is not None:
        _show(terminal, known, read.year.year)
        return
    _show_days(terminal, read.calendar, [known.day(day) for day in sorted(read.closures)])


def _show(terminal: Terminal, known: Calendar, year: int) -> None:
    official = known.years.get(year)
    if official is None:
        raise CommandError(
            Exit.NOTHING_THERE, "No official calendar of {year} is known for {name}.", year=year, name=known.id
        )
    eve, last = date(year - 1, 12, 31), date(year, 12, 31)
    days = list(islice(known.days_after(eve), (last - eve).days))
    working = sum(day.worked for day in days)
    _show_days(
        terminal,
        known.id,
        [day for day in days if day.kind in KINDS],
        {"year": year, "source": official.source, "working_days": working},
        terminal.words("{count} working days", count=working),
    )


def _show_days(
    terminal: Terminal, name: str, days: list[Day], more: dict[str, object] | None = None, *lines: str
) -> None:
    rows = [{"day": day.date.isoformat(), "kind": day.kind.value, "name": _words(day.name)} for day in days]
    day_lines = (
        f"{day.date.isoformat()}  {terminal.words(KINDS[day.kind])}  {terminal.words.of(day.name)}"
        for day in days
        if day.name
    )
    terminal.result({"calendar": name, **(more or {}), "days": rows}, *day_lines, *lines)


def _words(words: Words | None) -> dict[str, str] | None:
    return None if words is None else words.both()


def _limit(text: str) -> Limit:
    try:
        return read_limit(text)
    except LimitRefused as error:
        raise CommandError(
            Exit.USAGE, "{text} is no time limit: write 5 working days, 24 hours, 3 months or 5个工作日.", text=text
        ) from error


def _shipped(name: str) -> Calendar:
    try:
        return shipped_calendar(name)
    except CalendarUnknown as error:
        raise CommandError(
            Exit.NOTHING_THERE, "There is no calendar {name}: `yanlu calendar list` tells which there are.", name=name
        ) from error


def _calendar(terminal: Terminal, name: str, files: tuple[Path, ...]) -> Calendar:
    known = _shipped(name)
    for file in files:
        known = _added(terminal, known, _read(terminal, file, name, None))
    return known


def _added(terminal: Terminal, known: Calendar, read: CalendarFile) -> Calendar:
    try:
        return read.added_to(known)
    except CalendarRefused as error:
        raise _refusal(terminal, error) from error


def _read(terminal: Terminal, file: Path, name: str, year: int | None) -> CalendarFile:
    try:
        if file.suffix.lower() != ".ics":
            return read_calendar(file.read_bytes(), file.name)
        if year is None:
            raise CommandError(Exit.USAGE, "{file}: give --year, for an ICS file may hold several.", file=file.name)
        # Loaded only for such a file: it takes a moment.
        from casework.deadlines.calendar_ics import read_ics

        return read_ics(file.read_bytes(), file.name, name, year)
    except OSError as error:
        raise CommandError(Exit.USAGE, "{path} cannot be read as text.", path=file) from error
    except CalendarRefused as error:
        raise _refusal(terminal, error) from error


def _refusal(terminal: Terminal, error: CalendarRefused) -> CommandError:
    return CommandError(
        Exit.REFUSED, "{file}: {key}: {reason}.", file=error.file, key=error.key, reason=terminal.words.of(error.reason)
    )


def _zone(name: str, wanted: str | None, *, needed: bool) -> ZoneInfo:
    """The zone that was asked for, else the only or the main one of the country; days alone need none."""
    country = name.partition("-")[0].upper()
    own = [zone for zone, place in get_global("zone_territories").items() if place == country]
    zone = wanted or PRIMARY_ZONES.get(country) or (own[0] if len(own) == 1 else None) or (None if needed else "UTC")
    if zone is None:
        raise CommandError(Exit.USAGE, "This country has several time zones: give --zone.")
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(zone)
    raise CommandError(Exit.USAGE, "{zone} is no time zone such as Europe/Berlin.", zone=zone)


def _start(text: str, office: Office) -> date | datetime:
    """A day, or a moment, which is the office's where no distance from UTC is written."""
    with suppress(ValueError):
        if "T" not in text:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=office.zone)
    raise CommandError(Exit.USAGE, "{text} is no day or moment such as 2026-09-30 or 2026-09-30T14:05.", text=text)


calendar.add_command(publish_calendar)
