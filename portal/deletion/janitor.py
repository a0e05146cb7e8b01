"""The janitor: ends deletions that were begun, and once a day takes away what nothing needs any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, update

from casework.event_store.deletion import mark_case, unmarked_cases
from casework.event_store.former_epochs import forget_claims, is_opened_by_others
from casework.event_store.proposals import remove_old_proposals
from casework.event_store.store import CaseId
from portal.deletion.deleting import Deletion
from portal.mailroom.batch import expire_old_days
from portal.mailroom.context import insert_new
from portal.mailroom.drafts import remove_old_drafts
from portal.mailroom.grants import delete_grant, superseded_grants
from portal.mailroom.orphans import find_orphans, remove_orphans
from portal.mailroom.removal import mark_of_case
from portal.mailroom.tables import DAILY_TASKS

# Its row among the days on which something was last done.
KIND = "janitor"
CASES_AT_ONCE = 1000
NEVER, ALWAYS = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
# How long to wait when somebody reads a store: a backup takes its time.
PATIENCE = timedelta(minutes=1)
# A destination that is away must not hold up the worker in every round.
COPIES_EVERY = timedelta(hours=1)


@dataclass
class Janitor:
    """One per worker; what several of them do at once is done once or does no harm."""

    deletion: Deletion
    # Destroys copies of the erasure store that are too old on a day; gives their number.
    destroy_copies: Callable[[date], int]
    # The length of the deletion list when all of it was last looked through, and when to scrub after that.
    _seen: int = field(default=0, repr=False)
    _scrub_from: datetime = field(default=NEVER, repr=False)
    _copies_from: datetime = field(default=ALWAYS, repr=False)
    _resumed: bool = field(default=False, repr=False)

    def work(self) -> int:
        """One round; gives the number of things done."""
        return self._resume_once() + self.finish_deletions() + self.tidy_daily()

    def _resume_once(self) -> int:
        """What a killed process left begun, when this worker begins; the day's work looks again."""
        if self._resumed:
            return 0
        self._resumed = True
        return self.deletion.resume()

    def finish_deletions(self) -> int:
        """Looks through the deletion list when it has grown, or was never looked through by this worker."""
        length, now, done = self.deletion.deleted.count(), self.deletion.clock(), 0
        if length != self._seen:
            done = self.deletion.finish()
            # Even if nothing was found: anyone who deleted may have been killed before the traces were wiped.
            self._seen, self._scrub_from = length, now
        if now >= self._scrub_from:
            self._scrub_from = NEVER if self.deletion.scrub() else now + PATIENCE
        return done

    def tidy_copies(self) -> int:
        """Destroys copies of the erasure store that are too old, whether anybody makes new ones or not."""
        now = self.deletion.clock()
        if now < self._copies_from:
            return 0
        self._copies_from = now + COPIES_EVERY
        return self.destroy_copies(self.deletion.today())

    def tidy_daily(self) -> int:
        """The day's work, by whichever worker comes first; none on an installation's first day."""
        today = self.deletion.today()
        if not self._takes(today):
            return 0
        mailroom = self.deletion.mailroom
        done = self.deletion.resume() + self.deletion.finish() + self._mark_cases()
        with self.deletion.cases.write() as tx:
            done += remove_old_proposals(tx, today)
        done += self._forget_former(today)
        done += find_orphans(mailroom, today) + remove_orphans(mailroom, today)
        while removed := expire_old_days(mailroom, today) + remove_old_drafts(mailroom, today):
            done += removed
        self.deletion.scrub()
        return done

    def _forget_former(self, today: date) -> int:
        """Removes packets of epochs that are over, once enough of those who hold the case have opened the one behind.

        Until then one who makes a packet that opens for nobody takes nothing from the others but what comes after it.
        """
        done = 0
        for case, epoch in superseded_grants(self.deletion.mailroom, today):
            with self.deletion.cases.read() as connection:
                opened = is_opened_by_others(connection, CaseId(case), epoch)
            if opened:
                done += delete_grant(self.deletion.mailroom, case, epoch)
                with self.deletion.cases.write() as tx:
                    forget_claims(tx, CaseId(case), epoch)
        return done

    def _takes(self, today: date) -> bool:
        """Whether this worker is the first of the day."""
        mailroom = self.deletion.mailroom
        mine = DAILY_TASKS.c.kind == KIND
        with mailroom.store.read() as connection:
            last = connection.scalar(select(DAILY_TASKS.c.day).where(mine))
        if last is not None and last >= today:
            return False
        row: dict[str, object] = {"kind": KIND, "day": today}
        with mailroom.store.write() as tx:
            if last is None:
                insert_new(tx, DAILY_TASKS, row)
                return False
            return (
                tx.execute(update(DAILY_TASKS).where(mine, DAILY_TASKS.c.day < today).values(day=today)).rowcount == 1
            )

    def _mark_cases(self) -> int:
        """Gives cases of an earlier release the mark under which a restored store would be told of them."""
        with self.deletion.cases.read() as connection:
            unmarked = unmarked_cases(connection, CASES_AT_ONCE)
        found = {case: mark_of_case(self.deletion.mailroom, case) for case in unmarked}
        known = {case: mark for case, mark in found.items() if mark is not None}
        for case, mark in known.items():
            with self.deletion.cases.write() as tx:
                mark_case(tx, case, mark)
        return len(known)
