"""Deletes a case in every store; killed at any moment, it leaves the case whole or on the list.

The order is the promise: the deletion list is durable first, then the key is destroyed, and only
then rows and objects go. Whatever the list names, `finish` ends, no matter who began it; what was begun
and is not on it yet, `resume`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date

from casework.errors import CaseHeld
from casework.event_store.deletion import DeletionReason, begin_deletion, leaving_cases, marked_cases, remove_cases
from casework.event_store.store import CaseId
from portal.accounts.keyring import forget_entries, marked_entries
from portal.clock import Clock
from portal.deletion.deletion_list import DeletionList
from portal.deletion.errors import NothingToDelete
from portal.mailroom.context import Mailroom
from portal.mailroom.orphans import remove_orphans
from portal.mailroom.removal import cases_of_marks, marks_of_case, remove_case
from portal.stores.engines import Store
from portal.stores.scrubbing import scrub_whole

AT_ONCE = 200


@dataclass(frozen=True)
class Deletion:
    """The stores that know a case, and the list of what was deleted."""

    mailroom: Mailroom
    cases: Store
    accounts: Store
    deleted: DeletionList
    clock: Clock

    def delete_case(self, case: CaseId, reason: DeletionReason) -> bool:
        """Deletes a case for good; True once no trace is left, False when the janitor has to scrub again.

        Raises `NothingToDelete` and `CaseHeld`. A case that is half deleted already is ended.
        """
        self.remove_case(case, reason)
        return self.scrub()

    def remove_case(self, case: CaseId, reason: DeletionReason, head: bytes | None = None) -> None:
        """The same for one of many: anyone who has removed them all wipes their traces with `scrub`.

        Given the `head` over which it was found to be over, raises `HeadMoved` where something happened since.
        """
        # 1. What must never be readable again; nobody may have a hold on it, and from here on nobody gets one.
        marks = marks_of_case(self.mailroom, case)
        self._begin(case, head)
        if not marks:
            # Not in the mailroom: perhaps somebody was stopped half way.
            if self.finish() == 0:
                raise NothingToDelete
            return
        # 2. The list: from here on the case will be gone, no matter who has to end it.
        self.deleted.note(marks)
        # 3. The keys: from here on nothing of it opens.
        self.mailroom.erasure.destroy_marked(frozenset(marks))
        # 4. The rows, the objects, and the traces of both.
        self._leave_cases([case], reason)
        self._leave_accounts([case])
        self._leave_mailroom([case])

    def _begin(self, case: CaseId, head: bytes | None) -> None:
        with self.cases.write() as tx:
            begin_deletion(tx, case, head)

    def resume(self) -> int:
        """Ends the deletions that were cut short between step 1 and the list; gives their number."""
        with self.cases.read() as connection:
            begun = leaving_cases(connection)
        return sum(self._resumed(CaseId(case)) for case in begun)

    def _resumed(self, case: CaseId) -> bool:
        # One that the mailroom does not know, or that was altered, holds up no other.
        with suppress(NothingToDelete, CaseHeld):
            self.remove_case(case, DeletionReason.RESUMED)
            return True
        return False

    def finish(self) -> int:
        """Ends every deletion on the list, and deletes again what a restored store had forgotten.

        Gives the number of keys and rows found; 0 when all that the list names was gone already.
        """
        marks = self.deleted.marks()
        if not marks:
            return 0
        keys = self.mailroom.erasure.destroy_marked(marks)
        # Each store is searched by its own marks: a case that was reported again under an old id stays.
        here = cases_of_marks(self.mailroom, marks)
        with self.cases.read() as connection:
            theirs = marked_cases(connection, marks, unmarked=frozenset(here))
        with self.accounts.read() as connection:
            entries = marked_entries(connection, marks)
        self._leave_cases(theirs, DeletionReason.RESUMED)
        self._leave_accounts(sorted({*entries, *here}))
        self._leave_mailroom(here)
        return keys + len(theirs) + len(entries) + len(here)

    def _leave_cases(self, cases: Sequence[bytes], reason: DeletionReason) -> None:
        for some in _batches(cases):
            with self.cases.write() as tx:
                remove_cases(tx, some, self.today(), reason)

    def _leave_accounts(self, cases: Sequence[bytes]) -> None:
        for some in _batches(cases):
            with self.accounts.write() as tx:
                forget_entries(tx, some)

    def _leave_mailroom(self, cases: Sequence[bytes]) -> None:
        for case in cases:
            remove_case(self.mailroom, case, self.today())
        remove_orphans(self.mailroom, self.today())

    def scrub(self) -> bool:
        """Rewrites the stores that know cases; False when a reader was in the way of one."""
        # The keys first, and into new files: everything else is noise without them.
        keys = scrub_whole(self.mailroom.erasure.store, full=True)
        return all([keys, *(scrub_whole(store) for store in (self.cases, self.accounts, self.mailroom.store))])

    def close(self) -> None:
        """Gives every connection back."""
        for store in (self.mailroom.store, self.mailroom.erasure.store, self.cases, self.accounts, self.deleted.store):
            store.engine.dispose()

    def today(self) -> date:
        """Greenwich's day: what a day of deletion is counted in."""
        return self.clock().astimezone(UTC).date()


def _batches(cases: Sequence[bytes]) -> list[Sequence[bytes]]:
    return [cases[at : at + AT_ONCE] for at in range(0, len(cases), AT_ONCE)]
