"""Challenges for passkeys: random, bound to an origin and a purpose, good once and for five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from casework.event_store.store import MemberId
from crypto.framing import sha256
from portal.accounts.service import Accounts
from portal.accounts.tables import CHALLENGES

CHALLENGE_SIZE: Final = 32
CHALLENGE_SECONDS: Final = 5 * 60
# How many wait at the door at most; one more takes the place of the oldest.
MOST_AT_DOOR: Final = 2048


@dataclass(frozen=True)
class ChallengePurpose:
    """For which page a challenge is, and for which member's new passkey; `None`: for signing in."""

    origin: str
    member: MemberId | None = None


def draw_challenge(accounts: Accounts, asked: ChallengePurpose, now: int) -> bytes:
    """A new challenge (32 bytes), of which the store keeps the hash; a member's former one is void."""
    challenge = accounts.rng(CHALLENGE_SIZE)
    with accounts.store.write() as connection:
        connection.execute(delete(CHALLENGES).where(CHALLENGES.c.expires <= now))
        if asked.member is None:
            _delete_oldest_unauthenticated(connection)
        else:
            connection.execute(delete(CHALLENGES).where(_for(asked)))
        values = {"origin": asked.origin, "member": asked.member, "expires": now + CHALLENGE_SECONDS}
        connection.execute(insert(CHALLENGES).values(challenge_hash=sha256(challenge), **values))
    return challenge


def _for(asked: ChallengePurpose) -> ColumnElement[bool]:
    return CHALLENGES.c.member.is_(None) if asked.member is None else CHALLENGES.c.member == asked.member


def _delete_oldest_unauthenticated(connection: Connection) -> None:
    at_door = CHALLENGES.c.member.is_(None)
    beyond = connection.execute(select(func.count()).where(at_door)).scalar_one() - MOST_AT_DOOR + 1
    if beyond > 0:
        oldest = select(CHALLENGES.c.challenge_hash).where(at_door).order_by(CHALLENGES.c.expires).limit(beyond)
        connection.execute(delete(CHALLENGES).where(CHALLENGES.c.challenge_hash.in_(oldest)))


def spend_challenge(accounts: Accounts, challenge: bytes, asked: ChallengePurpose, now: int) -> bool:
    """Whether this challenge was given for this, and is not over; afterwards it is gone, whatever comes of it."""
    here = (CHALLENGES.c.challenge_hash == sha256(challenge)) & (CHALLENGES.c.expires > now)
    fits = here & (CHALLENGES.c.origin == asked.origin) & _for(asked)
    with accounts.store.write() as connection:
        return connection.execute(delete(CHALLENGES).where(fits)).rowcount == 1
