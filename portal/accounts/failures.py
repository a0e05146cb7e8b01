"""Wrong sign-ins, counted by the name that was typed: refused after a few, and never a lock on the member's own door.

Whoever has the right secret is not held up by others who try wrong ones: it is 128 random bits and a generated
passphrase deep, so that nobody guesses it, and to make its owner wait would only serve who wants to shut the owner
out. Six digits can be guessed: wrong ones beside the right secret make everybody wait who has that secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from crypto.framing import sha256
from portal.accounts.tables import SIGNIN_FAILURES

FREE_TRIES: Final = 5
WINDOW_SECONDS: Final = 15 * 60
FIRST_WAIT_SECONDS: Final = 30


@dataclass(frozen=True)
class Waits:
    """What a name has to wait for at a moment."""

    # What is wrong is answered with "too many attempts" rather than with a plain refusal.
    wrong: bool
    # Not even the right digits are taken.
    digits: bool


def wait_after(failures: int) -> int:
    """How many seconds a name is refused after so many failures: 0, then 30, doubling up to 900."""
    beyond = failures - FREE_TRIES
    return 0 if beyond < 0 else min(FIRST_WAIT_SECONDS << min(beyond, 10), WINDOW_SECONDS)


def waits_of(connection: Connection, name: str, now: int) -> Waits:
    """What this name has to wait for; asks the same of unknown names."""
    query = select(SIGNIN_FAILURES.c.refused_until, SIGNIN_FAILURES.c.digits_until)
    row = connection.execute(query.where(SIGNIN_FAILURES.c.name_hash == _hash(name))).one_or_none()
    return Waits(wrong=row is not None and row.refused_until > now, digits=row is not None and row.digits_until > now)


def count_failure(connection: Connection, name: str, now: int, *, right_secret: bool) -> None:
    """Counts one wrong try, unless one waits already; counts older than the window are forgotten for every name.

    The same statements whatever is counted. The answer depends on the wrong tries in all, so that it tells nobody
    whether a try's secret was right.
    """
    connection.execute(delete(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.last <= now - WINDOW_SECONDS))
    key = _hash(name)
    query = select(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.name_hash == key).with_for_update()
    row = connection.execute(query).one_or_none()
    before = (row.failures, row.refused_until, row.digit_failures, row.digits_until) if row else (0, 0, 0, 0)
    failures, refused_until = _one_more(before[0], before[1], now, counts=True)
    digit_failures, digits_until = _one_more(before[2], before[3], now, counts=right_secret)
    counted = {
        "failures": failures, "refused_until": refused_until,
        "digit_failures": digit_failures, "digits_until": digits_until, "last": now,
    }  # fmt: skip
    if row is None:
        connection.execute(insert(SIGNIN_FAILURES).values(name_hash=key, **counted))
    else:
        connection.execute(update(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.name_hash == key).values(counted))


def _one_more(failures: int, until: int, now: int, *, counts: bool) -> tuple[int, int]:
    if not counts or until > now:
        return failures, until
    return failures + 1, now + wait_after(failures + 1)


def forget_failures(connection: Connection, name: str) -> None:
    """Somebody signed in under this name."""
    connection.execute(delete(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.name_hash == _hash(name)))


def _hash(name: str) -> bytes:
    # What was typed may be a passphrase in the wrong field: it is not kept.
    return sha256(name.encode("utf-8", "surrogatepass"))
