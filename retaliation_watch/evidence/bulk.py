"""Acts on many at once: a closed site or a yearly round says nothing about one person, and little about next year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats
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
    """Where a group was hit at once: `flagged` and `share` (m of n), shape (groups, weeks); `clean` counts the rest."""

    flagged: Bools
    share: Floats
    clean: Floats


def bulk_acts(counts: Floats, exposure: Floats, company: Floats, calendar: Calendar) -> Bulk:
    """Finds bulk acts of one kind.

    `counts` and `exposure`: shape (groups, weeks), unwatched people alone; `company`: the company's weekly rate of
    the year before, shape (weeks). A week is flagged when at least `FEWEST` people of a group were hit and so many
    have a probability below `RARE` at the group's own level of the last year.
    """
    year = calendar.weeks_in(364)
    clean, flagged = counts.copy(), np.zeros(counts.shape, bool)
    events, weeks = np.zeros(len(counts)), np.zeros(len(counts))
    for week in np.flatnonzero((counts >= FEWEST).any(axis=0)):
        past = slice(max(0, week - year), week)
        events, weeks = clean[:, past].sum(axis=1), exposure[:, past].sum(axis=1)
        level = (events + PSEUDO) / (weeks + PSEUDO / company[week])
        hit = np.flatnonzero(counts[:, week] >= FEWEST)
        mean = level[hit] * exposure[hit, week]
        rare = hit[poisson_tail(counts[hit, week], mean) < RARE]
        flagged[rare, week] = True
        clean[rare, week] = level[rare] * exposure[rare, week]
    return Bulk(
        flagged,
        np.where(flagged, np.minimum(counts / np.maximum(exposure, 1.0), 1.0), 0.0),
        np.where(flagged, 0.0, counts),
    )
