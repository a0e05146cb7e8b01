"""The votes that count: what does not hold is left out, so that no single custodian can stop those who agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from crypto import (
    CryptoError,
    IdentityText,
    OpenedRequest,
    StaffKeys,
    VerifiedDirectory,
    Vote,
    check_votes,
    unseal,
)


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


@dataclass(frozen=True, repr=False)
class OpenedName:
    """A name that was opened, and the custodians whose agreement held false shares."""

    name: IdentityText
    left_out: Sequence[str]


def open_with_any(
    staff: StaffKeys, directory: VerifiedDirectory, opened: OpenedRequest, votes: Sequence[Vote]
) -> OpenedName:
    """Opens with all approvals, else with any of them that fit together; raises what stopped all of them."""
    approvals = [vote for vote in votes if vote.approves]
    stopped: CryptoError | None = None
    for count in range(len(approvals), -1, -1):
        for chosen in combinations(approvals, count):
            try:
                name = unseal(staff, directory, opened, [vote.document() for vote in chosen])
            except CryptoError as error:
                stopped = stopped or error
                continue
            return OpenedName(name, [vote.custodian for vote in approvals if vote not in chosen])
    assert stopped is not None  # noqa: S101  # nobody at all has agreed: that is refused too
    raise stopped
