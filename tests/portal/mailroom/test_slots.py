"""Slots of the batch: the same number at each full hour whatever came, real packets among dummies, once by many."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

import crypto
from crypto.office.holders import fill_bucket
from crypto.sealing.age import seal
from crypto.text import GRANT_SIZE
from portal.mailroom import slots
from portal.mailroom.batch import BatchEntry, batch_entries, batch_ids, slot_numbers
from portal.mailroom.grants import StoredGrant, replace_grant
from portal.mailroom.removal import remove_case
from portal.mailroom.tables import BATCH, BATCH_KEYS, GRANTS, SLOTS
from portal.wiring.worker import build_worker
from portal.worker.jobs import Worker
from tests.crypto.sample import Case, Drawn
from tests.support.offices.edge import Edge, report

DAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)
ENTITIES = ("branch", "group", "works")


def plain(edge: Edge) -> Worker:
    """The edge's worker as in an office: it waits for the hour."""
    return replace(edge.worker, demo=False)


@pytest.fixture
def worker(edge: Edge) -> Worker:
    """A worker that has seen the office once: slots begin at the next full hour."""
    found = plain(edge)
    assert found.fill_slots() == 0
    return found


def sizes(edge: Edge, entities: tuple[str, ...] = ENTITIES) -> list[int]:
    """How many packets each entity's batch has."""
    return [sum(map(len, batch_ids(edge.mailroom, [one], edge.hands.now.date()).values())) for one in entities]


def shown(edge: Edge, entity: str = "works") -> dict[bytes, bytes]:
    """Every packet of an entity's batch by its id."""
    days = batch_ids(edge.mailroom, [entity], edge.hands.now.date())
    entries: list[BatchEntry] = [one for day in days for one in batch_entries(edge.mailroom, [entity], day)]
    assert sorted(one.packet_id for one in entries) == sorted(one for ids in days.values() for one in ids)
    return {entry.packet_id: entry.packet for entry in entries}


def hours(edge: Edge, worker: Worker, number: int) -> None:
    """So many hours go by, each with the worker's round."""
    for _ in range(number):
        edge.hands.now += HOUR
        while worker.fill_slots():
            pass


@pytest.mark.parametrize("reports", [0, 1, 3])
def test_two_packets_appear_at_each_full_hour_however_many_came(edge: Edge, worker: Worker, reports: int) -> None:
    """Nothing, one report or three: after each hour every entity has two packets more, and in between none."""
    for number in range(reports):
        assert edge.submit(report(edge, f"r{number}")).status_code == 201
    assert worker.fill_slots() == 0
    assert sizes(edge) == [0, 0, 0]
    for number in (2, 4, 6):
        edge.hands.now += HOUR - timedelta(seconds=1)
        assert worker.fill_slots() == 0 or number == 2
        edge.hands.now += timedelta(seconds=1)
        worker.fill_slots()
        assert worker.fill_slots() == 0
        assert sizes(edge) == [number] * 3


def test_a_report_waits_for_one_slot_and_more_of_them_in_turn(edge: Edge, worker: Worker) -> None:
    """The packet of a report is among the next two; of five the last comes with the third slot, each once."""
    cases = [report(edge, f"r{number}") for number in range(5)]
    for case in cases:
        edge.submit(case)
    real = {case.packet for case in cases}
    for number in (2, 4, 5):
        hours(edge, worker, 1)
        assert len(real & set(shown(edge).values())) == number


def test_the_slot_draws_by_lot(edge: Edge, worker: Worker) -> None:
    """Which of those that wait comes first says nothing of when it came: the first of four is now in, now out."""
    cases = [report(edge, f"r{number}") for number in range(4)]
    for case in cases:
        edge.submit(case)
    first = 0
    for _ in range(24):
        waiting = slots.waiting_packets(edge.mailroom, "works")
        drawn = slots.draw_random(edge.mailroom, waiting, 8, 2)
        first += min(one.grant_id for one in waiting) in {one.grant_id for one in drawn}
    assert worker.fill_slots() == 0
    assert 2 <= first <= 22


def test_many_workers_fill_a_slot_once(edge: Edge, worker: Worker) -> None:
    """Four workers at the same full hour: two packets an entity, the real one among them once; urgent ones too."""
    case, urgent = report(edge, "ann"), report(edge, "una")
    urgent.sealed.submission["urgent"] = True
    edge.submit(case)
    workers = [build_worker(edge.settings, edge.hands) for _ in range(4)]
    edge.hands.now += HOUR
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Worker.fill_slots, workers))
        assert sizes(edge) == [2, 2, 2]
        edge.submit(urgent)
        list(pool.map(Worker.fill_slots, workers))
    assert sizes(edge) == [2, 2, 4]
    assert [list(shown(edge).values()).count(one.packet) for one in (case, urgent)] == [1, 1]
    for one in workers:
        one.close()
    assert worker.fill_slots() == 0


