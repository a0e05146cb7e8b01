"""A reporter who could not read of a change of readers is told again, and reads and writes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import crypto
from crypto.case.items import Author, Item, Place, item_of, seal_item
from crypto.framing import mac
from crypto.sealing.age import seal
from crypto.text import TEXT_SIZES
from portal.cli.desk.client import DeskSession, OpenedCase, open_case
from portal.cli.desk.regrants import notify_reporter_again
from portal.cli.errors import CommandError
from tests.crypto.sample import TODAY, Case
from tests.portal.desk.test_handing_over import Leaving
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report

BRIBED, OTHER = "li-wei", "sun-fang"


@dataclass
class Scene:
    """A case of two who changed its key, and its reporter."""

    leaving: Leaving
    made: Case
    standing: crypto.MailboxCursor

    @property
    def room(self) -> DeskRoom:
        """The desk."""
        return self.leaving.room

    @property
    def case(self) -> bytes:
        """The case id."""
        return self.made.grant().case

    def regrant(self, spoil: Callable[[Colleague, Item], Item]) -> None:
        """Both stay; what tells the reporter is spoiled by who sends it."""
        bribed = self.leaving.people[BRIBED]
        file = bribed.case(self.case).json
        made = bribed.regrant(file, [BRIBED, OTHER], os.urandom(8).hex())
        body: dict[str, Any] = made["body"]
        item = spoil(bribed, item_of(body["item"]))
        names = made["body"]["grant"] | {"item": crypto.b64encode(item.hash)}
        proof = {name: names[name] for name in ("day", "sequence", "binding", "signatures", "item")}
        body["item"] = item.document()
        body["event"] = bribed.event(file, "regranted", grant=crypto.b64encode(made["grant"].hash), **proof)
        assert bribed.send(f"/api/cases/{crypto.b64encode(self.case)}/steps", body).status_code == 201
        self.room.edge.worker.work_once()
        for one in self.leaving.people.values():
            assert one.claim([made["grant"]]) == [True]

    def session(self) -> DeskSession:
        """The honest colleague's client."""
        return DeskSession(self.leaving.line(OTHER), self.room.edge.office.directory(), OTHER)

    def opened(self, session: DeskSession) -> OpenedCase:
        """The case as the honest colleague's client reads it."""
        file = session.case(crypto.b64encode(self.case))
        return open_case(self.leaving.people[OTHER].keys, session.directory, file, None)

    def tell(self) -> None:
        """What `yanlu desk tell-again` does."""
        session = self.session()
        notify_reporter_again(session, self.leaving.people[OTHER].keys, self.opened(session), TODAY)

    def answer(self, text: str) -> None:
        """The honest colleague answers."""
        other = self.leaving.people[OTHER]
        item, event = other.reply(other.case(self.case).json, text)
        assert other.step(self.case, event, item=item).status_code == 201

    def read(self) -> crypto.Thread:
        """What the reporter reads; the memo moves on."""
        self.room.edge.worker.work_once()
        mailbox = crypto.open_mailbox(self.made.keys, self.room.edge.poll(self.made))
        assert mailbox is not None
        read = crypto.read_mailbox(self.room.edge.office.directory(), self.made.keys, mailbox)
        self.standing = read.cursor
        post, self.standing = crypto.seal_message(self.made.keys, self.standing, crypto.Message("在"), os.urandom)
        assert self.room.edge.send("/api/posts", post).status_code == 202
        self.room.edge.worker.work_once()
        return read.thread

    def answers(self) -> list[str]:
        """The answers that the reporter can read."""
        contents = [entry.inner.content for entry in self.read().verified if entry.inner]
        return [one.text for one in contents if isinstance(one, crypto.Message) and one.text != "在"]


def for_nobody(who: Colleague, item: Item) -> Item:
    """Sealed to strangers, under a right MAC."""
    strangers = [crypto.Identity.draw(os.urandom).recipient for _ in range(2)]
    body = who.grants[item.place.case].body
    noise = replace(item, body=seal(os.urandom(min(TEXT_SIZES)), strangers, os.urandom))
    return replace(noise, mac=mac(body.keys.macs.to_reporter, noise.mac_input))


def wrong_mac(_who: Colleague, item: Item) -> Item:
    """Right but for its MAC."""
    return replace(item, mac=os.urandom(32))


def as_it_is(_who: Colleague, item: Item) -> Item:
    """Honest."""
    return item


@contextmanager
def two_with_a_case(room: DeskRoom, folder: Path) -> Generator[Scene]:
    """Two who have claimed a case; its reporter has read nothing."""
    filed = random_report(room.edge)
    room.file(filed)
    people = {name: room.sign_in(name) for name in (BRIBED, OTHER)}
    for one in people.values():
        assert one.take_in() == [True]
    leaving = Leaving(room, folder, people)
    yield Scene(leaving, filed, filed.standing)
    leaving.lines.close()


@pytest.fixture
def scene(room: DeskRoom, tmp_path: Path) -> Iterator[Scene]:
    """Two who have claimed a case, on each pair of stores."""
    with two_with_a_case(room, tmp_path) as found:
        yield found


