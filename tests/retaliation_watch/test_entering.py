"""People as the officer enters them lose nothing against a protection from the very day of the report."""

from __future__ import annotations

import pytest

from retaliation_watch.detector.detector import Schedule, run_detector
from retaliation_watch.hr_formats.dates import day_of
from retaliation_watch.simulation.companies import GENERATORS, read_company
from retaliation_watch.simulation.entering import entered
from retaliation_watch.simulation.scoring import DetectionScore, pooled, score_detection
from retaliation_watch.simulation.synthetic import Shape, SyntheticCompany

SEEDS = range(1001, 1003)
SHAPE = Shape(size=2000, watched=90)
EARLIEST = 14 + 31
"""Days: so old is a report at most that is entered on the first of a month, and so long a month."""


def judged(made: SyntheticCompany) -> DetectionScore:
    """Looks of every week from the first day that counts for anybody."""
    roster, events, watchlist = read_company(made)
    first = min(made.first_run, *(truth.start for truth in made.truths))
    run = run_detector(roster, events, watchlist, Schedule(first, made.last_run, max_controls=2000))
    return score_detection(made, {int(roster.ids[alert.person]): alert.day for alert in run.alerts})


@pytest.mark.parametrize("generator", GENERATORS)
def test_what_enter_gives_finds_as_many_as_the_day_of_the_report(generator: str) -> None:
    """Entered by the calendar of a real office, no fewer are found; `make soak` measures it to two hundredths."""
    made = [GENERATORS[generator](seed, SHAPE) for seed in SEEDS]
    told = [entered(one, seed) for one, seed in zip(made, SEEDS, strict=True)]
    for one, other in zip(made, told, strict=True):
        for report, entry in zip(one.truths, other.truths, strict=True):
            assert day_of(entry.start).day == 1
            assert report.start - EARLIEST <= entry.start <= report.start
    exact, found = (pooled(judged(one) for one in each) for each in (made, told))
    assert found.cases == exact.cases >= 25
    assert found.hits >= exact.hits - 0.06 * exact.cases
    assert found.rate <= exact.rate + 0.02
