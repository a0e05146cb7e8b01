"""Figures of the company from the store: whole quarters, counted once, told so ever after; and the page to print."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import insert, update

from portal.cli.watch.totals_page import COLUMNS as TITLES
from portal.cli.watch.totals_page import totals_page
from portal.cli.words import Catalogue
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.reporting.cells import COLUMNS, SUMS, Counts, Disclosed, disclose_quarter
from retaliation_watch.reporting.figures import figures_of
from retaliation_watch.store import AGREEMENTS, ALERTS, FIGURES
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly
from tests.support.offices.watch import ENTITY, Watch, open_watch
from tests.support.stores.backends import Stores, ready_embedded_stores

HEAD = "event_id,employee_id,event_type,recorded_on"
QUARTERS = ((1, 30, 12), (2, 40, 11), (3, 9, 15), (4, 25, 10))
"""Quarter of 2025, written warnings, dismissals."""


def rows(quarter: int, what: str, count: int) -> Iterator[str]:
    """Events spread over a quarter, each on another employee."""
    for number in range(count):
        day = date(2025, 3 * quarter - 2, 1) + timedelta(days=number)
        yield f"{what}{quarter}-{number},E{number:03d},{what},{day}"


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A year of a company that agreed on New Year's Day."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    made.push(FeedFile.ROSTER, "工号,部门,入职日期", *(f"E{n:03d},U{n % 2},2020-01-01" for n in range(100)))
    for quarter, warnings, dismissals in QUARTERS:
        made.push(FeedFile.EVENTS, HEAD, *rows(quarter, "书面警告", warnings), *rows(quarter, "辞退", dismissals))
    with made.store.write() as tx:
        tx.execute(update(AGREEMENTS).values(day=date(2025, 1, 1)))
    yield made
    made.close()


def told(watch: Watch, today: date) -> dict[str, Any]:
    """What is told on a day."""
    with watch.store.write() as tx:
        (one,) = figures_of(tx, today)
    return {"quarters": one.quarters, "years": one.years, "rankings": one.rankings}


def test_a_quarter_is_counted_once_and_small_numbers_are_withheld(watch: Watch) -> None:
    """Counts by class; what HR delivers later, or corrects, changes nothing that was told."""
    first = told(watch, date(2025, 6, 1))
    assert first["quarters"].keys() == {"2025-Q1"}
    assert first["quarters"]["2025-Q1"] == dict.fromkeys((*COLUMNS, *SUMS)) | {"middle": 30}
    watch.push(FeedFile.EVENTS, HEAD, *rows(1, "降职", 40), *(f"X{n},E{n:03d},书面警告,2025-02-03" for n in range(20)))
    later = told(watch, date(2025, 11, 1))
    assert later["quarters"]["2025-Q1"] == first["quarters"]["2025-Q1"]
    assert later["quarters"]["2025-Q3"]["middle"] is None
    assert (later["years"], len(watch.rows(FIGURES))) == ({}, 3)


def test_two_who_ask_at_once_are_told_the_same(stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one counts a quarter for the first time another waits, and neither breaks off."""
    watch, together = open_watch(stores, tmp_path), Barrier(2)
    watch.push(FeedFile.ROSTER, "工号", *(f"E{n:03d}" for n in range(12)))
    with watch.store.write() as tx:
        tx.execute(update(AGREEMENTS).values(day=date(2025, 1, 1)))

    def slowly(counts: Counts) -> Disclosed:
        with suppress(BrokenBarrierError):
            together.wait(0.5)
        return disclose_quarter(counts)

    monkeypatch.setattr("retaliation_watch.reporting.figures.disclose_quarter", slowly)
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: told(watch, date(2025, 6, 1)), range(2))
    assert one == other
    assert len(watch.rows(FIGURES)) == 1
    watch.close()


def test_reviews_and_alerts_are_counted_and_a_year_is_the_sum_of_what_was_told(watch: Watch) -> None:
    """Grave measures and their reviews are told together; the year's sum only where all four quarters are."""
    for quarter in range(1, 5):
        with watch.store.write() as tx:
            last = date(2025, 3 * quarter - 2, 28)
            run_weekly(tx, ENTITY, last, RunContext(os.urandom, watch.context.key.randomization_key))
            tx.execute(insert(ALERTS), [_alert(watch, number, last) for number in range(11)])
    year = told(watch, date(2026, 2, 1))
    for quarter, _, dismissals in QUARTERS:
        found = year["quarters"][f"2025-Q{quarter}"]
        assert (found["grave"], found["alerts"], found["daily"], found["measures"]) == (dismissals, 11, None, None)
    assert year["years"]["2025"]["alerts"] == 44
    assert year["years"]["2025"]["grave"] == 48
    assert year["years"]["2025"]["middle"] is None
    assert year["rankings"] == {"2025": []}


def _alert(watch: Watch, number: int, day: date) -> dict[str, object]:
    person = watch.context.key.pseudonym(ENTITY, f"E{number:03d}")
    row = {"alert": os.urandom(16), "person": person, "day": day, "level": "amber", "shown": day, "state": "new"}
    return row | {"evidence": "{}"}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_what_is_told_and_a_dash_for_what_is_not(watch: Watch, language: str) -> None:
    """A row for each quarter and year with every column, the ranking beneath, nothing loaded from elsewhere."""
    words = Catalogue(language)
    found = told(watch, date(2026, 2, 1))
    ranked = [{"kind": "transfer", "observed": 30, "expected": 12.5, "chance": 0.0001, "adjusted": 0.01, "named": True}]
    document = {"dashboard": [{"entity": ENTITY} | found | {"rankings": {"2025": ranked}}]}
    page = totals_page(document, words, language)
    assert page.count("<tr>") == 1 + 5 + 2
    assert page.count("<td>–</td>") == sum(
        count is None for part in ("quarters", "years") for one in found[part].values() for count in one.values()
    )
    assert all(words(title) in page for title in TITLES.values())
    assert "12.5" in page
    assert not re.search(r"<script|src=|href=|https?:", page)
    empty = {"entity": ENTITY, "quarters": {}, "years": {}, "rankings": {}}
    assert "<table" not in totals_page({"dashboard": [empty]}, words, language)
