"""Wrong sign-ins, counted by the name that was typed: a back-off of at most a quarter of an hour."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from crypto.framing import sha256
from portal.accounts.errors import TooManyAttempts
from portal.accounts.tables import SIGNIN_FAILURES

FREE_TRIES: Final = 5
WINDOW_SECONDS: Final = 15 * 60
FIRST_WAIT_SECONDS: Final = 30


def wait_after(failures: int) -> int:
    """How many seconds a name is refused after so many failures: 0, then 30, doubling up to 900."""
    beyond = failures - FREE_TRIES
    return 0 if beyond < 0 else min(FIRST_WAIT_SECONDS << min(beyond, 10), WINDOW_SECONDS)


def check_wait(connection: Connection, name: str, now: int) -> None:
    """Raises `TooManyAttempts` while the name is refused; asks the same of unknown names."""
    query = select(SIGNIN_FAILURES.c.refused_until).where(SIGNIN_FAILURES.c.name_hash == _hash(name))
    refused_until = connection.execute(query).scalar()
    if refused_until is not None and refused_until > now:
        raise TooManyAttempts


def count_failure(connection: Connection, name: str, now: int) -> None:
    """Counts one wrong try; counts older than the window are forgotten for every name."""
    connection.execute(delete(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.last <= now - WINDOW_SECONDS))
    key = _hash(name)
    query = select(SIGNIN_FAILURES.c.failures).where(SIGNIN_FAILURES.c.name_hash == key).with_for_update()
    before = connection.execute(query).scalar()
    failures = (before or 0) + 1
    counted = {"failures": failures, "last": now, "refused_until": now + wait_after(failures)}
    if before is None:
        connection.execute(insert(SIGNIN_FAILURES).values(name_hash=key, **counted))
    else:
        connection.execute(update(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.name_hash == key).values(counted))


def forget_failures(connection: Connection, name: str) -> None:
    """Somebody signed in under this name."""
    connection.execute(delete(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.name_hash == _hash(name)))


def _hash(name: str) -> bytes:
    # What was typed may be a passphrase in the wrong field: it is not kept.
    return sha256(name.encode("utf-8", "surrogatepass"))
