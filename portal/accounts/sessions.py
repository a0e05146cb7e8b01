"""Sessions on the server: the cookie holds a random id, the store its hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NewType

from sqlalchemy import Connection, Row, delete, insert, select, update

from casework.event_store.store import MemberId
from crypto.framing import b64decode, b64encode, sha256
from portal.accounts.errors import NotSignedIn, SignInRefused, TooManyAttempts
from portal.accounts.failures import forget_failures, lock_tries, note_failure
from portal.accounts.members import MemberState
from portal.accounts.service import Accounts
from portal.accounts.tables import MEMBERS, SESSIONS
from portal.accounts.totp import SECRET_SIZE, matching_step

SessionToken = NewType("SessionToken", str)
TOUCH_SECONDS = 60
HALF_SIZE = 32


@dataclass(frozen=True)
class SignIn:
    """What a member signs in with: name, derived secret (32 bytes), six digits."""

    member: str
    secret: bytes = field(repr=False)
    totp: str = field(repr=False)


def sign_in(accounts: Accounts, attempt: SignIn, now: int, replaced: str = "") -> SessionToken:
    """A new session; raises `SignInRefused` or `TooManyAttempts`, and does the same work for any name.

    `replaced` is the cookie that the browser had until now (see `start_session`).
    """
    with accounts.store.read() as connection:
        row = connection.execute(select(MEMBERS).where(MEMBERS.c.member == attempt.member)).one_or_none()
    passed = row is not None and row.state == MemberState.PASSED
    # Also while wrong tries wait: others' wrong ones must not shut out the one who knows.
    fits = accounts.slow_hash.fits(row.signin_hash if row else None, attempt.secret) and passed
    token = draw_token(accounts)
    with accounts.store.write() as connection:
        tries = lock_tries(connection, attempt.member, now)
        step = None if tries.waits.digits else _step_of(row, attempt, now)
        right = fits and step is not None
        if not right:
            note_failure(connection, tries, right_secret=fits)
        else:
            mine = (MEMBERS.c.member == attempt.member) & (MEMBERS.c.totp_step < step)
            # The same digits in a race: only one of the two gets in. So it is with secrets that were changed meanwhile.
            right = row is not None and still_signs_in(connection, attempt.member, row.signin_hash)
            right = right and connection.execute(update(MEMBERS).where(mine).values(totp_step=step)).rowcount == 1
        if right:
            start_session(connection, accounts, MemberId(attempt.member), token, now, replaced)
    if not right:
        raise TooManyAttempts if tries.waits.wrong else SignInRefused
    return token


def _step_of(row: Row[Any] | None, attempt: SignIn, now: int) -> int | None:
    """The time step whose digits were typed; as much work for nobody."""
    secret, last = (bytes(row.totp_secret), row.totp_step) if row else (bytes(SECRET_SIZE), 0)
    return matching_step(secret, attempt.totp, now, last)


def still_signs_in(connection: Connection, member: str, signin_hash: str) -> bool:
    """Whether this hash still is the member's; until the transaction ends nobody changes it, nor who signs in by it.

    The hash is slow to check: anyone who was checked against one that was changed meanwhile would be let in past the
    change, which ends sessions and passkeys.
    """
    mine = (MEMBERS.c.member == member) & (MEMBERS.c.signin_hash == signin_hash)
    query = select(MEMBERS.c.member).where(mine & (MEMBERS.c.state == MemberState.PASSED)).with_for_update()
    return connection.execute(query).first() is not None


def draw_token(accounts: Accounts) -> SessionToken:
    """A random session id (32 bytes, `b64`)."""
    return SessionToken(b64encode(accounts.rng(32)))


def start_session(
    connection: Connection, accounts: Accounts, member: MemberId, token: SessionToken, now: int, replaced: str = ""
) -> None:
    """Anyone who signed in right is let in, in the transaction that found it so; sessions that are over go.

    The session that this one replaces in the browser ends. One of the same member hands its half of the key on, since
    another tab of that browser may need it when it is reloaded, up to the time that the longest session lasts.
    """
    forget_failures(connection, member)
    over = (SESSIONS.c.started <= now - accounts.longest_seconds) | (SESSIONS.c.seen <= now - accounts.idle_seconds)
    connection.execute(delete(SESSIONS).where(over))
    before = SESSIONS.c.session_hash == _hash(SessionToken(replaced))
    fits = before & (SESSIONS.c.member == member) & (SESSIONS.c.half_drawn > now - accounts.longest_seconds)
    passed_on = connection.execute(select(SESSIONS.c.key_half, SESSIONS.c.half_drawn).where(fits)).one_or_none()
    connection.execute(delete(SESSIONS).where(before))
    half, drawn = (passed_on.key_half, passed_on.half_drawn) if passed_on else (accounts.rng(HALF_SIZE), now)
    row = {"session_hash": _hash(token), "member": member, "started": now, "seen": now}
    connection.execute(insert(SESSIONS).values(row | {"key_half": half, "half_drawn": drawn}))


def key_half_of(accounts: Accounts, token: str) -> bytes:
    """The half of a tab's key that is kept beside this session (32 bytes); raises `NotSignedIn`."""
    with accounts.store.read() as connection:
        half = connection.scalar(select(SESSIONS.c.key_half).where(SESSIONS.c.session_hash == _hash(token)))
    if half is None:
        raise NotSignedIn
    return bytes(half)


def member_of_session(accounts: Accounts, token: str, now: int, *, touch: bool = True) -> MemberId:
    """Who is signed in; raises `NotSignedIn` when the session is unknown, idle too long, or too old.

    Without `touch` the session ends when it would have ended: nobody is there, a page looks by itself.
    """
    with accounts.store.read() as connection:
        row = connection.execute(
            select(SESSIONS.c.member, SESSIONS.c.started, SESSIONS.c.seen)
            .join(MEMBERS, MEMBERS.c.member == SESSIONS.c.member)
            .where(SESSIONS.c.session_hash == _hash(token), MEMBERS.c.state == MemberState.PASSED)
        ).one_or_none()
    if row is None or now >= min(row.started + accounts.longest_seconds, row.seen + accounts.idle_seconds):
        raise NotSignedIn
    if touch and now - row.seen >= TOUCH_SECONDS:
        with accounts.store.write() as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.session_hash == _hash(token)).values(seen=now))
    return MemberId(row.member)


def end_session(accounts: Accounts, token: str) -> None:
    """Destroys the session; one that is not there is no error, and nothing is written for it."""
    mine = SESSIONS.c.session_hash == _hash(token)
    with accounts.store.read() as connection:
        known = connection.execute(select(SESSIONS.c.member).where(mine)).first() is not None
    if known:
        with accounts.store.write() as connection:
            connection.execute(delete(SESSIONS).where(mine))


def end_sessions_of(accounts: Accounts, member: MemberId) -> None:
    """Destroys every session of a member."""
    with accounts.store.write() as connection:
        connection.execute(delete(SESSIONS).where(SESSIONS.c.member == member))


def read_secret(text: str) -> bytes:
    """The derived secret from its `b64`; raises WrongShape."""
    return b64decode(text, 32)


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass"))
