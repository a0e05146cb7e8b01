"""Hostile input hides no mail: among any number of altered items, rows and entries the others still list."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

import crypto
from crypto.case.payloads import Message
from crypto.framing import b64encode
from portal.mailroom.batch import batch_entries, batch_ids
from portal.mailroom.service import deliver_item, items_of_case
from portal.mailroom.tables import BATCH, GRANTS, ITEMS
from tests.crypto.sample import TODAY, Drawn
from tests.fuzz.browser_twin import BrowserTwin, browser_twin
from tests.fuzz.dice import Dice
from tests.fuzz.mutate import change, change_bytes
from tests.fuzz.parsers import outcome
from tests.fuzz.world import world
from tests.support.offices.edge import open_edge, report
from tests.support.stores.backends import Stores

BATCHES, EACH = 4, 500


def altered(dice: Dice, items: list[dict[str, Any]]) -> Any:
    """An item altered in its envelope, its keys or its lengths by somebody who cannot seal; never a good one."""
    item = dict(dice.choice(items))
    match dice.below(4):
        case 0:
            body = change_bytes(dice, crypto.b64decode(item["body"]))
            return item | {"body": b64encode(body)}
        case 1:
            field = dice.choice(("mac", "prev", "case"))
            return item | {field: b64encode(change_bytes(dice, crypto.b64decode(item[field])))}
        case 2:
            number = dice.choice((0, -1, 1, 2, 3, 9, 17, 2**53 - 1, None, "1", True))
            return item | {dice.choice(("seq", "epoch", "seen")): number}
        case _:
            return _json_of(change(dice, json.dumps(item).encode()))


def _json_of(content: bytes) -> Any:
    try:
        # One level deeper, as it will stand in the list.
        value: Any = crypto.read_json(b"[" + content + b"]", len(content) + 2)
    except crypto.CryptoError:
        return content.decode("utf-8", "replace")
    return value[0] if len(value) == 1 else None


def batch(name: str, items: list[dict[str, Any]], number: int) -> list[Any]:
    """The good items in their order, with altered ones in between."""
    dice = Dice(name)
    mixed: list[Any] = list(items)
    for _ in range(number):
        made = altered(dice, items)
        # The very same item at another place is no alteration but another order.
        mixed.insert(dice.below(len(mixed) + 1), None if made in items else made)
    return mixed


def good(entries: list[Any]) -> list[Any]:
    """Direction, number and type of the entries that are verified."""
    return [entry[:3] for entry in entries if entry[3] is None]


def hidden(parser: str, run: str, batches: int, each: int) -> list[str]:
    """The batches in which a good item is no longer listed as verified."""
    items = [item for item in world().items if parser == "case" or item["dir"] == "to-reporter"]
    whole = good(outcome(parser, json.dumps(items).encode())["entries"])  # type: ignore[index]
    assert len(whole) == len(items)
    names = [f"{run}/{parser}/{number}" for number in range(batches)]
    found = {name: outcome(parser, json.dumps(batch(name, items, each)).encode()) for name in names}
    return [name for name in names if good(found[name]["entries"]) != whole]  # type: ignore[index]


@pytest.mark.parametrize("parser", ["case", "mailbox"])
def test_altered_items_hide_no_other(parser: str) -> None:
    """Two thousand altered envelopes, keys and lengths leave every genuine item listed and verified, on each side."""
    assert hidden(parser, "suite", BATCHES, EACH) == []


def test_a_reader_that_stops_at_the_first_bad_item_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """If an unreadable item ended the reading, the same search would find it."""
    from crypto.case import thread

    real = thread._read_one

    def stopping(reading: Any, value: object) -> None:
        if not any(entry.mark is not None for entry in reading.entries):
            real(reading, value)

    monkeypatch.setattr(thread, "_read_one", stopping)
    assert hidden("case", "suite", 1, 50)


@pytest.mark.slow
def test_the_browser_lists_the_same(tmp_path: Path) -> None:
    """The pages' code marks every one of the altered items as Python does, and lists the genuine ones."""
    with browser_twin(tmp_path) as twin:
        assert browser_differs(twin, "suite", 2, 100) == []