def test_missed_hours_are_filled_together(edge: Edge, worker: Worker) -> None:
    """After ten hours without a worker twenty packets appear on this day, and what waited is among them."""
    case = report(edge, "ann")
    edge.submit(case)
    edge.hands.now += 10 * HOUR
    while worker.fill_slots():
        pass
    assert sizes(edge) == [20, 20, 20]
    assert set(batch_ids(edge.mailroom, ENTITIES, edge.hands.now.date())) == {edge.hands.now.date()}
    assert case.packet in shown(edge).values()


def test_a_killed_worker_leaves_a_slot_whole_or_not_begun(
    edge: Edge, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anyone who is killed between taking a packet out of its waiting and placing it has done neither."""
    case = report(edge, "ann")
    edge.submit(case)
    edge.hands.now += HOUR
    with monkeypatch.context() as patch:
        patch.setattr(slots, "_insert_packets", _killed)
        with pytest.raises(KeyboardInterrupt):
            worker.fill_slots()
    assert sizes(edge) == [0, 0, 0]
    worker.fill_slots()
    assert sizes(edge) == [2, 2, 2]
    assert list(shown(edge).values()).count(case.packet) == 1


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_urgent_report_opens_a_slot_of_its_own(edge: Edge, worker: Worker) -> None:
    """One real packet and one dummy come at once, for that entity alone; what else waits goes on waiting."""
    calm, urgent = report(edge, "ann"), report(edge, "una")
    urgent.sealed.submission["urgent"] = True
    for case in (calm, urgent):
        assert edge.submit(case).status_code == 201
    assert worker.fill_slots() == 2
    assert worker.fill_slots() == 0
    assert sizes(edge) == [0, 0, 2]
    assert [one in shown(edge).values() for one in (calm.packet, urgent.packet)] == [False, True]
    hours(edge, worker, 1)
    assert sizes(edge) == [2, 2, 4]
    assert calm.packet in shown(edge).values()


def regrant_of(edge: Edge, case: Case) -> StoredGrant:
    """A re-grant for two holders."""
    thread = crypto.read_case(case.directory, case.grant(), [case.report])
    staff = edge.office.staff("li-wei")
    made = crypto.seal_regrant(staff, case.directory, case.grant(), thread, ["li-wei", "sun-fang"], Drawn("re"))
    return StoredGrant(1, made.packet, made.history)


def test_nothing_vanishes_or_changes_for_thirty_days(edge: Edge, worker: Worker) -> None:
    """A re-grant waits like a first grant, deletion leaves the batch as it is; key and packets end together."""
    case, other = report(edge, "ann"), report(edge, "bob")
    edge.submit(case)
    edge.submit(other)
    hours(edge, worker, 1)
    before = shown(edge)
    assert {case.packet, other.packet} == set(before.values())
    made = regrant_of(edge, case)
    assert replace_grant(edge.mailroom, case.grant().case, made, DAY)
    assert shown(edge) == before
    hours(edge, worker, 1)
    after = shown(edge)
    assert after.items() >= before.items()
    assert made.packet in after.values()
    assert len(after) == 4
    for one in (case, other):
        assert remove_case(edge.mailroom, one.grant().case, DAY)
    assert shown(edge) == after
    edge.worker.janitor.work()
    edge.hands.now = edge.hands.now.replace(hour=23) + timedelta(days=30)
    edge.worker.janitor.work()
    assert shown(edge) == after
    with edge.mailroom.store.read() as connection:
        ended = bytes(connection.scalar(select(BATCH_KEYS.c.erasure_id)) or b"")
    edge.hands.now += timedelta(days=1)
    edge.worker.janitor.work()
    assert shown(edge) == {}
    assert edge.mailroom.erasure.find_one(ended) is None
    with edge.mailroom.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(BATCH)) == 0


def test_a_case_deleted_while_it_waits_leaves_a_dummy_in_its_place(edge: Edge, worker: Worker) -> None:
    """The slot takes two all the same, none of them the deleted report's, also where it goes while a slot is filled."""
    case = report(edge, "ann")
    edge.submit(case)
    remove_case(edge.mailroom, case.grant().case, DAY)
    hours(edge, worker, 1)
    assert sizes(edge) == [2, 2, 2]
    assert case.packet not in shown(edge).values()


def test_a_row_of_the_batch_names_no_case_and_no_hour(edge: Edge, worker: Worker) -> None:
    """Of a packet the store has entity and day alone; all of a day lie under one key, which is no case's."""
    case = report(edge, "ann")
    edge.submit(case)
    hours(edge, worker, 3)
    assert set(BATCH.columns.keys()) == {"packet_id", "entity", "day", "sealed"}
    with edge.mailroom.store.read() as connection:
        rows = connection.execute(select(BATCH)).all()
        keys = connection.execute(select(BATCH_KEYS)).all()
        own = connection.execute(select(GRANTS.c.erasure_id, GRANTS.c.waits)).all()
    assert len({len(row.sealed) for row in rows}) == 1
    assert len(keys) == 1
    assert [(bytes(row.erasure_id) == bytes(keys[0].erasure_id), row.waits) for row in own] == [(False, False)]


def shape_of(packet: bytes) -> tuple[object, ...]:
    """All of a packet that needs no key: every length, every stanza's kind, what fills it up."""
    parts = crypto.read_packet(packet)
    header, _, body = parts.sealed.partition(b"\n---")
    lines = [(line.split(b" ")[:2] if line.startswith(b"->") else [], len(line)) for line in header.split(b"\n")]
    return len(packet), parts.bucket, len(parts.sealed), lines, len(body), packet[4 + len(parts.sealed) :]


def assert_alike(edge: Edge, real: bytes) -> None:
    """The packet lies in the batch, and nothing that can be read without its key tells it from the others."""
    packets = list(shown(edge).values())
    assert len(packets) >= 4
    assert packets.count(real) == 1
    assert [shape_of(one) for one in packets] == [shape_of(real)] * len(packets)


def test_a_real_entry_looks_like_a_dummy(edge: Edge, worker: Worker) -> None:
    """Field by field: sizes, stanzas and what fills up a first grant, and a re-grant, are those of every dummy."""
    case = report(edge, "ann")
    edge.submit(case)
    hours(edge, worker, 1)
    made = regrant_of(edge, case)
    assert replace_grant(edge.mailroom, case.grant().case, made, DAY)
    hours(edge, worker, 1)
    for real in (case.packet, made.packet):
        assert_alike(edge, real)
        assert b"li-wei" not in real


def test_a_name_in_clear_is_no_packet() -> None:
    """Whatever stands behind the age file makes a packet none: there is no place for a signer."""
    with pytest.raises(crypto.WrongShape):
        crypto.read_packet(crypto.seal_dummy_grant(8, Drawn("clear"))[:-6] + b"li-wei")


def _longer(bucket: int, rng: crypto.Rng) -> bytes:
    return crypto.write_packet(seal(rng(GRANT_SIZE + 16), fill_bucket([], bucket, rng), rng), bucket)


def _larger(_bucket: int, rng: crypto.Rng) -> bytes:
    return crypto.seal_dummy_grant(16, rng)


@pytest.mark.parametrize("fault", [_longer, _larger])
def test_a_dummy_that_differs_is_found(
    edge: Edge, worker: Worker, monkeypatch: pytest.MonkeyPatch, fault: Callable[[int, crypto.Rng], bytes]
) -> None:
    """An age file longer by sixteen bytes within the same packet, or another bucket, is seen by the comparison."""
    monkeypatch.setattr(slots, "seal_dummy_grant", fault)
    case = report(edge, "ann")
    edge.submit(case)
    hours(edge, worker, 2)
    with pytest.raises(AssertionError):
        assert_alike(edge, case.packet)


def test_a_grant_of_another_size_is_refused(edge: Edge) -> None:
    """A report whose grant has another bucket than its entity's is told why, and nothing of it is kept."""
    case = report(edge, "ann")
    packet = crypto.seal_dummy_grant(16, Drawn("large"))
    answer = edge.send("/api/submissions", case.sealed.submission | {"grant": crypto.b64encode(packet)})
    assert (answer.status_code, answer.json["type"]) == (422, "urn:yanlu:error:wrong-bucket")
    assert edge.submit(case).status_code == 201


def site_slots(edge: Edge) -> dict[str, int]:
    """What the site says in public of its slots."""
    return json.loads(edge.client.get("/office/site.json").data)["slots"]


def test_slots_double_in_public_once_something_waited_a_day(edge: Edge, worker: Worker) -> None:
    """Where a packet did not get its turn for a day, a slot takes four, as site.json says; thirty days later two."""
    assert site_slots(edge) == dict.fromkeys(ENTITIES, 2)
    for number in range(3):
        edge.submit(report(edge, f"r{number}"))
    with edge.mailroom.store.write() as tx:
        tx.execute(update(GRANTS).values(day=DAY - timedelta(days=2)))
    hours(edge, worker, 1)
    assert slot_numbers(edge.mailroom) == {"branch": 2, "group": 2, "works": 4}
    assert site_slots(edge)["works"] == 4
    hours(edge, worker, 1)
    assert sizes(edge) == [4, 4, 6]
    with edge.mailroom.store.write() as tx:
        tx.execute(update(SLOTS).values(day=DAY - timedelta(days=30)))
    hours(edge, worker, 1)
    assert slot_numbers(edge.mailroom) == dict.fromkeys(ENTITIES, 2)


def test_another_size_of_the_entity_shows_a_whole_day_whatever_waited(edge: Edge, worker: Worker) -> None:
    """When a directory enlarges a bucket, a day of packets of the former size appears, one real or none."""
    case = report(edge, "ann")
    edge.submit(case)
    buckets = edge.worker.directory_lookup.buckets(edge.hands.now)
    edge.hands.now += HOUR
    for _ in range(2):
        slots.fill_slots(edge.mailroom, buckets | {"works": 16, "branch": 16}, edge.hands.now)
    for entity in ("works", "branch"):
        found = [crypto.read_packet(packet).bucket for packet in shown(edge, entity).values()]
        assert (found.count(8), found.count(16)) == (48, 2)
    assert case.packet in shown(edge).values()
    assert worker.fill_slots() == 0
