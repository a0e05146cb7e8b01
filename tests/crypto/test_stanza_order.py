"""Where a holder's own stanza stands in a grant says nothing: throw-away keys fill it up, and the order is drawn."""

from __future__ import annotations

from collections import Counter

import pytest

import crypto
from crypto import Message
from crypto.office.holders import fill_bucket
from crypto.sealing.recipients import Identity
from tests.crypto.sample import Drawn, filed

TIMES = 160


def test_the_places_of_holders_are_drawn_among_throw_away_keys() -> None:
    """The first of two holders stands at each of the eight places about equally often, and nobody else comes twice."""
    rng = Drawn("order of stanzas")
    holders = [Identity.draw(rng).recipient for _ in range(2)]
    filled = [fill_bucket(holders, 8, rng) for _ in range(TIMES)]
    assert all(len(one) == 8 for one in filled)
    places = Counter(one.index(holders[0]) for one in filled)
    assert sorted(places) == list(range(8))
    assert max(places.values()) < TIMES // 3
    texts = Counter(recipient.text for one in filled for recipient in one)
    assert {texts.pop(one.text) for one in holders} == {TIMES}
    assert set(texts.values()) == {1}


def test_a_holder_tries_the_case_s_own_stanza_of_a_reply_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply costs a holder one try, since the case's stanza stands behind the reporter's and is tried first."""
    case, rng = filed(), Drawn("reply")
    grant = case.grant("li-wei")
    thread = crypto.read_case(case.directory, grant, [case.report])
    reply = crypto.seal_reply(case.office.staff("li-wei"), case.directory, grant, thread, Message("收到。"), rng)
    tried: list[bytes] = []
    opens = Identity.open

    def counted(identity: Identity, sealed: bytes, info: str) -> bytes:
        tried.append(sealed)
        return opens(identity, sealed, info)

    monkeypatch.setattr(Identity, "open", counted)
    crypto.read_case(case.directory, grant, [case.report])
    before = len(tried)
    assert crypto.read_case(case.directory, grant, [case.report, reply.document()]).entries[0].mark is None
    assert len(tried) == 2 * before + 1
