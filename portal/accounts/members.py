"""Members: invited, enrolled, revoked. Who may act is the word of the signed directory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NewType

from sqlalchemy import Row, delete, insert, select, update

from casework.event_store.store import MemberId
from crypto.codes import write_code
from crypto.framing import sha256
from crypto.localized import LocalizedText, localized
from crypto.office.directory_shape import Role
from crypto.shape import id_of
from portal.accounts.errors import MemberExists, NotSignedIn
from portal.accounts.service import Accounts
from portal.accounts.tables import INVITES, MEMBERS, NEXT_KEYS, PASSKEYS, SESSIONS
from portal.accounts.totp import SECRET_SIZE

InviteCode = NewType("InviteCode", str)
INVITE_BYTES: Final = 10
INVITE_DAYS: Final = 14
TRIES: Final = 10


class MemberState(StrEnum):
    """How far a member has come."""

    INVITED = "invited"
    KEYED = "keyed"
    PASSED = "passed"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Invitation:
    """Who is invited: id, role, name, and the entity whose desk it is (None: outside of all)."""

    member: MemberId
    role: Role
    entity: str | None
    name: LocalizedText


@dataclass(frozen=True)
class Account:
    """One member as the accounts know it; `recipient` and `signing` are None before the keys are made."""

    member: MemberId
    role: Role
    entity: str | None
    name: LocalizedText
    state: MemberState
    recipient: str | None
    signing: bytes | None
    wrapped_key: object = field(repr=False)


def invite_member(accounts: Accounts, invitation: Invitation, today: date) -> InviteCode:
    """The code that opens the set-up wizard once, valid for two weeks.

    A member who has not passed yet gets a new code and the old one dies. Raises `MemberExists` for
    one who has passed, and crypto's WrongShape for an id that is none.
    """
    id_of(invitation.member)
    code = InviteCode(write_code(accounts.rng(INVITE_BYTES)))
    with accounts.store.write() as connection:
        query = select(MEMBERS.c.state).where(MEMBERS.c.member == invitation.member).with_for_update()
        state = connection.execute(query).scalar()
        if state in (MemberState.PASSED, MemberState.REVOKED):
            raise MemberExists
        connection.execute(delete(INVITES).where(INVITES.c.member == invitation.member))
        connection.execute(delete(MEMBERS).where(MEMBERS.c.member == invitation.member))
        connection.execute(insert(MEMBERS).values(_fresh_row(accounts, invitation)))
        connection.execute(
            insert(INVITES).values(
                code_hash=sha256(code.encode()),
                member=invitation.member,
                expires=today + timedelta(days=INVITE_DAYS),
                word_hash=None,
                tries_left=TRIES,
            )
        )
    return code


def _fresh_row(accounts: Accounts, invitation: Invitation) -> dict[str, object]:
    return {
        "member": invitation.member,
        "role": invitation.role.value,
        "entity": invitation.entity,
        "name": _written(invitation.name),
        "state": MemberState.INVITED.value,
        "totp_secret": accounts.rng(SECRET_SIZE),
        "totp_step": 0,
    }


def revoke_member(accounts: Accounts, member: MemberId) -> bool:
    """Ends sign-in, sessions, passkeys and invitation at once; False when there is no such member.

    Grants stay sealed to the member's key until the cases are re-granted, and the directory names
    the member until the keepers sign the next one.
    """
    with accounts.store.write() as connection:
        # The member first: anyone who is being let in meanwhile holds that row, and what it brought is deleted below.
        revoked = update(MEMBERS).where(MEMBERS.c.member == member)
        values = {"state": MemberState.REVOKED.value, "signin_hash": None, "wrapped_key": None}
        found = connection.execute(revoked.values(values)).rowcount == 1
        connection.execute(delete(SESSIONS).where(SESSIONS.c.member == member))
        connection.execute(delete(INVITES).where(INVITES.c.member == member))
        connection.execute(delete(PASSKEYS).where(PASSKEYS.c.member == member))
        connection.execute(delete(NEXT_KEYS).where(NEXT_KEYS.c.member == member))
        return found


def all_members(accounts: Accounts) -> list[Account]:
    """Every member, by id; those who `passed` may be signed into the next directory."""
    with accounts.store.read() as connection:
        return [_account(row) for row in connection.execute(select(MEMBERS).order_by(MEMBERS.c.member))]


def account_of(accounts: Accounts, member: MemberId) -> Account:
    """The account of somebody who is signed in; raises `NotSignedIn` if it is gone."""
    with accounts.store.read() as connection:
        row = connection.execute(select(MEMBERS).where(MEMBERS.c.member == member)).one_or_none()
    if row is None:
        raise NotSignedIn
    return _account(row)


def _written(name: LocalizedText) -> str:
    own = {name.language: name.text_in(name.language)}
    return json.dumps(own | name.document(), ensure_ascii=False)


def name_of(text: str) -> LocalizedText:
    """A member's name as the table keeps it."""
    texts: dict[str, str] = json.loads(text)
    return localized(texts, next(iter(texts)))


def _account(row: Row[Any]) -> Account:
    return Account(
        member=MemberId(row.member),
        role=Role(row.role),
        entity=row.entity,
        name=name_of(row.name),
        state=MemberState(row.state),
        recipient=row.recipient,
        signing=None if row.signing is None else bytes(row.signing),
        wrapped_key=None if row.wrapped_key is None else json.loads(row.wrapped_key),
    )
