"""One run of the watch over a company: who crossed the line when, and what the evidence is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.errors import NoHistory
from retaliation_watch.evidence.calendar import YEAR, Calendar, calendar_of
from retaliation_watch.evidence.calibration import Crossings, crossings
from retaliation_watch.evidence.excess import Excess, excess_of
from retaliation_watch.evidence.expectation import Company, company_of
from retaliation_watch.evidence.people import People, people_of
from retaliation_watch.evidence.watches import MOST, Watches, watches_of
from retaliation_watch.feed.coverage import Gap, gaps_of
from retaliation_watch.feed.events import Events
from retaliation_watch.feed.roster import Roster
from retaliation_watch.feed.watchlist import Watchlist
from retaliation_watch.kinds import KINDS, Kind

RED: Final = 0.02
"""False alarms per protected year of the red level."""
FEW_PLACEBOS: Final = 200


class Level(StrEnum):
    """How far an alert went."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Alert:
    """How far one person's evidence went by a day: the first crossing, or the height that it has reached since.

    `observed` counts adverse measures by kind over the thirteen weeks up to `day`, `expected` is what was to be
    expected of this very person in them; `cohort` counts colleagues of the same unit and grade band at work, `placebos`
    those who are watched in the same way; one in `odds` of these goes so far in a year. `backdated` counts observed
    measures that were recorded long after their effective date.
    """

    person: int
    day: int
    level: Level
    observed: dict[Kind, int]
    expected: float
    cohort: int
    placebos: int
    odds: int
    backdated: int = 0

    @property
    def total(self) -> int:
        """All observed measures."""
        return sum(self.observed.values())


@dataclass(frozen=True)
class Run:
    """What a run found, with all scores; the watches come first, the placebos after them."""

    calendar: Calendar
    company: Company
    watches: Watches
    excess: Excess
    crossed: Crossings
    alerts: list[Alert]
    placebo_rate: float
    """Placebo watches per protected year that crossed the same line: what was asked for, as it turned out."""
    gaps: list[Gap]
    """Kinds that fell silent by the last look: for them there is no all-clear."""


@dataclass(frozen=True)
class Plan:
    """When to look: first and last day (days since 1970), days between, false alarms per protected year, placebos."""

    first: int
    last: int
    every: int = 7
    rate: float = 0.05
    placebos: int = MOST
    seed: int = 0


def run_watch(roster: Roster, events: Events, watchlist: Watchlist, plan: Plan) -> Run:
    """Looks at every date of the plan as if it were that day; raises `NoHistory` when no event is left to compare."""
    early = events.recorded[events.recorded <= plan.last]
    if not len(early):
        raise NoHistory
    calendar = calendar_of(plan.first, plan.last, plan.every, int(early[0]))
    people = people_of(roster, calendar, watchlist.person)
    watches = watches_of(watchlist, people, calendar, plan.seed, plan.placebos)
    company = company_of(people, events, calendar)
    excess = excess_of(company, watches)
    years = placebo_years(watches, calendar)
    crossed = crossings(
        (excess.score,),
        watches.active(people, calendar),
        years,
        watches.is_placebo,
        plan.rate,
        calendar.first_look,
    )
    hits = int((crossed.week[watches.is_placebo] >= 0).sum())
    alerts = [
        alert_of((company, watches, excess), int(watch), int(crossed.week[watch]), float(crossed.per_year[watch]))
        for watch in _crossed(watches, crossed)
    ]
    gaps = gaps_of(_per_week(company, calendar))
    return Run(calendar, company, watches, excess, crossed, alerts, hits / max(float(years[-1]), 1e-9), gaps)


def _per_week(company: Company, calendar: Calendar) -> Floats:
    """Events per kind and week, shape (kinds, weeks)."""
    place = company.counted.kind.astype(np.int64) * calendar.count + company.counted.week
    counts = np.bincount(place, minlength=len(KINDS) * calendar.count)
    return counts.reshape(len(KINDS), calendar.count).astype(np.float64)


def placebo_years(watches: Watches, calendar: Calendar) -> Floats:
    """Protected years of all placebo watches from the first look up to each week, shape (weeks)."""
    weeks = watches.protected(calendar)[watches.is_placebo].sum(axis=0)
    weeks[: calendar.first_look] = 0
    return np.cumsum(weeks) * calendar.every / YEAR


def _crossed(watches: Watches, crossed: Crossings) -> Ints:
    return np.flatnonzero((crossed.week >= 0) & ~watches.is_placebo)


def alert_of(
    found: tuple[Company, Watches, Excess], watch: int, week: int, per_year: float, seen: int | None = None
) -> Alert:
    """The evidence of the weeks up to `week`, against the placebos that had begun by `seen` (else by that week)."""
    company, watches, excess = found
    person, met, calendar = int(watches.person[watch]), excess.met, company.calendar
    here = (met.watch == watch) & (met.week <= week) & (met.week > week - calendar.window)
    kinds, counts = np.unique(met.kind[here], return_counts=True)
    placebos = int((watches.is_placebo & (watches.start <= (week if seen is None else seen))).sum())
    return Alert(
        person,
        calendar.end(week),
        Level.RED if per_year <= RED and placebos >= FEW_PLACEBOS else Level.AMBER,
        {KINDS[kind]: int(count) for kind, count in zip(kinds, counts, strict=True)},
        float(excess.expected[watch, week]),
        _cohort(company.people, person, week),
        placebos,
        max(1, min(placebos, int(1 / per_year))),
        int(met.is_backdated[here].sum()),
    )


def _cohort(people: People, person: int, week: int) -> int:
    """Unprotected colleagues of the same unit and grade band who work there in this week."""
    same = (people.groups["unit"] == people.groups["unit"][person]) & (
        people.groups["band"] == people.groups["band"][person]
    )
    return int((same & ~people.watched & (people.first <= week) & (people.last >= week)).sum())
