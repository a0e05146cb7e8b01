"""A reporter who takes a new receipt before having seen that the readers changed is answered under the new one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import crypto
from tests.crypto.sample import CHEAP, Case
from tests.portal.desk.test_told_again import Scene, as_it_is, two_with_a_case
from tests.support.offices.desk import DeskRoom
from tests.support.offices.reader_change_limit import unlimited_reader_changes


@pytest.fixture
def scene(room: DeskRoom, tmp_path: Path) -> Iterator[Scene]:
    """Two who have claimed a case; its reporter has read nothing."""
    with two_with_a_case(room, tmp_path) as found:
        yield found


def take_new_receipt(scene: Scene) -> crypto.ReporterKeys:
    """The reporter changes the receipt as it stands; gives the keys of before."""
    edge, former = scene.room.edge, scene.made.keys
    new = crypto.derive_reporter(crypto.draw_receipt(os.urandom), edge.office.office, CHEAP)
    post, scene.standing = crypto.seal_receipt_change(former, new, scene.standing, os.urandom)
    assert edge.send("/api/posts", post).status_code == 202
    edge.worker.work_once()
    scene.made = Case(scene.made.office, scene.made.directory, new, scene.made.sealed, scene.standing)
    return former


def regrant(scene: Scene) -> None:
    """The readers change, as all of it is meant to go."""
    scene.regrant(as_it_is)


def regrant_garbled(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers change; the notice is right for every desk and sealed to a stranger in the reporter's place."""
    stranger = crypto.Identity.draw(os.urandom).recipient

    def to_stranger(_grant: crypto.Grant, _thread: crypto.Thread) -> crypto.Recipient:
        return stranger

    with monkeypatch.context() as spoiled:
        spoiled.setattr("crypto.desk.answering.reporter_recipient", to_stranger)
        regrant(scene)


def untold(scene: Scene) -> bool:
    """Whether the desk says that no notice reaches the reporter."""
    opened = scene.opened(scene.session())
    return crypto.is_notice_missing(opened.grant, opened.thread)


def test_a_receipt_changed_before_the_notice_was_read_is_the_one_that_is_answered(scene: Scene) -> None:
    """The notice is in a mailbox that the reporter has left: the desk says so, tells again, and is read."""
    regrant(scene)
    former = take_new_receipt(scene)
    opened = scene.opened(scene.session())
    assert crypto.reporter_recipient(opened.grant, opened.thread) == scene.made.keys.identity.recipient
    assert untold(scene)
    scene.tell()
    assert not untold(scene)
    scene.answer("给新查询码")
    assert scene.answers() == ["给新查询码"]
    assert scene.standing.memo.epoch == 1
    stale = Case(scene.made.office, scene.made.directory, former, scene.made.sealed, scene.standing)
    assert scene.room.edge.poll(stale).entries == []


def test_later_changes_of_readers_keep_the_new_receipt(scene: Scene) -> None:
    """The grant names the change that it knows; the next one, taken under it, follows that."""
    with unlimited_reader_changes():
        regrant(scene)
        take_new_receipt(scene)
        regrant(scene)
        body = scene.opened(scene.session()).grant.body
        assert (body.epoch, body.reporter, body.receipt_change) == (2, scene.made.keys.identity.recipient, 2)
        take_new_receipt(scene)
        regrant(scene)
        body = scene.opened(scene.session()).grant.body
    assert (body.epoch, body.reporter, body.receipt_change) == (3, scene.made.keys.identity.recipient, 3)


def test_a_notice_garbled_for_the_reporter_alone_shows_once_they_write(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they write under the key that they have is verified, and says that they saw the notice and can't read it."""
    regrant_garbled(scene, monkeypatch)
    assert not untold(scene)
    scene.read()
    assert scene.standing.memo.to_reporter.seq == 1
    assert [entry.mark for entry in scene.opened(scene.session()).thread.entries] == [None, None, None]
    assert untold(scene)
    scene.tell()
    assert not untold(scene)
    scene.answer("这回读得到")
    assert scene.answers() == ["这回读得到"]


def test_a_receipt_changed_after_a_garbled_notice_is_followed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """They have seen that something is there, and write under the key of before: that proves the change no less."""
    regrant_garbled(scene, monkeypatch)
    scene.read()
    take_new_receipt(scene)
    opened = scene.opened(scene.session())
    assert crypto.reporter_recipient(opened.grant, opened.thread) == scene.made.keys.identity.recipient
    scene.tell()
    scene.answer("给新查询码")
    assert scene.answers() == ["给新查询码"]


def test_readers_changed_again_before_a_new_receipt_was_told_of_the_first_change(scene: Scene) -> None:
    """The second notice stands under a key that the reporter never had: both are sent again, the first one first."""
    with unlimited_reader_changes():
        regrant(scene)
        take_new_receipt(scene)
        regrant(scene)
        regrant(scene)
    assert untold(scene)
    scene.tell()
    assert not untold(scene)
    scene.answer("三把钥匙之后")
    assert scene.answers() == ["三把钥匙之后"]
    assert scene.standing.memo.epoch == 3
