"""The votes that count: what does not hold is left out, so that no single custodian can stop those who agreed."""

from __future__ import annotations

from collections.abc import Sequence

from crypto import CryptoError, OpenedRequest, StaffKeys, VerifiedDirectory, Vote, check_approval, check_votes


def holding_votes(directory: VerifiedDirectory, opened: OpenedRequest, given: Sequence[object]) -> list[Vote]:
    """The first vote of each custodian that holds (SPEC §11), from votes as the server gives them."""
    found: dict[str, Vote] = {}
    for value in given:
        try:
            (vote,) = check_votes(directory, opened, [value])
        except CryptoError:
            continue
        found.setdefault(vote.custodian, vote)
    return list(found.values())


def false_approvals(staff: StaffKeys, opened: OpenedRequest, votes: Sequence[Vote]) -> list[str]:
    """The custodians who signed an agreement whose shares are not theirs of this packet; `votes` hold."""
    slots = {vote.custodian: _slots(staff, opened, vote) for vote in votes if vote.approves}
    # Two with the shares of one: which of them they were given to does not show.
    return [who for who, own in slots.items() if own is None or list(slots.values()).count(own) > 1]


def _slots(staff: StaffKeys, opened: OpenedRequest, vote: Vote) -> frozenset[int] | None:
    try:
        return check_approval(staff, opened, vote)
    except CryptoError:
        return None
