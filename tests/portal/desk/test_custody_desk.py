"""Custody at the desk: who may ask, who may vote, what each of them gets to see, and what the server keeps of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

import crypto
from crypto.framing import b64encode, sha256
from portal.cli.errors import Exit
from portal.cli.host import serve_commands
from portal.cli.host.serve_commands import MOST_DESKS
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from portal.db_roles.privileges import StoreRole
from portal.desk.app import desk_app
from portal.identity.errors import RequestUnknown
from portal.identity.hash_buckets import LARGEST, bucket_bits, packets_in
from portal.identity.requests import MOST, REVIEW_DAYS, overdue_reviews
from portal.identity.store import METADATA, PACKETS, REQUESTS
from portal.settings import StoreName
from tests.crypto.sample import TODAY
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.custody import CUSTODIANS, Custody
from tests.support.offices.desk import Colleague, DeskRoom, send
from tests.support.offices.edge import OTHER_DAY, as_role


@pytest.fixture
def hall(room: DeskRoom) -> Custody:
    """A report whose reporter sealed a name."""
    return Custody(room)


@pytest.fixture
def asker(hall: Custody) -> Colleague:
    """An investigator who holds the case."""
    return hall.room.sign_in("li-wei")


@pytest.fixture
def custodians(hall: Custody) -> list[Colleague]:
    """The three custodians, signed in."""
    return [hall.room.sign_in(name) for name in CUSTODIANS]


def test_one_approval_is_not_enough_and_two_are(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """From the packet in its drawer to the name, over the desk's own calls."""
    request = hall.request(asker).document()
    assert [asker.send("/api/unsealing", request).status_code for _ in range(2)] == [201, 200]
    first, second, third = custodians
    vote = hall.vote(first)
    assert [hall.cast(first, vote).status_code for _ in range(2)] == [201, 200]
    with pytest.raises(crypto.PayloadDamaged):
        hall.open(asker)
    assert hall.cast(third, hall.vote(third, approve=False)).status_code == 201
    with pytest.raises(crypto.PayloadDamaged):
        hall.open(asker)
    assert hall.cast(second, hall.vote(second)).status_code == 201
    assert hall.open(asker).name == "王小明"


