"""What one holder writes and nobody can deliver takes no case from the others: it is refused, or nothing waits."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

import crypto
from casework.event_store.outbox import MOST_TRIES
from crypto.case.items import Item
from crypto.case.payloads import Direction, Message
from crypto.framing import mac
from portal.desk import steps
from portal.mailroom import casework_outbox_delivery
from portal.mailroom.context import Mailroom
from portal.mailroom.errors import ItemDiffers
from portal.mailroom.threads import deliver_item
from tests.crypto.sample import Case, Drawn
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import put_part, random_report, sealed_parts


class Scene:
    """Two holders of two cases, one of whom is dishonest; the first case has an attachment of the office."""

    def __init__(self, room: DeskRoom) -> None:
        self.room = room
        self.reports = [random_report(room.edge) for _ in range(2)]
        self.first, self.second = [room.file(report) for report in self.reports]
        self.bad, self.honest = room.sign_in("li-wei"), room.sign_in("qian-yu")
        for colleague in (self.bad, self.honest):
            colleague.take_in()
        self.listing = self._attach()

    def _attach(self) -> dict[str, object]:
        grant = self.bad.grants[self.first]
        attachment, parts = sealed_parts(b"minutes", [grant.body.case_identity.recipient], Drawn(os.urandom(8).hex()))
        assert put_part(self.room.edge, attachment.blob, 0, parts[0]).status_code == 204
        listing: dict[str, object] = {
            "blob": crypto.b64encode(attachment.blob),
            "size": attachment.sealed_size,
            "parts": [crypto.b64encode(part) for part in attachment.parts],
        }
        item, event = self.bad.reply(self.bad.case(self.first).json, "附件。")
        assert self.bad.step(self.first, event, item=item, blobs=[listing]).status_code == 201
        return listing

    def poison(self, **changes: object) -> Any:
        """The dishonest holder answers in the second case and names the attachment of the first."""
        item, event = self.bad.reply(self.bad.case(self.second).json, "毒")
        return self.bad.step(self.second, event, **({"item": item, "blobs": [self.listing]} | changes))

    def goes_on(self) -> list[str]:
        """The honest holder answers in the second case; what its reporter reads then."""
        answered(self.honest, self.second, "我们在查。")
        return read_by(self.room, self.reports[1])


def answered(colleague: Colleague, case: bytes, text: str) -> None:
    """A colleague answers, as a client does: only where every entry that is named is there or was set aside."""
    file = colleague.case(case).json
    events = crypto.verify_events(colleague.room.edge.office.directory(), case, file["events"])
    assert set(crypto.unserved(events, file["items"])) <= set(file["undeliverable"])
    item, event = colleague.reply(file, text)
    assert colleague.step(case, event, item=item).status_code == 201


def read_by(room: DeskRoom, report: Case) -> list[str]:
    """The office's messages as the reporter's mailbox opens them; nothing of it is marked."""
    listing = room.edge.poll(report)
    mailbox = crypto.open_mailbox(report.keys, listing)
    assert mailbox is not None
    thread = crypto.read_mailbox(room.edge.office.directory(), report.keys, mailbox).thread
    entries = [entry for entry in thread.entries if entry.direction is Direction.TO_REPORTER]
    assert [entry.mark for entry in entries] == [None] * len(entries)
    contents = [entry.inner.content for entry in entries if entry.inner is not None]
    return [content.text for content in contents if isinstance(content, Message)]


@pytest.fixture
def scene(room: DeskRoom) -> Scene:
    """The scene on each pair of stores."""
    return Scene(room)


def test_a_step_that_names_another_cases_attachment_is_refused_and_freezes_nothing(scene: Scene) -> None:
    """It is told that the attachment is not here whole, and leaves nothing; a colleague answers and it is read."""
    refused = scene.poison()
    assert (refused.status_code, refused.json["type"]) == (409, "urn:yanlu:error:parts-missing")
    assert scene.bad.case(scene.second).json["head"]["n"] == 0
    assert scene.goes_on() == ["我们在查。"]


def test_a_step_that_is_refused_takes_no_upload(scene: Scene) -> None:
    """An event under a wrong number leaves its upload to anyone who takes it next."""
    grant = scene.bad.grants[scene.second]
    attachment, parts = sealed_parts(b"x", [grant.body.case_identity.recipient], Drawn("free"))
    put_part(scene.room.edge, attachment.blob, 0, parts[0])
    listing = scene.listing | {
        "blob": crypto.b64encode(attachment.blob),
        "size": attachment.sealed_size,
        "parts": [crypto.b64encode(part) for part in attachment.parts],
    }
    file = scene.bad.case(scene.second).json
    item, _ = scene.bad.reply(file, "x")
    assert scene.bad.step(scene.second, scene.bad.event(file, "taken"), item=item, blobs=[listing]).status_code == 422
    item, event = scene.bad.reply(scene.bad.case(scene.first).json, "y")
    assert scene.bad.step(scene.first, event, item=item, blobs=[listing]).status_code == 201


def test_an_item_that_follows_another_than_lies_there_is_refused(scene: Scene) -> None:
    """No reader would count it, and every right answer after it would find its place taken."""
    file = scene.bad.case(scene.second).json
    item, _ = scene.bad.reply(file, "falsch")
    wrong = crypto.read_item(item | {"prev": crypto.b64encode(bytes(31) + b"1")})
    event = scene.bad.event(file, "replied", item=crypto.b64encode(wrong.hash))
    assert scene.bad.step(scene.second, event, item=wrong.document()).status_code == 422
    assert scene.goes_on() == ["我们在查。"]


def test_an_answer_to_something_that_never_came_is_refused(scene: Scene) -> None:
    """To every reader it would look as if the server withheld a message, and the desk would write no more."""
    file = scene.bad.case(scene.second).json
    item = crypto.read_item(scene.bad.reply(file, "falsch")[0])
    keys = scene.bad.grants[scene.second].body.keys.macs
    item = replace(item, place=replace(item.place, seen=file["last"]["to_office"] + 1))
    item = replace(item, mac=mac(keys.to_reporter, item.mac_input))
    event = scene.bad.event(file, "replied", item=crypto.b64encode(item.hash))
    assert scene.bad.step(scene.second, event, item=item.document()).status_code == 422
    assert scene.goes_on() == ["我们在查。"]


def test_an_answer_with_a_wrong_mac_stops_nobody(scene: Scene) -> None:
    """Marked as forged, it keeps the place that the record gives it: the next answer follows it and is read."""
    file = scene.bad.case(scene.second).json
    wrong = crypto.read_item(scene.bad.reply(file, "falsch")[0] | {"mac": crypto.b64encode(bytes(32))})
    event = scene.bad.event(file, "replied", item=crypto.b64encode(wrong.hash))
    assert scene.bad.step(scene.second, event, item=wrong.document()).status_code == 201
    for said in ("我们在查。", "查完了。"):
        item, event = scene.honest.reply(scene.honest.case(scene.second).json, said)
        assert scene.honest.step(scene.second, event, item=item).status_code == 201
    scene.room.edge.worker.work_once()
    entries = scene.honest.thread(scene.honest.case(scene.second).json).entries
    told = [entry for entry in entries if entry.direction is crypto.Direction.TO_REPORTER]
    assert [entry.mark and entry.mark.value for entry in told] == ["forged", None, None]


def test_a_load_that_was_taken_before_goes_out_without_its_upload(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier release took is delivered without the foreign upload, which stays where it was."""

    def nothing(*_given: object) -> None:
        return

    with monkeypatch.context() as earlier:
        earlier.setattr(steps, "claim_uploads", nothing)
        assert scene.poison().status_code == 201
    assert scene.goes_on() == ["毒", "我们在查。"]
    path = f"blobs/{scene.listing['blob']}/parts/0"
    assert scene.honest.get(f"/api/cases/{crypto.b64encode(scene.second)}/{path}").status_code == 404
    assert scene.honest.get(f"/api/cases/{crypto.b64encode(scene.first)}/{path}").status_code == 200


