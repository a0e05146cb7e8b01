"""What the company and its board are shown: nothing small, nothing to subtract, few false names."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retaliation_watch.kinds import INDEX, KINDS, Measure
from retaliation_watch.reporting.cells import COLUMNS, LEAST, SUMS, TIED, disclose_quarter, disclose_year
from retaliation_watch.reporting.periods import Quarter, quarter_of, settled
from retaliation_watch.reporting.ranking import RATE, adjust, at_least, named, ranking

NUMBERS = st.integers(0, 14) | st.integers(0, 5000)
QUARTER = st.fixed_dictionaries(dict.fromkeys(COLUMNS, NUMBERS))
YEARS = st.lists(st.lists(QUARTER, min_size=4, max_size=4), min_size=1, max_size=3)


def published(years: list[list[dict[str, int]]]) -> list[object]:
    """Everything that is ever told of these years."""
    quarters = [[disclose_quarter(quarter) for quarter in year] for year in years]
    return [quarters, [disclose_year(year) for year in quarters]]


@given(YEARS, st.integers(0, LEAST - 1))
def test_no_withheld_number_can_be_found_by_subtraction(years: list[list[dict[str, int]]], other: int) -> None:
    """Over quarters, sums and years: with another small number in a withheld place everything told is the same."""
    told = published(years)
    cells = [(quarter, name) for year in years for quarter in year for name in COLUMNS if quarter[name] < LEAST]
    for quarter, name in cells:
        before, quarter[name] = quarter[name], other
        assert published(years) == told
        quarter[name] = before


@given(QUARTER)
def test_what_is_told_is_true_and_never_small(quarter: dict[str, int]) -> None:
    """A told cell is the count, ten at least; a told sum is the sum of told cells; tied cells go together."""
    told = disclose_quarter(quarter)
    for name in COLUMNS:
        assert told[name] in (None, quarter[name])
        assert told[name] is None or quarter[name] >= LEAST
    for name, parts in SUMS.items():
        assert (told[name] is None) == any(told[part] is None for part in parts)
        assert told[name] in (None, sum(quarter[part] for part in parts))
    assert all((told[one] is None) == (told[two] is None) for one, two in TIED)


def test_a_large_company_is_told_everything() -> None:
    """Nothing is withheld without need."""
    quarter = dict(zip(COLUMNS, range(LEAST, LEAST + len(COLUMNS)), strict=True))
    told = disclose_quarter(quarter)
    assert None not in told.values()
    assert disclose_year([told] * 4)["measures"] == 4 * (10 + 11 + 12)
    assert disclose_year([told, told, told, disclose_quarter(quarter | {"daily": 9})])["measures"] is None


def test_quarters_are_counted_whole_and_once_they_have_settled() -> None:
    """From the first whole quarter to the last one that ended four weeks ago."""
    found = settled(date(2026, 2, 3), date(2026, 10, 29))
    assert [str(one) for one in found] == ["2026-Q2", "2026-Q3"]
    assert settled(date(2026, 2, 3), date(2026, 10, 28)) == found[:1]
    assert (quarter_of(date(2026, 12, 31)), Quarter(2026, 4).after) == (Quarter(2026, 4), date(2027, 1, 1))
    assert settled(date(2026, 1, 1), date(2026, 5, 1)) == [Quarter(2026, 1)]


def test_names_come_in_the_order_of_benjamini_and_hochberg() -> None:
    """The example of their paper of 1995: at 0.05 four of fifteen are named; adjusted values never fall."""
    chances = np.array([
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
        1.0,
    ])  # fmt: skip
    assert int(named(chances, 0.05).sum()) == 4
    assert (np.diff(adjust(chances)) >= 0).all()
    shuffled = np.random.default_rng(3).permutation(15)
    assert (adjust(chances[shuffled]) == adjust(chances)[shuffled]).all()
    assert len(adjust(np.empty(0))) == 0


def test_few_of_the_named_are_there_by_chance() -> None:
    """Forty kinds, ten of them oftener on the list: of those named at most a fifth are others, on average."""
    dice, shares = np.random.default_rng(11), list[float]()
    for _ in range(60):
        tries = dice.integers(40, 400, 40)
        part = np.where(np.arange(40) < 10, 0.4, 0.25)
        hits = dice.binomial(tries, part)
        found = named(np.array([at_least(int(h), int(n), 0.25) for h, n in zip(hits, tries, strict=True)]))
        shares.append(float(found[10:].sum()) / max(int(found.sum()), 1))
    assert np.mean(shares) <= RATE


def test_only_kinds_with_ten_on_both_sides_are_told() -> None:
    """Warnings that doubled are named first; a kind of nine, and one that nobody else met, are not told at all."""
    listed, colleagues = np.zeros(len(KINDS), np.int64), np.zeros(len(KINDS), np.int64)
    for kind, mine, theirs in (
        (Measure.WRITTEN_WARNING, 60, 300), (Measure.TRANSFER, 20, 200), (Measure.DISMISSAL, 9, 90),
        (Measure.DEMOTION, 40, 9),
    ):  # fmt: skip
        listed[INDEX[kind]], colleagues[INDEX[kind]] = mine, theirs
    found = ranking(listed, colleagues, (100.0, 1000.0))
    assert [(one.kind, one.observed, one.expected, one.named) for one in found] == [
        (Measure.WRITTEN_WARNING, 60, pytest.approx(30.0), True),
        (Measure.TRANSFER, 20, pytest.approx(20.0), False),
    ]
    assert ranking(listed, colleagues, (0.0, 1000.0)) == []


def test_the_tail_is_that_of_the_binomial() -> None:
    """Known values, and the ends."""
    assert at_least(5, 10, 0.5) == pytest.approx(638 / 1024)
    assert at_least(0, 10, 0.5) == 1.0
    assert at_least(10, 10, 0.1) == pytest.approx(1e-10)
