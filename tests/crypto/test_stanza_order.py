"""Where a holder's own stanza stands in a grant says nothing: throw-away keys fill it up, and the order is drawn."""

from __future__ import annotations

from collections import Counter

from crypto.office.holders import fill_bucket
from crypto.sealing.recipients import Identity
from tests.crypto.sample import Drawn

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
