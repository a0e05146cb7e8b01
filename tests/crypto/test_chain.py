"""A member who was away for several changes of keys: the signed moves lead on from the pin, and nothing else does."""

from __future__ import annotations

import pytest

import crypto
from tests.crypto.moves import Link
from tests.crypto.write_chain_vectors import AWAY, PLOT, STAY, Chain

CHAIN = Chain("chain")


def follow(link: Link, before: Link = CHAIN.first) -> crypto.Grant:
    """What a desk does with a case that it has pinned, in the order of SPEC §5."""
    staff, directory = CHAIN.case.office.staff(AWAY), CHAIN.case.directory
    grant = crypto.open_grant(staff, link.packet, directory, before.grant.pin)
    crypto.check_proof(directory, grant, link.proof, before.grant.body)
    grant = grant.with_history(link.history)
    crypto.check_chain(directory, before.grant, grant, crypto.read_case(directory, grant, link.items))
    return grant


def test_a_member_who_was_away_follows_three_changes_of_readers() -> None:
    """One left, one joined, and the newest was signed by the one who joined."""
    assert follow(CHAIN.three).hash == CHAIN.three.grant.hash
    assert follow(CHAIN.three, CHAIN.one).epoch == 3


@pytest.mark.parametrize("first", [PLOT, PLOT[:1], []])
def test_the_maker_of_a_grant_does_not_say_who_held_the_case_before(first: list[str]) -> None:
    """Somebody who was removed and a custodian: enough signers, and each former holder only by their own word."""
    with pytest.raises(crypto.WrongSuccessor):
        follow(CHAIN.plotted(first))


def test_who_was_removed_does_not_lead_on_from_the_true_grant() -> None:
    """The grant before is the true one, its holders are not."""
    lie = CHAIN.move(CHAIN.one, [*PLOT, AWAY], PLOT, previous_holders=PLOT)
    with pytest.raises(crypto.WrongSuccessor):
        follow(lie)


def test_a_move_that_was_told_again_counts() -> None:
    """The first notice was broken; the second stands behind an answer under the new key."""
    told = CHAIN.told_again()
    assert follow(CHAIN.move(told, STAY, STAY)).epoch == 2


def test_many_copies_of_a_move_are_one() -> None:
    """A server that serves an item a thousand times makes nobody check it more than once a step."""
    items = CHAIN.three.items
    many = Link(CHAIN.three.grant, CHAIN.three.packet, CHAIN.three.history, CHAIN.three.proof, items[:2] * 2 + items)
    assert follow(many).epoch == 3
