"""Which calls of intake cost more than an answer from memory, and what their proofs of work are bound to."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from datetime import UTC, date

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from crypto.reporter.lengths import DRAFT_PUT_SIZE, LONGEST_SUBMISSION, POST_SIZE
from crypto.reporter.work import LEAST_BITS, MOST_BITS
from portal.clock import Clock
from portal.edge.load_limiter import LoadLimiter
from portal.edge.proof_of_work import Costly, announced_part, bundle_head, whole_body
from portal.logs import log
from portal.mailroom.context import Mailroom
from portal.mailroom.pg_functions import call
from portal.mailroom.shapes import SMALL_LIMIT
from portal.mailroom.tables import GRANTS, MAILBOXES

# So many reports of a day, or drafts that wait, are free; each doubling asks one bit more.
FREE_REPORTS = 2000
FREE_DRAFTS = 2000
# Posts that a process takes in a day: each leaves packets that look like any others, and are kept.
FREE_POSTS = 4000
RECOUNT_SECONDS = 30
PART = "/api/blobs/<blob>/parts/<k>"


def bits_for(count: int, free: int) -> int:
    """The least work once `count` of something exceeds what is free; never a refusal."""
    return 0 if count < free else min(LEAST_BITS + int(math.log2(count / free)), MOST_BITS)


class CachedCount:
    """A number that is asked of the store every half minute at most, by anyone who comes first.

    It is taken for a quarter more or less by lot, each time another: else anyone who fills what is free up to the last
    place would see each report and each draft of others.
    """

    def __init__(self, count: Callable[[], int], limiter: LoadLimiter) -> None:
        self._count = count
        self._ticks = limiter.ticks
        self._blur = limiter.randomization.blur
        self._turn = threading.Lock()
        self._known = 0
        self._fresh_until = self._ticks()

    def __call__(self) -> int:
        """The number as last counted."""
        # Others go on with what is known while one of them counts.
        if self._ticks() >= self._fresh_until and self._turn.acquire(blocking=False):
            try:
                self._known = int(self._count() * self._blur())
            except SQLAlchemyError as error:
                # The call itself will be told; a face must neither fail here nor refuse to start.
                log.warning("not counted", error=type(error).__qualname__)
            finally:
                self._fresh_until = self._ticks() + RECOUNT_SECONDS
                self._turn.release()
        return self._known


class DailyTally:
    """How many calls of a kind this process has let in today; in memory alone, and of nobody in particular."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turn = threading.Lock()
        self._day: date = date.min
        self._count = 0

    def increment(self) -> None:
        """One more."""
        with self._turn:
            self._roll()
            self._count += 1

    def __call__(self) -> int:
        """The number so far."""
        with self._turn:
            self._roll()
            return self._count

    def _roll(self) -> None:
        today = self._clock().astimezone(UTC).date()
        if today != self._day:
            self._day, self._count = today, 0


def _reports_of_the_day(clock: Clock) -> Callable[[Connection], int]:
    def count(connection: Connection) -> int:
        today = clock().astimezone(UTC).date()
        if connection.dialect.name != "sqlite":
            return call(connection, "reports_since", day=today).scalar_one()
        return connection.scalar(select(func.count()).select_from(GRANTS).where(GRANTS.c.day >= today)) or 0

    return count


def _waiting_drafts(connection: Connection) -> int:
    if connection.dialect.name != "sqlite":
        return call(connection, "waiting_drafts").scalar_one()
    return connection.scalar(select(func.count()).select_from(MAILBOXES).where(MAILBOXES.c.case_id.is_(None))) or 0


def costly_calls(mailroom: Mailroom, clock: Clock, limiter: LoadLimiter) -> tuple[Costly, ...]:
    """Every call that writes, or that answers with more than its question."""

    def least(count: Callable[[Connection], int], free: int) -> Callable[[], int]:
        def from_store() -> int:
            with mailroom.store.read() as connection:
                return count(connection)

        known = CachedCount(from_store, limiter)
        return lambda: bits_for(known(), free)

    reports = least(_reports_of_the_day(clock), FREE_REPORTS)
    drafts = least(_waiting_drafts, FREE_DRAFTS)
    posts = DailyTally(clock)
    known_posts = CachedCount(posts, limiter)
    return (
        Costly("POST", "/api/poll", whole_body(SMALL_LIMIT)),
        Costly("POST", "/api/filings", whole_body(SMALL_LIMIT)),
        Costly("POST", "/api/submissions", whole_body(LONGEST_SUBMISSION), reports),
        Costly(
            "POST",
            "/api/posts",
            whole_body(POST_SIZE),
            lambda: bits_for(known_posts(), FREE_POSTS),
            on_admitted=posts.increment,
        ),
        Costly("PUT", PART, announced_part, is_long=True),
        Costly("POST", "/api/blob", whole_body(SMALL_LIMIT), is_long=True),
        Costly("PUT", "/api/drafts", whole_body(DRAFT_PUT_SIZE), drafts),
        Costly("POST", "/api/bundles", bundle_head(LONGEST_SUBMISSION), reports, is_long=True, streams=True),
    )