def test_a_load_that_the_mailroom_refuses_is_set_aside_and_nothing_waits_behind_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some rounds the case file says so, the next answer takes its place, and the reporter sees no gap."""
    refused: list[bytes] = []

    def deliver(room: Mailroom, item: Item, *rest: Any) -> bool:
        if item.place.case == scene.second and (not refused or item.hash in refused):
            refused.append(item.hash)
            raise ItemDiffers
        return deliver_item(room, item, *rest)

    monkeypatch.setattr(casework_outbox_delivery, "deliver_item", deliver)
    assert scene.poison(blobs=[]).status_code == 201
    for _round in range(MOST_TRIES):
        scene.room.edge.worker.work_once()
    assert scene.honest.case(scene.second).json["undeliverable"] == [1]
    assert len(refused) == MOST_TRIES
    assert scene.goes_on() == ["我们在查。"]
    assert len(refused) == MOST_TRIES


def test_a_store_that_is_away_sets_nothing_aside(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it fails for a store's sake, a load goes on being tried, in its order."""

    def gone(*_given: object) -> bool:
        raise OSError

    with monkeypatch.context() as away:
        away.setattr(casework_outbox_delivery, "deliver_item", gone)
        assert scene.poison(blobs=[]).status_code == 201
        for _round in range(2 * MOST_TRIES):
            scene.room.edge.worker.work_once()
    assert scene.goes_on() == ["毒", "我们在查。"]