def browser_differs(twin: BrowserTwin, run: str, batches: int, each: int) -> list[str]:
    """The batches that the pages' code reads otherwise than Python."""
    found: list[str] = []
    for parser in ("case", "mailbox"):
        items = [item for item in world().items if parser == "case" or item["dir"] == "to-reporter"]
        for number in range(batches):
            name = f"{run}/browser/{parser}/{number}"
            content = json.dumps(batch(name, items, each)).encode()
            found += [name] if twin.ask(parser, content) != outcome(parser, content) else []
    return found


def test_a_damaged_entry_of_a_poll_hides_no_other() -> None:
    """An item that is no JSON and a draft that does not open leave the thread readable."""
    w = world()
    items = [item for item in w.items if item["dir"] == "to-reporter"]
    entries = [crypto.ListingEntry(crypto.EntryKind.MEMO, crypto.write_json(w.memo))]
    entries += [crypto.ListingEntry(crypto.EntryKind.DRAFT, b'{"v":1}')]
    entries += [crypto.ListingEntry(crypto.EntryKind.ITEM, content) for content in (b"{", b"\xff", b"[1,]")]
    entries += [crypto.ListingEntry(crypto.EntryKind.ITEM, crypto.write_json(item)) for item in items]
    polls = [crypto.fill_slots(entries, start, Drawn("poll")) for start in (0, 8)]
    opened = crypto.open_mailbox(w.keys, crypto.read_slots(polls))
    assert opened is not None
    read = crypto.read_mailbox(w.directory, w.keys, opened)
    assert [entry.mark for entry in read.thread.entries] == [None] * len(items)


def test_a_damaged_row_hides_no_other(stores: Stores, tmp_path: Path) -> None:
    """One rotten row among items or grants is passed over: mailbox, desk and batch list all the others."""
    edge = open_edge(stores, tmp_path)
    case, other = report(edge, "ann"), report(edge, "bob")
    for one in (case, other):
        assert edge.submit(one).status_code == 201
    grant = case.grant()
    for number in (1, 2):
        items = [item.document for item in items_of_case(edge.mailroom, grant.case)]
        thread = crypto.read_case(case.directory, grant, items)
        reply = crypto.seal_reply(
            edge.office.staff("li-wei"), case.directory, grant, thread, Message(f"{number}"), Drawn(f"{number}")
        )
        assert deliver_item(edge.mailroom, reply, [], edge.hands.now.date())
    with edge.mailroom.store.write() as tx:
        first = (ITEMS.c.dir == "to-reporter") & (ITEMS.c.seq == 1)
        tx.execute(update(ITEMS).where(first).values(sealed=b"\0" * 90))
        tx.execute(update(GRANTS).where(GRANTS.c.case_id == grant.case).values(sealed=b"\1" * 90))
    assert [(item.direction, item.seq) for item in items_of_case(edge.mailroom, grant.case)] == [
        ("to-office", 1), ("to-reporter", 2),
    ]  # fmt: skip
    assert [json.load(io.BytesIO(entry.content))["seq"] for entry in edge.poll(case).entries] == [1, 2]
    # A grant that rotted while it waited holds up no other …
    assert edge.open_slots() == 2
    today = edge.hands.now.date()
    listed = batch_ids(edge.mailroom, ["works"], today)
    assert [(day.isoformat(), len(ids)) for day, ids in listed.items()] == [(TODAY, 2)]
    staff = edge.office.staff("li-wei")
    opened = {
        entry.packet_id: crypto.find_grant(staff, entry.packet, other.directory) is not None
        for entry in batch_entries(edge.mailroom, ["works"], today)
    }
    assert sorted(opened.values()) == [False, True]
    # … nor does a packet that rotted in the batch.
    with edge.mailroom.store.write() as tx:
        dummy = next(one for one, opens in opened.items() if not opens)
        tx.execute(update(BATCH).where(BATCH.c.packet_id == dummy).values(sealed=b"\1" * 90))
    (entry,) = batch_entries(edge.mailroom, ["works"], today)
    assert opened[entry.packet_id]
    edge.close()
