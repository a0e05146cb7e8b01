"""Clocks for the vectors that no policy has in one: tiers, pauses, restarts, extensions, starts for want of another."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random  # noqa: TID251  # lots that fall the same way every time

from casework.deadlines.clock import clock_state
from casework.deadlines.deadline import LastDay
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.terms import (
    ClockKind,
    ClockTerms,
    EventCode,
    ExtensionTerms,
    Facts,
    Happening,
    Otherwise,
    Tier,
)
from casework.errors import StartRefused
from tests.casework.vector_lives import state_row
from tests.casework.vector_rows import OFFICES, Row, point

CLOCKS = 600
CODES = tuple(map(EventCode, ("came", "sent-back", "asked", "answered", "longer", "done", "told")))


def clocks() -> list[Row]:
    """One clock a row: its terms, what happened, and where it stands."""
    return [_clock(number) for number in range(CLOCKS)]


def _limit(lots: Random, *units: Unit) -> Limit:
    unit = lots.choice(units)
    return Limit(lots.randint(1, 3 if unit in (Unit.MONTHS, Unit.WEEKS) else 20), unit)


def _terms(lots: Random, number: int) -> ClockTerms:
    units = (Unit.WORKING_DAYS, Unit.WORKING_DAYS, Unit.DAYS, Unit.WEEKS, Unit.MONTHS, Unit.HOURS, Unit.MINUTES)
    calendar = (Unit.DAYS, Unit.WEEKS, Unit.MONTHS)
    wait_last = lots.random() < 0.2
    own = calendar if wait_last else units
    extension = ExtensionTerms(
        frozenset({EventCode("longer")}),
        by=_limit(lots, *units[:4]) if lots.random() < 0.4 else None,
        times=lots.choice((None, 1, 2)),
        gives_day=lots.random() < 0.8,
        whole=_limit(lots, Unit.MONTHS) if lots.random() < 0.2 else None,
    )
    waits = lots.random() < 0.3 or wait_last
    return ClockTerms(
        id=f"clock-{number}",
        start=frozenset(CODES[:2] if not waits else CODES[1:2]),
        stop=frozenset(lots.choice((CODES[5:6], CODES[5:]))),
        length=_limit(lots, *own),
        kind=lots.choice((ClockKind.DEADLINE, ClockKind.DEADLINE, ClockKind.NOT_BEFORE, ClockKind.WARNING)),
        any_stop=lots.random() < 0.4,
        tiers=(Tier(_limit(lots, *own), frozenset({"major"}), lots.choice((None, 2))),) if lots.random() < 0.4 else (),
        last_day=lots.choice(tuple(LastDay)),
        pauses=frozenset(CODES[2:3]),
        resumes=frozenset(CODES[3:4]),
        extension=extension if lots.random() < 0.8 else None,
        restarts=lots.random() < 0.4,
        statutory=lots.random() < 0.3,
        otherwise=Otherwise(frozenset(CODES[:1]), _limit(lots, *calendar[:2]), wait_last) if waits else None,
    )


def _clock(number: int) -> Row:
    lots = Random(f"clock {number}")
    office = lots.choice(sorted(OFFICES))
    terms = _terms(lots, number)
    day = date(2026, 1, 1) + timedelta(days=lots.randrange(700))
    told: list[Happening] = []
    for code in ("came", *lots.choices(CODES, (1, 2, 3, 3, 4, 1, 1), k=lots.randrange(1, 8))):
        moment = datetime.combine(day, time(8 + lots.randrange(10), 20), OFFICES[office].zone)
        until = day + timedelta(days=lots.choice((3, 8, 20, 45))) if code == "longer" and lots.random() < 0.9 else None
        told.append(Happening(EventCode(code), day, moment if lots.random() < 0.7 else None, until))
        day += timedelta(days=lots.choice((0, 1, 2, 4, 9)))
    now = datetime.combine(day + timedelta(days=lots.randrange(30)), time(12, 1), OFFICES[office].zone)
    facts = Facts(lots.choice((None, "major")), lots.choice((1, 2)))
    return _row(terms, told, facts, office, now)


def _row(terms: ClockTerms, told: list[Happening], facts: Facts, office: str, now: datetime) -> Row:
    row: Row = {
        "office": office,
        "now": point(now),
        "grade": facts.grade,
        "departments": facts.departments,
        "happenings": [[one.code, point(one.moment or one.day), point(one.until)] for one in told],
        "terms": _terms_row(terms),
    }
    try:
        state = clock_state(terms, told, facts, OFFICES[office], now)
    except StartRefused:
        return row | {"fails": "StartRefused"}
    return row | {"state": state_row(terms.id, terms, state)}


def _terms_row(terms: ClockTerms) -> Row:
    """What of the terms differs from clock to clock; a limit is its number and its unit."""

    def pair(limit: object) -> object:
        return [limit.amount, limit.unit] if isinstance(limit, Limit) else None

    extension, otherwise = terms.extension, terms.otherwise
    return {
        "start": sorted(terms.start),
        "stop": sorted(terms.stop),
        "length": pair(terms.length),
        "kind": terms.kind,
        "any_stop": terms.any_stop,
        "tiers": [[pair(one.length), sorted(one.grades), one.departments] for one in terms.tiers],
        "last_day": terms.last_day,
        "extension": extension and [pair(extension.by), extension.times, extension.gives_day, pair(extension.whole)],
        "restarts": terms.restarts,
        "statutory": terms.statutory,
        "otherwise": otherwise and [pair(otherwise.after), otherwise.wait_last],
    }
