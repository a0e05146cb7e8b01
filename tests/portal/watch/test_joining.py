"""With every store in hand nothing joins a case, a mailbox or a reporter with an employee; two sides together do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

import crypto
from crypto.custody.packets import dummy_identity, packets_document
from crypto.errors import CryptoError
from crypto.framing import sha256
from crypto.watch.protection import (
    Bond,
    Linked,
    Protection,
    RequestKind,
    entry_marks,
    open_link,
    open_link_share,
    open_protection_packet,
    seal_link,
    seal_protection_packet,
)
from portal.mailroom.packet_mixing import BATCH_SIZE
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import StoreName
from portal.watch.context import WatchContext
from retaliation_watch.enrolment.entries import EntryRequest, RequestOutcome, apply_request
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.store import ENTRIES, PACKETS
from tests.crypto.sample import CHEAP, Drawn
from tests.support.offices.edge import Edge, open_edge
from tests.support.offices.watch import ENTITY, NOW, Watch, WatchedOffice, agree_and_register
from tests.support.privacy.order_leaks import rows_of
from tests.support.stores.backends import ready_embedded_stores

WINDOW = 8
REPORTERS = {"ann": "E1", "bob": "E2", "cid": "E3"}


def guarded_report(edge: Edge, name: str, employee: str) -> bytes:
    """A report whose packet asks for its reporter's protection; gives the case id."""
    rng, directory = Drawn(name), edge.office.directory()
    keys = crypto.derive_reporter(crypto.draw_receipt(Drawn(f"{name}/receipt")), edge.office.office, CHEAP)
    holders = crypto.choose_holders(directory, ENTITY, "company-whistleblowing", "fraud", ())
    new = crypto.draw_case(rng)
    link = seal_link(directory, ENTITY, Linked(Bond.REPORTER, new.case), rng)
    wish = Protection(RequestKind.PROTECT, ENTITY, keys.watch_handle, Bond.REPORTER, "", employee, "", None, link)
    packets = packets_document(dummy_identity(rng), seal_protection_packet(directory, wish, rng))
    told = crypto.NewReport("验收单是假的。", "zh-CN")
    sealed = crypto.seal_report(directory, keys, new, holders, told, rng, packets)
    assert edge.send("/api/submissions", sealed.submission).status_code == 201
    return new.case


def carried(edge: Edge, watch: Watch, office: WatchedOffice) -> None:
    """The worker opens the cases and carries a batch; the officer enters whom its packets name."""
    edge.worker.work_once()
    before = edge.hands.now
    edge.hands.now += timedelta(days=1)
    edge.worker.forward_packets()
    edge.hands.now = before
    packets = [bytes(row["packet"]) for row in watch.rows(PACKETS)]
    assert len(packets) == BATCH_SIZE
    with watch.store.write() as tx:
        for packet in packets:
            try:
                told = open_protection_packet(packet, office.key)
            except CryptoError:
                continue
            person = watch.context.key.pseudonym(told.entity, told.employee)
            wish = EntryRequest(told.entity, person, entry_marks(told.handle), told.link)
            assert apply_request(tx, wish, NOW.date(), os.urandom) is RequestOutcome.ENTERED
        tx.execute(delete(PACKETS))


@pytest.fixture
def scene(tmp_path: Path, prepared: Path) -> Iterator[tuple[Edge, Watch, WatchedOffice, set[bytes]]]:
    """Three reports whose reporters are protected, among sixty people and nine cover entries."""
    office = WatchedOffice()
    edge = open_edge(ready_embedded_stores(tmp_path, prepared), tmp_path, office)
    directory = CurrentDirectory(OfficeFolder(edge.settings.office))
    room = WatchContext(edge.eyes(StoreName.WATCH), HostKey(bytes([3]) * 32), directory, lambda: NOW, os.urandom)
    watch = Watch(room, office)
    agree_and_register(watch.store)
    watch.push(FeedFile.ROSTER, "工号,部门", *(f"E{n},装配" for n in range(60)))
    cases = {guarded_report(edge, name, employee) for name, employee in REPORTERS.items()}
    carried(edge, watch, office)
    for number in range(10, 19):
        watch.enter(f"E{number}", [])
    yield edge, watch, office, cases
    edge.close()


def windows(cells: list[bytes]) -> set[bytes]:
    """Every eight bytes that stand in a row anywhere."""
    return {cell[at : at + WINDOW] for cell in cells for at in range(len(cell) - WINDOW + 1)} - {bytes(WINDOW)}


def binary_cells(edge: Edge, *names: StoreName) -> list[bytes]:
    """Every cell of bytes in these stores."""
    found = [row.cells.values() for name in names for row in rows_of(edge.eyes(name))]
    return [bytes(cell) for cells in found for cell in cells if isinstance(cell, bytes)]


def joins(edge: Edge) -> set[bytes]:
    """What stands both in the watch and elsewhere: as it is, hashed, or as the mark of a handle."""
    others = binary_cells(edge, *(name for name in StoreName if name is not StoreName.WATCH))
    here = binary_cells(edge, StoreName.WATCH)
    ids = [cell for cell in others if len(cell) <= 64]
    derived = [sha256(cell) for cell in ids] + [mark for cell in ids for mark in entry_marks(cell[:16].ljust(16))]
    return (windows(others) & windows(here)) | (windows(derived) & windows(here))


def test_nothing_joins_a_case_with_an_employee_but_two_sides_together(
    scene: tuple[Edge, Watch, WatchedOffice, set[bytes]],
) -> None:
    """No bytes, hash or mark of any store stand in the watch; links opened by two sides name exactly the cases."""
    edge, watch, office, cases = scene
    assert joins(edge) == set()
    entries = watch.rows(ENTRIES)
    assert len(entries) == 12
    days = (date(2026, 11, 1), date(2026, 12, 1), date(2028, 12, 1))
    assert {(row["counted"], row["start"], row["until"]) for row in entries} == {days}
    sides = [office.staff(seat).identity for seat in ("bao-guan-2", "wai-bu")]
    opened: dict[bytes, bytes | None] = {}
    for row in entries:
        try:
            shares = [open_link_share(row["link"], side) for side in sides]
        except CryptoError:
            # Cover that this test entered with a link of noise.
            continue
        opened[row["person"]] = open_link(row["link"], *shares).case
    assert set(opened.values()) == cases
    assert opened.keys() == {watch.context.key.pseudonym(ENTITY, employee) for employee in REPORTERS.values()}


def test_the_thief_would_see_a_join(scene: tuple[Edge, Watch, WatchedOffice, set[bytes]]) -> None:
    """A case id, its hash, or a mark of it in one cell of the watch is found: the search is no blind one."""
    edge, watch, _, cases = scene
    case = next(iter(cases))
    first = watch.rows(ENTRIES)[0]["entry_id"]
    for planted in (case, sha256(case)[:16], entry_marks(case)[0][:16]):
        with watch.store.write() as tx:
            tx.execute(update(ENTRIES).where(ENTRIES.c.entry_id == first).values(person=planted * 2))
        assert joins(edge) != set()
