"""Wrong sign-ins, counted by the name that was typed: refused after a few, and never a lock on the member's own door.

Anyone who has the right secret is not held up by others who try wrong ones: it is 128 random bits and a generated
passphrase deep, so that nobody guesses it, and to make its owner wait would only serve who wants to shut the owner
out. Six digits can be guessed: wrong ones beside the right secret make everybody wait who has that secret.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from crypto.framing import sha256
from portal.accounts.tables import SIGNIN_FAILURES

FREE_TRIES: Final = 5
WINDOW_SECONDS: Final = 15 * 60
# Anyone who has somebody's secret may try five digits and then one a quarter of an hour, for as long as they go on.
DIGIT_WINDOW_SECONDS: Final = 24 * 60 * 60
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


@dataclass(frozen=True)
class Tries:
    """The wrong tries of one name, locked until the transaction ends: of many at once each finds those before it."""

    key: bytes = field(repr=False)
    failures: int
    refused_until: int
    digit_failures: int
    digits_until: int
    now: int

    @property
    def waits(self) -> Waits:
        """What the name has to wait for."""
        return Waits(wrong=self.refused_until > self.now, digits=self.digits_until > self.now)


def lock_tries(connection: Connection, name: str, now: int) -> Tries:
    """This name's tries, for this transaction alone; asks the same of unknown names.

    Who judges a try does so while holding them: else a burst is judged before its first wrong try counts. What is too
    old is forgotten for every name, wrong digits after a day.
    """
    old = (SIGNIN_FAILURES.c.last <= now - WINDOW_SECONDS) & (SIGNIN_FAILURES.c.digit_failures == 0)
    connection.execute(delete(SIGNIN_FAILURES).where(old | (SIGNIN_FAILURES.c.last <= now - DIGIT_WINDOW_SECONDS)))
    key = _hash(name)
    none = {"failures": 0, "refused_until": 0, "digit_failures": 0, "digits_until": 0}
    # A row that is not there cannot be locked, and one that is waited for may go meanwhile, when somebody signs in:
    # inserting again or locking what is there has to be one statement.
    fresh = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    placed = fresh(SIGNIN_FAILURES).values(name_hash=key, last=now, **none)
    locked = placed.on_conflict_do_update(index_elements=[SIGNIN_FAILURES.c.name_hash], set_={"name_hash": key})
    row = connection.execute(locked.returning(SIGNIN_FAILURES)).one()
    recent = row.last > now - WINDOW_SECONDS
    failures, until = (row.failures, row.refused_until) if recent else (0, 0)
    return Tries(key, failures, until, row.digit_failures, row.digits_until, now)


def note_failure(connection: Connection, tries: Tries, *, right_secret: bool) -> None:
    """Counts one wrong try, unless one waits already.

    The same statements whatever is counted. The answer depends on the wrong tries in all, so that it tells nobody
    whether a try's secret was right.
    """
    now = tries.now
    failures, refused_until = _one_more(tries.failures, tries.refused_until, now, counts=True)
    digit_failures, digits_until = _one_more(tries.digit_failures, tries.digits_until, now, counts=right_secret)
    counted = {
        "failures": failures, "refused_until": refused_until,
        "digit_failures": digit_failures, "digits_until": digits_until, "last": now,
    }  # fmt: skip
    connection.execute(update(SIGNIN_FAILURES).where(SIGNIN_FAILURES.c.name_hash == tries.key).values(counted))


def count_failure(connection: Connection, name: str, now: int) -> None:
    """Counts one try with a wrong secret, by somebody whose digits are not asked for."""
    note_failure(connection, lock_tries(connection, name, now), right_secret=False)


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
