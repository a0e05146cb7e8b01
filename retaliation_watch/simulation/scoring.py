"""Scores a run against the truth of a synthetic company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from retaliation_watch.detector.calendar import YEAR
from retaliation_watch.simulation.synthetic import SyntheticCompany


@dataclass(frozen=True)
class DetectionScore:
    """Counts over one company or many.

    A false alarm is a row for a watch without visible retaliation, per protected year; a hit is a first row on or
    after the first retaliatory entry. `several` counts cases with two or more entries, `delays` are days to the row.
    """

    false_alarms: int
    years: float
    cases: int
    hits: int
    several: int
    several_hits: int
    delays: tuple[int, ...]

    @property
    def rate(self) -> float:
        """False alarms per protected year."""
        return self.false_alarms / self.years

    @property
    def power(self) -> float:
        """The part of visible cases that is found."""
        return self.hits / self.cases

    @property
    def power_of_several(self) -> float:
        """The part of the cases with two or more entries that is found."""
        return self.several_hits / self.several

    @property
    def delay(self) -> float:
        """Median days from the first entry to the alert."""
        return median(self.delays)

    def interval(self) -> tuple[float, float]:
        """About 95 % of chance around the rate (normal, two standard deviations of a Poisson count)."""
        half = 2 * max(self.false_alarms, 1) ** 0.5 / self.years
        return self.rate - half, self.rate + half


def score_detection(company: SyntheticCompany, first_rows: Mapping[int, int]) -> DetectionScore:
    """Judges one company; `first_rows` has the day (since 1970) of each alerted person's row."""
    quiet = [truth for truth in company.truths if not truth.is_visible]
    harmed = [truth for truth in company.truths if truth.is_visible]
    hits = [one for one in harmed if first_rows.get(one.person, -1) >= one.entries[0]]
    several = [one for one in harmed if len(one.entries) > 1]
    return DetectionScore(
        sum(truth.person in first_rows for truth in quiet),
        sum(min(truth.end, company.last_run) - truth.start for truth in quiet) / YEAR,
        len(harmed),
        len(hits),
        len(several),
        sum(len(one.entries) > 1 for one in hits),
        tuple(first_rows[one.person] - one.entries[0] for one in hits),
    )


def pooled(scores: Iterable[DetectionScore]) -> DetectionScore:
    """All companies together."""
    each = list(scores)
    return DetectionScore(
        sum(one.false_alarms for one in each),
        sum(one.years for one in each),
        sum(one.cases for one in each),
        sum(one.hits for one in each),
        sum(one.several for one in each),
        sum(one.several_hits for one in each),
        tuple(delay for one in each for delay in one.delays),
    )
