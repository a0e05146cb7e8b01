"""Companies of yet another hand: shops, a bank that ranks, a public office, strict superiors.

No parameter was chosen on them. It shares nothing with `retaliation_watch.simulation`, and writes the files that
`yanlu watch run` takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Height = Callable[[Ints, Ints], Floats]
"""How many times the usual a day is for a person, by days and persons; the first bound is given beside it."""

START = 18_993  # 2022-01-01
NEVER = 1 << 20
ENDS = ("dismissal", "contract_not_renewed")
LAST_STRAW = ("dismissal", "demotion", "suspension", "pay_cut", "contract_not_renewed")
CHAIN = ("verbal_warning", "duties_removed", "leave_denied", "training_denied", "shift_change", "written_warning")
ISOLATION = ("transfer", "leave_denied", "access_revoked", "duties_removed", "telework_revoked", "relocation")
PAY = ("bonus_cut", "pay_cut", "promotion_denied", "hours_reduced")


@dataclass(frozen=True)
class Build:
    """What a company is like: people at a time, years, the part that leaves in a year, unit size, span of control."""

    size: int
    years: int
    turnover: float
    unit: float
    spread: float
    span: int


@dataclass(frozen=True)
class Truth:
    """A watched person: days of protection, and the days on which retaliation was recorded."""

    person: str
    start: int
    end: int
    entries: tuple[int, ...]


@dataclass(frozen=True)
class Foreign:
    """Tables as HR exports them, first and last look as days since 1970, and the truth."""

    roster: pl.DataFrame
    events: pl.DataFrame
    first: int
    last: int
    truths: tuple[Truth, ...]

    def write(self, folder: Path) -> None:
        """Writes employees.csv, hr_events.csv and watchlist.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        self.roster.write_csv(folder / "employees.csv")
        self.events.write_csv(folder / "hr_events.csv")
        watched = [(one.person, _date(one.start), _date(one.end)) for one in self.truths]
        names = ["employee_id", "protected_from", "protected_until"]
        pl.DataFrame(watched, schema=names, orient="row").write_csv(folder / "watchlist.csv")


@dataclass
class _Rows:
    kind: list[Ints] = field(default_factory=list[Ints])
    person: list[Ints] = field(default_factory=list[Ints])
    day: list[Ints] = field(default_factory=list[Ints])
    recorded: list[Ints] = field(default_factory=list[Ints])
    after: list[Ints] = field(default_factory=list[Ints])


