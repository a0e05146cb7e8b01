"""The places of a month: nothing that waits is lost, and no flood of wishes shuts a later or an earlier one out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest
from sqlalchemy import insert

from crypto.framing import sha256
from retaliation_watch.enrolment.entries import RequestOutcome, entered_so_far
from retaliation_watch.enrolment.quota import FEWEST_A_MONTH, delete_waiting
from retaliation_watch.store import ENTRIES, PEOPLE, WAITING
from tests.support.offices.watch import ENTITY, Watch, handle_marks

Wish = tuple[int, int]
"""The number of an employee, and that of a packet, which is its receipt's too."""


@pytest.fixture(autouse=True)
def _staff(watch: Watch) -> None:
    words = dict.fromkeys(("org_unit", "team", "location", "job_family", "grade", "contract_type"), "")
    person = {"entity": ENTITY, "ciphertext": b"", "sequence": 1, "seen": date(2026, 11, 1)}
    with watch.store.write() as tx:
        rows = [person | words | {"person": watch.context.key.pseudonym(ENTITY, f"E{n}")} for n in range(120)]
        tx.execute(insert(PEOPLE), rows)


def hands_in(watch: Watch, wishes: Sequence[Wish], today: date) -> list[RequestOutcome]:
    """What becomes of wishes in a sitting, in their order; the packets of those that wait stay."""
    done: list[RequestOutcome] = []
    for who, packet in wishes:
        done.append(watch.enter(f"E{who}", handle_marks(packet), today=today, packet=name(packet)))
    with watch.store.write() as tx:
        gone = [
            name(packet) for (_, packet), word in zip(wishes, done, strict=True) if word is not RequestOutcome.WAITS
        ]
        delete_waiting(tx, gone, today)
    return done


def name(packet: int) -> bytes:
    """The hash of a packet."""
    return sha256(bytes([packet]))


def test_what_waits_is_entered_in_the_order_of_months_and_nothing_is_lost(watch: Watch) -> None:
    """Of thirty wishes ten are entered in each of three months, whatever order the sittings have."""
    waiting: list[Wish] = [(n, n) for n in range(30)]
    counts: list[int] = []
    for month, day in ((11, 3), (12, 3), (12, 29), (1, 30)):
        today = date(2027 if month == 1 else 2026, month, day)
        done = hands_in(watch, waiting[::-1], today)
        waiting = [one for one, word in zip(waiting[::-1], done, strict=True) if word is RequestOutcome.WAITS][::-1]
        counts.append(done.count(RequestOutcome.ENTERED))
    # Half of December is kept for others until its last week.
    assert counts == [10, 5, 5, 10]
    assert waiting == []
    assert len(watch.rows(ENTRIES)) == 30
    with watch.store.read() as connection:
        assert entered_so_far(connection, ENTITY) == 30


def test_whoever_was_shut_out_comes_first_whatever_comes_later(watch: Watch) -> None:
    """Ten hostile reports fill a month; in the next one fifty more go before the honest one, and it is entered."""
    hostile: list[Wish] = [(n, n) for n in range(FEWEST_A_MONTH)]
    honest: Wish = (100, 200)
    assert hands_in(watch, [*hostile, honest], date(2026, 11, 3)) == [RequestOutcome.ENTERED] * 10 + [
        RequestOutcome.WAITS
    ]
    assert hands_in(watch, [honest], date(2026, 11, 27)) == [RequestOutcome.WAITS]
    flood: list[Wish] = [(n, n) for n in range(20, 70)]
    done = hands_in(watch, [*flood, honest], date(2026, 12, 1))
    assert (done[-1], Counter(done[:-1])) == (
        RequestOutcome.ENTERED,
        {RequestOutcome.ENTERED: 9, RequestOutcome.WAITS: 41},
    )


def test_a_backlog_leaves_half_a_month_to_whoever_comes(watch: Watch) -> None:
    """Though thirty wait, a report of today is entered today; of those that wait the oldest go first."""
    flood: list[Wish] = [(n, n) for n in range(40)]
    first = hands_in(watch, flood, date(2026, 11, 3))
    waiting = [one for one, word in zip(flood, first, strict=True) if word is RequestOutcome.WAITS]
    older, newer = waiting[:4], [(n, n) for n in range(100, 110)]
    with watch.store.write() as tx:
        packets = [name(packet) for _, packet in older]
        tx.execute(WAITING.update().where(WAITING.c.packet_hash.in_(packets)).values(since=date(2026, 10, 1)))
    done = dict(zip([*waiting, *newer], hands_in(watch, [*waiting, *newer], date(2026, 12, 2)), strict=True))
    entered = {one for one, word in done.items() if word is RequestOutcome.ENTERED}
    assert {*older} <= entered
    assert (len(entered & {*waiting}), len(entered & {*newer})) == (5, 5)


def test_wishes_about_one_person_or_about_nobody_fill_no_month(watch: Watch) -> None:
    """Nine of ten wishes about one person wait behind all others, those about nobody take no place and no turn."""
    today = date(2026, 11, 3)
    assert hands_in(watch, [(1, n) for n in range(10)], today) == [RequestOutcome.ENTERED] + [RequestOutcome.WAITS] * 9
    assert hands_in(watch, [(500 + n, 20 + n) for n in range(20)], today) == [RequestOutcome.UNKNOWN] * 20
    assert len(watch.rows(WAITING)) == 9
    assert hands_in(watch, [(n, 50 + n) for n in range(2, 11)], today) == [RequestOutcome.ENTERED] * 9
    later = date(2026, 12, 2)
    assert hands_in(watch, [(1, n) for n in range(1, 10)], later) == [RequestOutcome.WAITS] * 9
    assert hands_in(watch, [(20 + n, 70 + n) for n in range(10)], later) == [RequestOutcome.ENTERED] * 10
    assert set(hands_in(watch, [(1, n) for n in range(1, 10)], date(2027, 1, 25))) == {RequestOutcome.ENTERED}


def test_what_waits_is_known_by_its_packet_alone(watch: Watch) -> None:
    """No column of what waits says who it is about, and nothing of it is left once the packet is gone."""
    hands_in(watch, [(n, n) for n in range(11)], date(2026, 11, 3))
    (row,) = watch.rows(WAITING)
    assert row == {
        "packet_hash": name(10), "entity": ENTITY, "since": date(2026, 11, 1), "watched": False, "entered": None,
    }  # fmt: skip
    with watch.store.write() as tx:
        delete_waiting(tx, [name(10)], date(2026, 11, 3))
    assert watch.rows(WAITING) == []
    hands_in(watch, [(20, 20)], date(2026, 11, 4))
    assert hands_in(watch, [(20, 20)], date(2026, 12, 4)) == [RequestOutcome.ENTERED]
    assert [one["entered"] for one in watch.rows(WAITING)] == [date(2027, 1, 1)]
    with watch.store.write() as tx:
        delete_waiting(tx, [], date(2027, 1, 1))
    assert watch.rows(WAITING) == []
