"""Cover from the store: planned beside the real entries, entered by the same road, alike in every stored column."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crypto.watch.protection import Bond, Linked, entry_marks, open_link, open_link_share, seal_link
from retaliation_watch.enrolment.cover_month import plan_cover
from retaliation_watch.enrolment.entries import TERM_MONTHS, EntryRequest, RequestOutcome, apply_request
from retaliation_watch.enrolment.months import months_later
from retaliation_watch.errors import NoAgreement
from retaliation_watch.review_sampling.decoys import DECOYS_PER_ENTRY
from retaliation_watch.store import ENTRIES
from tests.support.offices.watch import ENTITY, TODAY, Watch, handle_marks, watch_of

UNITS = 8
ROSTER = ("工号,部门,职级,入职日期", *(f"E{n:03d},U{n % UNITS},P{n % 2},2020-01-01" for n in range(480)))


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch of 480 people in eight units of one grade each."""
    with watch_of(tmp_path, prepared, *ROSTER) as made:
        yield made


def planned(watch: Watch, *near: str, today: date = TODAY) -> list[str]:
    """Whom the store would enter as cover."""
    with watch.store.read() as connection:
        return plan_cover(connection, watch.context.key, ENTITY, near, today).employees


def enter(watch: Watch, *employees: str, today: date = TODAY) -> None:
    """Enters cover."""
    for employee in employees:
        assert watch.enter(employee, [], today=today) is RequestOutcome.ENTERED


def unit(employee: str) -> int:
    """The unit of an employee."""
    return int(employee[1:]) % UNITS


def test_ten_colleagues_of_the_unit_come_with_somebody_who_is_entered(watch: Watch) -> None:
    """Beside a real entry ten of its unit are planned, as many in two other units; without any, the usual ones."""
    usual = planned(watch)
    assert Counter(map(unit, usual)) == dict.fromkeys(range(UNITS), 3)
    near = Counter(map(unit, planned(watch, "E008")))
    assert near[0] == DECOYS_PER_ENTRY
    assert sorted(near.values()) == [3] * 5 + [DECOYS_PER_ENTRY] * 3
    assert planned(watch, "E008") == planned(watch, "E008")
    assert not {"E008"} & set(planned(watch, "E008"))


def test_cover_that_is_there_counts_and_a_later_one_brings_its_own(watch: Watch) -> None:
    """Asked again nothing is missing; another of the same unit brings ten more, though nothing tells who was real."""
    first = planned(watch, "E008")
    enter(watch, *first)
    assert watch.enter("E008", handle_marks(1)) is RequestOutcome.ENTERED
    assert planned(watch) == []
    assert planned(watch, "E008") == []
    more = Counter(map(unit, planned(watch, "E016")))
    assert more[0] == DECOYS_PER_ENTRY
    assert len(planned(watch, today=date(2027, 1, 5))) == 1


def test_entries_of_all_kinds_are_alike_though_cover_comes_from_the_store(watch: Watch) -> None:
    """Reporter, witness, relative and cover: the same columns, lengths and days; two sides alone tell them apart."""
    directory = watch.office.directory()
    bonds = {Bond.REPORTER: "E008", Bond.WITNESS: "E009", Bond.RELATIVE: "E010"}
    every = {bond: [employee] for bond, employee in bonds.items()} | {Bond.COVER: planned(watch, *bonds.values())}
    for number, (bond, employees) in enumerate(every.items()):
        case = None if bond is Bond.COVER else bytes([number]) * 16
        marks = [] if bond is Bond.COVER else entry_marks(bytes([number]) * 16)
        for employee in employees:
            link = seal_link(directory, ENTITY, Linked(bond, case), os.urandom)
            wish = EntryRequest(ENTITY, watch.context.key.pseudonym(ENTITY, employee), marks, link)
            with watch.store.write() as tx:
                assert apply_request(tx, wish, TODAY, os.urandom) is RequestOutcome.ENTERED
    rows = watch.rows(ENTRIES)
    shapes = {tuple((name, len(v) if isinstance(v, bytes) else v) for name, v in row.items()) for row in rows}
    assert len(shapes) == 1
    sides = [watch.office.staff(seat).identity for seat in ("bao-guan-2", "wai-bu")]
    told = Counter(open_link(row["link"], *(open_link_share(row["link"], one) for one in sides)).bond for row in rows)
    assert told == {bond: len(employees) for bond, employees in every.items()}


def test_a_longer_term_says_nothing(watch: Watch) -> None:
    """When one entry is prolonged ten others are, of its own month as far as there are so many."""
    enter(watch, *planned(watch), today=date(2026, 9, 3))
    assert watch.enter("E008", handle_marks(1), today=date(2026, 9, 3)) is RequestOutcome.ENTERED
    enter(watch, "E301", "E302")
    assert watch.enter("E008", handle_marks(1), today=date(2027, 3, 3)) is RequestOutcome.PROLONGED
    later = [row for row in watch.rows(ENTRIES) if row["until"] == months_later(date(2027, 4, 1), TERM_MONTHS)]
    assert len(later) == DECOYS_PER_ENTRY + 1
    assert {row["start"] for row in later} == {date(2026, 10, 1)}
    assert watch.context.key.pseudonym(ENTITY, "E008") in {row["person"] for row in later}


def test_each_first_day_of_a_month_has_cover_whether_anybody_reported_or_not(watch: Watch) -> None:
    """A month's sittings give two first days: the later one has cover of its own, or it would tell of a real entry."""
    enter(watch, *planned(watch), today=date(2026, 9, 3))
    for sitting, count in ((date(2026, 10, 5), 1), (date(2026, 10, 6), 0), (date(2026, 10, 20), 1)):
        found = planned(watch, today=sitting)
        assert len(found) == count
        enter(watch, *found, today=sitting)
    days = Counter((row["counted"], row["start"]) for row in watch.rows(ENTRIES))
    assert days[date(2026, 9, 1), date(2026, 11, 1)] == days[date(2026, 10, 1), date(2026, 11, 1)] == 1


def test_without_agreement_or_roster_nothing_is_planned(watch: Watch) -> None:
    """An entity that has not agreed is refused."""
    with watch.store.read() as connection, pytest.raises(NoAgreement):
        plan_cover(connection, watch.context.key, "group", [], TODAY)
