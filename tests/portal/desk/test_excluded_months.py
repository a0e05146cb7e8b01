"""What every call of the desk tells somebody who was left out: pairs of months that differ in one hidden report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import delete

import crypto
from portal.mailroom import slots
from portal.mailroom.grants import replace_grant
from portal.mailroom.removal import remove_case
from portal.mailroom.tables import BATCH
from tests.crypto.sample import Case, Drawn
from tests.support.desk import Colleague, DeskRoom, desk_room
from tests.support.edge import NOW, report
from tests.support.stores import embedded_stores

LEFT_OUT: Final = "li-wei"
HOURS: Final = 6
Regranting = Callable[..., bool]
Months = Callable[..., list[dict[str, object]]]
ACTS: Final = ("filed", "re-granted", "re-granted again", "re-granted a third time", "deleted")
# What a reading call of the desk answers is held here; those that name a case or an office's text are held elsewhere.
ELSEWHERE: Final = ("<case>", "<path:", "<name>", "<hash", "/office/", "/log", "/api/drawers/", "/healthz", "<blob>")


def reads_of(room: DeskRoom) -> list[str]:
    """Every reading call of the route map that anybody can make without knowing an id; a day stands for itself."""
    rules = {rule.rule for rule in room.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    found = [rule for rule in rules if rule.startswith("/api/") and not any(one in rule for one in ELSEWHERE)]
    return sorted(rule for rule in found if "<" not in rule)


def shape_of(packet: str) -> tuple[int, bool]:
    """What a packet shows without its key: its length, and whether a name stands in it."""
    content = crypto.b64decode(packet)
    return len(content), any(name.encode() in content for name in ("li-wei", "sun-fang"))


class Eyes:
    """The one who was left out: everything that any call answers, as far as it is not drawn at random."""

    def __init__(self, room: DeskRoom, member: Colleague) -> None:
        self.room, self.member = room, member
        self.known: dict[str, str] = {}

    def look(self) -> dict[str, object]:
        """One look: each call's status and answer; of the batch what came and its shape, what vanished or changed."""
        if self.member.get("/api/me").status_code == 401:
            assert self.member.attempt().status_code == 200
        seen: dict[str, object] = {}
        for path in reads_of(self.room):
            answer = self.member.get(path)
            seen[path] = (answer.status_code, len(answer.data), _plain(path, answer.json))
        now: dict[str, str] = {}
        for day in self.member.get("/api/batch").json["days"]:
            entries = self.member.get(f"/api/batch/{day['day']}").json["entries"]
            assert [one["id"] for one in entries] == day["ids"]
            now |= {one["id"]: one["packet"] for one in entries}
        seen["came"] = sorted(shape_of(now[one]) for one in now.keys() - self.known.keys())
        seen["vanished"] = len(self.known.keys() - now.keys())
        seen["changed"] = sum(_digest(now[one]) != _digest(self.known[one]) for one in now.keys() & self.known.keys())
        self.known = now
        return seen


def _digest(packet: str) -> bytes:
    return sha256(packet.encode()).digest()


def _plain(path: str, said: Any) -> object:
    """An answer without what is drawn at random in every month: ids of packets, and the hash over them."""
    if path == "/api/batch":
        return [(day["day"], len(day["ids"])) for day in said["days"]]
    if path == "/api/news":
        return said | {"batch": "drawn"}
    return json.dumps(said, sort_keys=True)


def month(
    room: DeskRoom, eyes: Eyes, hidden: Case | None, regrant: Regranting = replace_grant
) -> list[dict[str, object]]:
    """Some hours with one act in each, where there is a hidden report; a look before and after every one."""
    worker = replace(room.edge.worker, demo=False)
    worker.fill_slots()
    seen: list[dict[str, object]] = []
    for hour in range(HOURS):
        seen.append(eyes.look())
        if hidden is not None and hour < len(ACTS):
            act(room, hidden, hour, regrant)
        seen.append(eyes.look())
        room.edge.hands.now += timedelta(hours=1)
        while worker.work_once():
            continue
    return seen


def act(room: DeskRoom, hidden: Case, number: int, regrant: Regranting) -> None:
    """The report comes, is re-granted three times by those who read it, and is deleted."""
    edge = room.edge
    if number == 0:
        assert edge.submit(hidden).status_code == 201
    elif number < len(ACTS) - 1:
        bucket = crypto.read_packet(hidden.packet).bucket
        # To the mailroom a re-grant is a packet of the next epoch.
        packet = crypto.seal_dummy_grant(bucket, Drawn(f"re-grant/{number}"))
        assert regrant(edge.room, hidden.grant("sun-fang").case, number, packet, edge.hands.now.date())
    else:
        assert remove_case(edge.room, hidden.grant("sun-fang").case, edge.hands.now.date())


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Months:
    """Makes a month in an office of its own, with or without the hidden report, and gives all that was seen."""

    def made(name: str, *, hides: bool, regrant: Regranting = replace_grant) -> list[dict[str, object]]:
        folder = tmp_path_factory.mktemp(name)
        with desk_room(embedded_stores(folder), folder) as room:
            member = room.sign_in(LEFT_OUT)
            hidden = report(room.edge, name, (LEFT_OUT,)) if hides else None
            return month(room, Eyes(room, member), hidden, regrant)

    return made


@pytest.fixture(scope="module")
def without(rooms: Months) -> list[dict[str, object]]:
    """What is seen in a month without a hidden report."""
    return rooms("without", hides=False)


def test_the_list_of_calls_follows_the_route_map(tmp_path: Path) -> None:
    """The calls that give out packets, lists and news are among those that are looked at; a new one joins by itself."""
    with desk_room(embedded_stores(tmp_path), tmp_path) as room:
        found = reads_of(room)
    assert {"/api/batch", "/api/cases", "/api/me", "/api/news", "/api/proposals", "/api/regrants"} <= set(found)


def test_a_month_with_a_hidden_report_looks_like_one_without(rooms: Months, without: list[dict[str, object]]) -> None:
    """Filed, re-granted three times and deleted: before and after each act every answer is what it is without it."""
    assert rooms("with", hides=True) == without


def _vanishes(room: Any, case: bytes, epoch: int, packet: bytes, day: Any) -> bool:
    with room.store.write() as tx:
        first = tx.execute(BATCH.select().limit(1)).first()
        assert first is not None
        tx.execute(delete(BATCH).where(BATCH.c.packet_id == first.packet_id))
    return replace_grant(room, case, epoch, packet, day)


def _appears(room: Any, case: bytes, epoch: int, packet: bytes, day: Any) -> bool:
    fresh = replace_grant(room, case, epoch, packet, day)
    slots.open_at_once(room, NOW, everything=True)
    return fresh


def _another_size(room: Any, case: bytes, epoch: int, _packet: bytes, day: Any) -> bool:
    return replace_grant(room, case, epoch, crypto.seal_dummy_grant(16, Drawn("large")), day)


def _signed(room: Any, case: bytes, epoch: int, packet: bytes, day: Any) -> bool:
    named = packet[:-8] + b"sun-fang"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.mailroom.grants.read_packet", len)
        return replace_grant(room, case, epoch, named, day)


@pytest.mark.parametrize("leak", [_vanishes, _appears, _another_size, _signed])
def test_a_planted_leak_is_found(rooms: Months, without: list[dict[str, object]], leak: Regranting) -> None:
    """An entry that vanishes, a packet more, another size and a signer in clear each make the months differ."""
    assert rooms("leaking", hides=True, regrant=leak) != without
