"""What the server asks of a re-grant and of a claim before it takes them: they fit the packet that it has.

It learns neither holders nor keys, so clients rely on none of this: it keeps one forged call from taking a case away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from casework.errors import EpochPassed, EventRefused
from casework.event_store.store import CLAIMS
from crypto.case.claims import Claimed, read_claimed
from crypto.case.events import Event
from crypto.case.regrants import RegrantProof, RegrantStatement, key_of
from crypto.errors import CryptoError, SignatureRefused
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import outside_ids

PROPOSAL_DAYS: Final = 3
"""So long a proposal waits; anyone who wants it then proposes it again."""
CARRIED_DAYS: Final = 7
"""A recovery is sealed off line and carried to the desk: so old may the signatures under a re-grant be."""
DAY_SKEW: Final = 1
"""A member's clock may stand in another time zone than the server's."""


@dataclass(frozen=True, slots=True)
class DeliveredPacket:
    """What the mailroom has of a case: epoch and grant hash of its packet, the hash of the report's item.

    `report` is None where it is gone.
    """

    epoch: int
    grant: bytes
    report: bytes | None = None


@dataclass(frozen=True, slots=True)
class NewGrant:
    """A re-grant: its packet, the hash of the age file in it, SHA-256 of the new access token, who signed it.

    `history` are the keys of the epochs before, sealed: the server knows nothing of them but their length.
    """

    packet: bytes = field(repr=False)
    history: bytes = field(repr=False)
    hash: bytes
    access_hash: bytes
    epoch: int
    proof: RegrantProof


def check_claimed(epoch: int, event: Event, delivered: DeliveredPacket | None) -> None:
    """Raises `EventRefused` unless a claim names the very packet and report that the mailroom has; `EpochPassed`.

    Every desk stops where one member's claim differs: no single colleague may bring that about.
    """
    if delivered is None or delivered.epoch != epoch:
        raise EpochPassed
    try:
        named = read_claimed(event.data)
    except CryptoError as error:
        raise EventRefused("names") from error
    if named != Claimed(epoch, delivered.grant, delivered.report or b""):
        raise EventRefused("names")


def check_regrant(
    connection: Connection,
    row: Row[Any],
    grant: NewGrant,
    delivered: DeliveredPacket,
    directory: VerifiedDirectory,
    needed: int,
) -> None:
    """Raises `EventRefused` ("signature", "day") unless enough of those who hold the case signed; `EpochPassed`.

    `row` is the case's; `delivered` says what the signatures must name as the grant before.
    """
    if delivered.epoch != row.epoch or grant.epoch != row.epoch + 1:
        raise EpochPassed
    proof, today = grant.proof, date.fromisoformat(directory.today)
    earliest = today - timedelta(days=CARRIED_DAYS + DAY_SKEW)
    if not earliest <= date.fromisoformat(proof.day) <= today + timedelta(days=DAY_SKEW):
        raise EventRefused("day")
    move = RegrantStatement(directory.office, bytes(row.case_id), grant.epoch, delivered.grant, grant.hash)
    allowed = _allowed(connection, row, directory, proof.day)
    for entry in proof.signatures:
        if directory.valid_on(entry.member, proof.day) is None or entry.member not in allowed:
            raise EventRefused("signature")
        try:
            key_of(directory, entry, move, proof)
        except SignatureRefused as error:
            raise EventRefused("signature") from error
    if len(proof.signers) < needed:
        raise EventRefused("signature")


def check_invited(connection: Connection, row: Row[Any], invited: str, directory: VerifiedDirectory) -> None:
    """Raises `EventRefused` ("invited") unless this outside holder may sign and has not claimed the case.

    Who is asked is shown the case. A holder reviews with their own grant, and asking them for more would only make
    them believe the proposer about who held the case before.
    """
    claimed, outside = _signatories(connection, row, directory, directory.today)
    if directory.valid_member(invited) is None or invited not in outside - claimed:
        raise EventRefused("invited")


def _allowed(connection: Connection, row: Row[Any], directory: VerifiedDirectory, day: str) -> set[str]:
    claimed, outside = _signatories(connection, row, directory, day)
    return claimed | outside


def _signatories(
    connection: Connection, row: Row[Any], directory: VerifiedDirectory, day: str
) -> tuple[set[str], set[str]]:
    """Who has claimed the epoch in force; and, where at most one of these is a member, the outside holders."""
    query = select(CLAIMS.c.member).where(CLAIMS.c.case_id == row.case_id, CLAIMS.c.epoch == row.epoch)
    claimed = set(connection.scalars(query))
    living = [one for one in claimed if any(directory.valid_on(one, at) for at in (day, directory.today))]
    return claimed, outside_ids(directory, row.entity) if len(living) <= 1 else set()
