"""New sign-in secrets for a member who is signed in: the same keys, wrapped again; sessions and passkeys end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update

from casework.event_store.store import MemberId
from crypto.framing import sha256
from crypto.text import write_json
from portal.accounts.enrolment import check_wrapped
from portal.accounts.errors import SignInRefused
from portal.accounts.failures import count_failure
from portal.accounts.rotation import check_seeds_stay
from portal.accounts.service import Accounts
from portal.accounts.tables import MEMBERS, PASSKEYS, SESSIONS


@dataclass(frozen=True)
class NewSecrets:
    """The sign-in secret as it was (32 bytes), and what takes its place; nothing of it opens anything."""

    before: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    wrapped_key: object


def change_secrets(accounts: Accounts, member: MemberId, token: str, new: NewSecrets, now: int) -> None:
    """Takes the new secrets in one transaction and ends every session but this one; the same again changes nothing.

    Passkeys go too: they open the keys under the passphrase as it was.

    Raises `SignInRefused` for a wrong secret, which counts as a wrong sign-in: anyone who finds an open session
    must not shut its owner out; `KeysWaiting` for fewer seeds than are wrapped while new keys wait, since the keepers
    may sign them. Raises crypto's WrongShape for what is no wrapped key.
    """
    check_wrapped(new.wrapped_key)
    with accounts.store.read() as connection:
        row = connection.execute(select(MEMBERS).where(MEMBERS.c.member == member)).one()
    if accounts.slow_hash.fits(row.signin_hash, new.secret) and json.loads(row.wrapped_key) == new.wrapped_key:
        return
    right = accounts.slow_hash.fits(row.signin_hash, new.before)
    made = accounts.slow_hash.hash(new.secret)
    with accounts.store.write() as connection:
        if not right:
            count_failure(connection, member, now)
        else:
            check_seeds_stay(connection, member, row.wrapped_key, new.wrapped_key)
            # Of two changes in a race the later one finds another hash, or other seeds, and is refused.
            mine = (MEMBERS.c.member == member) & (MEMBERS.c.signin_hash == row.signin_hash)
            mine &= MEMBERS.c.wrapped_key == row.wrapped_key
            values = {"signin_hash": made, "wrapped_key": write_json(new.wrapped_key).decode()}
            right = connection.execute(update(MEMBERS).where(mine).values(values)).rowcount == 1
        if right:
            here = sha256(token.encode("utf-8", "surrogatepass"))
            others = (SESSIONS.c.member == member) & (SESSIONS.c.session_hash != here)
            connection.execute(delete(SESSIONS).where(others))
            connection.execute(delete(PASSKEYS).where(PASSKEYS.c.member == member))
    if not right:
        raise SignInRefused
