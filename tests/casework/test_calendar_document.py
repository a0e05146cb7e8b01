"""The calendars document gives each entity the days that its office works."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.deadlines.calendar_document import calendars_document, read_calendars
from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.errors import RulesRefused
from casework.words import Words

CHINA = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
CLOSED = Office(
    shipped_calendar("cn").with_closures(MappingProxyType({date(2026, 8, 3): Words("检修", "overhaul")})),
    ZoneInfo("Asia/Shanghai"),
    time(8, 30),
)
CONTENT = calendars_document({"group": CHINA, "plant": CLOSED}, 2024, "zh")
DOCUMENT: dict[str, Any] = json.loads(CONTENT)


def test_days_come_back_as_they_were() -> None:
    """Each entity has its zone, its opening hour and the very days of its calendar, its own closures among them."""
    found = read_calendars(CONTENT)
    assert [(one.zone, one.opens) for one in found.values()] == [
        (one.zone, one.opens) for one in (CHINA, CLOSED)
    ]  # fmt: skip
    for name, office in (("group", CHINA), ("plant", CLOSED)):
        for number in range(0, 365 * 4, 3):
            day = date(2024, 1, 1) + timedelta(days=number)
            read, own = found[name].calendar.day(day), office.calendar.day(day)
            assert (read.kind, read.missing) == (own.kind, own.missing)
            assert (read.name and (read.name.zh, read.name.en)) == (own.name and (own.name.zh, own.name.en))


def test_years_left_out_are_not_known() -> None:
    """A year before the first that is kept is missing, never guessed."""
    assert read_calendars(CONTENT)["group"].calendar.day(date(2023, 6, 1)).missing == (2023,)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"more": 1},
        {"calendars": []},
        {"offices": {"group": {"calendar": "xx", "zone": "Asia/Shanghai", "opens": "09:00"}}},
        {"offices": {"group": {"calendar": "cn", "zone": "Nowhere", "opens": "09:00"}}},
        {"offices": {"group": {"calendar": "cn", "zone": "../cn", "opens": "09:00"}}},
        {"offices": {"group": {"calendar": "cn", "zone": "UTC", "opens": "25:00"}}},
        {"offices": {"group": {"calendar": "cn", "zone": "UTC", "opens": "09:00+01:00"}}},
        {"calendars": {"cn": {**DOCUMENT["calendars"]["cn"], "turn": [13]}}},
        {"calendars": {"cn": {**DOCUMENT["calendars"]["cn"], "years": [{"year": 26}]}}},
        {"calendars": {"cn": {**DOCUMENT["calendars"]["cn"], "closures": {"2026-02-30": {"en": "b", "zh": "a"}}}}},
    ],
)
def test_a_wrong_calendars_document_is_refused(change: dict[str, object]) -> None:
    """No part of it is taken when one is wrong."""
    with pytest.raises(RulesRefused):
        read_calendars(json.dumps(DOCUMENT | change).encode())


@settings(max_examples=60)
@given(at=st.integers(0, len(CONTENT) - 1), what=st.binary(max_size=3))
def test_garbage_in_a_calendars_document_is_refused_by_name(at: int, what: bytes) -> None:
    """Changed bytes are refused as such or still read as calendars: nothing else comes out of the reader."""
    try:
        read_calendars(CONTENT[:at] + what + CONTENT[at + 2 :])
    except RulesRefused:
        return
