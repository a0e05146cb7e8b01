"""A member's passkeys: added under the secrets that the member has, listed, removed, and signed in with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from casework.event_store.store import MemberId
from crypto.text import write_json
from portal.accounts.assertions import Assertion, Attestation, KnownKey, count_of, new_key
from portal.accounts.challenges import ChallengePurpose, spend_challenge
from portal.accounts.enrolment import EnrolmentTime, check_wrapped
from portal.accounts.errors import PasskeyRefused, SignInRefused, TooManyAttempts, TooManyPasskeys
from portal.accounts.failures import count_failure, lock_tries, note_failure
from portal.accounts.members import MemberState
from portal.accounts.service import Accounts
from portal.accounts.sessions import SessionToken, draw_token, start_session, still_signs_in
from portal.accounts.tables import MEMBERS, PASSKEYS

MOST_PASSKEYS: Final = 8


@dataclass(frozen=True)
class StandIn:
    """What lets a passkey stand in for the device secret: its own sign-in secret, and the seed wrapped under it."""

    signin_secret: bytes = field(repr=False)
    wrapped_key: object


@dataclass(frozen=True)
class NewPasskey:
    """A passkey to add, with the sign-in secret as it is (32 bytes) and the member's own name for it."""

    secret: bytes = field(repr=False)
    name: str
    attestation: Attestation
    stand_in: StandIn | None


@dataclass(frozen=True)
class Passkey:
    """One of a member's passkeys; `wrapped_key` is None for one that is a second factor alone."""

    credential: bytes
    name: str
    added: date
    wrapped_key: object = field(repr=False)


@dataclass(frozen=True)
class PasskeySignIn:
    """Name, derived secret (32 bytes) and a passkey's signature; `stands_in`: the secret came from the passkey."""

    member: str
    secret: bytes = field(repr=False)
    stands_in: bool
    assertion: Assertion


def add_passkey(accounts: Accounts, member: MemberId, new: NewPasskey, origin: str, at: EnrolmentTime) -> None:
    """Keeps a passkey; raises `SignInRefused` for a wrong secret, as for new secrets: a session alone adds none.

    Raises `PasskeyRefused` for what does not verify, or is there already, and `TooManyPasskeys` for a ninth.
    """
    if new.stand_in is not None:
        check_wrapped(new.stand_in.wrapped_key)
    spent = spend_challenge(accounts, new.attestation.challenge, ChallengePurpose(origin, member), at.now)
    with accounts.store.read() as connection:
        stored = connection.execute(select(MEMBERS.c.signin_hash).where(MEMBERS.c.member == member)).scalar()
    if not accounts.slow_hash.fits(stored, new.secret):
        with accounts.store.write() as connection:
            count_failure(connection, member, at.now)
        raise SignInRefused
    if not spent:
        raise PasskeyRefused
    row = _row(accounts, member, new, new_key(new.attestation, origin), at.today)
    with accounts.store.write() as connection:
        # Locked besides, so that of two additions at once each sees the other.
        if not still_signs_in(connection, member, str(stored)):
            raise SignInRefused
        _check_place(connection, member, new.attestation.credential)
        connection.execute(insert(PASSKEYS).values(row))


def _row(accounts: Accounts, member: MemberId, new: NewPasskey, key: KnownKey, today: date) -> dict[str, object]:
    stands = new.stand_in
    return {
        "credential": new.attestation.credential,
        "member": member,
        "origin": key.origin,
        "public_key": key.public_key,
        "sign_count": key.sign_count,
        "name": new.name,
        "added": today,
        "signin_hash": None if stands is None else accounts.slow_hash.hash(stands.signin_secret),
        "wrapped_key": None if stands is None else write_json(stands.wrapped_key).decode(),
    }


def _check_place(connection: Connection, member: MemberId, credential: bytes) -> None:
    if connection.execute(select(PASSKEYS.c.member).where(PASSKEYS.c.credential == credential)).first() is not None:
        raise PasskeyRefused
    mine = select(func.count()).where(PASSKEYS.c.member == member)
    if connection.execute(mine).scalar_one() >= MOST_PASSKEYS:
        raise TooManyPasskeys


def passkeys_of(accounts: Accounts, member: MemberId) -> list[Passkey]:
    """The member's passkeys, by the day on which they were added."""
    query = select(PASSKEYS).where(PASSKEYS.c.member == member).order_by(PASSKEYS.c.added, PASSKEYS.c.credential)
    with accounts.store.read() as connection:
        rows = connection.execute(query).all()
    return [
        Passkey(bytes(row.credential), row.name, row.added, json.loads(row.wrapped_key) if row.wrapped_key else None)
        for row in rows
    ]


def remove_passkey(accounts: Accounts, member: MemberId, credential: bytes) -> None:
    """Forgets a passkey; one that is not there is no error."""
    mine = (PASSKEYS.c.member == member) & (PASSKEYS.c.credential == credential)
    with accounts.store.write() as connection:
        connection.execute(delete(PASSKEYS).where(mine))


def sign_in_with_passkey(
    accounts: Accounts, attempt: PasskeySignIn, origin: str, now: int, replaced: str = ""
) -> SessionToken:
    """A new session; raises `SignInRefused` or `TooManyAttempts`, and does the same work for any name.

    A passkey takes the place of the six digits, and with `stands_in` of the device secret too. Its signature can't
    be guessed: wrong ones count with the wrong secrets, and make nobody wait who has the right ones. `replaced` is as
    for `sign_in`.
    """
    given = attempt.assertion
    spent = spend_challenge(accounts, given.challenge, ChallengePurpose(origin), now)
    own = (PASSKEYS.c.member == MEMBERS.c.member) & (PASSKEYS.c.credential == given.credential)
    hashes = (MEMBERS.c.signin_hash, PASSKEYS.c.signin_hash.label("passkey_hash"))
    query = select(MEMBERS.c.state, *hashes, PASSKEYS.c.origin, PASSKEYS.c.public_key, PASSKEYS.c.sign_count)
    with accounts.store.read() as connection:
        joined = query.select_from(MEMBERS.outerjoin(PASSKEYS, own)).where(MEMBERS.c.member == attempt.member)
        row = connection.execute(joined).one_or_none()
    stored = None if row is None else row.passkey_hash if attempt.stands_in else row.signin_hash
    fits = accounts.slow_hash.fits(stored, attempt.secret)
    known = row is not None and row.state == MemberState.PASSED and row.origin == origin and spent
    key = KnownKey(bytes(row.public_key), row.origin, row.sign_count) if known and row is not None else None
    count = None if key is None else count_of(given, key)
    token, right = draw_token(accounts), fits and row is not None and count is not None
    with accounts.store.write() as connection:
        tries = lock_tries(connection, attempt.member, now)
        if not right:
            note_failure(connection, tries, right_secret=False)
        elif row is not None and still_signs_in(connection, attempt.member, row.signin_hash):
            counted = update(PASSKEYS).where(PASSKEYS.c.credential == given.credential).values(sign_count=count)
            # Removed meanwhile, it signs nobody in.
            right = connection.execute(counted).rowcount == 1
        else:
            right = False
        if right:
            start_session(connection, accounts, MemberId(attempt.member), token, now, replaced)
    if not right:
        raise TooManyAttempts if tries.waits.wrong else SignInRefused
    return token
