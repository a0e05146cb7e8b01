"""The first generator: a group of works and offices with strict superiors, yearly rounds, layoff waves and turnover."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.kinds import Measure, Neutral
from retaliation_watch.simulation.profiles import EXITS, Setting, retaliate
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

START: Final = day("2021-01-04")
YEAR: Final = 365
NOBODY_LEAVES: Final = 1 << 28
YEARLY: Final[dict[Measure, float]] = {
    Measure.DISMISSAL: 0.008, Measure.CONTRACT_NOT_RENEWED: 0.008, Measure.DISPATCH_RETURN: 0.006,
    Measure.SUSPENSION: 0.005,
    Measure.DEMOTION: 0.006, Measure.PAY_CUT: 0.006, Measure.STANDBY: 0.008, Measure.INSURANCE_STOPPED: 0.002,
    Measure.IMPROVEMENT_PLAN: 0.02, Measure.WRITTEN_WARNING: 0.05, Measure.BONUS_CUT: 0.06, Measure.HOURS_REDUCED: 0.02,
    Measure.PROMOTION_DENIED: 0.05, Measure.RELOCATION: 0.015, Measure.TRANSFER: 0.08, Measure.DUTIES_REMOVED: 0.03,
    Measure.ACCESS_REVOKED: 0.03, Measure.VERBAL_WARNING: 0.10, Measure.OVERTIME_WITHDRAWN: 0.06,
    Measure.SHIFT_CHANGE: 0.25,
    Measure.LEAVE_DENIED: 0.15, Measure.TRAINING_DENIED: 0.06, Measure.TELEWORK_REVOKED: 0.03,
    Measure.DORMITORY_CHANGED: 0.04,
}  # fmt: skip
"""Events per person and year before anything that makes people, units and seasons differ."""
DISCIPLINE: Final = frozenset({Measure.WRITTEN_WARNING, Measure.VERBAL_WARNING, Measure.SUSPENSION,
                               Measure.IMPROVEMENT_PLAN,
                               Measure.DISMISSAL, Measure.BONUS_CUT, Measure.LEAVE_DENIED})  # fmt: skip
HARMLESS: Final[dict[Neutral, float]] = {
    Neutral.LEAVE_APPROVED: 1.0, Neutral.TRAINING_APPROVED: 0.4, Neutral.ACCESS_GRANTED: 0.3,
    Neutral.COMMENDATION: 0.1, Neutral.PROMOTION: 0.06, Neutral.ADDRESS_CHANGE: 0.05,
}  # fmt: skip
PEAKS: Final[dict[Measure, tuple[int, float]]] = {
    Measure.BONUS_CUT: (40, 6.0), Measure.PROMOTION_DENIED: (100, 10.0), Measure.TRANSFER: (10, 3.0),
    Measure.CONTRACT_NOT_RENEWED: (350, 5.0), Measure.LEAVE_DENIED: (210, 3.0), Measure.SHIFT_CHANGE: (180, 2.0),
}  # fmt: skip
"""Kinds with a season: day of the year and how many times the usual there, over about three weeks."""


def make_manufacturer(seed: int, shape: Shape = Shape()) -> SyntheticCompany:  # noqa: B008  # frozen
    """Makes a company; the same seed makes the same one."""
    dice = np.random.default_rng([seed, 1])
    staff = _Staff(dice, shape)
    rows = Rows()
    _everyday(staff, rows)
    _rounds(staff, rows)
    if shape.has_wave:
        _waves(staff, rows)
    truths = _watched(staff, rows)
    last = START + shape.years * YEAR
    return _company(staff, rows, truths, last)


class _Staff:
    """The people, and what makes each of them likelier to meet each kind."""

    def __init__(self, dice: np.random.Generator, shape: Shape) -> None:
        self.dice, self.shape = dice, shape
        turnover = 0.12
        size = self.size = round(shape.size * (1 + turnover * shape.years))
        self.end = START + shape.years * YEAR
        sizes = np.maximum(dice.lognormal(np.log(shape.unit_size), 0.8, 1 + int(size / shape.unit_size * 1.2)), 6)
        self.unit = dice.choice(len(sizes), size, p=sizes / sizes.sum()).astype(np.int32)
        self.team = self.unit * 8 + dice.integers(0, 8, size).astype(np.int32)
        self.site = (self.unit % 7).astype(np.int32)
        self.family = ((self.unit + (dice.random(size) < 0.3) * dice.integers(1, 8, size)) % 8).astype(np.int32)
        self.grade = np.minimum(dice.geometric(0.25, size), 12).astype(np.int32)
        self.contract = dice.choice(3, size, p=[0.6, 0.25, 0.15]).astype(np.int32)
        first = dice.random(size) < shape.size / size
        self.hired = np.where(
            first, START - dice.exponential(5 * YEAR, size), START + dice.random(size) * shape.years * YEAR
        ).astype(np.int32)
        leaves = np.maximum(self.hired, START) + dice.exponential(YEAR / turnover, size)
        self.resigned = np.where(leaves < self.end, leaves, NOBODY_LEAVES).astype(np.int32)
        self.left = self.resigned.copy()
        self.superior = self._superiors()
        self._tempers()

    def _superiors(self) -> Ints:
        """Everybody of a team reports to its longest-serving member, who reports to nobody."""
        order = np.lexsort((self.hired, self.team))
        _, first = np.unique(self.team[order], return_index=True)
        head = np.zeros(int(self.team.max()) + 1, np.int32)
        head[self.team[order][first]] = order[first]
        superior = head[self.team]
        return np.where(superior == np.arange(self.size), -1, superior).astype(np.int32)

    def _tempers(self) -> None:
        dice, size = self.dice, self.size
        units, teams = int(self.unit.max()) + 1, int(self.team.max()) + 1
        self.of_unit = dice.lognormal(-0.08, 0.4, (units, len(YEARLY)))
        strict = np.where(dice.random(teams) < 0.06, 3.5, 1.0) * dice.lognormal(-0.045, 0.3, teams)
        self.strict = strict[self.team]
        self.frailty = dice.gamma(2.0, 0.5, size)
        self.of_family = dice.lognormal(-0.08, 0.4, (8, len(YEARLY)))
        self.of_grade = dice.lognormal(-0.03, 0.25, (13, len(YEARLY)))

    def chance(self, kind: Measure, place: int) -> Floats:
        """Expected events per year at work."""
        rate = YEARLY[kind] * self.shape.busy * self.of_unit[self.unit, place] * self.of_family[self.family, place]
        rate *= self.of_grade[self.grade, place] * self.frailty
        if kind in DISCIPLINE:
            rate *= self.strict
        if kind is Measure.DISPATCH_RETURN:
            rate *= np.where(self.contract == 2, 6.0, 0.0)
        if kind is Measure.CONTRACT_NOT_RENEWED:
            rate *= np.where(self.contract == 1, 4.0, 0.0)
        return rate

    def lag(self, count: int) -> Ints:
        """Days until HR records an event; three in a hundred come months late."""
        late = self.dice.random(count) < 0.03
        return np.where(late, self.dice.integers(30, 90, count), self.dice.geometric(0.25, count) - 1).astype(np.int32)

    def here(self, person: Ints, when: Ints) -> Bools:
        """Whether each person works on each day."""
        return (self.hired[person] <= when) & (when < self.left[person]) & (when < self.end)

    def leave(self, person: Ints, when: Ints) -> None:
        """People go; the earliest end counts."""
        np.minimum.at(self.left, person, when)


def _season(kind: Measure, days: Ints, dice: np.random.Generator) -> Bools:
    """Which of evenly spread days stay, so that a season shows."""
    if kind not in PEAKS:
        return np.ones(len(days), bool)
    peak, height = PEAKS[kind]
    away = np.abs((days - START - peak + YEAR // 2) % YEAR - YEAR // 2)
    weight = 1 + (height - 1) * np.exp(-0.5 * (away / 9.0) ** 2)
    return dice.random(len(days)) < weight / height


def _everyday(staff: _Staff, rows: Rows) -> None:
    """Single acts; those that end employment come first, so that nothing follows them."""
    dice, span = staff.dice, staff.shape.years * YEAR
    kinds = sorted(YEARLY, key=lambda kind: kind not in EXITS)
    for kind in kinds:
        place = list(YEARLY).index(kind)
        height = PEAKS[kind][1] if kind in PEAKS else 1.0
        mean = 1 + (height - 1) * 9.0 * 2.5066 / YEAR
        expected = staff.chance(kind, place) * staff.shape.years * height / mean
        count = dice.poisson(expected)
        person = np.repeat(np.arange(staff.size), count).astype(np.int32)
        when = (START + dice.random(len(person)) * span).astype(np.int32)
        present = staff.here(person, when) & _season(kind, when, dice)
        person, when = person[present], when[present]
        if kind in EXITS:
            staff.leave(person, when)
            present = when == staff.left[person]
            person, when = person[present], when[present]
        rows.add(kind, person, when, staff.lag(len(person)))
    for kind, yearly in HARMLESS.items():
        person = dice.integers(0, staff.size, round(yearly * staff.shape.years * staff.size)).astype(np.int32)
        when = (START + dice.random(len(person)) * span).astype(np.int32)
        present = staff.here(person, when)
        rows.add(kind, person[present], when[present], staff.lag(int(present.sum())))


def _rounds(staff: _Staff, rows: Rows) -> None:
    """Yearly ratings in January, pay reviews in March: everybody of a unit in the same days."""
    dice = staff.dice
    last = np.clip(np.round(dice.normal(3.2, 0.7, staff.size)), 1, 5)
    pay = dice.lognormal(11.3, 0.4, staff.size)
    for year in range(staff.shape.years):
        person = np.arange(staff.size, dtype=np.int32)
        on = START + year * YEAR + 14 + (staff.unit % 10)
        person = person[staff.here(person, on) & (dice.random(staff.size) < 0.95)]
        fresh = np.clip(np.round(0.5 * last + 0.5 * dice.normal(3.2, 1.1, staff.size)), 1, 5)
        rows.add(Neutral.RATING, person, on[person], dice.integers(0, 4, len(person)), (last[person], fresh[person]))
        last[person] = fresh[person]
        on = START + year * YEAR + 75 + (staff.unit % 5)
        person = np.arange(staff.size, dtype=np.int32)
        person = person[staff.here(person, on) & (dice.random(staff.size) < 0.9)]
        nothing = dice.random(len(person)) < np.clip(0.12 - 0.03 * (last[person] - 3), 0.02, 0.4)
        after = pay[person] * np.where(nothing, 1.0, 1 + dice.uniform(0.01, 0.08, len(person)))
        rows.add(Neutral.PAY_REVIEW, person, on[person], dice.integers(0, 4, len(person)), (pay[person], after))
        pay[person] = after


def _waves(staff: _Staff, rows: Rows) -> None:
    """A tenth of the units loses a quarter of its people in three weeks; others are moved or put on standby."""
    dice = staff.dice
    begin = START + YEAR + int(dice.integers(60, (staff.shape.years - 1) * YEAR - 90))
    units = np.flatnonzero(dice.random(int(staff.unit.max()) + 1) < 0.12)
    for kind, part in ((Measure.REDUNDANCY, 0.25), (Measure.TRANSFER, 0.15), (Measure.STANDBY, 0.08)):
        person = np.flatnonzero(np.isin(staff.unit, units) & (dice.random(staff.size) < part)).astype(np.int32)
        when = begin + staff.unit[person] % 3 * 7 + dice.integers(0, 6, len(person))
        present = staff.here(person, when)
        if kind in EXITS:
            staff.leave(person[present], when[present])
        rows.add(kind, person[present], when[present], dice.integers(0, 5, int(present.sum())))


def _watched(staff: _Staff, rows: Rows) -> list[Truth]:
    """Chooses who reported, some of them often disciplined before, and what was done to some of them."""
    dice, shape = staff.dice, staff.shape
    months = np.arange(12, 12 * (shape.years - 1) + 7)
    starts = START + (dice.choice(months, shape.watched) * 30.42).astype(np.int64)
    often = round(shape.watched * shape.disciplined)
    first = among(dice, staff.frailty**2, staff.hired, staff.left, starts[:often])
    others = np.where(np.isin(np.arange(staff.size), first), 0.0, 1.0)
    persons = np.concatenate([first, among(dice, others, staff.hired, staff.left, starts[often:])])
    setting = Setting(dice, staff.end, {"permanent": 0, "fixed": 1, "dispatch": 2})
    truths: list[Truth] = []
    for person, start in zip(persons.tolist(), starts.tolist(), strict=True):
        end = min(start + 730, staff.end)
        until = min(end, int(staff.left[person]))
        if dice.random() >= shape.retaliated:
            truths.append(Truth(person, start, end, "", ()))
            continue
        profile, entries = retaliate(setting, person, start, until, int(staff.contract[person]), rows)
        gone = [when for kind, when in entries if kind in EXITS]
        if gone:
            staff.leave(np.array([person]), np.array([min(gone)]))
        truths.append(Truth(person, start, end, profile, tuple(sorted(when for _, when in entries))))
    return truths


def _company(staff: _Staff, rows: Rows, truths: list[Truth], last: int) -> SyntheticCompany:
    events = rows.table(last)
    # Nothing is done to people who have left.
    gone = pl.Series(staff.left)[events["person"]]
    events = events.filter(events["effective"] <= gone)
    kinds = pl.Series(["permanent", "fixed", "dispatch"])
    roster = pl.DataFrame(
        {
            "employee_id": ids_of(pl.Series(np.arange(staff.size, dtype=np.int32))),
            "org_unit": "U" + pl.Series(staff.unit).cast(pl.String),
            "team": "T" + pl.Series(staff.team).cast(pl.String),
            "location": "S" + pl.Series(staff.site).cast(pl.String),
            "job_family": "F" + pl.Series(staff.family).cast(pl.String),
            "grade": "P" + pl.Series(staff.grade).cast(pl.String),
            "manager_id": ids_of(pl.Series(staff.superior)),
            "hire_date": dates_of(staff.hired),
            "contract_type": kinds.gather(staff.contract),
            "contract_end": pl.Series([""]).new_from_index(0, staff.size),
            "fte": pl.Series(["1.0"]).new_from_index(0, staff.size),
            "annual_salary": pl.Series([""]).new_from_index(0, staff.size),
            "termination_date": dates_of(np.minimum(staff.left, last + 1)).to_frame("d").select(
                pl.when(pl.col("d") <= dates_of([last])[0]).then(pl.col("d").cast(pl.String)).otherwise(pl.lit(""))
            ).to_series(),
        }
    )  # fmt: skip
    return SyntheticCompany(roster, export(events), truths, START + YEAR, last, staff.shape.has_wave)