@pytest.mark.parametrize("spoil", [for_nobody, wrong_mac])
def test_a_reporter_who_was_told_nothing_readable_is_told_again(
    scene: Scene, spoil: Callable[[Colleague, Item], Item]
) -> None:
    """The desk says that no notice holds; told again, the reporter takes the new key over, reads and is read."""
    scene.regrant(spoil)
    opened = scene.opened(scene.session())
    assert crypto.is_notice_missing(opened.grant, opened.thread)
    scene.read()
    assert scene.standing.memo.epoch == 0
    scene.tell()
    scene.answer("现在读得到了")
    assert scene.answers() == ["现在读得到了"]
    assert scene.standing.memo.epoch == 1
    again = scene.opened(scene.session())
    assert not crypto.is_notice_missing(again.grant, again.thread)
    assert crypto.is_followed(again.grant, again.thread)


def test_what_was_written_before_the_second_notice_is_read_at_the_next_visit(scene: Scene) -> None:
    """An answer under the new key came before the reporter knew of it: nothing of it is lost."""
    scene.regrant(for_nobody)
    scene.answer("先到的答复")
    assert scene.answers() == []
    scene.tell()
    opened = scene.opened(scene.session())
    assert not crypto.is_notice_missing(opened.grant, opened.thread)
    scene.read()
    assert scene.answers() == ["先到的答复"]


def test_there_is_nothing_to_tell_again_without_a_change_or_once_the_reporter_follows(scene: Scene) -> None:
    """A first grant, and a reporter who writes under the new key; one who was told and is silent may be told again."""
    with pytest.raises(CommandError):
        scene.tell()
    scene.regrant(as_it_is)
    opened = scene.opened(scene.session())
    assert not crypto.is_notice_missing(opened.grant, opened.thread)
    assert not crypto.is_followed(opened.grant, opened.thread)
    scene.tell()
    scene.read()
    with pytest.raises(CommandError):
        scene.tell()


def test_told_again_though_the_first_notice_held_the_next_answer_follows_and_is_read(scene: Scene) -> None:
    """Any desk offers it until the reporter writes; no step of it stops the conversation."""
    scene.regrant(as_it_is)
    scene.tell()
    scene.answer("现在读得到了")
    opened = scene.opened(scene.session())
    assert [entry.mark and entry.mark.value for entry in opened.thread.entries] == [None, "former-key", None, None]
    assert scene.answers() == ["现在读得到了"]


@pytest.mark.parametrize("seen", [0, 1])
def test_whatever_is_sent_as_a_second_notice_stops_nobody(scene: Scene, seen: int) -> None:
    """Words under the key of before, rightly signed and sealed to strangers: they have their place, and no more."""
    scene.regrant(as_it_is)
    bribed = scene.leaving.people[BRIBED]
    file = bribed.case(scene.case).json
    grant, last = bribed.grant(file), bribed.thread(file).last[crypto.Direction.TO_REPORTER]
    place = Place(grant.case, 0, crypto.Direction.TO_REPORTER, last.seq + 1, last.hash, seen)
    strangers = [crypto.Identity.draw(os.urandom).recipient for _ in range(2)]
    key = crypto.before_regrant(grant).body.keys.macs.to_reporter
    author = Author(BRIBED, bribed.keys.sign, bribed.keys.office)
    made = seal_item(place, "reply", crypto.Message("听我说").document(), author, key, strangers, os.urandom)
    event = bribed.event(file, "regrant-told", item=crypto.b64encode(made.hash))
    assert bribed.step(scene.case, event, item=made.document()).status_code == 201
    scene.answer("仍然答复")
    assert scene.answers() == ["仍然答复"]


def test_the_desk_takes_it_under_the_key_of_before_and_with_its_item_alone(scene: Scene) -> None:
    """One under the key in force, under an older one, without an item, or for the office, is refused."""
    scene.regrant(for_nobody)
    other = scene.leaving.people[OTHER]
    file = other.case(scene.case).json
    thread, grant = other.thread(file), other.grants[scene.case]
    events = crypto.verify_events(scene.room.edge.office.directory(), scene.case, file["events"])
    proof = crypto.recorded_proof(events, grant.hash)
    assert proof is not None
    right = crypto.resend_notice(grant, thread, proof, os.urandom)

    def sent(item: Item | None) -> Any:
        names = {} if item is None else {"item": crypto.b64encode(item.hash)}
        told = other.event(file, "regrant-told", **names)
        return other.step(scene.case, told, item=None if item is None else item.document())

    def moved(**change: Any) -> Item:
        return replace(right, place=replace(right.place, **change))

    office = Place(scene.case, 0, crypto.Direction.OFFICE_ONLY, 1, bytes(32), 1)
    for wrong in (moved(epoch=1), moved(epoch=2), None, replace(right, place=office), moved(prev=bytes(32))):
        assert sent(wrong).status_code in (409, 422)
    assert sent(right).status_code == 201
