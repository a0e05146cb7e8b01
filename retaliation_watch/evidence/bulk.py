"""Acts on many at once: a closed site or a yearly round says nothing about one person, and little about next year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.evidence.calendar import Calendar

FEWEST: Final = 4
RARE: Final = 1e-5
PSEUDO: Final = 5.0
TERMS: Final = 60


def poisson_tail(count: Floats, mean: Floats) -> Floats:
    """P(X >= count) for Poisson X; exact to the terms that matter where the count is above the mean."""
    top = int(count.max(initial=0)) + 1
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, top + 1)))])
    whole = count.astype(np.int64)
    term = np.exp(-mean + whole * np.log(np.maximum(mean, 1e-300)) - log_factorial[whole])
    total = term.copy()
    for step in range(1, TERMS):
        term = term * mean / (count + step)
        total += term
    return np.where(count <= mean, 1.0, np.minimum(total, 1.0))


@dataclass(frozen=True)
class Bulk:
    """Where a unit was hit at once: `unit`, `week`, and which `share` of it (m of n), one place each."""

    unit: Ints
    week: Ints
    share: Floats
    weeks: int

    def __len__(self) -> int:
        return len(self.unit)

    def shares(self, units: Ints) -> Floats:
        """What part of each of these units was hit, shape (units, weeks); 0 where not at once."""
        hit, row = np.unique(self.unit, return_inverse=True)
        table = np.zeros((len(hit) + 1, self.weeks), np.float32)
        table[row, self.week] = self.share
        place = np.searchsorted(hit, units)
        known = np.append(hit, -1)[place] == units
        return table[np.where(known, place, len(hit))]


def bulk_acts(counts: Ints, exposure: Floats, company: Floats, calendar: Calendar) -> Bulk:
    """Finds bulk acts of one kind.

    `counts` and `exposure`: shape (units, weeks), unwatched people alone; `company`: the company's weekly rate of
    the year before, shape (weeks). A week is flagged when at least `FEWEST` people of a unit were hit and so many
    have a probability below `RARE` at the unit's own level of the last year.
    """
    many = counts >= FEWEST
    units = np.flatnonzero(many.any(axis=1))
    found: list[tuple[Ints, Ints]] = [(units[:0], units[:0])]
    met, exposure, many = counts[units].astype(np.float64), exposure[units], many[units]
    year, clean = calendar.weeks_in(364), met.copy()
    for week in np.flatnonzero(many.any(axis=0)):
        past = slice(max(0, week - year), week)
        hit = np.flatnonzero(many[:, week])
        events, weeks = clean[hit, past].sum(axis=1), exposure[hit, past].sum(axis=1)
        level = (events + PSEUDO) / (weeks + PSEUDO / company[week])
        mean = level * exposure[hit, week]
        rare = poisson_tail(met[hit, week], mean) < RARE
        clean[hit[rare], week] = mean[rare]
        found.append((hit[rare], np.full(int(rare.sum()), week)))
    row, week = (np.concatenate(part) for part in zip(*found, strict=True))
    share = np.minimum(met[row, week] / np.maximum(exposure[row, week], 1.0), 1.0)
    return Bulk(units[row], week, share, calendar.count)
