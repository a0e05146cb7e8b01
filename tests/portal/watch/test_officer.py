"""The officer's face: only signed calls, packets become entries, and only two sides join one with a case."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import httpx
import pytest
from flask import Flask
from sqlalchemy import insert

import crypto
from crypto.custody.packets import dummy_protection, seal_protection
from crypto.framing import b64decode, sha256
from crypto.watch.calls import call_frame, call_header
from crypto.watch.protection import Bond, Linked, entry_marks, open_link, open_link_share, open_protection_packet
from portal.cli.errors import CommandError, Exit
from portal.cli.watch.officer import OfficerCalls
from portal.cli.watch.officer_commands import _entered, _opened
from portal.watch.app import watch_app
from portal.watch.calls import HEADER
from portal.watch.officer_views import officer_views
from retaliation_watch.enrolment.months import months_later
from retaliation_watch.errors import TooManyRequests
from retaliation_watch.store import ENTRIES, OUTBOX_LOG, PACKETS
from retaliation_watch.weekly_run.link_requests import REQUESTS_A_MONTH, enter_request
from retaliation_watch.weekly_run.officer_alert_list import NAMES_A_DAY
from tests.support.offices.watch import NOW, OFFICER, Watch, open_watch
from tests.support.stores.backends import Stores, ready_embedded_stores

Json = dict[str, object]


@pytest.fixture
def watch(tmp_path: Path, prepared: Path) -> Iterator[Watch]:
    """A watch on embedded stores."""
    made = open_watch(ready_embedded_stores(tmp_path, prepared), tmp_path)
    yield made
    made.close()


@pytest.fixture
def app(watch: Watch) -> Flask:
    """The officer's face."""
    return watch_app(officer_views(watch.context), behind_tls=False)


@pytest.fixture
def calls(watch: Watch, app: Flask, monkeypatch: pytest.MonkeyPatch) -> OfficerCalls:
    """The officer's own program, at the face without a network, at the test's hour."""
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)
    client = httpx.Client(transport=httpx.WSGITransport(app), base_url="http://watch")
    return OfficerCalls(client, watch.office.staff(OFFICER), watch.office.office)


def put_packets(watch: Watch, *packets: bytes) -> None:
    """As the worker would."""
    with watch.store.write() as tx:
        tx.execute(insert(PACKETS), [{"packet_hash": sha256(packet), "packet": packet} for packet in packets])


def test_packets_become_entries_and_go(watch: Watch, calls: OfficerCalls) -> None:
    """Real ones are entered under pseudonyms, dummies go unread, and one without a number waits."""
    real = [watch.wish("e 7"), watch.wish("E8", bytes([1]) * 16, Bond.WITNESS)]
    put_packets(watch, *real, *(dummy_protection(os.urandom) for _ in range(14)))
    sitting = _opened(calls, watch.office.key, {})
    assert sorted(told.employee for _, told in sitting.requests) == ["E8", "e 7"]
    assert dict(_entered(calls, sitting, {})) == {"entered": 2}
    assert watch.rows(PACKETS) == []
    rows = watch.rows(ENTRIES)
    assert {row["person"] for row in rows} == {watch.context.key.pseudonym("works", name) for name in ("E7", "E8")}
    assert {row["handle_mark"] for row in rows} < {*entry_marks(bytes(16)), *entry_marks(bytes([1]) * 16)}


def test_a_link_opens_by_both_sides_and_a_person_without_entry_answers_alike(watch: Watch, calls: OfficerCalls) -> None:
    """The link that lies in the store tells bond and case to two sides together, and nothing to either."""
    put_packets(watch, watch.wish("E7", bond=Bond.RELATIVE))
    _entered(calls, _opened(calls, watch.office.key, {}), {})
    found = calls.call("POST", "/api/links", {"v": 1, "entity": "works", "employee": "E7"})["entries"]
    assert calls.call("POST", "/api/links", {"v": 1, "entity": "works", "employee": "E9"})["entries"] == []
    link = b64decode(found[0]["link"])
    one, other = (open_link_share(link, watch.office.staff(seat).identity) for seat in ("bao-guan-1", "wai-bu"))
    assert open_link(link, one, other) == Linked(Bond.RELATIVE, bytes([9]) * 16)
    with pytest.raises(crypto.NotAddressed):
        open_link_share(link, watch.office.staff(OFFICER).identity)


def test_ending_and_prolonging_come_by_packet_too(watch: Watch, calls: OfficerCalls) -> None:
    """The same wish again prolongs, one to end takes the entry away, a foreign one finds nothing."""
    found: list[dict[str, int]] = []
    steps = [
        watch.wish("E7"),
        watch.wish("E7"),
        watch.wish("E7", bytes([2]) * 16, ends=True),
        watch.wish("E7", ends=True),
    ]
    for packet in steps:
        put_packets(watch, packet)
        found.append(dict(_entered(calls, _opened(calls, watch.office.key, {}), {})))
    assert found == [{"entered": 1}, {"prolonged": 1}, {"not-there": 1}, {"ended": 1}]
    assert watch.rows(ENTRIES) == []


def signed(watch: Watch, member: str, seconds: int = 0, *, route: str = "GET /api/packets", seed: bytes = b"") -> str:
    """The header of a call."""
    staff = watch.office.staff(member)
    when, nonce = int(NOW.timestamp()) + seconds, os.urandom(16)
    message = call_frame(watch.office.office, member, route, when, nonce, b"")
    return call_header(member, when, nonce, staff.sign(message + seed))


