"""Figures of quarters and years from the store: counted and disclosed once, and the same ever after."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection, Row, insert, select

from retaliation_watch.arrays import Ints
from retaliation_watch.detector.calendar import YEAR
from retaliation_watch.detector.detector import Schedule, run_detector
from retaliation_watch.errors import NobodyToWatch, NoHistory
from retaliation_watch.hr_formats.dates import day_number
from retaliation_watch.kinds import KINDS, Measure
from retaliation_watch.locks import advisory_lock
from retaliation_watch.reporting.cells import COLUMNS, MEASURES, Disclosed, disclose_quarter, disclose_year
from retaliation_watch.reporting.periods import Quarter, settled
from retaliation_watch.reporting.ranking import ranking
from retaliation_watch.review_sampling.classes import RULE, Class, class_of
from retaliation_watch.store import AGREEMENTS, ALERTS, FIGURES, PEOPLE, REVIEWS
from retaliation_watch.weekly_run.event_cache import CacheDir
from retaliation_watch.weekly_run.history import History, read_history, watched_people
from retaliation_watch.weekly_run.weekly_run import AMBER

_PLACE: Final = {Class.UNIVERSAL: 0, Class.SAMPLED: 1, Class.DAILY: 2}
_CLASSES = np.array([_PLACE[class_of(kind)] for kind in KINDS])


@dataclass(frozen=True)
class Figures:
    """What is disclosed of an entity: quarters, whole years, and each year's ranking, all as JSON documents."""

    entity: str
    quarters: dict[str, Disclosed]
    years: dict[str, Disclosed]
    rankings: dict[str, list[dict[str, Any]]]

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"entity": self.entity, "quarters": self.quarters, "years": self.years, "rankings": self.rankings}


def figures_of(tx: Connection, today: date, cache: CacheDir | None = None) -> list[Figures]:
    """The figures of every entity that agreed, from the first whole quarter after the agreement on."""
    # Two who count the same quarter for the first time would each write it down.
    advisory_lock(tx, "figures")
    rows = tx.execute(select(AGREEMENTS).order_by(AGREEMENTS.c.entity)).all()
    return [_figures(_Counting(tx, row, cache), row.day, today) for row in rows]


def _figures(counting: _Counting, since: date, today: date) -> Figures:
    quarters = {one: counting.quarter(one) for one in settled(since, today)}
    whole = [one.year for one in quarters if one.number == 4 and Quarter(one.year, 1) in quarters]
    years = {str(year): disclose_year(quarters[Quarter(year, number)] for number in range(1, 5)) for year in whole}
    rankings = {str(year): counting.ranking(year) for year in whole}
    return Figures(counting.entity, {str(one): disclosed for one, disclosed in quarters.items()}, years, rankings)


class _Counting:
    """Counts what was never counted, and stores it; the history is read only when it is needed."""

    def __init__(self, tx: Connection, agreed: Row[Any], cache: CacheDir | None) -> None:
        self.entity = str(agreed.entity)
        self._tx, self._health, self._cache = tx, bool(agreed.health), cache
        self._history: History | None = None

    def quarter(self, quarter: Quarter) -> Disclosed:
        """What was disclosed of a quarter, or is disclosed now."""
        return self._disclose_once(str(quarter), lambda: disclose_quarter(self._counts(quarter)))

    def ranking(self, year: int) -> list[dict[str, Any]]:
        """The ranking of a year, as it was disclosed, or is disclosed now."""
        return self._disclose_once(str(year), lambda: self._ranked(year))

    def _disclose_once(self, period: str, count: Any) -> Any:
        here = (FIGURES.c.entity == self.entity) & (FIGURES.c.period == period)
        stored = self._tx.scalar(select(FIGURES.c.disclosed).where(here))
        if stored is not None:
            return json.loads(stored)
        disclosed = count()
        self._tx.execute(
            insert(FIGURES), [{"entity": self.entity, "period": period, "disclosed": json.dumps(disclosed)}]
        )
        return disclosed

    def _read(self) -> History:
        if self._history is None:
            self._history = read_history(self._tx, self.entity, health=self._health, cache=self._cache)
        return self._history

    def _counts(self, quarter: Quarter) -> dict[str, int]:
        counts: dict[str, int] = dict.fromkeys(COLUMNS, 0)
        try:
            events = self._read().events
        except NobodyToWatch:
            return counts
        inside = (events.recorded >= day_number(quarter.first)) & (events.recorded < day_number(quarter.after))
        found = np.bincount(_CLASSES[events.kind[inside]], minlength=len(MEASURES))
        counts |= {name: int(count) for name, count in zip(MEASURES, found, strict=True)}
        return counts | self._reviews(quarter) | {"alerts": self._alerts(quarter)}

    def _reviews(self, quarter: Quarter) -> Counter[str]:
        mine = (PEOPLE.c.entity == self.entity) & (REVIEWS.c.received >= quarter.first)
        query = select(REVIEWS.c.source, REVIEWS.c.kind).join(PEOPLE, PEOPLE.c.person == REVIEWS.c.person)
        rows = self._tx.execute(query.where(mine & (REVIEWS.c.received < quarter.after)))
        return Counter(_ground(row.source, Measure(row.kind)) for row in rows)

    def _alerts(self, quarter: Quarter) -> int:
        mine = (PEOPLE.c.entity == self.entity) & (ALERTS.c.shown >= quarter.first) & (ALERTS.c.shown < quarter.after)
        query = select(ALERTS.c.alert).join(PEOPLE, PEOPLE.c.person == ALERTS.c.person).where(mine)
        return len(self._tx.execute(query).all())

    def _ranked(self, year: int) -> list[dict[str, Any]]:
        try:
            history = self._read()
            listed, colleagues, years = _observed_by_kind(self._tx, history, year)
        except (NobodyToWatch, NoHistory):
            return []
        return [
            {
                "kind": one.kind.value, "observed": one.observed, "expected": round(one.expected, 1),
                "chance": float(f"{one.chance:.2g}"), "adjusted": float(f"{one.adjusted:.2g}"), "named": one.named,
            }
            for one in ranking(listed, colleagues, years)
        ]  # fmt: skip


def _ground(source: str, kind: Measure) -> str:
    if source != RULE:
        return "proposed"
    return "grave-reviewed" if class_of(kind) is Class.UNIVERSAL else "middle-reviewed"


def _observed_by_kind(tx: Connection, history: History, year: int) -> tuple[Ints, Ints, tuple[float, float]]:
    """Measures per kind of a year, of the list and of the controls, and the protected years of both."""
    first, last = day_number(date(year, 1, 1)), day_number(date(year, 12, 31))
    run = run_detector(history.roster, history.events, watched_people(tx, history), Schedule(first, last, 7, AMBER))
    events, is_control, calendar = run.scores.events, run.episodes.is_control, run.calendar
    inside = events.week >= calendar.first_run_week
    listed, colleagues = (
        np.bincount(events.kind[inside & (is_control[events.episode] == side)], minlength=len(KINDS))
        for side in (False, True)
    )
    weeks = run.episodes.protected(calendar)[:, calendar.first_run_week :].sum(axis=1)
    mine, theirs = (float(weeks[is_control == side].sum()) * calendar.every / YEAR for side in (False, True))
    return listed, colleagues, (mine, theirs)
