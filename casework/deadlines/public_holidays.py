"""Official calendars that ship: China from the State Council's notices, other countries from their laws."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.metadata import version
from types import MappingProxyType

from casework.deadlines.calendars import SATURDAY_AND_SUNDAY, Calendar, OfficialYear
from casework.errors import CalendarUnknown
from casework.words import Words

CHINA = "cn"
CHINA_TURN = (12, 26)
"""Notices reached back to 29 December (2007, 2018), 30 (2006, 2023), 31 (2011, 2022)."""
CHINA_SOURCE = "国务院办公厅关于部分节假日安排的通知"
FIRST_COMPUTED_YEAR = 2000
LAST_COMPUTED_YEAR = 2027
"""The year after the locked release of `holidays`: beyond it nobody knows what parliaments will move."""
ESTIMATED = "estimated"
"""What `holidays` adds to the name of a day that waits for the sight of the moon: such a year is not known."""


def shipped_calendar(name: str) -> Calendar:
    """The calendar `cn`, a country's (`de`) or that of a part of it (`de-by`).

    Raises `CalendarUnknown` for every other name.
    """
    return _china() if name == CHINA else _country(name)


@cache
def shipped_calendars() -> tuple[str, ...]:
    """The names of all calendars that ship, without the parts of countries."""
    import holidays  # half a second that a command without calendars need not wait

    countries = {code.lower() for code in holidays.list_supported_countries(include_aliases=False)}
    return (CHINA, *sorted(countries - {CHINA}))


@cache
def _china() -> Calendar:
    from chinese_calendar import constants  # loaded when it is asked for

    names = {one.value: Words(zh=_chinese(one), en=one.value) for one in constants.Holiday}
    years = {
        year: OfficialYear(
            year=year,
            source=CHINA_SOURCE,
            holidays=_of_year({day: names[name] for day, name in constants.holidays.items()}, year),
            make_up=_of_year({day: names[name] for day, name in constants.workdays.items()}, year),
        )
        for year in range(min(constants.holidays).year, max(constants.holidays).year + 1)
    }
    return Calendar(CHINA, MappingProxyType(years), turn=CHINA_TURN)


def _chinese(holiday: object) -> str:
    """The Chinese name, which the library gives without telling its type."""
    return str(getattr(holiday, "chinese"))  # noqa: B009


@cache
def _country(name: str) -> Calendar:
    import holidays  # as above

    country, _, part = name.partition("-")
    if country not in shipped_calendars() or name != name.lower():
        raise CalendarUnknown(name)
    parts = {one.lower(): one for one in holidays.list_supported_countries()[country.upper()]}
    if part not in parts and "-" in name:
        raise CalendarUnknown(name)
    years = range(FIRST_COMPUTED_YEAR, LAST_COMPUTED_YEAR + 1)
    english, chinese = (
        holidays.country_holidays(country.upper(), subdiv=parts.get(part), years=years, language=language)
        for language in ("en_US", "zh_CN")
    )
    names: dict[date, Words] = {}
    for day, en in english.items():
        zh = chinese[day] if "zh_CN" in chinese.supported_languages else f"法定节假日（{en}）"
        names[day] = Words(zh=zh, en=en)
    weekend = frozenset(english.weekend) or SATURDAY_AND_SUNDAY
    make_up = dict.fromkeys(english.weekend_workdays, Words(zh="调休上班", en="make-up working day"))
    return Calendar(
        name,
        MappingProxyType(
            {
                year: OfficialYear(year, f"holidays {version('holidays')}", *_split(names, make_up, year), weekend)
                for year in years
                if not any(ESTIMATED in one.en for day, one in names.items() if day.year == year)
            }
        ),
    )


def _split(
    names: Mapping[date, Words], make_up: Mapping[date, Words], year: int
) -> tuple[Mapping[date, Words], Mapping[date, Words]]:
    return _of_year(names, year), _of_year(make_up, year)


def _of_year(days: Mapping[date, Words], year: int) -> Mapping[date, Words]:
    return MappingProxyType({day: name for day, name in days.items() if day.year == year})
