"""The detector: no look uses later data, clusters raise no alert, the requested false-alarm rate is kept."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from retaliation_watch.detector.alert_file import COLUMNS, alert_file
from retaliation_watch.detector.common_cause import poisson_tail
from retaliation_watch.detector.company_rates import rolling_sum
from retaliation_watch.detector.cusum import ASSUMED_EXTRA_RATE
from retaliation_watch.detector.detector import Alert, AlertLevel, DetectorRun, Schedule, run_detector
from retaliation_watch.detector.summary import summarize
from retaliation_watch.detector.trials import PRIOR_MEAN
from retaliation_watch.errors import NobodyToWatch, NoHistory
from retaliation_watch.hr_formats.watchlist import read_watchlist
from retaliation_watch.kinds import Measure
from retaliation_watch.simulation.companies import read_company
from retaliation_watch.simulation.manufacturer import make_manufacturer
from retaliation_watch.simulation.retailer import make_retailer
from retaliation_watch.simulation.synthetic import Shape, SyntheticCompany, id_of
from tests.retaliation_watch.sheets import sheet, staff

SMALL = Shape(size=3000, watched=60, has_wave=True)


@cache
def small() -> SyntheticCompany:
    """A small company with a wave of layoffs."""
    return make_manufacturer(1001, SMALL)


def run(made: SyntheticCompany, last: int | None = None, rate: float = 0.05) -> DetectorRun:
    """A run over a made-up company with fewer controls."""
    return run_detector(
        *read_company(made), Schedule(made.first_run, last or made.last_run, rate=rate, max_controls=2000)
    )


@cache
def whole() -> DetectorRun:
    """The run over the small company."""
    return run(small())


def test_the_same_seed_makes_the_same_company() -> None:
    """Generators are driven by their seed alone, and two seeds differ."""
    for make in (make_manufacturer, make_retailer):
        shape = Shape(size=300, watched=10)
        assert make(7, shape).events.equals(make(7, shape).events)
        assert not make(7, shape).events.equals(make(8, shape).events)


def test_no_look_uses_later_data() -> None:
    """With the feed cut off in the middle, the alerts up to then are identical."""
    made = small()
    middle = made.first_run + 500
    cut = replace(made, events=made.events.filter(pl.col("recorded_on").cast(pl.Int32) <= middle))
    early = [alert for alert in whole().alerts if alert.day <= middle]
    assert run(cut, middle).alerts == early
    assert len(early) >= 4


def test_most_retaliation_is_found_at_the_requested_rate() -> None:
    """Most visible retaliation is found, and the controls cross at the requested rate."""
    found, made = whole(), small()
    alerts = {int(found.baseline.population.hired.shape[0] and alert.person): alert for alert in found.alerts}
    harmed = [truth for truth in made.truths if len(truth.entries) > 1]
    hits = [truth for truth in harmed if truth.person in alerts and alerts[truth.person].day >= truth.entries[0]]
    assert len(harmed) >= 8
    assert len(hits) >= 0.6 * len(harmed)
    assert 0.035 < found.control_alarm_rate < 0.065


def test_a_higher_rate_only_adds_alerts_or_makes_them_earlier() -> None:
    """A score that crosses a strict limit has crossed a lenient one by then."""
    strict = {alert.person: alert.day for alert in run(small(), rate=0.02).alerts}
    lenient = {alert.person: alert.day for alert in run(small(), rate=0.1).alerts}
    assert strict
    assert len(lenient) > len(strict)
    assert all(lenient[person] <= day for person, day in strict.items())


def test_a_closed_unit_raises_no_alert() -> None:
    """Where nearly everybody of a unit is dismissed in a week, the protected ones among them raise no alert."""
    made = make_manufacturer(1002, Shape(size=2000, watched=20, retaliated=0.0))
    units = made.roster.group_by("org_unit").agg("employee_id").filter(pl.col("employee_id").list.len() > 40)
    members = units.sort("org_unit")["employee_id"][0].sort().to_list()
    day = made.first_run + 200
    stays = made.roster.filter(
        pl.col("employee_id").is_in(members)
        & (pl.col("termination_date") == "")
        & (pl.col("hire_date").cast(pl.Int32) < made.first_run - 100)
    )["employee_id"].sort()[0]
    closing = pl.DataFrame(
        {
            **{name: [""] * len(members) for name in made.events.columns},
            "event_id": [f"C{place}" for place in range(len(members))],
            "employee_id": members,
            "event_type": ["dismissal"] * len(members),
        }
    ).with_columns(pl.lit(day, pl.Int32).cast(pl.Date).alias(name) for name in ("effective_date", "recorded_on"))
    protected = [truth for truth in made.truths if id_of(truth.person) not in members]
    one = replace(protected[0], person=int(stays), start=made.first_run, end=made.last_run)
    shut = replace(made, events=pl.concat([made.events, closing.select(made.events.columns)]), truths=[*protected, one])
    roster, events, watchlist = read_company(shut)
    cluster = run_detector(roster, events, watchlist, Schedule(made.first_run, day + 30, max_controls=2000))
    alone = shut.events.filter((pl.col("event_type") != "dismissal") | (pl.col("employee_id") == stays))
    single = run_detector(
        *read_company(replace(shut, events=alone)), Schedule(made.first_run, day + 30, max_controls=2000)
    )
    when = (day - made.first_run + 6) // 7
    episode = int(np.flatnonzero(cluster.episodes.person == int(stays))[0])
    assert cluster.scores.observed[episode, cluster.calendar.first_run_week + when] >= 1
    risen = [one.scores.score[episode, one.calendar.first_run_week + when] for one in (cluster, single)]
    assert risen[0] < 0.5
    assert risen[1] > 1.5


def test_protected_people_are_in_no_reference_group() -> None:
    """Events of protected people change no expected number."""
    made = small()
    ids = [id_of(truth.person) for truth in made.truths]
    spared = replace(made, events=made.events.filter(~pl.col("employee_id").is_in(ids)))
    before, after = whole(), run(spared)
    control = before.episodes.is_control
    assert np.allclose(before.scores.score[control], after.scores.score[control])
    assert (before.scores.expected[~control].sum(), after.scores.expected[~control].sum())[0] > 0


def test_an_alert_states_its_evidence() -> None:
    """Row and sentence have observed, expected, kinds, cohort, and odds that never exceed the number of controls."""
    found = whole()
    assert all(1 <= alert.odds <= alert.controls <= 2040 for alert in found.alerts)
    assert all(alert.total >= 1 and alert.expected > 0 for alert in found.alerts)
    alert = Alert(0, 19000, AlertLevel.RED, {Measure.SHIFT_CHANGE: 1, Measure.WRITTEN_WARNING: 2}, 0.2, 166, 6000, 6000)
    assert summarize(alert).en == (
        "3 adverse measures in the 91 days to 2022-01-08 (written warning ×2, shift change ×1), where 0.20 were to be "
        "expected at the company's own rates for this unit, grade band, job, contract, superior and earlier record; "
        "of 6,000 colleagues followed in the same way, 1 in 6,000 went this far in a year."
    )
    assert summarize(alert).zh == (
        "截至 2022-01-08 的 91 天内出现 3 项不利处理（书面警告 2 次、班次调整 1 次）；"
        "按本公司同部门、同职级段、同类岗位与合同、同一上级的实际发生率并计入既往记录，预期为 0.20 项；"
        "以同样方式跟踪的 6,000 名同事中，一年内每 6,000 人有 1 人达到这一程度。"
    )
    rows = alert_file([alert], staff()).decode().splitlines()
    assert rows == [",".join(COLUMNS), "001,2022-01-08,red,3,0.200,166,6000,6000"]


def test_a_rating_drop_without_its_rating_is_scored_by_the_prior_mean() -> None:
    """It adds what it would if nobody else had been assessed, and not as much as the rarest measure."""
    made = small()
    truth = next(one for one in made.truths if one.start > made.first_run and one.end > one.start + 200)
    row = made.events[0].with_columns(
        event_id=pl.lit("booked alone"),
        employee_id=pl.lit(id_of(truth.person)),
        event_type=pl.lit("rating_drop"),
        recorded_on=pl.lit(truth.start + 100, pl.Int32).cast(pl.Date),
    )
    before, after = whole(), run(replace(made, events=pl.concat([made.events, row])))
    rise = (after.scores.score - before.scores.score).max()
    assert 0 < rise <= np.log1p(ASSUMED_EXTRA_RATE / PRIOR_MEAN) + 1e-9


@pytest.mark.parametrize(("days", "moves"), [(20, False), (90, True)])
def test_the_conflict_before_a_report_is_no_history_of_the_person(days: int, *, moves: bool) -> None:
    """The history ends thirty days before the first day that counts; later events change no expected number."""
    made = small()
    truth = next(one for one in made.truths if one.start > made.first_run + 60 and one.end > one.start + 200)
    ids = [id_of(truth.person)]
    struck = [
        made.events[0].with_columns(
            event_id=pl.lit(f"before {number}"), employee_id=pl.lit(ids[0]), event_type=pl.lit("written_warning"),
            **{name: pl.lit(truth.start - days, pl.Int32).cast(pl.Date) for name in ("effective_date", "recorded_on")},
        )
        for number in range(3)
    ]  # fmt: skip
    before, after = whole(), run(replace(made, events=pl.concat([made.events, *struck])))
    mine = before.episodes.person == truth.person
    assert (before.scores.expected[mine].sum() != pytest.approx(after.scores.expected[mine].sum())) is moves


def test_few_controls_never_give_red() -> None:
    """With fewer than two hundred controls an alert stays amber."""
    made = make_manufacturer(1003, Shape(size=200, watched=40, retaliated=1.0, years=3))
    found = run(made)
    assert found.alerts
    assert int(found.episodes.is_control.sum()) < 200
    assert {alert.level for alert in found.alerts} == {AlertLevel.AMBER}


def test_nobody_to_watch_and_no_history_are_different_errors() -> None:
    """A watchlist of unknown people and a feed without events raise errors of their own."""
    with pytest.raises(NobodyToWatch):
        read_watchlist(sheet("employee_id,protected_from", "999,2024-01-01"), staff())
    made = small()
    roster, events, watchlist = read_company(made)
    with pytest.raises(NoHistory):
        run_detector(roster, events, watchlist, Schedule(0, 100))


def test_poisson_tails_are_exact() -> None:
    """The tail agrees with a sum over all smaller counts."""
    count, mean = np.array([4.0, 6.0, 9.0, 3.0]), np.array([0.5, 2.0, 1.0, 5.0])
    terms = [
        sum(np.exp(-m) * m**k / np.prod(np.arange(1, k + 1)) for k in range(int(c)))
        for c, m in zip(count, mean, strict=True)
    ]
    exact = 1 - np.array(terms)
    assert np.allclose(poisson_tail(count, mean)[:3], exact[:3], rtol=1e-9, atol=1e-14)
    assert poisson_tail(count, mean)[3] == 1.0


def test_rolling_sums_use_no_later_week() -> None:
    """Each sum covers the last weeks, this one included."""
    assert rolling_sum(np.array([1.0, 2, 3, 4, 5]), 2).tolist() == [1, 3, 5, 7, 9]
    assert rolling_sum(np.array([1.0, 2, 3]), 9).tolist() == [1, 3, 6]
