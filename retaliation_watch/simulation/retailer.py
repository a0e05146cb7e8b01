"""The second generator, held out: a chain of small shops with bad patches, regional shocks and a weekly HR batch."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.kinds import Measure, Neutral
from retaliation_watch.simulation.synthetic import (
    Rows,
    Shape,
    SyntheticCompany,
    Truth,
    among,
    dates_of,
    day,
    export,
    ids_of,
)

START: Final = day("2020-06-01")
YEAR: Final = 365
TURNOVER: Final = 0.3
NEVER: Final = 1 << 28
PATCH_DAYS, PATCH_HEIGHT, TOP = 60, 5.0, 16.0
"""A bad patch, how many times the usual it brings, and the bound under which days are thinned."""
YEARLY: Final[dict[Measure, float]] = {
    Measure.SHIFT_CHANGE: 0.9, Measure.LEAVE_DENIED: 0.3, Measure.HOURS_REDUCED: 0.2, Measure.VERBAL_WARNING: 0.2,
    Measure.TRANSFER: 0.12, Measure.OVERTIME_WITHDRAWN: 0.12, Measure.BONUS_CUT: 0.1, Measure.WRITTEN_WARNING: 0.06,
    Measure.DISMISSAL: 0.025, Measure.TRAINING_DENIED: 0.02, Measure.ACCESS_REVOKED: 0.01, Measure.SUSPENSION: 0.008,
    Measure.CONTRACT_NOT_RENEWED: 0.012, Measure.DEMOTION: 0.004,
}  # fmt: skip
ENDS: Final = (Measure.DISMISSAL, Measure.CONTRACT_NOT_RENEWED, Measure.REDUNDANCY)


def make_retailer(seed: int, shape: Shape = Shape()) -> SyntheticCompany:  # noqa: B008  # frozen
    """Makes a chain of shops; the same seed makes the same one."""
    shops = _Shops(np.random.default_rng([seed, 2]), shape)
    rows = Rows()
    for kind in sorted(YEARLY, key=lambda one: one not in ENDS):
        shops.days_of(kind, rows)
    if shape.has_wave:
        shops.close_some(rows)
    shops.neutral(rows)
    truths = shops.watched(rows)
    return _company(shops, rows, truths)


class _Shops:
    """Sales staff, what their shop, region and life do to them."""

    def __init__(self, dice: np.random.Generator, shape: Shape) -> None:
        self.dice, self.shape = dice, shape
        self.days = shape.years * YEAR
        self.end = START + self.days
        size = self.size = round(shape.size * (1 + TURNOVER * shape.years))
        shops = max(size // 30, 4)
        self.shop = dice.integers(0, shops, size).astype(np.int32)
        self.region = (self.shop * 11 // shops).astype(np.int32)
        self.grade = dice.choice(4, size, p=[0.7, 0.2, 0.07, 0.03]).astype(np.int32)
        self.hired = np.where(
            dice.random(size) < shape.size / size,
            START - dice.exponential(2 * YEAR, size),
            START + dice.random(size) * self.days,
        ).astype(np.int32)
        stays = np.maximum(self.hired, START) + dice.exponential(YEAR / TURNOVER, size)
        self.left = np.where(stays < self.end, stays, NEVER).astype(np.int32)
        self.of_shop = dice.gamma(4.0, 0.25, shops)[self.shop]
        self.of_person = dice.lognormal(-0.125, 0.5, size)
        self.in_region = dice.lognormal(-0.08, 0.4, (11, shape.years * 12 + 1))
        self.in_week = dice.gamma(12.0, 1 / 12, shape.years * 53 + 1)
        self.patch = np.where(dice.random((size, 2)) < 0.25, START + dice.random((size, 2)) * self.days, -NEVER)

    def height(self, person: Ints, when: Ints) -> Floats:
        """How many times the usual a day is for a person: season, week, region, bad patch."""
        since = when - START
        season = 1 + 0.5 * np.sin(2 * np.pi * since / YEAR)
        patch = ((when[:, None] >= self.patch[person]) & (when[:, None] < self.patch[person] + PATCH_DAYS)).any(axis=1)
        region = self.in_region[self.region[person], np.minimum(since // 31, self.in_region.shape[1] - 1)]
        return season * self.in_week[since // 7] * region * np.where(patch, PATCH_HEIGHT, 1.0)

    def here(self, person: Ints, when: Ints) -> Bools:
        """Whether each person works on each day."""
        return (self.hired[person] <= when) & (when < self.left[person]) & (when < self.end)

    def friday(self, when: Ints) -> Ints:
        """HR books once a week."""
        return ((4 - (when + 3) % 7) % 7).astype(np.int32)

    def days_of(self, kind: Measure, rows: Rows) -> None:
        """Draws days evenly at the highest rate there is and thins them."""
        dice = self.dice
        expected = YEARLY[kind] * self.of_shop * self.of_person * self.shape.busy * self.shape.years * TOP
        person = np.repeat(np.arange(self.size), dice.poisson(expected)).astype(np.int32)
        when = (START + dice.random(len(person)) * self.days).astype(np.int32)
        present = (dice.random(len(person)) * TOP < self.height(person, when)) & self.here(person, when)
        person, when = person[present], when[present]
        if kind in ENDS:
            np.minimum.at(self.left, person, when)
            present = when == self.left[person]
            person, when = person[present], when[present]
        rows.add(kind, person, when, self.friday(when))

    def close_some(self, rows: Rows) -> None:
        """In two regions every fifth shop closes: half its people go, the others move."""
        dice = self.dice
        begin = START + YEAR + int(dice.integers(60, self.days - YEAR - 60))
        shops = np.unique(self.shop[np.isin(self.region, dice.choice(11, 2, replace=False))])
        closing = shops[dice.random(len(shops)) < 0.2]
        person = np.flatnonzero(np.isin(self.shop, closing)).astype(np.int32)
        when = (begin + dice.integers(0, 10, len(person))).astype(np.int32)
        present = self.here(person, when)
        person, when = person[present], when[present]
        goes = dice.random(len(person)) < 0.5
        np.minimum.at(self.left, person[goes], when[goes])
        rows.add(Measure.REDUNDANCY, person[goes], when[goes], self.friday(when[goes]))
        rows.add(Measure.TRANSFER, person[~goes], when[~goes], self.friday(when[~goes]))

    def neutral(self, rows: Rows) -> None:
        """What harms nobody, and people who go by themselves."""
        dice = self.dice
        for kind, yearly in ((Neutral.LEAVE_APPROVED, 2.0), (Neutral.COMMENDATION, 0.2), (Neutral.PROMOTION, 0.04)):
            person = dice.integers(0, self.size, round(yearly * self.shape.years * self.size)).astype(np.int32)
            when = (START + dice.random(len(person)) * self.days).astype(np.int32)
            present = self.here(person, when)
            rows.add(kind, person[present], when[present], self.friday(when[present]))

    def watched(self, rows: Rows) -> list[Truth]:
        """Watches begin on any day and last one or two years; retaliation is a stretch of extra measures."""
        dice, shape = self.dice, self.shape
        starts = START + YEAR + dice.integers(0, self.days - YEAR - 200, shape.watched)
        persons = among(dice, np.ones(self.size), self.hired, self.left, starts)
        truths: list[Truth] = []
        for person, start in zip(persons.tolist(), starts.tolist(), strict=True):
            end = min(start + int(dice.choice([YEAR, 2 * YEAR])), self.end)
            entries: tuple[int, ...] = ()
            if dice.random() < shape.retaliated * 0.7:
                entries = self._harm(person, start, min(end, int(self.left[person])), rows)
            truths.append(Truth(person, start, end, "stretch" if entries else "", entries))
        return truths

    def _harm(self, person: int, start: int, until: int, rows: Rows) -> tuple[int, ...]:
        """Extra measures at six to fourteen a year for some months, graver ones the later they come."""
        dice = self.dice
        begin = start + int(dice.integers(10, 200))
        count = int(dice.poisson(dice.uniform(6, 14) * dice.uniform(0.3, 0.8)))
        days = np.sort(begin + dice.integers(0, 240, count))
        kinds = list(YEARLY)
        chances = np.array(list(YEARLY.values())) ** 0.35
        entries: list[int] = []
        for when in days[days < until].tolist():
            kind = kinds[int(dice.choice(len(kinds), p=chances / chances.sum()))]
            lag = self.friday(np.array([when]))
            if when + int(lag[0]) > self.end:
                break
            rows.add(kind, np.array([person]), np.array([when]), lag)
            entries.append(when + int(lag[0]))
            if kind in ENDS:
                self.left[person] = when
                break
        return tuple(sorted(entries))


def _company(shops: _Shops, rows: Rows, truths: list[Truth]) -> SyntheticCompany:
    events = rows.table(shops.end)
    events = events.filter(events["effective"] <= pl.Series(shops.left)[events["person"]])
    order = np.lexsort((shops.hired, -shops.grade, shops.shop))
    _, first = np.unique(shops.shop[order], return_index=True)
    lead = np.full(int(shops.shop.max()) + 1, -1)
    lead[shops.shop[order][first]] = order[first]
    superior = np.where(lead[shops.shop] == np.arange(shops.size), -1, lead[shops.shop])
    gone = dates_of(np.where(shops.left <= shops.end, shops.left, 0)).cast(pl.String)
    roster = pl.DataFrame(
        {
            "employee_id": ids_of(pl.Series(np.arange(shops.size, dtype=np.int32))),
            "org_unit": "Shop " + pl.Series(shops.shop).cast(pl.String),
            "location": "R" + pl.Series(shops.region).cast(pl.String),
            "grade": "L" + pl.Series(shops.grade).cast(pl.String),
            "manager_id": ids_of(pl.Series(superior.astype(np.int32))),
            "hire_date": dates_of(shops.hired),
            "termination_date": pl.select(
                pl.when(pl.Series(shops.left <= shops.end)).then(gone).otherwise(pl.lit(""))
            ).to_series(),
        }
    )
    return SyntheticCompany(roster, export(events), truths, START + YEAR, shops.end, shops.shape.has_wave)
