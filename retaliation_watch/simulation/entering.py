"""Made-up people as the officer enters them: from the first of a month, days or weeks after their report."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from retaliation_watch.enrolment.months import first_counted
from retaliation_watch.hr_formats.dates import day_number, day_of
from retaliation_watch.simulation.synthetic import SyntheticCompany

BATCH_DAYS: Final = 7
"""A packet waits so long at most until its batch leaves; the officer sits once in as many days."""


def entered(company: SyntheticCompany, seed: int) -> SyntheticCompany:
    """The company with every protection from the day that `yanlu watch enter` gives; reports stay where they are.

    A truth's `start` is the day of the report there, and the first day that counts here.
    """
    dice = np.random.default_rng([seed, 14])
    reports = np.array([truth.start for truth in company.truths])
    there = reports + dice.integers(0, BATCH_DAYS + 1, len(reports))
    sittings = there + (-there) % BATCH_DAYS
    starts = [day_number(first_counted(day_of(day))) for day in sittings.tolist()]
    return replace(
        company, truths=[replace(truth, start=start) for truth, start in zip(company.truths, starts, strict=True)]
    )
