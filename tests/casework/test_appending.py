"""The stream, claims and outbox of a case, on both kinds of store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

import crypto
from casework.errors import CaseDiffers, CaseUnknown, EventRefused, HeadMoved, ItemOutOfOrder
from casework.event_store import outbox
from casework.event_store.appending import Actor, Step, append_step
from casework.event_store.arrivals import Arrival, Opening, open_case, record_arrival
from casework.event_store.claims import Claim, case_events, claim_cases, claimed_case
from casework.event_store.store import CASES, CaseId, MemberId
from crypto.framing import sha256
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.crypto.sample import TODAY, Drawn, Office
from tests.support.offices.edge import settings_for
from tests.support.stores.backends import Stores

DAY = date.fromisoformat(TODAY)
ACCESS = bytes([7]) * 32
CASE = CaseId(bytes(range(16)))
OPENING = Opening(
    CASE,
    "works",
    "company-whistleblowing",
    "1",
    DAY,
    sha256(ACCESS),
    urgent=False,
    item_hash=bytes([1]) * 32,
)
OFFICE = Office(Drawn("stream"))
DIRECTORY = OFFICE.directory()
LI_WEI, SUN_FANG = MemberId("li-wei"), MemberId("sun-fang")


@pytest.fixture
def cases(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """The cases store with one open case."""
    store = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(store)
    with store.write() as connection:
        assert open_case(connection, OPENING)
    yield store
    store.engine.dispose()


def head(store: Store) -> tuple[int, bytes]:
    """Number and hash of the newest event."""
    with store.read() as connection:
        row = connection.execute(select(CASES.c.head_n, CASES.c.head_hash)).one()
    return row.head_n, bytes(row.head_hash)


def event(store: Store, kind: str = "taken", member: str = "li-wei", day: str = TODAY, **data: str) -> object:
    """A signed event over the head."""
    n, prev = head(store)
    made = crypto.Event(CASE, n + 1, kind, day, member, data)
    return crypto.sign_event(OFFICE.staff(member), made, prev).document()


def step(value: object, item: crypto.Item | None = None) -> Step:
    """A step without uploads and without a grant."""
    return Step(value, item, b"[]", None, wrap=bytes)


def take(store: Store, wanted: Step, member: MemberId = LI_WEI, today: date = DAY) -> bool:
    """Takes a step in a transaction of its own; whether it was new."""
    with store.write() as connection:
        return append_step(connection, CASE, wanted, Actor(member, today, DIRECTORY)).fresh


def item(seq: int, epoch: int = 0, direction: crypto.Direction = crypto.Direction.TO_REPORTER) -> crypto.Item:
    """An item at a place; nobody here opens it."""
    place = crypto.Place(CASE, epoch, direction, seq, bytes(32), 1)
    return crypto.Item(place, bytes(32), bytes([seq]) * 64)


def replied(store: Store, sent: crypto.Item) -> Step:
    """A reply with its item."""
    return step(event(store, "replied", item=crypto.b64encode(sent.hash)), sent)


def test_a_case_opens_once(cases: Store) -> None:
    """The same report again changes nothing; another one under its id is refused."""
    with cases.write() as connection:
        assert not open_case(connection, OPENING)
        with pytest.raises(CaseDiffers):
            open_case(connection, replace(OPENING, item_hash=bytes(32)))
        stream = case_events(connection, CASE)
    read = crypto.verify_events(DIRECTORY, CASE, [{"payload": one.payload, "sig": None} for one in stream])
    assert [(one.event.kind, one.event.actor, one.wrong) for one in read if one.event] == [("received", "worker", None)]


def test_an_arrival_is_told_once_and_only_of_an_open_case(cases: Store) -> None:
    """A message becomes one unsigned event; before its case is open it has to wait."""
    arrival = Arrival(CASE, bytes([2]) * 32, 2, DAY)
    with cases.write() as connection:
        assert record_arrival(connection, arrival)
        assert not record_arrival(connection, arrival)
        with pytest.raises(CaseUnknown):
            record_arrival(connection, replace(arrival, case=CaseId(bytes(16))))
        row = connection.execute(select(CASES)).one()
    assert (row.head_n, row.to_office) == (1, 2)


def test_the_chain_verifies_whoever_wrote_it(cases: Store) -> None:
    """Worker's and members' events make one chain that every client can check from its first event."""
    take(cases, step(event(cases)))
    with cases.write() as connection:
        record_arrival(connection, Arrival(CASE, bytes([2]) * 32, 2, DAY))
    take(cases, replied(cases, item(1)), LI_WEI)
    with cases.read() as connection:
        stream = case_events(connection, CASE)
    sent = [
        {"payload": one.payload, "sig": crypto.b64encode(one.signature) if one.signature else None} for one in stream
    ]
    read = crypto.verify_events(DIRECTORY, CASE, sent)
    assert [one.wrong for one in read] == [None] * 4
    assert read[-1].hash == head(cases)[1]


def test_two_events_over_one_head_and_only_the_first_stands(cases: Store) -> None:
    """The head is compared and swapped: the second writer is told that it moved."""
    mine, theirs = event(cases), event(cases, member="sun-fang")
    assert take(cases, step(mine))
    with pytest.raises(HeadMoved):
        take(cases, step(theirs), SUN_FANG)
    assert not take(cases, step(mine))
    assert head(cases)[0] == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "closed"}, "kind"),
        ({"kind": "received"}, "kind"),
        ({"member": "sun-fang"}, "another-name"),
        ({"day": "2026-11-21"}, "day"),
        ({"kind": "replied"}, "item"),
        ({"kind": "regranted"}, "grant"),
        ({"item": "AAAA"}, "names"),
    ],
)
def test_an_event_that_does_not_fit_is_refused_with_its_reason(
    cases: Store, changes: dict[str, str], reason: str
) -> None:
    """Kind, name, day and load must fit; nothing is written otherwise."""
    with pytest.raises(EventRefused) as refused:
        take(cases, step(event(cases, **changes)))
    assert refused.value.reason == reason
    assert head(cases)[0] == 0


def test_a_forged_signature_is_refused(cases: Store) -> None:
    """Only the key that the directory names for this member counts."""
    right = crypto.read_signed_event(event(cases))
    forged = crypto.SignedEvent(right.payload, bytes(64)).document()
    with pytest.raises(EventRefused) as refused:
        take(cases, step(forged))
    assert refused.value.reason == "signature"


def test_items_take_the_next_place_of_their_direction(cases: Store) -> None:
    """A gap, a repetition and an item that the event does not name are refused."""
    with pytest.raises(ItemOutOfOrder):
        take(cases, replied(cases, item(2)))
    take(cases, replied(cases, item(1)))
    with pytest.raises(ItemOutOfOrder):
        take(cases, replied(cases, item(1)))
    with pytest.raises(EventRefused) as refused:
        take(cases, step(event(cases, "replied", item=crypto.b64encode(bytes(32))), item(2)))
    assert refused.value.reason == "names"
    take(cases, replied(cases, item(2)))


def test_claims_count_for_the_current_epoch_only(cases: Store) -> None:
    """Eight at a time; a claim of an epoch that has passed shows nothing any more."""
    block = [Claim(CASE, ACCESS), *(Claim(CaseId(bytes([n]) * 16), ACCESS) for n in range(1, 8))]
    with cases.write() as connection:
        assert claim_cases(connection, LI_WEI, block) == [True] + [False] * 7
        assert claim_cases(connection, LI_WEI, block)[0]
        with pytest.raises(ValueError, match="full"):
            claim_cases(connection, LI_WEI, block[:7])
        assert (found := claimed_case(connection, LI_WEI, CASE)) is not None
        assert found.case == CASE
        assert claimed_case(connection, SUN_FANG, CASE) is None
        connection.execute(CASES.update().values(epoch=1))
        assert claimed_case(connection, LI_WEI, CASE) is None


def test_loads_are_leased_in_order_and_dropped_once_delivered(cases: Store) -> None:
    """Nobody gets a load that another has, nor a later one of its case; a lease ends by itself."""
    take(cases, replied(cases, item(1)))
    take(cases, replied(cases, item(2)))
    with cases.write() as connection:
        first = outbox.lease_items(connection, 1000, 1)
        assert [load.n for load in first] == [1]
        assert outbox.lease_items(connection, 1000, 9) == []
        again = outbox.lease_items(connection, 1000 + outbox.LEASE_SECONDS, 9)
        assert [load.n for load in again] == [1, 2]
        for load in again:
            outbox.return_item(connection, load.event_hash)
        outbox.delete_item(connection, first[0].event_hash)
        assert outbox.is_waiting(connection, 1000)
        assert [load.n for load in outbox.lease_items(connection, 1000, 9, CASE)] == [2]
        assert not outbox.is_waiting(connection, 1000)
