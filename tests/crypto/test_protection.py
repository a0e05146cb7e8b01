"""Protection packets: a dummy takes the same work, and no one side opens a link."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import crypto
from crypto.custody.packets import LINK_SIZE
from crypto.sealing.recipients import Identity, Recipient
from crypto.watch.protection import (
    Bond,
    Linked,
    Protection,
    RequestKind,
    entry_marks,
    open_link,
    open_link_share,
    seal_link,
    seal_protection_packet,
)
from tests.crypto.sample import Drawn, Office
from tests.crypto.write_protection_vectors import watched

RNG = Drawn("guarded")
OFFICE = Office(RNG)
KEY = Identity.draw(RNG)


@pytest.fixture
def seals(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of every text that is sealed to somebody, in order."""
    found: list[int] = []
    real = Recipient.seal

    def counted(self: Recipient, plaintext: bytes, info: str) -> bytes:
        found.append(len(plaintext))
        return real(self, plaintext, info)

    monkeypatch.setattr(Recipient, "seal", counted)
    return found


def test_a_dummy_takes_the_same_seals(seals: list[int]) -> None:
    """A real packet and a dummy seal as often, the same lengths in the same order, and are equally long."""
    directory = OFFICE.directory(**watched(OFFICE, KEY.recipient.text))
    link = seal_link(directory, "works", Linked(Bond.WITNESS, bytes(16)), RNG)
    wish = Protection(RequestKind.PROTECT, "works", bytes(16), Bond.WITNESS, "甲", "E-1", "", None, link)
    real = seal_protection_packet(directory, wish, RNG)
    taken = list(seals)
    dummy = crypto.dummy_protection(RNG)
    assert seals[len(taken) :] == taken
    assert (len(real), len(dummy), len(link)) == (crypto.PROTECTION_SIZE, crypto.PROTECTION_SIZE, LINK_SIZE)


def test_one_share_alone_opens_nothing() -> None:
    """A share in both places, a share of another link, and a share with one bit more or less open nothing."""
    directory = OFFICE.directory(**watched(OFFICE, KEY.recipient.text))
    link, other = (seal_link(directory, "works", Linked(Bond.REPORTER, bytes([n]) * 16), RNG) for n in (1, 2))
    inside, outside = (open_link_share(link, OFFICE.staff(seat).identity) for seat in ("bao-guan-1", "wai-bu"))
    assert open_link(link, outside, inside).case == bytes([1]) * 16
    foreign = open_link_share(other, OFFICE.staff("wai-bu").identity)
    wrong = replace(outside, string=bytes([outside.string[0] ^ 1]) + outside.string[1:])
    for one, two in (
        (inside, inside),
        (inside, foreign),
        (inside, wrong),
        (inside, replace(inside, side=outside.side)),
    ):
        with pytest.raises(crypto.PayloadDamaged):
            open_link(link, one, two)


@pytest.mark.parametrize(
    "watch",
    [
        {"outside": []},
        {"inside": []},
        {"outside": ["li-wei"]},
        {"inside": ["wai-bu"]},
        {"inside": ["shang-ji", "bao-guan-1", "bao-guan-2", "bao-guan-3"]},
        {"inside": ["nobody"]},
    ],
)
def test_a_directory_keeps_the_sides_apart(watch: dict[str, Any]) -> None:
    """A watch without a side, with an employer's member outside, or with somebody on both sides is refused."""
    entities = watched(OFFICE, KEY.recipient.text)["entities"]
    entities[1]["watch"] |= watch
    with pytest.raises(crypto.WrongShape):
        crypto.directory_text(OFFICE.directory_document(entities=entities))


def test_nothing_is_sealed_where_no_watch_is_on() -> None:
    """An entity without a watch, and one whose watch is not switched on, refuse."""
    entities = watched(OFFICE, KEY.recipient.text)["entities"]
    entities[1]["watch"]["active"] = False
    directory = OFFICE.directory(entities=entities)
    for entity in ("works", "group"):
        with pytest.raises(crypto.DirectoryRefused):
            seal_link(directory, entity, Linked(Bond.COVER, None), RNG)


def test_marks_of_a_handle_are_its_own() -> None:
    """Four marks, all different, and none of another handle."""
    marks = {*entry_marks(bytes(16)), *entry_marks(bytes([1]) * 16)}
    assert len(marks) == 8
