"""The weekly run: from HR's files and entries to alerts that read as evidence, named one at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sqlalchemy import insert, update

from crypto.framing import b64decode
from retaliation_watch.detector.population import grade_bands
from retaliation_watch.errors import AlertUnknown, NoAgreement, TooManyNames
from retaliation_watch.hr_formats.dates import day_number, day_of
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.review_sampling.randomization import RandomizationKey
from retaliation_watch.simulation.companies import Order, make_company, read_company
from retaliation_watch.simulation.synthetic import SyntheticCompany, id_of
from retaliation_watch.store import ALERTS, ENTRIES, NAMINGS
from retaliation_watch.weekly_run.officer_alert_list import (
    NAMES_A_DAY,
    AlertState,
    Naming,
    name_person,
    set_state,
    shown_alerts,
)
from retaliation_watch.weekly_run.weekly_run import RunContext, RunSummary, run_weekly
from tests.support.offices.officer_desk import feed_company, look_at
from tests.support.offices.watch import ENTITY, OFFICER, Watch, open_watch
from tests.support.stores.backends import ready_embedded_stores

SEED = 1101
MEANS = RunContext(os.urandom, RandomizationKey(bytes(32)))


@pytest.fixture(scope="module")
def made() -> SyntheticCompany:
    """A company of seven hundred with thirty watched."""
    return make_company(Order("works", SEED, 700, 30))


@pytest.fixture(scope="module")
def fed(made: SyntheticCompany, tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[Watch]:
    """A watch that HR has fed its whole history, with everybody of the list entered."""
    folder = tmp_path_factory.mktemp("fed")
    watch = open_watch(ready_embedded_stores(folder, prepared), folder)
    for kind, table in ((FeedFile.ROSTER, made.roster), (FeedFile.EVENTS, made.events)):
        watch.push(kind, *table.write_csv().splitlines())
    listed = made.watchlist()
    rows = [
        {
            "entry_id": os.urandom(16), "person": watch.context.key.pseudonym(ENTITY, str(employee)),
            "handle_mark": os.urandom(32), "link": os.urandom(7356), "until": date(2099, 1, 1),
            "start": date.fromisoformat(str(start)).replace(day=1),
        }
        for employee, start in listed.select("employee_id", pl.col("protected_from").cast(pl.String)).iter_rows()
    ]  # fmt: skip
    with watch.store.write() as tx:
        tx.execute(insert(ENTRIES), rows)
        assert run_weekly(tx, ENTITY, day_of(made.last_run), MEANS).watched == 30
    yield watch
    watch.close()


def test_a_look_finds_the_retaliated_and_keeps_evidence(fed: Watch, made: SyntheticCompany) -> None:
    """Most who crossed the line were retaliated against; an alert shows what was observed, expected, and drawn."""
    rows = fed.rows(ALERTS)
    struck = {fed.context.key.pseudonym(ENTITY, id_of(truth.person)) for truth in made.truths if truth.entries}
    found = {row["person"] for row in rows}
    assert len(found & struck) >= 3
    assert len(found - struck) <= len(found & struck)
    for row in rows:
        evidence = json.loads(row["evidence"])
        assert sum(evidence["observed"].values()) >= 1
        assert {"zh", "en"} == evidence["sentence"].keys()
        assert len(evidence["weeks"]) == 52
        assert sum(week["person"] for week in evidence["weeks"]) == len(evidence["measures"])
        assert evidence["weeks"][-1]["end"] == evidence["day"] == day_of(made.last_run).isoformat()
        assert evidence["since"] == row["day"].isoformat() <= evidence["told"][0]["day"] == evidence["day"]
        assert row["notified_on"] == max(row["shown"], day_of(made.last_run))
        assert 0 <= (row["shown"] - row["day"]).days <= (0 if row["level"] == "red" else 14)
        assert row["person"].hex() not in row["evidence"]


def test_looking_again_tells_nothing_twice(fed: Watch, made: SyntheticCompany) -> None:
    """The same look, and one a week later, add nobody who was told of before."""
    before = fed.rows(ALERTS)
    with fed.store.write() as tx:
        assert run_weekly(tx, ENTITY, day_of(made.last_run), MEANS) == RunSummary(30, 0)
        with pytest.raises(NoAgreement):
            run_weekly(tx, "group", day_of(made.last_run), MEANS)
    assert fed.rows(ALERTS) == before


def test_the_line_of_colleagues_divides_by_who_worked_there_that_week(fed: Watch, made: SyntheticCompany) -> None:
    """Each week's average is of the unprotected people of the unit and grade band who were at work then, no others."""
    roster, events, watchlist = read_company(made)
    band = grade_bands(roster.groups["grade"])
    free = np.ones(len(roster), bool)
    free[watchlist.person] = False
    places = {fed.context.key.pseudonym(ENTITY, employee): at for at, employee in enumerate(roster.ids.to_list())}
    shrunk = 0
    for row in fed.rows(ALERTS):
        at = places[row["person"]]
        like = free & (roster.groups["org_unit"] == roster.groups["org_unit"][at]) & (band == band[at])
        for week in json.loads(row["evidence"])["weeks"]:
            end = day_number(date.fromisoformat(week["end"]))
            there = int((like & (roster.hired <= end) & (roster.left > end - 7)).sum())
            met = int((like[events.person] & (events.recorded > end - 7) & (events.recorded <= end)).sum())
            assert (week["colleagues"], week["cohort"]) == (there, round(met / max(there, 1), 4))
            shrunk += there < int(like.sum())
    assert shrunk > 0


