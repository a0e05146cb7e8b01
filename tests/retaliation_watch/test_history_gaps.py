"""A kind that HR stops to send is noticed, late rows are marked, and a forged batch that gets in accuses nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from retaliation_watch.arrays import Floats
from retaliation_watch.detector.detector import Schedule, run_detector
from retaliation_watch.detector.summary import summarize
from retaliation_watch.hr_formats.events import read_events
from retaliation_watch.hr_formats.history_gaps import gaps_of
from retaliation_watch.kinds import INDEX, KINDS, Measure
from retaliation_watch.simulation.companies import read_company
from retaliation_watch.simulation.manufacturer import make_manufacturer
from retaliation_watch.simulation.synthetic import Shape
from tests.retaliation_watch.sheets import sheet, staff

WARNING = INDEX[Measure.WRITTEN_WARNING]


def weekly(rate: float, weeks: int = 100, silent: int = 0) -> Floats:
    """Counts per kind and week: warnings at a rate, none in the last weeks; all other kinds never."""
    counts = np.zeros((len(KINDS), weeks))
    counts[WARNING] = np.random.default_rng(5).poisson(rate, weeks)
    counts[WARNING, weeks - silent :] = 0
    counts[WARNING, weeks - silent - 1] = 1
    return counts


def test_a_kind_that_falls_silent_is_noticed_the_sooner_the_steadier_it_was() -> None:
    """Three weeks without any are a gap where every week had some, and none where half the weeks had none."""
    assert [(gap.kind, gap.weeks) for gap in gaps_of(weekly(8, silent=3))] == [(Measure.WRITTEN_WARNING, 3)]
    assert gaps_of(weekly(8, silent=2)) == []
    assert gaps_of(weekly(0.7, silent=3)) == []
    assert len(gaps_of(weekly(0.7, silent=16))) == 1
    assert gaps_of(weekly(8, weeks=20, silent=5)) == []


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 20))
@settings(max_examples=50)
def test_a_feed_without_gaps_rarely_looks_like_one(seed: int, rate: float) -> None:
    """Steady chance alone makes no gap of a kind that still comes in the last week."""
    counts = np.zeros((len(KINDS), 80))
    counts[WARNING] = np.random.default_rng(seed).poisson(rate, 80)
    counts[WARNING, -1] = max(counts[WARNING, -1], 1)
    assert gaps_of(counts) == []


def test_a_forged_batch_that_gets_in_accuses_nobody() -> None:
    """A warning for everybody in one week adds no alert in the four weeks after it."""
    made = make_manufacturer(1003, Shape(size=1500, watched=40, retaliated=0.0))
    day = made.first_run + 300
    here = made.roster.filter(pl.col("hire_date").cast(pl.Int32) < day)["employee_id"]
    forged = pl.DataFrame(
        {
            **{name: [""] * len(here) for name in made.events.columns},
            "event_id": [f"F{place}" for place in range(len(here))],
            "employee_id": here,
            "event_type": ["written_warning"] * len(here),
        }
    ).with_columns(pl.lit(day, pl.Int32).cast(pl.Date).alias(name) for name in ("effective_date", "recorded_on"))
    plan = Schedule(made.first_run, day + 28, max_controls=2000)
    both = [
        {alert.person for alert in run_detector(*read_company(one), plan).alerts}
        for one in (made, replace(made, events=pl.concat([made.events, forged.select(made.events.columns)])))
    ]
    assert len(both[1] - both[0]) <= 1


def test_a_run_tells_what_fell_silent_and_what_was_backdated() -> None:
    """A kind dropped from the export shows as a gap of the run, and a late entry shows in the sentence."""
    made = make_manufacturer(1003, Shape(size=1500, watched=40, retaliated=0.5))
    plan = Schedule(made.first_run, made.last_run, max_controls=2000)
    whole = run_detector(*read_company(made), plan)
    kept = (pl.col("event_type") != "shift_change") | (pl.col("recorded_on").cast(pl.Int32) < made.last_run - 80)
    cut = run_detector(*read_company(replace(made, events=made.events.filter(kept))), plan)
    assert Measure.SHIFT_CHANGE not in {gap.kind for gap in whole.gaps}
    assert Measure.SHIFT_CHANGE in {gap.kind for gap in cut.gaps}
    late = [alert for alert in whole.alerts if alert.backdated]
    assert late
    assert all(0 < alert.backdated <= alert.total for alert in late)
    assert f"{late[0].backdated} of them recorded more than 35 days late; of" in summarize(late[0]).en
    assert f"其中 {late[0].backdated} 项为事后补录" in summarize(late[0]).zh


HEAD = "event_id,employee_id,event_type,effective_date,recorded_on,value_before,value_after"
ROW = st.tuples(
    st.integers(0, 9),
    st.integers(1, 4),
    st.sampled_from(["transfer", "dismissal", "rating", "pay_review", "pay_cut"]),
    st.integers(1, 28),
    st.integers(1, 28),
    st.sampled_from(["", "3", "4", "5000"]),
    st.sampled_from(["", "2", "4", "5000", "5100"]),
)


@given(st.lists(ROW, min_size=1, max_size=16), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_replayed_reordered_backdated_and_corrected_rows_end_in_the_same_state(
    rows: list[tuple[int, int, str, int, int, str, str]],
    dice: object,
) -> None:
    """However often and in whatever order rows come, corrections and late ones among them, the events are the same."""
    lines = [
        f"E{event},{who:03d},{kind},2024-01-{effective:02d},2024-02-{recorded:02d},{before},{after}"
        for event, who, kind, effective, recorded, before, after in rows
    ]
    mixed = lines + lines[: len(lines) // 2]
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = read_events(sheet(HEAD, *lines), staff()), read_events(sheet(HEAD, *mixed), staff())
    for name in ("person", "kind", "recorded", "effective"):
        assert np.array_equal(getattr(first, name), getattr(second, name))
    for name, column in first.occasions.items():
        assert np.array_equal(column, second.occasions[name])
