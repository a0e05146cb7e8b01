"""The calendars document: which days each entity of an office works, as server, worker and pages reckon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from casework.deadlines.calendars import FIRST_DAY, LAST_DAY, Calendar, Office, OfficialYear
from casework.errors import RulesRefused
from casework.words import SOURCE, LocalizedText, Words, localized
from crypto.errors import CryptoError
from crypto.localized import language_of, localized_of
from crypto.text import read_json, write_json

CALENDARS_LIMIT: Final = 4 * 1024 * 1024
LONGEST_NAME: Final = 240
Rows = dict[str, object]


def calendars_document(offices: Mapping[str, Office], since: int, language: str) -> bytes:
    """`{"v":1,"language","calendars":{name:{"id","turn","years","closures"}},"offices":{entity:{"calendar","zone","opens"}}}`.

    A year is `{"year","source","weekend","holidays","make_up"}`, days by date with their name `{tag: text}`;
    `weekend` counts from 0, Monday. Under `language`, the document's default, a name that has no text of its own there
    stands as a page would show it. Years before `since` are left out. A calendar's id is its name, with
    the entity's behind it where that one has closures or years of its own.
    """
    calendars: Rows = {}
    places: Rows = {}
    for entity, office in sorted(offices.items()):
        name = _name(entity, office, calendars, (since, language))
        calendars[name] = _calendar(office.calendar, since, language)
        opens = office.opens.isoformat("minutes")
        places[entity] = {"calendar": name, "zone": office.zone.key, "opens": opens}
    return write_json({"v": 1, "language": language, "calendars": calendars, "offices": places}) + b"\n"


def _name(entity: str, office: Office, calendars: Rows, written: tuple[int, str]) -> str:
    own = office.calendar.id
    row = _calendar(office.calendar, *written)
    same = calendars.get(own, row) == row
    return own if same else f"{own}/{entity}"


def _calendar(calendar: Calendar, since: int, language: str) -> Rows:
    years = [_year(one, language) for year, one in sorted(calendar.years.items()) if year >= since]
    turn = None if calendar.turn is None else list(calendar.turn)
    return {"id": calendar.id, "turn": turn, "years": years, "closures": _days(calendar.closures, language)}


def _year(year: OfficialYear, language: str) -> Rows:
    return {
        "year": year.year,
        "source": year.source,
        "weekend": sorted(year.weekend),
        "holidays": _days(year.holidays, language),
        "make_up": _days(year.make_up, language),
    }


def _days(days: Mapping[date, Words], language: str) -> Rows:
    return {day.isoformat(): _texts(name, language) for day, name in sorted(days.items())}


def _texts(name: Words, language: str) -> Rows:
    known = name if isinstance(name, LocalizedText) else localized(name.both(), SOURCE)
    return dict(sorted(({language: known.text_in(language)} | known.document()).items()))


def read_calendars(content: bytes) -> dict[str, Office]:
    """The office of each entity; raises `RulesRefused` with key and reason for anything else than the document."""
    try:
        found = _members(read_json(content, CALENDARS_LIMIT), "(document)", "v", "language", "calendars", "offices")
    except CryptoError as error:
        raise RulesRefused("(document)", "is no strict JSON of this length") from error
    if found["v"] != 1:
        raise RulesRefused("v", "must be 1")
    language = _tag(found["language"])
    rows = _open(found, "calendars")
    calendars = {name: _read_calendar(row, f"calendars.{name}", language) for name, row in rows.items()}
    return {name: _read_office(row, f"offices.{name}", calendars) for name, row in _open(found, "offices").items()}


def _read_office(value: object, path: str, calendars: Mapping[str, Calendar]) -> Office:
    row = _members(value, path, "calendar", "zone", "opens")
    calendar = calendars.get(_text(row["calendar"], path))
    if calendar is None:
        raise RulesRefused(f"{path}.calendar", "is no calendar of this document")
    try:
        zone, opens = ZoneInfo(_text(row["zone"], path)), time.fromisoformat(_text(row["opens"], path))
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise RulesRefused(path, "must have a time zone and a time such as 09:00") from error
    if opens.tzinfo is not None or opens.second or opens.microsecond:
        raise RulesRefused(f"{path}.opens", "must be a time such as 09:00")
    return Office(calendar, zone, opens)


def _read_calendar(value: object, path: str, language: str) -> Calendar:
    row = _members(value, path, "id", "turn", "years", "closures")
    listed = [_read_year(one, f"{path}.years[{at}]", language) for at, one in enumerate(_list(row["years"], path))]
    years = {one.year: one for one in listed}
    if len(years) != len(listed):
        raise RulesRefused(f"{path}.years", "holds a year twice")
    closures = _read_days(row["closures"], f"{path}.closures", language)
    return Calendar(_text(row["id"], path), MappingProxyType(years), closures, _turn(row["turn"], path))


def _read_year(value: object, path: str, language: str) -> OfficialYear:
    row = _members(value, path, "year", "source", "weekend", "holidays", "make_up")
    year = row["year"]
    if type(year) is not int or not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise RulesRefused(f"{path}.year", "must be a year")
    weekend = _list(row["weekend"], path)
    if not all(type(day) is int and 0 <= day <= 6 for day in weekend):
        raise RulesRefused(f"{path}.weekend", "must be days from 0, Monday, to 6")
    return OfficialYear(
        year,
        _text(row["source"], path),
        _read_days(row["holidays"], f"{path}.holidays", language),
        _read_days(row["make_up"], f"{path}.make_up", language),
        frozenset(cast("list[int]", weekend)),
    )


def _tag(value: object) -> str:
    try:
        return language_of(value)
    except CryptoError as error:
        raise RulesRefused("language", "must be a language tag, like fr or zh-Hant") from error


def _read_name(value: object, path: str, language: str) -> LocalizedText:
    texts = _all(value, path)
    if any(len(str(text)) > LONGEST_NAME for text in texts.values()):
        raise RulesRefused(path, f"must be at most {LONGEST_NAME} characters")
    try:
        return localized_of(texts, language)
    except CryptoError as error:
        raise RulesRefused(path, f"must be a text by language, in {language} at least") from error


def _read_days(value: object, path: str, language: str) -> Mapping[date, Words]:
    found: dict[date, Words] = {}
    for text, name in _all(value, path).items():
        found[_day(text, path)] = _read_name(name, f"{path}.{text}", language)
    return MappingProxyType(found)


def _turn(value: object, path: str) -> tuple[int, int] | None:
    if value is None:
        return None
    parts = _list(value, path)
    if len(parts) != 2 or not all(type(part) is int and 1 <= part <= 31 for part in parts):
        raise RulesRefused(f"{path}.turn", "must be month and day")
    month, day = cast("list[int]", parts)
    return month, day


def _day(text: str, path: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise RulesRefused(path, "must hold days, like 2026-01-31") from error
    if day.isoformat() != text or not FIRST_DAY <= day <= LAST_DAY:
        raise RulesRefused(path, "must hold days, like 2026-01-31")
    return day


def _text(value: object, path: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise RulesRefused(path, "must be a text that is not empty")
    return value


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list):
        raise RulesRefused(path, "must be a list")
    return cast("list[object]", value)


def _all(value: object, path: str) -> Rows:
    if not isinstance(value, dict):
        raise RulesRefused(path, "must be an object")
    return cast("Rows", value)


def _open(row: Rows, key: str) -> Rows:
    return _all(row[key], key)


def _members(value: object, path: str, *keys: str) -> Rows:
    row = _all(value, path)
    if set(row) != set(keys):
        raise RulesRefused(path, "must have " + ", ".join(keys))
    return row
