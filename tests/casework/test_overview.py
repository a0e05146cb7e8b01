"""Figures without any case: whole months, small groups withheld, and nothing that gives them away."""

from __future__ import annotations

from datetime import date

import pytest

from casework.event_store.deletion import DeletionReason
from casework.statistics.overview import REASONS, Counted, overview, period_before
from casework.statistics.suppression import SMALL
from casework.words import Words

ENTITIES = {"works": Words("工厂", "Works"), "branch": Words("分公司", "Branch")}
PERIOD = period_before(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 24), date(2025, 11, 1), date(2026, 10, 31)),
        (date(2026, 1, 1), date(2025, 1, 1), date(2025, 12, 31)),
        (date(2026, 12, 31), date(2025, 12, 1), date(2026, 11, 30)),
    ],
)
def test_the_month_that_runs_is_never_counted(today: date, first: date, last: date) -> None:
    """A count that grows from one look to the next would tell of each arrival on its day."""
    period = period_before(today)
    assert (period.first, period.last, len(period.months())) == (first, last, 12)


def test_small_groups_are_withheld_with_what_would_give_them_away() -> None:
    """No shown number is a small group's, nor follows from the others by subtraction."""
    cases = [Counted("works", "2026-09", ended=True, number=9), Counted("works", "2026-10", ended=False, number=8)]
    cases += [Counted("branch", "2026-09", ended=False, number=2), Counted("branch", "2026-10", ended=False, number=7)]
    received, standing, _ = overview(cases, [], ENTITIES, PERIOD)
    shown = [cell for row in received.cells for cell in row if cell is not None]
    assert received.total == sum(one.number for one in cases)
    assert min([*received.row_totals, *received.column_totals]) >= SMALL
    assert 2 not in shown
    assert received.cell("branch", "2026-09") is None
    assert received.cell("branch", "2026-10") is None
    assert (standing.row("ended"), standing.row("open")) == (9, 17)


def test_too_few_cases_are_no_table_at_all() -> None:
    """Of four cases not even the number is told, and none of an entity that is not named any more."""
    received, standing, deleted = overview(
        [Counted("works", "2026-10", ended=False, number=4)], [("court", 3)], ENTITIES, PERIOD
    )
    assert (received.total, standing.total, deleted.total) == (None, None, None)
    gone, *_ = overview([Counted("sold", "2026-10", ended=False, number=40)], [], ENTITIES, PERIOD)
    assert gone.total is None


def test_every_reason_of_a_deletion_has_its_words() -> None:
    """What the record counts is what is shown."""
    assert set(REASONS) == set(DeletionReason)
    *_, deleted = overview([], [(reason, 6) for reason in DeletionReason], ENTITIES, PERIOD)
    assert (deleted.total, [row.id for row in deleted.rows]) == (42, list(REASONS))
