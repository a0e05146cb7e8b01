"""What deletes cases for good, wired."""

from __future__ import annotations

from portal.clock import Clock, system_clock
from portal.deletion.deleting import Deletion
from portal.deletion.deletion_list import DeletionList
from portal.mailroom.context import Mailroom
from portal.settings import Settings, StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.shared import build_mailroom


def build_deletion(settings: Settings, clock: Clock = system_clock) -> Deletion:
    """What deletes cases, on the stores that know them and the deletion list."""
    return deletion_on(settings, build_mailroom(settings), open_store(settings, StoreName.CASES), clock)


def deletion_on(settings: Settings, mailroom: Mailroom, cases: Store, clock: Clock) -> Deletion:
    """The same on a mailroom and cases that are open already."""
    deleted = DeletionList(open_store(settings, StoreName.DELETIONS))
    return Deletion(mailroom, cases, open_store(settings, StoreName.ACCOUNTS), deleted, clock)


def destroy_deleted_again(settings: Settings) -> None:
    """Before anything serves: keys that a restored erasure store brought back are destroyed again."""
    deletion = build_deletion(settings)
    deletion.mailroom.erasure.destroy_marked(deletion.deleted.marks())
    deletion.close()
