"""The office key at the desk's API: one step brings it, once, in its own place, and the server opens none of it."""

from __future__ import annotations

import os
from typing import Any

import pytest

import crypto
from crypto.case.items import Item
from tests.portal.desk.test_proposals import Scene, scene
from tests.support.offices.desk import Colleague, DeskRoom


@pytest.fixture
def two(room: DeskRoom) -> Scene:
    """Two holders of a case."""
    return scene(room, "li-wei", "sun-fang")


def key_of(two: Scene, who: Colleague, file: dict[str, Any]) -> Item:
    """The office key as a holder makes it."""
    return crypto.seal_office_key(who.keys, two.directory, who.grant(file), who.thread(file), os.urandom)


def sent(two: Scene, who: Colleague, item: Item, kind: str = "office-key", file: dict[str, Any] | None = None) -> Any:
    """A step of that kind with this item."""
    event = who.event(file or who.case(two.case).json, kind, item=crypto.b64encode(item.hash))
    return who.step(two.case, event, item=item.document())


def noted(two: Scene, who: Colleague, text: str) -> Item:
    """A note as the case stands."""
    file, message = who.case(two.case).json, crypto.Message(text)
    return crypto.seal_note(who.keys, two.directory, who.grant(file), who.thread(file), message, os.urandom)


def test_a_first_note_takes_one_member_and_no_epoch(two: Scene) -> None:
    """Under a directory that asks for two signatures one holder writes a first note, and the other reads it."""
    li, sun = two.people["li-wei"], two.people["sun-fang"]
    assert sent(two, li, key_of(two, li, li.case(two.case).json)).status_code == 201
    assert sent(two, li, noted(two, li, "先核对验收单。"), "noted").status_code == 201
    file = sun.case(two.case).json
    assert (file["epoch"], file["proposal"]) == (0, None)
    assert [entry.inner and entry.inner.type for entry in sun.thread(file).verified][-2:] == ["office-key", "note"]
    assert sent(two, sun, noted(two, sun, "好。"), "noted").status_code == 201


def test_of_two_at_once_one_is_first_and_the_other_writes_under_it(two: Scene) -> None:
    """Both saw a case without a key; the second is refused, reads again and has the first one's."""
    li, sun = two.people["li-wei"], two.people["sun-fang"]
    seen = {who.name: who.case(two.case).json for who in (li, sun)}
    keys = {who.name: key_of(two, who, seen[who.name]) for who in (li, sun)}
    assert sent(two, li, keys["li-wei"], file=seen["li-wei"]).status_code == 201
    assert sent(two, sun, keys["sun-fang"], file=seen["sun-fang"]).status_code == 409
    # The own one behind it is refused too: its place is taken.
    assert sent(two, sun, keys["sun-fang"]).status_code == 422
    thread = sun.thread(sun.case(two.case).json)
    first = li.thread(li.case(two.case).json)
    assert thread.office_key is not None
    assert first.office_key is not None
    assert thread.office_key.text == first.office_key.text
    assert sent(two, sun, noted(two, sun, "好。"), "noted").status_code == 201


def test_the_place_and_the_kind_belong_together(two: Scene) -> None:
    """A key under another kind, another item under this kind, a key of another length: each is refused."""
    li = two.people["li-wei"]
    file = li.case(two.case).json
    key = key_of(two, li, file)
    assert sent(two, li, key, "noted").status_code == 422
    reply, _ = li.reply(file, "答复")
    event = li.event(file, "office-key", item=crypto.b64encode(crypto.read_item(reply).hash))
    assert li.step(two.case, event, item=reply).status_code == 422
    assert li.step(two.case, li.event(file, "office-key")).status_code == 422
    cut = key.document() | {"body": crypto.b64encode(key.body[:-1])}
    assert li.step(two.case, li.event(file, "office-key"), item=cut).status_code == 422
    assert sent(two, li, key).status_code == 201
    later = noted(two, li, "笔记")
    assert sent(two, li, later, "office-key").status_code == 422


def test_a_proposal_of_before_the_key_waits_no_longer(two: Scene) -> None:
    """Its history lacks the key, so nobody could sign it: it is made again, and then signed."""
    li, sun = two.people["li-wei"], two.people["sun-fang"]
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    assert sent(two, sun, key_of(two, sun, sun.case(two.case).json)).status_code == 201
    assert two.waits("sun-fang") is None
    assert sent(two, sun, noted(two, sun, "笔记"), "noted").status_code == 201
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    assert two.sign("sun-fang").status_code == 201
    assert li.claim([two.made.grant]) == [True]
    file = li.case(two.case).json
    assert [entry.mark for entry in li.thread(file).entries] == [None] * len(file["items"])


def test_no_key_comes_after_a_change_of_keys(two: Scene) -> None:
    """The first re-grant made the office key of its epoch: one of the epoch before is refused."""
    li = two.people["li-wei"]
    key = key_of(two, li, li.case(two.case).json)
    assert two.propose("li-wei", ["li-wei", "sun-fang"]).status_code == 201
    assert two.sign("sun-fang").status_code == 201
    assert li.claim([two.made.grant]) == [True]
    assert sent(two, li, key).status_code == 422
    assert sent(two, li, noted(two, li, "笔记"), "noted").status_code == 201
