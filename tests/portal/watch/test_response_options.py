"""The ladder of an alert over HTTP: what may be asked, why not, and the odds that all answers together multiply by."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from crypto.framing import b64encode
from portal.cli.errors import CommandError
from portal.cli.watch.officer import OfficerCalls
from portal.watch.app import watch_app
from portal.watch.officer_views import officer_views
from retaliation_watch.hr_ingest.manifest import FeedFile as Table
from retaliation_watch.kinds import Measure
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN
from retaliation_watch.review_sampling.measure_reviews import person_draw
from retaliation_watch.review_sampling.ratio import COVER, listed_chance
from retaliation_watch.store import ALERTS, DRAWS, NAMINGS, REVIEWS
from retaliation_watch.weekly_run.measure_review_sampling import FRESH_DAYS
from retaliation_watch.weekly_run.officer_alert_list import LETTERS, NAMES_A_DAY
from tests.support.offices.watch import ENTITY, OFFICER, SOURCE, TODAY, Watch, handle_marks, open_watch
from tests.support.stores.backends import ready_embedded_stores

LARGE = [f"E{number:03}" for number in range(40)]
SMALL = [f"S{number:03}" for number in range(19)]
FRESH, OLD = TODAY - timedelta(days=3), TODAY - timedelta(days=FRESH_DAYS)


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch over a unit of forty and one of nineteen."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    rows = [*(f"{one},装配" for one in LARGE), *(f"{one},质检" for one in SMALL)]
    made.push(Table.ROSTER, "工号,部门", *rows)
    yield made
    made.close()


@pytest.fixture
def calls(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> OfficerCalls:
    """The officer's signed calls, at the test's hour."""
    monkeypatch.setattr("portal.cli.watch.officer.time.time", watch.context.clock().timestamp)
    client = httpx.Client(
        transport=httpx.WSGITransport(watch_app(officer_views(watch.context), behind_tls=False)),
        base_url="http://watch",
    )
    return OfficerCalls(client, watch.office.staff(OFFICER), watch.office.office)


def person(watch: Watch, employee: str) -> bytes:
    """The pseudonym of somebody at the works."""
    return watch.context.key.pseudonym(ENTITY, employee)


def alert_about(watch: Watch, employee: str, *measures: tuple[Measure, date], shown: date = TODAY) -> str:
    """An alert with these measures behind it; gives its id."""
    told = [{"kind": kind.value, "recorded": day.isoformat()} for kind, day in measures]
    alert = os.urandom(16)
    row = {"alert": alert, "person": person(watch, employee), "day": TODAY, "shown": shown}
    row |= {"level": "amber", "state": "new", "evidence": json.dumps({"measures": told})}
    with watch.store.write() as tx:
        tx.execute(insert(ALERTS), [row])
    return b64encode(alert)


def answer(watch: Watch, employee: str, *, reviewed: bool) -> None:
    """What the lot said for somebody."""
    with watch.store.write() as tx:
        tx.execute(insert(DRAWS), [{"person": person(watch, employee), "reviewed": reviewed}])


def put_up(watch: Watch, employee: str, kind: Measure, day: date, source: str = RULE, asked: date = TODAY) -> None:
    """HR was asked about this measure, by the rule, or proposed it itself."""
    row = {"review": os.urandom(16), "source": source, "person": person(watch, employee), "kind": kind.value}
    row |= {"planned": day, "received": asked, "due": asked, "answer": None}
    with watch.store.write() as tx:
        tx.execute(insert(REVIEWS), [row])


def steps(calls: OfficerCalls, alert: str) -> dict[str, Any]:
    """The ladder of an alert, its steps by their kind."""
    told = calls.call("GET", f"/api/alerts/{alert}/steps")
    return {"whole": told["whole"], **{one["kind"]: one for one in told["steps"]}}


def test_what_everybody_is_asked_about_multiplies_nothing_and_daily_measures_are_refused(
    watch: Watch, calls: OfficerCalls
) -> None:
    """A grave measure is reviewed anyway; to ask about a daily one would prove the person to be on the list."""
    found = steps(calls, alert_about(watch, "E001", (Measure.DISMISSAL, FRESH), (Measure.SHIFT_CHANGE, FRESH)))
    assert found["whole"] == 1
    grave, daily = found["dismissal"], found["shift_change"]
    assert (grave["refusal"], grave["adds"], grave["whole"], grave["asked"]) == (None, 1, 1, None)
    assert (daily["refusal"], daily["adds"], daily["whole"]) == ("daily-measure", None, None)


def test_the_lot_holds_for_every_measure_of_middle_gravity(watch: Watch, calls: OfficerCalls) -> None:
    """Whom it missed nobody asks about; whom it hit is asked about, and all answers multiply the odds by 2 at most."""
    measures = ((Measure.WRITTEN_WARNING, FRESH), (Measure.TRANSFER, FRESH))
    answer(watch, "E002", reviewed=False)
    missed = steps(calls, alert_about(watch, "E002", *measures))
    assert {missed[kind]["refusal"] for kind in ("written_warning", "transfer")} == {"earlier-measure-unreviewed"}
    assert missed["whole"] == 1
    answer(watch, "E003", reviewed=True)
    put_up(watch, "E003", *measures[0])
    watch.enter("E003", handle_marks(3), today=TODAY - timedelta(days=60))
    hit = steps(calls, alert_about(watch, "E003", *measures))
    assert hit["whole"] == hit["written_warning"]["whole"] == hit["transfer"]["whole"] == 2
    assert (hit["written_warning"]["asked"], hit["transfer"]["asked"]) == (TODAY.isoformat(), None)
    assert (hit["transfer"]["refusal"], hit["transfer"]["adds"]) == (None, 1)


def test_the_third_measure_and_what_hr_proposed_are_reviewed_whoever_they_hit(
    watch: Watch, calls: OfficerCalls
) -> None:
    """The third of middle gravity in thirteen weeks is allowed though the lot missed; a proposal was asked about."""
    answer(watch, "E008", reviewed=False)
    before = [(Measure.TRANSFER, FRESH - timedelta(days=20)), (Measure.VERBAL_WARNING, FRESH - timedelta(days=10))]
    found = steps(calls, alert_about(watch, "E008", *before, (Measure.WRITTEN_WARNING, FRESH)))
    assert [found[one.value]["refusal"] for one, _ in before] == ["earlier-measure-unreviewed"] * 2
    assert (found["written_warning"]["refusal"], found["written_warning"]["whole"]) == (None, 1)
    day = OLD - timedelta(days=20)
    put_up(watch, "E009", Measure.DISMISSAL, day, SOURCE, asked=day - timedelta(days=9))
    told = steps(calls, alert_about(watch, "E009", (Measure.DISMISSAL, OLD), (Measure.SUSPENSION, OLD)))
    assert (told["dismissal"]["asked"], told["suspension"]["asked"]) == ((day - timedelta(days=9)).isoformat(), None)


def test_what_was_asked_before_the_term_began_is_not_counted_in_it(watch: Watch, calls: OfficerCalls) -> None:
    """The odds are reckoned for each protection period; without one, everything counts."""
    asked = TODAY - timedelta(days=90)
    answer(watch, "E010", reviewed=True)
    put_up(watch, "E010", Measure.WRITTEN_WARNING, asked - timedelta(days=3), asked=asked)
    alert = alert_about(watch, "E010", (Measure.WRITTEN_WARNING, asked - timedelta(days=3)))
    assert steps(calls, alert)["whole"] == 2
    watch.enter("E010", handle_marks(10), today=TODAY - timedelta(days=60))
    assert steps(calls, alert)["whole"] == 1


def test_no_step_that_is_allowed_goes_beyond_the_promise(watch: Watch, calls: OfficerCalls) -> None:
    """Where the lot was never thrown: allowed exactly where it would fall so, at 2 at most, alike each time."""
    seen: set[object] = set()
    for employee in LARGE:
        alert = alert_about(watch, employee, (Measure.WRITTEN_WARNING, FRESH))
        found = steps(calls, alert)
        assert found == steps(calls, alert)
        one = found["written_warning"]
        falls = person_draw(watch.context.key.randomization_key, person(watch, employee).hex()) < listed_chance(COVER)
        assert one["refusal"] == (None if falls else "not-drawn")
        assert one["whole"] == (2 if falls else None)
        seen.add(one["refusal"])
    assert len(seen) == 2


def test_small_units_and_old_measures_are_refused_with_their_reason(watch: Watch, calls: OfficerCalls) -> None:
    """Where few people work a review points at somebody; about an old measure a letter would stand alone."""
    small = steps(calls, alert_about(watch, "S001", (Measure.WRITTEN_WARNING, FRESH)))["written_warning"]
    assert (small["refusal"], small["whole"]) == ("small-unit", 2)
    old = steps(
        calls, alert_about(watch, "E004", (Measure.DISMISSAL, OLD), (Measure.SUSPENSION, OLD + timedelta(days=1)))
    )
    assert (old["dismissal"]["refusal"], old["suspension"]["refusal"]) == ("late", None)


def test_an_alert_whose_day_has_not_come_has_no_ladder(watch: Watch, calls: OfficerCalls) -> None:
    """Unknown and hidden alerts are answered alike."""
    hidden = alert_about(watch, "E005", (Measure.DISMISSAL, FRESH), shown=TODAY + timedelta(days=1))
    refused: list[str] = []
    for alert in (hidden, b64encode(os.urandom(16))):
        with pytest.raises(CommandError) as found:
            steps(calls, alert)
        refused.append(str(found.value))
    assert refused[0] == refused[1]


def test_letters_have_one_wording_and_reading_them_stays_on_record(watch: Watch, calls: OfficerCalls) -> None:
    """Everybody who was drawn is in them, listed or not; they cost no name, and one day has one entry."""
    for employee in ("E006", "E007"):
        put_up(watch, employee, Measure.WRITTEN_WARNING, FRESH)
    watch.enter("E006", handle_marks(6), today=TODAY - timedelta(days=60))
    told = [calls.call("POST", "/api/letters", {"v": 1}) for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0]["rule"], told[0]["words"]["en"]) == (RULE, WORDING_EN)
    letters = sorted(told[0]["letters"], key=lambda one: one["employee"])
    wanted = {"entity": ENTITY, "kind": "written_warning", "recorded": FRESH.isoformat(), "drawn": TODAY.isoformat()}
    assert [{k: v for k, v in one.items() if k != "review"} for one in letters] == [
        {**wanted, "employee": employee} for employee in ("E006", "E007")
    ]
    assert [(row["officer"], row["alert"]) for row in watch.rows(NAMINGS)] == [(OFFICER, LETTERS)]
    assert calls.call("GET", "/api/alerts")["names"] == NAMES_A_DAY