def test_an_alert_lives_and_is_told_again_when_it_grew(tmp_path: Path, prepared: Path) -> None:
    """One row per person is as of the weekly run; what grew is told again, what only stands is not if it was closed."""
    watch = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    last, seen = feed_company(watch, SEED, 700, 30), dict[bytes, date]()
    why, closed = list[str](), set[bytes]()
    for weeks, closes in ((48, True), (44, True), (36, False), (34, False), (14, False), (0, False)):
        today = last - timedelta(weeks=weeks)
        shut = {row["alert"] for row in watch.rows(ALERTS) if row["state"] == "closed"}
        look_at(watch, today)
        rows = watch.rows(ALERTS)
        assert len({row["person"] for row in rows}) == len(rows)
        for row in rows:
            evidence = json.loads(row["evidence"])
            assert (evidence["day"], evidence["level"]) == (today.isoformat(), row["level"])
            assert all(one["recorded"] <= evidence["day"] for one in evidence["measures"])
            told = evidence["told"][-1]
            assert row["notified_on"] == max(date.fromisoformat(told["day"]), row["shown"])
            # When it was shown first is what the figures count.
            assert row["shown"] == seen.setdefault(row["alert"], row["shown"]) or row["level"] == "red"
            if told["day"] == evidence["day"]:
                why.append(told["why"])
                assert told["why"] != "stands" or row["alert"] not in shut
                assert row["state"] == "new"
        if closes:
            with watch.store.write() as tx:
                tx.execute(update(ALERTS).values(state=AlertState.CLOSED.value))
            closed = {row["alert"] for row in rows}
    assert {"grew", "red", "stands"} <= set(why)
    quiet = [row for row in watch.rows(ALERTS) if row["alert"] in closed and row["state"] == "closed"]
    assert quiet
    assert all(len(json.loads(row["evidence"])["told"]) == 1 for row in quiet)
    watch.close()


def test_where_nobody_crossed_a_look_makes_nothing(made: SyntheticCompany, tmp_path: Path, prepared: Path) -> None:
    """People are watched, HR recorded something, and no score lies beyond the line: no alert, and no fault."""
    watch = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    feed_company(watch, SEED, 700, 30)
    with watch.store.write() as tx:
        assert run_weekly(tx, ENTITY, day_of(made.first_run), MEANS) == RunSummary(30, 0)
    assert watch.rows(ALERTS) == []
    watch.close()


def test_names_are_given_one_at_a_time_and_kept_on_record(fed: Watch, made: SyntheticCompany) -> None:
    """An alert is shown on its day and not before, under no name; a name is on record, and a day has few of them."""
    late = day_of(made.last_run) + timedelta(days=30)
    with fed.store.write() as tx:
        assert shown_alerts(tx, date(2000, 1, 1)) == []
        shown = shown_alerts(tx, late)
        alert = b64decode(str(shown[0]["alert"]))
        told = name_person(tx, fed.context.key, alert, Naming(OFFICER, late), os.urandom)
        assert fed.context.key.pseudonym(told["entity"], told["employee"]) in {
            row["person"] for row in fed.rows(ALERTS)
        }
        others = [b64decode(str(one["alert"])) for one in shown[1 : NAMES_A_DAY + 1]]
        for one in (alert, *others[:-1]):
            name_person(tx, fed.context.key, one, Naming(OFFICER, late), os.urandom)
        with pytest.raises(TooManyNames):
            name_person(tx, fed.context.key, others[-1], Naming(OFFICER, late), os.urandom)
        for unknown, day in ((os.urandom(16), late), (alert, date(2000, 1, 1))):
            with pytest.raises(AlertUnknown):
                name_person(tx, fed.context.key, unknown, Naming("other", day), os.urandom)
        set_state(tx, alert, AlertState.CHECKED)
        with pytest.raises(AlertUnknown):
            set_state(tx, os.urandom(16), AlertState.CLOSED)
    assert {(row["officer"], row["alert"]) for row in fed.rows(NAMINGS)} == {
        (OFFICER, one) for one in (alert, *others[:-1])
    }
    assert len(fed.rows(NAMINGS)) == NAMES_A_DAY