def test_each_custodian_votes_alone_and_once(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """No custodian sees another's vote, changes the own one, votes for another or on another request."""
    asker.send("/api/unsealing", hall.request(asker).document())
    first, second, _ = custodians
    vote = hall.vote(first)
    assert hall.cast(first, vote).status_code == 201
    assert [len(row["votes"]) for row in hall.asked(first)] == [1]
    assert [len(row["votes"]) for row in hall.asked(second)] == [0]
    assert hall.cast(first, hall.vote(first, approve=False)).status_code == 409
    assert hall.cast(second, vote).status_code == 422
    other = b64encode(bytes(16))
    assert second.send(f"/api/unsealing/{other}/votes", hall.vote(second)).status_code == 404
    assert second.send(f"/api/unsealing/{other}/votes", hall.vote(second) | {"request": other}).status_code == 404


def test_roles_have_their_part_and_no_other(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """Asking and voting exclude each other, and a custodian sees no case, no batch and no packet."""
    request = hall.request(asker).document()
    custodian = custodians[0]
    assert custodian.send("/api/unsealing", request).status_code == 403
    assert custodian.get("/api/drawers").status_code == 403
    assert custodian.get("/api/drawers/0/0").status_code == 403
    assert custodian.get("/api/batch").json == {"days": []}
    assert custodian.get("/api/cases").json["cases"] == []
    assert asker.send("/api/unsealing", request).status_code == 201
    assert asker.get("/api/marks").status_code == 403
    vote = hall.vote(custodian)
    assert hall.cast(asker, vote | {"custodian": "li-wei"}).status_code == 403
    assert asker.send("/api/session/end", {}).status_code == 204
    for path in ("/api/drawers", "/api/marks", "/api/unsealing"):
        assert asker.get(path).status_code == 401


def test_the_store_names_neither_case_nor_people(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """Of a request and votes no column holds a case, a handle, a packet's hash, who asked or whose report it is."""
    seal = hall.seal_of(asker)
    asker.send("/api/unsealing", hall.request(asker).document())
    first = custodians[0]
    hall.cast(first, hall.vote(first))
    memo = hall.case.sealed.memo
    secret = (memo.case, memo.grant, seal.handle, seal.packet, hall.case.keys.mailbox_id, b"li-wei")
    with hall.room.edge.eyes(StoreName.IDENTITY).read() as connection:
        tables = [METADATA.tables[name] for name in ("requests", "votes", "marks")]
        kept = [value for table in tables for row in connection.execute(select(table)) for value in row]
        (row,) = connection.execute(select(REQUESTS)).all()
    whole = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in kept)
    assert not [one for one in secret if one in whole or b64encode(one).encode() in whole]
    assert (row.ground, row.notify, row.expires.weekday()) == ("consent", "before", 6)


def test_a_member_who_asks_again_and_again_leaves_places_to_a_colleague(hall: Custody, asker: Colleague) -> None:
    """Nothing that is kept tells who asked: each member has a budget a day, and what is there already costs nothing."""
    client = desk_app(replace(hall.room.desk, names_budget=2)).test_client()

    def ask(member: Colleague, document: dict[str, object]) -> Any:
        cookie = member.client.get_cookie("yanlu_desk")
        assert cookie is not None
        client.set_cookie("yanlu_desk", cookie.value)
        return send(client, "/api/unsealing", document)

    copied = hall.request(asker).document()
    copies = [copied | {"request": b64encode(os.urandom(16))} for _ in range(3)]
    assert [ask(asker, copy).status_code for copy in (copies[0], copies[0], copies[1])] == [201, 200, 201]
    refused = ask(asker, copies[2])
    assert (refused.status_code, refused.json["type"]) == (429, "urn:yanlu:error:too-many-asked")
    colleague = hall.room.sign_in("qian-yu")
    danger = hall.request(colleague, ground=crypto.Ground.DANGER_TO_LIFE)
    assert ask(colleague, danger.document()).status_code == 201


def test_each_process_of_a_served_desk_knows_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else each would give a member the whole of the places; more processes than can share them are refused."""
    made: list[object] = []

    def build_desk(*_: object, **more: object) -> None:
        made.append(more["processes"])

    def build_it(build: Callable[[], object], _: object) -> None:
        build()

    def skip(*_: object) -> None:
        """Stores, logs and memory are for others to test."""

    monkeypatch.setenv("YANLU_DATA", str(tmp_path))
    monkeypatch.setattr("portal.wiring.desk.build_desk", build_desk)
    monkeypatch.setattr(serve_commands, "serve_face", build_it)
    for name in ("_awaited", "require_stores", "forget_callers"):
        monkeypatch.setattr(serve_commands, name, skip)
    for processes, code in ((2, 0), (MOST_DESKS + 1, Exit.USAGE)):
        terminal = Terminal(Catalogue("en"), as_json=True)
        ran = CliRunner().invoke(serve_commands.desk, ["--processes", str(processes)], obj=terminal)
        assert ran.exit_code == code
    assert made == [2]


@pytest.mark.parametrize("processes", [1, 2, MOST_DESKS])
def test_a_member_can_never_take_all_places_for_requests(hall: Custody, asker: Colleague, processes: int) -> None:
    """Whatever processes serve the desk: what one member may ask for in the 15 days of a place leaves places free."""
    budget, days = 16, 15
    desks = [desk_app(replace(hall.room.desk, processes=processes)).test_client() for _ in range(processes)]
    cookie = asker.client.get_cookie("yanlu_desk")
    assert cookie is not None
    copied = hall.request(asker).document()
    taken = 0
    for client in desks:
        client.set_cookie("yanlu_desk", cookie.value)
        copies = (copied | {"request": b64encode(os.urandom(16))} for _ in range(budget + 1))
        codes = [send(client, "/api/unsealing", copy).status_code for copy in copies]
        assert set(codes) == {201, 429}
        taken += codes.count(201)
    assert (taken, taken * days < MOST) == (budget, True)


def test_what_was_taken_back_gets_no_approval(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """A withdrawal reaches the custodians past the office: their own machines refuse to open."""
    asker.send("/api/unsealing", hall.request(asker).document())
    post, hall.standing = crypto.seal_withdrawal(hall.case.keys, hall.standing, hall.rng)
    hall.post(post)
    with pytest.raises(crypto.IdentityWithdrawn):
        hall.vote(custodians[0])


def test_a_request_that_is_over_is_gone(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """After its day no vote is taken, and the worker destroys request and shares."""
    asker.send("/api/unsealing", hall.request(asker).document())
    first, second, _ = custodians
    hall.cast(first, hall.vote(first))
    late = hall.vote(second)
    hall.room.edge.hands.now = OTHER_DAY
    assert second.attempt().status_code == 200
    assert hall.cast(second, late).status_code == 404
    hall.room.edge.worker.work_once()
    assert hall.asked(second) == []
    with hall.room.edge.eyes(StoreName.IDENTITY).read() as connection:
        for name in ("requests", "votes"):
            assert connection.execute(select(METADATA.tables[name])).all() == []


def after(hall: Custody, days: int) -> None:
    """Lets the worker look at what is over so many days later; the desk stays on its day."""
    hands, before = hall.room.edge.hands, hall.room.edge.hands.now
    hands.now = before + timedelta(days=days)
    hall.room.edge.worker.work_once()
    hands.now = before


def test_danger_to_life_is_reviewed_afterwards(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """The reason stays when the request is over, packet and shares do not; it goes once it was reviewed."""
    overseer = hall.room.sign_in("shang-ji")
    danger = hall.request(asker, ground=crypto.Ground.DANGER_TO_LIFE, notify=crypto.NotifyWhen.AFTER, delay="分秒必争")
    asker.send("/api/unsealing", danger.document())
    hall.cast(custodians[0], hall.vote(custodians[0]))
    hall.room.edge.hands.now = OTHER_DAY
    hall.room.edge.worker.work_once()
    assert overseer.attempt().status_code == 200
    (row,) = hall.asked(overseer)
    reason = crypto.read_reason(overseer.keys, hall.case.directory, row["request"])
    assert (reason.requester, reason.text, reason.delay) == ("li-wei", "她已书面同意。", "分秒必争")
    assert (row["votes"], row["reviews"], row["request"]["body"]) == ([], [], "")
    after(hall, REVIEW_DAYS)
    (row,) = hall.asked(overseer)
    review = hall.review(overseer, row, crypto.Finding.UNJUSTIFIED)
    sent = [overseer.send(f"/api/unsealing/{review['request']}/reviews", review).status_code for _ in range(2)]
    assert sent == [201, 200]
    assert custodians[1].attempt().status_code == 200
    (row,) = hall.asked(custodians[1])
    request = crypto.read_request(row["request"])
    given = custodians[1].keys, hall.case.directory, request, reason, json.loads(row["reviews"][0])
    opened = crypto.open_review(*given)
    assert (opened.reviewer.id, opened.finding) == ("shang-ji", crypto.Finding.UNJUSTIFIED)
    after(hall, REVIEW_DAYS)
    with hall.room.edge.eyes(StoreName.IDENTITY).read() as connection:
        tables = [METADATA.tables[name] for name in ("requests", "votes", "reviews")]
        assert [connection.execute(select(table)).all() for table in tables] == [[], [], []]


def test_an_overdue_review_is_told_to_whoever_runs_the_desk(
    hall: Custody, asker: Colleague, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the day after the last day on, and until one is written; the doctor names how many, and no request."""
    overseer = hall.room.sign_in("shang-ji")
    danger = hall.request(asker, ground=crypto.Ground.DANGER_TO_LIFE)
    calm = hall.request(asker)
    for request in (danger, calm):
        assert asker.send("/api/unsealing", request.document()).status_code == 201
    store, last = hall.room.edge.eyes(StoreName.IDENTITY), date.fromisoformat(crypto.review_due(danger.expires))
    days = (last, last + timedelta(days=1))
    assert [overdue_reviews(store, day) for day in days] == [0, 1]
    monkeypatch.setattr("portal.cli.host.doctor_command.today", lambda: days[1])
    settings = as_role(hall.room.edge.settings, StoreRole.DESK)
    doctor = inside(capsys, monkeypatch, settings, "doctor", "--as", "desk", "--json")
    (found,) = [row for row in doctor.document["checks"] if row["check"] == "Reviews"]
    assert (doctor.code, found["about"], found["ok"]) == (Exit.FAILED, "1", False)
    (row,) = [one for one in hall.asked(overseer) if one["request"]["ground"] == danger.ground.value]
    review = hall.review(overseer, row, crypto.Finding.JUSTIFIED)
    assert overseer.send(f"/api/unsealing/{review['request']}/reviews", review).status_code == 201
    assert overdue_reviews(store, days[1]) == 0


def test_who_may_review_and_who_may_not(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """Oversight and custodians, in the own name and once; never what nobody asked for in danger to life."""
    overseer = hall.room.sign_in("shang-ji")
    danger = hall.request(asker, ground=crypto.Ground.DANGER_TO_LIFE)
    assert asker.send("/api/unsealing", danger.document()).status_code == 201
    (row,) = hall.asked(overseer)
    with pytest.raises(crypto.DirectoryRefused):
        hall.review(asker, row, crypto.Finding.JUSTIFIED)
    review = hall.review(overseer, row, crypto.Finding.JUSTIFIED)
    path = f"/api/unsealing/{review['request']}/reviews"
    assert asker.send(path, review).status_code == 403
    assert custodians[0].send(path, review).status_code == 422
    assert overseer.send(path, review | {"sig": b64encode(bytes(64))}).status_code == 422
    other = b64encode(bytes(16))
    assert overseer.send(f"/api/unsealing/{other}/reviews", review).status_code == 404
    assert overseer.send(path, review).status_code == 201
    assert overseer.send(path, hall.review(overseer, row, crypto.Finding.UNJUSTIFIED)).status_code == 409
    keeper = hall.review(custodians[0], row, crypto.Finding.UNJUSTIFIED)
    assert custodians[0].send(path, keeper).status_code == 201
    assert [len(hall.asked(one)[0]["reviews"]) for one in (asker, overseer, *custodians)] == [2, 2, 1, 0, 0]
    calm = hall.request(asker).document()
    assert asker.send("/api/unsealing", calm).status_code == 201
    foreign = f"/api/unsealing/{calm['request']}/reviews"
    assert overseer.send(foreign, review | {"request": calm["request"]}).status_code == 422


def test_danger_to_life_waits_for_no_batch(room: DeskRoom) -> None:
    """A name that was sealed a moment ago, its packet among those that wait, is asked for and opened at once."""
    hall = Custody(room, carried=False)
    asker = room.sign_in("li-wei")
    seal = hall.seal_of(asker)
    with room.edge.eyes(StoreName.IDENTITY).read() as connection:
        assert connection.execute(select(PACKETS)).all() == []
    # Without its hash nobody learns that it is there, nor how many wait.
    assert asker.get("/api/drawers/0/0").data == b""
    assert asker.get(f"/api/drawers/0/0?waiting={b64encode(bytes(32))}").data == b""
    assert asker.get("/api/drawers/0/0?waiting=AAAA").status_code == 422
    danger = hall.request(asker, ground=crypto.Ground.DANGER_TO_LIFE)
    assert crypto.packet_hash(hall.fetch(asker, seal)) == seal.packet
    assert asker.send("/api/unsealing", danger.document()).status_code == 201
    for one in CUSTODIANS[:2]:
        keeper = room.sign_in(one)
        assert hall.cast(keeper, hall.vote(keeper)).status_code == 201
    assert hall.open(asker).name == "王小明"


def test_what_is_taken_back_is_safe_at_once(hall: Custody, asker: Colleague, custodians: list[Colleague]) -> None:
    """A withdrawal whose packet still waits for its batch is known to the custodians already."""
    asker.send("/api/unsealing", hall.request(asker).document())
    post, hall.standing = crypto.seal_withdrawal(hall.case.keys, hall.standing, hall.rng)
    before = custodians[0].get("/api/marks").data
    hall.post(post, carry=False)
    assert custodians[0].get("/api/marks").data == before
    with pytest.raises(crypto.IdentityWithdrawn):
        hall.vote(custodians[0])


def test_requests_of_other_offices_and_other_days_are_refused(hall: Custody, asker: Colleague) -> None:
    """An end that tells more than the week, and an id that is taken, are refused; what is kept stays as it is."""
    request = hall.request(asker).document()
    assert asker.send("/api/unsealing", request | {"expires": "2026-12-05"}).status_code == 422
    assert asker.send("/api/unsealing", request | {"office": b64encode(bytes(16))}).status_code == 422
    assert asker.send("/api/unsealing", request | {"case": b64encode(bytes(16))}).status_code == 422
    assert asker.send("/api/unsealing", request).status_code == 201
    assert asker.send("/api/unsealing", request | {"ground": "legal-duty"}).status_code == 409
    assert date.fromisoformat(crypto.next_expiry(TODAY)).weekday() == 6


def test_a_request_without_a_body_is_none(hall: Custody, asker: Colleague) -> None:
    """It would stand among those that are over, where nobody sees it, and take no place from who sent it."""
    document = hall.request(asker).document()
    assert asker.send("/api/unsealing", document | {"body": ""}).status_code == 422
    with hall.room.edge.eyes(StoreName.IDENTITY).read() as connection:
        assert connection.execute(select(REQUESTS)).all() == []
    assert asker.send("/api/unsealing", document).status_code == 201


def test_drawers_hold_many_packets_and_together_all(room: DeskRoom) -> None:
    """Beyond 256 packets there are two drawers: together they are the store, and none says which was meant."""
    store = room.edge.eyes(StoreName.IDENTITY)
    packets = [os.urandom(64) for _ in range(2 * LARGEST)]
    rows = [{"packet_hash": sha256(packet), "packet": packet} for packet in packets]
    with store.write() as tx:
        tx.execute(insert(PACKETS), rows[:-1])
    assert bucket_bits(store) == 0
    assert len(list(packets_in(store, 0, 0))) == 2 * LARGEST - 1
    with store.write() as tx:
        tx.execute(insert(PACKETS), rows[-1:])
    drawers = [list(packets_in(store, 1, drawer)) for drawer in (0, 1)]
    assert min(len(drawer) for drawer in drawers) > LARGEST // 2
    assert sorted(drawers[0] + drawers[1]) == sorted(packets)
    assert all(sha256(packet)[0] < 128 for packet in drawers[0])
    for bits, drawer in ((0, 0), (1, 2), (2, 0)):
        with pytest.raises(RequestUnknown):
            packets_in(store, bits, drawer)


def test_a_member_has_the_name_of_the_person_concerned_sealed(hall: Custody, asker: Colleague) -> None:
    """The packet waits among those of posts, the case keeps the seal alone, and custodians cannot send one."""
    directory, case = hall.case.directory, hall.case.sealed.memo.case
    hall.seal_of(asker)
    file = asker.case(case).json
    made = asker.regrant(file, ["li-wei", "sun-fang"], "office key")
    assert asker.step(case, **made["body"]).status_code == 201
    assert asker.claim([made["grant"]]) == [True]
    identity = crypto.IdentityText(crypto.About.CONCERNED, "李四", "", "")
    sealed = crypto.seal_name(directory, identity, hall.rng)
    body = {"v": 1, "packets": crypto.draw_dummy_packets(hall.rng, sealed.packet)}
    assert asker.send("/api/packets", body).status_code == 201
    assert hall.room.sign_in(CUSTODIANS[0]).send("/api/packets", body).status_code == 403
    assert asker.send("/api/packets", {"v": 1, "packets": {}}).status_code == 422
    hall.carry()
    assert hall.fetch(asker, sealed.seal) == sealed.packet
    file = asker.case(case).json
    named = crypto.Named(crypto.About.CONCERNED, sealed.seal, "", "", "三号车间的保管员")
    grant, thread = asker.grants[case], asker.thread(file)
    item = crypto.seal_custody(asker.keys, directory, grant, thread, named, hall.rng)
    event = asker.event(file, "noted", item=b64encode(item.hash))
    assert asker.step(case, event, item=item.document()).status_code == 201
    hall.room.edge.worker.work_once()
    told = [one.inner.content for one in asker.thread(asker.case(case).json).verified if one.inner]
    assert named in told
