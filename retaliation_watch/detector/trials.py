"""Ratings and pay reviews as Bernoulli trials: who was assessed, and the probability of an adverse outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.detector.calendar import Calendar
from retaliation_watch.detector.population import Population
from retaliation_watch.hr_formats.events import Events
from retaliation_watch.kinds import DERIVED, INDEX

PRIOR_TRIALS: Final = 5.0
"""Prior weight, in trials, with which a unit's share of adverse outcomes is shrunk to the company's."""
PRIOR_ALPHA, PRIOR_BETA = 1.0, 3.0
"""Beta prior of the company's share in a week: one adverse outcome and three others."""
PRIOR_MEAN: Final = PRIOR_ALPHA / (PRIOR_ALPHA + PRIOR_BETA)
"""The probability where nobody else was assessed, or where an adverse outcome was recorded without its trial."""


@dataclass(frozen=True)
class Trials:
    """One derived kind: person and week of each trial, and its probability of an adverse outcome.

    The probability is estimated from the other trials of the same unit and week.
    """

    kind: int
    person: Ints
    week: Ints
    probability: Floats


def trials_of(population: Population, events: Events, calendar: Calendar) -> list[Trials]:
    """The trials of each derived kind for which the feed has any."""
    trials: list[Trials] = []
    for derived in DERIVED:
        kind = INDEX[derived]
        of_kind = events.occasions["kind"] == kind
        week = calendar.week(events.occasions["recorded"][of_kind])
        within = (week >= 0) & (week < calendar.count)
        if within.any():
            trials.append(
                _estimate(kind, population, events, events.occasions["person"][of_kind][within], week[within], calendar)
            )
    return trials


def _estimate(
    kind: int, population: Population, events: Events, person: Ints, week: Ints, calendar: Calendar
) -> Trials:
    """Leave-one-out probabilities: the unit's share in that week without the person, shrunk to the company's."""
    units, weeks = population.levels("unit"), calendar.count
    unit = population.groups["unit"].astype(np.int64)
    unit_week, counts = unit[person] * weeks + week, ~population.protected[person]
    adverse = np.flatnonzero(events.kind == kind)
    adverse_week = calendar.week(events.recorded[adverse])
    within = (adverse_week >= 0) & (adverse_week < weeks)
    adverse_person, adverse_week = events.person[adverse][within], adverse_week[within]
    unprotected = ~population.protected[adverse_person]
    total = np.bincount(unit_week[counts], minlength=units * weeks).astype(np.float64)
    failed = np.bincount(
        unit[adverse_person[unprotected]] * weeks + adverse_week[unprotected], minlength=units * weeks
    ).astype(np.float64)
    company_share = (failed.reshape(units, weeks).sum(axis=0) + PRIOR_ALPHA) / (
        total.reshape(units, weeks).sum(axis=0) + PRIOR_ALPHA + PRIOR_BETA
    )
    person_week = person.astype(np.int64) * weeks + week
    own_failure = np.isin(person_week, adverse_person.astype(np.int64) * weeks + adverse_week) & counts
    others, others_failed = total[unit_week] - counts, failed[unit_week] - own_failure
    probability = (others_failed + PRIOR_TRIALS * company_share[week]) / (np.maximum(others, 0.0) + PRIOR_TRIALS)
    return Trials(kind, person, week, np.clip(probability, 1e-4, 1.0))
