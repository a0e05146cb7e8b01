"""What is a person's own: a strict superior, a record of earlier months, the first year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.evidence.expectation import Company
from retaliation_watch.evidence.people import People

SUPERIOR_PSEUDO: Final = 25.0
SUPERIOR_QUARTERS: Final = 8
OWN_PSEUDO: Final = 4.0
"""Pseudo-events of a person's own record, where no year before the first look tells how much people differ."""
OWN_LEAST, OWN_MOST = 1.0, 20.0
FEWEST_EVENTS: Final = 400
FIRST_YEAR: Final = 1.4
FIRST_YEAR_PSEUDO: Final = 50.0
FIRST_YEAR_DAYS: Final = 365


@dataclass(frozen=True)
class Ledger:
    """Events and expected events per quarter of each superior's staff.

    `row` finds a superior's row by place in the roster (the last one is nobody's). Shapes: (superiors, quarters);
    `fresh`: later years and first year, (2, quarters).
    """

    row: Ints
    events: Floats
    expected: Floats
    fresh_events: Floats
    fresh_expected: Floats


def ledger_of(company: Company) -> Ledger:
    """Adds up, quarter by quarter, what was met and what was to be expected; watched people are left out."""
    people, calendar = company.people, company.calendar
    size, quarters = len(people) + 1, calendar.quarters
    superiors = np.unique(people.manager)
    row = np.zeros(size, np.int64)
    row[superiors] = np.arange(len(superiors))
    events, expected = np.zeros((len(superiors), quarters)), np.zeros((len(superiors), quarters))
    fresh_events, fresh_expected = np.zeros((2, quarters)), np.zeros((2, quarters))
    counted, free = company.counted, ~people.watched
    mine = counted.is_single & free[counted.person] & in_levels(company)[counted.kind]
    who, quarter = counted.person[mine], calendar.quarter_of_week()[counted.week[mine]]
    np.add.at(events, (row[people.manager[who]], quarter), 1.0)
    np.add.at(fresh_events, (is_fresh(people, calendar, who, quarter).astype(int), quarter), 1.0)
    everybody = np.arange(len(people))
    for one in range(quarters):
        hoped = company.in_cell[one][people.cell] * people.weeks_at_work(calendar, one) * free
        expected[:, one] = np.bincount(row[people.manager], hoped, len(superiors))
        fresh = is_fresh(people, calendar, everybody, np.full(len(people), one))
        fresh_expected[:, one] = np.bincount(fresh.astype(int), hoped, 2)
    return Ledger(row, events, expected, fresh_events, fresh_expected)


def in_levels(company: Company) -> Bools:
    """Which kinds have a level, by their place in `KINDS`."""
    return np.array([level is not None for level in company.levels])


def is_fresh(people: People, calendar: Calendar, who: Ints, quarter: Ints) -> Bools:
    """Whether the middle of the quarter lies in the first year of each person's work."""
    middle = calendar.end(0) + (quarter + 0.5) * calendar.quarter_length * calendar.every
    return middle - people.hired[who] < FIRST_YEAR_DAYS


def superior_factor(company: Company, ledger: Ledger, rows: Ints, own: tuple[Floats, Floats]) -> Floats:
    """How strict each person's superior was with others in the last 24 months, shape (rows, quarters)."""
    staff = ledger.row[company.people.manager[rows]]
    events, expected = ledger.events[staff] - own[0], ledger.expected[staff] - own[1]
    known = company.people.manager[rows] >= 0
    found = np.ones_like(events)
    for quarter in range(1, events.shape[1]):
        past = slice(max(0, quarter - SUPERIOR_QUARTERS), quarter)
        met, hoped = events[:, past].sum(axis=1), np.maximum(expected[:, past].sum(axis=1), 0.0)
        found[:, quarter] = (np.maximum(met, 0.0) + SUPERIOR_PSEUDO) / (hoped + SUPERIOR_PSEUDO)
    return np.where(known[:, None], found, 1.0)


def fresh_factor(ledger: Ledger) -> Floats:
    """What the first year has more (row 1) and later years less (row 0), from past quarters, shape (2, quarters)."""
    prior = np.array([[1.0], [FIRST_YEAR]])
    events = np.cumsum(ledger.fresh_events, axis=1) - ledger.fresh_events
    expected = np.cumsum(ledger.fresh_expected, axis=1) - ledger.fresh_expected
    return (events + prior * FIRST_YEAR_PSEUDO) / (expected + FIRST_YEAR_PSEUDO)


def own_pseudo(company: Company) -> float:
    """How many pseudo-events a person's own record is shrunk by: what the year before the first look tells.

    People differ by a gamma factor whose shape is found by moments (variance of counts = mean + mean^2 / shape).
    """
    people, calendar, counted = company.people, company.calendar, company.counted
    last = calendar.first_look // calendar.quarter_length
    quarters = range(max(0, last - 4), last)
    expected = np.zeros(len(people))
    for one in quarters:
        expected += company.in_cell[one][people.cell] * people.weeks_at_work(calendar, one) * ~people.watched
    quarter = calendar.quarter_of_week()[counted.week]
    mine = counted.is_single & ~people.watched[counted.person] & in_levels(company)[counted.kind]
    mine &= np.isin(quarter, np.array(quarters))
    events = np.bincount(counted.person[mine], minlength=len(people)).astype(np.float64)
    if events.sum() < FEWEST_EVENTS or not expected.sum():
        return OWN_PSEUDO
    expected *= events.sum() / expected.sum()
    here = expected > 0
    beyond = ((events[here] - expected[here]) ** 2 - expected[here]).sum()
    return float(np.clip((expected**2).sum() / max(beyond, 1e-9), OWN_LEAST, OWN_MOST))
