"""Entries: reporters, witnesses and cover look alike; terms, prolongation, and caps against enrolment."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.framing import b64encode
from crypto.watch.calls import call_frame, call_header
from portal.mailroom.packet_mixing import MAX_WAIT_DAYS
from portal.watch.app import watch_app
from portal.watch.calls import HEADER
from portal.watch.officer_views import officer_views
from retaliation_watch.enrolment.entries import EntryRequest, RequestOutcome, apply_request, end_terms, entered_so_far
from retaliation_watch.enrolment.months import first_counted, first_of_next_month, months_later
from retaliation_watch.enrolment.quota import FEWEST_A_MONTH
from retaliation_watch.errors import NoAgreement
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import ENTRIES
from tests.support.offices.watch import ENTITY, NOW, OFFICER, Watch, handle_marks, open_watch
from tests.support.stores.backends import Stores


def test_entries_of_all_are_the_same_in_every_column(watch: Watch) -> None:
    """A reporter, a witness and cover differ in nothing but random bytes of one length; nothing tells the day."""
    assert watch.enter("E1", handle_marks(1)) is RequestOutcome.ENTERED
    assert watch.enter("E2", handle_marks(1)) is RequestOutcome.ENTERED
    assert watch.enter("E3", []) is RequestOutcome.ENTERED
    rows = watch.rows(ENTRIES)
    shapes = [{name: len(v) if isinstance(v, bytes) else v for name, v in row.items()} for row in rows]
    expected = {"entry_id": 16, "person": 32, "handle_mark": 32, "start": date(2026, 12, 1), "until": date(2028, 12, 1)}
    assert shapes == [expected | {"link": 7356, "counted": date(2026, 11, 1)}] * 3
    assert len({row["handle_mark"] for row in rows}) == len({row["person"] for row in rows}) == 3
    assert [row["entry_id"] for row in rows] == sorted(row["entry_id"] for row in rows)


def test_a_second_wish_for_a_person_prolongs_and_an_end_ends(watch: Watch) -> None:
    """A person is prolonged through the same receipt, entered beside through another; only the owner ends."""
    mine, other = handle_marks(1), handle_marks(2)
    assert watch.enter(" e 1", mine) is RequestOutcome.ENTERED
    assert watch.enter("E1", mine, today=date(2027, 5, 9)) is RequestOutcome.PROLONGED
    assert [(row["start"], row["until"]) for row in watch.rows(ENTRIES)] == [(date(2026, 12, 1), date(2029, 6, 1))]
    assert watch.enter("E1", other) is RequestOutcome.ENTERED
    assert watch.enter("E1", handle_marks(3), ends=True) is RequestOutcome.NOT_THERE
    assert watch.enter("E1", mine, ends=True) is RequestOutcome.ENDED
    (left,) = watch.rows(ENTRIES)
    assert left["handle_mark"] in other


def test_one_receipt_protects_four_people(watch: Watch) -> None:
    """A fifth person through one receipt is refused, and takes a place that was given up."""
    found = [watch.enter(f"E{n}", handle_marks(1)) for n in range(5)]
    assert found == [RequestOutcome.ENTERED] * 4 + [RequestOutcome.FULL]
    assert watch.enter("E2", handle_marks(1), ends=True) is RequestOutcome.ENDED
    assert watch.enter("E4", handle_marks(1)) is RequestOutcome.ENTERED


def test_a_month_takes_so_many_and_cover_is_not_counted(watch: Watch) -> None:
    """Anyone who enrols a crowd waits for the next month; prolonging and cover are neither counted nor held up."""
    found = [watch.enter(f"E{n}", handle_marks(n)) for n in range(FEWEST_A_MONTH + 2)]
    assert found == [RequestOutcome.ENTERED] * FEWEST_A_MONTH + [RequestOutcome.WAITS] * 2
    assert watch.enter("E0", handle_marks(0)) is RequestOutcome.PROLONGED
    assert watch.enter("E99", []) is RequestOutcome.ENTERED
    assert watch.enter("E98", handle_marks(98), today=date(2026, 12, 2)) is RequestOutcome.ENTERED
    with watch.store.read() as connection:
        assert entered_so_far(connection, ENTITY) == FEWEST_A_MONTH + 1


def test_terms_end_on_a_first_of_the_month(watch: Watch) -> None:
    """An entry is gone on the first day after its term, and not a day before."""
    watch.enter("E1", handle_marks(1))
    with watch.store.write() as tx:
        assert end_terms(tx, date(2028, 11, 30)) == 0
    with watch.store.write() as tx:
        assert end_terms(tx, date(2028, 12, 1)) == 1
    assert watch.rows(ENTRIES) == []


def test_nobody_is_entered_without_an_agreement(watch: Watch) -> None:
    """An entity that has not agreed to a watch takes no entry."""
    wish = EntryRequest("group", bytes(32), [], bytes(7356))
    with watch.store.write() as tx, pytest.raises(NoAgreement):
        apply_request(tx, wish, NOW.date(), os.urandom)


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [
        (date(2026, 12, 31), date(2027, 1, 1), date(2029, 1, 1)),
        (date(2026, 2, 1), date(2026, 3, 1), date(2028, 3, 1)),
    ],
)
def test_months_are_counted_over_the_turn_of_a_year(day: date, first: date, after: date) -> None:
    """December leads to January, and two years are 24 months."""
    assert first_of_next_month(day) == first
    assert months_later(first, 24) == after


@pytest.mark.parametrize(
    ("sitting", "first"),
    [
        (date(2026, 12, 14), date(2026, 11, 1)),
        (date(2026, 12, 15), date(2026, 12, 1)),
        (date(2027, 1, 14), date(2026, 12, 1)),
    ],
)
def test_records_count_from_the_month_of_the_report(sitting: date, first: date) -> None:
    """A report is two weeks old at most when it is entered: no day of it falls before the first day that counts."""
    assert first_counted(sitting) == first
    assert first_counted(sitting) <= (sitting - timedelta(days=MAX_WAIT_DAYS + 7)).replace(day=1)


def test_a_call_that_comes_twice_changes_nothing_the_second_time(watch: Watch) -> None:
    """Cover with the same link is not doubled; a wish told again in its month prolongs neither itself nor others."""
    mine, link = handle_marks(1), os.urandom(7356)
    watch.push(FeedFile.ROSTER, "工号", *(f"E{n}" for n in range(12)))
    for n in range(2, 12):
        watch.enter(f"E{n}", [], today=date(2026, 9, 3))
    cover = EntryRequest(ENTITY, watch.context.key.pseudonym(ENTITY, "E1"), [], link)

    def both() -> list[RequestOutcome]:
        with watch.store.write() as tx:
            told = apply_request(tx, cover, NOW.date(), os.urandom)
        return [told, watch.enter("E0", mine)]

    assert both() == [RequestOutcome.ENTERED, RequestOutcome.ENTERED]
    before = watch.rows(ENTRIES)
    assert both() == [RequestOutcome.ENTERED, RequestOutcome.PROLONGED]
    assert watch.rows(ENTRIES) == before
    assert entered_so_far_of(watch) == 1


def test_one_wish_twice_at_once_is_entered_once(stores: Stores, tmp_path: Path) -> None:
    """Two calls with the same wishes, at one moment, end as one: none breaks off, nobody is there twice."""
    watch = open_watch(stores, tmp_path)
    app = watch_app(officer_views(watch.context), behind_tls=False)
    wish = {"entity": ENTITY, "employee": "E1", "marks": [b64encode(one) for one in handle_marks(1)]}
    wish |= {"link": b64encode(bytes(7356)), "ends": False, "packet": None}
    body = json.dumps({"v": 1, "wishes": [wish], "opened": []}).encode()

    def call(_: int) -> int:
        officer, seconds = watch.office.staff(OFFICER), int(NOW.timestamp())
        nonce = os.urandom(16)
        signature = officer.sign(call_frame(watch.office.office, OFFICER, "POST /api/entries", seconds, nonce, body))
        headers = {HEADER: call_header(OFFICER, seconds, nonce, signature)}
        return app.test_client().post("/api/entries", headers=headers, data=body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(call, range(8))) == {200}
    assert (len(watch.rows(ENTRIES)), entered_so_far_of(watch)) == (1, 1)
    watch.close()


def entered_so_far_of(watch: Watch) -> int:
    """How many people packets have entered."""
    with watch.store.read() as connection:
        return entered_so_far(connection, ENTITY)
