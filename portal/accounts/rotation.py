"""New keys for a member who stays: they wait here, proven, until the keepers sign a directory with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, insert, select, update

from casework.event_store.store import MemberId
from crypto.errors import CryptoError
from crypto.keys.former import NextKeys, check_next_keys
from crypto.office.directory_shape import Member
from crypto.text import write_json
from portal.accounts.enrolment import check_wrapped
from portal.accounts.errors import KeysNotSigned, KeysRefused, KeysWaiting, SignInRefused
from portal.accounts.failures import count_failure
from portal.accounts.service import Accounts
from portal.accounts.tables import MEMBERS, NEXT_KEYS, PASSKEYS


@dataclass(frozen=True)
class Rewrapped:
    """The sign-in secret (32 bytes), and the member's seeds wrapped again; `keys` where new ones are to wait."""

    secret: bytes = field(repr=False)
    wrapped_key: object
    keys: NextKeys | None = None


def next_keys_of(accounts: Accounts, member: MemberId) -> NextKeys | None:
    """The public keys of a member that wait for the keepers, None where none do."""
    with accounts.store.read() as connection:
        return _waiting(connection, member)


def all_next_keys(accounts: Accounts) -> Mapping[MemberId, NextKeys]:
    """All that wait, by member."""
    with accounts.store.read() as connection:
        return {MemberId(row.member): _keys(row) for row in connection.execute(select(NEXT_KEYS))}


def propose_next_keys(accounts: Accounts, office: bytes, named: Member, new: Rewrapped, now: int) -> None:
    """Keeps new keys with the seed behind them, which `wrapped_key` holds beside the present one; once and whole.

    `named` is the member in today's directory, whose signing key must have signed them. The very same again changes
    nothing. Passkeys that hold the keys end, since they lack the new ones. Raises `KeysRefused` where the proof does
    not hold, `KeysWaiting` while others wait, `SignInRefused` for a wrong secret, crypto's WrongShape.
    """
    check_wrapped(new.wrapped_key)
    if new.keys is None:
        raise KeysRefused
    member, keys = MemberId(named.id), new.keys
    try:
        check_next_keys(office, named.id, named.signing, keys)
    except CryptoError as error:
        raise KeysRefused from error
    if next_keys_of(accounts, member) == keys and _wrapped(accounts, member) == new.wrapped_key:
        return
    right = _fits(accounts, member, new.secret, now)
    with accounts.store.write() as connection:
        # The member's row first: of two devices at once the second waits for it, and then finds the first one's keys.
        _wrap(connection, right, new.wrapped_key)
        if _waiting(connection, member) is not None:
            raise KeysWaiting
        values = {"recipient": keys.recipient, "signing": keys.signing}
        proof = {"by_former": keys.by_former, "by_new": keys.by_new}
        connection.execute(insert(NEXT_KEYS).values(member=member, **values, **proof))


def activate_next_keys(accounts: Accounts, named: Member, new: Rewrapped, now: int) -> None:
    """The keys that waited are the member's own from now on; the seeds are wrapped again, less such as are forgotten.

    Without keys that wait the seeds alone change. Raises `KeysNotSigned` while today's directory (`named`) does not
    name those that wait, else as `propose_next_keys`.
    """
    check_wrapped(new.wrapped_key)
    member = MemberId(named.id)
    right = _fits(accounts, member, new.secret, now)
    with accounts.store.write() as connection:
        keys = _waiting(connection, member)
        if keys is not None and (keys.signing, keys.recipient) != (named.signing, named.recipient.text):
            raise KeysNotSigned
        _wrap(connection, right, new.wrapped_key)
        if keys is not None:
            values = {"recipient": keys.recipient, "signing": keys.signing}
            connection.execute(update(MEMBERS).where(MEMBERS.c.member == member).values(values))
            connection.execute(delete(NEXT_KEYS).where(NEXT_KEYS.c.member == member))


def check_seeds_stay(connection: Connection, member: MemberId, stored: str, wrapped: object) -> None:
    """Raises `KeysWaiting` where new keys wait and a device that knows nothing of them would wrap fewer seeds."""
    boxes = [cast("dict[str, str]", one)["box"] for one in (json.loads(stored), wrapped)]
    if len(boxes[1]) < len(boxes[0]) and _waiting(connection, member) is not None:
        raise KeysWaiting


def _keys(row: Row[Any]) -> NextKeys:
    return NextKeys(row.recipient, bytes(row.signing), bytes(row.by_former), bytes(row.by_new))


def _waiting(connection: Connection, member: MemberId) -> NextKeys | None:
    row = connection.execute(select(NEXT_KEYS).where(NEXT_KEYS.c.member == member)).one_or_none()
    return None if row is None else _keys(row)


def _wrapped(accounts: Accounts, member: MemberId) -> object:
    with accounts.store.read() as connection:
        stored = connection.execute(select(MEMBERS.c.wrapped_key).where(MEMBERS.c.member == member)).scalar_one()
    return json.loads(stored) if stored else None


@dataclass(frozen=True)
class _Right:
    """Whose secret was right, and under which hash."""

    member: MemberId
    signin_hash: str


def _fits(accounts: Accounts, member: MemberId, secret: bytes, now: int) -> _Right:
    """Raises `SignInRefused` for a wrong secret, and counts it as a wrong sign-in."""
    with accounts.store.read() as connection:
        stored = connection.execute(select(MEMBERS.c.signin_hash).where(MEMBERS.c.member == member)).scalar_one()
    if accounts.slow_hash.fits(stored, secret):
        return _Right(member, stored)
    with accounts.store.write() as connection:
        count_failure(connection, member, now)
    raise SignInRefused


def _wrap(connection: Connection, right: _Right, wrapped: object) -> None:
    """The seeds wrapped again; anyone who changed the secrets meanwhile wrapped them otherwise, and this is refused."""
    mine = (MEMBERS.c.member == right.member) & (MEMBERS.c.signin_hash == right.signin_hash)
    changed = connection.execute(update(MEMBERS).where(mine).values(wrapped_key=write_json(wrapped).decode()))
    if changed.rowcount != 1:
        raise SignInRefused
    stand_ins = (PASSKEYS.c.member == right.member) & PASSKEYS.c.wrapped_key.is_not(None)
    connection.execute(delete(PASSKEYS).where(stand_ins))