def test_only_the_officers_own_signature_is_heard(watch: Watch, app: Flask) -> None:
    """No header, another member, another route, an old or altered call are refused, and a call is heard once."""
    client = app.test_client()

    def status(header: str | None, path: str = "/api/packets") -> int:
        return client.get(path, headers={} if header is None else {HEADER: header}).status_code

    good = signed(watch, OFFICER)
    assert [status(good), status(good)] == [200, 401]
    assert status(None) == status("li-wei") == 401
    assert status(signed(watch, "sun-fang")) == 403
    assert status(signed(watch, OFFICER, seed=b"x")) == 401
    assert status(signed(watch, OFFICER, -121)) == status(signed(watch, OFFICER, 121)) == 401
    assert status(signed(watch, OFFICER), "/api/packets?after=x") == 401
    assert status(signed(watch, OFFICER), "/api/agreements") == 401
    assert status(signed(watch, OFFICER, route="GET /api/packets?after=x"), "/api/packets?after=x") == 422


def test_no_body_is_read_of_whom_nobody_knows(watch: Watch, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a header of a member and of this hour a call is refused before a byte of its body is kept."""
    read: list[int] = []
    monkeypatch.setattr("portal.watch.calls.whole_body", lambda limit: read.append(limit) or b"")
    client = app.test_client()
    late = signed(watch, OFFICER, -121, route="POST /api/cover")
    for header in ({}, {HEADER: "x"}, {HEADER: late}, {HEADER: late.replace(OFFICER, "nobody", 1)}):
        assert client.post("/api/cover", headers=header, data=b"{}").status_code == 401
    assert read == []
    assert (
        client.post("/api/cover", headers={HEADER: signed(watch, OFFICER, route="GET /api/cover")}).status_code == 401
    )
    assert len(read) == 1


def test_a_wish_for_an_entity_without_a_watch_holds_up_no_other(watch: Watch, calls: OfficerCalls) -> None:
    """Anybody may seal a packet that names any entity: it waits, and anyone who is named beside it is entered."""
    poison = replace(open_protection_packet(watch.wish("E7"), watch.office.key), entity="group")
    sealed = seal_protection(poison.document(), watch.office.key.recipient, os.urandom)
    put_packets(watch, watch.wish("E8"), sealed)
    outcomes = _entered(calls, _opened(calls, watch.office.key, {}), {})
    assert dict(outcomes) == {"entered": 1, "not-agreed": 1}
    assert [row["person"] for row in watch.rows(ENTRIES)] == [watch.context.key.pseudonym("works", "E8")]
    assert len(watch.rows(PACKETS)) == 1


def test_a_malformed_body_changes_nothing(watch: Watch, calls: OfficerCalls) -> None:
    """Too many marks, a short link or an unknown key are refused in words."""
    put_packets(watch, watch.wish("E7"))
    (_, told), *_ = _opened(calls, watch.office.key, {}).requests
    good: Json = {
        "entity": "works",
        "employee": "E7",
        "marks": [],
        "link": crypto.b64encode(told.link),
        "ends": False,
        "packet": None,
    }
    for change in ({"marks": [crypto.b64encode(bytes(32))] * 5}, {"link": "AAAA"}, {"more": 1}):
        with pytest.raises(CommandError) as refused:
            calls.call("POST", "/api/entries", cast("Json", {"v": 1, "wishes": [good | change], "opened": []}))
        assert refused.value.code is Exit.REFUSED
    assert watch.rows(ENTRIES) == []
    assert len(watch.rows(PACKETS)) == 1


def test_a_month_takes_so_many_requests_of_one_seat(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond twenty a request is refused in words and the log gets nothing; a repeated one and next month are free."""
    watch = open_watch(stores, tmp_path)
    contents = [os.urandom(32) for _ in range(REQUESTS_A_MONTH + 1)]
    with watch.store.write() as tx:
        for content in contents[:-1]:
            enter_request(tx, OFFICER, content, NOW.date())
    monkeypatch.setattr("portal.cli.watch.officer.time.time", NOW.timestamp)
    client = httpx.Client(
        transport=httpx.WSGITransport(watch_app(officer_views(watch.context), behind_tls=False)),
        base_url="http://watch",
        headers={"Accept-Language": "zh"},
    )
    calls = OfficerCalls(client, watch.office.staff(OFFICER), watch.office.office)
    with pytest.raises(CommandError, match="其余请下月再申请"):
        calls.call("POST", "/api/link-requests", {"v": 1, "content": crypto.b64encode(contents[-1])})
    assert calls.call("POST", "/api/link-requests", {"v": 1, "content": crypto.b64encode(contents[0])}) == {}
    assert {row["content"] for row in watch.rows(OUTBOX_LOG)} == {*contents[:-1]}
    assert calls.call("GET", "/api/alerts")["names"] == NAMES_A_DAY
    with watch.store.write() as tx:
        enter_request(tx, "another-seat", contents[-1], NOW.date())
        enter_request(tx, OFFICER, os.urandom(32), months_later(NOW.date().replace(day=1), 1))
        with pytest.raises(TooManyRequests):
            enter_request(tx, OFFICER, os.urandom(32), NOW.date())
    watch.close()
