"""Enrolment: an invitation, the member's own keys, a dummy case to open; then the keepers sign."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from casework.event_store.store import MemberId
from crypto.codes import read_code, write_code
from crypto.desk.trial import Trial, seal_trial
from crypto.errors import CryptoError
from crypto.framing import sha256
from crypto.keys.staff import box_of, check_proof_of_keys
from crypto.localized import LocalizedText
from crypto.office.directory_shape import Role
from crypto.shape import Fields
from crypto.text import write_json
from portal.accounts.errors import KeysRefused, NoSuchInvite, TrialRefused
from portal.accounts.members import INVITE_BYTES, TRIES, MemberState, name_of
from portal.accounts.service import Accounts
from portal.accounts.tables import INVITES, MEMBERS
from portal.accounts.totp import matching_step

# Words without look-alikes, the same in both languages: digits only.
WORD_DIGITS: Final = 6


@dataclass(frozen=True)
class Welcome:
    """What the wizard shows first."""

    member: MemberId
    name: LocalizedText
    role: Role
    entity: str | None
    totp_secret: bytes = field(repr=False)


@dataclass(frozen=True)
class NewKeys:
    """What a new member's device made; nothing of it opens anything."""

    recipient: str
    signing: bytes
    proof: bytes
    wrapped_key: object
    signin_secret: bytes = field(repr=False)
    totp: str = field(repr=False)


@dataclass(frozen=True)
class EnrolmentTime:
    """Today, and seconds since 1970."""

    today: date
    now: int


def begin(accounts: Accounts, code: str, today: date) -> Welcome:
    """Who is invited; raises `NoSuchInvite` once keys were made or when it has expired."""
    with accounts.store.read() as connection:
        row = _invited(connection, code, today, MemberState.INVITED)
    return Welcome(MemberId(row.member), name_of(row.name), Role(row.role), row.entity, bytes(row.totp_secret))


def set_keys(accounts: Accounts, office: bytes, code: str, keys: NewKeys, at: EnrolmentTime) -> Trial:
    """Takes the keys once and gives the dummy case; raises `NoSuchInvite` or `KeysRefused`."""
    check_wrapped(keys.wrapped_key)
    signin_hash = accounts.slow_hash.hash(keys.signin_secret)
    word = _draw_word(accounts)
    with accounts.store.write() as connection:
        row = _invited(connection, code, at.today, MemberState.INVITED, held=True)
        try:
            # Over the code as it was sent: the device proved what it typed.
            check_proof_of_keys(office, row.member, keys.recipient, keys.signing, code, keys.proof)
        except CryptoError as error:
            raise KeysRefused from error
        step = matching_step(bytes(row.totp_secret), keys.totp, at.now, row.totp_step)
        if step is None:
            raise KeysRefused
        trial = seal_trial(office, row.member, keys.recipient, word, accounts.rng)
        values: dict[str, object] = {
            "state": MemberState.KEYED.value,
            "recipient": keys.recipient,
            "signing": keys.signing,
            "wrapped_key": write_json(keys.wrapped_key).decode(),
            "signin_hash": signin_hash,
            "totp_step": step,
        }
        connection.execute(update(MEMBERS).where(MEMBERS.c.member == row.member).values(values))
        word_hash = sha256(word.encode())
        connection.execute(update(INVITES).where(INVITES.c.member == row.member).values(word_hash=word_hash))
    return trial


def pass_trial(accounts: Accounts, code: str, word: str, today: date) -> None:
    """The dummy case was opened: the invitation is used up, the member waits for the keepers.

    Raises `NoSuchInvite`, or `TrialRefused` for a wrong word; after ten of those a new invitation
    is needed.
    """
    with accounts.store.write() as connection:
        row = _invited(connection, code, today, MemberState.KEYED, held=True)
        right = hmac.compare_digest(sha256(word.strip().encode("utf-8", "surrogatepass")), bytes(row.word_hash))
        mine = INVITES.c.member == row.member
        if right:
            passed = update(MEMBERS).where(MEMBERS.c.member == row.member).values(state=MemberState.PASSED.value)
            connection.execute(passed)
            connection.execute(delete(INVITES).where(mine))
        elif row.tries_left > 1:
            connection.execute(update(INVITES).where(mine).values(tries_left=row.tries_left - 1))
        else:
            connection.execute(delete(INVITES).where(mine))
    if not right:
        raise TrialRefused


def _invited(connection: Connection, code: str, today: date, state: MemberState, *, held: bool = False) -> Row[Any]:
    """The invitation and its member; `held`: anyone else who comes with the code waits, and finds what was done."""
    query = (
        select(*MEMBERS.c, INVITES.c.word_hash, INVITES.c.tries_left)
        .join(INVITES, INVITES.c.member == MEMBERS.c.member)
        .where(
            INVITES.c.code_hash == sha256(_normal(code).encode()),
            INVITES.c.expires >= today,
            INVITES.c.tries_left.between(1, TRIES),
            MEMBERS.c.state == state.value,
        )
    )
    row = connection.execute(query.with_for_update() if held else query).one_or_none()
    if row is None:
        raise NoSuchInvite
    return row


def _normal(code: str) -> str:
    """The code as it was printed, however it was typed."""
    try:
        return write_code(read_code(code, INVITE_BYTES))
    except CryptoError as error:
        raise NoSuchInvite from error


def _draw_word(accounts: Accounts) -> str:
    """Six digits, each equally likely: bytes from 250 on are thrown away."""
    digits = ""
    while len(digits) < WORD_DIGITS:
        drawn = accounts.rng(1)[0]
        digits += str(drawn % 10) if drawn < 250 else ""
    return digits


def check_wrapped(value: object) -> None:
    """Raises crypto's WrongShape for what is no wrapped key."""
    fields = Fields(value, "v", "salt", "nonce", "box")
    fields.version()
    fields.bytes("salt", 16)
    fields.bytes("nonce", 12)
    box_of(fields)