class _Firm:
    """People, teams and superiors, and what was booked about them."""

    def __init__(self, dice: np.random.Generator, build: Build) -> None:
        self.dice, self.build = dice, build
        self.days = build.years * 365
        self.end = START + self.days
        size = self.size = round(build.size * (1 + build.turnover * build.years))
        first = dice.random(size) < build.size / size
        before, within = START - dice.gamma(1.2, 1825, size), START + dice.random(size) * self.days
        self.hired = np.where(first, before, within).astype(np.int64)
        stays = dice.exponential(365 / build.turnover, size)
        self.left = (np.maximum(self.hired, START) + stays).astype(np.int64)
        units = np.maximum(dice.lognormal(np.log(build.unit), build.spread, max(round(build.size / build.unit), 3)), 3)
        self.unit = dice.choice(len(units), size, p=units / units.sum()).astype(np.int64)
        teams = np.maximum(np.round(np.bincount(self.unit) * build.size / size / build.span), 1).astype(np.int64)
        firsts = np.cumsum(teams) - teams
        self.team = firsts[self.unit] + (dice.random(size) * teams[self.unit]).astype(np.int64)
        self.teams = int(teams.sum())
        order = np.lexsort((self.hired, self.team))
        _, head = np.unique(self.team[order], return_index=True)
        lead = np.full(self.teams, -1)
        lead[self.team[order][head]] = order[head]
        self.left[order[head]] = NEVER
        self.superior = np.where(lead[self.team] == np.arange(size), -1, lead[self.team])
        self.kinds: list[str] = []
        self.rows = _Rows()

    def here(self, person: Ints, day: Ints) -> NDArray[np.bool_]:
        """Whether each person works on each day."""
        return (self.hired[person] <= day) & (day < self.left[person]) & (day < self.end)

    def book(self, kind: str, person: Ints, day: Ints, after: Ints | None = None) -> Ints:
        """Adds events that HR records within three days; returns the days of recording."""
        if kind not in self.kinds:
            self.kinds.append(kind)
        recorded = day + self.dice.integers(0, 4, len(day))
        self.rows.kind.append(np.full(len(day), self.kinds.index(kind)))
        self.rows.person.append(person)
        self.rows.day.append(day)
        self.rows.recorded.append(recorded)
        self.rows.after.append(np.zeros(len(day), np.int64) if after is None else after)
        return recorded

    def scatter(self, kind: str, yearly: Floats, height: tuple[float, Height] | None = None) -> None:
        """Days of a kind at a rate per person and year, thinned to what the day is for each."""
        top = height[0] if height else 1.0
        count = self.dice.poisson(yearly * self.build.years * top)
        person = np.repeat(np.arange(self.size), count)
        day = START + (self.dice.random(len(person)) * self.days).astype(np.int64)
        kept = self.here(person, day)
        if height:
            kept &= self.dice.random(len(person)) * top < height[1](day, person)
        person, day = person[kept], day[kept]
        if kind in ENDS:
            np.minimum.at(self.left, person, day)
            kept = day == self.left[person]
            person, day = person[kept], day[kept]
        self.book(kind, person, day)

    def watched(self, count: int, spans: tuple[int, ...], weight: Floats | None = None) -> list[Truth]:
        """Watches that begin on any day from the second year on; against three in ten somebody retaliates."""
        dice = self.dice
        free = np.ones(self.size) if weight is None else weight.copy()
        truths: list[Truth] = []
        for start in (START + 365 + dice.integers(0, self.days - 365 - 120, count)).tolist():
            chance = free * (self.hired < start - 45) * (self.left > start + 14)
            person = int(dice.choice(self.size, p=chance / chance.sum()))
            free[person] = 0.0
            end = min(start + int(dice.choice(spans)), self.end)
            entries = self._harmed(person, start, end) if dice.random() < 0.22 else ()
            truths.append(Truth(_name(person), start, end, entries))
        return truths

    def _harmed(self, person: int, start: int, end: int) -> tuple[int, ...]:
        entries: list[int] = []
        for kind, day in self._plan(start + int(self.dice.gamma(2.0, 35)) + 5):
            if day >= min(end, int(self.left[person])) - 4:
                break
            entries += self.book(kind, np.array([person]), np.array([day])).tolist()
            if kind in ENDS:
                self.left[person] = day
                break
        return tuple(sorted(entries))

    def _plan(self, onset: int) -> list[tuple[str, int]]:
        """One grave act, a slow chain, isolation, pay, or the way out that looks like a procedure."""
        dice = self.dice
        kinds, most, over = ((LAST_STRAW, 1, 1), (CHAIN, 6, 180), (ISOLATION, 4, 90), (PAY, 3, 150), ((), 0, 0))[
            int(dice.integers(5))
        ]
        if not kinds:
            steps = ("verbal_warning", "written_warning", "improvement_plan", "dismissal")[: int(dice.integers(2, 5))]
            return [(kind, onset + 35 * place + int(dice.integers(0, 20))) for place, kind in enumerate(steps)]
        count = int(dice.integers((most + 1) // 2, most + 1))
        return [(str(dice.choice(kinds)), onset + day) for day in np.sort(dice.integers(0, over, count)).tolist()]

    def export(self, truths: list[Truth], columns: tuple[str, ...]) -> Foreign:
        """The tables; nothing is done to people who have left."""
        rows = {
            name: np.concatenate(getattr(self.rows, name)) for name in ("kind", "person", "day", "recorded", "after")
        }
        told = pl.DataFrame(rows).filter(pl.col("recorded") <= self.end)
        told = told.filter(told["day"] <= pl.Series(self.left[told["person"].to_numpy()])).sort("recorded", "person")
        name = pl.Series([_name(person) for person in range(self.size)])
        events = pl.DataFrame(
            {
                "event_id": told.select(pl.int_range(pl.len()).cast(pl.String).alias("id"))["id"],
                "employee_id": name.gather(told["person"]),
                "event_type": pl.Series(self.kinds).gather(told["kind"]),
                "effective_date": told["day"].cast(pl.Int32).cast(pl.Date),
                "recorded_on": told["recorded"].cast(pl.Int32).cast(pl.Date),
                "value_after": told.select(pl.when(pl.col("after") > 0).then(pl.col("after")).alias("v"))["v"],
            }
        )
        gone = pl.Series(np.where(self.left <= self.end, self.left, -1)).cast(pl.Int32)
        lead = [_name(one) if one >= 0 else "" for one in self.superior.tolist()]
        whole = {
            "employee_id": name,
            "org_unit": "D" + pl.Series(self.unit).cast(pl.String),
            "manager_id": pl.Series(lead),
            "hire_date": pl.Series(self.hired).cast(pl.Int32).cast(pl.Date),
            "termination_date": pl.select(pl.when(gone >= 0).then(gone.cast(pl.Date))).to_series(),
        }
        roster = pl.DataFrame({column: whole[column] for column in columns})
        return Foreign(roster, events, START + 365, self.end, tuple(truths))


def _name(person: int) -> str:
    return f"{person:06d}"


def _date(day: int) -> str:
    return str(np.datetime64("1970-01-01") + np.timedelta64(day, "D"))


WHOLE = ("employee_id", "org_unit", "manager_id", "hire_date", "termination_date")


def shops(seed: int, size: int = 8000, watched: int = 150) -> Foreign:
    """Three in five leave in a year; a winter season, new rules for shifts from one day on, whole shops rearranged."""
    dice = np.random.default_rng([seed, 71])
    firm = _Firm(dice, Build(size, 3, 0.6, 28, 0.5, 12))
    mood = (dice.negative_binomial(1.5, 0.6, firm.teams) + 0.4)[firm.team] / 1.4
    own, step = dice.gamma(1.5, 1 / 1.5, firm.size), START + int(dice.integers(300, 900))

    def height(day: Ints, _: Ints) -> Floats:
        return 1 + 0.6 * np.cos(2 * np.pi * (day - START - 350) / 365)

    def fresh(day: Ints, person: Ints) -> Floats:
        return np.where(day - firm.hired[person] < 120, 3.0, 0.8)

    firm.scatter("dismissal", 0.06 * mood * own, (3.0, fresh))
    firm.scatter(
        "shift_change",
        2.0 * dice.gamma(3, 1 / 3, firm.size),
        (4.0, lambda d, p: height(d, p) * (1 + 1.5 * (d >= step))),
    )
    for kind, yearly in {
        "hours_reduced": 0.4, "leave_denied": 0.6, "verbal_warning": 0.35, "written_warning": 0.12, "transfer": 0.25,
        "overtime_withdrawn": 0.2, "bonus_cut": 0.05, "suspension": 0.01, "training_denied": 0.04,
    }.items():  # fmt: skip
        firm.scatter(kind, yearly * own * (mood if kind in CHAIN else 1.0), (1.6, height))
    for unit, day in zip(
        dice.integers(0, firm.unit.max() + 1, size // 100), dice.integers(0, firm.days, size // 100), strict=True
    ):
        person = np.flatnonzero((firm.unit == unit) & (dice.random(firm.size) < 0.6))
        person = person[firm.here(person, np.full(len(person), START + day))]
        firm.book("shift_change", person, np.full(len(person), START + day))
    firm.scatter("leave_approved", np.full(firm.size, 2.0))
    return firm.export(firm.watched(watched, (182, 365, 730)), WHOLE)


def bank(seed: int, size: int = 6000, watched: int = 120) -> Foreign:
    """Units of very different size; quarterly marks by rank, plans and dismissals after the lowest, bonus in spring."""
    dice = np.random.default_rng([seed, 72])
    firm = _Firm(dice, Build(size, 3, 0.1, 40, 1.3, 8))
    mood = (dice.negative_binomial(1, 0.5, firm.teams) + 0.3)[firm.team] / 1.3
    own, everybody = dice.gamma(0.8, 1 / 0.8, firm.size), np.arange(firm.size)
    for quarter in range(12):
        day = START + 91 * quarter + 20
        judged = everybody[firm.here(everybody, np.full(firm.size, day))]
        rank = np.argsort(np.argsort(dice.normal(0, 1, len(judged)) - 0.5 * np.log(own[judged] + 0.2))) / len(judged)
        firm.book("rating", judged, day + firm.unit[judged] % 7, 1 + np.searchsorted([0.1, 0.25, 0.7, 0.9], rank))
        low = judged[(rank < 0.1) & (dice.random(len(judged)) < 0.25)]
        firm.book("improvement_plan", low, day + dice.integers(10, 40, len(low)))
        out = low[dice.random(len(low)) < 0.25]
        firm.left[out] = np.minimum(firm.left[out], day + dice.integers(60, 120, len(out)))
        firm.book("dismissal", out, firm.left[out])
        if quarter % 4 == 0:
            cut = judged[dice.random(len(judged)) < np.minimum(0.15 * mood[judged] * own[judged], 0.8)]
            firm.book("bonus_cut", cut, day + dice.integers(10, 22, len(cut)))
    for kind, yearly in {
        "written_warning": 0.015, "verbal_warning": 0.03, "promotion_denied": 0.06, "transfer": 0.06, "demotion": 0.003,
        "access_revoked": 0.05, "telework_revoked": 0.04, "training_denied": 0.05, "leave_denied": 0.03,
    }.items():  # fmt: skip
        firm.scatter(kind, yearly * own * (mood if kind in CHAIN else 1.0))
    return firm.export(firm.watched(watched, (730,)), WHOLE)


def public_office(seed: int, size: int = 3000, watched: int = 80) -> Foreign:
    """Hardly anything happens: one measure for every fifty people in a year; superiors are not in the export."""
    dice = np.random.default_rng([seed, 73])
    firm = _Firm(dice, Build(size, 4, 0.03, 90, 1.0, 15))
    for kind, yearly in {
        "dismissal": 0.0005, "written_warning": 0.004, "verbal_warning": 0.003, "demotion": 0.0015, "transfer": 0.006,
        "suspension": 0.001, "duties_removed": 0.002, "leave_denied": 0.002, "promotion_denied": 0.003,
    }.items():  # fmt: skip
        firm.scatter(kind, yearly * dice.gamma(1, 1, firm.size))
    firm.scatter("leave_approved", np.full(firm.size, 1.0))
    return firm.export(firm.watched(watched, (730,)), tuple(one for one in WHOLE if one != "manager_id"))


def strict_superiors(seed: int, size: int = 6000, watched: int = 150) -> Foreign:
    """One superior in eight is many times as strict as others; the stricter theirs is, the likelier people report."""
    dice = np.random.default_rng([seed, 74])
    firm = _Firm(dice, Build(size, 3, 0.12, 50, 0.6, 10))
    mood = (np.where(dice.random(firm.teams) < 0.12, 5.0, 0.6) * dice.gamma(4, 0.25, firm.teams))[firm.team]
    own = dice.gamma(2, 0.5, firm.size)
    for kind, yearly in {
        "dismissal": 0.01, "written_warning": 0.06, "verbal_warning": 0.12, "leave_denied": 0.15, "bonus_cut": 0.08,
        "shift_change": 0.3, "transfer": 0.07, "duties_removed": 0.04, "training_denied": 0.06, "demotion": 0.006,
        "improvement_plan": 0.03, "suspension": 0.008, "pay_cut": 0.006, "promotion_denied": 0.05,
    }.items():  # fmt: skip
        firm.scatter(kind, yearly * mood * own)
    return firm.export(firm.watched(watched, (730,), mood), WHOLE)


MAKERS: dict[str, Callable[[int], Foreign]] = {
    "shops": shops, "a bank that ranks": bank, "a public office": public_office, "strict superiors": strict_superiors,
}  # fmt: skip
